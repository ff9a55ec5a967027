"""The pages of a listing, newest first: walked as far as they lead and bring something, whoever reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

from pipeline.errors import FetchError, NothingMatched
from pipeline.extract.paging import older_pages
from pipeline.extract.versions import title_key, version_of
from pipeline.model.capture import Purpose, Request
from pipeline.model.entry import MOST_DROPPED, Dropped, Entry, EntryKey, Extraction, Origin, Text
from pipeline.web.encoding import decode
from pipeline.web.html import Tag, attribute, base_address, language_of, parse_html
from pipeline.web.selectors import address_of, select
from pipeline.web.urls import same_site

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping
    from typing import Protocol

    from pipeline.model.capture import Capture
    from pipeline.model.entry import Conversation
    from pipeline.model.source import Selector, Source

    class Reader(Protocol):
        """How the pages of a listing are read."""

        def read(self, page: Page) -> list[Entry]:
            """The entries of a page, in its order; the same item may stand there twice."""

        def nothing(self, page: Page) -> str:
            """What to say where the first page holds none."""

        def warnings(self) -> Iterable[str]:
            """What was noticed over all pages."""

        def dropped(self) -> Iterable[Dropped]:
            """The items, over all pages, that are none."""


_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_FEED_ROOT = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a listing."""

    source: Source
    capture: Capture
    soup: Tag
    #: What relative links are relative to.
    base: str
    language: str | None


def walk(source: Source, reader: Reader, *, next: Selector | None, pages: int, older: bool = False) -> Conversation:  # noqa: A002  # the contract's word
    """Every item of a listing and of at most `pages` pages of it, each once; and with `older` where it goes on.

    Raises NothingMatched where the first page holds no item, and what its request fails with. An older page that fails or is
    empty is a warning.
    """
    page = page_of(source, (yield Request(url=source.url, purpose=Purpose.SOURCE)))
    home = page.capture.url
    visited = {source.url, home}
    entries: dict[str, Entry] = {}
    warnings: list[str] = []
    twice: list[Dropped] = []
    if not _take(page, reader, entries, twice):
        raise _nothing(page, reader)
    further = older_pages(page, next, visited) if older or pages > 1 else ()
    if pages > 1 and next is not None and not further:
        warnings.append(f"`next: {next.css}` leads nowhere on {page.capture.url}; only that page was read.")
    complete = True
    for _ in range(1, pages):
        if not further:
            break
        address = further[0].url
        visited.add(address)
        try:
            page = page_of(source, (yield Request(url=address, purpose=Purpose.PAGE)))
        except FetchError as error:
            warnings.append(f"The older page {address} could not be read: {error.message}")
            complete, further = False, ()
            break
        if not _is_further(page, home, visited - {address}) or not _take(page, reader, entries, twice):
            further = ()
            break
        visited.add(page.capture.url)
        further = (*older_pages(page, next, visited), *further[1:])
    warnings.extend(reader.warnings())
    return Extraction(
        entries=tuple(entries.values()),
        warnings=tuple(warnings),
        dropped=(*reader.dropped(), *twice)[:MOST_DROPPED],
        complete=complete,
        older=further,
    )


def one_older(
    source: Source,
    reader: Reader,
    capture: Capture,
    *,
    next: Selector | None,  # noqa: A002  # the contract's word
    visited: Container[str],
) -> Extraction:
    """The items of one older page, each once, and where it goes on; nothing where it holds no items."""
    page = page_of(source, capture)
    entries: dict[str, Entry] = {}
    if not _take(page, reader, entries, []):
        return Extraction(entries=())
    older = older_pages(page, next, visited)
    return Extraction(entries=tuple(entries.values()), warnings=tuple(reader.warnings()), older=older)


def _is_further(page: Page, home: str, visited: Container[str]) -> bool:
    """Whether a page is one that was not read yet, and of the source's own site: a redirect may lead elsewhere."""
    return page.capture.url not in visited and same_site(page.capture.url, page.source.url, home)


def entry_of(
    page: Page,
    tag: Tag,
    position: int,
    *,
    link: str | None,
    title: str,
    date: str | None,
    summary: str,
    guessed: Mapping[str, str],
) -> Entry:
    """The entry that an item of a page is. `guessed` says which fields no selector found, and how they were."""
    key = link or title_key(title)
    if link is not None and _is_on_page(link, page):
        # A place on the listing tells its items apart, but all of them have one address: it is that of none.
        link = None
    texts = {"title": Text(value=title) if title else None, "summary": Text(value=summary) if summary else None}
    return Entry(
        source=page.source.id,
        key=EntryKey(key),
        version=version_of(key=key, content=None, link=link, published=date, updated=None, **texts),
        content=None,
        link=link,
        published=date,
        updated=None,
        authors=(),
        tags=(),
        language=attribute(tag, "lang") or page.language,
        base=page.base,
        origin=Origin(
            capture_url=page.capture.url,
            fetched_at=page.capture.fetched_at,
            position=position,
            by="listing",
            fields=guessed,
        ),
        **texts,
    )


def is_same_page(link: str, page: Page) -> bool:
    """Whether a link leads to the page that it stands on."""
    return link in {page.capture.url, page.source.url}


def page_of(source: Source, capture: Capture) -> Page:
    """A response, read as a page."""
    decoded = decode(capture.body, content_type=capture.headers.get("Content-Type"), kind="html")
    soup = parse_html(decoded.text)
    return Page(
        source=source, capture=capture, soup=soup, base=base_address(soup, capture.url), language=language_of(soup)
    )


def _take(page: Page, reader: Reader, entries: dict[str, Entry], twice: list[Dropped]) -> bool:
    """Whether `page` brought an item that `entries` did not have; they have it from now on."""
    before = len(entries)
    for entry in reader.read(page):
        key = showing(entry)
        if key in entries:
            what = entry.title.value if entry.title else entry.key
            twice.append(Dropped(what=what, why=f"is shown a second time on {page.capture.url}"))
        entries[key] = _fuller(entries[key], entry) if key in entries else entry
    return len(entries) > before


def _is_on_page(link: str, page: Page) -> bool:
    return is_same_page(urldefrag(link).url, page)


def showing(entry: Entry) -> str:
    """What two showings of one item have in common: the address without what varies between a box and a list, else the key."""
    if entry.link is None:
        return entry.key
    parts = urlsplit(entry.link)
    query = "&".join(part for part in parts.query.split("&") if not part.startswith("utm_"))
    return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}?{query}#{parts.fragment}"


def _fuller(first: Entry, second: Entry) -> Entry:
    """One entry of two showings of it: the one that says more, at the place of the first."""
    better = max(first, second, key=lambda entry: sum(map(bool, (entry.title, entry.summary, entry.published))))
    return replace(better, origin=replace(better.origin, position=first.origin.position))


def _nothing(page: Page, reader: Reader) -> NothingMatched:
    feed = next(_announced_feeds(page), None)
    hint = f"The page announces a feed: write `url: {feed}` and leave out `listing:`." if feed else None
    if _FEED_ROOT.search(page.capture.body[:1000]):
        hint = "The address is that of a feed: leave out `listing:`."
    return NothingMatched(reader.nothing(page), url=page.capture.url, hint=hint)


def _announced_feeds(page: Page) -> Iterator[str]:
    links: Iterable[Tag] = select(page.soup, "link[rel~=alternate i][href][type]")
    for link in links:
        if (attribute(link, "type") or "").lower() in _FEED_TYPES and (address := address_of(link, page.base)):
            yield address
