"""Whatever stops a run, at whatever moment: afterwards the archive holds some first part of its commits, whole."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import psycopg
import pytest

from pipeline.archive import index, open_archive, postgres_keys, postgres_words
from pipeline.archive.upkeep import verify
from pipeline.archive.verify import Inspection
from pipeline.errors import ArchiveUnwritable
from pipeline.model.change import Changes
from pipeline.model.history import History
from pipeline.model.item import IdentityKey
from pipeline.model.source import SourceId
from tests.builders import NOW, moment, record, story
from tests.tracing import FILES, SOCKETS, can_trace, ended_at

if TYPE_CHECKING:
    from collections.abc import Callable

ADDA = SourceId("adda")


def rec(name, **fields):
    return record(name, keys=(IdentityKey(f"e:adda:{name}"), IdentityKey("t:shared")), **fields)


#: New items, a revision, a join, histories: everything that a commit can hold.
COMMITS = [
    (Changes(added=(rec("a"), rec("b")), stories=(story("a"), story("b"))), {ADDA: History(next_due=NOW)}),
    (Changes(added=(rec("c", published=moment("2024-01-01T00:00:00+01:00")),), stories=(story("c"),)), {}),
    (Changes(revised=(rec("a", title="Rättelse"),)), {ADDA: History(failures=1)}),
    (
        Changes(amended=(rec("b", story="s-a"),), stories=(story("a", "b", former=("s-b",)),), joined=("s-b",)),
        {},
    ),
]


class Crashed(BaseException):
    """The mains went off."""


class Fault:
    """Fails at the n-th write, fsync, rename or removal: with an error of the system, or as if the mains went off."""

    def __init__(self, monkeypatch, at: int, failure: BaseException):
        self.left = at
        for module, name in ((os, "fsync"), (Path, "replace"), (Path, "unlink"), (os, "ftruncate")):
            monkeypatch.setattr(module, name, self.wrapped(getattr(module, name), failure))

    def wrapped(self, function, failure):
        def call(*arguments, **named):
            self.left -= 1
            if self.left == 0:
                raise failure
            if self.left < 0 and isinstance(failure, Crashed):
                raise failure
            return function(*arguments, **named)

        return call


def state(store: Path, *, write: bool):
    """All that an archive says of itself; that it agrees with itself is checked on the way."""
    with open_archive(store, write=write) as archive:
        records = {each.item.id: each for each in archive.records()}
        stories = {each.id: each for each in archive.stories()}
        assert archive.count().items == len(records)
        assert archive.count().stories == len(stories)
        for each in stories.values():
            for member in each.items:
                assert records[member].story == each.id
            for former in each.former:
                assert archive.story(former) == each
        for each in records.values():
            assert archive.record(each.item.id) == each
            near = archive.near([each.item])
            assert {record.item.id for record in near} == set(records)
        return records, stories, archive.histories()


def states(folder: Path) -> list:
    """The states after none, one, two … of the commits."""
    found = []
    for count in range(len(COMMITS) + 1):
        store = folder / f"{count} commits"
        with open_archive(store, write=True) as archive:
            for changes, histories in COMMITS[:count]:
                archive.commit(changes, histories)
        found.append(state(store, write=False))
    return found


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """What the archive may hold."""
    return states(tmp_path_factory.mktemp("expected"))


def attempt(store: Path | str, told: Callable[[], object]) -> None:
    """All commits, in two runs; `told` hears of each that returned. Even these few keys are gathered, and go over into larger tables."""
    few = patch.object(index, "MOST_FRESH", 4), patch.multiple(postgres_keys, MOST_FRESH=4, MOST_RECENT=6)
    with few[0], few[1], patch.object(postgres_words, "IN_PART", 2):
        for part in (COMMITS[:2], COMMITS[2:]):
            with open_archive(store, write=True) as archive:
                for changes, histories in part:
                    archive.commit(changes, histories)
                    told()
                archive.checkpoint()


@pytest.mark.parametrize("kind", ["mains", "full disk"])
def test_at_every_write_a_crash_leaves_the_commits_that_returned(tmp_path, monkeypatch, expected, kind):
    for moment_ in range(1, 400):
        store = tmp_path / f"{moment_}"
        failure = Crashed() if kind == "mains" else OSError(errno.ENOSPC, "No space left on device")
        returned: list[int] = []
        with monkeypatch.context() as patched:
            fault = Fault(patched, moment_, failure)
            with suppress(Crashed, ArchiveUnwritable, OSError):
                attempt(store, lambda: returned.append(1))  # noqa: B023
            reached = fault.left <= 0
        done = len(returned)
        # The commit that was under way may have become durable without having said so.
        seen = state(store, write=False)
        assert seen in expected[done : done + 2], (kind, moment_)
        assert state(store, write=True) == seen, (kind, moment_)
        assert state(store, write=False) == seen, (kind, moment_)
        if not reached:
            break
    else:
        pytest.fail("the scenario has more writes than were tried")
    assert done == len(COMMITS)


def after_a_kill(store: Path | str, number: int, expected: list) -> bool:
    """Whether the scenario was killed before its n-th call to the system; raises AssertionError where anything came of it that must not."""
    reading, writing = os.pipe()
    calls = SOCKETS if "://" in str(store) else FILES
    killed = ended_at(number, calls, lambda: attempt(store, lambda: os.write(writing, b".")))
    os.close(writing)
    done = len(os.read(reading, 100))
    os.close(reading)
    if "://" in str(store):
        # The server may be at the last statement still.
        settled(str(store))
    assert [] == list(verify(store, Inspection())), number
    seen = state(store, write=False)
    assert seen in expected[done : done + 2], number
    assert state(store, write=True) == seen, number
    assert state(store, write=False) == seen, number
    assert [] == list(verify(store, Inspection())), number
    return killed


def settled(store: str) -> None:
    """Waits until nobody is connected to a database any more."""
    asked = "SELECT pg_stat_clear_snapshot(), count(*) FROM pg_stat_activity WHERE application_name = 'samflode'"
    with psycopg.connect(store, autocommit=True) as connection:
        while connection.execute(asked).fetchone()[1]:
            pass


@pytest.mark.parametrize("store", ["folder", "postgresql"], indirect=True)
@pytest.mark.parametrize("first", [5, 18])
def test_a_kill_before_a_write_or_an_answer_leaves_the_commits_that_returned(store, expected, first):
    # Some of the moments here, each of them in tests/soak/points.py.
    if not can_trace():
        pytest.skip("no process may be traced here")
    for number in range(first, 1_000, 60):
        if "://" in store:
            with psycopg.connect(store) as connection:
                connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        if not after_a_kill(store if "://" in store else f"{store}{number}", number, expected):
            break
    else:
        pytest.fail("the scenario has more calls than were tried")
