"""The site in the other language of its own words: the same pages, one link away."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from lxml import etree

from pipeline import publication
from pipeline.archive import open_archive
from pipeline.publish import put_out
from tests.builders import archive_info
from tests.publish.test_incremental import SETUP, add, content, told
from tests.publish.test_site import PAGES, STORY, page, story_in, text

HOME = "https://nyheter.example.se/"


def address(path: str) -> str:
    return HOME + path.removesuffix("index.html")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_where_it_is_in_the_other_language_and_so_does_that(published, path):
    for own, other, language, told_ in (
        (path, f"en/{path}", "en", "In English"),
        (f"en/{path}", path, "sv", "På svenska"),
    ):
        (link,) = page(published, own).cssselect(".switch a")
        to = posixpath.normpath(posixpath.join(posixpath.dirname(own), link.get("href")))

        assert (to, text(link)) == (other, told_)
        assert link.get("lang") == link.get("hreflang") == language
        if path != "stories/s-gone/index.html":  # leads on
            tree = page(published, own)
            found = {each.get("hreflang"): each.get("href") for each in tree.xpath("//head/link[@hreflang]")}
            assert found == {"sv": address(path), "en": address(f"en/{path}"), "x-default": address(path)}
            assert tree.xpath("//link[@rel='canonical']/@href") == [address(own)]


def test_what_is_chosen_is_kept_from_page_to_page(published):
    """Pages lead to pages of their own language; what has no language is there once."""
    for path in published:
        if path.endswith(".html"):
            for link in page(published, path).xpath("//*[not(parent::p[@class='switch'])]/@href"):
                if not urlsplit(link).scheme and not link.startswith("#"):
                    to = posixpath.normpath(posixpath.join(posixpath.dirname(path), link)).partition("#")[0]
                    if to.endswith(".html"):
                        assert to.startswith("en/") == path.startswith("en/"), (path, to)
    assert {path.rpartition(".")[2] for path in published if path.startswith("en/")} == {"html"}


def test_the_english_pages_of_a_swedish_site_speak_english_and_mark_what_is_swedish(published):
    tree = page(published, "en/archive/2026/03/index.html")
    found = story_in(tree, "Konferensen i Malmö")

    assert tree.get("lang") == "en"
    assert text(tree.find(".//h1")) == "March 2026"
    assert text(tree.cssselect(".day-heading")[-1]) == "Monday 2 March 2026"
    assert text(found.cssselect(".when")[0]) == "08:00Swedish"
    assert text(found.cssselect(".carriers")[0]) == "2 sources: Adda, Electronics Watch"
    assert (found.find("h3").get("lang"), text(found.cssselect(".topics a")[0])) == ("sv", "Electronics")
    assert tree.cssselect(".name a")[0].get("lang") == "sv"
    front = page(published, "en/index.html")
    assert text(story_in(front, "Odaterad").cssselect(".when")[0]).startswith("undated; first seen 2 March 2026")
    (link,) = [each for each in front.cssselect(".side a") if text(each) == "Textil"]
    assert link.get("lang") == "sv"  # has no English name


def test_an_english_story_in_a_swedish_site_is_marked_on_its_swedish_page_alone(published):
    languages = {
        tree: [each.get("lang") for each in page(published, f"{tree}{STORY}").cssselect(".wording h3")]
        for tree in ("", "en/")
    }

    assert languages == {"": [None, "en"], "en/": ["sv", None]}


def test_a_joined_story_leads_on_in_the_language_that_was_chosen(published):
    tree = page(published, "en/stories/s-gone/index.html")

    assert tree.xpath("//meta[@http-equiv='refresh']/@content") == ["0; url=../../stories/s-i1/index.html"]
    assert tree.xpath("//link[@rel='canonical']/@href") == [f"{HOME}en/stories/s-i1/"]


def test_search_engines_are_told_of_each_page_in_each_language(published):
    urls = etree.fromstring(published["sitemap.xml"]).findall("{*}url")
    found = {
        each.findtext("{*}loc"): {link.get("hreflang"): link.get("href") for link in each.findall("{*}link")}
        for each in urls
    }

    for path in (STORY, "index.html", "archive/2024/05/index.html"):
        both = {"sv": address(path), "en": address(f"en/{path}")}
        assert found[both["sv"]] == found[both["en"]] == both
    assert len(found) == len(urls)


@pytest.fixture
def archive(tmp_path):
    with open_archive(str(tmp_path / "store"), write=True) as opened_:
        add(opened_, *(told(n) for n in range(3)))
        yield opened_


def test_a_site_that_changes_its_language_keeps_its_addresses(archive, tmp_path):
    publication.republish(SETUP, archive, tmp_path / "public")
    before = content(tmp_path / "public").keys()

    english = replace(SETUP, archive=archive_info(language="en"))
    publication.republish(english, archive, tmp_path / "public")

    after = content(tmp_path / "public")
    assert after.keys() == {f"sv/{each[3:]}" if each.startswith("en/") else each for each in before}
    assert (b'lang="en"' in after["index.html"], b'lang="sv"' in after["sv/index.html"]) == (True, True)


def test_a_story_that_is_gone_goes_in_both_languages(small, tmp_path):
    put_out(small, tmp_path)
    assert (tmp_path / "en" / STORY).exists()

    small.stories.catalogue.drop("s-i1")
    put_out(small, tmp_path)

    assert [path for path in content(tmp_path) if "s-i1" in path or "s-gone" in path] == []
