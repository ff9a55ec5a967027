"""The search index: made where it can be, only of what changed, and gone where it is turned off."""

from __future__ import annotations

import json

import pytest

from pipeline import publication
from pipeline.archive import open_archive
from pipeline.publish import edition, finder
from tests.builders import moment, record, story
from tests.publish.test_incremental import SETUP, add, told


@pytest.fixture
def archive(tmp_path, monkeypatch):
    monkeypatch.delenv(finder.SWITCH, raising=False)
    assert finder.available()
    with open_archive(str(tmp_path / "store"), write=True) as opened:
        add(opened, *(told(n) for n in range(4)))
        yield opened


@pytest.fixture
def indexed(monkeypatch):
    """How many stories were indexed, run by run."""
    counts = []
    made = finder._indexed

    def watched(edition, stories, work):
        stories = list(stories)
        counts.append(len(stories))
        return made(edition, stories, work)

    monkeypatch.setattr(finder, "_indexed", watched)
    return counts


def said(place):
    return json.loads((place / "public" / "search" / "bundles.json").read_bytes())


def test_only_what_is_new_is_indexed_until_it_is_much(archive, tmp_path, indexed, monkeypatch):
    publication.republish(SETUP, archive, tmp_path / "public")
    (main,) = said(tmp_path)["bundles"]
    assert (indexed, main[:8]) == ([4, 0], "main-sv-")

    publication.republish(SETUP, archive, tmp_path / "public")
    assert indexed == [4, 0]

    add(archive, told(7))
    publication.republish(SETUP, archive, tmp_path / "public")
    assert indexed == [4, 0, 1]
    assert [each[:7] for each in sorted(said(tmp_path)["bundles"])] == ["main-sv", "new-sv-"]
    assert said(tmp_path)["stale"] == ["stories/s-i7/index.html"]

    monkeypatch.setattr(finder, "FEW", 1)
    add(archive, told(8))
    publication.republish(SETUP, archive, tmp_path / "public")
    assert indexed == [4, 0, 1, 6, 0]
    assert said(tmp_path)["stale"] == []


def test_no_index_holds_more_than_there_is_memory_for(archive, tmp_path, indexed, monkeypatch):
    monkeypatch.setattr(finder, "_DOCUMENTS", 3)

    publication.republish(SETUP, archive, tmp_path / "public")

    assert ["main-sv", "main-sv"] == [each[:7] for each in said(tmp_path)["bundles"]]
    pages = [
        len(list((tmp_path / "public" / "search" / each / "fragment").iterdir())) for each in said(tmp_path)["bundles"]
    ]
    assert [1, 3] == sorted(pages)


def test_an_index_counts_when_the_pages_are_there_that_it_leads_to(archive, tmp_path, monkeypatch):
    publication.republish(SETUP, archive, tmp_path / "public")
    before = said(tmp_path)
    add(archive, told(7))
    found = []
    write = publication.put_out
    monkeypatch.setattr(
        publication, "put_out", lambda *args, **how: (found.append(said(tmp_path)), write(*args, **how))[1]
    )

    publication.republish(SETUP, archive, tmp_path / "public")

    assert [before] == found
    assert ["stories/s-i7/index.html"] == said(tmp_path)["stale"]


def test_what_was_named_before_stays_for_one_publication_more(archive, tmp_path):
    folder = tmp_path / "public" / "search"
    publication.republish(SETUP, archive, tmp_path / "public")
    for number, expected in ((7, 2), (8, 3), (9, 3)):
        add(archive, told(number))
        publication.republish(SETUP, archive, tmp_path / "public")
        assert expected == len([each for each in folder.iterdir() if each.is_dir()])


def test_an_index_that_is_gone_is_made_again(archive, tmp_path, indexed):
    publication.republish(SETUP, archive, tmp_path / "public")
    (tmp_path / "public" / "search" / "bundles.json").write_bytes(b"{")

    publication.republish(SETUP, archive, tmp_path / "public")

    assert indexed == [4, 0, 4, 0]


def test_an_index_that_can_not_be_made_leaves_the_one_before(archive, tmp_path, monkeypatch, caplog):
    publication.republish(SETUP, archive, tmp_path / "public")
    before = said(tmp_path)
    add(archive, told(7))
    false = tmp_path / "false"
    false.write_text("#!/bin/sh\nexit 1\n")
    false.chmod(0o755)
    monkeypatch.setattr(finder, "_program", lambda: false)

    publication.republish(SETUP, archive, tmp_path / "public")

    assert said(tmp_path) == before
    assert "the search index could not be made; the one before stays" in caplog.text


def test_without_the_package_there_is_no_search_and_everything_else(archive, tmp_path, monkeypatch):
    monkeypatch.setattr(finder, "_program", lambda: None)

    publication.republish(SETUP, archive, tmp_path / "public")

    assert not (tmp_path / "public" / "search").exists()
    assert 'role="search"' not in (tmp_path / "public" / "index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("published", "day", "year"),
    [
        pytest.param(
            moment("2026-01-01T00:00:00+02:00", precision="day"), "2026-01-01", "2026", id="a day that a source names"
        ),
        pytest.param(moment("2026-03-01T00:00:00+01:00", precision="month"), "2026-03", "2026", id="a month alone"),
        pytest.param(None, None, "2026", id="undated"),
    ],
)
def test_a_hit_has_the_day_that_the_pages_say(published, day, year):
    found = edition(SETUP, [record("i1", published=published)], [story("i1")], ())
    ((_, page),) = finder._pages(found.stories[0], found.info.timezone)

    assert f'filter="year:{year}"' in page
    assert (f'meta="day:{day}"' in page) if day else ('meta="day:' not in page)


def test_an_index_of_another_program_is_made_anew(archive, tmp_path, indexed, monkeypatch):
    publication.republish(SETUP, archive, tmp_path / "public")
    monkeypatch.setattr(finder, "own_digest", lambda: "another")

    publication.republish(SETUP, archive, tmp_path / "public")

    assert indexed == [4, 0, 4, 0]


def test_an_index_that_is_turned_off_is_taken_away(archive, tmp_path, monkeypatch):
    publication.republish(SETUP, archive, tmp_path / "public")
    monkeypatch.setenv(finder.SWITCH, "off")

    publication.republish(SETUP, archive, tmp_path / "public")

    assert list((tmp_path / "public" / "search").glob("*")) == []
