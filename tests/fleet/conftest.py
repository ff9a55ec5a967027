"""Workers over a web of their own, and Debian's PostgreSQL."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli import main
from tests.archive.conftest import cluster, database  # noqa: F401  # fixtures
from tests.fleet.sites import compared, pages
from tests.fleet.web import Web

ROOT = Path(__file__).parents[2]
HURRIED = """
import sys
from pipeline import cli, fleet
from pipeline.fleet import queue, turns

turns.SLACK = turns.SLACK / 10
queue.HEARTBEAT, queue.STALLED = queue.HEARTBEAT / 10, queue.STALLED / 10
fleet._RESCUE_AGAIN = fleet._RESCUE_AGAIN / 10
sys.exit(cli.main())
"""


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

    def starts(self, *words: str, hurried: bool = False) -> subprocess.Popen[bytes]:
        """A worker in a process of its own; one that is hurried takes others for dead ten times as soon."""
        program = ["-c", HURRIED] if hurried else ["-m", "pipeline"]
        return subprocess.Popen(
            [sys.executable, *program, "worker", "--store", self.store, "--log-format", "json", *words],
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
        """The archive without our own clock."""
        return compared(self.folder, store or self.store)


@pytest.fixture
def told(caplog, monkeypatch):
    """What is logged of a worker, whatever a command in this process has made of logging."""
    monkeypatch.setattr(logging.getLogger("samflode"), "propagate", True)
    caplog.set_level("INFO", logger="samflode.worker")
    return caplog


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
