"""How many items the elements of a page seem to hold, worked out for all of them in one walk."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.extract.teaser import HEADINGS, is_telling, link_of
from pipeline.web.html import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.sight import Sight

#: Elements of a page that are looked at.
MOST_ELEMENTS = 40_000
#: Of telling links, and of dates, an item has so many at most.
_LINKS_OF_ONE, _DATES_OF_ONE = 4, 2


class Holdings:
    """What the elements of one page hold."""

    def __init__(self, soup: Tag, sight: Sight) -> None:
        #: How many links lie on or in an element, by its `id`.
        self.links: dict[int, int] = defaultdict(int)
        self._telling: dict[int, set[str]] = defaultdict(set)
        self._headings: dict[int, set[str]] = defaultdict(set)
        self._dates: dict[int, int] = defaultdict(int)
        for tag in soup.find_all(limit=MOST_ELEMENTS):
            self._take(tag, sight)

    def links_on(self, tag: Tag) -> int:
        """How many links lie on or in an element, or a view of several."""
        return sum(self.links.get(id(node), 0) for node in _nodes(tag))

    def items_in(self, tag: Tag) -> float:
        """How many items an element seems to hold: by its linked headings, its links, and its dates; at least 1."""
        nodes = list(_nodes(tag))
        headings: set[str] = set().union(*(self._headings.get(id(node), ()) for node in nodes))
        telling: set[str] = set().union(*(self._telling.get(id(node), ()) for node in nodes))
        dates = sum(self._dates.get(id(node), 0) for node in nodes)
        return max(len(headings), 1, len(telling) / _LINKS_OF_ONE, dates / _DATES_OF_ONE)

    def _take(self, tag: Tag, sight: Sight) -> None:
        if tag.name == "a" and (address := sight.address(tag)):
            is_named = is_telling(sight.line(tag))
            for around in (tag, *tag.parents):
                self.links[id(around)] += 1
                if is_named:
                    self._telling[id(around)].add(address)
        elif tag.name in HEADINGS and tag.find("a", href=True) and (address := link_of(tag, sight.base)):
            for around in (tag, *tag.parents):
                self._headings[id(around)].add(address)
        if not any(isinstance(child, Tag) for child in tag.contents) and sight.is_date(tag):
            for around in (tag, *tag.parents):
                self._dates[id(around)] += 1


def _nodes(tag: Tag) -> Iterator[Tag]:
    """The element itself; of a view of siblings each of them."""
    if tag.contents and tag.contents[0].parent is not tag:
        yield from (node for node in tag.contents if isinstance(node, Tag))
    else:
        yield tag
