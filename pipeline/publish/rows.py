"""Stories as lists show them: a title, two lines, when, in which language, and who carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

# Rows are tuples: hundreds of thousands of them are read from the catalogue for a whole publication.


class Said(NamedTuple):
    """A time for readers and for machines."""

    text: str
    #: For `<time datetime>`.
    machine: str


class Link(NamedTuple):
    """A name that may lead somewhere."""

    name: str
    #: Absolute, or from the publication's folder; None: nowhere.
    to: str | None
    #: Of what it leads to, where it differs from the page's.
    language: str | None = None


class Row(NamedTuple):
    """One story in a list."""

    title: str
    summary: str
    #: Of title and summary, where it is not the page's.
    language: str | None
    language_name: str
    #: From the publication's folder.
    page: str
    #: None where its heading has said it all.
    time: Said | None
    #: "utan datum; först sedd …", for stories without a date.
    undated: str | None
    #: "3 källor".
    carried_by: str
    carriers: tuple[Link, ...]
    #: "och 2 till", where not all are named.
    more: str | None
    topics: tuple[Link, ...]
    #: When our clock first saw it: RFC 3339, UTC.
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The stories under one heading."""

    heading: str
    machine: str
    rows: tuple[Row, ...]


def row_from_json(fields: list[Any]) -> Row:
    """The row of its fields, in their order. Raises TypeError for what is none."""
    row = Row._make(fields)
    return row._replace(
        time=row.time and Said._make(row.time),
        carriers=tuple(map(Link._make, row.carriers)),
        topics=tuple(map(Link._make, row.topics)),
    )
