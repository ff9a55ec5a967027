"""Sitemaps (sitemaps.org/protocol.html), indexes of them, and news sitemaps (Google's news extension, version 0.9)."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

from lxml import etree

from pipeline.errors import DecodeError, ExtractError, FetchError, NotAFeed, NothingMatched
from pipeline.extract.versions import version_of
from pipeline.model.capture import Purpose, Request
from pipeline.model.entry import MOST_DROPPED, Dropped, Entry, EntryKey, Extraction, Older, Origin, Text
from pipeline.web.encoding import decode
from pipeline.web.urls import absolute
from pipeline.web.xml import parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.model.capture import Capture
    from pipeline.model.entry import Conversation
    from pipeline.model.source import Sitemap, Source

#: Entries of one source that are read in one run, the newest: a sitemap lists a site's whole life.
MOST_ENTRIES = 2_000
#: Sitemaps of an index that are followed in one run, and how many indexes may lie inside one another.
MOST_CHILDREN = 50
DEEPEST_INDEX = 2
#: Bytes after decompression (sitemaps.org: "no larger than 50MB").
_LARGEST = 52_428_800
#: Entries that an older page has, for each of their articles is opened before they are kept.
PORTION = 100
#: Begins the fragment of the address of such a portion; after it stands how many entries come before.
_PLACE = "after-"
_GZIP = b"\x1f\x8b"
_NO_SITEMAP = "Give the address of the sitemap itself; robots.txt of the site often names it."
_FEED_ROOTS = frozenset({"rss", "feed", "RDF"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Child:
    """A sitemap that an index names."""

    url: str
    #: W3C date and time; "" where the index gives none.
    lastmod: str
    depth: int


@dataclass(slots=True, kw_only=True)
class _Finds:
    entries: dict[str, Entry] = field(default_factory=dict)
    #: Addresses that were read, whether they were wanted or not.
    addresses: int = 0
    warnings: list[str] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    complete: bool = True


def sitemap(source: Source, kind: Sitemap) -> Conversation:
    """The pages that a sitemap lists and the source wants: at most `MOST_ENTRIES`, the newest first; and where it goes on.

    An index is followed newest sitemap first, no further than that many entries need. `lastmod` says when a page was changed, so
    it is `updated`; only a news sitemap says when it was published.

    Raises NothingMatched where no address is wanted, NotAFeed where the document is no sitemap, and what its request fails with.
    """
    finds = _Finds()
    capture = yield Request(url=source.url, purpose=Purpose.SOURCE)
    waiting = _read(capture, source, kind, finds, depth=0)
    visited = {source.url, capture.url}
    followed = 0
    left: list[_Child] = []
    while waiting:
        child = waiting.pop(0)
        if child.url in visited:
            continue
        visited.add(child.url)
        # Without a date it is unknown which of them are new, so all are needed.
        if followed >= MOST_CHILDREN or (child.lastmod and len(finds.entries) >= MOST_ENTRIES):
            left.append(child)
            continue
        followed += 1
        try:
            capture = yield Request(url=child.url, purpose=Purpose.PAGE)
            waiting = _read(capture, source, kind, finds, depth=child.depth) + waiting
        except (FetchError, ExtractError) as error:
            finds.warnings.append(f"The sitemap {child.url} could not be read: {error.message}")
            finds.complete = finds.complete and isinstance(error, ExtractError)
    if not finds.entries and finds.complete:
        raise _nothing(source, kind, finds)
    newest = _newest_first(finds.entries.values())
    dropped = [
        *finds.dropped,
        *(
            Dropped(what=each.key, why=f"is older than the newest {MOST_ENTRIES}")
            for each in newest[MOST_ENTRIES : MOST_ENTRIES + MOST_DROPPED]
        ),
    ]
    return Extraction(
        entries=_placed(newest[:MOST_ENTRIES]),
        warnings=tuple(finds.warnings),
        dropped=tuple(dropped[:MOST_DROPPED]),
        complete=finds.complete,
        older=(*_rest(newest, MOST_ENTRIES), *(Older(url=child.url) for child in left)),
    )


def older_sitemap(source: Source, kind: Sitemap, capture: Capture, address: str) -> Extraction:
    """The pages of one further sitemap, `PORTION` of them, the newest first, and where it goes on.

    The fragment of `address` says how many were taken before. Raises ExtractError where the document is no sitemap.
    """
    bare, fragment = urldefrag(address)
    done = int(fragment.removeprefix(_PLACE)) if fragment.startswith(_PLACE) else 0
    finds = _Finds()
    children = _read(capture, source, kind, finds, depth=1)
    newest = _newest_first(finds.entries.values())
    older = () if done + PORTION >= len(newest) else (Older(url=f"{bare}#{_PLACE}{done + PORTION}"),)
    return Extraction(
        entries=_placed(newest[done : done + PORTION]), older=(*older, *(Older(url=child.url) for child in children))
    )


def _rest(newest: list[Entry], taken: int) -> Iterator[Older]:
    """Of each sitemap that was read the place from which on its entries were not taken any more."""
    kept = Counter(entry.origin.capture_url for entry in newest[:taken])
    for url in dict.fromkeys(entry.origin.capture_url for entry in newest[taken:]):
        yield Older(url=f"{url}#{_PLACE}{kept[url]}")


def _placed(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(replace(entry, origin=replace(entry.origin, position=place)) for place, entry in enumerate(entries))


def _read(capture: Capture, source: Source, kind: Sitemap, finds: _Finds, *, depth: int) -> list[_Child]:
    """The sitemaps that a document names, newest first; the entries that it lists go to `finds`."""
    body = _unzipped(capture)
    listed = _plain_lines(capture, body)
    root = None if listed else _root(capture, body)
    name = "urlset" if root is None else etree.QName(root).localname
    if root is not None and name == "sitemapindex":
        return _children(root, capture, depth + 1)
    if name != "urlset":
        hint = "It is a feed: leave out `sitemap:`." if name in _FEED_ROOTS else None
        raise NotAFeed(f"{capture.url} is no sitemap, its root is <{name}>", url=capture.url, hint=hint or _NO_SITEMAP)
    records = ({"loc": line} for line in listed) if root is None else map(_fields, _named(root, "url"))
    for record in records:
        finds.addresses += 1
        link = absolute(record.get("loc", ""), capture.url)
        why = "is no web address" if link is None else _unwanted(link, kind)
        if link is None or why is not None or link in finds.entries:
            _drop(finds, link or record.get("loc", "") or "an entry without <loc>", why or "stands there twice")
        else:
            finds.entries[link] = _entry(record, link, source, capture)
    return []


def _drop(finds: _Finds, what: str, why: str) -> None:
    if len(finds.dropped) < MOST_DROPPED:
        finds.dropped.append(Dropped(what=what, why=why))


def _root(capture: Capture, body: bytes) -> etree._Element:
    try:
        return parse_xml(body, content_type=capture.headers.get("Content-Type"))
    except ValueError as error:
        is_page = re.search(rb"<(?:!doctype html|html|head|body)\b", body[:2_000], re.IGNORECASE)
        message = f"{capture.url} is no sitemap but a web page" if is_page else f"{capture.url} is no sitemap: {error}"
        raise NotAFeed(message, url=capture.url, hint=_NO_SITEMAP) from error


def _unzipped(capture: Capture) -> bytes:
    """The body, decompressed where it is a gzip file (a sitemap.xml.gz is one, whatever its headers say)."""
    if not capture.body.startswith(_GZIP):
        return capture.body
    inflater = zlib.decompressobj(wbits=31)
    try:
        body = inflater.decompress(capture.body, _LARGEST)
    except zlib.error as error:
        raise DecodeError(f"{capture.url} is a gzip file that can't be decompressed", url=capture.url) from error
    if inflater.unconsumed_tail:
        raise DecodeError(f"{capture.url} is larger than {_LARGEST} bytes after decompression", url=capture.url)
    return body


def _plain_lines(capture: Capture, body: bytes) -> list[str]:
    """The addresses of a text sitemap, one a line; empty where the document is something else."""
    if b"<" in body[:1000] or not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"http"):
        return []
    text = decode(body, content_type=capture.headers.get("Content-Type"), kind="html").text
    return [line.strip() for line in text.splitlines() if line.strip()]


def _children(root: etree._Element, capture: Capture, depth: int) -> list[_Child]:
    if depth > DEEPEST_INDEX:
        return []
    records = [_fields(element) for element in _named(root, "sitemap")]
    children = [
        _Child(url=url, lastmod=record.get("lastmod", ""), depth=depth)
        for record in records
        if (url := absolute(record.get("loc", ""), capture.url)) is not None
    ]
    return sorted(children, key=lambda child: child.lastmod, reverse=True)


def _named(root: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children of that name, in whatever namespace: many sitemaps have a wrong one, or none."""
    return (child for child in root if isinstance(child.tag, str) and etree.QName(child).localname == name)


def _fields(element: etree._Element) -> dict[str, str]:
    """The texts of one <url> or <sitemap> by their names; those of a news extension too, images, videos and alternates not."""
    fields: dict[str, str] = {}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = etree.QName(child)
        if name.localname == "news":
            for part in child.iterdescendants():
                fields.setdefault(f"news:{etree.QName(part).localname}", " ".join("".join(part.itertext()).split()))
        elif len(child) == 0:
            fields.setdefault(name.localname, " ".join((child.text or "").split()))
    return fields


def _unwanted(link: str, kind: Sitemap) -> str | None:
    """Why an address is none that the source wants; None where it is."""
    if kind.exclude is not None and kind.exclude.search(link):
        return f"`exclude: {kind.exclude.pattern}` is found in it"
    if kind.include is not None:
        return None if kind.include.search(link) else f"`include: {kind.include.pattern}` is not found in it"
    parts = urlsplit(link)
    return None if parts.path != "/" or parts.query else "is the front page"


def _entry(record: dict[str, str], link: str, source: Source, capture: Capture) -> Entry:
    title = Text(value=record["news:title"]) if record.get("news:title") else None
    published = record.get("news:publication_date") or None
    updated = record.get("lastmod") or None
    return Entry(
        source=source.id,
        key=EntryKey(link),
        version=version_of(
            key=link, title=title, summary=None, content=None, link=link, published=published, updated=updated
        ),
        title=title,
        summary=None,
        content=None,
        link=link,
        published=published,
        updated=updated,
        authors=(),
        tags=tuple(tag for part in record.get("news:keywords", "").split(",") if (tag := part.strip())),
        language=record.get("news:language") or None,
        base=link,
        origin=Origin(capture_url=capture.url, fetched_at=capture.fetched_at, position=0, by="sitemap"),
    )


def _newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """By the dates as they are written: those of a sitemap are ISO 8601, and an undated page is last."""
    return sorted(entries, key=lambda entry: entry.published or entry.updated or "", reverse=True)


def _nothing(source: Source, kind: Sitemap, finds: _Finds) -> NothingMatched:
    if not finds.addresses:
        return NothingMatched(
            f"The sitemap {source.url} lists no pages",
            url=source.url,
            hint="Open it in a browser and look where its pages are.",
        )
    patterns = [
        f"`{name}: {pattern.pattern}`"
        for name, pattern in (("include", kind.include), ("exclude", kind.exclude))
        if pattern
    ]
    return NothingMatched(
        f"None of the {finds.addresses} addresses in {source.url} is wanted by {' and '.join(patterns) or 'the source'}",
        url=source.url,
        hint="Compare the patterns of `sitemap:` with the addresses that the sitemap lists.",
    )
