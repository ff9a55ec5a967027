"""Listings read without selectors, and by the selectors that are proposed for them, held against what stands there.

    python benchmarks/quality/listings.py [FOLDER …]

FOLDER (default: ../shared/real/listings, sites and sites-2 beside the repository) is either a recorded network (`routes.json`,
`gold.json`): every page of it that leads to three items or more; or a folder of pages with answers (`NAME.html`, `NAME.json`:
`url`, `language`, `items` of `title`, `url`, `date`). Answers that are debatable stand in `DEBATABLE`, with why.

Of each page: items F1 by their addresses; of the items that have a date the share whose day is right, an item that is not found
being wrong; of all pages together also the share of all items and of those found; the same for titles, of those networks whose gold has them as the page does.
"""

from __future__ import annotations

import html
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pipeline.extract.guess import guess
from pipeline.extract.infer import infer, written
from pipeline.extract.listing import BySelectors
from pipeline.extract.pages import page_of
from pipeline.model.capture import Capture, Headers, Request
from pipeline.model.source import Interval, Source, SourceId
from pipeline.normalise import canonical_url, parse_date
from pipeline.web.encoding import decode
from pipeline.web.html import parse_html
from pipeline.web.selectors import select

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.source import Listing

REAL = Path(__file__).parents[2].parent / "shared" / "real"
FOLDERS = (REAL / "listings", REAL / "sites", REAL / "sites-2")
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

#: Boxes of the recorded networks that show a few items of other pages.
_BOXES = "aside, .mostread, .related, nav, footer"
#: By a page's name: what is debatable in its answers.
DEBATABLE = {
    "ncbizct": "Each item's heading leads to its own page; the answers take the second link, to the PDF below it.",
    "ohio": "32 of the table's 50 rows (case announcements) are left out; they have links, titles and dates like the others.",
    "hawapp": "The table holds two courts' decisions; the answers are the 35 rows of one of them.",
    "missctapp": "The page says 'Hand Down List December 16, 2025'; the answers say 2020-02-28.",
    "vactapp_p": "One opinion of the 21 is left out.",
}


@dataclass(frozen=True, kw_only=True)
class Gold:
    """One page and what stands on it."""

    name: str
    url: str
    markup: str
    language: str
    timezone: ZoneInfo
    #: By the key of its address: title, and day or None.
    items: dict[str, tuple[str, str | None]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """How well one page is read in one way."""

    name: str
    way: str
    gold: int
    found: int
    f1: float
    #: None: no item has a date.
    dates: float | None
    titles: float
    selectors: str
    #: Of the answers with a date: how many there are, how many of them were found, and whose day is right.
    dated: int
    dated_found: int
    days_right: int


def pages(folder: Path) -> Iterator[Gold]:
    """Every page of a folder, with its answers."""
    if (folder / "routes.json").is_file():
        yield from _network(folder)
        return
    for path in sorted(folder.glob("*.json")):
        answer = json.loads(path.read_text(encoding="utf-8"))
        yield Gold(
            name=path.stem,
            url=answer["url"],
            markup=_text(path.with_suffix(".html").read_bytes()),
            language=answer.get("language", "en"),
            timezone=ZoneInfo("UTC"),
            items={key(each["url"]): (each["title"], each["date"]) for each in answer["items"]},
        )


def rows(folder: Path) -> list[Row]:
    """A page in two ways: `auto`, without selectors, and `proposed`, by those that are proposed for it."""
    found = []
    for page in pages(folder):
        soup = parse_html(page.markup)
        items = guess(soup, page.url)
        inferred = infer(soup, page.url)
        auto = {key(item.link): (item.title, item.date) for item in items}
        found.append(_row(page, "auto", auto, ""))
        proposed = {} if inferred is None else _read(page, inferred.listing)
        found.append(_row(page, "proposed", proposed, "" if inferred is None else _shown(inferred.listing)))
    return found


def mean(values: list[float | None]) -> float:
    """The mean of those that are known."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else 0.0


def key(address: str) -> str:
    """What tells an address from the others of its site, however it is spelt: the file with the query."""
    split = urlsplit(unquote(html.unescape(address)).replace("\\", "/").strip())
    name = split.path.rstrip("/").rpartition("/")[2]
    return (f"{name}?{split.query}" if split.query else name).replace(" ", "").casefold()


def _network(folder: Path) -> Iterator[Gold]:
    routes = json.loads((folder / "routes.json").read_text(encoding="utf-8"))
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))["items"]
    pages_of_items = {each["url"] for each in gold} | {each["url"].replace("://", "://www.") for each in gold}
    for url, route in routes.items():
        if "file" not in route or not route["file"].endswith(".html"):
            continue
        markup = _text((folder / route["file"]).read_bytes())
        soup = parse_html(markup)
        for box in select(soup, _BOXES):
            box.decompose()
        linked = {canonical_url(str(tag["href"]), base=url) for tag in soup.find_all("a", href=True)}
        items = {each["url"]: each for each in gold if each["url"] in linked}
        if len(items) >= 3 and canonical_url(url) not in pages_of_items:
            yield Gold(
                name=f"{folder.name}: {url}",
                url=url,
                markup=markup,
                language=next(iter(items.values()))["language"],
                timezone=ZoneInfo("Europe/Stockholm"),
                items={
                    key(each["url"]): (each["title"], (each["published"] or "")[:10] or None) for each in items.values()
                },
            )


def _row(page: Gold, way: str, found: dict[str, tuple[str, str | None]], selectors: str) -> Row:
    hits = page.items.keys() & found.keys()
    dated = {each: day for each, (_, day) in page.items.items() if day}
    right = sum(each in found and _day(page, found[each][1]) == day for each, day in dated.items())
    titles = sum(_same(found[each][0], page.items[each][0]) for each in hits)
    return Row(
        name=page.name,
        way=way,
        gold=len(page.items),
        found=len(found),
        f1=2 * len(hits) / max(1, len(page.items) + len(found)),
        dates=right / len(dated) if dated else None,
        titles=titles / max(1, len(hits)),
        selectors=selectors,
        dated=len(dated),
        dated_found=len(dated.keys() & found.keys()),
        days_right=right,
    )


def _read(page: Gold, listing: Listing) -> dict[str, tuple[str, str | None]]:
    source = Source(
        id=SourceId("page"),
        name="page",
        url=page.url,
        kind=listing,
        article=None,
        every=Interval(length=timedelta(hours=6)),
        language=page.language,
        timezone=page.timezone,
        tags=(),
        include=None,
        exclude=None,
    )
    capture = Capture(
        request=Request(url=page.url),
        url=page.url,
        status=200,
        headers=Headers([("Content-Type", "text/html; charset=utf-8")]),
        body=page.markup.encode(),
        fetched_at=NOW,
        elapsed=timedelta(0),
    )
    found: dict[str, tuple[str, str | None]] = {}
    for entry in BySelectors(listing).read(page_of(source, capture)):
        title = entry.title.value if entry.title else ""
        found.setdefault(key(entry.link) if entry.link else title, (title, entry.published))
    return found


def _day(page: Gold, text: str | None) -> str | None:
    moment = parse_date(text, languages=[page.language], timezone=page.timezone, now=NOW) if text else None
    return moment.at.astimezone(page.timezone).date().isoformat() if moment else None


def _same(found: str, gold: str) -> bool:
    """Whether two titles are one; answers write theirs in their own case and leave out what stands beside it."""
    here, there = ({*text.casefold().replace(".", " ").replace(",", " ").split()} for text in (found, gold))
    return len(here & there) >= 0.6 * min(len(here), len(there)) > 0


def _text(body: bytes) -> str:
    return decode(body, content_type="text/html", kind="html").text


def _shown(listing: Listing) -> str:
    fields = {name: getattr(listing, name) for name in ("title", "link", "date", "summary")}
    return " | ".join(
        [listing.item, *(f"{name}: {written(value)}" for name, value in fields.items() if value is not None)]
    )


def main(arguments: list[str]) -> int:
    """The table, and the means."""
    for folder in map(Path, arguments) if arguments else FOLDERS:
        table = rows(folder)
        print(
            f"\n{folder}\n{'page':40} {'way':8} {'gold':>5} {'found':>5} {'F1':>5} {'dates':>5} {'titles':>6}  selectors"
        )
        for row in table:
            dates = "    -" if row.dates is None else f"{row.dates:5.2f}"
            print(
                f"{row.name[-40:]:40} {row.way:8} {row.gold:5} {row.found:5} {row.f1:5.2f} {dates} {row.titles:6.2f}  {row.selectors}"
            )
        for way in ("auto", "proposed"):
            own = [row for row in table if row.way == way]
            f1, dates, titles = (mean([getattr(row, name) for row in own]) for name in ("f1", "dates", "titles"))
            right = sum(row.days_right for row in own)
            of_all = right / max(1, sum(row.dated for row in own))
            of_found = right / max(1, sum(row.dated_found for row in own))
            print(
                f"mean of {len(own)} pages, {way}: items F1 {f1:.3f}, dates {dates:.3f}, titles {titles:.3f};"
                f" of all items that have a date {of_all:.3f} right, of those found {of_found:.3f}"
            )
        for name, why in DEBATABLE.items():
            if any(row.name == name for row in table):
                print(f"debatable: {name}: {why}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
