"""A source's days in status.html."""

from __future__ import annotations

from datetime import UTC, date, datetime

from lxml import html

from pipeline.publish.strip import DAYS, strip
from pipeline.publish.texts import EN


def at(day, hour=6):
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def test_each_day_has_a_mark_of_its_own_shape_and_a_word():
    visits = [(at(1), True), (at(2), False), (at(3), False), (at(3, 12), True)]

    made = strip(visits, date(2026, 3, 4), EN)

    assert made.said == "collected 1; failed at times 1; failed 1 (2 March 2026); not visited 25"
    marks = html.fromstring(str(made.picture))
    assert [each.get("class") for each in marks if each.tag == "rect" and each.get("y") == "1"][-4:] == [
        "ok", "failed", "mixed", "none",
    ]  # fmt: skip
    assert len(marks.xpath("//path[@class='cross']")) == 1
    assert len(marks.xpath("//rect[@y='1']")) == DAYS
