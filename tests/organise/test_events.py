"""Notes of one event are one story, whatever their words and languages; what only looks alike stays apart."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.model.change import Snapshot
from pipeline.model.source import SourceId
from pipeline.normalise.identity import event_keys
from pipeline.organise import organise
from pipeline.organise.events import same_event
from pipeline.web import meaning
from tests.builders import NOW, item, moment

NOTES = Path(__file__).parent / "events.txt"
REAL = Path(__file__).parents[3] / "shared" / "real"


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


def told_in_runs(runs):
    """The stories after these runs, each a list of items."""
    known = Snapshot()
    for items in runs:
        changes, _ = organise(items, known, topics=(), now=NOW)
        records = {each.item.id: each for each in (*known.records, *changes.added, *changes.revised, *changes.amended)}
        stories = {each.id: each for each in (*known.stories, *changes.stories) if each.id not in changes.joined}
        known = Snapshot(records=tuple(records.values()), stories=tuple(stories.values()))
    return {frozenset(story.items) for story in known.stories}


def test_stories_of_notes_are_the_same_in_any_order_and_any_split_into_runs():
    items = [own for _, _, own in NOTED]
    chance = random.Random(6)
    stories = [told_in_runs([items])]
    for _ in range(10):
        order = chance.sample(items, len(items))
        cuts = sorted(chance.sample(range(len(items)), chance.randint(0, 6)))
        stories.append(told_in_runs([order[a:b] for a, b in itertools.pairwise([0, *cuts, len(items)])]))
    told = {own.id: story for _, story, own in NOTED}

    assert all(each == stories[0] for each in stories)
    assert all(len({told[each] for each in story}) == 1 for story in stories[0])
    assert any(len(story) == 3 for story in stories[0])


@pytest.mark.skipif(not REAL.is_dir(), reason="the recorded networks are not beside the repository")
@pytest.mark.parametrize("network", ["sites", "sites-2"])
def test_the_stories_of_recorded_networks_are_found(network, tmp_path):
    for folder in (REAL / network, REAL / network / "later"):
        own = folder / "sources.yaml"
        sources = str(own if own.exists() else REAL / network / "sources.yaml")
        shared = ["--store", str(tmp_path / "store"), "--sources", sources]
        assert 0 == main(["run", "--quiet", "--no-publish", "--all", "--replay", str(folder), *shared])
        assert 0 == main(["export", "items", "--format", "ndjson", "--output", str(tmp_path / "items"), *shared])
        rows = map(json.loads, (tmp_path / "items").read_text(encoding="utf-8").splitlines())
        story = {(row["source"], row["url"]): row["story"] for row in rows}
        gold = {
            (each["source"], each["url"]): each["cluster"]
            for part in (REAL / network, folder)
            for each in json.loads((part / "gold.json").read_text(encoding="utf-8"))["items"]
        }
        made, wanted = (
            {pair for pair in itertools.combinations(sorted(told), 2) if told[pair[0]] == told[pair[1]]}
            for told in (story, gold)
        )

        assert set() == made - wanted
        assert len(made & wanted) >= 0.9 * len(wanted)


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
