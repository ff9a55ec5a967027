"""How many requests at once, how long between two to one host, and hosts that asked for more."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from pipeline.collect import room
from pipeline.errors import HostPaused
from pipeline.web.urls import readable_host

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

#: A robots.txt may ask for so many seconds between two requests; a site that asks for more gets this.
LONGEST_DELAY = 60.0
#: A host that asks to be left alone for so many seconds is waited for; one that asks for longer is not asked any more.
LONGEST_WAIT = 5.0


class Gate(Protocol):
    """What other processes have to say before a host is asked, where several ask the same hosts."""

    def turn(self, host: str, delay: float) -> AbstractAsyncContextManager[None]:
        """The right to make one request, `delay` seconds at least from the ones before and after. Raises HostPaused."""

    def pause(self, host: str, seconds: float) -> None:
        """Tell the others that a host is to be left alone for so long."""


class Politeness:
    """Gives out turns: at most `per_host` at once to a host, `delay` seconds apart, and at most `concurrency` in all.

    A turn that waits for its host holds none of the `concurrency` places, so a slow host delays nobody else's. Hosts are
    told apart as `pipeline.web.urls.host_of` spells them: an IDN and its punycode are one. Where other processes ask the same
    hosts, `gate` is asked as well, by one request to a host at a time for each of its `per_host`.
    """

    def __init__(
        self,
        *,
        concurrency: int,
        per_host: int,
        delay: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        gate: Gate | None = None,
    ) -> None:
        self._places = asyncio.Semaphore(concurrency)
        self._hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(per_host))
        self._delay = delay
        self._longer: dict[str, float] = {}
        #: When the next request to a host may begin.
        self._free_at: dict[str, float] = {}
        #: Until when a host asked to be left alone.
        self._paused: dict[str, float] = {}
        self._clock = clock
        self._sleep = sleep
        self._gate = gate

    def lengthen(self, host: str, delay: float) -> None:
        """Keep at least so many seconds between two requests to a host, as its robots.txt asks."""
        self._longer[host] = min(max(delay, self._longer.get(host, 0)), LONGEST_DELAY)

    def pause(self, host: str, seconds: float) -> None:
        """Leave a host alone for so long, whoever asks for a turn."""
        self._paused[host] = max(self._clock() + seconds, self._paused.get(host, 0))
        if self._gate is not None:
            self._gate.pause(host, seconds)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """The right to make one request to a host. Raises HostPaused where it asked to be left alone for long."""
        async with (
            self._hosts[host],
            nullcontext() if self._gate is None else self._gate.turn(host, self._delay_of(host)),
        ):
            left = self._left(host)
            wait = max(self._free_at.get(host, 0) - self._clock(), left)
            self._free_at[host] = self._clock() + max(wait, 0) + self._delay_of(host)
            if wait > 0:
                await self._sleep(wait)
            async with self._places:
                await room.place().enter()
                self._left(host)
                try:
                    yield
                finally:
                    self._free_at[host] = max(self._free_at[host], self._clock() + self._delay_of(host))

    def _left(self, host: str) -> float:
        """The seconds that a host is still to be left alone for; raises HostPaused where they are many."""
        left = self._paused.get(host, 0) - self._clock() if host in self._paused else 0.0
        if left > LONGEST_WAIT:
            until = (datetime.now(UTC) + timedelta(seconds=left)).replace(microsecond=0)
            raise HostPaused(
                f"{readable_host(host)} has asked to be left alone until {until:%Y-%m-%d %H:%M} UTC", until=until
            )
        return left

    def _delay_of(self, host: str) -> float:
        return max(self._delay, self._longer.get(host, 0))
