"""The archive as tables for other programs: the records of the contract, in every format."""

from __future__ import annotations

import csv
import io
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.publish.characters import fit
from pipeline.publish.database import write_sqlite
from pipeline.publish.moments import rfc3339
from pipeline.publish.parquet import write_parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.model.edition import StoryView
    from pipeline.model.item import Record

Row = dict[str, Any]

#: The data dictionary: field, type, meaning; in the order of the columns.
ITEM_FIELDS: tuple[tuple[str, str, str], ...] = (
    ("id", "string", "lasts for ever"),
    ("story", "string", "id of the story that it belongs to"),
    ("source", "string", "id of the source"),
    ("url", "string or null", "canonical address of the item's own page"),
    ("title", "string", "plain text, never empty"),
    ("summary", "string", "plain text, at most a paragraph; may be empty"),
    ("text", "string", "plain text of the whole article where it was collected, else empty"),
    ("language", "string or null", "BCP 47: sv, en, nb, nn, da, fi, ca, es, de, …"),
    ("published", "string or null", "RFC 3339 with offset; null where the source gives none"),
    (
        "published_precision",
        "string or null",
        "second, minute, day or month: how much of published the source really said",
    ),
    ("updated", "string or null", "RFC 3339, as the source says it"),
    ("first_seen", "string", "RFC 3339, UTC, our own clock"),
    ("last_seen", "string", "RFC 3339, UTC, our own clock"),
    ("authors", "list of strings", "as the source names them"),
    ("tags", "list of strings", "the source's own"),
    ("topics", "list of strings", "ids of the archive's vocabulary"),
    ("revisions", "integer", "how many times the source changed it since it was first seen"),
)
STORY_FIELDS: tuple[tuple[str, str, str], ...] = (
    ("id", "string", "lasts for ever"),
    ("lead", "string", "id of the item that speaks for the story"),
    ("items", "list of strings", "ids of its items, oldest first"),
    ("sources", "list of strings", "ids of the sources that carry it"),
    ("title", "string", "of the lead"),
    ("summary", "string", "of the lead; may be empty"),
    ("url", "string or null", "of the lead's own page"),
    ("language", "string or null", "of the lead, BCP 47"),
    ("languages", "list of strings", "of all items, the lead's first"),
    ("published", "string or null", "RFC 3339 with offset; of the lead, else of its oldest item with a date"),
    ("updated", "string", "RFC 3339; when something in it last changed"),
    ("topics", "list of strings", "ids of the archive's vocabulary"),
)

#: What spreadsheets take for the beginning of a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_FORMULA_SPACE = ("\t", "\r", "\n")
#: Where a cell begins for a spreadsheet that was told of another delimiter than ours, with a formula in it that can do something: of
#: those with a sign in front only one that calls something, for "- " and "+46" stand in many a text.
_HIDDEN_FORMULA = re.compile(r"""([;,\t\r\n|][\s"']{0,40})(?=[=@＝＠]|[+\-＋－][^;,\t\r\n]{0,200}[\w.][(|])""")
#: Parts of a list in one cell.
_SEPARATOR = "; "
#: So many rows leave in one piece.
_PIECE = 200


def export_items(records: Iterable[Record], form: str, *, delimiter: str = ",") -> Iterator[bytes]:
    """The items in one of the formats of `EXPORTS`, piece by piece; never more than a few hundred in memory."""
    return _of(form, delimiter)([name for name, _, _ in ITEM_FIELDS], map(item_row, records))


def export_stories(stories: Iterable[StoryView], form: str, *, delimiter: str = ",") -> Iterator[bytes]:
    """The stories in one of the formats of `EXPORTS`, piece by piece."""
    return _of(form, delimiter)([name for name, _, _ in STORY_FIELDS], map(story_row, stories))


def items_into(path: Path, records: Iterable[Record], form: str) -> None:
    """Writes the items into a new file of one of the formats of `FILES`; raises UsageError where the format's library is missing."""
    FILES[form](path, "items", ITEM_FIELDS, map(item_row, records))


def stories_into(path: Path, stories: Iterable[StoryView], form: str) -> None:
    """Writes the stories into a new file of one of the formats of `FILES`; raises UsageError where the format's library is missing."""
    FILES[form](path, "stories", STORY_FIELDS, map(story_row, stories))


def _of(form: str, delimiter: str) -> Callable[[Sequence[str], Iterable[Row]], Iterator[bytes]]:
    return partial(_csv, delimiter=delimiter) if form == "csv" else EXPORTS[form]


def item_row(record: Record) -> Row:
    """The item as the contract describes it (section 3)."""
    item = fit(record.item)
    return {
        "id": item.id,
        "story": record.story,
        "source": item.source,
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "text": item.text,
        "language": item.language,
        "published": rfc3339(item.published.at) if item.published else None,
        "published_precision": item.published.precision if item.published else None,
        "updated": rfc3339(item.updated.at) if item.updated else None,
        "first_seen": rfc3339(record.first_seen),
        "last_seen": rfc3339(record.last_seen),
        "authors": list(item.authors),
        "tags": list(item.tags),
        "topics": list(record.topics),
        "revisions": len(record.history),
    }


def story_row(story: StoryView) -> Row:
    """The story as the contract describes it (section 3)."""
    lead = story.lead.item
    return {
        "id": story.id,
        "lead": lead.id,
        "items": [record.item.id for record in story.records],
        "sources": list(story.sources),
        "title": lead.title,
        "summary": lead.summary,
        "url": lead.url,
        "language": lead.language,
        "languages": list(story.languages),
        "published": rfc3339(story.published.at) if story.published else None,
        "updated": rfc3339(story.updated),
        "topics": list(story.topics),
    }


def _ndjson(_fields: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """One JSON object a line, UTF-8."""
    for row in rows:
        yield orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def _csv(fields: Sequence[str], rows: Iterable[Row], *, delimiter: str = ",") -> Iterator[bytes]:
    """RFC 4180 with a header, in UTF-8 with a byte-order mark, which spreadsheets need to see that it is UTF-8."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n", delimiter=delimiter)
    writer.writerow(fields)
    yield b"\xef\xbb\xbf"
    for number, row in enumerate(rows, start=1):
        writer.writerow([cell(row[field]) for field in fields])
        if number % _PIECE == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def cell(value: str | int | list[str] | None) -> str | int:
    """A value as one CSV cell: lists joined by "; ", null empty, and no text that a spreadsheet would run as a formula.

    Nor one that would be run where the file is opened with another delimiter: a comma file in a Swedish Excel, say.

    >>> cell("=HYPERLINK(1)"), cell(["a", "b"]), cell(None), cell(3), cell("a;=HYPERLINK(1)")
    ("'=HYPERLINK(1)", 'a; b', '', 3, "a;'=HYPERLINK(1)")
    """
    if isinstance(value, int):
        return value
    text = _SEPARATOR.join(value) if isinstance(value, list) else value or ""
    text = _HIDDEN_FORMULA.sub(r"\1'", text)
    dangerous = text.startswith(_FORMULA_SPACE) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if dangerous else text


def _emptied(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


#: Every format that streams, by its name on the command line: field names and rows go in, pieces of a file come out.
EXPORTS: Mapping[str, Callable[[Sequence[str], Iterable[Row]], Iterator[bytes]]] = {"ndjson": _ndjson, "csv": _csv}
#: Every format that is no text, and needs a file.
FILES: Mapping[str, Callable[[Path, str, Sequence[tuple[str, str, str]], Iterable[Row]], None]] = {
    "parquet": write_parquet,
    "sqlite": write_sqlite,
}
