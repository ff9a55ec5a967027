"""The records that new items are compared with, where their keys find them; and which of them are one story with an item."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.model.corrections import Corrections
from pipeline.model.nearness import nearest
from pipeline.organise.events import may_be_one
from pipeline.organise.stories import same_story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model.item import IdentityKey, Item, ItemId, Record
    from pipeline.model.story import StoryId

#: The keys of which one is enough for one story, however many are in it.
SURE = ("a:", "e:", "v:")
#: Of a story's items so many at the most have to be like another that is to join it.
MOST_ASKED = 2


@dataclass
class Shelf:
    """The records at hand while a set of items is compared."""

    #: The keys that will be asked for.
    asked: frozenset[IdentityKey]
    corrections: Corrections = field(default_factory=Corrections)
    records: dict[ItemId, Record] = field(default_factory=dict)
    #: Of each key the items that have it: one, or a list of them, for most keys have one.
    by_key: dict[IdentityKey, ItemId | list[ItemId]] = field(default_factory=dict)

    def put(self, record: Record) -> None:
        """Lay a record where its keys find it, in place of an older state of it."""
        item = record.item
        before = self.records.get(item.id)
        self.records[item.id] = record
        if before is None or before.item.keys != item.keys:
            known = () if before is None else before.item.keys
            for key in self.asked.intersection(item.keys):
                if key not in known:
                    having = self.by_key.setdefault(key, item.id)
                    if isinstance(having, list):
                        having.append(item.id)
                    elif having != item.id:
                        self.by_key[key] = [having, item.id]

    def found(self, key: IdentityKey) -> list[Record]:
        """The records that have this key."""
        having = self.by_key.get(key)
        if having is None:
            return []
        return [self.records[each] for each in having] if isinstance(having, list) else [self.records[having]]

    def partners(self, item_id: ItemId) -> dict[ItemId, bool]:
        """The items that are one story with this one, without those that are in its story already; of each whether that is sure.

        It is sure where they stand at one address, or have one id, or a maintainer said so; else they are alike.
        """
        record = self.records[item_id]
        found: dict[ItemId, bool] = {}
        asked: set[tuple[ItemId, str]] = set()
        alike: Counter[StoryId] = Counter()
        others = {key: others for key in record.item.keys if (others := self._others(key, record.item))}
        near = nearest(others, others.__getitem__)
        for key, having in others.items():
            for each in having:
                # What keys of one kind say of two items is the same.
                question, story, is_sure = (each, key[:2]), self.records[each].story, key.startswith(SURE)
                if each not in near or question in asked or story == record.story:
                    continue
                # No story asks for more than two that are alike.
                if found.get(each) or (not is_sure and (each in found or alike[story] >= MOST_ASKED)):
                    continue
                asked.add(question)
                if self._is_one(record.item, self.records[each].item, key):
                    found[each] = is_sure
                    alike[story] += 1
        found.update(dict.fromkeys(sorted(self.corrections.partners((item_id,)) & self.records.keys()), True))
        return found

    def _others(self, key: IdentityKey, than: Item) -> Sequence[ItemId]:
        """The items beside one that have a key, and may be one with it for having that key."""
        having = self.by_key.get(key)
        if having is None or having == than.id:
            return ()
        found = [each for each in (having if isinstance(having, list) else (having,)) if each != than.id]
        if key.startswith("k:"):
            return [each for each in found if may_be_one(than, self.records[each].item)]
        return found

    def _is_one(self, one: Item, other: Item, shared: IdentityKey) -> bool:
        said = self.corrections.joins(one.id, other.id)
        return same_story(one, other, shared) is not None if said is None else said
