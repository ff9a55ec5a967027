"""Which topics an item has: those whose words it holds, in whatever form its language gives them.

Theory. A word of the vocabulary is found in an item when

- it is there in another form: both have the same Snowball stem in the item's language, and most of their letters ("upphandlingen",
  "upphandlingars"); the second half guards against stemmers that cut too much ("dator" and "data" have one stem in Swedish);
- it is part of a compound, in languages that write those as one word: "upphandling" in "upphandlingskrav" and in
  "elektronikupphandling". What is left of the compound has to be able to be a word: long enough, with a vowel, and beginning as
  words of these languages do ("klima" is not in "klimakteriet"). Only words from COMPOUNDED letters on are looked for so;
- all its words stand in a row, each in any form, the last one maybe as the head of a compound: phrases;
- in capitals, where it is a short name written in capitals: "IT" is not in "it is".

Known mistakes: a compound that means something else ("mineralvatten"); a form that changes the stem itself ("bok", "böcker").
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.web.words import stems, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.model.config import Topic
    from pipeline.model.item import Item

#: Of the longer of two forms of one word, so much has to be the same.
ALIKE = 0.6
#: Letters of a word from which on it is looked for in compounds.
COMPOUNDED = 5
#: Languages that write compounds as one word; a text whose language is not known may be in one of them.
_COMPOUNDING = frozenset({"sv", "nb", "nn", "no", "da", "de", "fi", "nl", None})
#: A name in capitals up to so long is looked for in capitals.
CAPITALS = 5
#: Letters that compounds put between their parts.
_LINK = r"(?:s|e|es|en|n|o)?"
#: How a word of these languages can begin: a vowel, or a few consonants that go together.
_BEGINNING = (
    r"(?:s?[ptkc]|[bdgfvwhmnlrjsxzq]|sh|sch|th|ph|ch|kn|gn|sm|sn|sl|sv|sw)[rljvw]?[aeiouyåäöæøüéà]|[aeiouyåäöæøüé]"
)
_REST = re.compile(rf"-?{_LINK}(?:{_BEGINNING})\w*")
#: The shortest part of a compound beside the word.
_SHORTEST = 3


def topics_of(item: Item, topics: Sequence[Topic]) -> tuple[str, ...]:
    """The ids of the topics whose words stand in the item's title, summary or text, in the vocabulary's order."""
    return tuple(evidence(item, topics))


def evidence(item: Item, topics: Sequence[Topic]) -> Mapping[str, str]:
    """By the id of each topic that the item has, in the vocabulary's order: the words of the item that gave it."""
    if not topics:
        return {}
    vocabulary = _vocabulary(tuple(topic.words for topic in topics), item.language)
    found: dict[int, str] = {}
    for part in (item.title, item.summary, item.text):
        written = words(part)
        for number, said in vocabulary.found(written, stems(written, item.language)):
            found.setdefault(number, said)
    return {topics[number].id: found[number] for number in sorted(found)}


@dataclass(frozen=True, slots=True)
class _Entry:
    """A word or a phrase of the vocabulary."""

    topic: int
    written: tuple[str, ...]
    lowered: tuple[str, ...]
    stems: tuple[str, ...]


@dataclass
class _Vocabulary:
    """All words of a vocabulary, ready to be found in a text of one language."""

    compounding: bool
    by_stem: dict[str, list[_Entry]] = field(default_factory=lambda: defaultdict(list))
    #: Single words that are looked for in compounds, by themselves and by their stems.
    parts: dict[str, list[_Entry]] = field(default_factory=lambda: defaultdict(list))
    #: How long those are, the shortest first.
    lengths: list[int] = field(default_factory=list)

    def add(self, entry: _Entry) -> None:
        """Take in a word or a phrase."""
        self.by_stem[entry.stems[0]].append(entry)
        if len(entry.written) == 1 and not _is_name(entry.written[0]):
            for form in {entry.lowered[0], entry.stems[0]}:
                if len(form) >= COMPOUNDED:
                    self.parts[form].append(entry)
                    self.lengths = sorted({*self.lengths, len(form)})

    def found(self, written: Sequence[str], stemmed: Sequence[str]) -> Iterator[tuple[int, str]]:
        """The topics that the words of a text give, with the words that gave them."""
        for at, stem in enumerate(stemmed):
            for entry in self.by_stem.get(stem, ()):
                end = at + len(entry.stems)
                if end <= len(stemmed) and self._stands(entry, written[at:end], stemmed[at:end]):
                    yield entry.topic, " ".join(written[at:end])
            yield from ((entry.topic, written[at]) for entry in self._inside(written[at].casefold(), stem))

    def _stands(self, entry: _Entry, written: Sequence[str], stemmed: Sequence[str]) -> bool:
        return all(
            _same(*forms) for forms in zip(entry.written, entry.lowered, entry.stems, written, stemmed, strict=True)
        )

    def _inside(self, word: str, stem: str) -> Iterator[_Entry]:
        """The words of the vocabulary that a word begins or ends with."""
        for cut in self.lengths:
            if cut >= len(word):
                break
            for entry in self.parts.get(word[:cut], ()):
                rest = word[cut:]
                if _is_ending(rest, entry, word) or (self.compounding and _can_follow(rest)):
                    yield entry
        if self.compounding:
            for form in {word, stem}:
                for length in reversed(self.lengths):
                    if length <= len(form) - _SHORTEST:
                        yield from self.parts.get(form[-length:], ())


def _same(written: str, lowered: str, stem: str, there: str, there_stem: str) -> bool:
    """Whether a word of a text is one of the vocabulary."""
    if _is_name(written):
        return there == written
    if stem != there_stem:
        return False
    other = there.casefold()
    shared = next(
        (at for at, (one, two) in enumerate(zip(lowered, other, strict=False)) if one != two),
        min(len(lowered), len(other)),
    )
    return shared >= ALIKE * max(len(lowered), len(other)) and (shared >= 4 or other == lowered)


def _is_name(written: str) -> bool:
    return written.isupper() and len(written) <= CAPITALS


def _is_ending(rest: str, entry: _Entry, word: str) -> bool:
    """Whether what follows a word is but an ending of it that the stemmer did not see through."""
    return len(rest) <= 4 and len(entry.lowered[0]) >= ALIKE * len(word) and word.startswith(entry.lowered[0])


def _can_follow(rest: str) -> bool:
    return len(rest) >= _SHORTEST and _REST.fullmatch(rest) is not None


@lru_cache(maxsize=64)
def _vocabulary(topics: tuple[tuple[str, ...], ...], language: str | None) -> _Vocabulary:
    primary = language.partition("-")[0].lower() if language else None
    vocabulary = _Vocabulary(compounding=primary in _COMPOUNDING)
    for number, said in enumerate(topics):
        for phrase in said:
            if written := words(phrase):
                lowered = tuple(word.casefold() for word in written)
                vocabulary.add(_Entry(number, tuple(written), lowered, tuple(stems(written, language))))
    return vocabulary
