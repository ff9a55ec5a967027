"""What `${NAME}` stands for reaches no log, no report, no file of the store and no page."""

from __future__ import annotations

import json

from pipeline.cli import main

SECRET = "hemligt-1234"
FEED = """<rss version="2.0"><channel><title>K</title><link>https://k.example/</link><item><title>Nya krav på handskar</title>
<link>https://k.example/1</link><description>Kraven gäller från maj.</description></item></channel></rss>"""
SOURCES = """archive: {title: B, url: "https://n.example/", language: sv, timezone: Europe/Stockholm, contact: a@n.example}
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
    ):
        main([*command, *common])
    said = capfd.readouterr()

    assert '"entries": 1' in said.out or '"entries":1' in said.out
    assert SECRET not in said.out
    assert SECRET not in said.err
    files = [each for each in (tmp_path / "store").rglob("*") if each.is_file()]
    assert len(files) > 10
    assert [str(each) for each in files if SECRET.encode() in each.read_bytes()] == []
