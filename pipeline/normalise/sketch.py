"""A few fingerprints of a text, by which other texts with the same words are found without reading the archive.

Of all runs of five words the ones with the smallest hashes are kept (bottom-k sampling; Broder, 1997), from three windows that
begin where the text does: its lead, its first screen, the whole. Two copies share nearly all of them; a teaser and its full text
share those of the lead; a copy with a by-line before it or a boilerplate paragraph shares those of the other windows. On the labelled sets
each pair of one story shares at least one. Two texts that share one need not be alike: who finds them so has to compare them.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.normalise.digest import letters_of, short_hash

#: Words in a run.
RUN = 5
#: Words of each window; the last one is all that is looked at.
WINDOWS = (32, 128, 3_000)
#: A text of fewer words is not compared.
FEWEST = 12
#: Runs that are kept of each window.
KEPT = 4

_WORD = re.compile(r"[^\W_]+")


def sketch(text: str, *, windows: tuple[int, ...] = WINDOWS) -> tuple[str, ...]:
    """The fingerprints of a plain text, each of eight letters and digits; none of a text that is too short to be compared."""
    words = _WORD.findall(text[: windows[-1] * 12])[: windows[-1]]
    if len(words) < FEWEST:
        return ()
    # Letter by letter casefolding knows no context, so the line folds as its words do.
    parts = " ".join(words).casefold().encode("utf-8", "surrogatepass").split(b" ")
    runs = [*map(_hashed, map(b" ".join, zip(*(parts[at:] for at in range(RUN)), strict=False)))]
    kept: dict[bytes, None] = {}
    smallest: list[bytes] = []
    begin = 0
    for window in windows:
        end = max(0, window - RUN + 1)
        # Each window holds what the one before it holds.
        smallest = sorted({*smallest, *runs[begin:end]})[:KEPT]
        kept.update(dict.fromkeys(smallest))
        begin = end
        if end >= len(runs):
            break
    return tuple(map(letters_of, kept))


#: A summary begins as its text does, and texts of one site end alike.
_hashed = lru_cache(maxsize=1 << 13)(short_hash)
