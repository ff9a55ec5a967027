"""A few fingerprints of a text, by which other texts with the same words are found without reading the archive.

Of all runs of five words the ones with the smallest hashes are kept (bottom-k sampling; Broder, 1997), from three windows that
begin where the text does: its lead, its first screen, the whole. Two copies share nearly all of them; a teaser and its full text
share those of the lead; a copy with a by-line before it or a boilerplate paragraph shares those of the other windows. On the labelled sets
each pair of one story shares at least one. Two texts that share one need not be alike: who finds them so has to compare them.
"""

from __future__ import annotations

import re
from base64 import b32encode
from hashlib import blake2b

#: Words in a run.
RUN = 5
#: Words of each window; the last one is all that is looked at.
WINDOWS = (32, 128, 3_000)
#: A text of fewer words is not compared.
FEWEST = 12
#: Runs that are kept of each window.
KEPT = 4
#: Bytes of a fingerprint: two texts of an archive of millions that share one by chance are seldom, and are then compared.
_SIZE = 5

_WORD = re.compile(r"[^\W_]+")


def sketch(text: str, *, windows: tuple[int, ...] = WINDOWS) -> tuple[str, ...]:
    """The fingerprints of a plain text, each of eight letters and digits; none of a text that is too short to be compared."""
    words = [word.casefold() for word in _WORD.findall(text[: windows[-1] * 12])][: windows[-1]]
    if len(words) < FEWEST:
        return ()
    runs = [
        blake2b(" ".join(words[at : at + RUN]).encode("utf-8", "surrogatepass"), digest_size=_SIZE).digest()
        for at in range(len(words) - RUN + 1)
    ]
    kept: dict[bytes, None] = {}
    for window in windows:
        kept.update(dict.fromkeys(sorted(set(runs[: max(0, window - RUN + 1)]))[:KEPT]))
    return tuple(b32encode(each).decode().lower() for each in kept)
