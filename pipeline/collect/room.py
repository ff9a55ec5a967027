"""Room in memory: for bodies under way, and for what was fetched and is not kept yet.

Reading takes longer than fetching from a fast network, and keeping may take longer still. So that what waits between them does not grow
with the number of sources, a request begins only where there is room. What waits for the network takes none of it, so a slow host delays
nobody else. A visit that holds an answer already may go on whatever all hold: else visits could wait for one another. Of bodies
under way that together are too much, only the largest goes on to grow; it ends, and makes room.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

#: Visits that may have their answer and not be kept yet, before no further request begins.
MOST_ANSWERED = 48
#: Bytes that all visits may hold before no further one begins, and bytes of bodies under way before all but one of them wait.
MOST_HELD, MOST_UNDER_WAY = 64_000_000, 64_000_000


class Room:
    """What all visits of a run hold together, within bounds."""

    def __init__(
        self,
        *,
        most_answered: int = MOST_ANSWERED,
        most_held: int = MOST_HELD,
        most_under_way: int = MOST_UNDER_WAY,
    ) -> None:
        self._most_answered, self._most_held, self._most_under_way = most_answered, most_held, most_under_way
        #: Bytes that each visit holds.
        self._held: dict[Place, int] = {}
        #: Bytes of each body under way.
        self._growing: dict[Place, int] = {}
        #: Visits that wait to be read or kept, not for the network.
        self._answered: set[Place] = set()
        self._changed = asyncio.Event()

    def place(self) -> Place:
        """The place of one more visit."""
        return Place(self)

    async def enter(self, place: Place) -> None:
        """Returns when a request of a visit may begin."""
        self._answered.discard(place)
        self._change()
        while len(self._answered) >= self._most_answered or (
            place not in self._held and sum(self._held.values()) >= self._most_held
        ):
            await self._next_change()

    async def grow(self, place: Place, size: int) -> None:
        """Returns when the body under way that has come to this size may grow further."""
        self._growing[place] = size
        while sum(self._growing.values()) > self._most_under_way and size < max(self._growing.values()):
            await self._next_change()

    def stop(self, place: Place) -> None:
        """Says that no body is under way to a visit any more."""
        if self._growing.pop(place, None) is not None:
            self._change()

    def hold(self, place: Place, size: int) -> None:
        """Says that a visit has its answer, and how much it holds now."""
        self._held[place] = size
        self._answered.add(place)

    def leave(self, place: Place) -> None:
        """Says that what a visit brought is kept."""
        self._held.pop(place, None)
        self._answered.discard(place)
        self._change()

    def _change(self) -> None:
        self._changed.set()

    async def _next_change(self) -> None:
        self._changed.clear()
        await self._changed.wait()


class Place:
    """What one visit has of the room."""

    def __init__(self, room: Room) -> None:
        self._room = room
        #: Bytes that stay until the visit is kept.
        self._staying = 0

    async def enter(self) -> None:
        """Returns when a request may begin."""
        await self._room.enter(self)

    async def grow(self, size: int) -> None:
        """Returns when the body under way may grow further than this size."""
        await self._room.grow(self, size)

    def stop(self) -> None:
        """Says that the body is whole, or given up."""
        self._room.stop(self)

    def hold(self, size: int, *, stays: bool) -> None:
        """Says that an answer of this size is there; it takes the place of the one before, unless that stays until it is kept."""
        self._room.hold(self, self._staying + size)
        if stays:
            self._staying = size

    def leave(self) -> None:
        """Says that what the visit brought is kept."""
        self._room.leave(self)


#: The place of the visit that runs; None: it is alone.
_PLACE: ContextVar[Place | None] = ContextVar("place", default=None)


def place() -> Place:
    """The place of the visit that asks; where it is the only one, there is room enough."""
    return _PLACE.get() or Room().place()


def take(own: Place) -> None:
    """Says which place the visit has that begins in this context."""
    _PLACE.set(own)
