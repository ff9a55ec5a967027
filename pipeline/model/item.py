"""One entry, normalised, with an identity that lasts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NewType

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.model.entry import EntryVersion, Origin
    from pipeline.model.source import SourceId
    from pipeline.model.story import StoryId

#: Derived from the source and the first identity that the item was seen under; lasts for ever.
ItemId = NewType("ItemId", str)

#: What an item can be found again by; the archive is an index from these to items, `normalise.identity` makes them:
#: "v:SOURCE:…" a version of its entry that was seen, "e:SOURCE:…" its source's own id for it, "a:…" its address,
#: "p:SOURCE:…" its address without the host, "d:SOURCE:…" its title and day, "t:…" its text,
#: "n:…" fingerprints of its text: who shares one may have the same words, and has to be compared;
#: "k:…" pairs of what it mentions, with its weeks: who shares one may tell of the same event, and has to be compared.
IdentityKey = NewType("IdentityKey", str)


def version_key(source: SourceId, version: EntryVersion) -> IdentityKey:
    """The "v:" key of a version of an entry."""
    return IdentityKey(f"v:{source}:{version}")


Precision = Literal["second", "minute", "day", "month"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A point in time, with how much of it was said."""

    #: Aware: the offset that was written, or the source's zone. What was not said is the start of it (00:00, the 1st).
    at: datetime
    precision: Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What an entry says, in plain text, with whatever could be made certain."""

    id: ItemId
    source: SourceId
    #: In the order of trust.
    keys: tuple[IdentityKey, ...]
    #: Canonical address of the item's own page; http or https.
    url: str | None
    #: Plain text, NFC, never empty.
    title: str
    #: Plain text, at most a paragraph; may be empty.
    summary: str
    #: Plain text of the whole article where it was collected, else "". Paragraphs are separated by an empty line.
    text: str
    #: BCP 47; None: unknown.
    language: str | None
    published: Moment | None
    #: As the source says it.
    updated: Moment | None
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    origin: Origin


#: The fields of an item whose change a reader would notice; a change of any of them is a revision.
REVISED_FIELDS: tuple[str, ...] = ("title", "summary", "text", "url", "published")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One change that the source made to an item."""

    #: UTC, our clock.
    seen_at: datetime
    #: The old values of the fields that changed; a Moment as its RFC 3339 text.
    before: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An item in the archive, with its history."""

    item: Item
    story: StoryId
    topics: tuple[str, ...]
    #: UTC, our clock.
    first_seen: datetime
    #: UTC, our clock; as far as it is written here: an item that its source still holds (`History.held`) was last seen at
    #: the source's last success.
    last_seen: datetime
    #: Oldest first.
    history: tuple[Revision, ...] = ()
