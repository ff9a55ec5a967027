"""Items put beside the archive: the same comes out as if all of it were at hand, and no more of it is read than they touch."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.archive import open_archive
from pipeline.merging import merged
from pipeline.model.change import Changes, Snapshot
from pipeline.model.item import IdentityKey
from pipeline.organise import organise, unseen
from tests.builders import NOW, config, item

LATER = NOW + timedelta(hours=1)


def version(name, number, *more, **fields):
    keys = (f"e:adda:{name}", f"a:adda.example.se/{name}", f"v:adda:{name}-{number}", *more)
    return item(name, keys=tuple(map(IdentityKey, keys)), title=f"Nyhet {name}, {number}", **fields)


def kept(archive, items, **fields):
    changes, held = merged(items, archive, config(), **fields)
    archive.commit(changes, {})
    return changes, held


def test_a_version_that_is_known_says_nothing_and_is_still_held(tmp_path):
    with open_archive(tmp_path, write=True) as archive:
        kept(archive, [version("a", 1), version("b", 1)], now=NOW)
        changes, held = kept(archive, [version("c", 1), version("b", 1), version("a", 2)], now=LATER)

    assert (["c"], ["a"]) == ([each.item.id for each in changes.added], [each.item.id for each in changes.revised])
    assert ("c", "b", "a") == held, "in the order of the source"


def test_no_record_is_read_for_a_version_that_is_known(tmp_path):
    with open_archive(tmp_path, write=True) as archive:
        _, held = kept(archive, [version(str(number), 1) for number in range(20)], now=NOW)
    for part in (tmp_path / "archive" / "items").iterdir():
        part.unlink()

    with open_archive(tmp_path, write=True) as archive:
        again = [version(str(number), 1) for number in range(20)]
        found = merged(again, archive, config(), now=LATER, held_before=held, last_held=NOW)

    assert (Changes(), held) == found


def test_an_entry_that_is_known_is_looked_at_where_another_of_its_answer_may_be_the_same():
    one, same, other = version("a", 1), version("z", 1, "a:adda.example.se/a"), version("b", 1)

    fresh, passed = unseen([one, same, other], {IdentityKey("v:adda:a-1"): "a", IdentityKey("v:adda:b-1"): "b"})

    assert (one, same) == fresh
    assert {"v:adda:b-1": "b"} == passed


def test_what_a_source_holds_no_more_was_last_seen_when_it_still_was(tmp_path):
    with open_archive(tmp_path, write=True) as archive:
        _, held = kept(archive, [version("a", 1), version("b", 1)], now=NOW)
        changes, _ = kept(archive, [version("b", 1)], now=LATER, held_before=held, last_held=LATER)

    assert [("a", LATER)] == [(each.item.id, each.last_seen) for each in changes.amended]


@st.composite
def answers(draw):
    """What a source gives time after time: entries in one of two versions, some of them at the address, or with the words, of another."""
    shared = st.sampled_from(["", "a:x", "a:y", "t:x", "t:y"])
    keys = {(name, number): draw(shared) for name in "abcdef" for number in (1, 2)}
    entries = st.lists(st.sampled_from(list(keys)), max_size=5, unique_by=lambda each: each[0])
    return [
        [version(*each, *([keys[each]] if keys[each] else [])) for each in answer]
        for answer in draw(st.lists(entries, max_size=4))
    ]


@settings(max_examples=30)
@given(answers=answers())
def test_it_is_the_same_as_if_the_whole_archive_were_at_hand(tmp_path_factory, answers):
    records, stories = {}, {}
    with open_archive(tmp_path_factory.mktemp("store"), write=True) as archive:
        for at, items in enumerate(answers):
            now = NOW + timedelta(hours=at)
            snapshot = Snapshot(records=tuple(records.values()), stories=tuple(stories.values()))
            expected, held = organise(items, snapshot, topics=(), now=now, language="sv")
            for record in (*expected.added, *expected.revised, *expected.amended):
                records[record.item.id] = record
            stories = {each: story for each, story in stories.items() if each not in expected.joined}
            stories.update((story.id, story) for story in expected.stories)

            _, actual = kept(archive, items, now=now)

            assert held == actual
            assert records == {each.item.id: each for each in archive.records()}
            assert stories == {each.id: each for each in archive.stories()}
