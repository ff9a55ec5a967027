"""From one request to the response that it ends in: redirects, robots.txt, turns, retries and the deadline over all of it."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pipeline.collect.deadlines import Budget, Deadlines
from pipeline.collect.politeness import LONGEST_WAIT
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
from pipeline.web.http import PERMANENT, REDIRECTS
from pipeline.web.urls import absolute, fingerprint, host_of, readable_host, speakable

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from pipeline.collect.fetcher import Exchange
    from pipeline.collect.politeness import Politeness
    from pipeline.model.capture import Capture, Request, RobotsFile

MOST_REDIRECTS = 10
#: Statuses that may be gone at the next try.
_PASSING = frozenset({429, 502, 503, 504})
#: Between two tries, in seconds: the first, doubled each time, with jitter, up to the last.
FIRST_RETRY, LAST_RETRY = 0.5, 5.0

log = logging.getLogger("samflode.collect")


class Follower:
    """A fetcher over an exchange: what the web and recordings of it have in common.

    `timeout`, in seconds, is for the whole answer to a request: all of its redirects and retries, but not its waits for a turn.
    """

    def __init__(
        self,
        exchange: Exchange,
        politeness: Politeness,
        *,
        timeout: float,
        retries: int,
        robots_agent: str | None,
        robots: MutableMapping[str, RobotsFile] | None = None,
    ) -> None:
        self._exchange = exchange
        self._politeness = politeness
        self._timeout = timeout
        self._retries = retries
        self._deadlines = Deadlines()
        self._robots = (
            None
            if robots_agent is None
            else Robots(self.fetch, agent=robots_agent, known={} if robots is None else robots)
        )

    async def fetch(self, request: Request) -> Capture:
        """The response of success, or 304, that a request ends in. Raises FetchError or DecodeError where there is none."""
        budget = Budget(self._timeout)
        visited: list[str] = []
        for_good, moved_to = True, None
        hop = _at(request.url, request)
        while True:
            capture = await self._hop(hop, budget)
            if capture.status not in REDIRECTS:
                break
            visited.append(hop.url)
            hop = _at(_target(capture, visited), request)
            for_good = for_good and capture.status in PERMANENT and not _is_downgrade(visited[-1], hop.url)
            moved_to = hop.url if for_good else moved_to
        return replace(capture, request=request, redirects=tuple(visited), moved_to=moved_to)

    async def _hop(self, request: Request, budget: Budget) -> Capture:
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
            wait_max=LAST_RETRY,
        )
        async for attempt in attempts:
            with attempt:
                async with self._politeness.turn(host):
                    capture = await self._once(request, budget)
                error = None if capture.status in REDIRECTS or _is_wanted(capture) else failure_of(capture)
                if error is not None:
                    if error.retry_after is not None:
                        self._politeness.pause(host, error.retry_after)
                    raise error
        return capture

    async def _once(self, request: Request, budget: Budget) -> Capture:
        try:
            async with self._deadlines.within(budget):
                capture = await self._exchange.exchange(request, within=budget.left)
        except TimeoutError as error:
            raise FetchTimeout(
                f"{readable_host(host_of(request.url))} did not answer in whole within {self._timeout:g} s",
                url=request.url,
            ) from error
        log.debug("%s: %d, %d bytes", speakable(request.url), capture.status, len(capture.body))
        return capture


def _may_pass(error: Exception) -> bool | float:
    """Whether to try again; as a number, after so many seconds, for the server asked for that."""
    if isinstance(error, HttpStatusError):
        if error.retry_after is not None and error.status in _PASSING:
            return error.retry_after if error.retry_after <= LONGEST_WAIT else False
        return error.status in _PASSING
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
        raise RedirectError(f"{name} redirects in a circle, by way of {speakable(target)}", url=capture.url)
    if len(visited) > MOST_REDIRECTS:
        raise RedirectError(f"{name} redirects more than {MOST_REDIRECTS} times", url=capture.url)
    return target


def _at(url: str, request: Request) -> Request:
    """The request to one of the addresses on its way; with its conditions only where they were made for that one."""
    wanted = request.conditions_for or fingerprint(request.url)
    if fingerprint(url) == wanted:
        return replace(request, url=url)
    fields = Headers([(name, value) for name, value in request.headers if not name.lower().startswith("if-")])
    return replace(request, url=url, headers=fields)


def _is_wanted(capture: Capture) -> bool:
    """Whether a 304 answers conditions that were made."""
    return capture.status == 304 and any(name.lower().startswith("if-") for name, _ in capture.request.headers)


def _is_downgrade(before: str, after: str) -> bool:
    return before.startswith("https:") and after.startswith("http:")
