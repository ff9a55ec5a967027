"""`sources try` shows what a source would give, and stores nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.cli import main

PARTNERS = Path(__file__).parents[2] / "examples" / "partners"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder to stand in: nothing is to be left there."""
    monkeypatch.chdir(tmp_path)
    yield
    assert [] == list(tmp_path.iterdir())


def tried(capsys, *words):
    code = main(["sources", "try", *words, "--replay", str(PARTNERS)])
    return code, capsys.readouterr().out


def test_a_configured_source_shows_its_entries_and_where_they_came_from(capsys):
    code, shown = tried(capsys, "electronics-watch")

    assert 0 == code
    assert "2017-07-13  en        New regional risk assessment of the Philippines" in shown
    assert "7 entries, 2 requests; nothing was stored" in shown
    assert "published from listing" in shown


def test_an_address_of_nobodys_is_read_as_a_feed_or_as_a_listing(capsys):
    for url, by in (
        ("https://nordisk-innkjop.example.org/feed/", "rss20"),
        ("https://xn--hllbarupphandling-8qb.se/nyheter", "listing"),
    ):
        code, shown = tried(capsys, url, "--json")
        entries = json.loads(shown)["entries"]
        assert 0 == code
        assert {by} == {each["by"] for each in entries}
        assert len(entries) >= 6


def test_a_guessed_field_says_so(capsys):
    _, shown = tried(capsys, "https://xn--hllbarupphandling-8qb.se/nyheter")

    assert "title from listing:guessed" in shown


def test_a_source_that_fails_says_why_and_what_to_do(capsys):
    code, shown = tried(capsys, "https://electronicswatch.org/gone")

    assert 1 == code
    assert "failed (http_status): electronicswatch.org answers with 404 Not Found" in shown


def test_what_is_neither_an_id_nor_an_address_is_said_so(capsys):
    assert 2 == main(["sources", "try", "nobody", "--replay", str(PARTNERS)])
    assert "there is no source `nobody`" in capsys.readouterr().err
