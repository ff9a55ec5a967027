"""The news on a page that nobody described: which blocks repeat, and which of them are the items.

Theory. A listing is one template filled many times, so its items are elements that look alike: the same tag and classes
under parents that look alike, or the same tag under one parent; where items have no element of their own, they are stretches
of siblings that begin alike (stretches.py). Menus, footers and boxes repeat too, but an item of news says more: it leads to a
page of its own, with a title of more than a word or two, often with a date, a heading, a paragraph. Each group of look-alikes is
judged by its template, and the best one is the listing. Of an element and the elements inside it, the one that holds the most of
*one* item wins: a group whose members hold several items each is judged down.

What looks different and is an item all the same (the large first one, a second list of the same kind) leads to the same part of
the site as the others and says what they say; it is taken in where it stands among them (kin.py).

Where a date stands once over several items ("Friday 3 May", then a list, or a cell over several rows) it is the date of all.

Known mistakes: a page with two listings of equal weight, of different kinds, gives one; items that are nothing but short links
look like a menu.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from math import log2
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.extract.chrome import Chrome
from pipeline.extract.dateline import date_above, dates_of
from pipeline.extract.dating import dates_in, is_loosely_date
from pipeline.extract.holdings import Holdings, is_no_item
from pipeline.extract.kin import DATED, kin_of
from pipeline.extract.monthfirst import plain, writes_month_first
from pipeline.extract.sight import Sight
from pipeline.extract.stretches import cut, shape, stretches_of
from pipeline.extract.tables import Columns
from pipeline.extract.teaser import date_of, is_telling, link_of, summary_of, title_of
from pipeline.extract.template import Block, Template, date_at, signature, slots, template_of
from pipeline.web.html import Tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: Elements of a page that are looked at; a longer page is a whole archive, and its newest items come first.
MOST_ELEMENTS = 30_000
#: Members of one group.
MOST_MEMBERS = 2_000
FEWEST_MEMBERS = 2
#: Members of a group that are judged; the others are like them.
SAMPLE = 24
#: Stretches of siblings that are tried on one page.
_MOST_STRETCHES = 4_000
#: How much less a stretch of siblings is worth than an element that holds the same.
_LOOSENESS = 0.9

#: Words of titles; shorter ones are those of a menu, and a date above them is the day's.
_FEWEST_WORDS = 3
#: Of the titles of a listing, so many differ from all others.
_DISTINCT = 0.8
#: Of the blocks of a group, so many have to look alike before the others are strangers among them.
_USUAL = 0.7
#: What stands between a number and a title.
_BEFORE_TITLE = " -–—:|·•,"

#: Elements that may be an item.
_ITEM_TAGS = frozenset({
    "article", "div", "li", "tr", "section", "p", "dd", "dt", "td", "a", "tbody", "table", "blockquote", "h2", "h3", "h4",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Guessed:
    """One item of news that was found on a page."""

    #: Its element, or a view of the siblings that it is (`pipeline.web.html.as_one`).
    tag: Tag
    link: str
    title: str
    #: As it is written, but for months before days in numbers (monthfirst.py); None: none.
    date: str | None
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Blocks that look alike, with the template that they share."""

    members: list[Tag]
    template: Template
    score: float
    #: Of stretches of siblings: the shape of the first of each.
    head: str | None = None


def guess(soup: Tag, url: str) -> list[Guessed]:
    """The items of the listing on a page at `url`, in its order, each once; empty where nothing on it looks like one."""
    group = best_group(soup, url)
    return [] if group is None else read_group(with_kin(soup, url, group), group.template, soup, url)


def with_kin(soup: Tag, url: str, group: Group) -> list[Tag]:
    """The blocks of a group and those that look different and are items like them, in the order of the page."""
    sight = Sight(soup, url)
    members = _without_strangers(group)
    links = {id(tag): link_of(tag, sight.base) for tag in members}
    return kin_of(members, links, dated=group.template.dated, head=group.head, sight=sight, chrome=Chrome(soup))


def _without_strangers(group: Group) -> list[Tag]:
    """The blocks of a group without those that look different and lack the date that the others have: a box among the items."""
    kinds = Counter(map(signature, group.members))
    usual = kinds.most_common(1)[0][0]
    if group.head is not None or kinds[usual] < _USUAL * len(group.members) or group.template.dated < DATED:
        return group.members
    return [tag for tag in group.members if signature(tag) == usual or date_of(tag) is not None]


def read_group(members: Iterable[Tag], template: Template, soup: Tag, url: str) -> list[Guessed]:
    """What blocks of one template say, in their order, each address once."""
    sight, columns = Sight(soup, url), Columns()
    items: dict[tuple[str, str], Guessed] = {}
    for tag in members:
        item = _item(tag, template, sight, columns)
        if item is None or _is_same_page(item.link, url) or is_no_item(item.link, item.title):
            continue
        place = _place(item.link)
        # Of two spellings of one address the site's own is kept.
        if place not in items or (_host(items[place].link) != _host(url) == _host(item.link)):
            items[place] = item
    found = list(items.values())
    lacking = [item for item in found if item.date is None]
    dates = dict(zip(map(id, lacking), dates_of([item.tag for item in lacking]), strict=True))
    found = [replace(item, date=dates[id(item)]) if item.date is None else item for item in found]
    if writes_month_first([item.date for item in found], soup, url):
        found = [replace(item, date=plain(item.date)) for item in found]
    return found


def look_alikes_of(soup: Tag, group: Group) -> list[Tag]:
    """The blocks of another page that look like those of a group."""
    if group.head is None:
        wanted = {_way(tag) for tag in group.members}
        return [tag for tag in soup.find_all(group.members[0].name, limit=MOST_ELEMENTS) if _way(tag) in wanted]
    parents = {_way(tag.parent) for tag in group.members if tag.parent is not None}
    alike = []
    for parent in soup.find_all(limit=MOST_ELEMENTS):
        if _way(parent) in parents:
            heads = [child for child in parent.children if isinstance(child, Tag) and shape(child) == group.head]
            alike.extend(cut(parent, heads))
    return alike


def best_group(soup: Tag, url: str) -> Group | None:
    """The look-alike blocks that are most like items of news; None where there are none."""
    return max(_groups(soup, url), key=lambda group: group.score, default=None)


def _groups(soup: Tag, url: str) -> Iterator[Group]:
    sight, chrome, columns = Sight(soup, url), Chrome(soup), Columns()
    taken: dict[int, Block] = {}
    holdings = Holdings(soup, sight)
    for head, members in (*_look_alikes(soup, holdings.links), *_stretches(soup, holdings.links, sight)):
        sample = members if len(members) <= SAMPLE else [*members[: SAMPLE - 1], members[-1]]
        for tag in sample:
            if id(tag) not in taken:
                taken[id(tag)] = slots(tag, columns)
        template = template_of([taken[id(tag)] for tag in sample], sight)
        if template is None:
            continue
        quality = _quality(sample, template, holdings) - 2.0 * sum(map(chrome.holds, sample)) / len(sample)
        if quality > 0:
            score = quality**1.5 * log2(1 + template.linked * len(members)) * (1 if head is None else _LOOSENESS)
            yield Group(members=members, template=template, score=score, head=head)


def _quality(sample: Sequence[Tag], template: Template, holdings: Holdings) -> float:
    """How much the blocks of a template are like items of news."""
    if template.title is None:
        return 0
    dated = template.dated
    if not dated:
        share = 0.8 if template.words >= _FEWEST_WORDS else 0.3
        dated = share * sum(date_above(tag) is not None for tag in sample) / len(sample)
    if not dated:
        dated = 0.7 * sum(len(dates_in(tag.get_text(" "))) == 1 for tag in sample) / len(sample)
    quality = 1.0 + 1.5 * dated + 0.7 * template.headed + 0.5 * template.summarised
    quality += 0.5 if template.words >= 4 else -0.5 if template.words < 3 else 0
    inside = max(template.repeated, sum(holdings.items_in(tag, template.host) for tag in sample) / len(sample))
    return template.linked * min(1, template.distinct / _DISTINCT) * quality - 1.5 * (inside - 1)


def _look_alikes(soup: Tag, links: dict[int, int]) -> Iterator[tuple[None, list[Tag]]]:
    by_path: dict[tuple[str, ...], list[Tag]] = defaultdict(list)
    by_parent: dict[tuple[int, str], list[Tag]] = defaultdict(list)
    for tag in soup.find_all(_ITEM_TAGS, limit=MOST_ELEMENTS):
        by_path[_way(tag)].append(tag)
        by_parent[id(tag.parent), tag.name].append(tag)
    seen = set()
    for group in (*by_path.values(), *by_parent.values()):
        members = [tag for tag in group if links.get(id(tag))]
        key = tuple(map(id, members))
        if FEWEST_MEMBERS <= len(members) <= MOST_MEMBERS and key not in seen:
            seen.add(key)
            yield None, members


def _stretches(soup: Tag, links: dict[int, int], sight: Sight) -> Iterator[tuple[str, list[Tag]]]:
    tried = 0
    for parent in soup.find_all(limit=MOST_ELEMENTS):
        if links.get(id(parent), 0) < FEWEST_MEMBERS:
            continue
        for head, views in stretches_of(parent, links):
            tried += len(views)
            if tried > _MOST_STRETCHES:
                return
            if len(views) <= MOST_MEMBERS:
                yield head, [sight.keep(view) for view in views]


def _way(tag: Tag) -> tuple[str, ...]:
    """What look-alikes on a page have in common: their signature and those of the two elements around them."""
    return (signature(tag), *(signature(parent) for _, parent in zip(range(2), tag.parents, strict=False)))


def _item(tag: Tag, template: Template, sight: Sight, columns: Columns) -> Guessed | None:
    """What a block says by its group's template, and by itself where it differs from the others."""
    block = slots(tag, columns)
    link_tag = block.get(template.link)
    link = (sight.address(link_tag) if link_tag is not None else None) or link_of(tag, sight.base)
    if link is None:
        return None
    title = _text_at(block, template.title, sight).lstrip(_BEFORE_TITLE)
    if not is_telling(title):
        title = title_of(tag, link, sight.base)
    if not title:
        return None
    date = date_at(block, template.date)
    if date is not None and not _could_be_date(date):
        date = None
    summary = _text_at(block, template.summary, sight) or summary_of(tag, title)
    return Guessed(tag=tag, link=link, title=title, date=date, summary=summary if summary != title else "")


def _could_be_date(text: str) -> bool:
    """Whether what stands in the place of the dates could be one; "CONFERENCE" can't."""
    return any(letter.isdecimal() for letter in text) or is_loosely_date(text)


def _text_at(block: Block, path: tuple[str, ...] | None, sight: Sight) -> str:
    tag = block.get(path) if path is not None else None
    return sight.line(tag) if tag is not None else ""


def _place(link: str) -> tuple[str, str]:
    """What two spellings of one address have in common: a box links to an item by http://www.…?utm_source=box."""
    split = urlsplit(link)
    query = "&".join(part for part in split.query.split("&") if not part.startswith("utm_"))
    return (_host(link).removeprefix("www."), f"{split.path.rstrip('/')}?{query}#{split.fragment}")


def _host(link: str) -> str:
    return urlsplit(link).netloc


def _is_same_page(link: str, url: str) -> bool:
    """Whether a link leads to the page itself, or from an older page of a listing back to its first."""
    there, here = urlsplit(link)._replace(fragment=""), urlsplit(url)._replace(fragment="")
    return there == here or (not there.query and (there.netloc, there.path) == (here.netloc, here.path))
