"""What stands in a listing is found in whatever markup it stands, and the selectors for it are short and sturdy."""

from __future__ import annotations

import re

import pytest

from pipeline.extract.guess import guess
from pipeline.extract.infer import infer, written
from pipeline.extract.listing import BySelectors
from pipeline.extract.pages import page_of
from pipeline.normalise import parse_date
from pipeline.web.html import parse_html
from tests.builders import NOW, capture, source
from tests.extract.layouts import DAYS, ITEMS, LAYOUTS, each, page

URL = "https://a.example.se/nyheter"


def gold(name):
    days = DAYS.get(name, [day for _, _, day in ITEMS])
    return [("https://a.example.se" + link, title, day) for (link, title, _), day in zip(ITEMS, days, strict=True)]


def day(text):
    moment = parse_date(text, languages=["sv"], now=NOW) if text else None
    return moment.at.date().isoformat() if moment else None


@pytest.mark.parametrize("name", LAYOUTS)
def test_items_titles_and_dates_are_found_without_selectors(name):
    items = guess(parse_html(LAYOUTS[name]), URL)

    assert gold(name) == [(item.link, item.title, day(item.date)) for item in items]


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_proposed_selectors_find_the_same(name):
    inferred = infer(parse_html(LAYOUTS[name]), URL)

    assert inferred is not None
    entries = BySelectors(inferred.listing).read(
        page_of(source(url=URL, kind=inferred.listing), capture(URL, LAYOUTS[name]))
    )
    assert gold(name) == [(entry.link, entry.title.value, day(entry.published)) for entry in entries]


@pytest.mark.parametrize("name", LAYOUTS)
def test_proposed_selectors_are_short_and_name_no_hash_and_no_look(name):
    inferred = infer(parse_html(LAYOUTS[name]), URL)

    assert inferred is not None
    listing = inferred.listing
    fields = [written(each) for each in (listing.title, listing.link, listing.date, listing.summary) if each]
    for css in (listing.item, *fields):
        assert not re.search(r"css-|sc-|__3|\bmt-|\btext-|flex|rounded|\bcol-", css), css
        assert len(css) <= 50, css
    assert "nth" not in listing.item


#: Of some: item, title, link, date.
SELECTORS = {
    "SiteVision": (".sv-channel-item", "a", "a", ".sv-font-date"),
    "Optimizely": (".news-list__item", "h2", "a", ".date"),
    "WordPress blocks": (".wp-block-post", ".wp-block-post-title", "a", "time"),
    "TYPO3 news": (".article", "h3", "a", "time"),
    "Squarespace": (".blog-item", ".blog-title", "a", ".blog-date"),
    "hashed classes": ('[class*="NewsCard_card"]', "div:nth-of-type(2)", "a", "div"),
    "utility classes": ("div:has(> h3)", "h3", "a", "span"),
    "a table": ("tr:has(td):has(a[href])", "a", "a", "td"),
    "no classes": ("main li", "a", "a", "span"),
    "a definition list": ("dl > dt", "+ dd a", "+ dd a", "dt"),
    "the first is large": (".hero, .puff", "h3", "a", ".date"),
    "cards that are links": (".card", "h3", ".card", ".date"),
}


@pytest.mark.parametrize("name", SELECTORS)
def test_the_sturdiest_selector_is_proposed(name):
    inferred = infer(parse_html(LAYOUTS[name]), URL)

    assert inferred is not None
    listing = inferred.listing
    fields = [written(each) for each in (listing.title, listing.link, listing.date) if each]
    assert SELECTORS[name] == (listing.item, *fields)


def test_a_link_that_says_the_same_in_every_item_is_not_its_title():
    body = each(
        '<div class="row"><a href="{link}/sammanfattning">Sammanfattning av målet</a><br><a href="{link}">{title}</a></div>'
    )

    items = guess(parse_html(page(body)), URL)

    assert [(link, title) for link, title, _ in gold("")] == [(item.link, item.title) for item in items]


def test_tables_inside_tables_are_read_and_described():
    rows = each('<tr><td>{date}</td><td><a href="{link}">{title}</a></td></tr>')
    markup = page(f"<table><tr><td><table><tr><td>Nyheter</td></tr>{rows}</table></td></tr></table>")
    inferred = infer(parse_html(markup), URL)

    assert inferred is not None
    entries = BySelectors(inferred.listing).read(page_of(source(url=URL, kind=inferred.listing), capture(URL, markup)))
    assert [link for link, _, _ in gold("")] == [entry.link for entry in entries]
