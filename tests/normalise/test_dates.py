"""Dates are read as they were meant, or not at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date, format_datetime, format_skeleton
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.normalise.dates import parse_date, read_date

TABLE = Path(__file__).with_name("dates.tsv")
SHOWN = {"month": "%Y-%m", "day": "%Y-%m-%d", "minute": "%Y-%m-%dT%H:%M", "second": "%Y-%m-%dT%H:%M:%S"}
SHARED = Path(__file__).parents[2].parent / "shared" / "real" / "dates" / "dates.jsonl"
NOW = datetime(2026, 3, 11, 15, 40, tzinfo=ZoneInfo("Europe/Stockholm"))
STOCKHOLM = ZoneInfo("Europe/Stockholm")

#: text, language, what it means; "day", "month" and "minute" are seen from the length of the answer.
READ = [
    ("13 sep 2021", "sv", "2021-09-13"),
    ("den 3:e mars 2021 kl. 14.05", "sv", "2021-03-03T14:05+01:00"),
    ("Publicerad: 3 mars 2021", "sv", "2021-03-03"),
    ("Publicerad 3 mars 2021, uppdaterad 5 mars 2021", "sv", "2021-03-03"),
    ("Uppdaterad 5 mars 2021. Publicerad 3 mars 2021", "sv", "2021-03-03"),
    ("söndagen den 12 augusti 2024", "sv", "2024-08-12"),
    ("2:a maj 2024", "sv", "2024-05-02"),
    ("1:a september 2024", "sv", "2024-09-01"),
    ("tor 5 sep 2024", "sv", "2024-09-05"),
    ("24-05-12", "sv", "2024-05-12"),
    ("12/5 2024", "sv", "2024-05-12"),
    ("3/3-21", "sv", "2021-03-03"),
    ("5 februari 2021", "sv", "2021-02-05"),
    ("5–6 juni 2025", "sv", "2025-06-05"),
    ("30 maj till 2 juni 2025", "sv", "2025-05-30"),
    ("mars 2021", "sv", "2021-03"),
    ("ons, 03 mar 2021 14:05:00 +0100", "sv", "2021-03-03T14:05:00+01:00"),
    ("2017 December 20", "en", "2017-12-20"),
    ("2017 Jul 13", "en", "2017-07-13"),
    ("3rd March 2021", "en", "2021-03-03"),
    ("March 3, 2021 at 2:05 pm", "en", "2021-03-03T14:05+01:00"),
    ("3 March 2021 at 12 am", "en", "2021-03-03T00:00+01:00"),
    ("May 3rd, 2024", "en", "2024-05-03"),
    ("3. mars 2021 kl. 14:05", "nb", "2021-03-03T14:05+01:00"),
    ("laurdag 3. april 2021", "nn", "2021-04-03"),
    ("den 3. marts 2021 kl. 14.05", "da", "2021-03-03T14:05+01:00"),
    ("3.3.2021 klo 14.05", "fi", "2021-03-03T14:05+01:00"),
    ("3. toukokuuta 2024", "fi", "2024-05-03"),
    ("3 de març de 2021", "ca", "2021-03-03"),
    ("8 d’octubre de 2024", "ca", "2024-10-08"),
    ("6 novembre 2021", "ca", "2021-11-06"),
    ("18 d'ag. 2019", "ca", "2019-08-18"),
    ("3 de marzo de 2021", "es", "2021-03-03"),
    ("1 de enero del 2021 a las 9:05", "es", "2021-01-01T09:05+01:00"),
    ("Mittwoch, 3. März 2021, 14:05 Uhr", "de", "2021-03-03T14:05+01:00"),
    ("3. März 2021 um 14 Uhr", "de", "2021-03-03T14:00+01:00"),
    ("03.03.21", "de", "2021-03-03"),
    ("Wed, 04 Jun 2014 09:13:34 +0200", "ca", "2014-06-04T09:13:34+02:00"),
    ("Wed, 03 Mar 2021 14:05:00 EST", "en", "2021-03-03T14:05:00-05:00"),
    ("9 October 2024", "ca", "2024-10-09"),
    ("2021-03-03", "sv", "2021-03-03"),
    ("2021-03-03T14:05Z", "sv", "2021-03-03T14:05+00:00"),
    ("2021-03-03T14:05:00.123+0100", "sv", "2021-03-03T14:05:00+01:00"),
    ("2021-03-03 14:05:00", "sv", "2021-03-03T14:05:00+01:00"),
    ("20210303T140500Z", "sv", "2021-03-03T14:05:00+00:00"),
    ("2021-W09-3", "sv", "2021-03-03"),
    ("2021-062", "sv", "2021-03-03"),
    ("1614776700", "sv", "2021-03-03T13:05:00+00:00"),
    ("1614776700000", "sv", "2021-03-03T13:05:00+00:00"),
    ("i går", "sv", "2026-03-10"),
    ("i förrgår kl 10", "sv", "2026-03-09T10:00+01:00"),
    ("för 3 dagar sedan", "sv", "2026-03-08"),
    ("i dag 14:05", "sv", "2026-03-11T14:05+01:00"),
    ("2 hours ago", "en", "2026-03-11T13:40+01:00"),
    ("eilen", "fi", "2026-03-10"),
    ("fa 3 dies", "ca", "2026-03-08"),
    ("vor zwei Tagen", "de", "2026-03-09"),
    ("tisdag 3 mars", "sv", "2026-03-03"),
    ("fredag 27 december", "sv", "2024-12-27"),
    ("28 dec", "sv", "2025-12-28"),
    ("3 mars 2021 23:59:60", "sv", "2021-03-04T00:00:00+01:00"),
    ("2021-03-28 02:30:00", "sv", "2021-03-28T03:30:00+02:00"),
    ("3 mai 2021 à 14:05", "fr", "2021-05-03T14:05+02:00"),
]

NOT_DATES = [
    "", "   ", "…", "mars", "March", "Mars attackerar", "måndag", "2030", "2021", "12", "3", "1", "24/7", "ISO 14001",
    "Agenda 2030", "100 deltagare", "5:e gången", "08-123 45 67", "+46 8 123 45 67", "version 3.2.21", "version 1.2.2021",
    "1 234,50 kr", "31 februari 2021", "45/13/2021", "10.1.2021.5", "SFS 2016:1145", "dnr 2021-03-04", "kl. 14.05",
    "Läs mer om mars", "sidan 3 av 12", "10–12", "50 %", "3 x 4", "1/2",
]  # fmt: skip


def expected_moment(text):
    if "T" not in text:
        return text, "day" if len(text) == 10 else "month"
    return datetime.fromisoformat(text), "second" if text.count(":") == 3 else "minute"


@pytest.mark.parametrize(("text", "language", "expected"), READ, ids=[text for text, *_ in READ])
def test_a_date_is_read_to_the_precision_that_was_said(text, language, expected):
    moment = parse_date(text, languages=[language], timezone=STOCKHOLM, now=NOW)

    assert moment is not None
    at, precision = expected_moment(expected)
    if text == "3 mars 2021 23:59:60":
        at = at - timedelta(seconds=1)
    got = moment.at if isinstance(at, datetime) else moment.at.date().isoformat()[: len(at)]
    assert (at, precision) == (got, moment.precision)
    assert moment.at.tzinfo is not None


@pytest.mark.parametrize("text", NOT_DATES)
@pytest.mark.parametrize("language", ["sv", "en", "de"])
def test_what_is_no_date_is_not_read_as_one(text, language):
    assert parse_date(text, languages=[language], timezone=STOCKHOLM, now=NOW) is None


@pytest.mark.parametrize(
    ("text", "language", "zone", "expected"),
    [
        ("3/4/2021", "sv", "Europe/Stockholm", "2021-04-03"),
        ("3/4/2021", "en", "Europe/London", "2021-04-03"),
        ("3/4/2021", "en", "America/New_York", "2021-03-04"),
        ("13/4/2021", "en", "America/New_York", "2021-04-13"),
        ("4/13/2021", "en", "Europe/London", "2021-04-13"),
        ("12-05-24", "da", "Europe/Copenhagen", "2024-05-12"),
    ],
)
def test_an_ambiguous_order_is_decided_by_language_and_zone(text, language, zone, expected):
    moment = parse_date(text, languages=[language], timezone=ZoneInfo(zone), now=NOW)

    assert moment is not None
    assert expected == moment.at.date().isoformat()


def test_without_a_present_nothing_is_counted_from_it():
    assert parse_date("i går", languages=["sv"]) is None
    assert parse_date("3 mars", languages=["sv"]) is None


def test_a_reading_says_where_it_stands_and_by_which_rule():
    reading = read_date("  Publicerad: 3 mars 2021 kl. 14.05 av Eva", languages=["sv"])

    assert reading is not None
    assert ("3 mars 2021 kl. 14.05", "words") == (
        "  Publicerad: 3 mars 2021 kl. 14.05 av Eva"[slice(*reading.span)],
        reading.rule,
    )


def test_the_forms_that_sites_write_are_read_and_what_is_none_is_not():
    """Every line of dates.tsv: more than a hundred forms for each of the nine languages."""
    wrong = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        language, meaning, text = line.split("\t")
        zone = ZoneInfo("Europe/London") if language == "en" and not meaning.startswith("2026") else STOCKHOLM
        moment = parse_date(text, languages=[language], timezone=zone, now=NOW)
        got = "-" if moment is None else moment.at.astimezone(zone).strftime(SHOWN[moment.precision])
        if got != meaning:
            wrong.append((language, text, meaning, got))

    assert [] == wrong


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        # Clocks go forward: 02:30 is not there, and is read as an hour later.
        ("2021-03-28 02:30", "Europe/Stockholm", "2021-03-28T03:30:00+02:00"),
        ("28 mars 2021 kl. 02.30", "Europe/Stockholm", "2021-03-28T03:30:00+02:00"),
        ("2021-03-28 01:59", "Europe/Stockholm", "2021-03-28T01:59:00+01:00"),
        ("2021-03-28 01:30", "Europe/London", "2021-03-28T02:30:00+01:00"),
        # They go back: 02:30 is there twice, and is read as the first; an offset says which.
        ("2021-10-31 02:30", "Europe/Stockholm", "2021-10-31T02:30:00+02:00"),
        ("31 oktober 2021 kl. 02.30", "Europe/Stockholm", "2021-10-31T02:30:00+02:00"),
        ("31 oktober 2021 kl. 02.30 CET", "Europe/Stockholm", "2021-10-31T02:30:00+01:00"),
        ("2021-10-31T02:30:00+01:00", "Europe/Stockholm", "2021-10-31T02:30:00+01:00"),
        ("2021-10-31 03:00", "Europe/Stockholm", "2021-10-31T03:00:00+01:00"),
        # A zone whose midnight is left out.
        ("6 September 2020", "America/Santiago", "2020-09-06T01:00:00-03:00"),
    ],
)
def test_where_clocks_change_a_local_time_is_one_that_was(text, zone, expected):
    moment = parse_date(text, languages=["sv", "en"], timezone=ZoneInfo(zone), now=NOW)

    assert moment is not None
    assert expected == moment.at.isoformat()
    assert datetime.fromisoformat(expected) == moment.at


@pytest.mark.parametrize(
    ("order", "text", "expected"),
    [
        ("month", "03/04/2021", "2021-03-04"),
        ("day", "03/04/2021", "2021-04-03"),
        ("month", "13/04/2021", "2021-04-13"),
        ("year", "10-05-12", "2010-05-12"),
        ("day", "10-05-12", "2012-05-10"),
        (None, "10-05-12", "2010-05-12"),
        ("month", "2021-03-04", "2021-03-04"),
    ],
)
def test_a_known_order_decides_what_language_and_zone_would_guess(order, text, expected):
    reading = read_date(text, languages=["sv"], timezone=STOCKHOLM, now=NOW, order=order)

    assert reading is not None
    assert expected == reading.moment.at.date().isoformat()


LOCALES = ["sv", "en_GB", "nb", "nn", "da", "fi", "ca", "es", "de"]


DAYS = st.datetimes(datetime(1990, 1, 1), datetime(2026, 3, 1))
#: What style sheets, keyboards and copying do to a text.
CHANGES = [
    str,
    str.upper,
    str.lower,
    str.title,
    lambda text: f"  {text}.",
    lambda text: f"({text})",
    lambda text: text.replace(" ", "\u00a0"),
    lambda text: text.replace(" ", "  "),
]


@given(DAYS, st.sampled_from(LOCALES), st.sampled_from(["short", "medium", "long", "full"]), st.sampled_from(CHANGES))
def test_a_date_written_by_cldr_is_read_back(when, locale, form, change):
    text = change(format_date(when.date(), form, locale=locale))

    moment = parse_date(text, languages=[locale[:2]], now=NOW)

    assert moment is not None, text
    assert (when.date(), "day") == (moment.at.date(), moment.precision), text


@given(DAYS, st.sampled_from(LOCALES), st.sampled_from(["yMMMd", "yMMMEd", "yMd", "yMEd", "yMMM", "yMMMM"]))
def test_a_date_of_any_skeleton_of_cldr_is_read_back(when, locale, skeleton):
    text = format_skeleton(skeleton, when, locale=locale)
    precision = "day" if "d" in skeleton else "month"

    moment = parse_date(text, languages=[locale[:2]], now=NOW)

    assert moment is not None, text
    assert (when.strftime(SHOWN[precision]), precision) == (
        moment.at.strftime(SHOWN[precision]),
        moment.precision,
    ), text


@given(DAYS, st.sampled_from(LOCALES), st.sampled_from(["short", "medium", "long", "full"]))
def test_a_date_with_a_time_written_by_cldr_is_read_back(when, locale, form):
    zone = ZoneInfo("Europe/London" if locale == "en_GB" else "Europe/Stockholm")
    local = when.replace(microsecond=0, second=0 if form == "short" else when.second, tzinfo=zone)
    local = local.astimezone(UTC).astimezone(zone)
    text = format_datetime(local, form, tzinfo=zone, locale=locale)

    moment = parse_date(text, languages=[locale[:2]], timezone=zone, now=NOW)

    assert moment is not None, text
    # A time that is there twice is read as the first, unless its zone says which.
    assert moment.at in {local.astimezone(UTC), local.replace(fold=0).astimezone(UTC)}, text


@given(st.text(max_size=60) | st.from_regex(r"[0-9 .:/T+-]{1,30}"))
@example("\x00")
@example("99999999999999999999")
@example("0000-00-00")
@example("2021-02-30T25:61:61+99:99")
def test_whatever_is_given_nothing_is_raised(text):
    for language in ("sv", "en"):
        parse_date(text, languages=[language], timezone=STOCKHOLM, now=NOW)


def test_the_dates_found_in_the_wild_are_read():
    """Of 3,412 date strings at least 99.5 % are exact, and none is wrong where nothing was right."""
    if not SHARED.is_file():
        pytest.skip("../shared/real is not here")
    right = wrong = count = 0
    for line in SHARED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        now = datetime.fromisoformat(row["now"]) if row["now"] else None
        moment = parse_date(row["text"], languages=[row["lang"]], timezone=ZoneInfo(row["tz"]), now=now)
        count += 1
        if row["iso"] is None:
            right += moment is None
            wrong += moment is not None
        elif moment is not None:
            gold = row["iso"]
            written = moment.at.isoformat()
            same = (datetime.fromisoformat(gold) == moment.at if "T" in gold else written.startswith(gold)) and row[
                "precision"
            ] == moment.precision
            right += same
            wrong += not same
    assert right >= 0.995 * count
    assert wrong <= 0.002 * count
