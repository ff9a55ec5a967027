"""Workers over a web of their own, and Debian's PostgreSQL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli import main
from tests.archive.conftest import cluster, database  # noqa: F401  # fixtures
from tests.fleet.web import Web, rss

ROOT = Path(__file__).parents[2]
#: When everything was published: exports compare.
AT = "Mon, 23 Nov 2026 10:00:00 GMT"


def pages(feeds: int, *, entries: int = 3) -> dict[str, str]:
    """Feeds of which each tells something of its own, and something that its neighbours tell as well."""
    found = {}
    for number in range(feeds):
        own = [
            (
                f"{number}-{each}",
                f"Beslut {number}.{each} i nämnden",
                f"Nämnden {number} tog beslut {each} om skolan.",
                AT,
            )
            for each in range(entries)
        ]
        shared = f"Staten sänker skatten på cyklar med {number // 4 + 1} kronor, säger departement {number // 4} i dag."
        found[f"/{number}.xml"] = rss(
            f"s{number}", [*own, (f"gemensam-{number // 4}", f"Skatten på cyklar {number // 4}", shared, AT)]
        )
    return found


class Office:
    """A folder with a sources.yaml, a database, and sites to collect."""

    def __init__(self, folder: Path, store: str, web: Web) -> None:
        self.folder, self.store, self.web = folder, store, web

    def writes(self, sources: int, *, hosts: int = 4, fetch: str = "delay: 0s", every: str = "6h") -> None:
        """The sources on hosts 127.0.1.1, 127.0.1.2, …"""
        lines = "".join(
            f"  - {{id: s{number}, url: 'http://127.0.1.{number % hosts + 1}:{self.web.port}/{number}.xml'}}\n"
            for number in range(sources)
        )
        text = (
            "archive: {title: Nyheter, url: 'https://nyheter.example.se/', language: sv}\n"
            f"fetch: {{allow_private_addresses: true, {fetch}}}\ndefaults: {{every: {every}}}\nsources:\n{lines}"
        )
        (self.folder / "sources.yaml").write_text(text, encoding="utf-8")

    def starts(self, *words: str) -> subprocess.Popen[bytes]:
        """A worker in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "pipeline", "worker", "--store", self.store, "--log-format", "json", *words],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
        )

    def works(self, *words: str) -> int:
        """The exit code of a worker that does what is due, in this process."""
        return main(["worker", "--once", "--store", self.store, *words])

    def asks(self, query: str):
        """What the database says."""
        import psycopg

        with psycopg.connect(self.store, autocommit=True) as connection:
            found = connection.execute(query)
            return found.fetchall() if found.description else []

    def exported(self, store: str | None = None):
        """The archive without our own clock: items by address and source, and what is told together."""
        items, stories = (self._export(what, store or self.store) for what in ("items", "stories"))
        named = {each["id"]: f"{each['source']} {each['title']}" for each in items}
        bare = sorted(
            json.dumps(
                {name: value for name, value in each.items() if name not in {"first_seen", "last_seen", "story"}},
                sort_keys=True,
            )
            for each in items
        )
        return bare, sorted(sorted(named[member] for member in each["items"]) for each in stories)

    def _export(self, what: str, store: str):
        path = self.folder / "export.ndjson"
        assert main(["export", what, "--store", store, "--output", str(path), "--quiet"]) == 0
        return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def web():
    """Sites that answer."""
    with Web(pages(40)).served() as served:
        yield served


@pytest.fixture
def office(tmp_path, monkeypatch, database, web):  # noqa: F811
    """A place to work in."""
    monkeypatch.chdir(tmp_path)
    made = Office(tmp_path, database, web)
    made.writes(40)
    return made
