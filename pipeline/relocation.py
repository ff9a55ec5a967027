"""Where a source's news is now that its address does not answer with it: another feed, another sitemap, the page itself.

A place is worth as much as the known items that are found there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pipeline.errors import FetchError, SourceError
from pipeline.extract import extract
from pipeline.extract.feed import announced_feeds
from pipeline.model.capture import Purpose, Request
from pipeline.model.source import AutoListing, Feed, Sitemap
from pipeline.normalise import canonical_url
from pipeline.web.encoding import decode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence

    from pipeline.collect.fetcher import Fetcher
    from pipeline.model.capture import Capture
    from pipeline.model.entry import Entry
    from pipeline.model.item import Record
    from pipeline.model.source import Source

#: Of the known items, so many have to be found again before anything is written into sources.yaml.
ENOUGH = 0.5
#: Addresses that are tried for one source.
MOST_TRIED = 5
_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml", "/sitemap-news.xml")
_ROBOTS_SITEMAP = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What to write instead, and what speaks for it."""

    #: By field: what stands in sources.yaml ("" for nothing), and what to write instead.
    changes: Mapping[str, tuple[str, str]]
    #: Known items that it finds again.
    found: int
    #: Known items that it was held against.
    known: int

    @property
    def is_sure(self) -> bool:
        """Whether it finds enough of what is known to be written without a person."""
        return self.known > 0 and self.found >= ENOUGH * self.known


async def relocated(
    source: Source, capture: Capture | None, known: Sequence[Record], fetcher: Fetcher
) -> Proposal | None:
    """The best place to read the source from instead; None where nothing known is found anywhere.

    `capture` is what its address answers with now; None where it does not answer.
    """
    best: Proposal | None = None
    for url in [url async for url in _places(source, capture, fetcher)][:MOST_TRIED]:
        answer = await _asked(url, fetcher)
        found = 0 if answer is None else _known_in(replace(source, url=url), answer, known)
        if found > (best.found if best else 0):
            best = Proposal(changes={"url": (source.url, url)}, found=found, known=len(known))
    if best is None and capture is not None and isinstance(source.kind, Feed):
        found = _known_in(replace(source, kind=AutoListing(next=None, pages=1)), capture, known)
        best = Proposal(changes={"listing": ("", "auto")}, found=found, known=len(known)) if found else None
    return best


def entries_of(source: Source, capture: Capture) -> tuple[Entry, ...]:
    """The entries that one answer holds for the source, without further pages and articles; empty where it can't be read."""
    talk = extract(replace(source, article=None), ())
    try:
        next(talk)
        talk.send(capture)
        while True:
            talk.throw(FetchError("only this one answer is looked at"))
    except StopIteration as end:
        entries: tuple[Entry, ...] = end.value.entries
        return entries
    except SourceError:
        return ()


def matching(links: Iterable[str | None], titles: Iterable[str], known: Sequence[Record]) -> int:
    """How many of the known items have one of those addresses or titles."""
    addresses = {canonical_url(link) for link in links if link}
    named = {title.casefold() for title in titles}
    return sum(record.item.url in addresses or record.item.title.casefold() in named for record in known)


def _known_in(source: Source, capture: Capture, known: Sequence[Record]) -> int:
    entries = entries_of(source, capture)
    return matching((entry.link for entry in entries), (entry.title.value for entry in entries if entry.title), known)


async def _places(source: Source, capture: Capture | None, fetcher: Fetcher) -> AsyncIterator[str]:
    """Addresses that the source may have moved to, each once, the likeliest first."""
    tried = {source.url}
    match source.kind:
        case Feed():
            pages = [capture, await _asked(urljoin(source.url, "/"), fetcher)]
            found: Iterator[str] = (url for page in pages if page for url in announced_feeds(_text(page), page.url))
        case Sitemap():
            robots = await _asked(urljoin(source.url, "/robots.txt"), fetcher)
            named = _ROBOTS_SITEMAP.findall(_text(robots)) if robots else []
            found = (urljoin(source.url, url) for url in (*named, *_SITEMAPS))
        case _:
            return
    for url in found:
        if url not in tried and urlsplit(url).scheme in {"http", "https"}:
            tried.add(url)
            yield url


async def _asked(url: str, fetcher: Fetcher) -> Capture | None:
    try:
        return await fetcher.fetch(Request(url=url, purpose=Purpose.DISCOVERY))
    except SourceError:
        return None


def _text(capture: Capture) -> str:
    return decode(capture.body, content_type=capture.headers.get("Content-Type"), kind="html").text
