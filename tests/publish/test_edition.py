"""What an edition makes of the archive: order, times, languages."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.model.config import Topic
from pipeline.model.item import Revision
from pipeline.publish import edition
from pipeline.publish.edition import changed
from tests.builders import NOW, config, moment, record, source, story

DAY = timedelta(days=1)


def views(*records, stories=None):
    own = stories or [story(each.item.id) for each in records]
    return edition(config(source()), records, own, ()).stories


def revision(at: datetime) -> Revision:
    return Revision(seen_at=at, before={"title": "x"})


def test_newest_first_whatever_order_the_archive_gives():
    records = [record(f"i{n}", published=moment(f"2026-02-{n:02}T12:00:00+01:00")) for n in range(1, 20)]
    shuffled = records[:]
    random.Random(1).shuffle(shuffled)

    assert [each.id for each in views(*shuffled)] == [f"s-i{n}" for n in range(19, 0, -1)]
    assert views(*records) == views(*shuffled)


def test_a_story_without_a_date_is_sorted_by_when_it_was_first_seen():
    (first, second) = views(
        record("old", published=moment("2026-03-01T10:00:00+01:00")), record("none", published=None, first_seen=NOW)
    )

    assert (first.id, first.published, first.sorted_by) == ("s-none", None, NOW)
    assert second.id == "s-old"


def test_a_date_to_come_does_not_pin_a_story_to_the_top():
    (first, second) = views(
        record("event", published=moment("2027-05-17T00:00:00+02:00", "day"), first_seen=NOW - 2 * DAY),
        record("news", published=moment("2026-03-02T08:00:00+01:00")),
    )

    assert (first.id, second.id) == ("s-news", "s-event")
    assert second.sorted_by == NOW - 2 * DAY


def test_a_day_belongs_where_the_source_put_it_also_from_the_other_side_of_the_world():
    tokyo = record("tokyo", published=moment("2026-02-10T00:00:00+09:00", "day"))
    here = record("here", published=moment("2026-02-09T23:00:00+01:00"))

    assert [each.id for each in views(tokyo, here)] == ["s-tokyo", "s-here"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param(
            {"published": moment("2026-02-01T08:00:00+00:00")}, datetime(2026, 2, 1, 8, tzinfo=UTC), id="published"
        ),
        pytest.param(
            {"updated": moment("2026-02-20T08:00:00+00:00")}, datetime(2026, 2, 20, 8, tzinfo=UTC), id="updated"
        ),
        pytest.param({"published": None}, NOW, id="neither"),
        pytest.param({"published": moment("2027-01-01T00:00:00+00:00")}, NOW, id="published after we saw it"),
        pytest.param({"history": (revision(NOW + 2 * DAY),)}, NOW + 2 * DAY, id="changed silently"),
        pytest.param(
            {"history": (revision(NOW + 2 * DAY),), "updated": moment("2026-03-03T12:00:00+00:00")},
            NOW + DAY,
            id="changed when it says",
        ),
        pytest.param(
            {"history": (revision(NOW + 2 * DAY),), "updated": moment("2026-03-01T12:00:00+00:00")},
            NOW + 2 * DAY,
            id="an updated that stands still",
        ),
        pytest.param(
            {"history": (revision(NOW + 2 * DAY),), "updated": moment("2030-01-01T00:00:00+00:00")},
            NOW + 2 * DAY,
            id="an updated that runs ahead",
        ),
    ],
)
def test_a_story_is_as_new_as_its_last_change(fields, expected):
    assert expected == changed(record(**fields))


def test_a_view_gathers_what_its_items_say():
    records = (
        record("a", story="s-a", language="en", source="x", topics=("t2",), published=None),
        record("b", story="s-a", language="sv", topics=("t1", "gone"), published=moment()),
    )
    topics = (Topic(id="t1", name={}, words=()), Topic(id="t2", name={}, words=()))
    made = edition(config(source(), topics=topics), records, [story("b", "a", id="s-a")], ())

    (view,) = made.stories
    assert view.lead.item.id == "b"
    assert view.languages == ("sv", "en")
    assert view.topics == ("t1", "t2")
    assert view.sources == ("adda", "x")
    assert view.published == moment()


def test_a_story_whose_items_are_not_there_is_left_out():
    assert len(views(record("a"), stories=[story("a"), story("lost")])) == 1
