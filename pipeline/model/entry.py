"""One element as a source gave it, before we touch it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NewType

from pipeline.model.capture import Capture, Request

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.model.source import SourceId

#: What the source calls the entry: atom:id, guid, its link, or a digest of its title (RFC 4287, section 4.2.6).
EntryKey = NewType("EntryKey", str)

#: Digest of what the source itself says of an entry, before its article is opened: another one is a changed entry.
EntryVersion = NewType("EntryVersion", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text construct (RFC 4287, section 3.1): plain text, or HTML as markup."""

    value: str
    type: Literal["text", "html"] = "text"


#: How `Origin.by` begins for what another program collected: "import:Miniflux".
TAKEN_OVER = "import:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an entry came from, and how each of its fields was got."""

    #: The address of the response that held it.
    capture_url: str
    #: UTC, our clock.
    fetched_at: datetime
    #: In the document, from 0.
    position: int
    #: How: "rss20", "atom10", "jsonfeed", "listing", "json", "sitemap".
    by: str
    #: Where single fields came from, where that is another place: {"published": "article:json-ld"}.
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One element of a feed, a listing, an API or a sitemap; everything as the source wrote it."""

    source: SourceId
    key: EntryKey
    #: None where its article is still to be opened, so that it counts as not yet seen.
    version: EntryVersion | None
    title: Text | None
    summary: Text | None
    content: Text | None
    #: Absolute; None where there is none.
    link: str | None
    published: str | None
    updated: str | None
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    #: Declared for this entry or for its whole document: xml:lang, dc:language, html lang.
    language: str | None
    #: The address that relative links in its markup are relative to.
    base: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """An element of a source that became no entry of its own."""

    #: Its title, its address or its beginning: enough to find it.
    what: str
    #: As the end of a sentence: "has neither a title nor a link".
    why: str


#: So many of one extraction are remembered; a sitemap drops thousands.
MOST_DROPPED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Older:
    """A page that holds what is older."""

    #: Absolute, without a fragment.
    url: str
    #: Whether the address is made after the custom of a program, and nothing says that there is such a page.
    guessed: bool = False
    #: Whether it is an archive of its own, which may begin with what was read already.
    archive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """Everything that one conversation brought to light."""

    entries: tuple[Entry, ...]
    #: What was noticed on the way, a sentence each, for the run report.
    warnings: tuple[str, ...] = ()
    #: What was left out on the way and why, at most `MOST_DROPPED`: for people who look at a source.
    dropped: tuple[Dropped, ...] = ()
    #: False where something is left to fetch at the next run, an article that did not answer: then nothing is `unchanged`.
    complete: bool = True
    #: The pages that hold what is older, the next one first.
    older: tuple[Older, ...] = ()
    #: Whether the site stopped to answer before every article that was wanted had been asked for.
    refused: bool = False


#: An extractor asks for responses and is sent them; a FetchError is thrown into it where one could not be had.
Conversation = Generator[Request, Capture, Extraction]
