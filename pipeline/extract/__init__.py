"""2 · captures → entries: one conversation for each kind of source. Pure: no network, no clock.

A new kind of source is a dataclass in `model/source.py`, a module here, and a `case` below: until it is there, the program does
not type-check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from pipeline.model.capture import Request
from pipeline.model.source import AutoListing, Feed, JsonApi, Listing, Sitemap

if TYPE_CHECKING:
    from collections.abc import Container

    from pipeline.model.entry import Conversation, EntryVersion
    from pipeline.model.source import Source


def extract(source: Source, seen: Container[EntryVersion], *, pages: int | None = None) -> Conversation:
    """Everything that a source holds now, with the articles of the entries that are new.

    Yields a Request, is sent its Capture, returns the Extraction; a FetchError that is thrown in costs the source only where
    nothing can be read without that response. `seen` are the versions whose articles need not be opened again; `pages` says
    how many pages to walk instead of the source's own number.

    Raises ExtractError where a response came that no entries can be got out of.
    """
    from pipeline.extract.article import open_articles

    extraction = yield from _entries(source, pages)
    return (yield from open_articles(source, extraction, seen))


def _entries(source: Source, pages: int | None) -> Conversation:
    """The entries as the source itself gives them. Imports as it goes: each kind brings a library of its own."""
    match source.kind:
        case Feed():
            from pipeline.extract.feed import read_feed

            return read_feed((yield Request(url=source.url)), source)
        case Listing() as kind:
            from pipeline.extract.listing import listing

            return (yield from listing(source, kind, pages=pages))
        case AutoListing() as kind:
            from pipeline.extract.autolisting import auto_listing

            return (yield from auto_listing(source, kind, pages=pages))
        case JsonApi() as kind:
            from pipeline.extract.jsonapi import json_api

            return (yield from json_api(source, kind, pages=pages))
        case Sitemap() as kind:
            from pipeline.extract.sitemap import sitemap

            return (yield from sitemap(source, kind))
        case _:
            assert_never(source.kind)
