"""How long an answer asks to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.capture import Headers
from pipeline.web.pace import asked_pause, feed_pause, freshness

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"Cache-Control": "max-age=3600"}, HOUR),
        ({"Cache-Control": 'public, MAX-AGE="3600", must-revalidate'}, HOUR),
        ({"Cache-Control": "max-age=7200", "Age": "3600"}, HOUR),
        ({"Cache-Control": "max-age=60", "Age": "3600"}, timedelta(0)),
        ({"Cache-Control": "s-maxage=60, max-age=3600"}, HOUR),
        ({"Cache-Control": "no-cache, max-age=3600"}, timedelta(0)),
        ({"Cache-Control": 'private="Set-Cookie", max-age=3600'}, HOUR),
        ({"Cache-Control": "max-age=-1"}, None),
        ({"Cache-Control": "max-age=3600", "Expires": "0"}, HOUR),
        ({"Expires": "Mon, 02 Mar 2026 13:00:00 GMT"}, HOUR),
        ({"Expires": "Mon, 02 Mar 2026 13:00:00 GMT", "Date": "Mon, 02 Mar 2026 12:30:00 GMT"}, HOUR / 2),
        ({"Expires": "0"}, timedelta(0)),
        ({"Expires": "Mon, 02 Mar 2020 13:00:00 GMT"}, timedelta(0)),
    ],
    ids=str,
)
def test_freshness_is_as_the_standard_reckons_it(fields, expected):
    assert expected == freshness(Headers(fields.items()).get, NOW)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<ttl>60</ttl>", HOUR),
        ("<ttl> <![CDATA[ 60 ]]> </ttl>", HOUR),
        ("<ttl>sometimes</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>", HOUR),
        ("<syn:updatePeriod>\n daily \n</syn:updatePeriod><syn:updateFrequency>24</syn:updateFrequency>", HOUR),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", timedelta(days=1)),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", HOUR),
        ("<sy:updatePeriod>now and then</sy:updatePeriod>", None),
        ("<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", HOUR),
        ("<item><ttl>60</ttl></item>", None),
        ("", None),
    ],
    ids=str,
)
def test_a_feed_says_itself_how_often_it_changes(head, expected):
    assert expected == feed_pause(f"<rss><channel><title>t</title>{head}<item/></channel></rss>".encode())


def test_the_longest_pause_counts():
    fields = Headers([("Cache-Control", "max-age=60")])

    assert HOUR == asked_pause(fields.get, b"<rss><channel><ttl>60</ttl>", NOW)


@given(st.text(), st.text(), st.text(), st.binary())
def test_whatever_is_written_there_is_a_pause_or_none(control, expires, age, body):
    fields = Headers([("Cache-Control", control), ("Expires", expires), ("Age", age)])

    assert timedelta(0) <= asked_pause(fields.get, body, NOW) <= timedelta(days=366)
