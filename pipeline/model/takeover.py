"""What another program holds: its subscriptions, and the entries that it kept of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.model.entry import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One feed that the other program follows."""

    #: As written there.
    url: str
    #: What its user calls it; empty: nothing.
    title: str = ""
    #: The site's own address; empty: not said.
    site: str = ""
    #: Folders, categories and labels that it lies in.
    tags: tuple[str, ...] = ()
    #: Fields of sources.yaml that say how it is read, where it is no feed: {"listing": "auto"}.
    reading: Mapping[str, Any] = field(default_factory=dict)
    #: What a person should know of it, a sentence; empty: nothing.
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keepsake:
    """One entry as the other program kept it."""

    #: `Subscription.url` of its feed.
    feed: str
    #: The source's own id for it, where the other program keeps it; None: it does not.
    key: str | None
    title: Text | None
    summary: Text | None
    content: Text | None
    link: str | None
    #: RFC 3339; None: not known.
    published: str | None
    updated: str | None
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    language: str | None
    #: Aware; when the other program first saw it. None: not known.
    first_seen: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """All that one file of another program holds."""

    #: Whose it is: "OPML", "a list of addresses", "reader", "Miniflux", "FreshRSS".
    program: str
    subscriptions: tuple[Subscription, ...]
    entries: tuple[Keepsake, ...] = ()
    #: What could not be taken over, a sentence each.
    remarks: tuple[str, ...] = ()
