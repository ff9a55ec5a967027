"""Fleets of 1, 2, 4 and 8 worker processes on this machine, over made feeds of 30 entries: throughput, and where the time goes.

    python benchmarks/scale/fleet.py [SOURCES] [WORKERS ...]       # 400 sources; 1 2 4 8

Each fleet collects everything into an empty archive, and a second time with nothing changed. Every source is on a host of its own, without
delay: what is measured is the program and its database. The processor's time says what the work costs, however busy the machine is.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import psycopg
from feeds import Feed

from tests.archive.conftest import running_cluster
from tests.fleet.web import Web

TICKS = os.sysconf("SC_CLK_TCK")


def database_seconds(folder: str) -> float:
    """Processor seconds of a cluster, of its connections that are over as well."""
    postmaster = int((Path(folder) / "data" / "postmaster.pid").read_text().split()[0])
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(stat.parent.name) == postmaster:
            total += sum(map(int, fields[11:15])) / TICKS
        elif int(fields[1]) == postmaster:
            total += sum(map(int, fields[11:13])) / TICKS
    return total


class Sampler(threading.Thread):
    """Looks ten times a second at what the connections of a database do."""

    def __init__(self, store: str) -> None:
        super().__init__(daemon=True)
        self._store, self.over, self.seen = store, threading.Event(), Counter()

    def run(self) -> None:
        query = "SELECT coalesce(wait_event, 'works') FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()"
        with psycopg.connect(self._store, autocommit=True) as connection:
            while not self.over.wait(0.1):
                rows = [row[0] for row in connection.execute(query)]
                self.seen["looks"] += 1
                self.seen["waits for its turn to merge"] += "advisory" in rows
                self.seen["in the database"] += "works" in rows


def measured(workers: int, store: str, folder: Path, cluster: str) -> dict:
    """One pass of a fleet."""
    sampler = Sampler(store)
    sampler.start()
    commits = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
    with psycopg.connect(store, autocommit=True) as connection:
        before, used, at_work = (
            connection.execute(commits).fetchone()[0],
            database_seconds(cluster),
            resource.getrusage(resource.RUSAGE_CHILDREN),
        )
    began = time.monotonic()
    words = [
        sys.executable,
        "-m",
        "pipeline",
        "worker",
        "--once",
        "--no-publish",
        "--quiet",
        "--jobs",
        "32",
        "--store",
        store,
    ]
    running = [subprocess.Popen(words, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}) for _ in range(workers)]
    assert {0} == {each.wait() for each in running}
    seconds = time.monotonic() - began
    sampler.over.set()
    sampler.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    with psycopg.connect(store, autocommit=True) as connection:
        done = connection.execute(commits).fetchone()[0]
    looks = max(sampler.seen.pop("looks"), 1)
    return {
        "seconds": round(seconds, 1),
        "processor: workers": round(after.ru_utime + after.ru_stime - at_work.ru_utime - at_work.ru_stime, 1),
        "processor: database": round(database_seconds(cluster) - used, 1),
        "transactions": done - before,
        **{name: f"{100 * count / looks:.0f} %" for name, count in sampler.seen.items()},
    }


def main(sources: int, fleets: list[int]) -> None:
    feeds = {f"/{number}.xml": Feed(number).version(1) for number in range(sources)}
    with tempfile.TemporaryDirectory() as place, running_cluster() as address, Web(feeds).served() as web:
        folder = Path(place)
        lines = "".join(
            f"  - {{id: s{each}, url: 'http://127.9.{each // 250}.{each % 250 + 1}:{web.port}/{each}.xml', every: 1s}}\n"
            for each in range(sources)
        )
        (folder / "sources.yaml").write_text(
            "archive: {title: Nyheter, url: 'https://nyheter.example.se/'}\n"
            f"fetch: {{allow_private_addresses: true, delay: 0s, robots: false}}\nsources:\n{lines}"
        )
        for workers in fleets:
            name = f"fleet{workers}"
            with psycopg.connect(address.format("postgres"), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
            store = address.format(name)
            for pass_ in ("first", "nothing changed"):
                found = measured(workers, store, folder, address.partition("host=")[2])
                print(
                    json.dumps(
                        {
                            "workers": workers,
                            "pass": pass_,
                            "sources": sources,
                            **found,
                            "load": round(os.getloadavg()[0], 1),
                        }
                    ),
                    flush=True,
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400, [int(each) for each in sys.argv[2:]] or [1, 2, 4, 8])
