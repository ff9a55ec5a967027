"""`sources try`: one source now, nothing stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.collect import collect
from pipeline.config.names import slug
from pipeline.errors import NotAFeed
from pipeline.extract import extract
from pipeline.model.collection import Visit
from pipeline.model.source import AutoListing, Feed, Interval, Source, SourceId
from pipeline.normalise import normalise
from pipeline.web.urls import absolute, host_of, readable_host

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.collect.fetcher import Fetcher
    from pipeline.errors import SourceError
    from pipeline.model.config import Config
    from pipeline.model.item import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a source would give."""

    source: Source
    items: tuple[Item, ...]
    #: Entries that came; fewer items than these were wanted by `include` and `exclude`.
    entries: int
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
        from dataclasses import replace

        return await _once(replace(source, kind=AutoListing(next=None, pages=1)), fetcher, now)
    return trial


async def _once(source: Source, fetcher: Fetcher, now: datetime) -> Trial:
    visit = Visit(source=source, talk=lambda: extract(source, ()), validators=None, reading="")
    (collection,) = [each async for each in collect([visit], fetcher)]
    items: tuple[Item, ...] = ()
    noticed: tuple[str, ...] = ()
    extraction = collection.extraction
    if extraction is not None:
        items, noticed = normalise(extraction.entries, source, now)
    return Trial(
        source=source,
        items=items,
        entries=len(extraction.entries) if extraction else 0,
        requests=collection.requests,
        warnings=(*collection.warnings, *(extraction.warnings if extraction else ()), *noticed),
        error=collection.error,
    )
