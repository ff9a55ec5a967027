"""A page, read in each of the ways that its fields are taken from, and what a field that was found looks like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from pipeline.extract.jsonld import Node
    from pipeline.web.html import Tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A value, and how it was found: "selector", "json-ld", "meta", "microdata", "visible", "address" or "guessed"."""

    value: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The page, read in each of the ways that fields are taken from."""

    markup: str
    url: str
    soup: Tag
    #: Every object of its JSON-LD, and the one for its article.
    nodes: list[Node]
    node: Node
    metas: Mapping[str, str]
    headline: Tag | None
    #: Of the source: the days of its readers.
    timezone: tzinfo = UTC
    #: When it was fetched (aware): what it says to be later was not published yet. None: unknown.
    fetched_at: datetime | None = None
