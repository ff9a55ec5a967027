"""The words of an item as both stores search them, and what a searched word may look like there.

Every word is kept as its stem in the item's own language (Snowball's). Who searches does not say in which language, so a searched
word is looked for by its stem in each: the same word in another form is found, at the price of a few words of other languages.

å, ä and ö are letters: "får" is not "far". But who writes "malmo" may have no ö to write; so each item has its words a second time
without the marks, in which only words without any are looked for, and what is found there counts for less.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.web.words import STEMMED, stems, words

if TYPE_CHECKING:
    from pipeline.model.item import Item
    from pipeline.model.search import Term

#: Characters of a text that are searched.
MOST_SEARCHED = 200_000
#: Characters of a word that count: what is longer is no word.
_LONGEST = 100
_MOST_STEMMED = 4
#: Letters that Unicode does not take apart.
_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "đ": "d", "ð": "d", "ł": "l", "þ": "th"})
#: One language for each stemmer.
_LANGUAGES: tuple[str | None, ...] = (None, *{name: tag for tag, name in STEMMED.items()}.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Stemmed:
    """The stems of an item's words, in their order."""

    title: tuple[str, ...]
    summary: tuple[str, ...]
    text: tuple[str, ...]
    #: Of all three, without diacritics; an empty word stands between them.
    plain: tuple[str, ...]


def stemmed(item: Item) -> Stemmed:
    """The words of an item as they are searched."""
    name = None if item.language is None else item.language.partition("-")[0].lower()
    parts = [
        [_stem(word, name) for word in words(part)] for part in (item.title, item.summary, item.text[:MOST_SEARCHED])
    ]
    title, summary, text = (tuple(stem for stem, _ in part) for part in parts)
    of_title, of_summary, of_text = ((plain for _, plain in part) for part in parts)
    return Stemmed(title=title, summary=summary, text=text, plain=(*of_title, "", *of_summary, "", *of_text))


def forms(term: Term) -> tuple[tuple[str, ...], ...]:
    """How the words of a term may stand in an item: by the stemmer of each language."""
    lowered = [word[:_LONGEST] for word in term.words]
    return tuple(dict.fromkeys(tuple(_stemmed(lowered, language)) for language in _LANGUAGES))


def is_plain(term: Term) -> bool:
    """Whether no word of it has a mark, so that it may mean one that has."""
    return all(word.isascii() for word in term.words)


def without_marks(word: str) -> str:
    """A word without its diacritics.

    >>> without_marks("öresundsbrön"), without_marks("østfold")
    ('oresundsbron', 'ostfold')
    """
    if word.isascii():
        return word
    return "".join(
        each for each in unicodedata.normalize("NFKD", word.translate(_PLAIN)) if not unicodedata.combining(each)
    )


@lru_cache(maxsize=32_768)
def _stem(word: str, language: str | None) -> tuple[str, str]:
    """The stem of a word, and that without marks: the same words come again and again."""
    (stem,) = _stemmed([word[:_LONGEST]], language)
    return stem, without_marks(stem)


def _stemmed(written: list[str], language: str | None) -> list[str]:
    """Stems of stems, until they stay: Snowball makes "konferens" of "konferensen", but "konfer" of "konferens"."""
    for _ in range(_MOST_STEMMED):
        before, written = written, stems(written, language)
        if written == before:
            break
    return written
