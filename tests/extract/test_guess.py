"""The news on a page is found by what it is, and described so that a maintainer can read it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.quality import listings
from pipeline.errors import NothingMatched
from pipeline.extract.autolisting import auto_listing
from pipeline.extract.guess import guess
from pipeline.extract.infer import infer, written
from pipeline.extract.listing import listing
from pipeline.model.source import AutoListing
from pipeline.web.html import parse_html
from tests.builders import capture, source

ROOT = Path(__file__).parents[2]
PARTNERS = ROOT / "examples" / "partners"
ROUTES = json.loads((PARTNERS / "routes.json").read_text(encoding="utf-8"))
GOLD = json.loads((PARTNERS / "gold.json").read_text(encoding="utf-8"))["items"]
URL = "https://a.example.se/nyheter/"

#: Every listing of the recorded partners: its address, and which of its source's items stand there.
LISTINGS = [
    "https://xn--hllbarupphandling-8qb.se/nyheter",
    "https://xn--hllbarupphandling-8qb.se/nyheter?start=8",
    "https://electronicswatch.org/en/news_819",
    "https://comprapublica.example.cat/actualitat",
    "https://upphandlingsnytt.example.se/nyheter/",
    "https://nordisk-innkjop.example.org/",
]


def recorded(url):
    return (PARTNERS / ROUTES[url]["file"]).read_text(encoding="utf-8")


def expected(url):
    """The items whose page is linked from that listing."""
    html = recorded(url).replace("&amp;", "&")
    host = url.split("/")[2]
    return {
        each["url"]: each
        for each in GOLD
        if each["url"].split("/")[2] == host and f'href="{each["url"].removeprefix("https://" + host)}"' in html
    } | {each["url"]: each for each in GOLD if f'href="{each["url"]}"' in html}


@pytest.mark.parametrize("url", LISTINGS)
def test_the_items_of_a_partners_listing_are_found_without_selectors(url):
    items = {item.link: item for item in guess(parse_html(recorded(url)), url)}

    assert expected(url).keys() == items.keys()
    for address, gold in expected(url).items():
        assert gold["title"] == items[address].title


@pytest.mark.parametrize("url", LISTINGS)
def test_the_inferred_selectors_find_what_was_guessed(url):
    soup = parse_html(recorded(url))
    inferred = infer(soup, url)

    assert inferred is not None
    conversation = listing(source(url=url), inferred.listing)
    next(conversation)
    with pytest.raises(StopIteration) as end:
        conversation.send(capture(url, recorded(url)))
    assert {item.link for item in guess(soup, url)} == {entry.link for entry in end.value.value.entries}
    assert ":nth" not in inferred.listing.item


def test_inferred_selectors_are_short_and_mean_something():
    inferred = infer(parse_html(recorded(LISTINGS[2])), LISTINGS[2])

    assert inferred is not None
    found = inferred.listing
    assert (".news-item", "h3", ".more", ".date", ".intro", "a.next") == (
        found.item, *(written(each) for each in (found.title, found.link, found.date, found.summary, found.next)),
    )  # fmt: skip


def walked(pages):
    asked = source(url=URL, kind=AutoListing(next=None, pages=5))
    conversation = auto_listing(asked, asked.kind)
    request = next(conversation)
    while True:
        try:
            request = conversation.send(capture(request.url, pages[request.url]))
        except StopIteration as end:
            return end.value


def block(number, date="3 mars 2026"):
    return (
        f'<div class="puff"><h2><a href="/nyheter/{number}">Regionerna ställer krav på handskar nummer {number}</a></h2>'
        f'<p class="when">{date}</p><p>En ingress som säger vad nyheten handlar om, i en hel mening.</p></div>'
    )


MENU = '<nav><ul><li><a href="/om">Om oss och vårt arbete</a></li><li><a href="/kontakt">Kontakta oss här</a></li></ul></nav>'
FOOTER = '<footer><ul><li><a href="/a">Tillgänglighet på webben</a></li><li><a href="/b">Om kakor på webben</a></li></ul></footer>'


def test_older_pages_are_read_by_the_template_of_the_first_also_where_one_item_stands_alone():
    first = f'<main>{"".join(map(block, range(5)))}<a rel="next" href="?p=2">Äldre</a></main>{MENU}{FOOTER}'
    second = f"<main>{block(9)}</main>{MENU}{FOOTER}"

    extraction = walked({URL: first, f"{URL}?p=2": second})

    assert [*map(str, range(5)), "9"] == [entry.link.rpartition("/")[2] for entry in extraction.entries]
    assert {"3 mars 2026"} == {entry.published for entry in extraction.entries}
    assert "listing:guessed" == extraction.entries[0].origin.fields["title"]


def test_a_page_of_nothing_but_menus_is_an_error_that_says_so():
    with pytest.raises(NothingMatched, match=r"nothing on .* looks like a list of news"):
        walked({URL: f"<html><body>{MENU}<p>Välkommen.</p>{FOOTER}</body></html>"})


def test_the_date_over_several_items_is_the_date_of_all():
    def day(date, *numbers):
        links = "".join(f'<li><a href="/{n}">En nyhet om handskar nummer {n}</a></li>' for n in numbers)
        return f"<section><h3>{date}</h3><ul>{links}</ul></section>"

    items = guess(parse_html(f"<main>{day('3 mars 2026', 1, 2)}{day('1 mars 2026', 3, 4)}</main>"), URL)

    assert ["3 mars 2026", "3 mars 2026", "1 mars 2026", "1 mars 2026"] == [item.date for item in items]


def test_menus_footers_and_boxes_are_not_the_news():
    box = (
        "<aside><h3>Mest läst</h3><ul>"
        + "".join(f'<li><a href="/m{n}">En mycket läst nyhet om handskar {n}</a></li>' for n in range(9))
        + "</ul></aside>"
    )
    page = f"<body>{MENU}<main>{''.join(map(block, range(4)))}</main>{box}{FOOTER}</body>"

    assert 4 == len(guess(parse_html(page), URL))


@pytest.mark.parametrize(
    "markup",
    ["", "<p>", "<div>" * 3000, "<ul>" + "<li><a href='/x'>x</a>" * 5000, "<table>" + "<tr><td>" * 4000],
    ids=["nothing", "a tag", "deep", "wide", "a broken table"],
)
def test_hostile_pages_are_read_in_bounded_time(markup):
    guess(parse_html(markup), URL)


@pytest.mark.parametrize(
    ("folder", "floor", "dates"), [("listings", 0.90, 0.88), ("sites", 0.98, 0.66), ("sites-2", 0.98, 0.98)]
)
def test_real_listings_are_read_as_well_as_they_were(folder, floor, dates):
    """Without selectors and by those that are proposed. Dates: the first network shows none on two pages, one court's answers have another's."""
    if not (listings.REAL / folder).is_dir():
        pytest.skip("../shared/real is not here")
    table = listings.rows(listings.REAL / folder)
    for way in ("auto", "proposed"):
        rows = [row for row in table if row.way == way]
        assert listings.mean([row.f1 for row in rows]) >= floor
        assert listings.mean([row.dates for row in rows]) >= dates


def read(body, url=URL):
    return [
        (item.title, item.link.rpartition("/")[2], item.date) for item in guess(parse_html(f"<main>{body}</main>"), url)
    ]


def test_posts_in_full_are_items_however_much_they_quote_and_link():
    post = """<article class="post"><h2><a href="/{0}">Inlägget om {0} och vad som hände sedan</a></h2>
        <span class="meta"><time datetime="2026-02-0{0}">{0} feb</time> <a rel="category tag" href="/tag/a">Allmänt om allt</a>
        <a href="/{0}#comments">8 kommentarer</a></span>
        <p>Enligt <a href="https://b.example/x{0}">en lång rapport från det andra året</a> är detta en text som är längre än länken i den.</p>
        <h3><a href="https://b.example/bok{0}">Boken om allting, del {0}</a></h3><p>Den finns att köpa.</p>
        <h3><a href="https://c.example/film{0}">Filmen om allting, del {0}</a></h3><p><a href="/bild{0}.jpg">Bilden av det hela</a></p>
        </article>"""

    found = read("".join(post.format(number) for number in range(1, 6)))

    assert [
        (f"Inlägget om {number} och vad som hände sedan", str(number), f"2026-02-0{number}") for number in range(1, 6)
    ] == found


def test_the_links_of_a_list_itself_are_no_items():
    cards = "".join(
        f'<a class="card" href="/n/{n}"><h3>Nyheten om ämnet nummer {n}</h3><p>Mer.</p></a>' for n in range(4)
    )
    own = (
        '<a href="?start=0">Föreg</a><a href="?start=20">Äldre inlägg »</a><a href="/nyheter/">Nyheter</a>'
        '<a href="/nyheter?format=feed&amp;type=rss">Flödesposter</a>'
    )

    assert ["0", "1", "2", "3"] == [link for _, link, _ in read(cards + own, f"{URL}?start=10")]


def test_a_word_in_the_place_of_a_date_is_none_and_the_date_is_found_beside_it():
    item = '<div><p>{0}</p>{1}<h3><a href="/n/{2}">Nyheten om ämnet nummer {2}</a></h3></div>'
    rows = [
        ("3 mars 2026", "", 1),
        ("KONFERENS", "<p>4 mars 2026</p>", 2),
        ("5 mars 2026", "", 3),
        ("6 mars 2026", "", 4),
    ]

    assert ["3 mars 2026", "4 mars 2026", "5 mars 2026", "6 mars 2026"] == [
        date for _, _, date in read("".join(item.format(*row) for row in rows))
    ]


def test_dates_in_two_forms_are_dates_of_one_column():
    row = '<tr><td>{0}</td><td><a href="/n/{1}">Målet om ämnet nummer {1}</a></td></tr>'
    dates = ["1/21/16", "12/07/15", "11/30/15", "11/18/15", "10/29/2015"]

    found = read(f"<table>{''.join(row.format(date, n) for n, date in enumerate(dates))}</table>")

    # Of the two that could be read in either order the year is put first.
    assert ["1/21/16", "2015-12-07", "11/30/15", "11/18/15", "10/29/2015"] == [date for _, _, date in found]


def test_a_line_that_leads_up_to_a_date_is_over_what_follows():
    part = '<p><b>Published in the Law Journal of {0}:</b></p><ul><li><a href="/n/{1}a">A long case against somebody {1}</a></li>'
    part += '<li><a href="/n/{1}b">Another case against somebody {1}</a></li></ul>'

    found = read(part.format("10/24/2023", 1) + part.format("10/17/2023", 2))

    assert ["10/24/2023", "10/24/2023", "10/17/2023", "10/17/2023"] == [date for _, _, date in found]


def test_a_box_among_the_items_that_has_no_date_is_no_item():
    item = '<article class="card"><time datetime="2026-03-0{0}">0{0}/3</time><h3><a href="/n/{0}">Nyheten om ämne {0}</a></h3></article>'
    box = '<article class="promo"><h3><a href="/n/join">Bli medlem hos oss i dag</a></h3></article>'

    found = read("".join(item.format(n) for n in range(1, 6)) + box)

    assert [str(n) for n in range(1, 6)] == [link for _, link, _ in found]
