"""Words of a text and their stems: the door to Snowball (https://snowballstem.org) by PyStemmer."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import Stemmer  # noqa: TID251

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Snowball's name for each language that it knows and our sources use, by the primary subtag of BCP 47.
STEMMED = {
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "fi": "finnish",
    "fr": "french",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "sv": "swedish",
}

#: A word: letters and digits in a row, with the apostrophe that Catalan and English write inside one taken as its end.
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The words of a text in their order, as they are written."""
    return _WORD.findall(text)


def stems(written: Sequence[str], language: str | None) -> list[str]:
    """The stem of each word, lower-cased; the lower-cased word itself in a language that has no stemmer.

    The algorithms are those of Snowball; `language` is a BCP 47 tag, of which the first part counts.
    """
    lowered = [word.casefold() for word in written]
    name = STEMMED.get(language.partition("-")[0].lower()) if language else None
    if name is None:
        return lowered
    stemmed: list[str] = _stemmer(name).stemWords(lowered)
    return stemmed


@lru_cache
def _stemmer(name: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(name)
