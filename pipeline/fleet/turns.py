"""Turns at a host for the whole fleet: whichever worker asks it, and by whatever redirect it came there.

The turns lie in the database. One lasts until it is given back; that of a worker which died is over when its request must have
ended. So there are never more than `per_host` requests under way to a host, and they are `delay` apart, whoever makes them.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.collect.politeness import LONGEST_WAIT
from pipeline.errors import HostPaused
from pipeline.fleet.queue import QueueLost
from pipeline.web.urls import readable_host

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pipeline.fleet.queue import Queue

#: Seconds that a request may last beyond `fetch: timeout`, for what the program itself was busy with.
SLACK = 15.0
#: Seconds between two looks at a host that another worker is asking: the first, and the longest.
FIRST_LOOK, LAST_LOOK = 0.05, 1.0
#: Seconds that a database which does not answer is waited for before a visit is given up.
PATIENCE = 30.0

log = logging.getLogger("samflode.worker")


class Turns:
    """The gate of `Politeness` over the turns in the database."""

    def __init__(self, queue: Queue, *, per_host: int, timeout: float) -> None:
        self._queue = queue
        self.per_host = per_host
        self._lasts = timeout + SLACK
        self._saying: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def turn(self, host: str, delay: float) -> AsyncIterator[None]:
        """The right to make one request to a host. Raises HostPaused where it asked to be left alone for long, QueueLost."""
        number = await self._taken(host, delay)
        try:
            yield
        finally:
            # One that can't be given back ends by itself.
            with suppress(QueueLost):
                await self._queue.one(
                    "SELECT fleet_give_turn(%(turn)s, %(host)s, %(delay)s)", turn=number, host=host, delay=delay
                )

    def pause(self, host: str, seconds: float) -> None:
        """Tell the fleet that a host asked to be left alone for so long."""
        task = asyncio.get_running_loop().create_task(self._paused(host, seconds))
        self._saying.add(task)
        task.add_done_callback(self._saying.discard)

    async def _taken(self, host: str, delay: float) -> int:
        look = FIRST_LOOK
        while True:
            row = await self._asked(host, delay)
            if row["turn"] is not None:
                if row["wait"] > 0:
                    await asyncio.sleep(row["wait"])
                return int(row["turn"])
            if row["paused"] > LONGEST_WAIT:
                until = (datetime.now(UTC) + timedelta(seconds=row["paused"])).replace(microsecond=0)
                raise HostPaused(
                    f"{readable_host(host)} has asked to be left alone until {until:%Y-%m-%d %H:%M} UTC", until=until
                )
            await asyncio.sleep(row["paused"] or look)
            look = min(look * 2, LAST_LOOK)

    async def _asked(self, host: str, delay: float) -> dict[str, Any]:
        """The database's answer; it is waited for while it is away."""
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        while True:
            try:
                return await self._queue.one(
                    "SELECT * FROM fleet_take_turn(%(host)s, %(most)s, %(delay)s, %(lasts)s)",
                    host=host,
                    most=self.per_host,
                    delay=delay,
                    lasts=self._lasts,
                )
            except QueueLost:
                if loop.time() > until or self._queue.is_closing:
                    raise
                await asyncio.sleep(1)

    async def _paused(self, host: str, seconds: float) -> None:
        with suppress(QueueLost):
            await self._queue.one(
                """INSERT INTO fleet_hosts (host, paused_until)
                    VALUES (%(host)s, clock_timestamp() + make_interval(secs => %(seconds)s))
                ON CONFLICT (host) DO UPDATE SET paused_until = greatest(fleet_hosts.paused_until, excluded.paused_until)
                RETURNING host""",
                host=host,
                seconds=seconds,
            )
