"""Selectors for a listing that nobody described: short ones that a maintainer can read, and that a redesign need not break.

The items come first: of the selectors that candidates.py tries, the sturdiest one that matches just what `guess` found; the element
right around the items, or right inside them, may have the better name. Then each field, from a class that means something to a
column of a table, until one finds on the page itself what `guess` found; one that nothing finds is not written at all, and what
reads the listing guesses it. Where items have no element of their own, the first of each is the item, and its fields are looked for
behind it (`+ p`).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extract.candidates import Index, candidates_for
from pipeline.extract.fields import field_selector
from pipeline.extract.guess import Guessed, best_group, read_group, with_kin
from pipeline.extract.names import sturdy_classes
from pipeline.extract.teaser import link_of
from pipeline.extract.template import signature
from pipeline.model.source import Listing, Selector
from pipeline.web.html import Tag, attribute, base_address, inline_text
from pipeline.web.selectors import address_of, select

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: So much of what was guessed has to be found again, and so much of what is found has to have been guessed.
ENOUGH = 0.97
#: Elements around the items, or inside them, that may have a better name.
_LEVELS = 2
#: Kinds of items that one selector each describes.
_MOST_KINDS = 3


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
    if group is None:
        return None
    members = with_kin(soup, url, group)
    items = read_group(members, group.template, soup, url)
    if not items:
        return None
    base = base_address(soup, url)
    links = [item.link for item in items]
    again = {id(_own(tag)) for tag in members if link_of(tag, base) in links} - {id(_own(item.tag)) for item in items}
    css, tags, agreement = _item_selector(soup, [_own(item.tag) for item in items], links, again, base)
    if css is None or agreement < ENOUGH:
        return None
    template = group.template
    fields = {
        name: field_selector(name, tags, items, getattr(template, name), base)
        for name in ("title", "link", "date", "summary")
    }
    return Inferred(listing=Listing(item=css, **fields, next=next_of(soup), pages=1), items=items, agreement=agreement)


def next_of(soup: Tag) -> Selector | None:
    """The selector of the link to the next older page; None where the page has none that can be told."""
    for css in ("link[rel~=next]", "a[rel~=next]"):
        if select(soup, css):
            return Selector(css=css)
    for tag in soup.find_all("a", href=True):
        classes = [
            name
            for name in sturdy_classes(tag)
            if re.search(r"next|older|nasta|aldre|eldre|neste|seg[uü]ent|siguiente|weiter", name, re.IGNORECASE)
        ]
        if classes and inline_text(tag):
            return Selector(css=f"a.{classes[0]}")
        if isinstance(tag.parent, Tag):
            outer = [name for name in sturdy_classes(tag.parent) if re.search(r"next|older", name, re.IGNORECASE)]
            if outer:
                return Selector(css=f".{outer[0]} a")
    return None


def written(selector: Selector) -> str:
    """A selector as it stands in sources.yaml."""
    return selector.css if selector.attribute is None else f"{selector.css}@{selector.attribute}"


def _own(tag: Tag) -> Tag:
    """The element of an item; of a view of siblings the first of them."""
    first = next((node for node in tag.contents if isinstance(node, Tag)), None)
    return first if first is not None and first.parent is not tag else tag


def _item_selector(
    soup: Tag, tags: Sequence[Tag], links: Sequence[str], again: set[int], base: str
) -> tuple[str | None, list[Tag], float]:
    """The selector of the items, the elements that are the items by it, and how well it agrees with what was guessed.

    `again` are elements that say again what one of `tags` says; a selector may match them or not.
    """
    index = Index(soup)
    levels = list(_levels(tags))
    css, level, agreement = _best(index, levels, base, links, again)
    if css is not None and agreement >= ENOUGH:
        return css, level, agreement
    kinds: dict[str, list[int]] = {}
    for number, tag in enumerate(tags):
        kinds.setdefault(signature(tag), []).append(number)
    if 1 < len(kinds) <= _MOST_KINDS:
        parts = [
            _best(index, [[tags[number] for number in numbers]], base, [links[number] for number in numbers], again)
            for numbers in kinds.values()
        ]
        if all(part[0] is not None and part[2] >= ENOUGH for part in parts):
            return ", ".join(str(part[0]) for part in parts), list(tags), min(part[2] for part in parts)
    return css, level, agreement


def _best(
    index: Index, levels: Sequence[list[Tag]], base: str, links: Sequence[str], again: set[int]
) -> tuple[str | None, list[Tag], float]:
    """The sturdiest of the selectors that agree best with one of the levels."""
    best: tuple[str | None, list[Tag], float] = (None, [], 0.0)
    wanted = [{id(tag) for tag in level} for level in levels]
    frames = [_frames(level) for level in levels]
    written = [_written_links(level, links, base) for level in levels]
    trials = [enumerate(candidates_for(level, hrefs)) for level, hrefs in zip(levels, written, strict=True)]
    ranked = sorted(
        ((rank, number, candidate) for number, trial in enumerate(trials) for rank, candidate in trial),
        key=lambda trial: (trial[2].frailty, trial[1] > 0, trial[0]),
    )
    for _, number, candidate in ranked:
        found = index.matches(candidate) - again - frames[number]
        agreement = len(found & wanted[number]) / max(1, len(found | wanted[number]))
        if agreement > best[2]:
            best = (candidate.css, list(levels[number]), agreement)
        if agreement == 1:
            break
    return best


def _frames(tags: Sequence[Tag]) -> set[int]:
    """The elements around several items, by their `id`: what reads a listing passes over them where they match, too."""
    counts = Counter(id(parent) for tag in tags for parent in tag.parents)
    return {number for number, count in counts.items() if count > 1}


def _levels(tags: Sequence[Tag]) -> Iterator[list[Tag]]:
    """The elements of the items; then those right around and right inside them that hold as many items: one each."""
    yield list(tags)
    here = list(tags)
    for _ in range(_LEVELS):
        around = [tag.parent for tag in here if tag.parent is not None]
        if len({id(tag) for tag in around}) < len(tags) or any(tag.name in {"body", "main"} for tag in around):
            break
        here = around
        yield here
    here = list(tags)
    for _ in range(_LEVELS):
        inside = [[child for child in tag.children if isinstance(child, Tag)] for tag in here]
        if any(len(children) != 1 for children in inside):
            break
        here = [children[0] for children in inside]
        if any(tag.name != "a" and tag.find("a", href=True) is None for tag in here):
            break
        yield here


def _written_links(tags: Sequence[Tag], links: Sequence[str], base: str) -> list[str]:
    """The values of the items' links as the page writes them."""
    written = []
    for tag, link in zip(tags, links, strict=True):
        for anchor in (tag, *tag.find_all("a", href=True)):
            if address_of(anchor, base) == link:
                written.append(attribute(anchor, "href") or "")
                break
    return written
