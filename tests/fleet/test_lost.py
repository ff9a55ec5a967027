"""A database that goes away in the midst of it, a worker that stands still, a file that is wrong for a while."""

from __future__ import annotations

import asyncio
import gc
import os

import pytest

from pipeline import config, fleet
from pipeline.archive import open_archive, postgres
from pipeline.errors import ArchiveUnreachable, ConfigError
from pipeline.fleet import archive_thread
from pipeline.fleet.archive_thread import ArchiveThread
from pipeline.fleet.current import CurrentConfig
from pipeline.model.change import Changes
from tests.builders import record, story

SOURCES = "archive: {{title: Nyheter, url: 'https://nyheter.example.se/'}}\nsources:\n  - {{id: a, url: '{0}'}}\n"


def cut(archive) -> None:
    """Ends the connection of an archive, from the other end."""
    import psycopg

    (number,) = archive.rows("SELECT pg_backend_pid()", ())[0]
    with psycopg.connect(archive._url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s)", (number,))


def test_what_was_cut_off_is_done_again_over_a_new_connection(database):
    tries = []

    def work(archive):
        if not tries:
            cut(archive)
        tries.append(1)
        archive.commit(Changes(added=(record("a"),), stories=(story("a"),)), {})
        return archive.count().items

    async def done():
        kept = ArchiveThread(database)
        try:
            return await kept.do(work)
        finally:
            await kept.close()

    assert 1 == asyncio.run(done())
    assert 2 == len(tries)


def test_a_database_that_stays_away_is_said_so(tmp_path, monkeypatch):
    monkeypatch.setattr(archive_thread, "PATIENCE", 0.0)

    async def done():
        kept = ArchiveThread(f"postgresql://samflode@/news?host={tmp_path}")
        try:
            return await kept.do(lambda archive: archive.count())
        finally:
            await kept.close()

    with pytest.raises(ArchiveUnreachable, match="can't be reached"):
        asyncio.run(done())


def test_who_stands_still_in_the_midst_of_its_turn_loses_it(database, monkeypatch):
    monkeypatch.setattr(postgres, "LONGEST_TURN", 1)
    with open_archive(database, write=True) as frozen, open_archive(database, write=True) as other:
        stood = frozen.turn()
        stood.__enter__()
        with other.turn():
            other.commit(Changes(added=(record("a"),), stories=(story("a"),)), {})

        with pytest.raises(ArchiveUnreachable):
            frozen.commit(Changes(added=(record("b"),), stories=(story("b"),)), {})
        stood.__exit__(None, None, None)
        assert ["a"] == [each.item.id for each in other.records()]


def test_a_publication_is_of_one_moment(database):
    """Whatever is collected while it is made comes with the next one."""
    with open_archive(database, write=True) as publisher, open_archive(database, write=True) as collector:
        collector.commit(Changes(added=(record("a"),), stories=(story("a"),)), {})
        with publisher.one_state():
            before = publisher.count()
            collector.commit(Changes(added=(record("b"),), stories=(story("b"),)), {})
            assert before == publisher.count()
            assert ["s-a"] == [each.id for each in publisher.stories()]
        assert 2 == publisher.count().items


def test_a_file_that_is_wrong_for_a_while_leaves_the_worker_with_the_last_one(tmp_path, caplog):
    path = tmp_path / "sources.yaml"
    moment = iter(range(1, 10))

    def write(text: str) -> None:
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(0, next(moment)))

    write(SOURCES.format("https://a.example.se/feed"))
    kept = CurrentConfig(lambda: config.load(path, {}), path)
    first = kept.now()
    write("sources: [{id: A}]\n")

    assert first is kept.now() is kept.now()
    write(SOURCES.format("https://b.example.se/feed"))
    assert ["b.example.se"] == list(kept.now().by_host)
    assert first.digest != kept.now().digest


def test_a_changed_fetch_ends_a_shift_and_nothing_else_does(tmp_path, monkeypatch, told):
    """Turns at hosts are made by what `fetch:` says."""
    path = tmp_path / "sources.yaml"
    path.write_text(SOURCES.format("https://a.example.se/feed"), encoding="utf-8")
    current = CurrentConfig(lambda: config.load(path, {}), path)
    policy = current.now().config.fetch
    looks = 0

    async def waited(seconds, stopping):
        nonlocal looks
        looks += 1
        if looks == 2:
            path.write_text(SOURCES.format("https://bb.example.se/feed"), encoding="utf-8")
        if looks == 4:
            path.write_text(path.read_text() + "fetch: {per_host: 3}\n", encoding="utf-8")

    async def over():
        event = asyncio.Event()
        await fleet._until_over(event, current, policy, asyncio.Event(), once=False)
        return event.is_set()

    monkeypatch.setattr(fleet, "_waited", waited)
    assert asyncio.run(over())
    assert 4 == looks
    assert "`fetch:` has changed: what is under way is ended as it began, all else follows the new one" in told.messages


def test_what_goes_wrong_where_nobody_waits_for_it_is_said_as_all_else(told):
    """The engine's own task, which can't tell a database that is away that a job has ended; and a mistake of the program."""
    from procrastinate.exceptions import ConnectorException

    def fails(error):
        async def task():
            raise error

        return task

    async def nobody_waits():
        asyncio.get_running_loop().set_exception_handler(fleet._of_nobody)
        for error in (ConnectorException("it is away"), ValueError("a mistake")):
            asyncio.get_running_loop().create_task(fails(error)())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            gc.collect()

    asyncio.run(nobody_waits())

    assert [
        (
            "INFO",
            "that a job has ended could not be noted (it is away); what it left due is done by another one",
            False,
        ),
        ("ERROR", "Task exception was never retrieved", True),
    ] == [(each.levelname, each.message, each.exc_info is not None) for each in told.records]


def test_a_file_that_is_wrong_at_the_beginning_is_refused(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_text("sources: [{id: A}]\n", encoding="utf-8")

    with pytest.raises(ConfigError):
        CurrentConfig(lambda: config.load(path, {}), path)
