"""Events that a text announces, with the days that it states: conferences, webinars, workshops, consultations with a last day.

A sentence announces one where it names the event and its day; or where the title names the event, and the sentence says that it takes
place, or gives the day behind a label ("När: 12 maj"). What is in doubt is left out: a day without a year is the next one only where
the last one lies further away, a weekday has to agree, and sentences about what was, was called off, is published or has to be signed
up for until a day are no announcement. Known mistakes: the day of something else that the sentence names beside the event.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from pipeline.web.calendar_days import days_in, is_weekday
from pipeline.web.folding import fold
from pipeline.web.months import month_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.web.calendar_days import Days

Kind = Literal["webinar", "conference", "workshop", "consultation", "meeting"]

#: In the order of trust: a webinar on a conference's results is a webinar.
KINDS: tuple[Kind, ...] = ("webinar", "consultation", "workshop", "conference", "meeting")
#: What is looked at of a text, in characters.
LONGEST = 6_000
#: A sentence that is longer tells too much to be sure of anything.
LONGEST_SENTENCE = 400
#: Events that a text may announce; one that states more is a programme or a list of dates.
MOST = 2
#: An event is announced so long before at most, and lasts so long at most.
AHEAD, LASTS = timedelta(days=550), timedelta(days=14)
#: Characters before a day in which a word says that it is the last.
_BEFORE = 28

_END = re.compile(r"[.!?…]['\"”»)]*\s+|\n+")
#: Before a full stop that ends no sentence: an abbreviation, or a day of a month.
_SHORT = re.compile(
    r"\b(?:kl|bl|ca|jan|feb|mar|apr|jun|jul|aug|sept?|okt|oct|nov|dec|des|dez|nr|no|ev|tel|st|dr|mr|ms|art|\d{1,2})$",
    re.IGNORECASE,
)
#: Between "until" and its day.
_ARTICLES = frozenset(["den", "the", "el", "dem", "zum", "le"])
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W_]+(?:·[^\W_]+)?")
_LABEL = re.compile(r"^\W*([^\W\d_]+(?: [^\W\d_]+){0,3})\s*:\s*\S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """An event, with the words that its days were taken from."""

    kind: Kind
    first: date
    #: Inclusive; of a consultation the same as `first`, the last day.
    last: date
    sentence: str


def announcements(title: str, text: str, published: date) -> tuple[Announcement, ...]:
    """The events that a text of that day announces, by their days; none where it says too many to be sure."""
    if not _may_announce(title, text[:LONGEST]):
        return ()
    dated = [(sentence, days) for sentence in (title, *_sentences(text)) if (days := _to_come(sentence, published))]
    heading = _Phrase(title if dated else "")
    if heading.has("off"):
        return ()
    named = _kind_in(heading)
    found: dict[tuple[date, date], Announcement] = {}
    for sentence, days in dated:
        for each in _announced(sentence, days, None if sentence is title else named):
            found.setdefault((each.first, each.last), each)
    return tuple(sorted(found.values(), key=lambda each: (each.first, each.last))) if len(found) <= MOST else ()


def _may_announce(title: str, text: str) -> bool:
    """Whether there is a number, and what may be a word for an event: most texts have none, and need not be read closely."""
    if not (_DIGIT.search(text) or _DIGIT.search(title)):
        return False
    folded = fold(f"{title}\n{text}")
    return any(each in folded for each in _named_events())


@cache
def _named_events() -> tuple[str, ...]:
    """What the first word of each name of an event holds; none of them is a part of another."""
    names = (each for kind in KINDS for each in _table()[f"kind {kind}"].split("\0"))
    firsts = {each.partition("+")[0].strip("-") for each in names}
    return tuple(sorted(each for each in firsts if not any(other != each and other in each for other in firsts)))


def _sentences(text: str) -> Iterator[str]:
    start = 0
    text = text[:LONGEST]
    for end in (*_END.finditer(text), None):
        if end is not None and end[0].startswith(".") and not _is_end(text[start : end.start()], text[end.end() :]):
            continue
        sentence = " ".join(text[start : end.end() if end else None].split())
        start = end.end() if end else len(text)
        if sentence and len(sentence) <= LONGEST_SENTENCE:
            yield sentence


def _is_end(before: str, after: str) -> bool:
    """Whether the full stop between them ends a sentence."""
    short = _SHORT.search(before[-8:])
    if short is None:
        return True
    following = _WORD.match(after)
    return short[0].isdigit() and following is not None and following[0][0].isupper() and month_of(following[0]) is None


def _to_come(sentence: str, published: date) -> list[Days]:
    """The days that a sentence states and that an event could have."""
    if not _DIGIT.search(sentence):
        return []
    return [
        each
        for each in days_in(sentence, published)
        if published <= each.last <= published + AHEAD and each.last - each.first <= LASTS
    ]


def _announced(sentence: str, stated: Sequence[Days], named: Kind | None) -> Iterator[Announcement]:
    """The event of a sentence, where it is sure; `named` is the one that the title names."""
    phrase = _Phrase(sentence)
    if phrase.has("past") or phrase.has("off"):
        return
    kind = _kind_in(phrase)
    if kind is None and named is not None and (phrase.has("happens") or _is_label(sentence)):
        kind = named
    if kind is None or (kind != "consultation" and phrase.has("other")):
        return
    last_days, days = _told_apart(sentence, stated)
    if kind == "consultation":
        chosen = [] if phrase.has("signing") else [*last_days, *(days if phrase.has("deadline") else ())]
    else:
        chosen = days
    if len(chosen) == 1:
        (day,) = chosen
        first = day.last if kind == "consultation" else day.first
        yield Announcement(kind=kind, first=first, last=day.last, sentence=sentence)


def _told_apart(sentence: str, stated: Sequence[Days]) -> tuple[list[Days], list[Days]]:
    """Of the days of a sentence the last ones of something, and the others."""
    last_days: list[Days] = []
    days: list[Days] = []
    for each in stated:
        before = _Phrase(sentence[max(0, each.start - _BEFORE) : each.start])
        after = _Phrase(sentence[each.end : each.end + 14])
        is_last = before.has("deadline") or before.ends("until") or after.starts("until") or after.starts("deadline")
        (last_days if is_last else days).append(each)
    return last_days, days


def _kind_in(phrase: _Phrase) -> Kind | None:
    return next((kind for kind in KINDS if phrase.has(f"kind {kind}")), None)


def _is_label(sentence: str) -> bool:
    label = _LABEL.match(sentence)
    return label is not None and fold(label[1]).replace(" ", "+") in _table()["label"].split("\0")


class _Phrase:
    """Words, folded, that can be asked for those of a class."""

    def __init__(self, text: str) -> None:
        self._text = _pattern("none").sub("", f" {' '.join(_WORD.findall(fold(text)))} ")

    def has(self, name: str) -> bool:
        return _pattern(name).search(self._text) is not None

    def starts(self, name: str) -> bool:
        return _pattern(name).match(self._text, 1) is not None

    def ends(self, name: str) -> bool:
        """Whether such words are the last, but for a day of the week or an article."""
        return any(
            set(self._text[each.end() :].split()) <= _ARTICLES or is_weekday(self._text[each.end() :].strip())
            for each in _pattern(name).finditer(self._text)
        )


@cache
def _pattern(name: str) -> re.Pattern[str]:
    def form(word: str) -> str:
        head, tail = (r"[^ ]*" if end else "" for end in (word.startswith("-"), word.endswith("-")))
        return head + re.escape(word.strip("-").replace("+", " ")) + tail

    return re.compile(f"(?<= )(?:{'|'.join(form(each) for each in _table()[name].split(chr(0)))})(?= )")


@cache
def _table() -> dict[str, str]:
    """The words of each class, joined by NUL."""
    found = {}
    for line in files("pipeline.web").joinpath("announcements.txt").read_text(encoding="utf-8").splitlines():
        name, mark, words = line.partition(": ")
        if mark and not line.startswith("#"):
            found[name] = "\0".join(words.split())
    return found
