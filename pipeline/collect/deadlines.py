"""Deadlines for what others do: they stand still while the program itself is busy."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

#: Seconds between two looks at the clock.
TICK = 0.1


class Deadlines:
    """Counts, for each response, the time in which the event loop was free to take it.

    Where a large page is parsed on the event loop, the answers of all other sites wait in their sockets; it is not their fault.
    A look at the clock that comes late says for how long the loop was busy, and every deadline is put off by that.
    """

    def __init__(self) -> None:
        self._running: set[asyncio.Timeout] = set()
        self._next: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def within(self, budget: Budget) -> AsyncIterator[None]:
        """Raises TimeoutError where what is done inside takes longer than is left of the budget; takes from it what it took."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(max(budget.left, 0.001)) as timeout:
            self._running.add(timeout)
            if self._next is None:
                self._look_again(loop)
            try:
                yield
            finally:
                self._running.discard(timeout)
                ends = timeout.when()
                assert ends is not None
                budget.left = ends - loop.time()

    def _look_again(self, loop: asyncio.AbstractEventLoop) -> None:
        due = loop.time() + TICK
        self._next = loop.call_at(due, self._look, loop, due)

    def _look(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        late = loop.time() - due
        if late > TICK:
            for timeout in self._running:
                ends = timeout.when()
                # One that expired before the loop was busy stays expired.
                if ends is not None and ends > due and not timeout.expired():
                    timeout.reschedule(ends + late)
        self._next = None
        if self._running:
            self._look_again(loop)


class Budget:
    """The seconds that are left for one response, over all of its redirects and tries."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds
