"""What the elements of one page say, each worked out once: blocks lie in blocks, and every one of them is looked at by many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract.dating import find_date, is_mostly_date
from pipeline.web.html import NavigableString, attribute, base_address, inline_text
from pipeline.web.selectors import address_of

if TYPE_CHECKING:
    from pipeline.web.html import Tag

#: Tags whose text is part of the sentence around it.
_INLINE = frozenset(
    {"b", "i", "em", "br", "sup", "sub", "mark", "u", "small", "wbr", "img", "svg", "path", "use", "strong"}
)
#: Tags that are one text, whatever is in them.
_WHOLE = frozenset({"a", "p", "h1", "h2", "h3", "h4", "h5", "h6"})
#: Elements in an element that can be one line.
_FEW = 12


class Sight:
    """One page as it is looked at."""

    def __init__(self, soup: Tag, url: str) -> None:
        self.soup = soup
        self.url = url
        self.base = base_address(soup, url)
        self._lines: dict[int, str] = {}
        self._dated: dict[int, bool] = {}
        self._addresses: dict[int, str | None] = {}
        #: The views among what was looked at: an element that is gone would leave its number to another.
        self._kept: list[Tag] = []

    def keep(self, view: Tag) -> Tag:
        """A view of several elements, kept for as long as the page is looked at."""
        self._kept.append(view)
        return view

    def line(self, tag: Tag) -> str:
        """The text of an element, without what its block-like parts say: a cell's or a paragraph's own line."""
        found = self._lines.get(id(tag))
        if found is None:
            found = self._lines[id(tag)] = _line(tag)
        return found

    def address(self, tag: Tag) -> str | None:
        """Where a link leads to."""
        if id(tag) not in self._addresses:
            self._addresses[id(tag)] = address_of(tag, self.base)
        return self._addresses[id(tag)]

    def is_date(self, tag: Tag) -> bool:
        """Whether an element is a date, with hardly a word beside it; also one whose day, month and year are elements of their own."""
        if id(tag) not in self._dated:
            stated = attribute(tag, "datetime") if tag.name == "time" else None
            text = stated if stated and find_date(stated) else self.line(tag)
            if len(text) <= 12 and tag.find() is not None and len(tag.find_all(limit=_FEW)) < _FEW:
                text = inline_text(tag)
            self._dated[id(tag)] = is_mostly_date(text)
        return self._dated[id(tag)]


def _line(tag: Tag) -> str:
    if tag.name in _WHOLE or all(child.name in _INLINE for child in tag.find_all(limit=_FEW)):
        return inline_text(tag)
    return " ".join(
        " ".join(child for child in tag.children if type(child) is NavigableString and child.strip()).split()
    )
