"""Every date in real feeds that any reader reads is read; where feedparser reads another one, it is known who is right."""

from __future__ import annotations

import pytest

from benchmarks.quality.feed_dates import DIFFERENCES, FEEDS, rows
from pipeline.normalise import parse_date

#: What feedparser has a reader of its own for, and other languages that feeds come in.
FOREIGN = [
    ("Τρι, 29 Ιούν 2004 12:53:00 GMT", "2004-06-29T12:53:00+00:00"),
    ("2004-július-13T9:15-05:00", "2004-07-13T09:15:00-05:00"),
    ("2004년 05월 28일  01:31:15", "2004-05-28T01:31:15+00:00"),
    ("Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T08:19:53-04:00"),
    ("вт, 29 июня 2004 12:53:00 GMT", "2004-06-29T12:53:00+00:00"),
    ("Sun Jan  4 16:29:06 PST 2004", "2004-01-04T16:29:06-08:00"),
    ("Sat, Dec 16 2023 02:02:33 PM", "2023-12-16T14:02:33+00:00"),
    ("Thu, 01 Jan 2004 19:48:21 -0500 (EST)", "2004-01-01T19:48:21-05:00"),
]


@pytest.mark.parametrize(("text", "expected"), FOREIGN, ids=[text for text, _ in FOREIGN])
def test_what_feeds_of_the_world_write_is_read(text, expected):
    moment = parse_date(text, languages=["en"])

    assert moment is not None
    assert expected == moment.at.isoformat()


def test_each_date_of_a_real_feed_is_read_as_feedparser_does_or_there_is_a_reason():
    table = rows(others=False)
    if not table:
        pytest.skip("../shared/real is not here")

    assert [] == [(row.text, row.ours, row.theirs) for row in table if row.differs and row.excuse is None]
    assert len(table) >= 130, FEEDS


def test_each_reason_is_needed():
    table = rows(others=False)
    if not table:
        pytest.skip("../shared/real is not here")

    used = {row.excuse for row in table if row.differs}
    assert used == {why for _, why in DIFFERENCES}
