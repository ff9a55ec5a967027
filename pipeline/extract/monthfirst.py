"""Dates in numbers alone that a page writes with the month first, made plain.

"9/5/2025" is the ninth of May in Europe and the fifth of September in the United States, and one date does not say which. A whole
listing does: a "9/23/2025" beside it can be read in one way only; where none is there, the page's own region says it (its language
is en-US, its address lies under .gov or .mil, which only American bodies have); else the order of its items, which lists keep.
Only what a reader of European dates would get wrong is written anew, as 2025-09-05; everything else stays as the page has it.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.web.html import attribute

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.web.html import Tag

_NUMBERS = re.compile(r"(?<![\d./-])(\d{1,2})([/-])(\d{1,2})\2((?:19|20)\d\d|\d\d)(?![\d/-])")
#: Top-level domains that only bodies of the United States have (RFC 1480; IANA's root zone database).
_AMERICAN = (".gov", ".mil", ".us")
_LAST_MONTH = 12


def writes_month_first(dates: Iterable[str | None], soup: Tag, url: str) -> bool:
    """Whether a page at `url` that shows these dates, in this order, writes the month before the day."""
    found = [
        (int(match[1]), int(match[3]), int(match[4]) + (2000 if len(match[4]) == 2 else 0))
        for text in dates
        if text and (match := _NUMBERS.search(text))
    ]
    month_first = sum(second > _LAST_MONTH >= first for first, second, _ in found)
    day_first = sum(first > _LAST_MONTH >= second for first, second, _ in found)
    if month_first or day_first:
        return month_first > day_first
    if not found:
        return False
    if is_american(soup, url):
        return True
    return _turns([_day(year, first, second) for first, second, year in found]) < _turns(
        [_day(year, second, first) for first, second, year in found]
    )


def plain(text: str | None) -> str | None:
    """A date of a page that writes the month first, with the parts that could be taken for each other in their plain order.

    >>> plain("Filed 9/5/2025"), plain("9/23/2025"), plain("5 May 2025")
    ('Filed 2025-09-05', '9/23/2025', '5 May 2025')
    """
    if text is None:
        return None
    match = _NUMBERS.search(text)
    if match is None or not (int(match[1]) <= _LAST_MONTH >= int(match[3])):
        return text
    year = match[4] if len(match[4]) == 4 else f"20{match[4]}"
    return f"{text[: match.start()]}{year}-{int(match[1]):02}-{int(match[3]):02}{text[match.end() :]}"


def is_american(soup: Tag, url: str) -> bool:
    """Whether a page says that it is from the United States."""
    root = soup.find("html")
    languages = [attribute(root, "lang") or ""] if root is not None else []
    locale = soup.find("meta", property="og:locale")
    languages += [attribute(locale, "content") or ""] if locale is not None else []
    host = urlsplit(url).hostname or ""
    return host.endswith(_AMERICAN) or any(each.replace("_", "-").lower() == "en-us" for each in languages)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _turns(days: Sequence[date | None]) -> int:
    """How often a sequence goes against its own direction: 0 for what is in order."""
    known = [day for day in days if day is not None]
    later = sum(after > before for before, after in pairwise(known))
    earlier = sum(after < before for before, after in pairwise(known))
    return min(later, earlier)
