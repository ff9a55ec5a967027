"""2 · captures → entries: one conversation for each kind of source. Pure: no network, no clock.

A new kind of source is a dataclass in `model/source.py`, a module here, and a `case` below: until it is there, the program does
not type-check.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never
from urllib.parse import urldefrag

from pipeline.model.capture import Purpose, Request
from pipeline.model.entry import Extraction
from pipeline.model.source import AutoListing, Feed, JsonApi, Listing, Sitemap
from pipeline.web.urls import same_site

if TYPE_CHECKING:
    from collections.abc import Container

    from pipeline.model.capture import Capture
    from pipeline.model.entry import Conversation, EntryVersion
    from pipeline.model.source import Source


def extract(source: Source, seen: Container[EntryVersion], *, older: bool = False) -> Conversation:
    """Everything that a source holds now, with the articles of the entries that are new; and with `older` where it goes on.

    Yields a Request, is sent its Capture, returns the Extraction; a FetchError that is thrown in costs the source only where
    nothing can be read without that response. `seen` are the versions whose articles need not be opened again.

    Raises ExtractError where a response came that no entries can be got out of.
    """
    extraction = _bounded((yield from _entries(source, older=older)))
    # Not before something came that may have articles.
    from pipeline.extract.article import open_articles

    return (yield from open_articles(source, extraction, seen))


def extract_older(
    source: Source, seen: Container[EntryVersion], address: str, *, front: Capture, visited: Container[str]
) -> Conversation:
    """What one older page of a source holds, with the articles of the entries that are new, and where it goes on.

    `front` is what the source's own address answered, `visited` are the addresses that were read already: where the page turns out
    to be one of them, or of another site, it holds nothing. A FetchError that is thrown in for the page itself is raised. Raises
    ExtractError where nothing can be read.
    """
    from pipeline.extract.article import open_articles

    asked = urldefrag(address).url
    capture = yield Request(url=asked, purpose=Purpose.PAGE)
    if capture.url != asked and (capture.url in visited or not same_site(capture.url, source.url, front.url)):
        return Extraction(entries=())
    extraction = _bounded(_read_older(source, address, capture, front, visited))
    return (yield from open_articles(source, extraction, seen))


def _bounded(extraction: Extraction) -> Extraction:
    """The extraction with no more entries than one visit may bring, whatever kind of source they are from."""
    from pipeline.extract.drafts import MOST_ENTRIES

    if len(extraction.entries) <= MOST_ENTRIES:
        return extraction
    noticed = f"The source holds {len(extraction.entries)} entries; the first {MOST_ENTRIES} were taken."
    return replace(extraction, entries=extraction.entries[:MOST_ENTRIES], warnings=(*extraction.warnings, noticed))


def _entries(source: Source, *, older: bool) -> Conversation:
    """The entries as the source itself gives them. Imports as it goes: each kind brings a library of its own."""
    match source.kind:
        case Feed():
            capture = yield Request(url=source.url)
            # Not before there is something to read: mostly nothing has changed.
            from pipeline.extract.feed import read_feed

            extraction = read_feed(capture, source)
            return _with_older(extraction, capture, source, {source.url, capture.url}) if older else extraction
        case Listing() as kind:
            from pipeline.extract.listing import listing

            return (yield from listing(source, kind, older=older))
        case AutoListing() as kind:
            from pipeline.extract.autolisting import auto_listing

            return (yield from auto_listing(source, kind, older=older))
        case JsonApi() as kind:
            from pipeline.extract.jsonapi import json_api

            return (yield from json_api(source, kind))
        case Sitemap() as kind:
            from pipeline.extract.sitemap import sitemap

            return (yield from sitemap(source, kind))
        case _:
            assert_never(source.kind)


def _read_older(source: Source, address: str, capture: Capture, front: Capture, visited: Container[str]) -> Extraction:
    """The entries of an older page as the source itself gives them."""
    match source.kind:
        case Feed():
            from pipeline.extract.feed import read_feed

            return _with_older(read_feed(capture, source), capture, source, visited)
        case Listing() as kind:
            from pipeline.extract.listing import older_listing

            return older_listing(source, kind, capture, visited=visited)
        case AutoListing() as kind:
            from pipeline.extract.autolisting import older_auto_listing

            return older_auto_listing(source, kind, capture, front=front, visited=visited)
        case JsonApi() as kind:
            from pipeline.extract.jsonapi import older_json_api

            return older_json_api(source, kind, capture, visited=visited)
        case Sitemap() as kind:
            from pipeline.extract.sitemap import older_sitemap

            return older_sitemap(source, kind, capture, address)
        case _:
            assert_never(source.kind)


def _with_older(extraction: Extraction, capture: Capture, source: Source, visited: Container[str]) -> Extraction:
    from pipeline.extract.feedpaging import older_of_feed

    older = older_of_feed(capture, source, count=len(extraction.entries), visited=visited)
    return replace(extraction, older=older)
