"""Sites that break are noticed by the next run and named by doctor; sites that don't are left in peace.

All faults at all sources: benchmarks/quality/faults.py. Here each fault is put to one source of each group, in turn.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from benchmarks.quality.faults import FAULTS, RECORDINGS, Answer, Site, false_alarms
from pipeline.breakage import complaints, followed, profile_of, strangers
from pipeline.cli import main
from pipeline.diagnosis import finding
from pipeline.errors import NothingMatched
from pipeline.model.history import History
from pipeline.model.source import AutoListing, Feed, JsonApi, Sitemap
from tests.builders import NOW, capture, entry, item, moment, origin, source

LISTING = AutoListing(next=None, pages=1)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Recordings to be spoilt, and a store that has collected them as they are."""
    made = Site(RECORDINGS[0], tmp_path_factory.mktemp("faults"))
    return made, made.collected(), made.sources()


@pytest.mark.parametrize(("number", "fault"), list(enumerate(FAULTS)), ids=[fault.name for fault in FAULTS])
def test_a_fault_is_noticed_by_the_next_run_and_named_by_doctor(site, number, fault):
    made, good, sources = site
    able = [each for each in sources if each["kind"] in fault.kinds]

    row = made.spoilt(able[number % len(able)], fault, good)

    assert row.detected, row
    assert row.diagnosed, row
    assert row.rubbish == 0, row


def test_healthy_sites_are_not_complained_of():
    visits, complaints_heard = false_alarms(RECORDINGS[:1], rounds=2)

    assert visits >= 10
    assert complaints_heard == []


def entries(count, **fields):
    return [entry(f"Nyhet {number}", link=f"https://a.se/{number}", **fields) for number in range(count)]


@pytest.mark.parametrize(
    ("kind", "before", "after", "told"),
    [
        (LISTING, entries(12), entries(3), "Only 3 of the usual 12 entries were found; the page has probably been redesigned"),
        (JsonApi(items="[]", title="t", link="l", date=None, summary=None, pages=1), entries(12), entries(3), "Only 3 of the usual 12"),
        (Sitemap(include=None, exclude=None), entries(12), entries(3), "Only 3 of the usual 12"),
        (Feed(), entries(12), [], "The feed is empty, though it used to hold 12 entries"),
        (Feed(), entries(12), entries(12, published=None), "None of the 12 entries has a date any more, which 100% of them used to have"),
        (LISTING, entries(12), entries(12, summary=None), "None of the 12 entries has a summary any more"),
        (LISTING, entries(12), [entry(f"N {n}", link=None) for n in range(12)], "None of the 12 entries has a link any more"),
        (LISTING, entries(12), entries(4) + [entry(f"N {n}", published=None) for n in range(8)], "Only 33% of the 12 entries have a date that can be read"),
        (Feed(), entries(12), [entry("Nyheter", link=f"https://a.se/{n}") for n in range(12)], "All 12 entries have the same title"),
        (LISTING, entries(12), entries(12), None),
        (LISTING, entries(12), entries(5), None),
        (Feed(), entries(30), entries(2), None),
        (LISTING, entries(3), entries(1), None),
    ],
)  # fmt: skip
def test_what_an_answer_lacks_is_told(kind, before, after, told):
    found = complaints(source(kind=kind), after, profile_of(before))

    assert [] == list(found) if told is None else found[0].startswith(told), found


@pytest.mark.parametrize(
    "kind",
    [
        LISTING,
        JsonApi(items="[]", title="t", link="l", date=None, summary=None, pages=1),
        Sitemap(include=None, exclude=None),
    ],
)
def test_nothing_at_all_is_a_failure(kind):
    with pytest.raises(NothingMatched, match="holds no entries, though it used to hold 2"):
        complaints(source(kind=kind), [], profile_of(entries(2)))


def test_what_came_from_the_page_of_an_article_is_not_missed_when_it_is_not_opened_again():
    opened = origin(fields={"title": "article:json-ld", "published": "article:json-ld", "summary": "article:meta"})
    before = [entry(f"Nyhet {number}", origin=opened) for number in range(10)]
    bare = [replace(each, title=None, published=None, summary=None) for each in entries(9)]
    after = [entry("Ny", origin=opened), *bare]

    assert complaints(source(kind=LISTING), after, profile_of(before)) == ()


def test_dates_that_can_not_be_read_any_more_are_lost_dates():
    written = entries(10)
    unreadable = [item(str(number), published=None) for number in range(10)]

    (told,) = complaints(source(kind=LISTING), written, profile_of(written), unreadable)

    assert told.startswith("None of the 10 entries has a date any more")


def test_a_profile_follows_a_source_that_grows_and_shrinks_without_a_complaint():
    usual = None
    for count in (10, 11, 14, 9, 8, 12, 20, 16, 10, 10):
        assert complaints(source(kind=LISTING), entries(count), usual) == ()
        usual = followed(usual, entries(count), complained=False)


def test_a_list_of_other_and_older_news_is_told():
    history = History(held=tuple(f"old{n}" for n in range(6)), last_success=NOW, profile=profile_of(entries(6)))
    older = [item(f"i{n}", published=moment("2025-01-05T08:00:00+01:00")) for n in range(6)]
    newer = [item(f"i{n}", published=moment((NOW - timedelta(hours=n)).isoformat())) for n in range(6)]

    assert len(strangers(source(kind=LISTING), entries(6), older, history)) == 1
    assert strangers(source(kind=LISTING), entries(6), newer, history) == ()
    assert strangers(source(kind=Feed()), entries(6), older, history) == ()
    with pytest.raises(NothingMatched, match="none of the 6 entries was there before, and none has a date"):
        strangers(
            source(kind=LISTING), entries(6, published=None), [item(f"i{n}", published=None) for n in range(6)], history
        )


@pytest.mark.parametrize(
    "body",
    sorted(RECORDINGS[0].glob("*/*.html")),
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_an_ordinary_page_is_nothing_else(body):
    """With its cookie bar, its login in the head and its footer."""
    html = body.read_text(encoding="utf-8").replace("<body", '<body data-x="1"').replace(
        "<header>", "<header><form><input type=password name=p></form><div class=cookie>Vi använder kakor (cookies). <button>Godkänn</button></div>"
    )  # fmt: skip
    found = finding(capture(url="https://a.example.se/nyheter", body=html), LISTING, "https://a.example.se/nyheter")

    assert found is None or not found.is_plain or len(re.sub("<[^>]+>", "", html)) < 1_500


def spoilt(site, url, answer: Answer):
    made, _, _ = site
    made._routes[url] = made._put("moved", answer)
    made._write()


@pytest.fixture
def own(tmp_path):
    """Recordings and a store of one's own."""
    made = Site(RECORDINGS[0], tmp_path)
    return made, made.collected(), made.sources()


def doctored(own, capfd, source_id):
    made, store, _ = own
    made.command(store, "run", "--replay", str(made.recordings), "--no-publish")
    _, shown = made.command(store, "doctor", source_id, "--replay", str(made.recordings), "--fix")
    _, report = made.command(
        store, "run", "--replay", str(made.recordings), "--no-publish", "--json", "--source", source_id
    )
    (mine,) = [each for each in json.loads(report)["sources"] if each["id"] == source_id]
    return (
        shown,
        (mine["outcome"], mine["new"], mine["warnings"]),
        (made.recordings / "sources.yaml").read_text(encoding="utf-8"),
    )


def test_a_feed_that_became_a_page_is_found_where_the_site_announces_it(own, capfd):
    made, _, _ = own
    old, new = "https://nordisk-innkjop.example.org/feed/", "https://nordisk-innkjop.example.org/nyheter.rss"
    made._routes[new] = made._routes[old]
    spoilt(
        own,
        old,
        Answer(
            body=f"<!doctype html><html><head><link rel=alternate type='application/rss+xml' href='{new}'></head><body>Ny nettside</body></html>"
        ),
    )

    shown, after, sources = doctored(own, capfd, "nordisk-nettverk")

    assert "nordisk-nettverk: failing since " in shown
    assert "  before:  6 items; Nordisk møte i Malmö: felles krav til hansker og IT\n" in shown
    assert f"  replace `url: {old}` by `url: {new}`\n  which finds 6 of the 6 newest known items\n" in shown
    assert f"    url: {new}\n" in sources or f'    url: "{new}"\n' in sources
    assert after[:2] == ("ok", 0)


def test_a_feed_that_is_gone_is_found_from_the_front_page(own, capfd):
    made, _, _ = own
    old, new = "https://nordisk-innkjop.example.org/feed/", "https://nordisk-innkjop.example.org/nyheter.rss"
    made._routes[new] = made._routes.pop(old)
    spoilt(
        own,
        "https://nordisk-innkjop.example.org/",
        Answer(
            body=f"<html><head><link rel=alternate type='application/rss+xml' href='{new}'></head><body>Hei</body></html>"
        ),
    )

    shown, after, _ = doctored(own, capfd, "nordisk-nettverk")

    assert "  the page can't be had now: nordisk-innkjop.example.org answers with 404 Not Found" in shown
    assert f"  replace `url: {old}` by `url: {new}`\n" in shown
    assert after[:2] == ("ok", 0)


def test_a_feed_that_became_the_list_of_news_is_read_as_one(own, capfd):
    made, _, _ = own
    (old,) = [each["url"] for each in own[2] if each["id"] == "hallbar-upphandling"]
    made._routes[old] = made._routes["https://xn--hllbarupphandling-8qb.se/nyheter"]
    made._write()

    shown, after, sources = doctored(own, capfd, "hallbar-upphandling")

    assert "  add `listing: auto` to the source\n" in shown
    assert "type=rss\n    listing: auto\n    language: sv\n" in sources
    assert after[:2] == ("ok", 0)


def test_a_sitemap_that_moved_is_found_in_robots_txt(own, capfd):
    made, _, _ = own
    old, new = "https://comprapublica.example.cat/sitemap.xml", "https://comprapublica.example.cat/mapa.xml"
    made._routes[new] = made._routes.pop(old)
    spoilt(
        own,
        "https://comprapublica.example.cat/robots.txt",
        Answer(body=f"User-agent: *\nAllow: /\nSitemap: {new}\n", content_type="text/plain"),
    )

    shown, after, sources = doctored(own, capfd, "more-sitemap")

    assert f"  replace `url: {old}` by `url: {new}`\n" in shown
    assert new in sources
    assert after[:2] == ("ok", 0)


def test_what_the_answer_is_stands_in_the_run_report_with_what_to_do(site):
    made, good, sources = site
    (consent,) = [fault for fault in FAULTS if fault.name == "consent wall"]

    row = made.spoilt(sources[1], consent, good)

    error = row.error
    assert error is not None
    assert error["kind"] == "nothing_matched"
    assert error["message"].endswith(": the page asks for consent to cookies before it shows anything")
    assert error["hint"] == "Look whether the site has a feed, which asks for none; else ask its owner for one."


def test_a_source_that_has_gone_quiet_is_told(tmp_path, capsys):
    items = "".join(
        f"<item><title>Nyhet {n}</title><link>https://a.example.se/{n}</link><pubDate>{(NOW - timedelta(days=200 + 3 * n)):%a, %d %b %Y %H:%M:%S +0000}</pubDate></item>"
        for n in range(12)
    )
    (tmp_path / "feed").write_text(f'<rss version="2.0"><channel>{items}</channel></rss>', encoding="utf-8")
    routes = {"https://a.example.se/feed": {"file": "feed", "status": 200, "content_type": "application/rss+xml"}}
    (tmp_path / "routes.json").write_text(json.dumps(routes), encoding="utf-8")
    (tmp_path / "sources.yaml").write_text(
        'archive: {title: T, url: "https://n.example.se/"}\nsources: [{id: still, url: "https://a.example.se/feed"}]\n',
        encoding="utf-8",
    )
    common = ["--sources", str(tmp_path / "sources.yaml"), "--store", str(tmp_path / "store"), "--quiet"]
    assert main(["run", "--replay", str(tmp_path), "--no-publish", *common]) == 0
    capsys.readouterr()

    assert main(["doctor", *common]) == 0

    shown = capsys.readouterr().out
    assert shown.startswith("still: quiet; it answers as it should, but its newest item is of 2025-08-14.")
    assert "It used to bring one every 3 days, never further apart than 3 days" in shown
