"""Items that look different from the others of their list and are items all the same: the large first one, a second list.

The theory: what is listed lies in one part of the site (/nyheter/…), and what leads there from among the items, and says what
they say (a heading, a date where they have dates), is one of them. Only the part of the page that the items stand in is
searched, and never its menus and boxes.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.extract.stretches import cut, shape
from pipeline.extract.teaser import HEADINGS, date_of, is_telling
from pipeline.extract.template import signature
from pipeline.web.html import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.extract.chrome import Chrome
    from pipeline.extract.sight import Sight

#: Elements around the items that still are the listing, where nothing else says so.
_LEVELS = 3
#: Of the items, so many have to lead to one part of the site before another is known by it.
_SHARE = 0.7
#: Of the items, so many have dates before another has to have one, too.
DATED = 0.7
#: Links of a page that are looked at.
_MOST_LINKS = 2_000


def kin_of(
    members: Sequence[Tag],
    links: Mapping[int, str | None],
    *,
    dated: float,
    head: str | None,
    sight: Sight,
    chrome: Chrome,
) -> list[Tag]:
    """`members` with what else is an item like them, in the order of the page; `links` are their addresses by `id`.

    `dated` is the share of the members that have a date, `head` the shape of the first of each where they are stretches of siblings.
    """
    part = _part_of(links.values())
    region = _region(members, chrome)
    if part is None or region is None:
        return list(members)
    inside = {id(node) for member in members for node in _nodes(member)}
    looks = Counter(_look(link) for member in members for link in member.find_all("a", href=True, limit=3))
    around = {id(parent) for member in members for parent in member.parents}
    known = set(links.values())
    found: dict[int, Tag] = {}
    for link in region.find_all("a", href=True, limit=_MOST_LINKS):
        address = sight.address(link)
        if address is None or address in known or _part(address) != part or chrome.holds(link):
            continue
        if any(id(tag) in inside for tag in (link, *link.parents)):
            continue
        block = _block(link, around, region, part, sight) if head is None else _stretch(link, head)
        if block is not None and _says_enough(block, dated, is_alike=looks[_look(link)] >= _SHARE * len(members)):
            known.add(address)
            found[id(block)] = block
    if not found:
        return list(members)
    order = {id(tag): number for number, tag in enumerate(region.find_all())}
    first = {id(tag): order.get(id(next(iter(_nodes(tag)))), 0) for tag in (*members, *found.values())}
    return sorted((*members, *found.values()), key=lambda tag: first[id(tag)])


def _nodes(member: Tag) -> Iterator[Tag]:
    """An element, or of a view of siblings the elements that it shows."""
    if member.contents and member.contents[0].parent is not member:
        yield from (node for node in member.contents if isinstance(node, Tag))
    else:
        yield member


def _part_of(links: object) -> tuple[str, str] | None:
    counts = Counter(_part(link) for link in list(links) if link)  # type: ignore[call-overload]
    if not counts:
        return None
    part, count = counts.most_common(1)[0]
    return part if part is not None and count >= _SHARE * sum(counts.values()) else None


def _part(address: str) -> tuple[str, str] | None:
    """The part of a site that an address lies in; None for one at its root, which is no part."""
    split = urlsplit(address)
    folder = split.path.rstrip("/").rpartition("/")[0]
    return (split.netloc, folder) if folder else None


def _region(members: Sequence[Tag], chrome: Chrome) -> Tag | None:
    """The part of the page that is the listing: the nearest element around all items, and a little more."""
    shared: list[Tag] | None = None
    for member in members:
        parents = list(member.parents)
        ids = {id(parent) for parent in parents}
        shared = parents if shared is None else [parent for parent in shared if id(parent) in ids]
    region = next(iter(shared or []), None)
    for _ in range(_LEVELS):
        if region is None or region.name in {"main", "body", "html", "[document]"}:
            break
        parent = region.parent
        if parent is None or parent.name in {"html", "[document]"} or chrome.holds(parent):
            break
        region = parent
    return region


def _block(link: Tag, around: set[int], region: Tag, part: tuple[str, str], sight: Sight) -> Tag | None:
    """The largest element around a link that holds no other item; None where that is the link alone and says nothing more."""
    own = sight.address(link)
    block = link
    for parent in link.parents:
        if id(parent) in around or parent is region:
            break
        others = {sight.address(other) for other in parent.find_all("a", href=True)}
        if any(other != own and other is not None and _part(other) == part for other in others):
            break
        block = parent
    return block


def _stretch(link: Tag, head: str) -> Tag | None:
    """The siblings that begin with the element around a link, where that has the shape of the others' first."""
    for tag in (link, *link.parents):
        if tag.parent is not None and shape(tag) == head:
            return cut(tag.parent, [tag])[0]
    return None


def _look(link: Tag) -> tuple[str, str]:
    """How a link is set: by itself in an element of its own, or in the midst of others."""
    return signature(link), signature(link.parent) if link.parent is not None else ""


def _says_enough(block: Tag, dated: float, *, is_alike: bool) -> bool:
    """Whether a block says what an item says: a heading, or a link that is set like theirs, and a date where the others have one."""
    heading = block if block.name in HEADINGS else block.find(HEADINGS)
    if dated >= DATED and date_of(block) is None:
        return False
    return is_alike or (isinstance(heading, Tag) and is_telling(heading.get_text(" ", strip=True)))
