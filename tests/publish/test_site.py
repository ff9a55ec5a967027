"""The archive site: what its pages say, and that they hold together."""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from lxml import etree, html

from pipeline.publish import edition, publish, sitemap
from pipeline.publish.site import NEWEST
from tests.builders import archive_info, config, moment, record, source, story

STORY = "stories/s-i1/index.html"
PAGES = [
    "index.html", "archive/index.html", "archive/2026/03/index.html", "archive/2024/05/index.html", STORY,
    "stories/s-gone/index.html", "sources/index.html", "sources/adda/index.html", "sources/adda/2026/index.html",
    "topics/index.html", "topics/textil/index.html", "languages/index.html", "languages/sv/index.html", "about/index.html", "feeds/index.html", "feeds/svenska/index.html", "status.html",
    "export/index.html",
]  # fmt: skip


def page(published, path):
    return html.fromstring(published[path].decode())


def text(element) -> str:
    return " ".join(element.text_content().split())


def story_in(tree, title):
    (found,) = [each for each in tree.cssselect("article.story") if text(each.find("h3")) == title]
    return found


def test_the_files_of_the_contract_are_there(published):
    expected = {
        *PAGES,
        "feed.atom",
        "feed.rss",
        "feed.json",
        "status.json",
        "sources.opml",
        "sitemap.xml",
        "robots.txt",
    }

    assert expected <= published.keys()
    assert {
        "export/items.csv",
        "export/items.ndjson",
        "export/stories.csv",
        "export/stories.ndjson",
    } <= published.keys()


def test_no_path_comes_twice(small):
    assert set(Counter(file.path for file in publish(small)).values()) == {1}


def test_the_same_edition_gives_the_same_bytes(small, published):
    assert published == {str(file.path): file.content for file in publish(small)}


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_fit_to_be_read_by_all(published, path):
    """Language, landmarks, one h1, a way past the menu, a policy that lets nothing run, no headings skipped."""
    tree = page(published, path)

    assert tree.get("lang") == "sv"
    for landmark in ("header", "main", "footer", "nav"):
        assert tree.cssselect(landmark), landmark
    assert len(tree.cssselect("h1")) == 1
    assert tree.cssselect("body > a.skip")[0].get("href") == f"#{tree.cssselect('main')[0].get('id')}"
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; style-src 'self'")
    levels = [int(each.tag[1]) for each in tree.xpath("//*[self::h1 or self::h2 or self::h3 or self::h4]")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(text(nav_name) for nav_name in tree.xpath("//nav[@aria-labelledby]/h2"))
    ids = tree.xpath("//@id")
    assert len(set(ids)) == len(ids)


def test_every_link_within_the_site_leads_somewhere(published):
    for path in published:
        if path.endswith(".html"):
            for link in page(published, path).xpath("//@href"):
                if not urlsplit(link).scheme and not link.startswith("#"):
                    to, _, part = posixpath.normpath(posixpath.join(posixpath.dirname(path), link)).partition("#")
                    assert to in published, (path, link)
                    assert not part or page(published, to).get_element_by_id(part) is not None, (path, link)


def test_a_story_in_a_list_says_what_it_is_and_who_carries_it(published):
    found = story_in(page(published, "index.html"), "Konferensen i Malmö")

    assert found.find("h3/a").get("href") == STORY
    assert found.cssselect("time")[0].get("datetime") == "2026-03-02T08:00:00+01:00"
    assert text(found.cssselect(".when")[0]) == "kl. 08.00svenska"
    assert text(found.cssselect(".carriers")[0]) == "2 källor: Adda, Electronics Watch"
    assert [each.get("href") for each in found.cssselect(".carriers a")] == [
        "https://adda.example.se/nyheter/i1",
        "https://electronicswatch.org/en/conference_1",
    ]
    assert [text(each) for each in found.cssselect(".topics a")] == ["Elektronik"]


def test_days_are_headings_and_no_more_is_said_than_is_known(published):
    tree = page(published, "archive/2024/05/index.html")

    headings = [(text(each), each.find("time").get("datetime")) for each in tree.cssselect(".day-heading")]
    assert headings == [("Fredag 17 maj 2024", "2024-05-17"), ("Maj 2024", "2024-05")]
    assert not story_in(tree, "Dagens").cssselect(".when time")


def test_a_story_without_a_date_says_so(published):
    found = story_in(page(published, "index.html"), "Odaterad")

    assert text(found.cssselect(".when")[0]).startswith("utan datum; först sedd 2 mars 2026")
    assert not found.cssselect("time")


def test_a_storys_page_names_every_source_with_its_own_words(published):
    tree = page(published, STORY)

    first, second = tree.cssselect(".wording")
    assert text(first.cssselect(".from")[0]) == "Adda"
    assert text(second.cssselect("h3")[0]) == "Conference in Malmö"
    assert second.cssselect("h3")[0].get("lang") == "en"
    assert second.cssselect("h3 a")[0].get("href") == "https://electronicswatch.org/en/conference_1"
    assert "Thirteen countries met." in text(second)
    assert (text(second.cssselect("time")[0]), second.cssselect("time")[0].get("datetime")) == (
        "2 mars 2026",
        "2026-03-02",
    )
    assert "engelska" in text(second)
    assert [text(each) for each in tree.cssselect(".one-story > .reading > .body p")] == [
        "Första stycket.",
        "Andra stycket.",
    ]


def test_a_storys_page_says_what_changed_and_when(published):
    (revision,) = page(published, STORY).cssselect(".revision")

    assert text(revision.find("h4")) == "Ändrad 4 mars 2026, kl. 10.00"
    assert [text(each) for each in revision.cssselect("del")] == ["Borttaget: Malmo", "Borttaget: 2026-03-01"]
    assert [text(each) for each in revision.cssselect("ins")] == [
        "Tillagt: Malmö",
        "Tillagt: 2026-03-02T08:00:00+01:00",
    ]
    assert text(revision.cssselect(".edited")[0]).startswith("Konferensen i ")


def test_a_story_that_was_joined_leads_to_the_one_that_it_is_part_of(published):
    tree = page(published, "stories/s-gone/index.html")

    assert tree.xpath("//meta[@http-equiv='refresh']/@content") == ["0; url=../../stories/s-i1/index.html"]
    assert tree.xpath("//link[@rel='canonical']/@href") == ["https://nyheter.example.se/stories/s-i1/"]


def test_what_is_foreign_says_its_language_and_finds_its_direction():
    records = [record("i1", title="اتفاقية جديدة", language="ar"), record("i2", title="Odd", language=None)]
    made = edition(config(source()), records, [story("i1"), story("i2")], ())

    files = {str(file.path): file.content for file in publish(made)}

    for path in ("index.html", "stories/s-i1/index.html"):
        (title,) = [each for each in page(files, path).xpath("//h1 | //h3") if each.get("lang") == "ar"][:1]
        assert title.get("dir") == "auto"
    assert text(page(files, "languages/ar/index.html").find(".//h1")) == "Arabiska"
    assert text(page(files, "languages/und/index.html").find(".//h1")) == "Okänt språk"


def test_months_and_years_are_one_step_away(published):
    bar = page(published, "archive/2026/03/index.html").cssselect(".timebar")[0]

    assert [(text(each), each.get("href"), each.get("aria-current")) for each in bar.cssselect("a")] == [
        ("Mars", "../../../archive/2026/03/index.html", "page"),
        ("2024", "../../../archive/index.html#y2024", None),
    ]


def linked_data(published, path):
    (found,) = page(published, path).xpath("//script[@type='application/ld+json']/text()")
    return json.loads(found)


def test_programs_are_told_what_a_story_is(published):
    article = linked_data(published, STORY)

    assert article["@type"] == "NewsArticle"
    assert article["headline"] == "Konferensen i Malmö"
    assert (article["inLanguage"], article["datePublished"]) == ("sv", "2026-03-02T08:00:00+01:00")
    assert article["isBasedOn"] == [
        "https://adda.example.se/nyheter/i1",
        "https://electronicswatch.org/en/conference_1",
    ]
    assert article["author"] == [{"@type": "Person", "name": "Åsa Öberg"}]
    graph = {each.get("property"): each.get("content") for each in page(published, STORY).xpath("//meta[@property]")}
    assert (graph["og:type"], graph["og:title"]) == ("article", "Konferensen i Malmö")
    assert graph["og:url"] == "https://nyheter.example.se/stories/s-i1/"


def test_programs_are_told_what_a_list_holds(published):
    listed = linked_data(published, "archive/2024/05/index.html")["mainEntity"]

    assert [(each["position"], each["url"]) for each in listed["itemListElement"]] == [
        (1, "https://nyheter.example.se/stories/s-day/"),
        (2, "https://nyheter.example.se/stories/s-month/"),
    ]


def test_feed_readers_find_the_feeds_of_every_page(published):
    found = page(published, "sources/adda/index.html").xpath("//link[@rel='alternate'][@type]/@href")

    own = [f"../../sources/adda/feed.{form}" for form in ("atom", "rss", "json")]
    assert found == [*own, *(f"../../feed.{form}" for form in ("atom", "rss", "json"))]


def test_the_front_page_stays_small_with_any_archive():
    sources = [source(f"s{n}", name=f"Källa nummer {n} med ett långt namn") for n in range(300)]
    long = "Ett mycket långt ord om upphandling " * 40
    records = [
        record(f"i{n}", source=f"s{n % 300}", title=long, summary=long, published=moment(f"{2000 + n % 26}-0{n % 9 + 1}-02T08:00:00+01:00"))
        for n in range(600)
    ]  # fmt: skip
    made = edition(config(*sources), records, [story(each.item.id) for each in records], ())

    front = {str(file.path): file.content for file in publish(made)}["index.html"]

    assert len(front) < 100_000
    assert len(html.fromstring(front.decode()).cssselect("article.story")) == NEWEST


def test_every_story_stands_on_the_page_of_its_month_and_of_its_source_and_year(small, published):
    months = [path for path in published if re.fullmatch(r"archive/\d{4}/\d\d/index\.html", path)]
    years = [path for path in published if re.fullmatch(r"sources/[^/]+/\d{4}/index\.html", path)]

    for paths in (months, years):
        titles = {text(each) for path in paths for each in page(published, path).cssselect("article.story h3")}
        assert titles == {each.lead.item.title for each in small.stories}


def test_the_english_site_speaks_english():
    records = [record(language="en", published=moment("2025-03-17T08:00:00+01:00")), record("i2", title="Svensk")]
    made = edition(config(source(), archive=archive_info(language="en")), records, [story("i1"), story("i2")], ())

    front = html.fromstring({str(file.path): file.content for file in publish(made)}["index.html"].decode())

    assert front.get("lang") == "en"
    assert "Monday 17 March 2025" in text(front)
    assert story_in(front, "Svensk").find("h3").get("lang") == "sv"
    assert story_in(front, "Nyhet i1").find("h3").get("lang") is None


def test_a_source_that_left_the_configuration_keeps_its_addresses():
    made = edition(config(source("adda")), [record(source="gone")], [story("i1")], ())

    files = {str(file.path): file.content for file in publish(made)}

    assert {"sources/gone/index.html", "sources/gone/feed.atom"} <= files.keys()


def test_an_empty_archive_has_a_site_without_empty_lists():
    files = {str(file.path): file.content for file in publish(edition(config(), (), (), ()))}

    for path, said in (("index.html", "Här finns inga nyheter än."), ("en/index.html", "There is no news here yet.")):
        assert text(page(files, path).cssselect(".nothing")[0]) == said
        assert [text(each) for each in page(files, path).cssselect(".side h2")] in (["Prenumerera"], ["Subscribe"])


def test_a_title_of_three_hundred_characters_is_set_smaller():
    titles = {"long": "Upphandlingsmyndigheten " * 13, "short": "Nya krav"}
    made = edition(
        config(source()),
        [record(each, title=title) for each, title in titles.items()],
        [story("long"), story("short")],
        (),
    )
    files = {str(file.path): file.content for file in publish(made)}

    headings = {each: page(files, f"stories/s-{each}/index.html").find(".//h1") for each in titles}
    assert {each: heading.get("class") for each, heading in headings.items()} == {"long": "long", "short": None}
    assert text(headings["long"]) == titles["long"].strip()


def test_the_status_page_and_its_data_say_how_the_sources_are_doing(published):
    data = json.loads(published["status.json"])

    (failing,) = [each for each in data["sources"] if each["condition"] == "failing"]
    assert failing["error"] == {"kind": "http_status", "message": "404 <Not Found>", "hint": "Open it."}
    assert (data["stories"], data["failing"]) == (4, 1)
    tree = page(published, "status.html")
    assert text(tree.cssselect(".verdict")[0]) == "1 källa svarar inte som den ska."
    assert "404 <Not Found>" in text(tree)


def test_the_subscription_list_has_a_feed_for_every_source(published):
    outlines = etree.fromstring(published["sources.opml"]).findall("body/outline")

    assert [each.get("text") for each in outlines] == ["Adda", "Electronics Watch", "Nytt & <Nyttigt>"]
    assert all(each.get("xmlUrl") and each.get("htmlUrl") and each.get("type") == "rss" for each in outlines)


def test_the_sitemap_has_every_page_but_those_that_lead_elsewhere(published):
    listed = set(etree.fromstring(published["sitemap.xml"]).xpath("//*[local-name()='loc']/text()"))

    for path in PAGES:
        address = f"https://nyheter.example.se/{path.removesuffix('index.html')}"
        assert (address in listed) == (path not in {"stories/s-gone/index.html", "sources/adda/2026/index.html"}), path


def test_a_long_sitemap_becomes_one_of_each_month(small, monkeypatch, published):
    monkeypatch.setattr(sitemap, "FEW", 3)
    monkeypatch.setattr(sitemap, "MOST", 1)
    files = {str(file.path): file.content for file in publish(small)}

    index = etree.fromstring(files["sitemap.xml"])
    parts = [each.removeprefix("https://nyheter.example.se/") for each in index.xpath("//*[local-name()='loc']/text()")]
    listed = [each for part in parts for each in etree.fromstring(files[part]).xpath("//*[local-name()='loc']/text()")]

    assert etree.QName(index).localname == "sitemapindex"
    assert {"sitemap-pages.xml", "sitemap-2024-05.xml", "sitemap-2024-05-2.xml"} <= set(parts)
    assert sorted(etree.fromstring(published["sitemap.xml"]).xpath("//*[local-name()='loc']/text()")) == sorted(listed)
