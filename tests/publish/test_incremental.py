"""A publication after a change is what a new one would be, and what did not change was not even made."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import brotli
import feedparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline import publication, survey
from pipeline.archive import open_archive
from pipeline.model.change import Changes
from pipeline.model.config import FeedSpec, Topic
from pipeline.model.item import Revision
from pipeline.publish import bound, render
from pipeline.publish.write import _Place as Folder
from tests.builders import NOW, archive_info, config, moment, record, source, story

SETUP = config(
    source("adda"),
    source("anbud"),
    topics=(Topic(id="skola", name={"sv": "Skola"}, words=("skolmat",)),),
    feeds=(FeedSpec(id="svenska", title="Svenska", languages=("sv",), topics=(), sources=()),),
)
ATOM = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
NAMESPACES = {"a": "http://www.w3.org/2005/Atom", "fh": "http://purl.org/syndication/history/1.0"}


@pytest.fixture
def archive(tmp_path):
    with open_archive(str(tmp_path / "store"), write=True) as opened:
        yield opened


@pytest.fixture
def printed(monkeypatch):
    """The paths of the pages that were rendered."""
    made = []
    page = render.Press.page

    def noted(self, path, template, **values):
        made.append(str(path))
        return page(self, path, template, **values)

    monkeypatch.setattr(render.Press, "page", noted)
    return made


def told(number: int, **fields):
    """A record and its story, each a day older than the one before."""
    at = moment((NOW - timedelta(days=number)).isoformat())
    return record(f"i{number}", published=at, first_seen=NOW + timedelta(seconds=number), **fields), story(f"i{number}")


def add(archive, *pairs):
    archive.commit(Changes(added=tuple(each for each, _ in pairs), stories=tuple(each for _, each in pairs)), {})


def content(folder: Path) -> dict[str, bytes]:
    """By path; of a database, whose bytes depend on what it was before, the rows."""
    return {
        str(path.relative_to(folder)): dump(path) if path.match("export/*.sqlite") else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".samflode" not in path.parts
    }


def dump(database: Path) -> bytes:
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        (fts,) = (name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%fts5%'"))
        # The rank says that the index is held against the table that it is of.
        db.execute(f"INSERT INTO {fts} ({fts}, rank) VALUES ('integrity-check', 1)")
        lines = [each for each in db.iterdump() if fts not in each and "sqlite_" not in each]
    return "\n".join(sorted(lines)).encode()


def test_a_publication_without_news_renders_no_page_of_a_story(archive, tmp_path, printed):
    add(archive, *(told(n) for n in range(5)))
    publication.republish(SETUP, archive, tmp_path / "public")
    printed.clear()

    written = publication.republish(SETUP, archive, tmp_path / "public")

    assert [each for each in printed if each.startswith(("stories/", "archive/2", "sources/a"))] == []
    assert (0, 0) == (written.written, written.removed)


def test_one_new_story_renders_its_page_its_neighbours_and_the_lists_that_it_is_in(archive, tmp_path, printed):
    add(archive, *(told(n) for n in range(2, 40)), told(900, source="anbud"))
    publication.republish(SETUP, archive, tmp_path / "public")
    printed.clear()

    add(archive, told(1))
    publication.republish(SETUP, archive, tmp_path / "public")

    assert {each for each in printed if each.startswith("stories/")} == {
        "stories/s-i1/index.html",
        "stories/s-i2/index.html",
    }
    assert [each for each in printed if "anbud" in each or "archive/2023" in each] == []
    assert {"index.html", "sources/adda/index.html", "archive/2026/03/index.html"} <= set(printed)


def test_another_title_of_the_archive_renders_everything(archive, tmp_path, printed):
    add(archive, *(told(n) for n in range(5)))
    publication.republish(SETUP, archive, tmp_path / "public")
    printed.clear()

    publication.republish(replace(SETUP, archive=archive_info(title="Nytt")), archive, tmp_path / "public")

    assert {f"stories/s-i{n}/index.html" for n in range(5)} <= set(printed)


def test_a_topic_that_is_added_holds_for_what_came_before(archive, tmp_path):
    add(archive, told(1, title="Ny skolmat"), told(2))
    publication.republish(replace(SETUP, topics=()), archive, tmp_path / "public")

    publication.republish(SETUP, archive, tmp_path / "public")

    feed = json.loads((tmp_path / "public" / "topics" / "skola" / "feed.json").read_bytes())
    assert [each["title"] for each in feed["items"]] == ["Ny skolmat"]


@pytest.mark.parametrize("spoiled", [b"", b"{", b"SQLite format 3\x00" + bytes(5000), b"\xff"])
def test_a_catalogue_that_can_not_be_read_costs_nothing(archive, tmp_path, spoiled):
    add(archive, *(told(n) for n in range(5)))
    publication.republish(SETUP, archive, tmp_path / "public")
    before = content(tmp_path / "public")
    (tmp_path / "public" / ".samflode" / "catalogue.sqlite").write_bytes(spoiled)

    written = publication.republish(SETUP, archive, tmp_path / "public")

    assert (0, 0) == (written.written, written.removed)
    assert before == content(tmp_path / "public")


@pytest.mark.parametrize("name", ["catalogue.sqlite", "manifest.sqlite"])
def test_what_a_publication_remembers_is_made_anew_where_it_is_damaged(archive, tmp_path, name):
    add(archive, *(told(n) for n in range(60)))
    publication.republish(SETUP, archive, tmp_path / "public")
    before = content(tmp_path / "public")
    path = tmp_path / "public" / ".samflode" / name
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))

    add(archive, told(60))
    publication.republish(SETUP, archive, tmp_path / "public")

    publication.republish(SETUP, archive, tmp_path / "new")
    assert content(tmp_path / "new") == content(tmp_path / "public") != before


class Killed(BaseException):
    """What SIGKILL is to a publication."""


def killed_after(files: int):
    """What puts so many files into their places, and no more."""
    place, left = Folder._into_place, iter(range(files))

    def _into_place(self, partial, path):
        if next(left, None) is None:
            raise Killed
        place(self, partial, path)

    return _into_place


CHANGES = st.lists(
    st.tuples(st.sampled_from(["add", "revise", "join", "publish", "kill"]), st.integers(0, 7), st.integers(0, 7)),
    min_size=3,
    max_size=10,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CHANGES)
def test_after_any_changes_it_is_what_a_new_publication_would_be(tmp_path_factory, changes):
    """Added, revised and joined stories, publications between them, some of them killed; of few items it is known how good they are."""
    place = tmp_path_factory.mktemp("any")
    with pytest.MonkeyPatch.context() as patch, open_archive(str(place / "store"), write=True) as archive:
        patch.setattr(survey, "NEWEST", 2)
        patch.setattr(survey, "KEPT", 3)
        for number, (kind, one, other) in enumerate(changes):
            _happens(archive, place / "public", kind, one, other, number)
        publication.republish(SETUP, archive, place / "public")
        publication.republish(SETUP, archive, place / "new")

    assert content(place / "new") == content(place / "public")


def _happens(archive, folder, kind, one, other, number):
    living = {each.id: each for each in archive.stories()}
    stored = {each.item.id: each for each in archive.records()}
    mine, theirs = living.get(f"s-i{one}"), living.get(f"s-i{other}")
    if kind == "add" and f"i{one}" not in stored:
        text = {"summary": "", "text": ""} if one % 3 == 0 else {}
        add(archive, told(one, source=("adda", "anbud")[other % 2], **text))
    elif kind == "revise" and f"i{one}" in stored:
        old = stored[f"i{one}"]
        revision = Revision(seen_at=NOW + timedelta(days=number), before={"title": old.item.title})
        # Some go to and fro in time, between the newest and those before.
        published = None if other > 5 else moment((NOW - timedelta(days=other)).isoformat())
        item = replace(old.item, title=f"Ny {number}", published=published if one % 2 else old.item.published)
        new = replace(old, item=item, history=(*old.history, revision))
        archive.commit(Changes(revised=(new,)), {})
    elif kind == "join" and mine and theirs and mine != theirs:
        moved = tuple(replace(stored[each], story=mine.id) for each in theirs.items)
        joined = replace(mine, items=(*mine.items, *theirs.items), former=(*mine.former, *theirs.former, theirs.id))
        archive.commit(Changes(amended=moved, stories=(joined,), joined=(theirs.id,)), {})
    elif kind == "publish":
        publication.republish(SETUP, archive, folder)
    elif kind == "kill":
        with pytest.MonkeyPatch.context() as patch, suppress(Killed):
            patch.setattr(Folder, "_into_place", killed_after(number * 4))
            publication.republish(SETUP, archive, folder)


@pytest.fixture
def short(monkeypatch):
    """Archive documents of three stories."""
    monkeypatch.setattr(bound, "MAIN", 3)
    monkeypatch.setattr(bound, "OTHER", 3)
    monkeypatch.setattr(bound, "AGAIN", 1)


def walked(folder: Path, name: str) -> list[etree._Element]:
    """The current document and, by prev-archive, all that are before it."""
    found, path = [], folder / name
    while path is not None:
        found.append(etree.fromstring(path.read_bytes()))
        links = found[-1].xpath("//a:link[@rel='prev-archive']/@href", namespaces=NAMESPACES)
        path = folder / links[0].removeprefix("https://nyheter.example.se/") if links else None
    return found


def test_a_reader_that_walks_the_archive_documents_gets_every_story(archive, tmp_path, short):
    add(archive, *(told(n) for n in range(20)))
    publication.republish(SETUP, archive, tmp_path)

    documents = walked(tmp_path, "feed.atom")

    assert len(documents) == 6
    ids = {each for document in documents for each in document.xpath("a:entry/a:id/text()", namespaces=NAMESPACES)}
    assert len(ids) == 20
    assert [bool(each.xpath("fh:archive", namespaces=NAMESPACES)) for each in documents] == [False] + [True] * 5
    assert all(ATOM.validate(each) for each in documents), ATOM.error_log
    assert len(walked(tmp_path, "feed.rss")) == 6
    address, titles = "feed.json", []
    while address:
        page = json.loads((tmp_path / address).read_bytes())
        titles += [each["title"] for each in page["items"]]
        address = page.get("next_url", "").removeprefix("https://nyheter.example.se/")
    assert len(set(titles)) == 20


def test_an_archive_document_never_changes_and_a_changed_story_comes_again_in_the_current_one(archive, tmp_path, short):
    add(archive, *(told(n) for n in range(12)))
    publication.republish(SETUP, archive, tmp_path)
    before = {path: data for path, data in content(tmp_path).items() if "feed-1." in path or "feed-2." in path}
    old = archive.record("i0")
    revision = Revision(seen_at=NOW + timedelta(days=9), before={"title": old.item.title})

    archive.commit(Changes(revised=(replace(old, item=replace(old.item, title="Rättad"), history=(revision,)),)), {})
    add(archive, *(told(n) for n in range(12, 20)))
    publication.republish(SETUP, archive, tmp_path)

    after = content(tmp_path)
    # The last one of before may gain the link to the one after it.
    assert {path: data for path, data in before.items() if "feed-1." in path}.items() <= after.items()
    assert "Rättad" in [each.title for each in feedparser.parse(after["feed.atom"]).entries]


def test_a_story_that_joins_another_moves_none_from_one_document_to_the_next(archive, tmp_path, short):
    add(archive, *(told(n) for n in range(12)))
    publication.republish(SETUP, archive, tmp_path)
    before = {path: data for path, data in content(tmp_path).items() if "feed-" in path}
    one, other = archive.story("s-i0"), archive.story("s-i1")

    moved = replace(archive.record("i1"), story=one.id)
    joined = replace(one, items=(*one.items, *other.items), former=(other.id,))
    archive.commit(Changes(amended=(moved,), stories=(joined,), joined=((other.id, one.id),)), {})
    publication.republish(SETUP, archive, tmp_path)

    assert before.items() <= content(tmp_path).items()


def test_a_reader_finds_exactly_the_changed_entries_changed(archive, tmp_path):
    add(archive, *(told(n) for n in range(6)))
    publication.republish(SETUP, archive, tmp_path)
    before = {each.id: each for each in feedparser.parse((tmp_path / "feed.atom").read_bytes()).entries}
    old = archive.record("i2")
    revision = Revision(seen_at=NOW + timedelta(days=9), before={"title": old.item.title})

    archive.commit(Changes(revised=(replace(old, item=replace(old.item, title="Rättad"), history=(revision,)),)), {})
    add(archive, told(7))
    publication.republish(SETUP, archive, tmp_path)

    after = {each.id: each for each in feedparser.parse((tmp_path / "feed.atom").read_bytes()).entries}
    assert ["Nyhet i7"] == [each.title for id_, each in after.items() if id_ not in before]
    assert ["Rättad"] == [each.title for id_, each in after.items() if id_ in before and before[id_] != each]
    assert ["Rättad"] == [
        each.title for id_, each in after.items() if id_ in before and before[id_].updated != each.updated
    ]


def test_a_month_that_is_not_touched_is_not_read(archive, tmp_path, monkeypatch):
    add(archive, *(told(n) for n in range(0, 600, 20)))
    publication.republish(SETUP, archive, tmp_path)
    read = []
    record_of = archive.record
    monkeypatch.setattr(archive, "record", lambda item: (read.append(item), record_of(item))[1])

    add(archive, told(1))
    publication.republish(SETUP, archive, tmp_path)

    assert "i1" in read
    assert not {f"i{n}" for n in range(100, 600, 20)} & set(read)


def test_packed_copies_come_with_what_is_written_and_go_with_it(archive, tmp_path):
    add(archive, *(told(n) for n in range(3)))
    packed = replace(SETUP, archive=archive_info(packed=("gzip", "brotli")))
    publication.republish(packed, archive, tmp_path)
    pages = content(tmp_path)
    again = publication.republish(packed, archive, tmp_path)

    assert (0, 0) == (again.written, again.removed)
    assert pages["feed.atom"] == gzip.decompress(pages["feed.atom.gz"]) == brotli.decompress(pages["feed.atom.br"])
    assert pages["index.html"] == gzip.decompress(pages["index.html.gz"])

    add(archive, told(3))
    publication.republish(packed, archive, tmp_path)
    pages = content(tmp_path)
    assert pages["feed.atom"] == gzip.decompress(pages["feed.atom.gz"])

    publication.republish(SETUP, archive, tmp_path)
    assert [] == [each for each in content(tmp_path) if each.endswith((".gz", ".br"))]


def test_the_feeds_name_the_hub(archive, tmp_path):
    add(archive, told(1))
    publication.republish(replace(SETUP, archive=archive_info(hub="https://hub.example.se/")), archive, tmp_path)

    feeds = [feedparser.parse((tmp_path / name).read_bytes()).feed for name in ("feed.atom", "feed.rss")]

    assert 2 == sum(
        link.rel == "hub" and link.href == "https://hub.example.se/" for feed in feeds for link in feed.links
    )
    assert "https://hub.example.se/" == json.loads((tmp_path / "feed.json").read_bytes())["hubs"][0]["url"]


def test_the_exports_of_the_months_are_described_and_joined(archive, tmp_path):
    add(archive, *(told(n) for n in range(0, 100, 20)))
    publication.republish(SETUP, archive, tmp_path)
    package = json.loads((tmp_path / "export" / "datapackage.json").read_bytes())

    months = sorted((tmp_path / "export").glob("*/*/items.ndjson"), reverse=True)
    whole = (tmp_path / "export" / "items.ndjson").read_bytes()

    assert len(months) > 1
    assert whole == b"".join(path.read_bytes() for path in months)
    assert 1 == (tmp_path / "export" / "items.csv").read_bytes().count(b"\xef\xbb\xbf")
    for resource in package["resources"]:
        if resource["format"] not in {"ndjson", "csv"}:
            continue
        lines = (tmp_path / "export" / resource["path"]).read_bytes().decode("utf-8-sig").splitlines()
        names = [field["name"] for field in resource["schema"]["fields"]]
        assert names == (lines[0].split(",") if resource["format"] == "csv" else list(json.loads(lines[0])))


def test_the_quality_page_knows_of_a_revision_and_of_items_that_became_one_story(archive, tmp_path):
    add(archive, told(0, summary="", text=""), told(1))
    publication.republish(SETUP, archive, tmp_path / "public")

    (one, first), (other, _) = told(0, summary="Nu med text."), told(1)
    joined = replace(first, items=("i0", "i1"), former=("s-i1",))
    archive.commit(
        Changes(revised=(one,), amended=(replace(other, story=first.id),), stories=(joined,), joined=("s-i1",)), {}
    )
    publication.republish(SETUP, archive, tmp_path / "public")

    publication.republish(SETUP, archive, tmp_path / "new")
    assert content(tmp_path / "new")["quality.html"] == content(tmp_path / "public")["quality.html"]


def test_a_publication_that_moves_to_another_address_says_so_in_its_history_too(archive, tmp_path):
    add(archive, *(told(n) for n in range(120)))
    publication.republish(SETUP, archive, tmp_path / "public")

    moved = replace(SETUP, archive=replace(SETUP.archive, url="https://new.example.se/"))
    publication.republish(moved, archive, tmp_path / "public")

    feeds = [each for path, each in content(tmp_path / "public").items() if path.startswith("feed") and b"atom" in each]
    assert [b"https://nyheter.example.se/" in each for each in feeds] == [False] * len(feeds)


def test_a_mistake_of_ours_costs_nothing_that_is_remembered(archive, tmp_path, monkeypatch):
    add(archive, told(0))
    publication.republish(SETUP, archive, tmp_path / "public")
    monkeypatch.setattr(
        publication, "put_out", lambda *_, **__: (_ for _ in ()).throw(sqlite3.IntegrityError("a mistake"))
    )

    with pytest.raises(sqlite3.IntegrityError, match="a mistake"):
        publication.republish(SETUP, archive, tmp_path / "public")

    assert (tmp_path / "public" / ".samflode" / "catalogue.sqlite").exists()
