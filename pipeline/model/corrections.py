"""What a maintainer said of stories, for good: later runs and rebuilds respect it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.model.item import ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """Items that no likeness may join to others, and items that are one story whatever they look like."""

    alone: frozenset[ItemId] = frozenset()
    #: Sets of two or more; stronger than `alone`.
    together: tuple[frozenset[ItemId], ...] = ()

    def joins(self, one: ItemId, other: ItemId) -> bool | None:
        """Whether two items are one story; None where nothing was said of them."""
        if any(one in each and other in each for each in self.together):
            return True
        return False if one in self.alone or other in self.alone else None

    def partners(self, items: Iterable[ItemId]) -> frozenset[ItemId]:
        """All that were said to be one story with any of these."""
        asked = frozenset(items)
        return frozenset().union(*(each for each in self.together if not asked.isdisjoint(each)))
