"""HTML pages that list news, read by the selectors of sources.yaml, and their older pages."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

from pipeline.errors import FetchError, NothingMatched
from pipeline.extract import teaser
from pipeline.extract.versions import title_key, version_of
from pipeline.model.capture import Purpose, Request
from pipeline.model.entry import Entry, EntryKey, Extraction, Origin, Text
from pipeline.web.encoding import decode
from pipeline.web.html import Tag, attribute, base_address, inline_text, language_of, parse_html
from pipeline.web.selectors import address_of, date_in, first_value, link_in, select
from pipeline.web.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.model.capture import Capture
    from pipeline.model.entry import Conversation
    from pipeline.model.source import Listing, Selector, Source

#: The fields of a listing that have a selector, in the order of sources.yaml.
_FIELDS = ("title", "link", "date", "summary")
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_FEED_ROOT = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]")


@dataclass(slots=True, kw_only=True)
class _Finds:
    """What the pages have brought so far."""

    #: By what two showings of one item have in common.
    entries: dict[str, Entry] = field(default_factory=dict)
    #: Items that each field's selector matched in.
    matched: Counter[str] = field(default_factory=Counter)
    items: int = 0
    warnings: list[str] = field(default_factory=list)
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    source: Source
    kind: Listing
    capture: Capture
    soup: Tag
    #: What relative links are relative to.
    base: str
    language: str | None


def listing(source: Source, kind: Listing, *, pages: int | None = None) -> Conversation:
    """Every item of a listing and of at most `pages` pages of it, each once.

    Raises NothingMatched where the first page holds no item, and what its request fails with. An older page that fails or is
    empty is a warning.
    """
    finds = _Finds()
    limit = kind.pages if pages is None else pages
    page = _page(source, kind, (yield Request(url=source.url, purpose=Purpose.SOURCE)))
    visited = {source.url, page.capture.url}
    if not _take(page, finds):
        raise _nothing(page)
    for number in range(2, limit + 1):
        address = _older(page)
        if address is None and number == 2 and kind.next is not None:
            finds.warnings.append(
                f"`next: {kind.next.css}` leads nowhere on {page.capture.url}; only that page was read."
            )
        if address is None or address in visited:
            break
        try:
            page = _page(source, kind, (yield Request(url=address, purpose=Purpose.PAGE)))
        except FetchError as error:
            finds.warnings.append(f"The older page {address} could not be read: {error.message}")
            finds.complete = False
            break
        visited |= {address, page.capture.url}
        if not _take(page, finds):
            break
    finds.warnings.extend(_unmatched(kind, finds))
    return Extraction(entries=tuple(finds.entries.values()), warnings=tuple(finds.warnings), complete=finds.complete)


def _page(source: Source, kind: Listing, capture: Capture) -> _Page:
    decoded = decode(capture.body, content_type=capture.headers.get("Content-Type"), kind="html")
    soup = parse_html(decoded.text)
    return _Page(
        source=source,
        kind=kind,
        capture=capture,
        soup=soup,
        base=base_address(soup, capture.url),
        language=language_of(soup),
    )


def _take(page: _Page, finds: _Finds) -> bool:
    """Whether `page` brought an item that `finds` did not have; they have it from now on."""
    before = len(finds.entries)
    empty = 0
    for position, item in enumerate(_items(page.soup, page.kind.item)):
        entry = _entry(item, page, position, finds.matched)
        if entry is None:
            empty += item.find("th") is None or item.name != "tr"  # the head of a table is no broken item
            continue
        finds.items += 1
        key = _showing(entry)
        finds.entries[key] = _fuller(finds.entries[key], entry) if key in finds.entries else entry
    found = len(finds.entries) > before
    if empty and found:
        finds.warnings.append(
            f"{empty} of the items on {page.capture.url} have neither a title nor a link; they were left out."
        )
    return found


def _items(soup: Tag, css: str) -> list[Tag]:
    """The elements that are items: where matches lie inside one another, a match that holds several is only a frame around them."""
    matches = select(soup, css)
    known = {id(match) for match in matches}
    leaves: Counter[int] = Counter()
    for match in matches:
        if not any(id(inner) in known for inner in match.find_all()):
            leaves.update(id(parent) for parent in match.parents if id(parent) in known)
    kept: list[Tag] = []
    taken: set[int] = set()
    for match in matches:
        if leaves[id(match)] <= 1 and not any(id(parent) in taken for parent in match.parents):
            kept.append(match)
            taken.add(id(match))
    return kept


def _entry(item: Tag, page: _Page, position: int, matched: Counter[str]) -> Entry | None:
    """What an item says; None where that is neither a title nor a link. Counts in `matched` the selectors that found something."""
    kind, guessed = page.kind, {}
    link = _link(item, kind.link, page)
    title = _value(item, kind.title)
    date = _date(item, kind.date)
    summary = _value(item, kind.summary)
    found = {"title": title, "link": link, "date": date, "summary": summary}
    matched.update(name for name in _FIELDS if found[name])
    if link is None and (link := teaser.link_of(item, page.base)):
        guessed["link"] = "listing:guessed"
    link = None if link is None or _is_same_page(link, page) else link
    if not title and (title := teaser.title_of(item, link, page.base)):
        guessed["title"] = "listing:guessed"
    if not title and link is None:
        return None
    if kind.date is None and (date := teaser.date_of(item)):
        guessed["published"] = "listing:guessed"
    if not summary and (kind.summary is None or not title) and (summary := _summary(item, title)):
        guessed["summary"] = "listing:guessed"
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
        language=attribute(item, "lang") or page.language,
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


def _value(item: Tag, selector: Selector | None) -> str:
    return "" if selector is None else " ".join(first_value(item, selector.css, selector.attribute).split())


def _date(item: Tag, selector: Selector | None) -> str | None:
    if selector is None:
        return None
    if selector.attribute is not None:
        return _value(item, selector) or None
    return next((date for tag in select(item, selector.css) if (date := date_in(tag))), None)


def _link(item: Tag, selector: Selector | None, page: _Page) -> str | None:
    if selector is None:
        return None
    if selector.attribute is not None:
        return absolute(_value(item, selector), page.base)
    tags = select(item, selector.css)
    return next((link for tag in tags if (link := link_in(tag, page.base))), None)


def _summary(item: Tag, title: str) -> str:
    """A paragraph of the item; without a title all that it says, for a title can be made of that."""
    return teaser.summary_of(item, title) or ("" if title else inline_text(item))


def _is_same_page(link: str, page: _Page) -> bool:
    return link in {page.capture.url, page.source.url}


def _is_on_page(link: str, page: _Page) -> bool:
    return _is_same_page(urldefrag(link).url, page)


def _showing(entry: Entry) -> str:
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


def _older(page: _Page) -> str | None:
    """The address of the next older page: where `next` leads, or without it what the page itself calls next."""
    selector = page.kind.next
    if selector is None:
        tags = select(page.soup, "link[rel~=next i], a[rel~=next i]")
        return next((address for tag in tags if (address := address_of(tag, page.base))), None)
    if selector.attribute is not None:
        return absolute(first_value(page.soup, selector.css, selector.attribute), page.base)
    return next((link for tag in select(page.soup, selector.css) if (link := link_in(tag, page.base))), None)


def _unmatched(kind: Listing, finds: _Finds) -> Iterator[str]:
    for name in _FIELDS:
        selector: Selector | None = getattr(kind, name)
        if selector is not None and not finds.matched[name]:
            written = selector.css + (f"@{selector.attribute}" if selector.attribute else "")
            yield f"`{name}: {written}` found nothing in any of the {finds.items} items; compare it with the page's markup."


def _nothing(page: _Page) -> NothingMatched:
    url, css = page.capture.url, page.kind.item
    count = len(select(page.soup, css))
    what = f"matched {count} elements, none with a title or a link," if count else "matched nothing"
    feed = next(_announced_feeds(page), None)
    hint = f"The page announces a feed: write `url: {feed}` and leave out `listing:`." if feed else None
    if _FEED_ROOT.search(page.capture.body[:1000]):
        hint = "The address is that of a feed: leave out `listing:`."
    return NothingMatched(f"`item: {css}` {what} on {url}", url=url, hint=hint)


def _announced_feeds(page: _Page) -> Iterator[str]:
    links: Iterable[Tag] = select(page.soup, "link[rel~=alternate i][href][type]")
    for link in links:
        if (attribute(link, "type") or "").lower() in _FEED_TYPES and (address := address_of(link, page.base)):
            yield address
