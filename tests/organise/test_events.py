"""Notes of one event are one story, whatever their words and languages; what only looks alike stays apart."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from pipeline.model.change import Snapshot
from pipeline.model.source import SourceId
from pipeline.normalise.identity import event_keys
from pipeline.organise import organise
from pipeline.organise.events import same_event
from pipeline.web import meaning
from tests.builders import NOW, item, moment

NOTES = Path(__file__).parent / "events.txt"


@pytest.fixture(autouse=True)
def _without_the_extra(monkeypatch):
    monkeypatch.setattr(meaning, "_model", lambda: None)


def notes():
    """Each note's family and story with its item."""
    found = []
    family = story = ""
    for line in NOTES.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            family = line
        elif line.startswith("-- "):
            story = family + line
        elif line and not line.startswith("#"):
            source, language, date, title, summary = line.split(" | ")
            published = moment(f"{date}T08:00:00+00:00")
            own = item(
                f"i{len(found)}", source=SourceId(source), language=language, published=published, title=title,
                summary=summary, keys=event_keys(title, summary, "", published),
            )  # fmt: skip
            found.append((family, story, own))
    return found


NOTED = notes()
SAME = [(one, other) for (_, a, one), (_, b, other) in itertools.combinations(NOTED, 2) if a == b]
ALIKE = [
    (one, other) for (x, a, one), (y, b, other) in itertools.combinations(NOTED, 2) if x == y and a != b
]  # fmt: skip


def test_what_only_looks_alike_is_no_event():
    assert len(ALIKE) >= 40

    assert [] == [(one.title, other.title) for one, other in ALIKE if same_event(one, other)]


def test_notes_of_one_event_are_found_in_any_language():
    assert len(SAME) >= 20

    assert 0.9 <= sum(same_event(one, other) is not None for one, other in SAME) / len(SAME)


def test_the_verdict_is_the_same_from_either_side():
    for one, other in SAME + ALIKE:
        assert same_event(one, other) == same_event(other, one)


def test_stories_of_notes_are_found_by_their_keys_in_any_order():
    items = [own for _, _, own in NOTED]
    stories = []
    for order in (items, items[::-1], items[1::2] + items[::2]):
        changes, _ = organise(order, Snapshot(), topics=(), now=NOW)
        stories.append({frozenset(story.items) for story in changes.stories})
    told = {own.id: story for _, story, own in NOTED}

    assert stories[0] == stories[1] == stories[2]
    assert all(len({told[each] for each in story}) == 1 for story in stories[0])
    assert any(len(story) == 3 for story in stories[0])


def test_the_reason_names_what_both_have():
    one, other = SAME[0]

    assert (
        "they tell of the same event: both have the day 09-15, the day 09-16, Lyon, the number 240 and the ordinal 8"
        == same_event(one, other)
    )


def test_a_source_that_writes_twice_in_one_language_means_twice():
    one, _ = SAME[0]
    twice = item("x", source=one.source, language="en", published=one.published, title=one.title, summary=one.summary)

    assert same_event(one, twice) is None
