"""The exports: the records of the contract, for programs and spreadsheets."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.publish import EXPORTS, FILES, export_items, export_stories, items_into, stories_into
from pipeline.publish.exports import cell, item_row
from tests.builders import moment, record

ITEM = ["id", "story", "source", "url", "title", "summary", "text", "language", "published", "published_precision", "updated",
        "first_seen", "last_seen", "authors", "tags", "topics", "revisions"]  # fmt: skip
STORY = [
    "id",
    "lead",
    "items",
    "sources",
    "title",
    "summary",
    "url",
    "language",
    "languages",
    "published",
    "updated",
    "topics",
]


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_an_item_has_the_fields_of_the_contract_in_their_order(shared):
    lines = [json.loads(piece) for piece in export_items(shared, "ndjson")]

    assert [list(line) for line in lines] == [ITEM, ITEM]
    first, second = lines
    assert first["published"] == "2026-03-02T08:00:00+01:00"
    assert first["first_seen"] == "2026-03-02T12:00:00Z"
    assert first["authors"] == ["Åsa Öberg"]
    assert first["revisions"] == 1
    assert (second["published"], second["published_precision"]) == ("2026-03-02T00:00:00+01:00", "day")


def test_a_story_has_the_fields_of_the_contract_in_their_order(small):
    lines = [json.loads(piece) for piece in export_stories(small.stories, "ndjson")]

    assert {tuple(line) for line in lines} == {tuple(STORY)}
    (shared,) = [line for line in lines if line["id"] == "s-i1"]
    assert (shared["lead"], shared["items"], shared["sources"]) == ("i1", ["i1", "i2"], ["adda", "electronics-watch"])
    (undated,) = [line for line in lines if line["id"] == "s-undated"]
    assert (undated["published"], undated["url"], undated["language"]) == (None, None, None)


def test_csv_has_the_same_columns_and_lists_in_one_cell(small, shared):
    (first, _) = rows(b"".join(export_items(shared, "csv")))
    (story,) = [row for row in rows(b"".join(export_stories(small.stories, "csv"))) if row["id"] == "s-i1"]

    assert list(first) == ITEM
    assert list(story) == STORY
    assert first["text"] == "Första stycket.\n\nAndra stycket."
    assert story["items"] == "i1; i2"


def test_an_empty_csv_has_its_header():
    assert b"".join(export_items([], "csv")) == b"\xef\xbb\xbf" + ",".join(ITEM).encode() + b"\r\n"


@pytest.mark.parametrize("form", EXPORTS)
def test_exports_stream(form):
    """An endless archive gives its first pieces at once."""

    def endless():
        while True:
            yield record()

    assert len(list(islice(export_items(endless(), form), 3))) == 3


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+46 8 123",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "\u00a0=1",
        "＝1",
        '=HYPERLINK("http://x")',
        "=cmd|'/c'!A0",
    ],
)
def test_no_cell_is_a_formula(text):
    assert cell(text).startswith("'")
    assert cell(text).replace("'", "") == text.replace("'", "")
    (row,) = rows(b"".join(export_items([record(title=text.strip(), summary=text, authors=(text,))], "csv")))
    assert not row["title"].startswith(("=", "+", "-", "@"))
    assert row["summary"].startswith("'")
    assert row["authors"].startswith("'")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "\n"])
@pytest.mark.parametrize(
    "formula", ['=HYPERLINK("http://x")', "@SUM(A1)", "-2+3+cmd|'/c calc'!A0", "+f(1)", ' "=1+1', "＝1"]
)
def test_no_cell_is_a_formula_where_the_file_is_opened_with_another_delimiter(delimiter, formula):
    opened = cell(f"a{delimiter}{formula}").split(delimiter)[1]

    assert opened.lstrip(' "').startswith("'")


@pytest.mark.parametrize(
    "text", ["Nytt: - ett\n- två", "08-123, +46 8 123", "a, b; c", "x|y", "1 = 1", "a@example.se; b"]
)
def test_usual_texts_are_left_as_they_are(text):
    assert text == cell(text)


def test_csv_takes_the_delimiter_of_a_swedish_excel(shared):
    data = b"".join(export_items(shared, "csv", delimiter=";")).decode("utf-8")

    assert data.startswith("\ufeffid;story;source;")
    first = next(csv.DictReader(io.StringIO(data[1:], newline=""), delimiter=";"))
    assert ITEM == list(first)
    assert "Konferensen i Malmö" == first["title"]


def test_parquet_has_typed_columns(shared, tmp_path):
    import pyarrow.parquet as pq

    items_into(tmp_path / "items.parquet", shared, "parquet")

    table = pq.read_table(tmp_path / "items.parquet")
    types = {field.name: str(field.type) for field in table.schema}
    assert [*ITEM[:9], "published_date", *ITEM[9:]] == table.schema.names
    assert "timestamp[us, tz=UTC]" == types["published"] == types["first_seen"]
    assert ("date32[day]", "list<element: string>", "int64") == (
        types["published_date"],
        types["authors"],
        types["revisions"],
    )
    assert b"plain text, never empty" == table.schema.field("title").metadata[b"description"]
    first, second = table.to_pylist()
    assert datetime(2026, 3, 2, 7, tzinfo=UTC) == first["published"]
    assert ["Åsa Öberg"] == first["authors"]
    assert date(2026, 3, 2) == second["published_date"], "not the evening before, as in UTC"


def test_stories_are_parquet_and_sqlite_too(small, tmp_path):
    import pyarrow.parquet as pq

    stories_into(tmp_path / "stories.parquet", small.stories, "parquet")
    stories_into(tmp_path / "stories.sqlite", small.stories, "sqlite")

    table = {row["id"]: row for row in pq.read_table(tmp_path / "stories.parquet").to_pylist()}
    assert ["i1", "i2"] == table["s-i1"]["items"]
    assert table["s-undated"]["published"] is None
    with closing(sqlite3.connect(tmp_path / "stories.sqlite")) as db:
        assert [("s-i1",)] == db.execute("SELECT id FROM stories_of_several_sources").fetchall()
        assert [("2026-03", 1), ("2024-05", 2), (None, 1)] == db.execute("SELECT * FROM stories_by_month").fetchall()
        assert [("elektronik", 1), ("textil", 1)] == sorted(db.execute("SELECT * FROM stories_by_topic"))
        assert [] == db.execute("PRAGMA foreign_key_check").fetchall()


def test_sqlite_is_searched_and_joined_at_once(shared, tmp_path):
    items_into(tmp_path / "items.sqlite", shared, "sqlite")

    with closing(sqlite3.connect(tmp_path / "items.sqlite")) as db:
        assert [("ok",)] == db.execute("PRAGMA integrity_check").fetchall()
        assert [] == db.execute("PRAGMA foreign_key_check").fetchall()
        found = "SELECT id FROM items JOIN items_fts ON items_fts.rowid = items.rowid WHERE items_fts MATCH ?"
        assert [("i1",), ("i2",)] == sorted(db.execute(found, ("malmö",)))
        assert [] == db.execute(found, ("malmo",)).fetchall(), "å, ä and ö are letters"
        assert [("i1",)] == db.execute(found, ("stycket",)).fetchall()
        assert [("i1", "Åsa Öberg")] == db.execute("SELECT item, author FROM items_authors").fetchall()
        assert [("s-i1", 2, 2)] == db.execute("SELECT story, sources, items FROM stories_of_several_sources").fetchall()
        assert [("2026-03", "adda", 1), ("2026-03", "electronics-watch", 1)] == sorted(
            db.execute("SELECT * FROM items_by_month")
        )
        assert ("2026-03-02", '["Åsa Öberg"]') == db.execute("SELECT published_date, authors FROM items").fetchone()
        assert {name for (name,) in db.execute("SELECT name FROM fields")} == set(ITEM)


@pytest.mark.parametrize("form", FILES)
def test_the_same_items_give_the_same_bytes(form, shared, tmp_path):
    for name in ("one", "two"):
        items_into(tmp_path / name, shared, form)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("form", FILES)
def test_an_empty_archive_gives_an_empty_table(form, tmp_path):
    items_into(tmp_path / "items", [], form)

    assert (tmp_path / "items").stat().st_size > 0


@settings(max_examples=20)
@given(st.text(), st.text(), st.lists(st.text(), max_size=2))
def test_whatever_an_item_holds_the_tables_hold_it(title, summary, authors):
    import pyarrow.parquet as pq

    wild = record(title=title, summary=summary, authors=tuple(authors))
    row = item_row(wild)
    with TemporaryDirectory() as folder:
        for form in FILES:
            items_into(Path(folder) / form, [wild], form)
        (kept,) = pq.read_table(Path(folder) / "parquet").to_pylist()
        with closing(sqlite3.connect(Path(folder) / "sqlite")) as db:
            stored = db.execute("SELECT title, summary FROM items").fetchone()

    assert (row["title"], row["summary"], row["authors"]) == (kept["title"], kept["summary"], kept["authors"])
    assert (row["title"], row["summary"]) == stored


def test_without_pyarrow_parquet_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(UsageError) as caught:
        items_into(tmp_path / "items.parquet", [], "parquet")

    assert "Parquet needs the package pyarrow" == caught.value.message
    assert "Install it beside Samflöde: pip install 'samflode[parquet]'" == caught.value.hint


@given(st.lists(st.tuples(st.text(), st.text(), st.text()), max_size=5))
def test_whatever_the_items_hold_both_formats_give_a_row_for_each(contents):
    records = [record(title=title, summary=summary, text=text) for title, summary, text in contents]

    table = rows(b"".join(export_items(records, "csv")))
    lines = [json.loads(piece) for piece in export_items(records, "ndjson")]

    assert len(table) == len(lines) == len(records)
    assert all(
        row["summary"].replace("'", "") == line["summary"].replace("'", "")
        for row, line in zip(table, lines, strict=True)
    )


def test_dates_of_before_the_time_zones_are_written_as_rfc_3339_wants_them():
    """Stockholm's local mean time was 1:12:12 ahead; RFC 3339 knows no seconds in an offset."""
    old = record(published=moment("1870-05-01T12:00:00+01:12:12"))

    (line,) = export_items([old], "ndjson")

    assert json.loads(line)["published"] == "1870-05-01T10:47:48Z"
