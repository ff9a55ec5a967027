"""What the robots.txt of each site said, for the whole fleet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.archive.robots import LONGEST
from pipeline.model.capture import RobotsFile
from pipeline.web.urls import host_of

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from pipeline.fleet.queue import Queue

#: Of so many origins what they said is kept in memory.
MOST_AT_HAND = 5_000


class KnownRobots:
    """All of them in a table of the database, by origin; what this worker met lately is at hand."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._lately: dict[str, RobotsFile] = {}
        self._kept: dict[str, RobotsFile] = {}

    async def of(self, host: str) -> MutableMapping[str, RobotsFile]:
        """What is known by origin, of this host all of it; what is put there is `keep` to keep. Raises QueueLost."""
        if len(self._lately) > MOST_AT_HAND:
            self._lately.clear()
            self._kept.clear()
        rows = await self._queue.all("SELECT origin, read_at, text FROM fleet_robots WHERE host = %(host)s", host=host)
        found = {row["origin"]: RobotsFile(text=row["text"], read_at=row["read_at"]) for row in rows}
        self._lately.update(found)
        self._kept.update(found)
        return self._lately

    async def keep(self) -> None:
        """Puts what was met in the place of what was kept. Raises QueueLost."""
        new = {origin: each for origin, each in self._lately.items() if self._kept.get(origin) != each}
        self._kept.update(new)
        for origin, each in new.items():
            # PostgreSQL's texts hold no NUL.
            if len(each.text) <= LONGEST and "\0" not in each.text:
                await self._queue.one(
                    """INSERT INTO fleet_robots VALUES (%(origin)s, %(host)s, %(read_at)s, %(text)s)
                    ON CONFLICT (origin) DO UPDATE SET read_at = excluded.read_at, text = excluded.text RETURNING origin""",
                    origin=origin,
                    host=host_of(origin),
                    read_at=each.read_at,
                    text=each.text,
                )
