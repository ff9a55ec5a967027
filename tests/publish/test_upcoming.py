"""The calendar: what is ahead, with the sentence that its day came from."""

from __future__ import annotations

from datetime import date

import icalendar
from lxml import html

from pipeline.publish import edition, publish
from tests.builders import config, moment, record, source, story

WEBINAR = "Välkommen till ett webbinarium den 12 maj om sociala krav."
ENDED = "Välkommen till ett webbinarium den 12 februari om skolmat."


def made(*records):
    sources = (source(), source("ew", name="Electronics Watch", language="en"))
    found = edition(config(*sources), records, [story(each.item.id) for each in records], ())
    return {str(file.path): file.content for file in publish(found)}


def listed(files):
    tree = html.fromstring(files["upcoming/index.html"].decode())
    return [" ".join(each.text_content().split()) for each in tree.cssselect("article.event")]


def events(files):
    return icalendar.Calendar.from_ical(files["events.ics"]).walk("VEVENT")


def test_an_event_stands_in_the_list_and_in_the_calendar_with_its_sentence():
    files = made(record("i1", title="Webbinarium", summary=f"En nyhet. {WEBINAR}"))

    assert listed(files) == [f"Tisdag 12 maj 2026webbinariumsvenska Webbinarium {WEBINAR} Adda"]
    (event,) = events(files)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 5, 12), date(2026, 5, 13))
    assert (event["SUMMARY"], event["UID"]) == ("Webbinarium", "s-i1-2026-05-12@nyheter.example.se")
    assert WEBINAR in event["DESCRIPTION"]
    assert event["URL"] == "https://nyheter.example.se/stories/s-i1/"


def test_the_next_comes_first_and_a_last_day_is_called_one():
    files = made(
        record("i1", summary=WEBINAR),
        record("i2", title="Ny remiss", summary="Remissen är öppen till och med den 30 april 2026."),
        record("i3", source="ew", language="en", title="Annual Conference", summary="The conference will be held on May 13-14, 2026."),
    )  # fmt: skip

    assert [each.partition("20")[0] for each in listed(files)] == [
        "Sista dag torsdag 30 april ", "Tisdag 12 maj ", "13 maj ",
    ]  # fmt: skip


def test_what_is_over_leaves_the_list_and_stays_in_the_calendar_for_a_while():
    files = made(
        record("old", summary=ENDED, published=moment("2026-01-20T08:00:00+01:00")),
        record("older", summary=ENDED.replace("2 feb", "2 sept"), published=moment("2025-06-20T08:00:00+02:00")),
    )

    assert listed(files) == []
    assert "Inga kommande dagar" in files["upcoming/index.html"].decode()
    assert [each["DTSTART"].dt for each in events(files)] == [date(2026, 2, 12)]


def test_a_story_of_two_sources_announces_its_event_once():
    records = (
        record("i1", story="s-i1", summary=WEBINAR),
        record("i2", source="ew", story="s-i1", language="en", title="Webinar", summary="A webinar is held on 12 May 2026."),
    )  # fmt: skip
    found = edition(config(source(), source("ew")), records, [story("i1", "i2")], ())

    files = {str(file.path): file.content for file in publish(found)}

    assert len(listed(files)) == len(events(files)) == 1


def test_a_calendar_without_events_is_one():
    assert icalendar.Calendar.from_ical(made()["events.ics"]).name == "VCALENDAR"


def test_an_event_whose_sources_differ_in_how_long_it_lasts_is_one():
    one, other = (
        record("i1", summary=WEBINAR),
        record("i2", source="ew", summary="Välkommen till ett webbinarium den 12–14 maj om sociala krav."),
    )
    found = edition(config(source(), source("ew")), [one, other], [story("i1", items=("i1", "i2"))], ())
    files = {str(file.path): file.content for file in publish(found)}

    assert (len(listed(files)), len(events(files))) == (1, 1)
