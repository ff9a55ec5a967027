"""From one request to the response that it ends in: redirects, robots.txt, turns, retries and the deadline over all of it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pipeline.collect.robots import Robots
from pipeline.collect.statuses import failure_of
from pipeline.errors import (
    BlockedAddress,
    ConnectError,
    DnsError,
    FetchTimeout,
    HttpStatusError,
    RedirectError,
)
from pipeline.model.capture import Headers, Purpose
from pipeline.web.http import REDIRECTS
from pipeline.web.urls import absolute, host_of, readable_host

if TYPE_CHECKING:
    from pipeline.collect.fetcher import Exchange
    from pipeline.collect.politeness import Politeness
    from pipeline.model.capture import Capture, Request

MOST_REDIRECTS = 10
#: Statuses that may be gone at the next try.
_PASSING = frozenset({429, 502, 503, 504})
#: A server that asks for a longer wait, in seconds, is asked again at the next run and not in this one.
LONGEST_RETRY = 5.0
#: Between two tries, in seconds; doubled each time, with jitter.
FIRST_RETRY = 0.5


class Follower:
    """A fetcher over an exchange: what the web and recordings of it have in common.

    `timeout`, in seconds, is for the whole answer to a request: all of its redirects and retries, but not its waits for a turn.
    """

    def __init__(
        self, exchange: Exchange, politeness: Politeness, *, timeout: float, retries: int, robots_agent: str | None
    ) -> None:
        self._exchange = exchange
        self._politeness = politeness
        self._timeout = timeout
        self._retries = retries
        self._robots = None if robots_agent is None else Robots(self.fetch, agent=robots_agent)

    async def fetch(self, request: Request) -> Capture:
        """The response of success, or 304, that a request ends in. Raises FetchError or DecodeError where there is none."""
        budget = _Budget(self._timeout)
        visited: list[str] = []
        hop = request
        while True:
            capture = await self._hop(hop, budget)
            if capture.status not in REDIRECTS:
                break
            visited.append(hop.url)
            hop = replace(hop, url=_target(capture, visited), headers=_without_conditions(hop))
        return replace(capture, request=request, redirects=tuple(visited))

    async def _hop(self, request: Request, budget: _Budget) -> Capture:
        """The response to one request, tried again where what is wrong may pass."""
        import stamina

        host = host_of(request.url)
        if self._robots is not None and request.purpose is not Purpose.ROBOTS:
            await self._robots.check(request.url)
            self._politeness.lengthen(host, await self._robots.crawl_delay(request.url))
        attempts = stamina.retry_context(
            on=_may_pass,
            attempts=self._retries + 1,
            timeout=None,
            wait_initial=FIRST_RETRY,
            wait_max=LONGEST_RETRY,
        )
        async for attempt in attempts:
            with attempt:
                async with self._politeness.turn(host):
                    capture = await self._once(request, budget)
                error = None if capture.status in REDIRECTS or capture.status == 304 else failure_of(capture)
                if error is not None:
                    raise error
        return capture

    async def _once(self, request: Request, budget: _Budget) -> Capture:
        try:
            async with asyncio.timeout(budget.left()), budget:
                return await self._exchange.exchange(request, within=budget.left())
        except TimeoutError as error:
            raise FetchTimeout(
                f"{readable_host(host_of(request.url))} did not answer in whole within {self._timeout:g} s",
                url=request.url,
            ) from error


class _Budget:
    """The seconds that are left of a deadline, counted while it is entered."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._entered = 0.0

    def left(self) -> float:
        """What is left, in seconds."""
        return max(self._left, 0.001)

    async def __aenter__(self) -> None:
        self._entered = time.monotonic()

    async def __aexit__(self, *_: object) -> None:
        self._left -= time.monotonic() - self._entered


def _may_pass(error: Exception) -> bool:
    if isinstance(error, HttpStatusError):
        return error.status in _PASSING and (error.retry_after or 0) <= LONGEST_RETRY
    return isinstance(error, ConnectError | DnsError)


def _target(capture: Capture, visited: list[str]) -> str:
    """Where a redirect leads; raises RedirectError where that is nowhere, or where we have been."""
    name = readable_host(host_of(capture.url))
    location = capture.headers.get("Location")
    if not location:
        raise RedirectError(f"{name} redirects without saying where to ({capture.status})", url=capture.url)
    try:
        joined = urljoin(capture.url, location.strip())
        scheme = urlsplit(joined).scheme.lower()
    except ValueError:
        joined, scheme = "", "http"
    if scheme not in {"http", "https"}:
        raise BlockedAddress(
            f"{name} redirects to an address that is not http: {scheme}:…",
            url=capture.url,
            hint="Open the address in a browser; if the site has moved, write its new address in sources.yaml.",
        )
    target = absolute(joined, capture.url)
    if target is None:
        raise RedirectError(f"{name} redirects to something that is no address: {location[:200]}", url=capture.url)
    if target in visited:
        raise RedirectError(f"{name} redirects in a circle, by way of {target}", url=capture.url)
    if len(visited) > MOST_REDIRECTS:
        raise RedirectError(f"{name} redirects more than {MOST_REDIRECTS} times", url=capture.url)
    return target


def _without_conditions(request: Request) -> Headers:
    """The fields of a request without its conditions: they were made for another address."""
    return Headers([(name, value) for name, value in request.headers if not name.lower().startswith("if-")])
