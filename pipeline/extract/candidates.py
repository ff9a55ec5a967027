"""Selectors that could describe given elements of a page, from the sturdiest to the frailest, and what each of them matches.

Sturdiest is a class that says what an item is; then one that means something else; then a tag under such a class; then what holds
the elements together in another way: the part of the site that their links lead to, the stem of a hashed class; last the place
among the siblings. What a candidate matches is looked up by tag, class and id, so that hundreds can be tried on a long page.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from pipeline.extract.names import MEANS_ITEM, stems, sturdy_classes, sturdy_id
from pipeline.web.html import Tag, attribute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: Tags that are few enough on a page to be named without a class.
_RARE = frozenset({"main", "article", "section", "table", "ul", "ol", "tbody", "dl"})
#: Tags that could be anything.
_COMMON = frozenset({"div", "span", "p", "a"})
#: Children that few elements have but items do.
_TELLING = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "time", "figure", "header"})
#: The shortest part of addresses that tells one part of a site from another: "/news/".
_SHORTEST_PART = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A selector of a simple form: `outer inner:has(td):has(a[href*="/news/"])`."""

    inner: str
    outer: str | None = None
    #: Whether `inner` has to be a child of `outer`.
    is_child: bool = False
    #: What has to be true of the address of a link in it: `[href*="/news/"]`.
    link: str | None = None
    #: What else has to lie in it.
    cell: str | None = None
    #: What has to be right in it.
    child: str | None = None
    #: Whether its names were made up by a program, or say how something looks.
    is_made_up: bool = False

    @property
    def frailty(self) -> int:
        """From 0, a class or `article` alone, to 4, names that were made up.

        1 is a class in a place, 2 what tags, children, stems and links tell, 3 a tag that could be anything, wherever it stands.
        """
        if self.is_made_up:
            return 4
        names = f"{self.inner} {self.outer or ''}"
        is_named = "." in names or "#" in names
        if self.link is None and self.child is None and "[" not in names and (is_named or self.css == "article"):
            return 0 if self.outer is None else 1
        is_bare = self.inner in _COMMON and not is_named and self.child is None and self.link in {None, "[href]"}
        return 3 if is_bare else 2

    @property
    def css(self) -> str:
        """The selector as it is written."""
        own = self.inner
        if self.link is not None:
            is_link = own.partition(".")[0] == "a"
            own += self.link if is_link else f"{f':has({self.cell})' if self.cell else ''}:has(a{self.link})"
        if self.child is not None:
            own += f":has(> {self.child})"
        return own if self.outer is None else f"{self.outer}{' > ' if self.is_child else ' '}{own}"


class Index:
    """The elements of a page by what selectors call them."""

    def __init__(self, soup: Tag) -> None:
        self._named: dict[str, list[Tag]] = defaultdict(list)
        self._hrefs: dict[int, list[str]] = defaultdict(list)
        self._cells: set[int] = set()
        for tag in soup.find_all():
            if tag.name == "td":
                self._cells.update(id(around) for around in tag.parents)
            self._named[tag.name].append(tag)
            for name in set((attribute(tag, "class") or "").split()):
                self._named[f".{name}"].append(tag)
                self._named[f"{tag.name}.{name}"].append(tag)
            for stem in set(stems(tag)):
                self._named[f'[class*="{stem}"]'].append(tag)
            if own_id := attribute(tag, "id"):
                self._named[f"#{own_id}"].append(tag)
            if tag.name == "a" and (href := attribute(tag, "href")):
                for around in (tag, *tag.parents):
                    self._hrefs[id(around)].append(href)

    def matches(self, candidate: Candidate) -> set[int]:
        """The elements that a candidate matches, by their `id`."""
        tags: Iterable[Tag] = self._named[candidate.inner]
        if candidate.link is not None:
            tags = [
                tag
                for tag in tags
                if self._has_link(tag, candidate.link) and (candidate.cell is None or id(tag) in self._cells)
            ]
        if candidate.child is not None:
            tags = [tag for tag in tags if tag.find(candidate.child, recursive=False)]
        if candidate.outer is None:
            return {id(tag) for tag in tags}
        around = {id(tag) for tag in self._named[candidate.outer]}
        if candidate.is_child:
            return {id(tag) for tag in tags if id(tag.parent) in around}
        return {id(tag) for tag in tags if any(id(parent) in around for parent in tag.parents)}

    def _has_link(self, tag: Tag, link: str) -> bool:
        sign, _, part = link.strip("[]").removeprefix("href").partition("=")
        part = part.strip('"')
        hrefs = self._hrefs.get(id(tag), ())
        return any(href.endswith(part) if sign == "$" else part in href for href in hrefs)


def candidates_for(tags: Sequence[Tag], links: Sequence[str]) -> Iterator[Candidate]:
    """Selectors for elements that are items, the sturdiest first; `links` are the values of their links as the page writes them."""
    first = tags[0]
    own = _shared(tags, sturdy_classes)
    own.sort(key=lambda name: MEANS_ITEM.search(name) is None)
    inner = [*(f".{name}" for name in own), *(f"{first.name}.{name}" for name in own)]
    yield from map(Candidate, inner)
    if first.name == "article":
        yield Candidate("article")
    outers = [(name, parent is first.parent) for parent in _around(first) for name in _names(parent)]
    for here in (*inner, first.name):
        for outer, is_child in outers:
            yield Candidate(here, outer, is_child=is_child)
    yield from map(Candidate, (f'[class*="{stem}"]' for stem in _shared(tags, stems)))
    for child in _shared(tags, _children):
        yield from (Candidate(first.name, outer, child=child) for outer in (None, *(name for name, _ in outers)))
    cells = ("td", None) if first.name in {"tr", "tbody", "table"} else (None,)
    for link in ("[href]", *_parts(links)):
        for here in (*inner, first.name):
            for cell in cells:
                yield Candidate(here, link=link, cell=cell)
                for outer, is_child in outers:
                    yield Candidate(here, outer, link=link, cell=cell)
                    if is_child:
                        yield Candidate(here, outer, is_child=True, link=link, cell=cell)
    yield from _made_up(tags, outers, cells)


def _made_up(
    tags: Sequence[Tag], outers: Sequence[tuple[str, bool]], cells: Sequence[str | None]
) -> Iterator[Candidate]:
    """Selectors with names that programs made up, or that say how something looks: better than none."""
    first = tags[0]
    for outer in (name for parent in _around(first) for name in _frail_names(parent)):
        yield Candidate(first.name, outer, is_made_up=True)
        yield from (Candidate(first.name, outer, link="[href]", cell=cell, is_made_up=True) for cell in cells)
    for here in (f"{first.name}.{name}" for name in _shared(tags, _plain_classes)):
        yield Candidate(here, is_made_up=True)
        for outer, is_child in outers:
            yield Candidate(here, outer, is_child=is_child, is_made_up=True)
            for cell in cells:
                yield Candidate(here, outer, is_child=is_child, link="[href]", cell=cell, is_made_up=True)


def _shared(tags: Sequence[Tag], names_of: object) -> list[str]:
    """The names that (nearly) all elements have."""
    counts: Counter[str] = Counter()
    for tag in tags:
        counts.update(set(names_of(tag)))  # type: ignore[operator]
    first = dict.fromkeys(name for tag in tags[:3] for name in names_of(tag))  # type: ignore[operator]
    return [name for name in first if counts[name] == len(tags)]


def _around(tag: Tag) -> Iterator[Tag]:
    for parent in tag.parents:
        if parent.name in {"body", "html", "[document]"}:
            return
        yield parent


def _names(tag: Tag) -> Iterator[str]:
    """What an element can be called by: its classes, its id, its tag where that is rare."""
    yield from (f".{name}" for name in sturdy_classes(tag))
    if own_id := sturdy_id(tag):
        yield f"#{own_id}"
    if tag.name in _RARE:
        yield tag.name


def _frail_names(tag: Tag) -> Iterator[str]:
    own_id = attribute(tag, "id") or ""
    if own_id and all(letter.isalnum() or letter in "_-" for letter in own_id) and not own_id[0].isdigit():
        yield f"#{own_id}"
    yield from (f'[class*="{stem}"]' for stem in stems(tag))
    yield from (f".{name}" for name in _plain_classes(tag))


def _children(tag: Tag) -> list[str]:
    return [child.name for child in tag.children if isinstance(child, Tag) and child.name in _TELLING]


def _plain_classes(tag: Tag) -> list[str]:
    names = (attribute(tag, "class") or "").split()
    return [
        name
        for name in names
        if name.isascii() and all(letter.isalnum() or letter in "_-" for letter in name) and name[0].isalpha()
    ]


def _parts(links: Sequence[str]) -> Iterator[str]:
    """What the links of all items have in common, and so may the next ones: a folder without numbers, a host, an ending."""
    shared = _beginning(links)
    scheme, _, rest = shared.rpartition("://")
    host, slash, path = rest.partition("/") if scheme else ("", "/" * shared.startswith("/"), shared.lstrip("/"))
    folders = takewhile(lambda folder: not any(letter.isdigit() for letter in folder), path.split("/")[:-1])
    folder = "/".join(folders)
    if len(folder) + 1 >= _SHORTEST_PART and not set(folder) & set('"\\'):
        yield f'[href*="{slash}{folder}/"]'
    if host and slash:
        yield f'[href*="//{host}/"]'
    endings = {link.rpartition("/")[2].rpartition(".")[1:] for link in links}
    if (
        len(endings) == 1
        and (ending := "".join(endings.pop())).isascii()
        and 2 < len(ending) < 6
        and ending[1:].isalnum()
    ):
        yield f'[href$="{ending}"]'


def _beginning(texts: Sequence[str]) -> str:
    """What all texts begin with."""
    if not texts:
        return ""
    first, last = min(texts), max(texts)
    return first[: next((number for number, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]
