"""What is searched for in the archive."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from pipeline.web.words import words

#: A phrase in quotes of any kind, or what stands between spaces; with a minus before it, it is left out.
_TERM = re.compile(r"""(?P<minus>(?<!\S)[-−–])?(?:["“”„«»](?P<phrase>[^"“”„«»]*)["“”„«»]?|(?P<word>[^\s"“”„«»]+))""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Words that stand in this order beside one another, in any of their forms."""

    words: tuple[str, ...]
    #: Whether an item has to hold them; else it must not.
    wanted: bool = True


def terms(text: str) -> tuple[Term, ...]:
    """What somebody asks for who writes `upphandling "etiska krav" -textil`; empty where no word is in it.

    A word that is written with a hyphen, a full stop or the like inside is a phrase of its parts.

    >>> [(term.words, term.wanted) for term in terms('it-upphandling "Etiska krav" -textil')]
    [(('it', 'upphandling'), True), (('Etiska', 'krav'), True), (('textil',), False)]
    """
    found = []
    for match in _TERM.finditer(unicodedata.normalize("NFC", text)):
        parts = tuple(words(match["phrase"] if match["phrase"] is not None else match["word"]))
        if parts:
            found.append(Term(words=parts, wanted=match["minus"] is None))
    return tuple(found)
