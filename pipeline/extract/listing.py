"""HTML pages that list news, read by the selectors of sources.yaml."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipeline.extract import teaser
from pipeline.extract.dateline import dates_of
from pipeline.extract.monthfirst import plain, writes_month_first
from pipeline.extract.pages import entry_of, is_same_page, one_older, walk
from pipeline.model.entry import Dropped
from pipeline.web.html import Tag, inline_text
from pipeline.web.selectors import date_in, first_value, link_in, select
from pipeline.web.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from pipeline.extract.pages import Page
    from pipeline.model.capture import Capture
    from pipeline.model.entry import Conversation, Entry, Extraction
    from pipeline.model.source import Listing, Selector, Source

#: The fields of a listing that have a selector, in the order of sources.yaml.
_FIELDS = ("title", "link", "date", "summary")
#: Characters of an item that was left out.
_SHOWN = 80


def listing(source: Source, kind: Listing, *, older: bool = False) -> Conversation:
    """Every item of a listing and of at most `kind.pages` pages of it, each once; and with `older` where it goes on.

    Raises NothingMatched where the first page holds no item, and what its request fails with. An older page that fails or is
    empty is a warning.
    """
    return (yield from walk(source, BySelectors(kind), next=kind.next, pages=kind.pages, older=older))


def older_listing(source: Source, kind: Listing, capture: Capture, *, visited: Container[str]) -> Extraction:
    """The items of one older page, and where it goes on."""
    return one_older(source, BySelectors(kind), capture, next=kind.next, visited=visited)


class BySelectors:
    """Reads pages by the selectors of a listing."""

    def __init__(self, kind: Listing) -> None:
        self._kind = kind
        #: Items that each field's selector matched in.
        self._matched: Counter[str] = Counter()
        self._items = 0
        self._warnings: list[str] = []
        self._dropped: list[Dropped] = []

    def read(self, page: Page) -> list[Entry]:
        """The entries of a page, in its order."""
        items = items_of(page.soup, self._kind.item)
        dates = [_date(item, self._kind.date) for item in items]
        if self._kind.date is None:
            dates = dates_of(items)
        if writes_month_first(dates, page.soup, page.capture.url):
            dates = [plain(date) for date in dates]
        entries: list[Entry] = []
        empty = 0
        for position, (item, date) in enumerate(zip(items, dates, strict=True)):
            entry = self._entry(item, date, page, position)
            if entry is None:
                is_head = item.name == "tr" and item.find("th") is not None  # of a table: no broken item
                empty += not is_head
                text = inline_text(item)[:_SHOWN] or f"item {position + 1} on {page.capture.url}"
                self._dropped.append(
                    Dropped(what=text, why="is the head of a table" if is_head else "has neither a title nor a link")
                )
            else:
                entries.append(entry)
        self._items += len(entries)
        if empty and entries:
            self._warnings.append(
                f"{empty} of the items on {page.capture.url} have neither a title nor a link; they were left out."
            )
        return entries

    def nothing(self, page: Page) -> str:
        """Which selector found no item."""
        css = self._kind.item
        count = len(select(page.soup, css))
        what = f"matched {count} elements, none with a title or a link," if count else "matched nothing"
        return f"`item: {css}` {what} on {page.capture.url}"

    def warnings(self) -> Iterator[str]:
        """Which selectors found nothing in any item, and what was left out."""
        yield from self._warnings
        for name in _FIELDS:
            selector: Selector | None = getattr(self._kind, name)
            if selector is not None and not self._matched[name]:
                written = selector.css + (f"@{selector.attribute}" if selector.attribute else "")
                yield f"`{name}: {written}` found nothing in any of the {self._items} items; compare it with the page's markup."

    def dropped(self) -> list[Dropped]:
        """The items that say nothing."""
        return self._dropped

    def _entry(self, item: Tag, date: str | None, page: Page, position: int) -> Entry | None:
        """What an item says; None where that is neither a title nor a link."""
        kind, guessed = self._kind, {}
        link = _link(item, kind.link, page)
        title = _value(item, kind.title)
        summary = _value(item, kind.summary)
        found = {"title": title, "link": link, "date": date if kind.date else None, "summary": summary}
        self._matched.update(name for name in _FIELDS if found[name])
        if link is None and (link := teaser.link_of(item, page.base)):
            guessed["link"] = "listing:guessed"
        link = None if link is None or is_same_page(link, page) else link
        if not title and (title := teaser.title_of(item, link, page.base)):
            guessed["title"] = "listing:guessed"
        if not title and link is None:
            return None
        if kind.date is None and date:
            guessed["published"] = "listing:guessed"
        if not summary and (kind.summary is None or not title) and (summary := _summary(item, title)):
            guessed["summary"] = "listing:guessed"
        return entry_of(page, item, position, link=link, title=title, date=date, summary=summary, guessed=guessed)


def items_of(soup: Tag, css: str) -> list[Tag]:
    """The elements that are items: where matches lie inside one another, a match that holds several is only a frame around them."""
    matches = select(soup, css)
    known = {id(match) for match in matches}
    leaves: Counter[int] = Counter()
    for match in matches:
        if not any(id(inner) in known for inner in match.find_all()):
            leaves.update(id(parent) for parent in match.parents if id(parent) in known)
    kept: list[Tag] = []
    taken: set[int] = set()
    for match in matches:
        if leaves[id(match)] <= 1 and not any(id(parent) in taken for parent in match.parents):
            kept.append(match)
            taken.add(id(match))
    return kept


def _value(item: Tag, selector: Selector | None) -> str:
    return "" if selector is None else " ".join(first_value(item, selector.css, selector.attribute).split())


def _date(item: Tag, selector: Selector | None) -> str | None:
    if selector is None:
        return None
    if selector.attribute is not None:
        return _value(item, selector) or None
    return next((date for tag in select(item, selector.css) if (date := date_in(tag))), None)


def _link(item: Tag, selector: Selector | None, page: Page) -> str | None:
    if selector is None:
        return None
    if selector.attribute is not None:
        return absolute(_value(item, selector), page.base)
    tags = select(item, selector.css)
    return next((link for tag in tags if (link := link_in(tag, page.base))), None)


def _summary(item: Tag, title: str) -> str:
    """A paragraph of the item; without a title all that it says, for a title can be made of that."""
    return teaser.summary_of(item, title) or ("" if title else inline_text(item))
