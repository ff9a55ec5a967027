"""A walk over a real network, killed in its middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from pipeline.cli import main

ROOT = Path(__file__).parents[1]
PAGES = 12
STOPPED_AT = 6


def page(number: int) -> str:
    """One item, one more that stands on the next page too, and the link to that."""
    items = "".join(
        f'<li class="n"><a href="/n{each}">Nyhet {each}</a> <time>2020-01-{1 + each % 28:02}</time></li>'
        for each in (number, number + 1)
    )
    older = f'<a class="next" href="/nyheter?sida={number + 1}">Äldre</a>' if number < PAGES else ""
    return f"<html><ul>{items}</ul>{older}</html>"


@contextmanager
def site(hanging: int):
    """The address of a site, the pages that it was asked for, what says that it was asked for page `hanging`, and what lets it answer."""
    asked: list[int] = []
    hangs, over = threading.Event(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            number = int(parse_qs(urlsplit(self.path).query).get("sida", ["1"])[0])
            asked.append(number)
            if number == hanging and not over.is_set():
                hangs.set()
                over.wait(60)
                return
            body = page(number).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/nyheter", asked, hangs, over
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def described(folder: Path, url: str) -> None:
    (folder / "sources.yaml").write_text(
        f"""archive: {{title: A, url: "https://n.example.se/", language: sv, timezone: Europe/Stockholm, contact: a@example.se}}
fetch: {{delay: 0s, robots: false, allow_private_addresses: true}}
sources:
  - {{id: a, url: "{url}", listing: {{item: li.n, title: a, link: a, date: time}}}}
""",
        encoding="utf-8",
    )


def items(capfd) -> set[str]:
    capfd.readouterr()
    assert 0 == main(["export", "items", "--format", "ndjson"])
    return {json.loads(line)["url"].rpartition("/")[2] for line in capfd.readouterr().out.splitlines()}


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=lambda each: each.name)
def test_stopped_in_the_middle_it_has_kept_the_pages_before_and_goes_on_there(how, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    command = ["run", "--source", "a", "--pages", str(PAGES), "--quiet"]
    with site(hanging=STOPPED_AT) as (url, asked, hangs, over):
        described(tmp_path, url)
        process = subprocess.Popen(
            [sys.executable, "-m", "pipeline", *command], env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        assert hangs.wait(60)
        process.send_signal(how)
        assert 0 != process.wait(60)
        over.set()
        assert [*range(1, STOPPED_AT + 1)] == asked
        assert {f"n{number}" for number in range(1, STOPPED_AT + 1)} == items(capfd)

        asked.clear()
        assert 0 == main(command)
        assert [1, *range(STOPPED_AT, PAGES + 1)] == asked
        assert {f"n{number}" for number in range(1, PAGES + 2)} == items(capfd)
