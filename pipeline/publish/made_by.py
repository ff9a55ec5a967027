"""Which program makes a publication: with another one, what was made before is made anew."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

from pipeline.publish.cards import digest


@cache
def own_digest() -> str:
    """Of the templates and the code that fills them in."""
    names = sorted(
        each
        for each in Path(__file__).parent.rglob("*")
        if each.suffix in {".html", ".py", ".css", ".js", ".sql", ".xsl"}
    )
    return digest(blake2b(each.read_bytes(), digest_size=16).hexdigest() for each in names)
