"""The days and years that a text names, in nine languages."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.web.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

#: January first. Each entry holds all spellings of a month: full, inflected, cut short; in lower case, without dots (CLDR, newsrooms).
MONTHS: dict[str, tuple[str, ...]] = {
    "sv": (
        *("jan januari", "feb febr februari", "mar mars", "apr april", "maj", "jun juni"),
        *("jul juli", "aug augusti", "sep sept september", "okt oktober", "nov november", "dec december"),
    ),
    "en": (
        *("jan january", "feb febr february", "mar march", "apr april", "may", "jun june"),
        *("jul july", "aug august", "sep sept september", "oct october", "nov november", "dec december"),
    ),
    "nb": (
        *("jan januar", "feb febr februar", "mar mars", "apr april", "mai", "jun juni"),
        *("jul juli", "aug august", "sep sept september", "okt oktober", "nov november", "des desember"),
    ),
    "da": (
        *("jan januar", "feb febr februar", "mar marts", "apr april", "maj", "jun juni"),
        *("jul juli", "aug august", "sep sept september", "okt oktober", "nov november", "dec december"),
    ),
    "fi": tuple(
        " ".join(stem + ending for ending in ("", "k", "kuu", "kuuta", "kuun", "kuussa"))
        for stem in ["tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu"]
    ),
    "ca": (
        *("gen gener", "feb febr febrer", "mar març", "abr abril", "mai maig", "jun juny"),
        *("jul juliol", "ag ago agost", "set setembre", "oct octubre", "nov novembre", "des desembre"),
    ),
    "es": (
        *("ene enero", "feb febrero", "mar marzo", "abr abril", "may mayo", "jun junio"),
        *("jul julio", "ago agosto", "sep sept set septiembre setiembre", "oct octubre", "nov noviembre", "dic diciembre"),
    ),
    "de": (
        *("jan januar jän jänner", "feb februar feber", "mär märz mrz", "apr april", "mai", "jun juni"),
        *("jul juli", "aug august", "sep sept september", "okt oktober", "nov november", "dez dezember"),
    ),
}  # fmt: skip
MONTHS["nn"] = MONTHS["nb"]
#: Of these, what is more likely another word where not all of the text is a date: "3 set", "2 ago", "40 feber".
_OTHER_WORDS = frozenset({"ag", "ago", "dic", "elo", "elok", "feber", "kesa", "kesak", "set"})
_DAY = r"(\d{1,2})(?:\.|:e|:a|st|nd|rd|th|r|è|º)?"
_UNTIL = r"(?:\s*[-–]\s*|\s+(?:och|og|and|i|y|und|till|til|to|al|bis|ja|&)\s+(?:el |den )?)"
_DAY_FIRST = re.compile(
    rf"\b{_DAY}(?:{_UNTIL}{_DAY})?\s+(?:de\s+|d['’]|of\s+)?([^\W\d_]{{3,}})\.?(?:,?\s+(?:de\s+|del\s+)?(20\d\d))?"
)
_MONTH_FIRST = re.compile(
    r"\b([A-Z][a-z]{2,8})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:\s*(?:[-–]|and|to)\s*(\d{1,2}))?\b(?!\s*%)"
)
_IN_DIGITS = re.compile(r"\b(?:(\d{1,2})[./](\d{1,2})[./](20\d\d)|(20\d\d)-(\d\d)-(\d\d))\b")
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]\d|\d)")
_DIGITS = re.compile(r"\d+")
_NONE: frozenset[str] = frozenset()
_NO_YEARS: frozenset[int] = frozenset()


def dated(text: str, *, may_name_months: bool) -> tuple[frozenset[str], frozenset[int], str]:
    """The days and years in a text, and the text without them; "" where it has no number at all."""
    days: set[str] = set()

    def taken(month: int | None, *numbers: str | None) -> str | None:
        own = [int(each) for each in numbers if each]
        if month is None or not all(1 <= each <= 31 for each in own):
            return None
        days.update(f"{month:02}-{each:02}" for each in own)
        return " "

    def day_first(match: re.Match[str]) -> str:
        return taken(month_of(match[3]), match[1], match[2]) or match[0]

    def month_first(match: re.Match[str]) -> str:
        return taken(month_of(match[1]), match[2], match[3]) or match[0]

    def in_digits(match: re.Match[str]) -> str:
        month = int(match[2] or match[5])
        return (taken(month, match[1] or match[6]) if month <= 12 else None) or match[0]

    figures = [match.span() for match in _DIGITS.finditer(text)]
    if not figures:
        return _NONE, _NO_YEARS, ""
    # Each pattern is worth a search only where what it can't do without is there.
    years = [_YEAR.match(text, begin) for begin, end in figures if end - begin == 4]
    rest = text
    if years and any(_IN_DIGITS.match(text, begin) for begin, _ in figures):
        rest = _IN_DIGITS.sub(in_digits, rest)
    if may_name_months:
        rest = _MONTH_FIRST.sub(month_first, _DAY_FIRST.sub(day_first, rest))
    found = frozenset(int(match[0]) for match in years if match)
    return frozenset(days), found, _YEAR.sub(" ", rest) if found else rest


def at_figures(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What `finditer` gives, of a pattern that can begin nowhere but where figures do: sought there alone."""
    end = 0
    for figures in _DIGITS.finditer(text):
        if figures.start() >= end and (match := pattern.match(text, figures.start())) is not None:
            yield match
            end = match.end()


@lru_cache(maxsize=1 << 12)
def month_of(word: str) -> int | None:
    """The number of the month of that name, in nine languages; None where it is none, or may well be another word."""
    folded = fold(word)
    # In all of the fifteen cases of Finnish.
    stem, month, _ = folded.partition("kuu")
    return _NUMBERS.get(stem + month if month else folded)


_NUMBERS = {
    folded: number
    for names in MONTHS.values()
    for number, spelled in enumerate(names, start=1)
    for folded in map(fold, spelled.split())
    if folded not in _OTHER_WORDS
}
