"""Whether two items have the same words: a copy, a teaser and its full text, an edited or updated version.

Theory. Copies share their runs of three words; a teaser's are nearly all in the full text, so what counts is how many of the
shorter one's runs the longer one has (containment; Broder, On the resemblance and containment of documents, 1997). That alone
would join the newsletters of March and of April, the reports of two regions, the conferences of two years: texts made from one
template differ in few words, but in those that tell. So a number, a month or a name that each of the two has where the other has
another keeps them apart. Words that only one of the two has do not: a copy gains a by-line, an update gains a sentence.

Known mistakes: a correction that swaps one name for another in a short text stays a story of its own; two reports made from one long
template that name the same few places are joined.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from pipeline.model.item import Item

#: The same words so far apart are two stories: last year's call and this year's.
WINDOW = timedelta(days=21)
#: Of the shorter text's runs of words, so many are in the longer one; of two items of one source, which repeats itself.
CONTAINED, CONTAINED_AT_HOME = 0.75, 0.9
#: Words in a run.
RUN = 3
#: Words of a text from which on its runs say something.
FEWEST = 12
#: Letters of two words by which they are taken for forms of one: "medicinteknik", "medicintekniska".
STEM = 6
#: Of two titles of one thing, so much is the same.
HALF = 0.5
#: Letters of a word from which on it says what a title is about.
LONG = 5
#: Words from which on they are enough where a date is missing, or where the titles have nothing in common.
PLENTY = 60
#: Words of each text that are compared.
LONGEST = 3_000
#: Of a longer text's telling words so many may be missing from the other: what an edit takes away.
MISSING = 0.2
#: Telling words below which each one counts.
FEW = 10

_WORD = re.compile(r"[^\W_]+")
_SENTENCE_START = re.compile(r"(?:\A|[.!?:…\n]['\"”»)]*\s+)['\"“«(]*[^\W_]+")
#: Months, by the first letters that tell them in the languages of our sources (CLDR).
_MONTH = re.compile(
    r"(?:jan|feb|mars|märz|març|marzo|march|maal|apr|abr|huht|maj|mai\Z|may|maig|touk|jun|kesä|jul|hein|aug|ago|elok|sep|set\w|syys|okt|oct|"
    r"loka|nov|marras|dec|des|dez|dic|joulu|gen\w|ene\w|tammi|helmi)\w*"
)


@dataclass(frozen=True, slots=True)
class Words:
    """What is compared of an item's text; what few comparisons come to is found when they do."""

    heading: str
    text: str
    #: In lower case, in their order.
    said: tuple[str, ...]
    #: Hashes of the runs: of this process, not to be kept.
    runs: frozenset[int]

    @property
    def telling(self) -> frozenset[str]:
        """Numbers, months and names."""
        return _facts(self.text)

    @property
    def title_telling(self) -> frozenset[str]:
        """Those of the title."""
        return _facts(self.heading)

    @property
    def title(self) -> frozenset[str]:
        """The words of the title."""
        return _title_words(self.heading)


def same_words(one: Item, other: Item) -> str | None:
    """Why two items have the same words, as a sentence about them; None where they don't, or tell of different things."""
    at_home = one.source == other.source
    # What most pairs fail in comes first.
    if at_home and not _is_same_title(one, other):
        return None
    if one.published and other.published and not _is_near(one, other, 0):
        return None
    # A few sentences that anyone may write are not enough under titles that have little in common.
    enough = FEWEST if titles_alike(one.title, other.title) else PLENTY
    ours = [each for each in _texts(one) if _length(each) >= enough]
    theirs = [each for each in _texts(other) if _length(each) >= enough] if ours else []
    fewest = CONTAINED_AT_HOME if at_home else CONTAINED
    best: float | None = None
    for first in (_words(one.title, each) for each in ours if theirs):
        for second in (_words(other.title, each) for each in theirs):
            contained = _contained(first, second, one, other, fewest)
            if contained is not None:
                best = max(best or 0, contained)
    return None if best is None else f"{best:.0%} of what the shorter one says stands word for word in the longer one"


def tell_apart(one: Item, other: Item) -> bool:
    """Whether each title names something that the other item has nowhere: two months, two regions, two parts."""
    return any(_tell_apart(first, second) for first in bodies(one)[:1] for second in bodies(other)[:1])


def bodies(item: Item) -> tuple[Words, ...]:
    """The texts that an item may have in common with another: its whole text, and what its source made a summary of it."""
    return tuple(_words(item.title, text) for text in _texts(item))


def _texts(item: Item) -> Iterable[str]:
    """The same as they are written, as far as they are looked at."""
    return dict.fromkeys(text[: LONGEST * 12] for text in (item.text, item.summary) if text)


@lru_cache(maxsize=2_048)
def _length(text: str) -> int:
    """How many words of a text are compared."""
    return min(len(_WORD.findall(text.casefold())), LONGEST)


def _contained(first: Words, second: Words, one: Item, other: Item, fewest: float) -> float | None:
    """Which share of the shorter text is in the longer one; None where it is too little, or the two tell of different things."""
    short, long = (first, second) if len(first.said) <= len(second.said) else (second, first)
    contained = len(short.runs & long.runs) / len(short.runs)
    if contained < fewest or not _is_near(one, other, len(short.said)):
        return None
    return None if _tell_apart(first, second) or _differ(short, long) else contained


@lru_cache(maxsize=256)
def _words(heading: str, text: str) -> Words:
    said = tuple(_WORD.findall(text.casefold())[:LONGEST])
    runs = frozenset(map(hash, zip(*(said[at:] for at in range(RUN)), strict=False)))
    return Words(heading, text, said, runs or frozenset({hash(said)}))


@lru_cache(maxsize=256)
def _facts(text: str) -> frozenset[str]:
    return _telling(_WORD.findall(text)[:LONGEST], _beginnings(text))


def titles_alike(one: str, other: str) -> bool:
    """Whether half of the shorter title's words that say something are in the other one; also where one of them has none."""
    ours, theirs = _subject(one), _subject(other)
    return not ours or not theirs or len(ours & theirs) >= HALF * min(len(ours), len(theirs))


@lru_cache(maxsize=1_024)
def _subject(title: str) -> frozenset[str]:
    """The words of a title that say something, numbers and those of a few letters, without the ends that forms and compounds have."""
    return frozenset(word[:STEM] for word in _title_words(title) if len(word) >= LONG or not word.isalpha())


def _is_near(one: Item, other: Item, length: int) -> bool:
    """Whether two items are of the same weeks; where a date is missing, whether their words are enough to do without."""
    if one.published is None or other.published is None:
        return length >= PLENTY or one.title.casefold().split() == other.title.casefold().split()
    return abs(one.published.at - other.published.at) <= WINDOW


def _is_same_title(one: Item, other: Item) -> bool:
    """Whether one title has nearly all the words of the other."""
    first, second = _title_words(one.title), _title_words(other.title)
    return len(first & second) >= CONTAINED * min(len(first), len(second))


@lru_cache(maxsize=1_024)
def _title_words(title: str) -> frozenset[str]:
    return frozenset(_WORD.findall(title.casefold()))


def _tell_apart(one: Words, other: Words) -> bool:
    """Whether each title has a telling word that the other item has nowhere."""
    there, here = other.title.union(other.said), one.title.union(one.said)
    return bool(one.title_telling - there) and bool(other.title_telling - here)


def _differ(short: Words, long: Words) -> bool:
    """Whether the texts tell of different things: the shorter one names what the longer one does not, and it is no slip."""
    missing = short.telling.difference(long.said) - long.title
    if not missing:
        return False
    if len(short.telling) >= FEW and len(missing) <= MISSING * len(short.telling):
        return False
    # What stands in the longer text where the shorter one ends is no counterpart.
    beside = long.telling.intersection(long.said[: len(short.said) * 5 // 4])
    return bool(beside.difference(short.said) - short.title)


def _telling(said: Sequence[str], beginnings: AbstractSet[str]) -> frozenset[str]:
    """Of some words the numbers, the months, and the names: what has a capital elsewhere than at the beginning of a sentence."""
    shouted = sum(map(str.isupper, said)) > len(said) / 2
    return frozenset(
        word.casefold()
        for word in said
        if not word.isalpha()
        or _MONTH.fullmatch(word.casefold())
        or (word[0].isupper() and not shouted and word not in beginnings)
    )


def _beginnings(text: str) -> frozenset[str]:
    """The words that sentences begin with."""
    return frozenset(_WORD.findall(found[0])[-1] for found in _SENTENCE_START.finditer(text))
