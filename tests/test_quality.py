"""A maintainer sees what is missing, odd, uncertain or suddenly another in the data of a source, and what to do."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.model.source import Article, AutoListing, Listing, Selector
from pipeline.quality import quality, traits_of
from tests.builders import NOW, moment, origin, record, source

PARTNERS = Path(__file__).parents[1] / "examples" / "partners"
WELL = {"text": "En längre text om det som hände.", "published": moment("2026-02-01T10:00:00+01:00")}


def seen(days: float, **fields):
    """A record that was first seen so many days ago."""
    at = NOW - timedelta(days=days)
    return record(f"i{days}", first_seen=at, last_seen=at, **(WELL | fields))


def judged(records, place=None, neighbours=None):
    counts, place = neighbours or Counter(each.story for each in records), place or source("adda")
    items = [traits_of(each, place, counts[each.story]) for each in records]
    return quality(place, items, agreement=None, now=NOW)


def test_a_source_that_says_everything_has_nothing_to_mend():
    found = judged([seen(day) for day in range(10)])

    assert (10, 0, 0, 0, 0, 0, 0) == (
        found.items, found.undated, found.untitled, found.textless, found.languageless, found.future, found.doubled,
    )  # fmt: skip
    assert ((), ()) == (found.changes, found.advice)
    assert {"stated": 10} == found.sureness["published"]


@pytest.mark.parametrize(
    ("lacking", "field", "advice"),
    [
        ({"published": None}, "undated", "`article: true` in sources.yaml opens each new page for it"),
        ({"text": "", "summary": ""}, "textless", "`article: true`"),
        ({"language": None}, "languageless", "say it with `language:`"),
        ({"origin": origin(fields={"title": "first sentence"})}, "untitled", "title of their own"),
        (
            {"title": "adda.example.se/nyheter/1", "url": "https://adda.example.se/nyheter/1"},
            "untitled",
            "title of their own",
        ),
        ({"published": moment("2026-06-01T00:00:00+02:00")}, "future", "it may be the date of an event"),
        ({"story": "s-one"}, "doubled", "it may give each of its news twice"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_what_many_items_lack_is_counted_and_what_to_do_is_said(lacking, field, advice):
    found = judged([seen(day, **lacking) if day < 3 else seen(day) for day in range(10)])

    assert 3 == getattr(found, field)
    assert advice in " ".join(found.advice)
    assert 1 == len(found.advice)


def test_a_few_items_among_many_are_no_reason_for_advice():
    found = judged([seen(day, published=None) if day < 1 else seen(day) for day in range(20)])

    assert (1, ()) == (found.undated, found.advice)


def test_advice_knows_how_the_source_is_read():
    records = [seen(day, published=None) for day in range(10)]
    bare = Listing(item="li", title=None, link=None, date=None, summary=None, next=None, pages=1)

    assert "give the listing a selector for it, `date:`" in judged(records, source("adda", kind=bare)).advice[0]
    dated = Listing(item="li", title=None, link=None, date=Selector(css="time"), summary=None, next=None, pages=1)
    opened = source("adda", kind=dated, article=Article())
    assert "give `article:` a selector for it, `date:`" in judged(records, opened).advice[0]


@pytest.mark.parametrize(
    ("kind", "how", "sure"),
    [
        (None, None, "stated"),
        (AutoListing(next=None, pages=1), None, "guessed"),
        (None, "article:json-ld", "stated"),
        (None, "article:visible", "guessed"),
        (None, "article:guessed", "guessed"),
        (None, "article:selector", "described"),
        (None, "listing:guessed", "guessed"),
        (None, "dc:date", "stated"),
    ],
)
def test_how_sure_a_date_is_follows_from_where_it_was_found(kind, how, sure):
    place = source("adda") if kind is None else source("adda", kind=kind)
    fields = {} if how is None else {"published": how}

    assert {sure: 1} == judged([seen(1, origin=origin(fields=fields))], place).sureness["published"]


def test_a_share_that_suddenly_changed_is_said():
    records = [seen(day, published=None) for day in range(1, 21)] + [seen(day) for day in range(40, 80)]

    assert ("In the last 30 days 0% of its items have a date, before that 100% had.",) == judged(records).changes


def test_a_pace_that_suddenly_changed_is_said_both_ways():
    steady = [seen(day) for day in range(28, 200)]

    assert ("The last four weeks brought 0 items; they usually bring about 28.",) == judged(steady).changes
    flood = [*steady, *(seen(hour / 24) for hour in range(1, 200))]
    assert "Look whether they are all news." in judged(flood).changes[0]
    assert () == judged([*steady, *(seen(day) for day in range(28))]).changes


def test_a_first_collection_is_no_flood():
    assert () == judged([seen(20 + minute / 1_440) for minute in range(300)]).changes


def test_items_that_others_tell_too_are_counted():
    records = [seen(1, story="s-both"), seen(2)]

    assert 1 == judged(records, neighbours=Counter({"s-both": 2, "s-i2": 1})).shared


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> str:
    """What the five recorded partners come to."""
    store = str(tmp_path_factory.mktemp("partners") / "store")
    assert 0 == main(["run", "--replay", str(PARTNERS), "--store", store, "--quiet"])
    return store


def test_the_report_shows_a_line_for_each_source(store, capsys):
    report = ["report", "--sources", str(PARTNERS / "sources.yaml"), "--store", store]

    assert 0 == main(report)
    shown = capsys.readouterr().out
    assert "SOURCE               ITEMS  NO DATE  NO TITLE" in shown
    assert shown.endswith("nothing to mend in the data of the sources\n")

    assert 0 == main([*report, "--json", "--source", "electronics-watch"])
    (one,) = json.loads(capsys.readouterr().out)
    assert ("electronics-watch", 7, 0, {"described": 7}) == (
        one["source"], one["items"], one["undated"], one["sureness"]["published"],
    )  # fmt: skip
    assert 0.8 < one["language_agreement"] <= 1


def test_an_unknown_source_is_named(store, capsys):
    assert 2 == main(["report", "--sources", str(PARTNERS / "sources.yaml"), "--store", store, "--source", "nobody"])
    assert "there is no source `nobody`\n`samflode sources list`" in capsys.readouterr().err


def test_the_publication_has_a_page_of_it_that_status_leads_to(store):
    public = Path(store) / "public"

    page = (public / "quality.html").read_text(encoding="utf-8")
    assert 5 == page.count('<th scope="row">')
    assert "Utan datum" in page
    assert 'href="quality.html"' in (public / "status.html").read_text(encoding="utf-8")


def test_sources_of_which_nothing_is_new_are_not_looked_at_again(store, monkeypatch):
    from pipeline.publish.standing import Standing

    kept = []
    monkeypatch.setattr(Standing, "keep_surveyed", lambda *args: kept.append(args))

    assert 0 == main(["publish", "--sources", str(PARTNERS / "sources.yaml"), "--store", store, "--quiet"])

    assert [] == kept
