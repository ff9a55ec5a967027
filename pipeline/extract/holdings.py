"""How many items the elements of a page seem to hold, worked out for all of them in one walk."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.extract.paging import turns_page
from pipeline.extract.signs import is_feed_link
from pipeline.extract.teaser import HEADINGS, is_telling, leads_elsewhere, link_of
from pipeline.web.html import Tag, inline_text
from pipeline.web.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.extract.sight import Sight

#: Elements of a page that are looked at.
MOST_ELEMENTS = 40_000
#: Of telling links, and of dates, an item has so many at most.
_LINKS_OF_ONE, _DATES_OF_ONE = 4, 2
#: The same of an item that has its one heading: what follows may be its whole text.
_LINKS_UNDER_HEADING = 8
#: A link is part of a sentence where it says less than this share of its paragraph.
_SHARE_OF_SENTENCE = 0.5


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

    def items_in(self, tag: Tag, host: str | None = None) -> float:
        """How many items an element seems to hold: by its linked headings, its links, and its dates; at least 1.

        With `host` only links to that host count: items that lead there quote other sites.
        """
        nodes = list(_nodes(tag))
        headings = self._of(self._headings, nodes, host)
        telling = self._of(self._telling, nodes, host)
        dates = sum(self._dates.get(id(node), 0) for node in nodes)
        most = _LINKS_UNDER_HEADING if len(headings) == 1 else _LINKS_OF_ONE
        return max(len(headings), 1, len(telling) / most, dates / _DATES_OF_ONE)

    def _of(self, known: Mapping[int, set[str]], nodes: Sequence[Tag], host: str | None) -> set[str]:
        found: set[str] = set().union(*(known.get(id(node), ()) for node in nodes))
        return found if host is None else {address for address in found if host_of(address) == host}

    def _take(self, tag: Tag, sight: Sight) -> None:
        if tag.name == "a" and (address := sight.address(tag)) and not is_no_item(address, sight.line(tag)):
            is_named = is_telling(sight.line(tag)) and not leads_elsewhere(tag, address) and not _is_in_sentence(tag)
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


def is_no_item(address: str, text: str) -> bool:
    """Whether a link is one of the list's own: to an older page of it, or to its feed."""
    return turns_page(text) or is_feed_link(address, text)


def _is_in_sentence(link: Tag) -> bool:
    """Whether a link is a few words of a longer text: what an item quotes, not what it leads to."""
    around = link.find_parent("p")
    return isinstance(around, Tag) and len(link.get_text()) < _SHARE_OF_SENTENCE * len(inline_text(around))
