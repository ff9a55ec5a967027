"""Stories as lists show them: a title, two lines, when, in which language, and who carries it; in no language yet, and in one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from markupsafe import Markup

R = TypeVar("R")

#: In a printed row, where the way to the publication's folder belongs; no text that is published holds this character.
HOME = "\0"

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


class Carrier(NamedTuple):
    """A source that carries a story."""

    name: str
    #: Of its own page; None: it has none.
    url: str | None
    language: str | None


class Listed(NamedTuple):
    """What a list says of one story, before it is said in the site's words."""

    title: str
    summary: str
    #: Of title and summary; None: unknown.
    language: str | None
    #: From the publication's folder, and from that of each further language.
    page: str
    #: For `<time datetime>`; "" for a story without a date, and for one of which the heading of its day says it all.
    machine: str
    #: The same in the readers' zone.
    shown: str
    #: How much of it stands beside the title.
    precision: Literal["clock", "minute", "day", "month"]
    #: The day on which our clock first saw a story without a date; "" for one with a date.
    undated: str
    #: How many sources carry it; those named come first.
    sources: int
    carriers: tuple[Carrier, ...]
    #: Ids.
    topics: tuple[str, ...]
    #: When our clock first saw it: RFC 3339, UTC.
    seen: str


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


class Printed(NamedTuple):
    """A row in the words of one language, as markup for pages in any folder."""

    #: From the publication's folder.
    page: str
    #: With `HOME` wherever it leads to a page; UTF-8, which needs half of the memory of a text.
    markup: bytes

    def at(self, home: str) -> Markup:
        """The row on a page from which `home` leads to the publication's folder."""
        return Markup(self.markup.decode().replace(HOME, home))  # noqa: S704 – printed by a template, with a path of ours put in


@dataclass(frozen=True, slots=True, kw_only=True)
class Day(Generic[R]):
    """The stories under one heading."""

    heading: str
    machine: str
    rows: tuple[R, ...]


def listed_from_json(fields: list[Any]) -> Listed:
    """What a list says, of its fields in their order. Raises TypeError for what is none."""
    listed = Listed._make(fields)
    return listed._replace(carriers=tuple(map(Carrier._make, listed.carriers)), topics=tuple(listed.topics))
