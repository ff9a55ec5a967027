"""`sources try`: what one source gives now, where each part of it came from, and what was left out and why. Stores nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.collect import collect
from pipeline.config.names import slug
from pipeline.errors import NotAFeed
from pipeline.extract import extract
from pipeline.model.collection import Visit
from pipeline.model.entry import Dropped
from pipeline.model.source import AutoListing, Feed, Interval, Source, SourceId
from pipeline.normalise import normalise
from pipeline.provenance import provenance
from pipeline.web.urls import absolute, host_of, readable_host

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from pipeline.collect.fetcher import Fetcher
    from pipeline.errors import SourceError
    from pipeline.model.config import Config
    from pipeline.model.entry import Entry
    from pipeline.model.item import Item

#: Which of an item's keys make two entries one item, and what their equality is.
_SAME = {"e": "has the same id", "a": "leads to the same page"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One entry as an item, with where each of its fields came from: the element, the selector, the page of its article, a guess."""

    item: Item
    #: By field, in words: {"title": "`h2`", "published": "JSON-LD of its page"}; only the fields that it has.
    provenance: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a source would give."""

    source: Source
    tried: tuple[Tried, ...]
    dropped: tuple[Dropped, ...]
    requests: int
    warnings: tuple[str, ...]
    error: SourceError | None


def source_of(config: Config, wanted: str) -> Source | None:
    """The source of that id or that address; for another address one that is read as a feed; None where it is neither."""
    for source in config.sources:
        if wanted in {source.id, source.url} or absolute(wanted, "") == source.url:
            return source
    url = absolute(wanted, "") if "://" in wanted else None
    if url is None:
        return None
    name = readable_host(host_of(url))
    return Source(
        id=SourceId(slug(name) or hashlib.blake2b(url.encode(), digest_size=4).hexdigest()),
        name=name,
        url=url,
        kind=Feed(),
        article=None,
        every=Interval(length=timedelta(hours=6)),
        language=None,
        timezone=config.archive.timezone,
        tags=(),
        include=None,
        exclude=None,
    )


async def attempt(source: Source, fetcher: Fetcher, now: datetime) -> Trial:
    """What the source gives now; an address of nobody's that is no feed is read as a listing that nobody described."""
    trial = await _once(source, fetcher, now)
    if isinstance(trial.error, NotAFeed) and not source.line:
        return await _once(replace(source, kind=AutoListing(next=None, pages=1)), fetcher, now)
    return trial


async def _once(source: Source, fetcher: Fetcher, now: datetime) -> Trial:
    visit = Visit(source=source, talk=lambda: extract(source, ()), validators=None, reading="")
    (collection,) = [each async for each in collect([visit], fetcher)]
    tried: tuple[Tried, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    noticed: tuple[str, ...] = ()
    extraction = collection.extraction
    if extraction is not None:
        tried, unwanted, noticed = _understood(extraction.entries, source, now)
        dropped = (*extraction.dropped, *unwanted)
    return Trial(
        source=source,
        tried=tried,
        dropped=dropped,
        requests=collection.requests,
        warnings=(*collection.warnings, *(extraction.warnings if extraction else ()), *noticed),
        error=collection.error,
    )


def _understood(
    entries: Sequence[Entry], source: Source, now: datetime
) -> tuple[tuple[Tried, ...], list[Dropped], tuple[str, ...]]:
    """The items that the archive would get, the entries that become none, and what was noticed."""
    _, noticed = normalise(entries, source, now)
    items, _ = normalise(entries, replace(source, include=None, exclude=None), now)
    refusals = _refused(entries, source, now)
    kept: list[Tried] = []
    dropped: list[Dropped] = []
    known: dict[str, int] = {}
    for number, (entry, item) in enumerate(zip(entries, items, strict=True)):
        why = refusals.get(number) or _known_as(item, known)
        if why is not None:
            dropped.append(Dropped(what=item.title, why=why))
            continue
        known.update(dict.fromkeys(item.keys, len(kept) + 1))
        kept.append(Tried(item=item, provenance=provenance(source, entry, item)))
    return tuple(kept), dropped, noticed


def _refused(entries: Sequence[Entry], source: Source, now: datetime) -> dict[int, str]:
    """By its number among the entries: which pattern keeps an entry out."""
    refusals: dict[int, str] = {}
    for name, alone in (
        ("include", replace(source, exclude=None)),
        ("exclude", replace(source, include=None)),
    ):
        pattern = getattr(source, name)
        if pattern is None:
            continue
        # Items come in the order of their entries and keep their origins, each of which is of one entry alone.
        wanted = Counter(id(item.origin) for item in normalise(entries, alone, now)[0])
        found = "is not found in it" if name == "include" else "is found in it"
        for number, entry in enumerate(entries):
            if not wanted[id(entry.origin)]:
                refusals[number] = f"`{name}: {pattern.pattern}` {found}"
    return refusals


def _known_as(item: Item, known: Mapping[str, int]) -> str | None:
    """That an earlier item is the same one, as the archive would see it; None where none is."""
    return next(_same_as(item, known), None)


def _same_as(item: Item, known: Mapping[str, int]) -> Iterator[str]:
    for key in item.keys:
        if key in known and (why := _SAME.get(key.partition(":")[0])):
            yield f"{why} as entry {known[key]}"
