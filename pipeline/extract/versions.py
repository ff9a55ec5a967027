"""What tells whether a source says something else of an entry than it did before."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING

from pipeline.model.entry import EntryVersion

if TYPE_CHECKING:
    from pipeline.model.entry import Text

#: A date that is written without a year ("2 hours ago", "i går") says something else at every visit.
_YEAR = re.compile(r"(?<!\d)(?:1[89]|2[01])\d\d")


def version_of(
    *,
    key: str,
    title: Text | None,
    summary: Text | None,
    content: Text | None,
    link: str | None,
    published: str | None,
    updated: str | None,
) -> EntryVersion:
    """The digest of what a source itself says of an entry, in hexadecimal: another one is a changed entry.

    Texts count as they are written, markup included; dates count where they hold a year of four digits.
    """
    parts = [
        key,
        _text(title),
        _text(summary),
        _text(content),
        link,
        *(date if date and _YEAR.search(date) else None for date in (published, updated)),
    ]
    digest = blake2b(digest_size=16)
    for part in parts:
        # Each part with its length, so that no two lists of parts give the same bytes; absent is not empty.
        encoded = b"" if part is None else part.encode("utf-8", "surrogatepass")
        digest.update(b"-" if part is None else b"%d:" % len(encoded))
        digest.update(encoded)
    return EntryVersion(digest.hexdigest())


def title_key(title: str) -> str:
    """The key of an entry that has no address of its own: a digest of its title (RFC 4287, section 4.2.6, leaves the choice)."""
    words = " ".join(title.split()).casefold()
    return f"title:{blake2b(words.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"


def _text(text: Text | None) -> str | None:
    return None if text is None else f"{text.type}:{text.value}"
