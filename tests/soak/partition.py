"""A worker that is cut off from the database for a minute comes back by itself; meanwhile another takes up its work.

    python tests/soak/partition.py          # as root, on Linux: it makes a network namespace for the worker

The worker lives in a namespace with two links: by one it reaches the sites, by the other the database. The second is cut, without a
word to either end: packets vanish, as where a switch fails.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402

from tests.archive.conftest import PROGRAMS  # noqa: E402
from tests.fleet.sites import compared, pages  # noqa: E402
from tests.fleet.web import Web  # noqa: E402

SOURCES, HOSTS = 120, 12
NAME, SITES, DATABASE = f"samflode-{os.getpid()}", "sfw", "sfd"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def ip(words: str) -> None:
    subprocess.run(["ip", *words.split()], check=True)


@contextlib.contextmanager
def namespace():
    """A namespace that reaches hosts 10.201.0.1 … by one link, and 10.202.0.1, where the database is, by another."""
    ip(f"netns add {NAME}")
    try:
        for link, network in ((SITES, "10.201.0"), (DATABASE, "10.202.0")):
            ip(f"link add {link}0 type veth peer name {link}1 netns {NAME}")
            for each in range(1, HOSTS + 1 if link == SITES else 2):
                ip(f"addr add {network}.{each}/24 dev {link}0")
            ip(f"link set {link}0 up")
            ip(f"-n {NAME} addr add {network}.100/24 dev {link}1")
            ip(f"-n {NAME} link set {link}1 up")
        ip(f"-n {NAME} link set lo up")
        yield
    finally:
        for link in (SITES, DATABASE):
            subprocess.run(["ip", "link", "del", f"{link}0"], check=False)
        ip(f"netns delete {NAME}")


@contextlib.contextmanager
def database(folder: Path):
    """A cluster that listens at 10.202.0.1."""
    account = pwd.getpwnam("nobody")
    os.chown(folder, account.pw_uid, account.pw_gid)

    def call(*words) -> None:
        subprocess.run(
            list(map(str, words)),
            check=True,
            capture_output=True,
            cwd=folder,
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
        )

    data = folder / "data"
    call(
        PROGRAMS[-1] / "initdb",
        "--no-sync",
        "--auth=trust",
        "--username=samflode",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        data,
    )
    with (data / "pg_hba.conf").open("a") as rules:
        rules.write("host all all 10.202.0.0/24 trust\n")
    options = f"-k {folder} -c listen_addresses=10.202.0.1 -c port=5499 -c fsync=off"
    call(PROGRAMS[-1] / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
    try:
        yield "postgresql://samflode@10.202.0.1:5499/postgres"
    finally:
        call(PROGRAMS[-1] / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def main(cut: float) -> dict:
    feeds = pages(SOURCES)
    with (
        namespace(),
        tempfile.TemporaryDirectory() as place,
        tempfile.TemporaryDirectory() as cluster,
        database(Path(cluster)) as store,
        Web(feeds, delay=0.2).served() as web,
    ):
        folder = Path(place)
        lines = "".join(
            f"  - {{id: s{each}, url: 'http://10.201.0.{each % HOSTS + 1}:{web.port}/{each}.xml'}}\n"
            for each in range(SOURCES)
        )
        (folder / "sources.yaml").write_text(
            "archive: {title: Nyheter, url: 'https://nyheter.example.se/', language: sv}\n"
            f"fetch: {{allow_private_addresses: true, delay: 2s, timeout: 5s}}\ndefaults: {{every: 1d}}\nsources:\n{lines}",
            encoding="utf-8",
        )
        worker = [sys.executable, "-m", "pipeline", "worker", "--no-publish", "--store", store, "--log-format", "json"]
        with (folder / "cut.log").open("wb") as said:
            lonely = subprocess.Popen(["ip", "netns", "exec", NAME, *worker], cwd=folder, env=ENVIRONMENT, stderr=said)

        def ask(query: str):
            with psycopg.connect(store, autocommit=True) as connection:
                return connection.execute(query).fetchall()

        def count() -> int:
            return ask("SELECT count(*) FROM sources")[0][0] if ask("SELECT to_regclass('sources')")[0][0] else 0

        while count() < SOURCES // 6:
            time.sleep(0.25)
        ip(f"link set {DATABASE}0 down")
        ip("addr add 10.202.0.1/24 dev lo")  # the others still reach it
        began, at_cut = time.monotonic(), count()
        with (folder / "other.log").open("wb") as said:
            other = subprocess.Popen(worker, cwd=folder, env=ENVIRONMENT, stderr=said)
        taken_up = None
        while time.monotonic() - began < cut:
            if taken_up is None and count() > at_cut:
                taken_up = time.monotonic() - began
            time.sleep(0.25)
        during = count()
        other.terminate()
        other.wait(60)
        ip("addr del 10.202.0.1/24 dev lo")
        ip(f"link set {DATABASE}0 up")
        back, began = None, time.monotonic()
        # Everything is due again: only the one that was cut off is left to do it.
        ask(
            'UPDATE sources SET history = (history::jsonb || \'{"next_due": "2026-01-01T00:00:00+00:00"}\')::json RETURNING 1'
        )
        visited = "SELECT count(*) FROM sources WHERE json_array_length(history -> 'attempts') > 1"
        while count() < SOURCES or ask(visited)[0][0] < during:
            if back is None and (ask(visited)[0][0] or count() > during):
                back = time.monotonic() - began
            assert lonely.poll() is None, (folder / "cut.log").read_text()[-2000:]
            if time.monotonic() - began > 300:
                raise SystemExit((folder / "cut.log").read_text()[-3000:])
            time.sleep(0.25)
        lonely.terminate()
        code = lonely.wait(60)
        subprocess.run(
            [sys.executable, "-m", "pipeline", "run", "--store", "embedded", "--quiet", "--no-publish"],
            cwd=folder,
            env=ENVIRONMENT,
            check=True,
        )
        result = {
            "cut off for, s": cut,
            "collected at the cut": at_cut,
            "taken up by another after, s": taken_up and round(taken_up, 1),
            "collected at its end": during,
            "the one cut off works again after, s": back and round(back, 1),
            "its exit code at SIGTERM": code,
            "most at once to a host": web.most,
            "archive as that of an embedded run": compared(folder, "embedded") == compared(folder, store),
        }
        assert result["archive as that of an embedded run"], result
        assert web.most == 1, result
        return result


if __name__ == "__main__":
    print(json.dumps(main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0), indent=1))
