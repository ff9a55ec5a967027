"""The exports: the records of the contract, for programs and spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.publish import EXPORTS, export_items, export_stories
from pipeline.publish.exports import cell
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
    assert cell(text) == f"'{text}"
    (row,) = rows(b"".join(export_items([record(title=text.strip(), summary=text, authors=(text,))], "csv")))
    assert not row["title"].startswith(("=", "+", "-", "@"))
    assert row["summary"].startswith("'")
    assert row["authors"].startswith("'")


@given(st.lists(st.tuples(st.text(), st.text(), st.text()), max_size=5))
def test_whatever_the_items_hold_both_formats_give_a_row_for_each(contents):
    records = [record(title=title, summary=summary, text=text) for title, summary, text in contents]

    table = rows(b"".join(export_items(records, "csv")))
    lines = [json.loads(piece) for piece in export_items(records, "ndjson")]

    assert len(table) == len(lines) == len(records)
    assert all(
        row["summary"].removeprefix("'") == line["summary"].removeprefix("'")
        for row, line in zip(table, lines, strict=True)
    )


def test_dates_of_before_the_time_zones_are_written_as_rfc_3339_wants_them():
    """Stockholm's local mean time was 1:12:12 ahead; RFC 3339 knows no seconds in an offset."""
    old = record(published=moment("1870-05-01T12:00:00+01:12:12"))

    (line,) = export_items([old], "ndjson")

    assert json.loads(line)["published"] == "1870-05-01T10:47:48Z"
