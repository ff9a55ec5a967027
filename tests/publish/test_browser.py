"""The site in a real browser."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from contextlib import contextmanager

import pytest

from pipeline.publish import put_out

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]
PAGES = [
    "index.html", "archive/index.html", "archive/2024/05/index.html", "stories/s-i1/index.html", "sources/index.html",
    "sources/adda/index.html", "topics/index.html", "languages/index.html", "languages/sv/index.html", "about/index.html", "feeds/index.html", "status.html", "export/index.html",
]  # fmt: skip


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@contextmanager
def served(folder):
    """The address at which the folder is served, on this machine alone."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def address(small, tmp_path):
    """Where the publication is served."""
    put_out(small, tmp_path)
    with served(tmp_path) as at:
        yield at


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(params=[(1280, "light"), (390, "dark")], ids=["wide", "narrow"])
def tab(request, browser, address):
    """A page that notes what it says and asks for; no script of the site's could run in it."""
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda asked: page.asked.append(asked.url))
    page.home = address
    yield page
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_the_screen_says_anything_or_asks_elsewhere(tab, path):
    tab.goto(tab.home + path)

    assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert tab.said == []
    assert all(url.startswith(tab.home) for url in tab.asked)
    assert tab.evaluate("getComputedStyle(document.querySelector('header.site')).borderBottomStyle") == "solid"


def test_the_first_tab_stop_leads_to_the_content(tab):
    tab.goto(tab.home)
    tab.keyboard.press("Tab")

    assert tab.evaluate("document.activeElement.className") == "skip"
    assert tab.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "content"


def test_from_the_front_page_over_a_month_to_a_story(tab):
    tab.goto(tab.home)
    tab.click("nav >> text=Mars 2026")
    assert tab.inner_text("h1") == "Mars 2026"
    tab.click("text=Konferensen i Malmö")
    assert tab.inner_text("h1") == "Konferensen i Malmö"
    assert tab.url.endswith("/stories/s-i1/index.html")


def test_what_came_since_the_last_visit_is_marked(tab):
    tab.goto(tab.home)
    assert tab.locator(".new").count() == 0
    tab.evaluate(
        """() => {
          const key = Object.keys(localStorage)[0], visit = JSON.parse(localStorage[key]);
          localStorage[key] = JSON.stringify({ ...visit, newest: "2026-03-01T00:00:00Z", at: visit.at - 864e5 });
        }"""
    )

    tab.goto(tab.home)

    assert tab.locator("article.story .new").all_inner_texts() == ["Ny"] * 4
    assert tab.inner_text(".since").startswith("4 nya sedan ditt förra besök ")
    tab.reload()
    assert tab.locator(".new").count() == 4
    tab.goto(f"{tab.home}archive/2024/05/index.html")
    assert tab.locator(".new").count() == 2


def test_a_former_story_leads_on(tab):
    tab.goto(f"{tab.home}stories/s-gone/index.html")
    tab.wait_for_url("**/stories/s-i1/index.html")

    assert tab.inner_text("h1") == "Konferensen i Malmö"


CONTRAST = """() => {
  const channels = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, n) => sum + v * [.2126, .7152, .0722][n], 0);
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = channels(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll('body *')) {
    if (![...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue;
    const [one, other] = [light(channels(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
    if ((one + .05) / (other + .05) < 4.5) poor.push(element.className + ': ' + element.textContent.trim());
  }
  return poor;
}"""


@pytest.mark.parametrize("path", ["index.html", "stories/s-i1/index.html", "status.html"])
def test_every_text_stands_out_from_its_ground(tab, path):
    """At least 4.5:1 (WCAG 2.2, 1.4.3)."""
    tab.goto(tab.home + path)
    tab.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")

    assert tab.evaluate(CONTRAST) == []
