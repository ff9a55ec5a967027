"""The dates of items that no template and no selector tells: in each by itself, over several of them, or in their words.

A date that stands once over several items ("Friday 3 May 2024", then a list; a cell that spans several rows) is the date of all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract.dating import dates_in, find_date, is_mostly_date
from pipeline.extract.tables import Columns
from pipeline.extract.teaser import HEADINGS, date_of
from pipeline.extract.template import signature
from pipeline.web.html import NavigableString, Tag, inline_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Of the items, so many have to say one date and no other in their words before that is theirs.
_ENOUGH = 0.5
#: Elements around an item that can stand below a date.
_LEVELS = 3
#: Siblings before an element that are looked at.
_FARTHEST = 200
#: Characters of markup's text that can hold a line that is a date.
_LONGEST = 300
#: Characters of a line that begins with a date and is the heading of what follows.
_LONGEST_LINE = 80


def dates_of(items: Sequence[Tag]) -> list[str | None]:
    """The date of each item as it is written; None where it has none."""
    dates = [date_of(item) or _loose_date(item) or date_above(item) for item in items]
    only = [
        None if date or len(found := dates_in(inline_text(item))) != 1 else found[0]
        for item, date in zip(items, dates, strict=True)
    ]
    # In the words of a single item a date can be anything.
    if sum(date is not None for date in only) < _ENOUGH * len(items):
        return dates
    return [date or other for date, other in zip(dates, only, strict=True)]


def _loose_date(tag: Tag) -> str | None:
    """The date that stands between the elements of a block, in no element of its own."""
    for text in tag.find_all(string=True):
        if type(text) is NavigableString and is_mostly_date(str(text)):
            return find_date(str(text))
    return None


def date_above(tag: Tag) -> str | None:
    """The date that stands over a block and others like it, in the nearest heading or line before it; None where none does."""
    for _, cell in Columns().carried(tag) if tag.name == "tr" else ():
        if is_mostly_date(text := inline_text(cell)):
            return find_date(text)
    for element in (tag, *(parent for _, parent in zip(range(_LEVELS), tag.parents, strict=False))):
        own = signature(element)
        for sibling in _before(element):
            is_alike = signature(sibling) == own
            if is_alike and sibling.find("a", href=True) is not None:
                continue
            text = inline_text(sibling) if len(sibling.get_text()) < _LONGEST else ""
            if text and (is_mostly_date(text) or _begins_with_date(text) or _ends_with_date(text, sibling)):
                return find_date(text)
    return None


def _begins_with_date(text: str) -> bool:
    date = find_date(text)
    return date is not None and len(text) <= _LONGEST_LINE and text.startswith(date)


def _ends_with_date(text: str, tag: Tag) -> bool:
    """Whether a line leads up to a date, and to what follows: "Published in the Law Journal of 10/24/2023:"."""
    date = find_date(text)
    rest = text.rstrip(" :.–—-")
    if date is None or len(text) > _LONGEST_LINE or not rest.endswith(date.rstrip(".")):
        return False
    return text.endswith(":") or tag.name in HEADINGS or _is_bold(tag)


def _is_bold(tag: Tag) -> bool:
    return tag.find(["b", "strong", *HEADINGS]) is not None and tag.find("a", href=True) is None


def _before(element: Tag) -> Iterator[Tag]:
    for number, sibling in enumerate(element.previous_siblings):
        if number > _FARTHEST:
            return
        if isinstance(sibling, Tag):
            yield sibling
