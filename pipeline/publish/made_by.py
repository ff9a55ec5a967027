"""Which program makes a publication: with another one, what was made before is made anew."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

from pipeline.publish.cards import digest

#: What pages follow from: the templates and the code that fills them in, the facts about the web and its texts that it asks, the values.
_ROOMS = ("publish", "web", "model")
_KINDS = frozenset([".html", ".py", ".css", ".js", ".sql", ".xsl", ".txt"])


@cache
def own_digest() -> str:
    """Of the program's files that decide what a publication shows."""
    home = Path(__file__).parents[1]
    names = sorted(each for room in _ROOMS for each in (home / room).rglob("*") if each.suffix in _KINDS)
    return digest(blake2b(each.read_bytes(), digest_size=16).hexdigest() for each in names)
