"""The site's own words, in Swedish and English, and how each writes dates."""

from __future__ import annotations

from pipeline.publish.english import EN
from pipeline.publish.swedish import SV
from pipeline.publish.words import Words

__all__ = ["EN", "LANGUAGES", "SV", "Words", "capitalised", "words"]


def words(language: str) -> Words:
    """The words of a language; English for one that has none here."""
    return _TABLE.get(language.partition("-")[0].lower(), EN)


def capitalised(text: str) -> str:
    """The text with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


_TABLE = {"sv": SV, "en": EN}
#: That the site has words in.
LANGUAGES = tuple(_TABLE)
