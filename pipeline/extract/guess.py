"""The news on a page that nobody described: which blocks repeat, and which of them are the items.

Theory. A listing is one template filled many times, so its items are elements that look alike: the same tag and classes
under parents that look alike, or the same tag under one parent. Menus, footers and boxes repeat too, but an item of news
says more: it leads to a page of its own, with a title of more than a word or two, often with a date, a heading, a paragraph.
Each group of look-alikes is judged by its template, and the best one is the listing. Of an element and the elements inside
it, the one that holds the most of *one* item wins: a group whose members hold several items each is judged down.

Where a date stands once over several items ("Friday 3 May", then a list) it is the date of all of them.

Known mistakes: a page with two listings of equal weight gives one; items that are nothing but short links look like a menu.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.extract.dating import find_date, is_mostly_date
from pipeline.extract.teaser import HEADINGS, date_of, is_telling, link_of, summary_of, title_of
from pipeline.extract.template import Block, Template, date_at, signature, slots, template_of, text_at
from pipeline.web.html import NavigableString, Tag, attribute, base_address, inline_text
from pipeline.web.selectors import address_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Elements of a page that are looked at; a longer page is a whole archive, and its newest items come first.
MOST_ELEMENTS = 20_000
#: Members of one group.
MOST_MEMBERS = 500
FEWEST_MEMBERS = 2
#: Members of a group that are judged; the others are like them.
SAMPLE = 40

#: Elements that may be an item.
_ITEM_TAGS = frozenset({
    "article", "div", "li", "tr", "section", "p", "dd", "dt", "td", "a", "tbody", "table", "blockquote", "h2", "h3", "h4",
})  # fmt: skip
#: Parts of a page that are not its news (HTML Living Standard, section 4.3; WAI-ARIA landmarks).
_CHROME_TAGS = frozenset({"nav", "footer", "aside", "dialog", "menu"})
_CHROME_ROLES = frozenset({
    "navigation", "contentinfo", "complementary", "search", "dialog", "menu", "menubar", "tablist",
})  # fmt: skip
_CHROME_NAMES = re.compile(
    r"(?<![a-z])(?:nav|navbar|navigation|menu|meny|huvudmeny|footer|sidfot|breadcrumbs?|brodsmul\w*|cookies?|kakor|consent|share"
    r"|sharing|social|related|relaterat|popular|mest-?last|most-?read|trending|pager|pagination|paginering|sidebar|sidopanel|skip)(?![a-z])",
    re.IGNORECASE,
)
#: A part of a page that holds more of its text than this is the page, however it is called.
_MOST_OF_PAGE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Guessed:
    """One item of news that was found on a page."""

    tag: Tag
    link: str
    title: str
    #: As it is written; None: none.
    date: str | None
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Blocks that look alike, with the template that they share."""

    members: list[Tag]
    template: Template
    score: float


def guess(soup: Tag, url: str) -> list[Guessed]:
    """The items of the listing on a page at `url`, in its order, each once; empty where nothing on it looks like one."""
    group = best_group(soup, url)
    return [] if group is None else read_group(group.members, group.template, base_address(soup, url), url)


def read_group(members: Iterable[Tag], template: Template, base: str, url: str) -> list[Guessed]:
    """What blocks of one template say, in their order, each address once."""
    items: dict[str, Guessed] = {}
    for tag in members:
        item = _item(tag, template, base)
        if item is not None and not _is_same_page(item.link, url):
            items.setdefault(item.link, item)
    return list(items.values())


def look_alikes_of(soup: Tag, group: Group) -> list[Tag]:
    """The blocks of another page that look like those of a group."""
    wanted = {_way(tag) for tag in group.members}
    return [tag for tag in soup.find_all(group.members[0].name, limit=MOST_ELEMENTS) if _way(tag) in wanted]


def best_group(soup: Tag, url: str) -> Group | None:
    """The look-alike blocks that are most like items of news; None where there are none."""
    return max(_groups(soup, url), key=lambda group: group.score, default=None)


def _groups(soup: Tag, url: str) -> Iterator[Group]:
    base = base_address(soup, url)
    chrome = _Chrome(soup)
    taken: dict[int, Block] = {}
    for members in _look_alikes(soup):
        if sum(tag.name == "a" or tag.find("a", href=True) is not None for tag in members) < FEWEST_MEMBERS:
            continue
        sample = members[:SAMPLE]
        for tag in sample:
            if id(tag) not in taken:
                taken[id(tag)] = slots(tag)
        template = template_of([taken[id(tag)] for tag in sample], base)
        if template is None:
            continue
        quality = _quality(sample, template, base) - 2.0 * sum(map(chrome.holds, sample)) / len(sample)
        if quality > 0:
            yield Group(
                members=members, template=template, score=quality**1.5 * (template.linked * len(members)) ** 0.5
            )


def _quality(sample: list[Tag], template: Template, base: str) -> float:
    """How much the blocks of a template are like items of news."""
    if template.title is None:
        return 0
    dated = template.dated
    if not dated:
        dated = 0.5 * sum(_date_above(tag) is not None for tag in sample) / len(sample)
    quality = 1.0 + 1.5 * dated + 0.7 * template.headed + 0.5 * template.summarised
    quality += 0.5 if template.words >= 4 else -0.5 if template.words < 3 else 0
    inside = max(template.repeated, sum(_items_inside(tag, base) for tag in sample) / len(sample))
    return template.linked * quality - 1.5 * (inside - 1)


def _look_alikes(soup: Tag) -> Iterator[list[Tag]]:
    by_path: dict[tuple[str, ...], list[Tag]] = defaultdict(list)
    by_parent: dict[tuple[int, str], list[Tag]] = defaultdict(list)
    for tag in soup.find_all(_ITEM_TAGS, limit=MOST_ELEMENTS):
        by_path[_way(tag)].append(tag)
        by_parent[id(tag.parent), tag.name].append(tag)
    seen = set()
    for group in (*by_path.values(), *by_parent.values()):
        key = tuple(map(id, group))
        if FEWEST_MEMBERS <= len(group) <= MOST_MEMBERS and key not in seen:
            seen.add(key)
            yield group


def _way(tag: Tag) -> tuple[str, ...]:
    """What look-alikes on a page have in common: their signature and those of the two elements around them."""
    return (signature(tag), *(signature(parent) for _, parent in zip(range(2), tag.parents, strict=False)))


def _item(tag: Tag, template: Template, base: str) -> Guessed | None:
    """What a block says by its group's template, and by itself where it differs from the others."""
    block = slots(tag)
    link_tag = block.get(template.link)
    link = (address_of(link_tag, base) if link_tag is not None else None) or link_of(tag, base)
    if link is None:
        return None
    title = text_at(block, template.title)
    if not is_telling(title):
        title = title_of(tag, link, base)
    if not title:
        return None
    date = date_at(block, template.date) or date_of(tag) or _loose_date(tag) or _date_above(tag)
    summary = text_at(block, template.summary) or summary_of(tag, title)
    return Guessed(tag=tag, link=link, title=title, date=date, summary=summary if summary != title else "")


def _loose_date(tag: Tag) -> str | None:
    """The date that stands between the elements of a block, in no element of its own."""
    for text in tag.find_all(string=True):
        if type(text) is NavigableString and is_mostly_date(str(text)):
            return find_date(str(text))
    return None


def _items_inside(tag: Tag, base: str) -> float:
    """How many items a block seems to hold: by its linked headings, its links, and its dates; at least 1."""
    headings = {link_of(heading, base) for heading in tag.find_all(HEADINGS) if heading.find("a", href=True)} - {None}
    links = {address_of(link, base) for link in tag.find_all("a", href=True) if is_telling(inline_text(link))} - {None}
    dates = sum(is_mostly_date(text) for leaf in tag.find_all() if leaf.find() is None and (text := inline_text(leaf)))
    return max(len(headings), 1, len(links) / 4, dates / 2)


class _Chrome:
    """The parts of a page that are there on every page: its menus, its footer, its boxes."""

    def __init__(self, soup: Tag) -> None:
        self._soup = soup
        self._all = max(1, len(soup.get_text()))
        self._known: dict[int, bool] = {}

    def holds(self, tag: Tag) -> bool:
        """Whether a block is one of them, or lies in one."""
        return any(self._is_one(part) for part in (tag, *tag.parents))

    def _is_one(self, tag: Tag) -> bool:
        if id(tag) not in self._known:
            self._known[id(tag)] = (
                tag.name in _CHROME_TAGS
                or attribute(tag, "role") in _CHROME_ROLES
                or _CHROME_NAMES.search(f"{attribute(tag, 'class') or ''} {attribute(tag, 'id') or ''}") is not None
            ) and len(tag.get_text()) < _MOST_OF_PAGE * self._all
        return self._known[id(tag)]


def _date_above(tag: Tag) -> str | None:
    """The date that stands over a block and others like it, in the nearest heading or line before it."""
    for element in (tag, *(parent for _, parent in zip(range(3), tag.parents, strict=False))):
        for number, sibling in enumerate(element.previous_siblings):
            if number > 200:
                break
            if isinstance(sibling, Tag):
                if signature(sibling) == signature(element):
                    continue
                text = inline_text(sibling) if len(sibling.get_text()) < 300 else ""
                if text and is_mostly_date(text):
                    return find_date(text)
    return None


def _is_same_page(link: str, url: str) -> bool:
    return urlsplit(link)._replace(fragment="").geturl() == urlsplit(url)._replace(fragment="").geturl()
