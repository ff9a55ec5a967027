"""Workers that are killed, and a database that crashes: nothing is lost or doubled, no host is asked by more than `per_host` at once.

    python tests/soak/fleet.py                    # 2,000 sources on 200 hosts, 4 workers, one killed every 20 s: some minutes
    python tests/soak/fleet.py --sources 200 --hosts 20 --delay 1

The hosts are loopback addresses; what reaches them is measured there. All sources are collected twice (with `--passes 1` once), the
second time with new and revised entries. Every `--kill-every` seconds one worker gets SIGKILL and another is started; once in each half the database is ended as by
a power cut, and started again. In the end the archive is held against that of two embedded runs over recordings of the same answers.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402

from tests.archive.conftest import PROGRAMS, running_cluster  # noqa: E402
from tests.fleet.sites import AT, compared, pages  # noqa: E402
from tests.fleet.web import Web  # noqa: E402


def revised(feeds: dict[str, str]) -> dict[str, str]:
    """A second version: one entry more, and one title changed."""
    more = (
        "<item><guid isPermaLink='false'>{0}-ny</guid><title>Sent beslut i nämnden {0}</title><link>https://news.example/{0}-ny</link><description>Nämnden {0} ändrade sig i går.</description><pubDate>"
        + AT
        + "</pubDate></item>"
    )
    found = {}
    for path, text in feeds.items():
        number = path.strip("/").partition(".")[0]
        changed = text.replace(f"Beslut {number}.0 i nämnden", f"Beslut {number}.0 i nämnden, rättat")
        found[path] = changed.replace("<description/>", "<description/>" + more.format(number), 1)
    return found


class Fleet:
    """The workers."""

    def __init__(self, folder: Path, store: str, size: int, jobs: int) -> None:
        self._folder, self._store, self._jobs = folder, store, jobs
        self.workers = [self._start() for _ in range(size)]
        self.kills = 0

    def _start(self) -> subprocess.Popen[bytes]:
        words = [
            sys.executable,
            "-m",
            "pipeline",
            "worker",
            "--no-publish",
            "--jobs",
            str(self._jobs),
            "--store",
            self._store,
        ]
        log = (self._folder / "workers.log").open("ab")
        return subprocess.Popen(
            [*words, "--log-format", "json"], cwd=self._folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=log
        )

    def kill(self, number: int) -> None:
        self.workers[number].kill()
        self.workers[number].wait()
        self.workers[number] = self._start()
        self.kills += 1

    def ended(self) -> list[int]:
        for each in self.workers:
            each.terminate()
        return [each.wait(120) for each in self.workers]


def crash(address: str) -> float:
    """Ends the database as by a power cut and starts it again; how long it was away, in seconds."""
    folder = Path(address.partition("host=")[2])
    owner = folder.stat()
    began = time.monotonic()
    for words in (
        ["stop", "-m", "immediate"],
        [
            "start",
            "-l",
            str(folder / "log"),
            "-o",
            f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=100",
        ],
    ):
        subprocess.run(
            [PROGRAMS[-1] / "pg_ctl", "-D", folder / "data", "-w", *words],
            check=True,
            capture_output=True,
            cwd=folder,
            user=owner.st_uid,
            group=owner.st_gid,
            extra_groups=[],
        )
        time.sleep(2)
    return time.monotonic() - began


class Looker:
    """Asks the database; waits while it is away."""

    def __init__(self, store: str) -> None:
        self._store = store

    def __call__(self, query: str):
        while True:
            try:
                with psycopg.connect(self._store, autocommit=True) as connection:
                    found = connection.execute(query)
                    return found.fetchall() if found.description else []
            except psycopg.OperationalError:
                time.sleep(0.5)


COLLECTED = (
    "SELECT count(*) FROM sources WHERE history ->> 'last_success' IS NOT NULL AND history ->> 'next_due' > '{0}'"
)


def half(options, fleet: Fleet, ask: Looker, address: str, since: str) -> dict:
    """Until every source is collected: kills, and one crash; what was seen."""
    began, killed, taken, crashed = time.monotonic(), time.monotonic(), [], None
    orphans: dict[int, float] = {}
    while ask(COLLECTED.format(since))[0][0] < options.sources:
        now = time.monotonic()
        if now - began > options.most:
            raise SystemExit(f"not done after {options.most} s: {ask(COLLECTED.format(since))} of {options.sources}")
        if crashed is None and now - began > options.kill_every * 1.5:
            crashed = crash(address)
        if now - killed > options.kill_every:
            killed = now
            before = {row[0] for row in ask("SELECT id FROM procrastinate_workers")}
            fleet.kill(fleet.kills % options.workers)
            after_kill = {
                row[0] for row in ask("SELECT DISTINCT worker_id FROM procrastinate_jobs WHERE status = 'doing'")
            }
            orphans.update(dict.fromkeys(before & after_kill, now))
        held = {
            row[0]
            for row in ask(
                "SELECT DISTINCT worker_id FROM procrastinate_jobs j JOIN procrastinate_workers w ON w.id = j.worker_id WHERE status = 'doing' AND last_heartbeat < now() - interval '6 seconds'"
            )
        }
        for worker in [each for each in orphans if each not in held and now - orphans[each] > 8]:
            taken.append(now - orphans.pop(worker))
        time.sleep(0.25)
    return {"seconds": round(time.monotonic() - began), "database away": None if crashed is None else round(crashed, 1)}


def embedded(options, folder: Path, versions, port: int) -> str:
    """The store of ordinary runs over recordings of the same answers."""
    for number, feeds in enumerate(versions):
        place = folder / f"recordings-{number}"
        place.mkdir()
        routes = {}
        for each in range(options.sources):
            name = f"{each}.xml"
            (place / name).write_text(feeds[f"/{name}"], encoding="utf-8")
            routes[f"http://{host_of(each, options.hosts)}:{port}/{name}"] = {
                "file": name,
                "status": 200,
                "content_type": "application/rss+xml",
            }
        (place / "routes.json").write_text(json.dumps(routes), encoding="utf-8")
        words = [
            "run",
            "--replay",
            place,
            "--sources",
            "sources.yaml",
            "--store",
            "embedded",
            "--no-publish",
            "--quiet",
        ]
        subprocess.run(
            [sys.executable, "-m", "pipeline", *map(str, words)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=True,
        )
    return "embedded"


def host_of(source: int, hosts: int) -> str:
    number = source % hosts
    return f"127.{number // 200 + 1}.{number // 20 % 10 + 1}.{number % 20 + 1}"


def main(options) -> dict:
    random.seed(2026)
    first = pages(options.sources, entries=4)
    versions = [first, revised(first)][: options.passes]
    with (
        tempfile.TemporaryDirectory() as place,
        running_cluster() as address,
        Web(first, delay=options.latency).served() as web,
    ):
        folder = Path(place)
        with psycopg.connect(address.format("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE soak TEMPLATE template0")
        store = address.format("soak")
        lines = "".join(
            f"  - {{id: s{each}, url: 'http://{host_of(each, options.hosts)}:{web.port}/{each}.xml'}}\n"
            for each in range(options.sources)
        )
        (folder / "sources.yaml").write_text(
            "archive: {title: Nyheter, url: 'https://nyheter.example.se/', language: sv}\n"
            f"fetch: {{allow_private_addresses: true, delay: {options.delay}s, per_host: {options.per_host}, timeout: 5s}}\n"
            f"defaults: {{every: 1d}}\nsources:\n{lines}",
            encoding="utf-8",
        )
        subprocess.run(
            [sys.executable, "-m", "pipeline", "status", "--store", store],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
        )
        ask = Looker(store)
        fleet = Fleet(folder, store, options.workers, options.jobs)
        try:
            while (
                not ask("SELECT to_regclass('sources')")[0][0]
                or not ask("SELECT to_regclass('procrastinate_jobs')")[0][0]
            ):
                time.sleep(0.5)
            one = half(options, fleet, ask, address, "2000")
            two = None
            if options.passes > 1:
                # The second version, and everything is due.
                since = ask(
                    "SELECT to_char(now() AT TIME ZONE 'UTC' + interval '1 hour', 'YYYY-MM-DD\"T\"HH24:MI:SS')"
                )[0][0]
                web.pages = versions[1]
                ask(
                    'UPDATE sources SET history = (history::jsonb || \'{"next_due": "2026-01-01T00:00:00+00:00"}\')::json'
                )
                two = half(options, fleet, ask, address, since)
            codes = fleet.ended()
        finally:
            for each in fleet.workers:
                each.kill()
        problems = [
            line
            for line in (folder / "workers.log").read_text().splitlines()
            if '"traceback"' in line or not line.startswith("{")
        ]
        outcomes = ask(
            "SELECT a ->> 'outcome', count(*) FROM sources, json_array_elements(history -> 'attempts') a GROUP BY 1 ORDER BY 1"
        )
        result = {
            "sources": options.sources,
            "hosts": options.hosts,
            "workers": options.workers,
            "kills": fleet.kills,
            "halves": [one, two],
            "exit codes at SIGTERM": codes,
            "attempts in the archive": dict(outcomes),
            "requests beyond one for each source and version": sum(
                count for path, count in web.asked.items() if path.endswith(".xml")
            )
            - options.passes * options.sources,
            "most at once to a host": web.most,
            "shortest pause to a host": round(web.shortest_pause, 3),
            "what was said beside JSON": problems[:5],
        }
        here, there = compared(folder, embedded(options, folder, versions, web.port)), compared(folder, store)
        result["items"], result["stories"] = len(there[0]), len(there[1])
        result["archive as that of embedded runs"] = here == there
        if here != there:
            for mine, other in zip(here, there, strict=True):
                print(*itertools.islice((f"only embedded: {each}" for each in mine if each not in other), 5), sep="\n")
                print(*itertools.islice((f"only fleet: {each}" for each in other if each not in mine), 5), sep="\n")
    assert result["most at once to a host"] <= options.per_host, result
    assert result["archive as that of embedded runs"], result
    assert {"ok": options.passes * options.sources} == result["attempts in the archive"], result
    return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name, usual in {
        "sources": 2_000,
        "hosts": 200,
        "workers": 4,
        "jobs": 64,
        "per-host": 1,
        "most": 1_200,
        "passes": 2,
    }.items():
        parser.add_argument(f"--{name}", type=int, default=usual)
    for name, number in {"kill-every": 20.0, "delay": 6.0, "latency": 0.2}.items():
        parser.add_argument(f"--{name}", type=float, default=number)
    print(json.dumps(main(parser.parse_args()), indent=1))
