"""Asking the pages of a site, each once and few in all: what a search does between its decisions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.errors import ExtractError, FetchError
from pipeline.extract.pages import page_of
from pipeline.extract.prospects import Prospect
from pipeline.extract.signs import same_site
from pipeline.model.capture import Purpose, Request
from pipeline.model.discovery import Way

if TYPE_CHECKING:
    from collections.abc import Generator

    from pipeline.model.capture import Capture
    from pipeline.model.entry import Conversation, Extraction
    from pipeline.model.source import Kind, Source

#: Requests of one search. A site with a feed takes two or three.
MOST_REQUESTS = 30
HTML = re.compile(rb"<(?:!doctype html|html|head|body)[\s>]", re.IGNORECASE)


class Asking:
    """What was asked of a site, and what it answered; every answer is kept, so that nothing is asked twice."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.captures: dict[str, Capture | None] = {}
        #: The pages that were opened, in their order.
        self.pages: dict[str, Prospect] = {}
        self.requests = 0

    def first(self) -> Generator[Request, Capture, Capture]:
        """The answer to the address that was given. Raises what its request fails with."""
        self.requests += 1
        capture = yield Request(url=self.source.url, purpose=Purpose.DISCOVERY)
        for address in (self.source.url, capture.url):
            self.captures[address] = capture
        return capture

    def talked(
        self, url: str, kind: Kind, how: str, talk: Conversation, *, most: int = 2
    ) -> Generator[Request, Capture, Way | None]:
        """What a conversation comes to, with at most `most` requests; None where it fails or gives nothing."""
        extraction = yield from self._within(talk, most)
        if extraction is None or not extraction.entries:
            return None
        return Way(url=url, kind=kind, how=how, extraction=extraction)

    def _within(self, talk: Conversation, most: int) -> Generator[Request, Capture, Extraction | None]:
        try:
            request = next(talk)
            for number in range(100):
                capture = (yield from self.fetch(request.url)) if number < most else None
                if capture is None:
                    request = talk.throw(FetchError("no more than this is asked for a look", url=request.url))
                else:
                    request = talk.send(capture)
        except StopIteration as end:
            extraction: Extraction = end.value
            return extraction
        except (FetchError, ExtractError):
            return None
        return None

    def open(self, url: str) -> Generator[Request, Capture, Prospect | None]:
        """A page of the site; None where there is none."""
        capture = yield from self.fetch(url)
        if capture is None or not HTML.search(capture.body[:4_000]) or not same_site(capture.url, self.source.url):
            return None
        return self.page(capture)

    def fetch(self, url: str) -> Generator[Request, Capture, Capture | None]:
        """The answer to a request, each made once; None where there is none, or where enough was asked."""
        if url not in self.captures:
            if self.requests >= MOST_REQUESTS:
                return None
            self.requests += 1
            try:
                capture: Capture | None = yield Request(url=url, purpose=Purpose.DISCOVERY)
            except (FetchError, ExtractError):
                capture = None
            self.captures[url] = capture
            if capture is not None:
                self.captures.setdefault(capture.url, capture)
        return self.captures[url]

    def page(self, capture: Capture) -> Prospect:
        """An answer, read as a page."""
        if capture.url not in self.pages:
            self.pages[capture.url] = Prospect(page_of(self.source, capture))
        return self.pages[capture.url]

    def at(self, url: str, kind: Kind) -> Source:
        """The source that another address of the site would be."""
        return replace(self.source, url=url, kind=kind)
