"""Items that nobody wrote, as many and as various as a benchmark of archives needs."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import md5
from itertools import accumulate

FIRST, SPAN = datetime(2016, 1, 1, tzinfo=UTC), timedelta(days=3650)
#: Words of a text, and of the language, of which the n-th is as frequent as 1/n.
LENGTH, LANGUAGE = 190, 50_000
#: Kinds of an item's keys, and how many of each: on the average of collected items.
KINDS = {"v": 1, "e": 1, "a": 1, "p": 1, "t": 1, "d": 1, "n": 4, "k": 8}
SOURCES = 20


def record_of(number: int, total: int):
    """The item of that number in an archive of so many; later numbers are newer."""
    from pipeline.model.item import IdentityKey, Moment
    from pipeline.model.source import SourceId
    from tests.builders import record

    source = SourceId(f"source{number % SOURCES}")
    name = md5(f"{source} {number}".encode(), usedforsecurity=False).hexdigest()[:16]
    words, frequencies = vocabulary()
    return record(
        name,
        source=source,
        keys=tuple(
            IdentityKey(f"{kind}:{source}:{name}{each}") for kind, many in KINDS.items() for each in range(many)
        ),
        text=" ".join(random.Random(number).choices(words, cum_weights=frequencies, k=LENGTH)),
        published=Moment(at=FIRST + SPAN * (number / total), precision="minute"),
    )


@cache
def vocabulary() -> tuple[list[str], list[float]]:
    """The words of a language that nobody speaks, with their cumulative frequencies, for `random.choices`."""
    syllables = [one + other for one in "bdfghjklmnprstv" for other in "aeiouyåäö"]
    made = random.Random(0)
    words = ["".join(made.choices(syllables, k=made.randint(1, 4))) for _ in range(LANGUAGE)]
    return words, list(accumulate(1 / rank for rank in range(1, LANGUAGE + 1)))


def rows_of(numbers: range, total: int) -> list[dict]:
    """The same items as the archive's files hold them."""
    from pipeline.archive.records import record_to_json

    return [record_to_json(record_of(number, total)) for number in numbers]
