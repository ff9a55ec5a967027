"""Every entry becomes an item, whatever it says and whatever it leaves out."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.entry import EntryKey, EntryVersion, Text
from pipeline.normalise import canonical_url, clean_text, normalise
from tests.builders import NOW, entry, source

LONG = "Regionerna skärper kraven på leverantörer av undersökningshandskar från och med maj. "


def one(**fields):
    """The only item of a batch of one entry."""
    own = fields.pop("source", None) or source()
    (item,), _ = normalise([entry(**fields)], own, NOW)
    return item


def many(*titles, **fields):
    """Entries that differ in title, key and link."""
    return [
        entry(title, key=EntryKey(f"k{n}"), **({"link": f"https://adda.example.se/nyheter/{n}"} | fields))
        for n, title in enumerate(titles)
    ]


def test_an_entry_becomes_an_item():
    item = one(
        title="Nya <b>krav</b> &amp;amp; mer",
        link="HTTPS://adda.example.se/nyheter/1?utm_source=rss#topp",
        authors=("redaktion@adda.se (Anna Berg)",),
        tags=("Vård", "vård", " "),
        updated="Mon, 02 Mar 2026 09:00:00 +0100",
        source=source(tags=("region",)),
    )

    assert item.title == "Nya krav & mer"
    assert item.summary == "Regionerna ställer nya krav på handskar."
    assert item.text == ""
    assert item.url == "https://adda.example.se/nyheter/1"
    assert (item.language, item.authors, item.tags) == ("sv", ("Anna Berg",), ("Vård", "region"))
    assert item.published is not None
    assert item.updated is not None
    assert item.published.at.isoformat() == "2026-03-02T08:00:00+01:00"
    assert item.updated.at - item.published.at == timedelta(hours=1)
    assert [key[:2] for key in item.keys if not key.startswith(("d:", "k:"))] == ["v:", "e:", "a:"]


def test_items_come_in_the_order_of_their_entries():
    items, warnings = normalise(many("Ett", "Två", "Tre"), source(), NOW)

    assert [item.title for item in items] == ["Ett", "Två", "Tre"]
    assert len({item.id for item in items}) == 3
    assert warnings == ()


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"summary": Text(value="<p>Nya krav gäller. De är hårda.</p>", type="html")}, "Nya krav gäller."),
        ({"summary": None, "content": Text(value="Nya krav gäller! Och mer.")}, "Nya krav gäller!"),
        ({"summary": None, "link": "https://hållbar.se/nyheter/ny-dom/"}, "hållbar.se/nyheter/ny-dom"),
        ({"summary": None, "link": None}, "Adda"),
    ],
    ids=["summary", "content", "address", "nothing"],
)
def test_a_title_is_never_empty(fields, title):
    assert one(**{"title": "<p> </p>"} | fields).title == title
    assert normalise([entry(**fields | {"title": ""})], source(), NOW)[0][0].title == title


def test_a_long_title_is_cut():
    assert len(one(title="upphandling " * 100).title) <= 500


def test_a_title_that_is_cut_within_a_tag_that_was_told_of_is_plain_text():
    """What follows a `<` to the end would be taken for markup when the title is cleaned again."""
    feed = '<feed version="0.3" xmlns="http://purl.org/atom/ns#"> <entry> <content type="text/html" mode="escaped"> '
    told = html.escape(feed * 3)

    (items, _) = normalise([entry("", summary=None, content=Text(value=told, type="html"))], source(), NOW)

    assert items[0].title.startswith('<feed version="0.3"')
    assert clean_text(items[0].title) == items[0].title


def test_ends_that_all_titles_share_go():
    items, _ = normalise(many("Ett | Nyheter | Adda", "Två | Nyheter | Adda", "Tre | Nyheter | Adda"), source(), NOW)

    assert [item.title for item in items] == ["Ett", "Två", "Tre"]


def test_a_summary_is_one_paragraph_cut_behind_a_sentence():
    item = one(summary=Text(value=f"<p>{LONG * 10}</p><p>{LONG * 10}</p>", type="html"))

    assert "\n" not in item.summary
    assert 500 < len(item.summary) <= 2_000
    assert item.summary.endswith("maj.")


def test_where_the_summary_is_the_whole_text_it_is_the_text():
    item = one(summary=Text(value=f"<p>{LONG}</p><p>{LONG * 40}</p>", type="html"))

    assert len(item.text) > 2_000
    assert item.text.count("\n\n") == 1
    assert 0 < len(item.summary) <= 500


def test_without_a_summary_the_first_paragraphs_of_the_text_are_it():
    item = one(summary=None, content=Text(value=f"<p>Kort.</p><p>{LONG}</p><p>{LONG * 3}</p>", type="html"))

    assert item.summary == f"Kort. {LONG.strip()}" + f" {(LONG * 3).strip()}" * (len(LONG) < 100)
    assert item.text == f"Kort.\n\n{LONG.strip()}\n\n{(LONG * 3).strip()}"


def test_a_text_that_is_the_same_as_the_summary_is_still_the_text():
    item = one(content=Text(value="Regionerna ställer nya krav på handskar."))

    assert item.text == item.summary == "Regionerna ställer nya krav på handskar."


def test_the_title_is_not_said_again_in_front_of_the_text():
    item = one(
        title="Ny dom", summary=Text(value="Ny dom"), content=Text(value=f"<h1>Ny dom</h1><p>{LONG}</p>", type="html")
    )

    assert item.text == item.summary == LONG.strip()


def test_content_systems_lines_below_a_text_go():
    item = one(summary=Text(value="<p>Nya krav.</p><p>Inlägget Nya krav dök först upp på Adda.</p>", type="html"))

    assert item.summary == "Nya krav."


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("javascript:alert(1)", None),
        ("mailto:a@b.se", None),
        (None, None),
        ("/nyheter/2", "https://adda.example.se/nyheter/2"),
    ],
)
def test_an_address_is_one_that_can_be_opened(link, url):
    assert one(link=link).url == url


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("i morgon kanske", "can't be read"),
        ("2026-03-05T12:00:01Z", "lies in the future"),
        ("1989-12-31T00:00:00Z", "lies before 1990"),
    ],
)
def test_a_date_that_cannot_be_is_none_and_is_told(written, why):
    (item,), (warning,) = normalise([entry(published=written)], source(), NOW)

    assert item.published is None
    assert why in warning
    assert written in warning
    assert item.title in warning


def test_a_clock_that_is_two_days_fast_is_believed():
    item = one(published="2026-03-04T11:00:00+00:00")

    assert item.published is not None
    assert item.published.at == datetime(2026, 3, 4, 11, tzinfo=UTC)


def test_a_date_is_never_made_up():
    item = one(published=None, updated="2026-03-01T10:00:00+01:00")

    assert item.published is None
    assert item.updated is not None
    assert one(published=" ", updated="aldrig").updated is None


def test_a_date_without_offset_is_in_the_sources_zone():
    item = one(published="2026-03-01T10:00:00", source=source(timezone=ZoneInfo("Europe/Helsinki")))

    assert item.published is not None
    assert item.published.at == datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_many_broken_dates_are_one_warning():
    _, warnings = normalise(many("Ett", "Två", "Tre", published="x" * 200), source(), NOW)

    assert len(warnings) == 1
    assert "3 of 3" in warnings[0]
    assert len(warnings[0]) < 200


def test_only_what_the_source_wants_becomes_an_item():
    own = source(include=re.compile("handskar|dom", re.IGNORECASE), exclude=re.compile("ledig tjänst", re.IGNORECASE))
    entries = many("Ny DOM", "Något annat", "Ledig tjänst: dom", summary=None)
    entries += many("Titel", summary=Text(value="Om <b>hand</b>skar"))

    assert [item.title for item in normalise(entries, own, NOW)[0]] == ["Ny DOM", "Titel"]


def test_a_dropped_entry_still_tells_what_the_batch_shares():
    own = source(exclude=re.compile("Två"))
    entries = many("Ett", "Två", link="https://adda.example.se/nyheter")

    (item,), _ = normalise(entries, own, NOW)

    assert [key[:2] for key in item.keys if not key.startswith(("d:", "k:"))] == ["v:", "e:"]


def test_different_entries_at_one_address_are_different_items():
    items, _ = normalise(many("Ny dom", "Nytt avtal", link="https://adda.example.se/nyheter"), source(), NOW)

    assert len({item.id for item in items}) == 2


def test_the_same_article_under_two_spellings_is_one_item():
    entries = [entry(), entry(link="http://www.adda.example.se/nyheter/1/amp/?fbclid=1", key=EntryKey("2"))]

    one, other = normalise(entries, source(), NOW)[0]

    assert one.id == other.id


def test_a_teaser_and_the_whole_text_share_a_key_across_sources():
    teaser = one(summary=Text(value=f"<p>{LONG} […]</p>", type="html"))
    whole = one(
        source=source("skr"),
        link="https://skr.example.se/1",
        summary=None,
        content=Text(value=f"<h1>Nya krav på handskar</h1><p>{LONG}</p><p>Mer.</p>", type="html"),
    )

    assert [key for key in teaser.keys if key.startswith("t:") and key in whole.keys]


def test_no_entries_are_no_items():
    assert normalise([], source(), NOW) == ((), ())


WILD = st.none() | st.text(max_size=80) | st.sampled_from(
    ["<p>Hej</p>", "&lt;b&gt;", "Läs mer", " | Adda", "\ud800", "https://x.se/#!/a", "2026-02-30", "Ã¥", "<![CDATA[", "a@b.se (C)"]
)  # fmt: skip
TEXTS = WILD.flatmap(
    lambda value: st.none() if value is None else st.sampled_from([Text(value=value), Text(value=value, type="html")])
)
ENTRIES = st.builds(
    entry,
    key=st.text(max_size=20).map(EntryKey),
    version=st.none() | st.text(max_size=5).map(EntryVersion),
    title=st.just(""),
    summary=TEXTS,
    content=TEXTS,
    link=WILD,
    published=WILD,
    updated=WILD,
    authors=st.lists(st.text(max_size=30), max_size=3).map(tuple),
    tags=st.lists(st.text(max_size=30), max_size=3).map(tuple),
    language=WILD,
)


@settings(deadline=None, max_examples=60)
@given(st.lists(ENTRIES, max_size=5))
def test_whatever_entries_say_each_is_an_item_that_is_clean(entries):
    items, warnings = normalise(entries, source(), NOW)

    assert len(items) == len(entries)
    assert all(isinstance(warning, str) for warning in warnings)
    for item in items:
        assert item.title
        assert len(item.title) <= 500
        assert len(item.summary) <= 2_000
        assert "\n" not in item.title + item.summary
        assert clean_text(item.text) == item.text
        assert item.url is None or canonical_url(item.url) == item.url
        assert item.keys
        assert re.fullmatch(r"[a-z2-7]{16}", item.id)


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["03/04/2025", "03/25/2025"], ["2025-03-04", "2025-03-25"]),
        (["03/04/2025", "25/03/2025"], ["2025-04-03", "2025-03-25"]),
        # They contradict each other, or say nothing: as Europe writes them.
        (["03/04/2025", "03/25/2025", "25/03/2025"], ["2025-04-03", "2025-03-25", "2025-03-25"]),
        (["03/04/2025", "02/05/2025"], ["2025-04-03", "2025-05-02"]),
        # Read day first, the second one lies months ahead.
        (["03/01/2026", "02/11/2026"], ["2026-03-01", "2026-02-11"]),
    ],
    ids=["month first", "day first", "both", "neither", "the future"],
)
def test_the_other_dates_of_a_feed_decide_an_order_that_is_ambiguous(dates, expected):
    entries = [
        entry(str(n), key=EntryKey(f"k{n}"), link=f"https://adda.example.se/{n}", published=date)
        for n, date in enumerate(dates)
    ]

    items, _ = normalise(entries, source(), NOW)

    assert [item.published and item.published.at.date().isoformat() for item in items] == expected
