"""Whole valid values of the model: a test says only what matters to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.model.capture import Capture, Headers, Request
from pipeline.model.config import ArchiveInfo, Config, FetchPolicy
from pipeline.model.entry import Entry, EntryKey, EntryVersion, Origin, Text
from pipeline.model.item import IdentityKey, Item, ItemId, Moment, Record
from pipeline.model.source import Feed, Interval, Source, SourceId
from pipeline.model.story import Story, StoryId

#: The present, in every test that needs one.
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def source(id: str = "adda", **fields: Any) -> Source:  # noqa: A002
    """A feed in Swedish, asked every six hours."""
    values: dict[str, Any] = {
        "id": SourceId(id),
        "name": id.capitalize(),
        "url": f"https://{id}.example.se/feed",
        "kind": Feed(),
        "article": None,
        "every": Interval(length=timedelta(hours=6)),
        "language": "sv",
        "timezone": ZoneInfo("Europe/Stockholm"),
        "tags": (),
        "include": None,
        "exclude": None,
    }
    return Source(**(values | fields))


def capture(url: str = "https://adda.example.se/feed", body: bytes | str = b"", **fields: Any) -> Capture:
    """A response of 200 with that body."""
    headers = Headers([("Content-Type", fields.pop("content_type", "text/html; charset=utf-8"))])
    values: dict[str, Any] = {
        "request": Request(url=url),
        "url": url,
        "status": 200,
        "headers": headers,
        "body": body.encode() if isinstance(body, str) else body,
        "fetched_at": NOW,
        "elapsed": timedelta(milliseconds=20),
    }
    return Capture(**(values | fields))


def origin(**fields: Any) -> Origin:
    """From a feed, first place."""
    values: dict[str, Any] = {
        "capture_url": "https://adda.example.se/feed",
        "fetched_at": NOW,
        "position": 0,
        "by": "rss20",
    }
    return Origin(**(values | fields))


def entry(title: str = "Nya krav på handskar", **fields: Any) -> Entry:
    """An entry of a Swedish feed."""
    values: dict[str, Any] = {
        "source": SourceId("adda"),
        "key": EntryKey("https://adda.example.se/nyheter/1"),
        "version": EntryVersion("v1"),
        "title": Text(value=title),
        "summary": Text(value="Regionerna ställer nya krav på handskar."),
        "content": None,
        "link": "https://adda.example.se/nyheter/1",
        "published": "Mon, 02 Mar 2026 08:00:00 +0100",
        "updated": None,
        "authors": (),
        "tags": (),
        "language": None,
        "base": "https://adda.example.se/feed",
        "origin": origin(),
    }
    return Entry(**(values | fields))


def moment(text: str = "2026-03-02T08:00:00+01:00", precision: Any = "second") -> Moment:
    """A moment from its RFC 3339 text."""
    return Moment(at=datetime.fromisoformat(text), precision=precision)


def item(id: str = "i1", **fields: Any) -> Item:  # noqa: A002
    """An item of a Swedish feed; its address and its keys follow from its id."""
    values: dict[str, Any] = {
        "id": ItemId(id),
        "source": SourceId("adda"),
        "keys": (IdentityKey(f"e:adda:{id}"), IdentityKey(f"a:adda.example.se/nyheter/{id}")),
        "url": f"https://adda.example.se/nyheter/{id}",
        "title": f"Nyhet {id}",
        "summary": "Regionerna ställer nya krav på handskar.",
        "text": "",
        "language": "sv",
        "published": moment(),
        "updated": None,
        "authors": (),
        "tags": (),
        "origin": origin(),
    }
    return Item(**(values | fields))


def record(id: str = "i1", **fields: Any) -> Record:  # noqa: A002
    """A record of `item(id)` that is a story by itself; fields of the item may be given too."""
    own = {key: fields.pop(key) for key in ("story", "topics", "first_seen", "last_seen", "history") if key in fields}
    values: dict[str, Any] = {
        "item": fields.pop("item", None) or item(id, **fields),
        "story": StoryId(f"s-{id}"),
        "topics": (),
        "first_seen": NOW,
        "last_seen": NOW,
    }
    return Record(**(values | own))


def story(*ids: str, id: str | None = None, **fields: Any) -> Story:  # noqa: A002
    """A story of those items, the first its lead."""
    values: dict[str, Any] = {
        "id": StoryId(id or f"s-{ids[0]}"),
        "lead": ItemId(ids[0]),
        "items": tuple(ItemId(each) for each in ids),
    }
    return Story(**(values | fields))


def archive_info(**fields: Any) -> ArchiveInfo:
    """A Swedish archive."""
    values: dict[str, Any] = {
        "title": "Samlade nyheter",
        "url": "https://nyheter.example.se/",
        "language": "sv",
        "timezone": ZoneInfo("Europe/Stockholm"),
        "contact": "redaktion@example.se",
    }
    return ArchiveInfo(**(values | fields))


def config(*sources: Source, **fields: Any) -> Config:
    """A configuration of those sources, without waiting between requests."""
    values: dict[str, Any] = {
        "archive": archive_info(),
        "fetch": FetchPolicy(delay=timedelta(0), robots=False),
        "sources": sources,
        "topics": (),
        "feeds": (),
        "captures": None,
        "alert_after": timedelta(days=2),
        "notify": (),
        "store": None,
    }
    return Config(**(values | fields))
