"""Searching the archive: the same words find the same items in every store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.archive import open_archive
from pipeline.archive.backup import packed, unpacked
from pipeline.archive.mend import repair
from pipeline.archive.search import SearchIndex
from pipeline.archive.verify import Inspection, verify
from pipeline.model.change import Changes
from pipeline.model.item import Moment
from pipeline.model.query import Query
from pipeline.model.search import Term, terms
from pipeline.model.source import SourceId
from tests.builders import NOW, moment, record, story

EVERYTHING = Query()
NEWS = (
    record("handskar", title="Nya krav på handskar", summary="Regionerna ställer krav.", text="", topics=("textil",)),
    record("malmo", title="Upphandlarna möts i Malmö", summary="Årets konferens om etiska krav i leveranskedjan.", text=""),
    record("far", title="Får i hagen", summary="", text="Ull från gotländska får.", published=moment("2026-01-01T08:00:00+01:00")),
    record("english", title="Workers' rights in electronics", summary="", language="en", source=SourceId("watch"),
           text="Procurement of batteries. The demands were too far away."),
    record("unknown", title="Hållbara datorer", summary="", text="Regionernas upphandlingar av datorer.", language=None),
)  # fmt: skip


def added(*records):
    return Changes(added=records, stories=tuple(story(each.item.id) for each in records))


def found(archive, text, query=EVERYTHING):
    return [each.item.id for each in archive.search(terms(text), query)]


@pytest.fixture(params=["at once", "after a checkpoint", "after reopening", "without its index of words"])
def archive(request, store):
    """The news in a store of each kind, in their places or not yet."""
    state = request.param
    if "://" in store and state == "without its index of words":
        pytest.skip("a database keeps the words beside its items")
    with open_archive(store, write=True) as opened:
        opened.commit(added(*NEWS), {})
        if state == "after a checkpoint":
            opened.checkpoint()
        if state in ("at once", "after a checkpoint"):
            yield opened
            return
    if state == "without its index of words":
        (Path(store) / "archive" / "search.sqlite").unlink()
    with open_archive(store, write=False) as opened:
        yield opened


ASKED = [
    ("handske", {"handskar"}),
    ("HANDSKARNA", {"handskar"}),
    ("krav", {"handskar", "malmo"}),
    ("krav konferensen", {"malmo"}),
    ("krav -handskar", {"malmo"}),
    ("krav -handske -konferenser", set()),
    ('"etiska krav"', {"malmo"}),
    ('"krav etiska"', set()),
    ('"malmö årets"', set()),
    ("“etiska kraven”", {"malmo"}),
    ('krav -"etiska krav"', {"handskar"}),
    ("malmö", {"malmo"}),
    ("malmo", {"malmo"}),
    ('"mots i malmo"', {"malmo"}),
    ("får", {"far"}),
    ("far", {"far", "english"}),
    ("hallbar", set()),
    ("hållbara", {"unknown"}),
    ("battery", {"english"}),
    ("workers' right", {"english"}),
    ("demand", {"english"}),
    ("saknas", set()),
]


def test_words_are_found_in_every_form_and_phrases_in_their_order(archive):
    assert ASKED == [(text, set(found(archive, text))) for text, _ in ASKED]


def test_a_word_in_the_title_counts_for_more(store):
    with open_archive(store, write=True) as archive:
        archive.commit(
            added(
                record("in-text", title="Något annat", summary="", text="Här står batterier."),
                record("in-title", title="Batterier", summary="", text="Här står något."),
                record("in-summary", title="Något annat", summary="Om batterier.", text="Här står något."),
            ),
            {},
        )

        assert ["in-title", "in-summary", "in-text"] == found(archive, "batteri")


def test_equals_come_the_newest_first(store):
    with open_archive(store, write=True) as archive:
        same = [
            record(f"i{day}", title="Batterier", summary="", published=moment(f"2026-03-0{day}T08:00:00+01:00"))
            for day in (2, 3, 1)
        ]
        archive.commit(added(*same), {})

        assert ["i3", "i2", "i1"] == found(archive, "batteri")


def test_however_much_is_found_it_comes_whole_and_in_its_order(store):
    """Also what is asked for in several goes: the first hundred, four hundred more, and the rest."""
    many = [
        record(
            f"i{number:03}",
            title="Batterier",
            summary="",
            published=Moment(at=NOW - timedelta(minutes=number), precision="minute"),
        )
        for number in range(520)
    ]
    with open_archive(store, write=True) as archive:
        archive.commit(added(*many), {})
        archive.checkpoint()

        assert [each.item.id for each in many] == found(archive, "batteri")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query(sources=(SourceId("watch"),)), {"english"}),
        (Query(languages=("sv",)), {"far"}),
        (Query(since=NOW - timedelta(days=30)), {"english"}),
        (Query(until=NOW - timedelta(days=30)), {"far"}),
        (Query(topics=("textil",)), set()),
    ],
)
def test_a_query_narrows_what_is_found(archive, query, expected):
    assert expected == set(found(archive, "far", query))


def test_a_revised_item_is_found_by_its_new_words_alone(store):
    with open_archive(store, write=True) as archive:
        archive.commit(added(*NEWS), {})
        archive.checkpoint()
        archive.commit(Changes(revised=(record("handskar", title="Nya krav på munskydd", summary="", text=""),)), {})
        assert [] == found(archive, "handskar")
        archive.checkpoint()

        assert [] == found(archive, "handskar")
        assert ["handskar"] == found(archive, "munskyddet")


def test_an_empty_archive_finds_nothing(store):
    with open_archive(store, write=False) as archive:
        assert [] == found(archive, "handskar")


@example('"')
@example("-")
@example("'; DROP TABLE items; --")
@example("title:handskar NEAR(a b) a* OR NOT ^x {y}")
@example("& | ! <-> ('a':B)")
@given(st.text())
def test_whatever_is_searched_for_is_no_error(text):
    asked = terms(text)
    if any(term.wanted for term in asked):
        with closing(SearchIndex.of(NEWS)) as index:
            list(index.found(asked, EVERYTHING))


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE items; --", "title:handskar a* OR NOT ^x {y}", "& | ! <-> ('a':B) %s %(x)s"]
)
def test_no_store_takes_words_for_commands(store, text):
    with open_archive(store, write=True) as archive:
        archive.commit(added(*NEWS), {})

        assert [] == found(archive, text)


def test_terms_are_words_phrases_and_what_is_left_out():
    assert (
        Term(words=("it", "upphandling")),
        Term(words=("etiska", "krav")),
        Term(words=("textil",), wanted=False),
        Term(words=("öppen", "fråga"), wanted=False),
    ) == terms('it-upphandling "etiska krav" -textil -"öppen fråga" - ""')
    assert (Term(words=("å",)),) == terms("a\u030a")


@pytest.fixture
def kept(tmp_path):
    """A folder with the news in it, and its index of words."""
    with open_archive(tmp_path / "store", write=True) as archive:
        archive.commit(added(*NEWS), {})
    return tmp_path / "store", tmp_path / "store" / "archive" / "search.sqlite"


@pytest.mark.parametrize("content", [b"", b"no index", None])
def test_an_index_of_words_that_is_of_no_use_is_made_anew(kept, content):
    store, path = kept
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if content is None else content)
    with open_archive(store, write=False) as archive:
        assert ["handskar"] == found(archive, "handske")
    with open_archive(store, write=True) as archive:
        archive.commit(added(record("new", title="Blåbärsris", summary="")), {})

    with open_archive(store, write=False) as archive:
        assert (["handskar"], ["new"]) == (found(archive, "handske"), found(archive, "blåbärsris"))
    with closing(sqlite3.connect(path)) as db:
        assert [(6,)] == db.execute("SELECT living FROM numbers").fetchall()


def test_an_index_of_words_that_lags_behind_is_made_anew(kept):
    """An older program wrote into the store meanwhile, or a crash came between."""
    store, path = kept
    lagging = path.read_bytes()
    with open_archive(store, write=True) as archive:
        archive.commit(added(record("new", title="Blåbärsris", summary="")), {})
    path.write_bytes(lagging)

    with open_archive(store, write=False) as archive:
        assert ["new"] == found(archive, "blåbärsriset")


def test_verify_repair_and_backup_know_the_index_of_words(kept, tmp_path):
    store, path = kept
    assert [] == list(verify(store, Inspection()))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM items WHERE id = 'far'")
    assert [("archive/search.sqlite", "it counts 4 items, the files hold 5; the next run makes it anew")] == [
        (each.where, each.what) for each in verify(store, Inspection())
    ]

    list(repair(store, NOW))
    assert [] == list(verify(store, Inspection()))
    packed(store, tmp_path / "backup.tar.gz")
    (tmp_path / "other").mkdir()
    unpacked(tmp_path / "backup.tar.gz", tmp_path / "other", NOW)

    for each in (store, tmp_path / "other"):
        assert not (each / "archive" / "search.sqlite").exists(), "derived: not in a backup, and made anew at need"
        with open_archive(each, write=False) as archive:
            assert ["far"] == found(archive, "får")
