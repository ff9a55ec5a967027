"""Turns at a host hold for all workers, and those of a dead one end."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import pairwise

import pytest

from pipeline.archive import open_archive
from pipeline.errors import HostPaused
from pipeline.fleet.queue import COLLECT, Queue, QueueLost, watchful
from pipeline.fleet.turns import Turns


@pytest.fixture
def store(database):
    """A database with the tables of an archive."""
    with open_archive(database, write=True):
        pass
    return database


@asynccontextmanager
async def workers(store, number, **more):
    """The turns of so many workers."""
    async with AsyncExitStack() as stack:
        queues = [Queue(store) for _ in range(number)]
        for each in queues:
            await stack.enter_async_context(each.opened())
        yield [Turns(each, **({"per_host": 1, "timeout": 5} | more)) for each in queues]


@pytest.mark.parametrize("per_host", [1, 2])
def test_never_more_than_per_host_at_once_whoever_asks(store, per_host):
    under_way, most = 0, 0

    async def ask(turns):
        nonlocal under_way, most
        async with turns.turn("a.example.se", 0):
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.01)
            under_way -= 1

    async def all_of_them():
        async with workers(store, 3, per_host=per_host) as fleet:
            await asyncio.gather(*(ask(turns) for turns in fleet for _ in range(4)))

    asyncio.run(all_of_them())
    assert per_host == most


def test_requests_are_delay_apart_whoever_asks(store):
    times = []

    async def ask(turns):
        async with turns.turn("a.example.se", 0.1):
            times.append(asyncio.get_running_loop().time())

    async def all_of_them():
        async with workers(store, 3) as fleet:
            await asyncio.gather(*(ask(turns) for turns in fleet))

    asyncio.run(all_of_them())
    assert min(after - before for before, after in pairwise(times)) >= 0.095


def test_hosts_do_not_wait_for_one_another(store):
    async def both():
        async with workers(store, 2) as (one, other), one.turn("a.example.se", 60), other.turn("b.example.se", 60):
            return True

    assert asyncio.run(both())


def test_a_turn_of_a_worker_that_died_is_over_when_its_request_must_be(store):
    async def dies():
        async with workers(store, 2) as (dead, other):
            await dead.turn("a.example.se", 0).__aenter__()
            await dead._queue.all("UPDATE fleet_turns SET until = now() RETURNING id")
            async with other.turn("a.example.se", 0):
                return await other._queue.all("SELECT count(*) AS n FROM fleet_turns")

    assert [{"n": 1}] == asyncio.run(dies())


def test_a_wish_for_patience_is_heard_by_all(store):
    async def asks():
        async with workers(store, 2) as (one, other):
            one.pause("a.example.se", 600)
            await asyncio.gather(*one._saying)
            async with other.turn("a.example.se", 0):
                pass

    with pytest.raises(HostPaused, match=r"a\.example\.se has asked to be left alone until"):
        asyncio.run(asks())


def test_a_host_waits_in_the_queue_once(store):
    async def queue_twice():
        queue = Queue(store)
        async with queue.opened():
            first = await queue.queue_hosts(["a.example.se", "b.example.se", "a.example.se"])
            second = await queue.queue_hosts(["b.example.se", "c.example.se"])
            rows = await queue.all("SELECT args ->> 'host' AS host, lock FROM procrastinate_jobs ORDER BY id")
            return first, second, [(row["host"], row["lock"]) for row in rows]

    expected = [(host, f"host:{host}") for host in ("a.example.se", "b.example.se", "c.example.se")]
    assert (2, 1, expected) == asyncio.run(queue_twice())


def test_the_duties_of_a_dead_worker_come_again_by_themselves(store):
    async def rescued():
        queue = Queue(store)
        async with queue.opened():
            await queue.all(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, status, args)"
                " SELECT 'duties', name, name, 'doing', '{}' FROM unnest(ARRAY['schedule', 'tell']) AS name RETURNING id"
            )
            assert 2 == await queue.rescue()
            return await queue.all("SELECT count(*) AS n FROM procrastinate_jobs")

    assert [{"n": 0}] == asyncio.run(rescued())


@pytest.mark.parametrize("waits_again", [False, True])
def test_a_dead_workers_job_waits_once_more_and_no_more_than_once(store, waits_again):
    """Where the host was queued again meanwhile, that job does what the dead one left."""

    async def rescued():
        queue = Queue(store)
        async with queue.opened():
            await queue.queue_hosts(["a.example.se"])
            await queue.all("UPDATE procrastinate_jobs SET status = 'doing' RETURNING id")
            if waits_again:
                await queue.queue_hosts(["a.example.se"])
            assert 1 == await queue.rescue()
            assert 0 == await queue.rescue()
            return [row["status"] for row in await queue.all("SELECT status::text FROM procrastinate_jobs")]

    assert ["todo"] == asyncio.run(rescued())


def test_many_workers_that_start_at_once_make_the_tables_once(store):
    async def start():
        async with workers(store, 6) as fleet:
            return await fleet[0]._queue.holds(COLLECT)

    assert asyncio.run(start()) is False


def test_a_database_that_goes_away_is_said_so(store):
    async def asks():
        queue = Queue(store)
        async with queue.opened():
            await queue.all("SELECT no_such_column FROM fleet_hosts")

    with pytest.raises(
        QueueLost, match=r'postgresql://samflode@/t\w+ does not answer: column "no_such_column" does not exist'
    ):
        asyncio.run(asks())


def test_a_connection_is_asked_whether_it_is_good_only_when_it_was_not_used_just_now(monkeypatch):
    from pipeline.fleet import queue

    class Connection:
        def __init__(self) -> None:
            self.asked = 0

    async def ask(connection) -> None:
        connection.asked += 1

    now = 1_000.0
    monkeypatch.setattr(queue.AsyncConnectionPool, "check_connection", ask)
    monkeypatch.setattr(queue.time, "monotonic", lambda: now)
    checks, one, other = queue._Checks(), Connection(), Connection()

    async def use() -> list[int]:
        nonlocal now
        found = []
        for seconds in (0, 0.5, 0.9, 1.1):
            now += seconds
            await checks(one)
            found.append(one.asked)
        await checks(other)
        return [*found, other.asked]

    assert [1, 1, 1, 2, 1] == asyncio.run(use())


def test_both_ends_of_a_connection_notice_when_the_other_is_gone():
    url = watchful("postgresql://a:b%40c@db.example.se:5432/news?sslmode=require&options=-c%20work_mem%3D8MB")

    assert url.startswith("postgresql://a:b%40c@db.example.se:5432/news?")
    assert "sslmode=require" in url
    assert "keepalives_idle=5" in url
    assert "options=-c%20work_mem%3D8MB%20-c%20tcp_keepalives_idle%3D5" in url
