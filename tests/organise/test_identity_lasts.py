"""Whatever a site does to its ids, addresses, titles and dates: what was seen is known again, and nothing is lost. Over recordings."""

from __future__ import annotations

import json
import re

import pytest

from pipeline.cli import main

DAYS = range(1, 9)
WORDS = (
    *("ny dom om asfalt i Skåne", "vägledning för datorer i skolan", "granskning av handskar i Malaysia", "remiss om textilier till vården"),
    *("konferens om kobolt i Bryssel", "avtal om kaffe och te", "enkät till alla kommuner", "kurs i uppföljning av avtal"),
)  # fmt: skip


def news(
    host="http://www.adda.example.se",
    path="/nyheter/{n}-artikel",
    guid="{n}",
    title="{words}",
    day="{day:02}",
    days=DAYS,
):
    """A feed of a few days' news, written as its site writes it."""
    items = []
    for n in days:
        words = WORDS[n - 1]
        values = {"n": n, "words": words, "day": n, "slug": re.sub(r"\W+", "-", title.format(words=words))}
        items.append(
            f"<item><title>{title.format(**values)}</title><link>{host}{path.format(**values)}</link>"
            f"<guid isPermaLink='false'>{guid.format(**values)}</guid>"
            f"<description>Det här är nyheten om {words}, som den stod i tidningen den dagen med nummer {n}.</description>"
            f"<pubDate>{day.format(**values)} Feb 2026 0{n}:1{n}:00 +0100</pubDate></item>"
        )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Adda</title>{''.join(items)}</channel></rss>"


class Site:
    """A source with recordings that can be changed between runs."""

    def __init__(self, folder, capfd):
        self.folder, self.capfd = folder, capfd

    def run(self, feed, url="http://www.adda.example.se/feed", *, publish=False):
        """New and all items after a run over this answer."""
        (self.folder / "feed.xml").write_text(feed, encoding="utf-8")
        (self.folder / "routes.json").write_text(
            json.dumps({url: {"file": "feed.xml", "type": "application/rss+xml"}}), encoding="utf-8"
        )
        (self.folder / "sources.yaml").write_text(
            "archive: {title: Nyheter, url: 'https://n.example.se/', language: sv, timezone: Europe/Stockholm, contact: a@example.se}\n"
            f"sources:\n  - {{id: adda, name: Adda, url: '{url}'}}\n",
            encoding="utf-8",
        )
        shared = ["--store", str(self.folder / "store"), "--sources", str(self.folder / "sources.yaml")]
        self.capfd.readouterr()
        own = [] if publish else ["--no-publish"]
        assert main(["run", *own, "--json", "--replay", str(self.folder), *shared]) == 0
        new = json.loads(self.capfd.readouterr().out)["totals"]["new"]
        assert main(["export", "items", "--format", "ndjson", *shared]) == 0
        return new, len(self.capfd.readouterr().out.splitlines())


@pytest.fixture
def site(tmp_path, capfd):
    return Site(tmp_path, capfd)


@pytest.mark.parametrize(
    ("before", "after", "url"),
    [
        pytest.param({}, {"guid": "b3f-{n}"}, None, id="guids regenerated overnight"),
        pytest.param({}, {"host": "https://www.adda.example.se"}, "https://www.adda.example.se/feed", id="https"),
        pytest.param(
            {"guid": "http://www.adda.example.se/nyheter/{n}-artikel"},
            {"host": "https://nytt.example.org", "guid": "https://nytt.example.org/nyheter/{n}-artikel"},
            "https://nytt.example.org/feed", id="a new domain, in guids too",
        ),
        pytest.param(
            {}, {"host": "https://nytt.example.org", "path": "/2026/02/{slug}", "guid": "post-{n}{n}"},
            "https://nytt.example.org/rss", id="a new system: domain, addresses and guids are others",
        ),
        pytest.param({}, {"title": "Rättad: {words}"}, None, id="titles edited"),
        pytest.param({"guid": "{words}"}, {"title": "Rättad: {words}", "guid": "Rättad: {words}"}, None, id="guid holds the headline"),
        pytest.param(
            {"guid": "{slug}", "path": "/{slug}"}, {"title": "Rättad: {words}", "guid": "{slug}", "path": "/{slug}"},
            None, id="guid and address hold the headline",
        ),
        pytest.param({}, {"day": "2{day}"}, None, id="dates moved"),
        pytest.param({"guid": "1"}, {"guid": "1"}, None, id="one guid for all"),
        pytest.param({}, {"path": "/nyheter/{n}-artikel/", "guid": "ny-{n}"}, None, id="a slash behind the address"),
        pytest.param({}, {"host": "http://adda.example.se", "guid": "ny-{n}"}, "http://adda.example.se/feed", id="without www"),
        pytest.param(
            {"path": "/visa?id={n}&amp;lang=sv"}, {"path": "/visa?lang=sv&amp;id={n}&amp;utm_source=rss", "guid": "ny-{n}"},
            None, id="the query in another order",
        ),
        pytest.param(
            {}, {"host": "https://www.adda.example.se", "path": "/arkiv/2026/{slug}"}, "https://www.adda.example.se/feed",
            id="https and other paths under the same guids",
        ),
        pytest.param(
            {}, {"title": "Rättad: {words}", "path": "/arkiv/{n}", "day": "2{day}"}, None, id="all but the guid is other",
        ),
    ],
)  # fmt: skip
def test_no_item_is_new_when_its_site_changes(site, before, after, url):
    assert (8, 8) == site.run(news(**before))

    again = site.run(news(**after)) if url is None else site.run(news(**after), url)

    assert (0, 8) == again


def test_one_guid_for_all_loses_no_item_that_comes_alone(site):
    found = [site.run(news(guid="1", days=[n])) for n in DAYS]

    assert [(1, n) for n in DAYS] == found


def test_a_feed_that_serves_its_whole_history_again_makes_nothing_new(site):
    for first in (1, 3, 5):
        site.run(news(days=range(first, first + 4)))

    assert (0, 8) == site.run(news(guid="ny-{n}"))


def test_two_news_of_one_title_and_day_are_two(site):
    assert (2, 2) == site.run(news(title="Uppföljning genomförd i regionen igen", day="02", days=[1, 2]))
    assert (1, 3) == site.run(news(title="Uppföljning genomförd i regionen igen", day="02", days=[2, 3]))


def test_readers_of_the_feed_are_told_of_an_update_once(site):
    """One title is edited: its entry's `updated` changes with that run, no other's does, and later runs write nothing anew."""
    once_edited = news().replace(
        "granskning av handskar i Malaysia</title>", "granskning av handskar i Thailand</title>"
    )
    told, files = [], []
    for feed in (news(), once_edited, once_edited, once_edited):
        site.run(feed, publish=True)
        content = (site.folder / "store" / "public" / "feed.atom").read_text(encoding="utf-8")
        entries = re.findall(r"<entry\b.*?</entry>", content, re.DOTALL)
        told.append({re.search("<id>(.*?)<", each)[1]: re.search("<updated>(.*?)<", each)[1] for each in entries})
        files.append({path.name: path.stat().st_mtime_ns for path in (site.folder / "store" / "public").glob("feed.*")})

    first, second, *later = told
    assert 8 == len(first)
    assert first.keys() == second.keys()
    assert 1 == sum(first[each] != second[each] for each in first)
    assert [second, second] == later
    assert files[1] == files[2] == files[3]
