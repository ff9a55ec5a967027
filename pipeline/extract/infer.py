"""Selectors for a listing that nobody described: short ones that a maintainer can read, and that a redesign need not break.

Each field is tried with selectors from the sturdiest to the frailest: a class that means something, a tag, a tag under such a
class, a column of a table. The first one that finds, on the page itself, just what `guess` found is taken; one that nothing
finds is not written at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extract.guess import Guessed, best_group, guess
from pipeline.extract.template import slots, steady_classes
from pipeline.model.source import Listing, Selector
from pipeline.web.html import Tag, attribute, inline_text
from pipeline.web.selectors import select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.extract.template import Path

#: Classes that programs made up: hashes of CSS modules and of styled components, utility classes.
_MADE_UP = re.compile(
    r"\d|^(?:css|sc|jss|svelte|ng|v|js|u|col|row|grid|flex|p|m|px|py|mx|my|mt|mb|ml|mr|w|h|text|bg|d|is|has)-|__\w{5,}$|[A-Z]{2,}|[a-z][A-Z][a-z]*[A-Z]|[:/\[\]@!]"
)
#: Classes that say that something is an item of news, in the languages of our sources.
_MEANS_ITEM = re.compile(
    r"news|nyhet|noticia|noticies|actualitat|aktuell|artikel|article|post|entry|item|puff|teaser|card|story|uutinen|press|result|row",
    re.IGNORECASE,
)
#: So much of what was guessed has to be found again, and so much of what is found has to have been guessed.
ENOUGH = 0.97


@dataclass(frozen=True, slots=True, kw_only=True)
class Inferred:
    """A listing's selectors, with what they find."""

    listing: Listing
    items: list[Guessed]
    #: Of the items found by both, as a share of those found by either, between 0 and 1.
    agreement: float


def infer(soup: Tag, url: str) -> Inferred | None:
    """The selectors of the listing on a page at `url`; None where there is no listing, or none that selectors can describe."""
    group = best_group(soup, url)
    items = guess(soup, url)
    if group is None or not items:
        return None
    wanted = {id(item.tag) for item in items}
    css, agreement = _best_item_selector(soup, items[0].tag, [item.tag for item in items], wanted)
    if css is None or agreement < ENOUGH:
        return None
    tags = [item.tag for item in items]
    template = group.template
    return Inferred(
        listing=Listing(
            item=css,
            title=_field(tags, template.title),
            link=_field(tags, template.link),
            date=_field(tags, template.date),
            summary=_field(tags, template.summary),
            next=next_of(soup),
            pages=1,
        ),
        items=items,
        agreement=agreement,
    )


def next_of(soup: Tag) -> Selector | None:
    """The selector of the link to the next older page; None where the page has none that can be told."""
    for css in ("link[rel~=next]", "a[rel~=next]"):
        if select(soup, css):
            return Selector(css=css)
    for tag in soup.find_all("a", href=True):
        classes = [
            name
            for name in _sturdy(tag)
            if re.search(r"next|older|nasta|aldre|eldre|neste|seg[uü]ent|siguiente|weiter", name, re.IGNORECASE)
        ]
        if classes and inline_text(tag):
            return Selector(css=f"a.{classes[0]}")
        if isinstance(tag.parent, Tag):
            outer = [name for name in _sturdy(tag.parent) if re.search(r"next|older", name, re.IGNORECASE)]
            if outer:
                return Selector(css=f".{outer[0]} a")
    return None


def written(selector: Selector) -> str:
    """A selector as it stands in sources.yaml."""
    return selector.css if selector.attribute is None else f"{selector.css}@{selector.attribute}"


def _best_item_selector(soup: Tag, first: Tag, tags: Sequence[Tag], wanted: set[int]) -> tuple[str | None, float]:
    best: tuple[str | None, float] = (None, 0.0)
    for css in _item_candidates(first, tags):
        found = {id(tag) for tag in select(soup, css)}
        agreement = len(found & wanted) / max(1, len(found | wanted))
        if agreement > best[1]:
            best = (css, agreement)
        if agreement == 1:
            break
    return best


def _item_candidates(first: Tag, tags: Sequence[Tag]) -> Iterator[str]:
    """Selectors for the items, the sturdiest first."""
    shared = [name for name in _sturdy(first) if all(name in _sturdy(tag) for tag in tags)]
    shared.sort(key=lambda name: _MEANS_ITEM.search(name) is None)
    own = [*(f".{name}" for name in shared), *(f"{first.name}.{name}" for name in shared)]
    if first.name == "article":
        own.append("article")
    yield from own
    for here in (*own, first.name):
        for parent in first.parents:
            if parent.name in {"body", "html", "[document]"}:
                break
            for there in _names(parent):
                yield f"{there} > {here}" if parent is first.parent else f"{there} {here}"


def _names(tag: Tag) -> Iterator[str]:
    """What an element can be called by: its classes, its id, its tag where that is rare."""
    for name in _sturdy(tag):
        yield f".{name}"
    own_id = attribute(tag, "id") or ""
    if own_id and not _MADE_UP.search(own_id) and re.fullmatch(r"[A-Za-z][\w-]*", own_id):
        yield f"#{own_id}"
    if tag.name in {"main", "article", "section", "table", "ul", "ol", "tbody"}:
        yield tag.name


def _field(items: Sequence[Tag], path: Path | None) -> Selector | None:
    """The selector of a field that stands at `path` in the items; None where it has no place of its own."""
    if path is None:
        return None
    pairs = [(item, target) for item in items if (target := slots(item).get(path)) is not None]
    if not pairs:
        return None
    for css in _field_candidates(pairs[0][0], pairs[0][1]):
        if _finds_all(css, pairs, lambda found, target: found is target):
            return Selector(css=css)
    return None


def _finds_all(css: str, pairs: Sequence[tuple[Tag, Tag]], same: Callable[[Tag, Tag], bool]) -> bool:
    hits = 0
    for item, target in pairs:
        found = select(item, css)
        hits += bool(found) and same(found[0], target)
    return hits >= ENOUGH * len(pairs)


def _field_candidates(item: Tag, target: Tag) -> Iterator[str]:
    """Selectors for a field inside an item, the sturdiest first."""
    if target is item:
        yield from (*(f".{name}" for name in _sturdy(item)), item.name)
        return
    names = _sturdy(target)
    yield from (f".{name}" for name in names)
    yield target.name
    yield from (f"{target.name}.{name}" for name in names)
    for parent in target.parents:
        if parent is item:
            break
        for there in (*_names(parent), parent.name):
            yield f"{there} {target.name}"
        if parent.name in {"td", "th"}:
            yield f"{_column(parent)} {target.name}"
    if target.name in {"td", "th"}:
        yield _column(target)
    yield f"{target.name}:nth-of-type({_place(target)})"


def _column(cell: Tag) -> str:
    return f"{cell.name}:nth-child({sum(1 for before in cell.previous_siblings if isinstance(before, Tag)) + 1})"


def _place(tag: Tag) -> int:
    return sum(1 for before in tag.previous_siblings if isinstance(before, Tag) and before.name == tag.name) + 1


def _sturdy(tag: Tag) -> list[str]:
    return [name for name in steady_classes(tag) if not _MADE_UP.search(name) and re.fullmatch(r"[A-Za-z][\w-]*", name)]
