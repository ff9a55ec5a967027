"""What `${NAME}` stands for reaches no log, no report, no file of the store and no page."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

from pipeline.cli import main

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "hemligt-1234"
#: A site that echoes the key wherever it can.
FEED = f"""<rss version="2.0"><channel><title>K</title><link>https://k.example/?key={SECRET}</link><item><title>Nya krav på handskar</title>
<link>https://k.example/1?key={SECRET}</link><author>{SECRET} Ek</author><category>{SECRET}</category>
<description>Kraven gäller från maj: https://k.example/feed?key={SECRET}</description></item><item><title>Om {SECRET}</title>
<link>https://k.example/1?key={SECRET}</link></item></channel></rss>"""
SOURCES = """captures: 30d
archive: {title: B, url: "https://n.example/", language: sv, timezone: Europe/Stockholm, contact: a@n.example}
sources:
  - {id: good, url: "https://k.example/feed?key=${KEY}"}
  - {id: named, url: "https://anna:${KEY}@k.example/feed2"}
  - {id: gone, url: "https://k.example/gone?key=${KEY}"}
  - {id: odd, url: "https://k.example/${KEY}/page"}
"""


def test_a_secret_of_the_environment_stays_there(tmp_path, monkeypatch, capfd):
    (tmp_path / "feed.xml").write_text(FEED, encoding="utf-8")
    (tmp_path / "page.html").write_text("<p>Nothing", encoding="utf-8")
    (tmp_path / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    feed = {"file": "feed.xml", "content_type": "application/rss+xml"}
    routes = {
        f"https://k.example/feed?key={SECRET}": feed,
        f"https://anna:{SECRET}@k.example/feed2": feed,
        "https://k.example/feed2": feed,
        f"https://k.example/{SECRET}/page": {"file": "page.html", "content_type": "text/html"},
    }
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    for name in ("feed.xml", "page.html"):
        (tmp_path / name).rename(recordings / name)
    (recordings / "routes.json").write_text(json.dumps(routes), encoding="utf-8")
    monkeypatch.setenv("KEY", SECRET)
    common = ["--sources", str(tmp_path / "sources.yaml"), "--store", str(tmp_path / "store")]

    for command in (
        ["run", "--replay", str(recordings), "--json", "--verbose"],
        ["publish", "--full"],
        ["status"],
        ["status", "--json"],
        ["sources", "list"],
        ["sources", "list", "--json"],
        ["export", "items", "--format", "ndjson"],
        *(
            ["sources", "try", each, "--replay", str(recordings), *form]
            for each in ("good", "named", "gone", "odd")
            for form in ([], ["--json"])
        ),
        ["doctor", "--replay", str(recordings)],
        ["doctor", "--replay", str(recordings), "--json"],
        ["run", "--replay", str(recordings), "--record", str(tmp_path / "record")],
        ["run", "--replay", str(tmp_path / "record"), "--json"],
    ):
        main([*command, *common])
    said = capfd.readouterr()

    assert '"entries": 2' in said.out or '"entries":2' in said.out
    assert "${KEY}" in said.out
    assert SECRET not in said.out
    assert SECRET not in said.err
    files = [each for name in ("store", "record") for each in (tmp_path / name).rglob("*") if each.is_file()]
    assert {"last", "record"} <= {each.parent.name for each in files}
    assert len(files) > 10
    assert [str(each) for each in files if SECRET.encode() in unpacked(each)] == []


def unpacked(file: Path) -> bytes:
    """What a file holds, in the records of a WARC too."""
    data = file.read_bytes()
    return gzip.decompress(data) if file.suffix == ".gz" else data
