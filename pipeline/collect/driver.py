"""Carries on the conversation with a source: sends it the captures that it asks for, or throws in why there is none."""

from __future__ import annotations

import hashlib
import itertools
import time
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.collect import room
from pipeline.errors import FetchError, InternalError, SourceError
from pipeline.model.capture import Headers, Request, Validators
from pipeline.model.collection import Collection, Understood
from pipeline.model.history import Pause
from pipeline.web.urls import fingerprint, host_of, speakable

if TYPE_CHECKING:
    from pipeline.collect.fetcher import Fetcher
    from pipeline.model.capture import Capture
    from pipeline.model.collection import Talk, Visit
    from pipeline.model.entry import Conversation, Extraction

#: The longest, in seconds, that a host is left alone for because it asked.
LONGEST_PAUSE = 86_400.0
#: Characters of a validator; a longer one is no validator, and servers refuse such requests.
LONGEST_VALIDATOR = 2_000
#: Requests of one visit; more is a mistake of ours, or a trap.
MOST_REQUESTS = 3_000


async def drive(visit: Visit, fetcher: Fetcher) -> Collection:
    """What a visit brings: an extraction, nothing new, or the error that ended it. Never raises for the source's sake."""
    counted = _Counted(fetcher)
    began = time.monotonic()
    result, validators, error = None, None, None
    try:
        result, validators = await _talk(visit, counted)
    except SourceError as problem:
        # Its traceback would keep what every frame held, and it is nobody's mistake.
        error = problem.with_traceback(None)
        error.__cause__ = error.__context__ = None
    except Exception as mistake:  # noqa: BLE001  # one source's mistake is held to it
        error = InternalError(f"{type(mistake).__name__}: {mistake}", url=visit.source.url)
        error.__cause__ = mistake
    return Collection(
        source=visit.source,
        extraction=result.extraction if isinstance(result, Understood) else result,
        understood=result if isinstance(result, Understood) else None,
        error=error,
        validators=validators,
        requests=counted.requests,
        bytes=counted.bytes,
        seconds=time.monotonic() - began,
        warnings=tuple(counted.warnings),
        capture=counted.first,
        asked=counted.asked,
        moved_to=counted.moved_to,
        pauses=tuple(Pause(host=host, until=until) for host, until in counted.pauses.items()),
    )


async def _talk(visit: Visit, fetcher: _Counted) -> tuple[Extraction | Understood | None, Validators | None]:
    """What the conversation comes to, None where the source holds what it held; and what tells the next visit so."""
    begun = visit.talk()
    talk = _Here(begun) if isinstance(begun, Generator) else begun
    try:
        request = await talk.go_on(None)
        assert isinstance(request, Request)
        known = _usable(visit, request)
        first = await fetcher.fetch(_conditional(request, known))
        validators = _validators(first, request, visit, known)
        if known is not None and (first.status == 304 or validators.digest == known.digest):
            return None, validators
        result = await _rest(talk, replace(first, request=request), fetcher)
    finally:
        talk.close()
    extraction = result.extraction if isinstance(result, Understood) else result
    return result, validators if extraction.complete else None


async def _rest(talk: Talk, first: Capture, fetcher: _Counted) -> Extraction | Understood:
    """What the conversation comes to, from its first capture on."""
    answer: Capture | FetchError = first
    while True:
        request = await talk.go_on(answer)
        if not isinstance(request, Request):
            return request
        try:
            answer = await fetcher.fetch(request)
        except FetchError as error:
            answer = error


class _Here:
    """A conversation that is held in this process."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    async def go_on(self, answer: Capture | FetchError | None) -> Request | Extraction:
        try:
            if answer is None:
                return next(self._conversation)
            if isinstance(answer, FetchError):
                return self._conversation.throw(answer)
            return self._conversation.send(answer)
        except StopIteration as end:
            result: Extraction = end.value
            return result

    def close(self) -> None:
        self._conversation.close()


class _Counted:
    """A fetcher that counts what goes through it, and stops a visit without end."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self.requests = 0
        #: Of the bodies, after decompression.
        self.bytes = 0
        self.first: Capture | None = None
        #: The address that the visit began with, and where redirects for good led from there.
        self.asked = ""
        self.moved_to: str | None = None
        #: Until when hosts asked to be left alone.
        self.pauses: dict[str, datetime] = {}
        self.warnings: list[str] = []

    async def fetch(self, request: Request) -> Capture:
        """The capture; raises FetchError where the visit has made too many requests already."""
        if self.requests >= MOST_REQUESTS:
            raise FetchError(
                f"no more than {MOST_REQUESTS} requests are made in one visit",
                url=request.url,
                hint="Lower `pages`, or leave out `article:`, for this source.",
            )
        self.requests += 1
        self.asked = self.asked or request.url
        try:
            capture = await self._fetcher.fetch(request)
        except FetchError as error:
            if error.retry_after is not None and error.url is not None:
                wait = min(error.retry_after, LONGEST_PAUSE)
                self.pauses[host_of(error.url)] = _now() + timedelta(seconds=wait)
            raise
        if self.requests == 1:
            self._notice(capture)
        self.bytes += len(capture.body)
        is_first = self.first is None and capture.status != 304
        if is_first:
            self.first = capture
        room.place().hold(len(capture.body), stays=is_first)
        return capture

    def _notice(self, first: Capture) -> None:
        """Keeps how the first answer was come by."""
        self.moved_to = first.moved_to
        steps = (*first.redirects, first.url)
        for before, after in itertools.pairwise(steps):
            if before.startswith("https:") and after.startswith("http:"):
                self.warnings.append(
                    f"{speakable(before)} redirects to an address without encryption, {speakable(after)}:"
                    " what comes from there may have been changed on its way."
                )


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _usable(visit: Visit, request: Request) -> Validators | None:
    """What is known of the last answer, where it was to the same request and is read in the same way."""
    known = visit.validators
    if known is None or known.reading != visit.reading:
        return None
    # Histories of before fingerprints hold the address itself.
    marks = {request.url, fingerprint(request.url)}
    return known if marks & {known.url, known.answered} else None


def _conditional(request: Request, known: Validators | None) -> Request:
    """The request with its conditions (RFC 9110, section 13.1); the validators are given back as they came."""
    if known is None:
        return request
    conditions = []
    if known.etag:
        conditions.append(("If-None-Match", known.etag))
    if known.last_modified:
        conditions.append(("If-Modified-Since", known.last_modified))
    return replace(request, headers=Headers([*request.headers, *conditions]), conditions_for=known.answered)


def _validators(capture: Capture, request: Request, visit: Visit, known: Validators | None) -> Validators:
    """What tells the next visit whether the answer is still this one; a 304 may renew them (RFC 9110, section 15.4.5)."""
    etag, last_modified = capture.headers.get("ETag"), capture.headers.get("Last-Modified")
    if capture.status == 304 and known is not None:
        return replace(
            known,
            url=fingerprint(request.url),
            answered=fingerprint(capture.url),
            etag=etag or known.etag,
            last_modified=last_modified or known.last_modified,
        )
    return Validators(
        url=fingerprint(request.url),
        answered=fingerprint(capture.url),
        etag=_sendable(etag),
        last_modified=_sendable(last_modified),
        digest=hashlib.blake2b(capture.body, digest_size=16).hexdigest(),
        reading=visit.reading,
    )


def _sendable(value: str | None) -> str | None:
    """A validator that can be given back: nothing in it that would end the field; None otherwise."""
    return value if value and len(value) <= LONGEST_VALIDATOR and value.isprintable() else None
