"""The pages of the entries that are new: opened once each, and what they say handed on to `completion`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urldefrag

from pipeline.errors import FetchError, HttpStatusError
from pipeline.extract.completion import completed, shared_by, titled
from pipeline.extract.page import Page, read_page
from pipeline.model.capture import Purpose, Request
from pipeline.model.source import Article, Sitemap
from pipeline.web.encoding import decode

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from pipeline.model.capture import Capture
    from pipeline.model.entry import Conversation, Entry, EntryVersion, Extraction
    from pipeline.model.source import Source

#: After so many failures in a row that are the site's, its other articles are left for the next run.
MOST_FAILURES = 3
#: Warnings about single articles that are written out; the rest is counted.
MOST_WARNINGS = 5
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml")
#: Statuses below 500 that mean: not now (RFC 9110, section 15.5.9; RFC 6585, section 4).
_LATER = frozenset({408, 425, 429})


def open_articles(source: Source, extraction: Extraction, seen: Container[EntryVersion]) -> Conversation:
    """The extraction with what the pages of its unseen entries say, where the source wants them opened.

    An entry whose page can't be had is given all the same, without a version, so that it is tried again. Never raises for a page.
    """
    article = _wanted(source)
    #: None: was opened, and is no web page.
    pages: dict[str, Page | None] = {}
    opened: list[tuple[Entry, Page | None]] = []
    failures: list[str] = []
    warnings: list[str] = []
    refused = 0
    for entry in extraction.entries:
        address = None if article is None or entry.version in seen else _address(source, entry)
        if article is None or address is None or address in pages:
            opened.append((entry, pages.get(address or "")))
            continue
        if refused >= MOST_FAILURES:
            failures.append(f"The article {address} was not tried: the site did not answer for the ones before it.")
            opened.append((replace(entry, version=None), None))
            continue
        try:
            capture = yield Request(url=address, purpose=Purpose.ARTICLE)
        except FetchError as error:
            refused = refused + 1 if _is_of_the_site(error) else 0
            failures.append(f"The article {address} could not be opened: {error.message}")
            opened.append((replace(entry, version=None), None))
            continue
        refused = 0
        pages[address] = _read(capture, article, source) if _is_page(capture) else None
        if pages[address] is None:
            kind = capture.headers.get("Content-Type") or "of an unknown type"
            warnings.append(f"The article {address} is no web page ({kind}); its text can't be read.")
        opened.append((entry, pages.get(address)))
    read = [page for page in pages.values() if page is not None]
    warnings += [*_shortened(failures), *_unmatched(article, read)]
    shared = shared_by(read)
    return replace(
        extraction,
        entries=tuple(
            titled(entry if page is None else completed(entry, page, source, shared)) for entry, page in opened
        ),
        warnings=(*extraction.warnings, *warnings),
        dropped=extraction.dropped,
        complete=extraction.complete and not failures,
        refused=refused >= MOST_FAILURES,
    )


def _wanted(source: Source) -> Article | None:
    """How articles are to be read; a sitemap gives no titles, so its pages are opened in any case."""
    if source.article is None and isinstance(source.kind, Sitemap):
        return Article()
    return source.article


def _address(source: Source, entry: Entry) -> str | None:
    """The page to open for an entry; None where none is needed, or its link leads to a place on the listing itself."""
    if entry.link is None or (source.article is None and entry.title is not None):
        return None
    address = urldefrag(entry.link).url
    return None if address in {entry.origin.capture_url, source.url} else address


def _is_of_the_site(error: FetchError) -> bool:
    """Whether a failure says more of the site than of the one page."""
    return not isinstance(error, HttpStatusError) or error.status in _LATER or error.status >= 500


def _is_page(capture: Capture) -> bool:
    kind = (capture.headers.get("Content-Type") or "text/html").split(";")[0].strip().lower()
    return kind in _PAGE_TYPES or capture.body[:1000].lstrip().lower().startswith((b"<!doctype html", b"<html"))


def _read(capture: Capture, article: Article, source: Source) -> Page:
    decoded = decode(capture.body, content_type=capture.headers.get("Content-Type"), kind="html")
    return read_page(decoded.text, capture.url, article, timezone=source.timezone, fetched_at=capture.fetched_at)


def _shortened(failures: list[str]) -> Iterator[str]:
    yield from failures[:MOST_WARNINGS]
    if len(failures) > MOST_WARNINGS:
        yield f"{len(failures) - MOST_WARNINGS} more articles could not be opened."


def _unmatched(article: Article | None, pages: Iterable[Page]) -> Iterator[str]:
    """Says of each selector that found nothing on any page."""
    missed = [set(page.missed) for page in pages]
    for name in sorted(set.intersection(*missed)) if missed else ():
        selector = getattr(article, name) if article is not None else None
        if selector is not None:
            written = selector.css + (f"@{selector.attribute}" if selector.attribute else "")
            yield f"`article: {name}: {written}` found nothing on any of the {len(missed)} articles that were opened."
