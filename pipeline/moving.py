"""Moving in: what other programs hold becomes sources in sources.yaml and items in the archive.

Items keep the ids of their sources, their dates, and when the other program first saw them. So a source that is collected afterwards
finds its entries known, and the same file taken over twice changes nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pipeline.config.names import address, free_id, same_place
from pipeline.config.wording import Unfit
from pipeline.extract.feed import read_feed
from pipeline.model.capture import Capture, Headers, Request
from pipeline.model.entry import TAKEN_OVER, Entry, EntryKey, EntryVersion, Origin
from pipeline.model.source import SourceId
from pipeline.normalise import normalise
from pipeline.organise import compared, settled
from pipeline.web.urls import absolute, host_of, readable, readable_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from pipeline.archive import Archive
    from pipeline.model.change import Changes
    from pipeline.model.config import Config
    from pipeline.model.item import Item, Record
    from pipeline.model.source import Source
    from pipeline.model.takeover import Estate, Keepsake, Subscription

#: Entries that are brought into the archive together.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A source that the other program knows."""

    id: SourceId
    subscription: Subscription
    #: What is to be written into sources.yaml; None: the source is there already.
    fields: Mapping[str, Any] | None
    #: For the line above it there.
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What came of the entries of one source."""

    source: SourceId
    #: As the other program kept them.
    entries: int
    #: Items that the archive did not have.
    added: int
    #: Entries that `include` and `exclude` keep out.
    unwanted: int


def arrivals(config: Config, estates: Iterable[Estate]) -> tuple[list[Arrival], list[str]]:
    """The sources that the estates name, each once, and what could not be taken over, a sentence each."""
    known = {same_place(source.url): source.id for source in config.sources}
    taken = {str(source.id) for source in config.sources}
    found: list[Arrival] = []
    remarks: list[str] = []
    for estate in estates:
        remarks += estate.remarks
        for each in estate.subscriptions:
            try:
                url = address(_web(each.url))
            except Unfit as unfit:
                remarks.append(f"{each.title or each.url} was left out: {unfit.message}.")
                continue
            place = same_place(url)
            if place in known:
                if all(arrival.id != known[place] for arrival in found):
                    found.append(Arrival(id=known[place], subscription=each, fields=None))
                continue
            arrival = _arrival(each, url, taken, estate.program)
            found.append(arrival)
            known[place] = arrival.id
            taken.add(str(arrival.id))
    return found, remarks


def _web(url: str) -> str:
    """The address without the scheme that some readers register for themselves."""
    for scheme in ("feed:", "pcast:"):
        if url.lower().startswith(scheme):
            rest = url[len(scheme) :].lstrip("/")
            return rest if rest.lower().startswith(("http:", "https:")) else f"https://{rest}"
    return url


def _arrival(each: Subscription, url: str, taken: set[str], program: str) -> Arrival:
    host = readable_host(host_of(url))
    source_id = free_id(each.title, host, taken)
    fields: dict[str, Any] = {"id": source_id}
    if each.title and each.title != source_id:
        fields["name"] = _literal(each.title)
    fields["url"] = readable(url)
    if each.tags:
        fields["tags"] = [_literal(tag) for tag in each.tags]
    fields |= each.reading
    comment = f"From {program}." if program != "a list of addresses" else ""
    return Arrival(
        id=SourceId(source_id), subscription=each, fields=fields, comment=" ".join(filter(None, (comment, each.remark)))
    )


def _literal(text: str) -> str:
    """A text in which sources.yaml sees no environment variable."""
    return text.replace("${", "$ {")


def move_in(
    config: Config, archive: Archive, estates: Iterable[Estate], now: datetime
) -> tuple[list[Moved], list[str]]:
    """Brings the entries of the estates into the archive, source by source; and says what was left out.

    The sources have to be in sources.yaml by then. Raises ArchiveError where the archive can't be written.
    """
    sources = {same_place(source.url): source for source in config.sources}
    by_source: dict[SourceId, list[tuple[Keepsake, str]]] = {}
    lost: dict[str, int] = {}
    for estate in estates:
        for each in estate.entries:
            source = _source(each.feed, sources)
            if source is None:
                lost[each.feed] = lost.get(each.feed, 0) + 1
            else:
                by_source.setdefault(source.id, []).append((each, estate.program))
    moved = []
    for source in config.sources:
        if kept := by_source.get(source.id):
            entries = [_entry(each, source, program, now) for each, program in kept]
            seen = {number: each.first_seen for number, (each, _) in enumerate(kept)}
            moved.append(move(config, archive, source, entries, first_seen=seen, now=now))
    archive.checkpoint()
    return moved, [f"{count} entries of {feed} were left out, for it is no source." for feed, count in lost.items()]


def move_feed(config: Config, archive: Archive, url: str, content: bytes, now: datetime) -> Moved:
    """Brings the entries of a feed that was kept as a file into the archive of the source at `url`.

    Raises NotAFeed, DecodeError where it is none, ArchiveError where the archive can't be written.
    """
    source = _source(url, {same_place(each.url): each for each in config.sources})
    assert source is not None, "its source is in sources.yaml by now"
    capture = Capture(
        request=Request(url=url),
        url=url,
        status=200,
        headers=Headers(()),
        body=content,
        fetched_at=now,
        elapsed=timedelta(0),
    )
    moved = move(config, archive, source, read_feed(capture, source).entries, first_seen={}, now=now)
    archive.checkpoint()
    return moved


def _source(url: str, sources: Mapping[str, Source]) -> Source | None:
    try:
        return sources.get(same_place(address(_web(url))))
    except Unfit:
        return None


def move(
    config: Config,
    archive: Archive,
    source: Source,
    entries: Sequence[Entry],
    *,
    first_seen: Mapping[int, datetime | None],
    now: datetime,
) -> Moved:
    """Brings entries of one source into the archive; `first_seen` by their place among them."""
    numbered = [replace(each, origin=replace(each.origin, position=at)) for at, each in enumerate(entries)]
    numbered.sort(key=lambda each: (each.published or "", each.origin.position))
    added = unwanted = 0
    for at in range(0, len(numbered), _AT_ONCE):
        some = numbered[at : at + _AT_ONCE]
        items, _ = normalise(some, source, now)
        unwanted += len(some) - len(items)
        with archive.turn():
            near = archive.near(items, config.corrections.partners(item.id for item in items))
            changes = _organised(items, near, archive, config, now)
            archive.commit(_dated(changes, near, items, dict(_seen(items, first_seen, now))), {})
        added += len(changes.added)
    return Moved(source=source.id, entries=len(entries), added=added, unwanted=unwanted)


def _organised(
    items: Sequence[Item], near: Sequence[Record], archive: Archive, config: Config, now: datetime
) -> Changes:
    """What the items change in the archive. What it knows of an item already is not changed by how another program tells it."""

    def organised(some: Sequence[Item]) -> Changes:
        found = compared(some, near, topics=config.topics, now=now, older=True, corrections=config.corrections)
        return settled(found, archive.told(found.stories), language=config.archive.language)

    changes = organised(items)
    own = {id(item.origin) for item in items if item.origin.by.startswith(TAKEN_OVER)}
    again = own & {id(record.item.origin) for record in (*changes.revised, *changes.amended)}
    told = [item for item in items if id(item.origin) not in again]
    return changes if len(told) == len(items) else organised(told)


def _seen(
    items: Iterable[Item], first_seen: Mapping[int, datetime | None], now: datetime
) -> Iterator[tuple[str, datetime]]:
    """By each of the keys that are an item's own: when the other program first saw it, if that is before now."""
    for item in items:
        at = first_seen.get(item.origin.position)
        if at is not None and at < now:
            yield from ((key, at.replace(microsecond=0)) for key in item.keys if key.startswith(("v:", "e:", "a:")))


def _dated(changes: Changes, before: Iterable[Record], items: Sequence[Item], seen: Mapping[str, datetime]) -> Changes:
    """The changes with the times of the other program: an item was first seen when either of the two saw it first."""
    source = items[0].source if items else None
    touched = {record.item.id for record in (*changes.added, *changes.revised, *changes.amended)}
    added = tuple(
        replace(record, first_seen=at, last_seen=at) if (at := _earliest(record, seen)) else record
        for record in changes.added
    )
    earlier = tuple(
        replace(record, first_seen=at)
        for record in before
        if record.item.source == source and record.item.id not in touched
        if (at := _earliest(record, seen)) is not None and at < record.first_seen
    )
    return replace(changes, added=added, amended=(*changes.amended, *earlier))


def _earliest(record: Record, seen: Mapping[str, datetime]) -> datetime | None:
    return min((at for key in record.item.keys if (at := seen.get(key)) is not None), default=None)


def _entry(kept: Keepsake, source: Source, program: str, now: datetime) -> Entry:
    """The entry that a keepsake was, as its source gave it."""
    link = absolute(kept.link, kept.feed) if kept.link else None
    told = [part.value if part else "" for part in (kept.title, kept.summary, kept.content)]
    told += [kept.key or "", link or "", kept.published or "", kept.updated or ""]
    digest = hashlib.blake2b("\0".join(told).encode("utf-8", "replace"), digest_size=16).hexdigest()
    return Entry(
        source=source.id,
        key=EntryKey(kept.key or link or digest),
        version=EntryVersion(f"import-{digest}"),
        title=kept.title,
        summary=kept.summary,
        content=kept.content,
        link=link,
        published=kept.published,
        updated=kept.updated,
        authors=kept.authors,
        tags=kept.tags,
        language=kept.language,
        base=link or kept.feed,
        origin=Origin(
            capture_url=kept.feed, fetched_at=kept.first_seen or now, position=0, by=f"{TAKEN_OVER}{program}"
        ),
    )
