"""Tries a Samflöde as a new user would, in an empty folder, over sites on this machine: `python tests/release/trying.py PROGRAM [ARGUMENT ...]`.

`init`, `sources add`, `run` and `serve` have to work; what does not ends it with its output. Says how many commands and seconds it took.
"""

from __future__ import annotations

import functools
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Upphandlingsnytt</title><link>/</link><language>sv</language>
<item><title>Nya krav på handskar</title><link>/nyheter/1</link><guid>1</guid>
<pubDate>Mon, 02 Mar 2026 12:00:00 +0100</pubDate><description>Regionerna ställer nya krav på handskar i vården.</description></item>
<item><title>Rapport om kobolt</title><link>/nyheter/2</link><guid>2</guid>
<pubDate>Tue, 03 Mar 2026 12:00:00 +0100</pubDate><description>Så granskas gruvorna bakom batterierna.</description></item>
</channel></rss>
"""
PAGE = """<!doctype html><html lang="sv"><head><title>Upphandlingsnytt</title>
<link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body><h1>Nyheter</h1></body></html>
"""


def main(program: list[str]) -> None:
    """The whole way, from the empty folder to the page in the browser."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = folder / "site"
        site.mkdir()
        (site / "index.html").write_text(PAGE, encoding="utf-8")
        (site / "feed.xml").write_text(FEED, encoding="utf-8")
        with served(site) as address:
            began = time.monotonic()
            home = folder / "news"
            commands = tried(program, folder, home, address)
            print(f"{commands} commands from an empty folder to the page, {time.monotonic() - began:.1f} s: all work")


def tried(program: list[str], folder: Path, home: Path, address: str) -> int:
    """Carries out the commands; how many there were."""
    said(program, folder, "init", str(home))
    # The sites are on this machine, which news must not be taken from unless that is said.
    path = home / "sources.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\nfetch: {allow_private_addresses: true, delay: 0s, robots: false}\n", encoding="utf-8")
    said(program, home, "sources", "add", address, "--yes")
    report = json.loads(said(program, home, "run", "--json", "--quiet"))
    assert 2 == report["totals"]["new"], report
    server = subprocess.Popen(
        [*program, "serve", "--port", "0"], cwd=home, stdout=subprocess.PIPE, text=True, env=bare()
    )
    try:
        assert server.stdout is not None
        where = server.stdout.readline().split()[0]
        with urllib.request.urlopen(f"{where}index.html") as page:
            shown = page.read().decode()
        with urllib.request.urlopen(f"{where}style.css") as style:
            assert 200 == style.status
    finally:
        server.terminate()
        server.wait()
        assert server.stdout is not None
        server.stdout.close()
    assert "Rapport om kobolt" in shown, shown[:2000]
    return 4


def said(program: list[str], folder: Path, *arguments: str) -> str:
    """What a command writes; ends everything where it fails."""
    done = subprocess.run([*program, *arguments], cwd=folder, capture_output=True, text=True, env=bare())
    if done.returncode:
        sys.exit(f"samflode {' '.join(arguments)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def bare() -> dict[str, str]:
    """The environment without what points at this checkout, except a PYTHONPATH that is meant."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SAMFLODE_")}


class served:  # noqa: N801  # read as a word: `with served(folder)`
    """A folder served on this machine while the block lasts."""

    def __init__(self, folder: Path) -> None:
        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
        )

    def __enter__(self) -> str:
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


if __name__ == "__main__":
    main(sys.argv[1:])
