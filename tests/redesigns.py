"""What redesigns do to a listing, whatever site it is of: its items are found by the selectors that read it until then."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zlib import crc32

from pipeline.normalise import parse_date
from pipeline.web.html import Tag, parse_html
from pipeline.web.selectors import select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Item:
    """One item of a page, as its parts."""

    tag: Tag
    href: str
    title: str
    date: str
    summary: str


class Page:
    """A page and the items on it, which a redesign may change in place."""

    def __init__(self, html: str, *, item: str, title: str, link: str, date: str | None, summary: str | None) -> None:
        self.soup = parse_html(html)
        self.items = [
            Item(
                tag=tag,
                href=next(str(found["href"]) for found in (tag, *select(tag, link)) if found.get("href")),
                title=_text(tag, title),
                date=_text(tag, date) if date else "",
                summary=_text(tag, summary) if summary else "",
            )
            for tag in select(self.soup, item)
        ]
        self.date = date

    def new(self, markup: str) -> Tag:
        made = parse_html(markup).find("body").find()
        return made.extract()

    def rebuilt(self, markup_of: Callable[[Item], str]) -> None:
        """Every item made anew."""
        for item in self.items:
            item.tag.replace_with(self.new(markup_of(item)))


def _text(tag: Tag, css: str) -> str:
    found = next(iter(select(tag, css)), None)
    return " ".join(found.get_text().split()) if found is not None else ""


def _inside(page: Page) -> Iterator[Tag]:
    for item in page.items:
        yield item.tag
        yield from item.tag.find_all()


def renamed(
    page: Page, name: Callable[[str], str] = lambda old: f"ny{crc32(old.encode()) % 7 + 1}-{old[::-1]}"
) -> None:
    """Every class on the page another name."""
    for tag in page.soup.find_all(class_=True):
        tag["class"] = [name(each) for each in tag["class"]]


def hashed(page: Page) -> None:
    """Classes as programs make them up."""
    renamed(page, lambda old: f"css-{crc32(old.encode()):x}")


def wrapped(page: Page) -> None:
    """Every item in a cell of a grid."""
    renamed(page)
    for item in page.items:
        item.tag.wrap(page.soup.new_tag("div", attrs={"class": "grid-cell"}))


def swapped(page: Page) -> None:
    """The fields of every item in the opposite order."""
    renamed(page)
    for item in page.items:
        for child in [each for each in item.tag.children if isinstance(each, Tag)][::-1]:
            item.tag.append(child.extract())


def retagged(page: Page) -> None:
    """Other elements: items are articles, headings smaller, paragraphs divisions."""
    renamed(page)
    others = {"h2": "h3", "h3": "h4", "p": "div"}
    for tag in list(_inside(page)):
        tag.name = others.get(tag.name, tag.name)
    for item in page.items:
        item.tag.name = "section" if item.tag.name == "article" else "article"


def unclassed(page: Page) -> None:
    """No classes at all, but numbers of the content system."""
    for tag in page.soup.find_all(class_=True):
        del tag["class"]
    for number, item in enumerate(page.items, 4711):
        item.tag["id"] = f"node-{number}"


def for_programs(page: Page) -> None:
    """Dates in `<time datetime>`, and shown without their year."""

    def markup(item: Item) -> str:
        moment = parse_date(item.date, languages=["sv", "en", "nb", "ca"], now=NOW) if item.date else None
        day = moment.at.date() if moment else None
        shown = (
            f'<time datetime="{day.isoformat()}">{day.day}/{day.month}</time>' if day else f"<span>{item.date}</span>"
        )
        return (
            f'<article class="entry-card"><header>{shown}<h3><a href="{item.href}">{item.title}</a></h3></header>'
            f"<p>{item.summary}</p></article>"
        )

    page.rebuilt(markup)


def tabled(page: Page) -> None:
    """A table in place of a list."""
    parent = page.items[0].tag.parent
    table = page.soup.new_tag("table")
    page.items[0].tag.insert_before(table)
    for item in page.items:
        item.tag.extract()
        row = f'<table><tr><td>{item.date}</td><td><a href="{item.href}">{item.title}</a></td><td>{item.summary}</td></tr></table>'
        table.append(page.new(row).find("tr").extract())
    if parent.name in {"ul", "ol"}:
        parent.name = "div"


def carded(page: Page) -> None:
    """The whole item is a link."""
    page.rebuilt(
        lambda item: (
            f'<a class="card" href="{item.href}"><div class="card-body"><h3>{item.title}</h3><p>{item.summary}</p>'
            f"<small>{item.date}</small></div></a>"
        )
    )


def flattened(page: Page) -> None:
    """No element around an item: a heading, a line with the date, a paragraph."""
    for item in page.items:
        markup = f'<div><h4><a href="{item.href}">{item.title}</a></h4><div class="when">{item.date}</div><p>{item.summary}</p></div>'
        for part in list(page.new(markup).children):
            item.tag.insert_before(part.extract())
        item.tag.extract()


def flooded(page: Page) -> None:
    """A box of other pages before the list, made like it."""
    renamed(page)
    first = page.items[0].tag
    first.parent.insert_before(
        page.new(
            '<div class="boxes"><div class="box"><h3><a href="/om">Om vår verksamhet och vårt uppdrag</a></h3></div>'
            '<div class="box"><h3><a href="/kontakt">Kontakta vår redaktion och vårt kansli</a></h3></div></div>'
        )
    )


REDESIGNS: dict[str, Callable[[Page], None]] = {
    "every class renamed": renamed,
    "classes made up by a program": hashed,
    "a wrapper around each item, classes renamed": wrapped,
    "the fields in another order, classes renamed": swapped,
    "other elements, classes renamed": retagged,
    "no classes, ids alone": unclassed,
    "dates in time elements": for_programs,
    "a table": tabled,
    "each item one link": carded,
    "no element around an item": flattened,
    "other boxes before the list, classes renamed": flooded,
}


def redesigned(html: str, redesign: Callable[[Page], None], **selectors: str | None) -> str:
    """A page after its redesign."""
    page = Page(html, **selectors)
    assert page.items, "the selectors that read the page until now find nothing"
    redesign(page)
    return re.sub(r"\A(?!<!doctype)", "<!doctype html>\n", str(page.soup), flags=re.IGNORECASE)
