"""Carries on the conversation with a source: sends it the captures that it asks for, or throws in why there is none."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.errors import FetchError, InternalError, SourceError
from pipeline.model.capture import Headers, Validators
from pipeline.model.collection import Collection

if TYPE_CHECKING:
    from pipeline.collect.fetcher import Fetcher
    from pipeline.model.capture import Capture, Request
    from pipeline.model.collection import Visit
    from pipeline.model.entry import Conversation, Extraction

#: Requests of one visit; more is a mistake of ours, or a trap.
MOST_REQUESTS = 3_000


async def drive(visit: Visit, fetcher: Fetcher) -> Collection:
    """What a visit brings: an extraction, nothing new, or the error that ended it. Never raises for the source's sake."""
    counted = _Counted(fetcher)
    began = time.monotonic()
    extraction, validators, error = None, None, None
    try:
        extraction, validators = await _talk(visit, counted)
    except SourceError as problem:
        error = problem
    except Exception as mistake:  # noqa: BLE001  # one source's mistake is held to it
        error = InternalError(f"{type(mistake).__name__}: {mistake}", url=visit.source.url)
        error.__cause__ = mistake
    return Collection(
        source=visit.source,
        extraction=extraction,
        error=error,
        validators=validators,
        requests=counted.requests,
        bytes=counted.bytes,
        seconds=time.monotonic() - began,
        capture=counted.first,
    )


async def _talk(visit: Visit, fetcher: _Counted) -> tuple[Extraction | None, Validators | None]:
    """The extraction, None where the source holds what it held; and what tells the next visit so."""
    conversation = visit.talk()
    try:
        request = next(conversation)
        known = _usable(visit, request)
        first = await fetcher.fetch(_conditional(request, known))
        validators = _validators(first, request, visit, known)
        if known is not None and (first.status == 304 or validators.digest == known.digest):
            return None, validators
        extraction = await _rest(conversation, replace(first, request=request), fetcher)
    finally:
        conversation.close()
    return extraction, validators if extraction.complete else None


async def _rest(conversation: Conversation, first: Capture, fetcher: _Counted) -> Extraction:
    """What the conversation comes to, from its first capture on."""
    answer: Capture | FetchError = first
    while True:
        try:
            request = conversation.throw(answer) if isinstance(answer, FetchError) else conversation.send(answer)
        except StopIteration as end:
            result: Extraction = end.value
            return result
        try:
            answer = await fetcher.fetch(request)
        except FetchError as error:
            answer = error


class _Counted:
    """A fetcher that counts what goes through it, and stops a visit without end."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self.requests = 0
        #: Of the bodies, after decompression.
        self.bytes = 0
        self.first: Capture | None = None

    async def fetch(self, request: Request) -> Capture:
        """The capture; raises FetchError where the visit has made too many requests already."""
        if self.requests >= MOST_REQUESTS:
            raise FetchError(
                f"no more than {MOST_REQUESTS} requests are made in one visit",
                url=request.url,
                hint="Lower `pages`, or leave out `article:`, for this source.",
            )
        self.requests += 1
        capture = await self._fetcher.fetch(request)
        self.bytes += len(capture.body)
        if self.first is None and capture.status != 304:
            self.first = capture
        return capture


def _usable(visit: Visit, request: Request) -> Validators | None:
    """What is known of the last answer, where it was to the same request and is read in the same way."""
    known = visit.validators
    if known is None or known.url != request.url or known.reading != visit.reading:
        return None
    return known


def _conditional(request: Request, known: Validators | None) -> Request:
    """The request with its conditions (RFC 9110, section 13.1); the validators are given back as they came."""
    if known is None:
        return request
    conditions = []
    if known.etag:
        conditions.append(("If-None-Match", known.etag))
    if known.last_modified:
        conditions.append(("If-Modified-Since", known.last_modified))
    return replace(request, headers=Headers([*request.headers, *conditions]))


def _validators(capture: Capture, request: Request, visit: Visit, known: Validators | None) -> Validators:
    """What tells the next visit whether the answer is still this one; a 304 may renew them (RFC 9110, section 15.4.5)."""
    etag, last_modified = capture.headers.get("ETag"), capture.headers.get("Last-Modified")
    if capture.status == 304 and known is not None:
        return replace(known, etag=etag or known.etag, last_modified=last_modified or known.last_modified)
    return Validators(
        url=request.url,
        etag=etag,
        last_modified=last_modified,
        digest=hashlib.blake2b(capture.body, digest_size=16).hexdigest(),
        reading=visit.reading,
    )
