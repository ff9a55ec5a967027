"""The keys by which notes of one event are found without reading the archive, whatever their words and languages.

Of what the lead mentions (`web.mentions`) the most telling things are taken two by two: "Barcelona" and "conference" are common, both
in one week are seldom. One of the two has to be something that a single event has: a day, a place, a name, a number. Each pair is hashed
together with the stretch of days in which the item was published, and with the next one, so that two items less than a stretch apart
share a key. Before the hash stands whether the stretch is an even one. Who shares one may tell of the same event, and has to be compared.
"""

from __future__ import annotations

import itertools
from datetime import UTC
from typing import TYPE_CHECKING

from pipeline.normalise.digest import short_digest
from pipeline.web.mentions import read_mentions

if TYPE_CHECKING:
    from pipeline.model.item import Moment
    from pipeline.web.mentions import Mentions

#: Days of a stretch: what `organise.events` compares lies no further apart.
STRETCH = 9
#: Things that are paired: notes of one event have three of these in common nearly always.
MOST = 5


def keys_of(title: str, lead: str, published: Moment | None) -> tuple[str, ...]:
    """The keys of an item, each of nine letters and digits; none of an item without a date, or that mentions too little."""
    if published is None:
        return ()
    said = read_mentions(f"{title}.\n{lead}")
    if said.routines:
        return ()
    first = published.at.astimezone(UTC).toordinal() // STRETCH
    pairs = [
        f"{one}\0{other}"
        for (one, anchors), (other, also) in itertools.combinations(sorted(_telling(said)), 2)
        if anchors or also
    ]
    return tuple(
        f"{stretch % 2}{short_digest(f'{stretch}{chr(0)}{pair}')}" for stretch in (first, first + 1) for pair in pairs
    )


def _telling(said: Mentions) -> list[tuple[str, bool]]:
    """The most telling things, each with whether it can be of one event alone; equals by the alphabet, so that two items choose alike."""
    by_weight = [
        *((3.0, each, True) for each in said.days),
        *((2.5, each, True) for each in said.cities),
        *((2.6 if each >= 1_000 else 2.0 if each >= 10 else 0.1, f"#{each}", each >= 10) for each in said.numbers),
        *((1.4, each, True) for each in said.names),
        *((1.0, each, False) if len(each) == 2 else (1.3, each, True) for each in said.lands),
        *((weight if weight > 1.2 else 0.9 * weight, name, weight >= 2.0) for name, weight in said.events),
        *((1.35, name, False) for name, _ in said.products),
        *((weight * 1.2, name, False) for name, weight in said.topics if weight >= 0.6),
        *((0.5, each, False) for each in said.words),
    ]
    ordered: dict[str, bool] = {}
    for _, name, anchors in sorted(by_weight, key=lambda each: (-each[0], each[1])):
        if ordered.setdefault(name, anchors) is not None and len(ordered) == MOST:
            break
    return list(ordered.items())
