"""A place that news comes from, as a maintainer describes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    import re
    from datetime import timedelta
    from zoneinfo import ZoneInfo

#: a-z, 0-9 and "-"; lasts for ever, and is never given to another source.
SourceId = NewType("SourceId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """What to take from a page: the first element that `css` matches, its text or one of its attributes."""

    css: str
    #: None: the text (for a link: its href).
    attribute: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed of any format: RSS, Atom, RDF, JSON Feed. Which one is seen from its bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """An HTML page that lists news; each selector but `item` and `next` is looked up inside the item."""

    item: str
    title: Selector | None
    link: Selector | None
    date: Selector | None
    summary: Selector | None
    #: The link to the next older page; followed only as far as `pages`.
    next: Selector | None
    #: At most so many pages in one run.
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoListing:
    """An HTML page that lists news, with no selectors: the items are found by what they are."""

    #: As in `Listing`; None: what the page itself calls next.
    next: Selector | None
    #: At most so many pages in one run.
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonApi:
    """A JSON API; every field is a JMESPath expression, all but `items` within one item."""

    items: str
    title: str
    link: str
    date: str | None
    summary: str | None
    pages: int


#: What WordPress calls things (developer.wordpress.org/rest-api/reference/posts); `date_gmt` comes without its offset.
WORDPRESS = JsonApi(
    items="[]",
    title="title.rendered",
    link="link",
    date="date_gmt && join('', [date_gmt, 'Z'])",
    summary="excerpt.rendered",
    pages=1,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """A sitemap (sitemaps.org), an index of them, or a news sitemap; regular expressions over addresses."""

    include: re.Pattern[str] | None
    exclude: re.Pattern[str] | None


Kind = Feed | Listing | AutoListing | JsonApi | Sitemap


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Open the page of every new item; a selector that is None means: find it yourself."""

    title: Selector | None = None
    text: Selector | None = None
    date: Selector | None = None
    author: Selector | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Collect again after so long."""

    length: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """Collect at the times of a five-field cron expression, in the archive's time zone."""

    expression: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Auto:
    """Collect as often as the source brings something new, and no oftener than it asks for."""


Every = Interval | Cron | Auto


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One entry under `sources:`, with the defaults merged in."""

    id: SourceId
    #: What readers see; the id where the file gives none.
    name: str
    url: str
    kind: Kind
    article: Article | None
    every: Every
    #: The usual language (BCP 47); None: guessed for each item.
    language: str | None
    #: For dates that come without an offset.
    timezone: ZoneInfo
    tags: tuple[str, ...]
    #: Over title and text: only what matches, unless it matches `exclude`.
    include: re.Pattern[str] | None
    exclude: re.Pattern[str] | None
    #: Line of sources.yaml that it starts at, for messages; 0 where there is no file.
    line: int = 0
