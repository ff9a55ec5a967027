"""`run --pages`: a walk that is stopped anywhere and taken up again is the walk that was not stopped."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import feedparser
import pytest

from pipeline import run as line
from pipeline.archive import open_archive
from pipeline.archive.captures import LastCaptures
from pipeline.errors import FetchTimeout, HttpStatusError
from pipeline.extract import sitemap
from pipeline.model.source import Article
from pipeline.publication import republish
from tests.builders import NOW, config
from tests.older_pages import (
    HOST,
    ON_PAGE,
    PAGES,
    Site,
    Stop,
    Web,
    day,
    html,
    joomla,
    joomla_pager,
    links,
    listed,
    sites,
)

ALL = PAGES * ON_PAGE


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A store in a folder, and `collect(site, pages)`, which gives the report of its source and the addresses that were asked."""
    monkeypatch.setattr(sitemap, "MOST_ENTRIES", ON_PAGE)
    # That a commit is durable is shown elsewhere; here are hundreds of them.
    monkeypatch.setattr("os.fsync", lambda _: None)

    class World:
        folder = tmp_path / "store"

        def collect(self, site: Site, pages: int | None = 50, *, stop_at: int | None = None):
            web = Web(site.answers, stop_at)
            monkeypatch.setattr(line, "fetcher_of", web.opened)
            with open_archive(str(self.folder), write=True) as archive:
                choice = line.Choice(everything=True, pages=pages)
                going = line.run(
                    config(site.source), archive, choice,
                    captures=LastCaptures(self.folder), clock=lambda: NOW, watcher=line.Watcher(),
                )  # fmt: skip
                (report,) = asyncio.run(going).sources
            return report, web.asked

        def stopped(self, site: Site, at: int, pages: int = 50) -> None:
            with pytest.raises(Stop):
                self.collect(site, pages, stop_at=at)

        def items(self) -> list[str]:
            """Each item's number and date, by number."""
            with open_archive(str(self.folder), write=False) as archive:
                found = [each.item for each in archive.records()]
            return sorted(f"{each.url.rpartition('/')[2]} {each.published.at.date()}" for each in found)

        def history(self):
            with open_archive(str(self.folder), write=False) as archive:
                return archive.history("adda")

    return World()


def gold(*numbers: int) -> list[str]:
    return sorted(f"n{number} {day(number)}" for number in numbers or range(1, ALL + 1))


@pytest.mark.parametrize("name", sites())
def test_a_walk_brings_everything_once_with_its_own_date_and_asks_for_each_page_once(world, name):
    site = sites()[name]

    report, asked = world.collect(site)

    assert gold() == world.items()
    assert (ALL, 0, ()) == (report.new, report.updated, report.warnings)
    assert site.requests == len(asked) == len(set(asked)) == report.requests
    assert world.history().walk is None


@pytest.mark.parametrize(
    "name",
    [
        "joomla",
        "joomla, auto",
        "joomla, two pages by itself",
        "years",
        "wordpress feed",
        "archived feed",
        "JSON Feed",
        "wp-json",
        "sitemaps",
    ],
)
def test_stopped_at_any_request_and_taken_up_again_it_is_the_same(world, name, tmp_path):
    site = sites()[name]
    for at in range(1, site.requests + 1):
        world.folder = tmp_path / f"stopped-{at}"
        world.stopped(site, at)
        before = world.items()
        report, asked = world.collect(site)
        assert gold() == world.items()
        assert ALL == len(before) + report.new
        assert 0 == report.updated
        # Only what the source itself holds now, and the page that was stopped at, are asked for again.
        assert len(asked) <= site.requests - at + 3


@pytest.mark.parametrize("name", ["joomla", "archived feed", "wp-json", "sitemaps", "years"])
def test_a_walk_that_is_stopped_at_every_single_page_comes_to_its_end(world, name):
    site = sites()[name]
    front = len(world.collect(site, None)[1])
    for _ in range(site.requests - front - 1):
        world.stopped(site, front + 2)

    world.collect(site)

    assert gold() == world.items()
    assert world.history().walk is None


def test_a_long_sitemap_is_walked_in_portions(world, monkeypatch):
    monkeypatch.setattr(sitemap, "PORTION", 3)
    site = sites()["sitemaps"]
    urls = "".join(
        f"<url><loc>{HOST}/nyheter/n{number}</loc><n:news xmlns:n='n'><n:title>N {number}</n:title>"
        f"<n:publication_date>{day(number)}</n:publication_date></n:news></url>"
        for number in range(1, 12)
    )
    site = replace(site, answers={site.source.url: f"<urlset>{urls}</urlset>"})
    world.stopped(site, 3)
    assert gold(*range(1, 8)) == world.items()

    _, asked = world.collect(site)

    assert gold(*range(1, 12)) == world.items()
    assert 3 == len(asked)


def test_so_many_pages_are_walked_as_were_asked_for_and_the_next_time_again(world):
    site = sites()["joomla"]

    first, asked = world.collect(site, 3)
    again, asked_again = world.collect(site, 3)

    assert gold(*range(1, 3 * ON_PAGE + 1)) == world.items()
    assert [HOST + joomla(number) for number in (1, 2, 3)] == asked == asked_again
    assert (3 * ON_PAGE, 0) == (first.new, again.new)
    assert world.collect(site)[0].new == ALL - first.new


def test_a_page_that_fails_keeps_what_came_before_and_the_next_run_goes_on_there(world):
    site = sites()["joomla"]
    broken = {**site.answers, HOST + joomla(4): FetchTimeout("did not answer within 30 s")}

    report, _ = world.collect(replace(site, answers=broken))

    assert gold(*range(1, 3 * ON_PAGE + 1)) == world.items()
    assert ("ok", None) == (report.outcome, report.error)
    assert (
        f"Page 4 ({HOST}{joomla(4)}) could not be read: did not answer within 30 s",
        "The pages before page 4 are kept; `samflode run --source adda --pages 50` goes on there.",
    ) == report.warnings

    _, asked = world.collect(site)

    assert [HOST + joomla(number) for number in (1, 4, 5)] == asked
    assert gold() == world.items()


def test_a_page_that_is_not_there_is_said_and_ends_the_walk(world):
    site = sites()["joomla"]
    broken = {url: body for url, body in site.answers.items() if url != HOST + joomla(4)}

    report, _ = world.collect(replace(site, answers=broken))

    assert (f"Page 4 ({HOST}{joomla(4)}) could not be read: not found",) == report.warnings
    assert world.history().walk is None


def test_what_came_to_the_front_meanwhile_shifts_the_pages_and_nothing_is_missed(world):
    """Four news later page 4 is what page 3 was: it holds nothing new, and is no end."""
    site = sites()["joomla"]
    world.stopped(site, 4)
    front = html(1, joomla_pager(1)).replace("<main>", "<main>" + "".join(map(_extra, range(2))))
    shifted = {HOST + joomla(number + 1): body for number, body in enumerate(site.answers.values(), 1)}
    answers = shifted | {HOST + joomla(1): front}
    for number in range(2, PAGES + 2):
        older = links([(joomla(number + 1), "Nästa")]) if number <= PAGES else ""
        answers[HOST + joomla(number)] = html(number - 1, older)

    world.collect(replace(site, answers=answers))

    assert {*gold()} <= {*world.items()}


def _extra(number: int) -> str:
    return f'<article class="post"><h2><a href="/nyheter/x{number}">Ny nyhet {number}</a></h2><time datetime="2026-03-01">x</time></article>'


def test_where_the_archive_knows_nothing_of_the_front_the_walk_begins_anew(world):
    site = sites()["joomla"]
    world.stopped(site, 4)
    news = "".join(map(_extra, range(3)))
    front = f'<html lang="sv"><main>{news}{joomla_pager(1)}</main></html>'

    _, asked = world.collect(replace(site, answers=site.answers | {HOST + joomla(1): front}))

    assert HOST + joomla(2) == asked[1]


def test_another_description_of_the_source_begins_the_walk_anew(world):
    site = sites()["joomla"]
    world.stopped(site, 4)
    assert 4 == world.history().walk.number

    _, asked = world.collect(replace(site, source=replace(site.source, kind=replace(site.source.kind, summary=None))))

    assert HOST + joomla(2) == asked[1]


@pytest.mark.parametrize(
    ("pager", "body", "most"),
    [
        pytest.param(lambda n: links([(joomla(1), "Nästa")]), html, 2, id="back to the first"),
        pytest.param(lambda n: links([(joomla(n % 3 + 1), "Äldre")]), html, 3, id="in a circle"),
        pytest.param(lambda n: links([(joomla(n + 1), "Nästa")]), lambda n, pager: html(1, pager), 2, id="the same for ever"),
        pytest.param(
            lambda n: links([(joomla(n + 1), "Nästa")]), lambda n, pager: html(min(n, 3), pager), 4, id="the last for ever"
        ),
        pytest.param(
            lambda n: links([("https://b.example.se/nyheter?start=4", "Nästa")]), html, 1, id="to another site"
        ),
        pytest.param(lambda n: links([(joomla(n + 1), "Nästa")]), lambda n, pager: html(1, pager) if n == 1 else pager, 2,
                     id="an empty page"),
    ],
)  # fmt: skip
def test_pages_that_lead_nowhere_end(world, pager, body, most):
    site = listed(joomla, pager)
    site.answers = {HOST + joomla(number): body(number, pager(number)) for number in range(1, 60)}

    for _ in range(2):
        report, asked = world.collect(site)
        assert most >= len(asked)
        assert () == report.warnings
    assert len(world.items()) == len(set(world.items()))
    assert world.history().walk is None


def test_a_page_that_redirects_to_another_site_or_to_the_front_brings_nothing(world):
    site = sites()["joomla"]
    for target in ("https://b.example.se/", HOST + joomla(1)):
        moved = {**site.answers, HOST + joomla(3): (html(3, ""), [("At", target)])}
        world.collect(replace(site, answers=moved))
        assert gold(*range(1, 2 * ON_PAGE + 1)) == world.items()


def test_a_backfill_leaves_what_is_remembered_of_the_front_as_a_usual_run_does(world, tmp_path):
    """Validators, profile, what the source holds, when it is due: as though there had been no older pages."""
    for name in ("joomla", "archived feed", "wp-json", "joomla, two pages by itself"):
        site = sites()[name]
        world.folder = tmp_path / f"{name}-usual"
        world.collect(site, None)
        usual = world.history()
        world.folder = tmp_path / f"{name}-walked"
        world.collect(site)
        walked = world.history()
        still = [replace(each, seconds=0) for each in usual.attempts]
        assert still == [replace(each, seconds=0) for each in walked.attempts]
        assert replace(usual, attempts=()) == replace(walked, attempts=())

        report, asked = world.collect(site, None)
        assert ("unchanged", 1) == (report.outcome, len(asked))


def test_older_news_stand_in_the_feed_by_their_own_dates_and_as_old_as_they_are(world, tmp_path):
    site = sites()["joomla"]
    world.collect(site, None)
    world.collect(site)

    with open_archive(str(world.folder), write=True) as archive:
        republish(config(site.source), archive, tmp_path / "public")

    entries = feedparser.parse((tmp_path / "public" / "feed.atom").read_bytes()).entries
    assert [f"del {number}" for number in range(1, ALL + 1)] == [each.title.rpartition(", ")[2] for each in entries]
    assert [day(number) for number in range(1, ALL + 1)] == [
        datetime.fromisoformat(each.updated).astimezone(site.source.timezone).date() for each in entries
    ]


def article(number: int) -> str:
    told = "".join(
        f"<p>Stycke {each} om nyhet {number} säger vad regionerna kräver av sina leverantörer.</p>" for each in range(6)
    )
    return f"<html><body><article><h1>Nyhet {number}</h1>{told}</article></body></html>"


def test_a_site_that_stops_giving_articles_is_left_alone_and_its_page_read_again(world):
    """Three refusals end the walk at that page; in the third run it goes on without the articles that never came."""
    site = sites()["archived feed"]
    site = replace(site, source=replace(site.source, article=Article()))
    texts = {f"{HOST}/nyheter/n{number}": article(number) for number in range(1, ALL + 1)}
    refused = {f"{HOST}/nyheter/n{number}": HttpStatusError("busy", status=503) for number in (9, 10, 11, 12)}
    answers = site.answers | texts

    first, _ = world.collect(replace(site, answers=answers | refused))
    assert "The pages before page 3 are kept; `samflode run --source adda --pages 50` goes on there." in first.warnings
    assert gold(*range(1, 3 * ON_PAGE + 1)) == world.items()

    _, asked = world.collect(replace(site, answers=answers))
    assert f"{HOST}/arkiv/3.xml" == asked[1]
    assert gold() == world.items()
    with open_archive(str(world.folder), write=False) as archive:
        assert all(each.item.text for each in archive.records())

    world.folder = world.folder.parent / "for ever"
    for _ in range(3):
        world.collect(replace(site, answers=answers | refused))
    assert gold() == world.items()


def test_a_stale_entry_of_an_older_document_changes_nothing(world):
    """An archived feed keeps the old words of an entry that has been corrected since (RFC 5005, section 4)."""
    site = sites()["archived feed"]
    second = f"{HOST}/arkiv/2.xml"
    site.answers[f"{HOST}/feed.xml"] = site.answers[f"{HOST}/feed.xml"].replace("Nyhet 4<", "Rättad nyhet 4<")
    world.collect(replace(site, answers={**site.answers, second: HttpStatusError("busy", status=503)}))
    # The corrected entry has left the front before the walk goes on.
    site.answers[f"{HOST}/feed.xml"] = (
        site.answers[f"{HOST}/feed.xml"].replace("n4", "n0").replace("Rättad nyhet 4<", "Nyhet 0<")
    )

    report, _ = world.collect(site)

    assert 0 == report.updated
    with open_archive(str(world.folder), write=False) as archive:
        assert "Rättad nyhet 4" in {each.item.title for each in archive.records()}
