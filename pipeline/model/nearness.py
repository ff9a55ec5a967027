"""Which of the items that share keys with a new one are compared with it: a few, however many there are.

Keys of most kinds say what two items are. A fingerprint ("n:") or a pair of things that are mentioned ("k:") only says who may be alike,
and many items may have it: a template's sentence, a town and a kind of event. So of each the newest `MOST_SHARING` are looked at, and those
`MOST_COMPARED` are compared that share most. It takes `ENOUGH` of the keys that many have. A pair that
few have is enough alone; of such fingerprints it takes two, for copies share more, and one is in any stock phrase.

What two items are to each other depends on these two alone; who is compared, on how many share the same keys: as long as no more than
`MOST_SHARING` within the stretch of days that is in a "k:" key do, the order in which items come changes nothing.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pipeline.model.item import IdentityKey

T = TypeVar("T")

#: Of a key that more items share, so many of the newest are near.
MOST_NEAR = 50
#: The same of a key that only says who may be alike, and how many of those who do are compared.
MOST_SHARING, MOST_COMPARED = 24, 6
#: What shared keys have to come to. Each counts for one; one that no more than `FEW` others have for more, by its kind.
ENOUGH = 3
FEW, COUNTS = 6, {"n:": 2, "k:": ENOUGH}
#: The kinds of keys that only say who may be alike.
LIKELY = ("n:", "k:")


def most(key: str) -> int:
    """How many of the items that have a key are looked at: the newest."""
    return MOST_SHARING if key.startswith(LIKELY) else MOST_NEAR


def nearest(keys: Iterable[IdentityKey], sharing: Callable[[IdentityKey], Sequence[T]]) -> dict[T, None]:
    """What is to be compared with an item that has these keys; `sharing` gives those that have one, the newest last."""
    found: dict[T, None] = {}
    likely: dict[str, Counter[T]] = {}
    for key in keys:
        others = sharing(key)[-most(key) :]
        if not others:
            continue
        if not key.startswith(LIKELY):
            found.update(dict.fromkeys(others))
            continue
        # Two items of one stretch of days share each pair twice, once for each of the stretches that it is kept for (`normalise.event_keys`).
        shared = likely.setdefault(key[:3] if key[0] == "k" else key[:2], Counter())
        shared.update(others if len(others) > FEW else [*others] * COUNTS[key[:2]])
    for kind in LIKELY:
        best: dict[T, int] = {}
        for name, shared in likely.items():
            if name.startswith(kind):
                for each, count in shared.items():
                    if count >= ENOUGH:
                        best[each] = max(count, best.get(each, 0))
        ranked = sorted(best, key=best.__getitem__) if len(best) > MOST_COMPARED else best
        found.update(dict.fromkeys(list(ranked)[-MOST_COMPARED:]))
    return found
