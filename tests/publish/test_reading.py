"""What an analyst does on the site, in a real browser: search, filter, read, with the keyboard alone, without JavaScript; and what axe says."""

from __future__ import annotations

import re

import pytest

from pipeline.model.item import Revision
from pipeline.publish import edition, finder, index_search, put_out
from pipeline.publish.finder import SWITCH, available
from tests.builders import NOW, config, moment, record, source, story
from tests.publish.conftest import SOURCES, SVENSKA, TOPICS, health_of
from tests.publish.test_browser import browser, pytestmark, served  # noqa: F401
from tests.publish.vectors import VECTORS, hostile

KINDS = [
    "index.html", "archive/index.html", "archive/2026/03/index.html", "stories/s-i1/index.html", "stories/s-long/index.html",
    "sources/index.html", "sources/adda/index.html", "topics/index.html", "topics/textil/index.html", "languages/index.html",
    "languages/ar/index.html", "feeds/index.html", "upcoming/index.html", "overview/index.html", "about/index.html", "status.html",
    "export/index.html", "search/index.html?q=upphandling",
    "en/index.html", "en/stories/s-i1/index.html", "en/sources/adda/index.html", "en/status.html", "en/search/index.html?q=upphandling",
]  # fmt: skip


def news():
    """Stories of all kinds: of three languages, long, undated, revised, one that announces an event, and many more."""
    before = {"title": "Konferensen i Malmo", "text": "Regionerna möts i maj."}
    sources = (*SOURCES, source("ar", name="الجريدة", language="ar"))
    records = [
        record("i1", title="Konferensen i Malmö om upphandling", text="Regionerna möts i juni.\n\nAlla är välkomna.", story="s-i1",
               topics=("elektronik",), history=(Revision(seen_at=NOW, before=before),)),
        record("i2", source="electronics-watch", title="Conference on procurement", language="en", story="s-i1",
               summary="Public procurement of electronics.", url="https://electronicswatch.org/en/conference_1"),
        record("ar", source="ar", title="اتفاقية جديدة بشأن القفازات", summary="اجتمعت الهيئات.", language="ar"),
        record("long", title="Upphandlingsmyndigheten " * 20, topics=("textil",)),
        record("undated", title="Odaterad", source="nytt", published=None, language=None, url=None),
        record("event", title="Webbinarium", summary="Välkommen till ett webbinarium den 12 maj om upphandlingar."),
        record("english", source="electronics-watch", language="en", title="Upphandling explained", summary="What the word upphandling means."),
        *(record(f"m{n}", title=f"Äldre nyhet {n}", published=moment(f"202{n % 6}-0{n % 9 + 1}-02T08:00:00+01:00")) for n in range(30)),
    ]  # fmt: skip
    stories = [story("i1", "i2"), *(story(each.item.id) for each in records[2:])]
    return edition(
        config(*sources, topics=TOPICS, feeds=(SVENSKA,)), records, stories, [health_of(each) for each in sources]
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Where all that is served, with its search."""
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(SWITCH, raising=False)
        assert available()
        # Of Swedish several, as of a large archive.
        patch.setattr(finder, "_DOCUMENTS", 8)
        made = news()
        put_out(made, folder)
        assert index_search(made, folder)()
    with served(folder) as address:
        yield address


@pytest.fixture
def opened(browser, site, request):  # noqa: F811
    """A page of the site that notes what it says and asks for; nothing may go wrong in it."""
    settings = {"viewport": {"width": 1280, "height": 900}, **getattr(request, "param", {})}
    context = browser.new_context(**settings)
    context.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), lambda route: route.fulfill(body="elsewhere"))
    page = context.new_page()
    page.said, page.asked, page.home = [], [], site
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda asked: page.asked.append(asked.url))
    yield page
    assert page.said == []
    context.close()


PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True}


@pytest.mark.parametrize("opened", [{}, PHONE], ids=["wide", "phone"], indirect=True)
def test_from_a_word_over_a_language_to_a_story_and_its_original(opened):
    opened.goto(opened.home)
    opened.fill("#find", "upphandling")
    opened.click(".find button")
    opened.wait_for_selector("#results li")
    assert opened.inner_text("#count") == "4 träffar"
    assert "upphandling" in opened.inner_text("mark >> nth=0").lower()

    opened.select_option("#language", "sv")
    opened.click(".asking button")
    opened.wait_for_selector("#results li")
    assert opened.inner_text("#count") == "3 träffar"
    assert "language=sv" in opened.url

    opened.click("#results >> text=Konferensen i Malmö")
    assert opened.inner_text("h1") == "Konferensen i Malmö om upphandling"
    assert all(url.startswith(opened.home) for url in opened.asked)
    opened.click("text=Läs hos Adda")
    opened.wait_for_url("https://adda.example.se/nyheter/i1")


def test_every_language_is_searched_in_its_own_forms(opened):
    """ "upphandlingarna" is found by "upphandling", "procurements" by "procurement"; a filter alone lists."""
    for asked, expected in (
        ("q=upphandlingarnas&language=sv", "Webbinarium"),
        ("q=procurements", "Conference on procurement"),
        ("source=ar", "اتفاقية جديدة بشأن القفازات"),
        ("topic=textil&year=2026", "Upphandlingsmyndigheten"),
    ):
        opened.goto(f"{opened.home}search/index.html?{asked}")
        opened.wait_for_selector("#results li")
        assert expected in opened.inner_text("#results")
    opened.goto(f"{opened.home}search/index.html?q=finnsintealls")
    opened.wait_for_selector("#count:has-text('Inget hittades')")


def test_the_keyboard_alone_is_enough(opened):
    opened.goto(opened.home)
    for _ in range(3):
        opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.id") == "find"
    opened.keyboard.type("webbinarium")
    opened.keyboard.press("Enter")
    opened.wait_for_selector("#results li")
    while not opened.evaluate("document.activeElement.closest('#results')"):
        opened.keyboard.press("Tab")
    assert opened.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/stories/s-event/index.html")


@pytest.mark.parametrize("opened", [{"java_script_enabled": False}], ids=["no script"], indirect=True)
def test_nothing_but_the_search_needs_javascript(opened):
    opened.goto(opened.home)
    opened.click(".timebar >> text=2024")
    opened.click(".months >> text=maj")
    opened.click("article.story a >> nth=0")
    assert opened.inner_text("h1").startswith("Äldre nyhet")
    opened.click(".neighbours a >> nth=0")
    assert opened.inner_text("h1")
    opened.goto(f"{opened.home}search/index.html")
    opened.click("#unscripted >> text=Språk")
    opened.click("main >> text=Arabiska")
    assert opened.inner_text("article.story h3") == "اتفاقية جديدة بشأن القفازات"


@pytest.mark.parametrize(
    "opened", [{}, PHONE, {"java_script_enabled": False}], ids=["wide", "phone", "no script"], indirect=True
)
def test_the_switch_leads_to_the_same_page_and_back(opened):
    opened.goto(opened.home)
    opened.click("text=In English")
    assert opened.url == f"{opened.home}en/index.html"
    assert opened.inner_text("h1") == "Latest news"

    opened.click("article.story >> text=Konferensen i Malmö")
    assert opened.url == f"{opened.home}en/stories/s-i1/index.html"
    assert "Read at Adda" in opened.inner_text("main")
    opened.click("text=På svenska")
    assert opened.url == f"{opened.home}stories/s-i1/index.html"
    assert "Läs hos Adda" in opened.inner_text("main")
    opened.click("nav >> text=Ämnen")
    assert opened.inner_text("h1") == "Ämnen"


def test_the_switch_is_reached_by_the_keyboard(opened):
    opened.goto(f"{opened.home}about/index.html")
    for _ in range(20):
        opened.keyboard.press("Tab")
        if opened.evaluate("document.activeElement.matches('.switch a')"):
            break
    assert opened.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/en/about/index.html")


def test_a_search_stays_what_it_is_in_the_other_language(opened):
    opened.goto(f"{opened.home}search/index.html?q=webbinarium&language=sv")
    opened.wait_for_selector("#results li")
    opened.click("text=In English")
    opened.wait_for_selector("#results li")

    assert opened.url == f"{opened.home}en/search/index.html?q=webbinarium&language=sv"
    assert (opened.inner_text("#count"), opened.input_value("#q")) == ("1 result", "webbinarium")
    opened.click("#results a")
    opened.wait_for_url(f"{opened.home}en/stories/s-event/index.html")


PAPER = {"viewport": {"width": 700, "height": 1000}, "color_scheme": "dark"}


@pytest.mark.parametrize("opened", [PAPER], ids=["paper"], indirect=True)
def test_on_paper_stands_what_can_be_read_there_and_all_of_it(opened):
    opened.emulate_media(media="print")
    for path in ("index.html", "stories/s-i1/index.html", "overview/index.html", "status.html", "export/index.html"):
        opened.goto(opened.home + path)
        assert opened.evaluate(CUT) == [], path
        for unused in ("header.site nav", ".find", ".switch", "footer.site", ".timebar"):
            assert not opened.locator(unused).first.is_visible(), (path, unused)
        assert opened.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


#: What reaches beyond the paper, or has to be scrolled.
CUT = """() => [...document.querySelectorAll('main *')]
  .filter(each => each.getBoundingClientRect().right > innerWidth + 1 || (each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX === 'auto'))
  .map(each => each.outerHTML.slice(0, 120))"""


def test_the_first_load_is_light(opened):
    sizes = []
    opened.on("response", lambda response: sizes.append(len(response.body())))
    opened.goto(opened.home)
    opened.wait_for_load_state("networkidle")

    assert len(opened.asked) <= 6
    assert sum(sizes) < 100_000


@pytest.mark.parametrize("opened", [{}, PHONE], ids=["wide", "phone"], indirect=True)
def test_axe_finds_nothing_on_any_kind_of_page(opened):
    """WCAG 2.2 A and AA, and axe's best practices."""
    from axe_playwright_python.sync_playwright import Axe

    axe, found = Axe(), {}
    for path in KINDS:
        opened.goto(opened.home + path)
        if "?" in path:
            opened.wait_for_selector("#results li")
        opened.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert opened.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
        for each in axe.run(opened).response["violations"]:
            found.setdefault(each["id"], []).append((path, each["nodes"][0]["html"][:200]))
    assert found == {}


def test_nothing_that_a_source_says_runs_or_asks_elsewhere(browser, tmp_path):  # noqa: F811
    made = hostile()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(SWITCH, raising=False)
        put_out(made, tmp_path)
        assert index_search(made, tmp_path)()
    ran, asked = [], []
    with served(tmp_path) as home:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.expose_function("pwned", lambda: ran.append("pwned"))
        page = context.new_page()
        page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: ran.append(message.text))
        stories = [f"stories/s-i{n}/index.html" for n in range(len(VECTORS))]
        for path in (
            *(each for each in KINDS if "s-" not in each and "languages/ar" not in each and "sources/adda" not in each),
            *stories,
        ):
            page.goto(home + path)
            if "?" in path:
                page.wait_for_selector("#results li")
        context.close()
    assert ran == []
    assert [url for url in asked if not url.startswith(home)] == []
