"""Items that have no element of their own: a heading, a line, a paragraph, then the next heading, all children of one element.

Such a page is cut where a sibling comes that looks like an earlier one: `dt` and what follows, two rows of a table for each item, a
bold line with a link and the text after it. Every kind of child that comes again can be the first of an item, so each is tried; which
one is right shows in how complete the items become.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.extract.template import signature
from pipeline.web.html import Tag, as_one, attribute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.web.html import PageElement

#: Children of one element that are looked at, and the fewest that are cut.
MOST_CHILDREN = 2_000
FEWEST_CHILDREN = 4
#: Kinds of children that are tried as the first of an item, in one element.
_MOST_KINDS = 8
#: Tags that can be the first of an item.
_HEADS = frozenset({
    "h1", "h2", "h3", "h4", "h5", "h6", "dt", "p", "a", "tr", "b", "strong", "div", "font", "span", "td", "table", "ul",
    "time", "header", "figure", "li", "section",
})  # fmt: skip


def shape(tag: Tag) -> str:
    """What children of one element that do the same work have in common: their own signature, that of their children, a link."""
    inner = [f"{child.name}{attribute(child, 'colspan') or ''}" for child in tag.children if isinstance(child, Tag)]
    has_link = tag.name == "a" or tag.find("a", href=True) is not None
    return f"{signature(tag)}({' '.join(inner[:3] if tag.name == 'tr' else [])}){'@' * has_link}"


def stretches_of(parent: Tag, links: Mapping[int, int]) -> Iterator[tuple[str, list[Tag]]]:
    """The ways to cut what is in an element into items: the shape of their first children, and the items.

    `links` says how many links lie in or on an element, by its `id`.
    """
    children = [child for child in parent.children if isinstance(child, Tag)]
    if not FEWEST_CHILDREN <= len(children) <= MOST_CHILDREN:
        return
    heads: dict[str, list[Tag]] = defaultdict(list)
    for child in children:
        if child.name in _HEADS:
            heads[shape(child)].append(child)
    kinds = [kind for kind, tags in heads.items() if 2 <= len(tags) < len(children)]
    for kind in kinds[:_MOST_KINDS]:
        views = cut(parent, heads[kind])
        if sum(any(links.get(id(node)) for node in view.contents) for view in views) >= 0.6 * len(views):
            yield kind, views


def cut(parent: Tag, heads: Sequence[Tag]) -> list[Tag]:
    """What lies in an element from each of these children to the next one, as one element each; the last is no longer than the others."""
    starts = {id(head) for head in heads}
    stretches: list[list[PageElement]] = []
    for node in parent.children:
        if id(node) in starts:
            stretches.append([node])
        elif stretches:
            stretches[-1].append(node)
    if len(stretches) > 1:
        longest = max(map(len, stretches[:-1]))
        stretches[-1] = stretches[-1][:longest]
    return [as_one(nodes) for nodes in stretches]
