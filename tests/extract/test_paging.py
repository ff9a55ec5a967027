"""The next older page is found where a site leads to it, and nowhere else."""

from __future__ import annotations

import pytest

from pipeline.extract.pages import page_of
from pipeline.extract.paging import older_pages
from pipeline.model.source import AutoListing
from tests.builders import capture, source

URL = "https://a.example.se/nyheter"


def found(markup: str, url: str = URL, *visited: str) -> list[str]:
    asked = source(url=URL, kind=AutoListing(next=None, pages=1))
    return [each.url for each in older_pages(page_of(asked, capture(url, markup)), None, {URL, url, *visited})]


@pytest.mark.parametrize(
    ("markup", "url", "expected"),
    [
        pytest.param("<a href='?sida=2'>Nästa &raquo;</a>", URL, [f"{URL}?sida=2"], id="a word with an arrow"),
        pytest.param("<a href='/nyheter/x2' aria-label='Next page'>›</a>", URL, [f"{URL}/x2"], id="said to screen readers"),
        pytest.param("<nav class=pagination><a href='?s=2'>»</a></nav>", URL, [f"{URL}?s=2"], id="an arrow in a pager"),
        pytest.param("<a href='/kampanj'>»</a>", URL, [], id="an arrow elsewhere"),
        pytest.param("<a href='#bild2' class=next>Nästa</a>", URL, [], id="the next picture on the page"),
        pytest.param("<a href='https://b.example.se/2' rel=next>Nästa</a>", URL, [], id="another site"),
        pytest.param("<a href='https://www.a.example.se/2' rel=next>2</a>", URL, ["https://www.a.example.se/2"], id="www"),
        pytest.param("<div class='prev-next'><a href='?x=1'>Föregående</a></div>", URL, [], id="a box for both ways"),
        pytest.param(
            "<a href='?page=9'>Sista</a><a href='?page=2'>2</a><a href='?page=3'>3</a>", URL, [f"{URL}?page=2"], id="numbers"
        ),
        pytest.param(
            "<a href='?page=1'>2</a><a href='?page=2'>3</a>", URL, [f"{URL}?page=1"], id="numbers that are counted from 0"
        ),
        pytest.param(
            "<a href='/nyheter'>1</a><a href='?start=10'>2</a><a href='?start=20'>3</a>", f"{URL}?start=10",
            [f"{URL}?start=20"], id="numbers of items",
        ),
        pytest.param("<a href='?start=0'>1</a><a href='?start=10'>2</a>", f"{URL}?start=20", [], id="the last page"),
        pytest.param(
            "<aside><a href='?start=10'>Äldre nyheter</a></aside>", f"{URL}?start=20", [], id="a link that leads back"
        ),
        pytest.param("<a href='?tema=avtal&page=2'>2</a>", URL, [], id="the pages of another list"),
        pytest.param(
            "<a href='?tx_news_pi1%5BcurrentPage%5D=2&cHash=0a'>2</a>", URL,
            [f"{URL}?tx_news_pi1%5BcurrentPage%5D=2&cHash=0a"], id="TYPO3",
        ),
        pytest.param("<a href='/nyheter/page/3/'>3</a>", f"{URL}/page/2/", [f"{URL}/page/3/"], id="numbers in the path"),
        pytest.param(
            "<ul class=pager><li class=active><a href='/l/b'>2</a><li><a href='/l/a'>1</a><li><a href='/l/c'>3</a></ul>", URL,
            ["https://a.example.se/l/c"], id="a pager with the current one marked",
        ),
        pytest.param(
            "<p class=pager>Visa <b>20</b> <a href='/l/40'>40</a> <a href='/l/60'>60</a></p>", URL, [], id="how many to show"
        ),
        pytest.param("<a href='/nyheter/arkiv'>Arkiv</a>", URL, [f"{URL}/arkiv"], id="the archive of this part"),
        pytest.param("<a href='/arkiv'>Arkiv</a>", URL, [], id="a place for old papers"),
        pytest.param("<a href='/pressarkiv'>Nyhetsarkiv</a>", URL, ["https://a.example.se/pressarkiv"], id="an archive of news"),
        pytest.param(
            "<a href='/nyheter/2024'>2024</a><a href='/nyheter/2025'>2025 (12)</a><a href='/nyheter/2023'>2023</a>", URL,
            [f"{URL}/2025", f"{URL}/2024", f"{URL}/2023"], id="years",
        ),
        pytest.param("<a href='/nyheter/2024/avtal'>Avtal 2024 är klart</a><a href='/2023'>2023</a>", URL, [], id="no years"),
    ],
)  # fmt: skip
def test_older_pages_are_found(markup, url, expected):
    assert expected == found(markup, url)


def test_what_was_visited_is_no_older_page():
    markup = "<a href='?page=2'>Nästa</a><a href='?page=3'>3</a>"

    assert [f"{URL}?page=3"] == found(markup, URL, f"{URL}?page=2")
