"""How many requests at once, and how long between two to one host."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

#: A robots.txt may ask for so many seconds between two requests; a site that asks for more gets this.
LONGEST_DELAY = 60.0


class Politeness:
    """Gives out turns: at most `per_host` at once to a host, `delay` seconds apart, and at most `concurrency` in all.

    A turn that waits for its host holds none of the `concurrency` places, so a slow host delays nobody else's. Hosts are
    told apart as `pipeline.web.urls.host_of` spells them: an IDN and its punycode are one.
    """

    def __init__(
        self,
        *,
        concurrency: int,
        per_host: int,
        delay: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._places = asyncio.Semaphore(concurrency)
        self._hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(per_host))
        self._delay = delay
        self._longer: dict[str, float] = {}
        #: When the next request to a host may begin.
        self._free_at: dict[str, float] = {}
        self._clock = clock
        self._sleep = sleep

    def lengthen(self, host: str, delay: float) -> None:
        """Keep at least so many seconds between two requests to a host, as its robots.txt asks."""
        self._longer[host] = min(max(delay, self._longer.get(host, 0)), LONGEST_DELAY)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """The right to make one request to a host."""
        async with self._hosts[host]:
            wait = self._free_at.get(host, 0) - self._clock()
            self._free_at[host] = self._clock() + max(wait, 0) + self._delay_of(host)
            if wait > 0:
                await self._sleep(wait)
            async with self._places:
                try:
                    yield
                finally:
                    self._free_at[host] = max(self._free_at[host], self._clock() + self._delay_of(host))

    def _delay_of(self, host: str) -> float:
        return max(self._delay, self._longer.get(host, 0))
