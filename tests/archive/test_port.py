"""The promises of an archive: what was committed is there, once, whatever happens."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.archive import open_archive
from pipeline.errors import ArchiveDamaged, ArchiveError, ArchiveUnwritable, UsageError
from pipeline.model.change import Changes
from pipeline.model.history import History
from pipeline.model.item import IdentityKey
from pipeline.model.query import Query
from pipeline.model.source import SourceId
from tests.builders import NOW, item, moment, record, story

ADDA = SourceId("adda")


def keys(*texts):
    return tuple(IdentityKey(text) for text in texts)


def added(*records, **more):
    return Changes(added=records, stories=tuple(story(each.item.id) for each in records), **more)


def counted(archive):
    counts = archive.count()
    assert counts.items == sum(counts.by_source.values())
    return counts.items, counts.stories


def contents(folder: Path):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(
    params=["at once", "after a checkpoint", "after reopening", "in a database", "in a database, after reopening"]
)
def committed(request, tmp_path):
    """Commits to a new archive and gives it back, before or after its commits have found their places."""
    where = request.getfixturevalue("database") if "database" in request.param else tmp_path / "store"

    class Committed:
        def __init__(self):
            self.stack = open_archive(where, write=True)
            self.archive = self.stack.__enter__()

        def __call__(self, *commits):
            for changes, histories in commits:
                self.archive.commit(changes, histories)
            if request.param == "after a checkpoint":
                self.archive.checkpoint()
            if request.param.endswith("after reopening"):
                self.stack.__exit__(None, None, None)
                self.stack = open_archive(where, write=True)
                self.archive = self.stack.__enter__()
            return self.archive

    made = Committed()
    yield made
    made.stack.__exit__(None, None, None)


def test_what_was_committed_is_there(committed):
    one, two = record("a"), record("b", published=moment("2024-05-01T00:00:00+02:00"))
    history = History(next_due=NOW, held=(one.item.id,))

    archive = committed((added(one), {}), (added(two), {ADDA: history}))

    assert [one, two] == list(archive.records())
    assert one == archive.record(one.item.id)
    assert story("b") == archive.story(two.story)
    assert (2, 2) == counted(archive)
    assert history == archive.history(ADDA)
    assert {ADDA: history} == archive.histories()
    assert archive.record("c") is None
    assert archive.story("s-c") is None


def test_an_older_state_gives_way_to_a_newer(committed):
    old, new = record("a"), record("a", title="Rättelse", published=moment("2025-01-01T00:00:00+01:00"))

    archive = committed((added(old), {}), (Changes(revised=(new,)), {}))

    assert [new] == list(archive.records())
    assert (1, 1) == counted(archive)


def test_what_shares_a_key_is_near_with_its_whole_story(committed):
    one = record("a", keys=keys("t:1"))
    two = record("b", keys=keys("t:2"), story=one.story)
    other = record("c", keys=keys("t:3"))
    both = story("a", "b")

    archive = committed((Changes(added=(one, two, other), stories=(both, story("c"))), {}))
    near = archive.near([item("z", keys=keys("t:2", "t:9"))])
    told = archive.told([each.story for each in near])

    assert ["b"] == [each.item.id for each in near]
    assert {"a", "b"} == {each.item.id for each in told.records}
    assert (both,) == told.stories


def test_a_version_that_is_known_leads_to_its_item(committed):
    archive = committed((added(record("a", keys=keys("v:1", "t:1")), record("b", keys=keys("v:2", "t:1"))), {}))

    assert {"v:2": "b", "t:1": "a"} == archive.known_as(keys("v:2", "v:3", "t:1"))
    assert {} == archive.known_as(())


def test_a_story_that_was_joined_leads_to_the_one_that_lives(committed):
    one, two, three = record("a"), record("b"), record("c")
    first = story("a", "b", former=("s-b",))
    last = story("a", "b", "c", former=("s-b", "s-c"))

    archive = committed(
        (added(one, two, three), {}),
        (Changes(amended=(record("b", story="s-a"),), stories=(first,), joined=("s-b",)), {}),
        (Changes(amended=(record("c", story="s-a"),), stories=(last,), joined=("s-c",)), {}),
    )

    assert [last] == list(archive.stories())
    assert last == archive.story("s-b") == archive.story("s-c")
    assert (3, 1) == counted(archive)


def test_a_chain_of_joins_leads_to_its_end_across_runs(store):
    with open_archive(store, write=True) as archive:
        archive.commit(added(record("a"), record("b"), record("c")), {})
    with open_archive(store, write=True) as archive:
        joined = Changes(
            amended=(record("b", story="s-a"),), stories=(story("a", "b", former=("s-b",)),), joined=("s-b",)
        )
        archive.commit(joined, {})
    with open_archive(store, write=True) as archive:
        end = story("a", "b", "c", id="s-c", former=("s-a", "s-b"))
        moved = tuple(record(each, story="s-c") for each in "ab")
        archive.commit(Changes(amended=moved, stories=(end,), joined=("s-a",)), {})

    with open_archive(store, write=False) as archive:
        assert end == archive.story("s-a") == archive.story("s-b") == archive.story("s-c")
        assert (3, 1) == counted(archive)


def test_versions_that_were_seen_are_known_by_source(committed):
    archive = committed((added(record("a", keys=keys("v:adda:1"))), {}))

    assert "1" in archive.seen(ADDA)
    assert "2" not in archive.seen(ADDA)
    assert "1" not in archive.seen(SourceId("anbud"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query(), ["b", "a", "c"]),
        (Query(sources=(SourceId("anbud"),)), ["b"]),
        (Query(languages=("nb",)), ["b"]),
        (Query(topics=("it",)), ["c"]),
        (Query(since=moment("2025-01-01T00:00:00+01:00").at), ["b", "a"]),
        (Query(until=moment("2025-01-01T00:00:00+01:00").at), ["c"]),
    ],
)
def test_a_query_gives_what_fits_newest_first(committed, query, expected):
    archive = committed(
        (
            added(
                record("a", published=moment("2025-01-01T00:00:00+01:00")),
                record("b", source=SourceId("anbud"), language="nb", published=None, first_seen=NOW + timedelta(1)),
                record("c", published=moment("2024-01-01T00:00:00+01:00"), topics=("it",)),
            ),
            {},
        )
    )

    assert expected == [each.item.id for each in archive.records(query)]


def test_nothing_new_writes_nothing(tmp_path):
    with open_archive(tmp_path / "s", write=True) as archive:
        archive.commit(added(record("a")), {ADDA: History()})
    before = contents(tmp_path)

    with open_archive(tmp_path / "s", write=True) as archive:
        archive.commit(Changes(), {})
    with open_archive(tmp_path / "s", write=False) as archive:
        assert 1 == archive.count().items

    assert before == contents(tmp_path)


def test_reading_writes_nothing_and_sees_what_a_crash_left(tmp_path):
    store = tmp_path / "s"
    with open_archive(store, write=True) as archive:
        archive.commit(added(record("a")), {ADDA: History(next_due=NOW)})
        (tmp_path / "journal").write_bytes((store / "journal.ndjson").read_bytes())
        before = contents(store / "archive")
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    (crashed / "journal.ndjson").write_bytes((tmp_path / "journal").read_bytes())

    with open_archive(crashed, write=False) as archive:
        assert [record("a")] == list(archive.records())
        assert NOW == archive.history(ADDA).next_due
    assert ["journal.ndjson"] == [path.name for path in crashed.iterdir()]
    assert {} == before

    with open_archive(crashed, write=True):
        pass
    assert contents(store) == contents(crashed)


def test_an_empty_store_and_a_missing_one_are_empty_archives(tmp_path):
    for folder in (tmp_path, tmp_path / "missing"):
        with open_archive(folder, write=False) as archive:
            assert ((0, 0), [], {}) == (
                counted(archive),
                list(archive.records()),
                archive.histories(),
            )
    assert not (tmp_path / "missing").exists()


def test_a_store_of_a_newer_format_is_refused_and_left_alone(tmp_path):
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "format.json").write_text('{"format": 3}')

    with pytest.raises(ArchiveError, match=r"was written by a newer Samflöde \(format 3; this one writes 2\)"):
        open_archive(tmp_path, write=True).__enter__()


def test_a_kind_of_store_that_is_not_known_is_said_so():
    with pytest.raises(UsageError, match="`mysql` is no kind of store"):
        open_archive("mysql://nobody@nowhere/news", write=False).__enter__()


def test_a_story_that_was_split_off_again_lives_anew(committed):
    one, two = record("a"), record("b")

    archive = committed(
        (added(one, two), {}),
        (
            Changes(amended=(record("b", story="s-a"),), stories=(story("a", "b", former=("s-b",)),), joined=("s-b",)),
            {},
        ),
        (Changes(amended=(two,), stories=(story("a"), story("b"))), {}),
    )

    assert {"s-a": story("a"), "s-b": story("b")} == {each.id: each for each in archive.stories()}
    assert story("b") == archive.story("s-b")
    assert (2, 2) == counted(archive)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("items/2026-03.json", b"{"),
        ("items/2026-03.json", b'{"rows": {"1": {"id": "a", "title": 3}}}'),
        ("items/2026-03.json", b'{"rows": []}'),
        ("sources.json", b'{"rows": {"1": {}}}'),
        ("sources.json", b'{"rows": {"1": {"id": "adda", "next_due": "soon"}}}'),
        ("stories/2026-03.json", b"\xff\xfe"),
        ("format.json", b"{}"),
    ],
)
def test_a_damaged_file_is_named_and_nothing_is_changed(tmp_path, name, content):
    with open_archive(tmp_path, write=True) as archive:
        archive.commit(added(record("a")), {ADDA: History()})
    (tmp_path / "archive" / name).write_bytes(content)
    before = contents(tmp_path)

    def read_all():
        with open_archive(tmp_path, write=False) as archive:
            list(archive.records())
            list(archive.stories())
            archive.histories()

    with pytest.raises(ArchiveDamaged, match=Path(name).name.replace(".", r"\.")):
        read_all()
    assert before == contents(tmp_path)


def test_one_row_is_found_without_the_others_and_a_damaged_one_is_named(tmp_path):
    with open_archive(tmp_path, write=True) as archive:
        archive.commit(added(record("a", title='": {"id":"b",'), record("b"), record("c")), {})
    part = tmp_path / "archive" / "items" / "2026-03.json"
    part.write_bytes(part.read_bytes().replace(b"Nyhet c", b"Nyhet C"))

    with open_archive(tmp_path, write=False) as archive:
        assert ["a", "b"] == [each.item.id for each in archive.held(["a", "b"])]
        assert "Nyhet b" == archive.record("b").item.title
        with pytest.raises(ArchiveDamaged, match=r"2026-03\.json is not as it was written"):
            archive.record("c")


def test_the_files_can_be_read_by_anything(tmp_path):
    with open_archive(tmp_path, write=True) as archive:
        archive.commit(added(record("a"), record("b")), {ADDA: History()})

    text = (tmp_path / "archive" / "items" / "2026-03.json").read_text(encoding="utf-8")

    assert ["Nyhet a", "Nyhet b"] == [row["title"] for row in json.loads(text)["rows"].values()]
    assert 5 == text.count("\n"), "a row on each line"


def test_an_item_never_moves_to_another_file(tmp_path):
    with open_archive(tmp_path, write=True) as archive:
        archive.commit(added(record("a")), {})
    with open_archive(tmp_path, write=True) as archive:
        archive.commit(Changes(revised=(record("a", published=moment("2020-01-01T00:00:00+01:00")),)), {})

    assert ["2026-03.json"] == [path.name for path in (tmp_path / "archive" / "items").iterdir()]


def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "store").write_text("a file stands where the folder should be")

    with pytest.raises(ArchiveUnwritable, match=r"store can't be written: ") as caught:
        open_archive(tmp_path / "store", write=True).__enter__()

    assert "Free space on the disk" in caught.value.hint
