"""What a fleet does with 10,000, 100,000 and 1,000,000 sources: simulated, with the times that this machine needs for each step.

    python benchmarks/scale/simulation.py [SOURCES ...]

First it measures, over made feeds and an archive in PostgreSQL: reading a feed (another process), merging it under the archive's turn, the
same for an answer that holds nothing new, the two statements of a turn at a host, and all else that a worker's first process does for a
visit. Then a discrete-event simulation (simpy) deals the
work out as the fleet does: a look every minute for what is due; a job for each host, at most one at a time, of at most twenty visits; `delay`
between two requests to a host; a reader for each worker, and one core for its first process; one merge at a time in the whole fleet.

The web is assumed: an answer takes 0.4 s in the median (lognormal, sigma 1), one visit in five finds something new, `every` is six hours, and
the sources lie on hosts as on the web: most hosts have one, a few very many (a Zipf distribution with exponent 1.6, at most 500).
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks"), str(ROOT / "benchmarks" / "scale")]

import simpy

EVERY, DELAY, TICK, MOST_VISITS, CHANGED = 6 * 3600.0, 1.0, 60.0, 20, 0.2
#: To the database, counted in its log: of a job, and of a visit, a row of an item or a story for one.
STATEMENTS = {"job": 5, "nothing new": 10, "one new": 24, "everything new": 82}


@dataclass(frozen=True, kw_only=True)
class Times:
    """Seconds of each step."""

    read: float
    #: A feed of thirty entries, all of them new; one of them new; none.
    merge_first: float
    merge: float
    merge_unchanged: float
    turn: float
    #: What the first process of a worker does for a visit, without merging what is new.
    visit: float


def measured(feeds: int = 60) -> Times:
    """The times on this machine: the processor's, of the program and its database, which is what a step takes where nothing else is busy."""
    import psycopg
    from feeds import Feed
    from fleet import database_seconds

    from pipeline.archive.postgres import PostgresArchive
    from pipeline.collect.driver import drive
    from pipeline.fleet.queue import Queue
    from pipeline.fleet.turns import Turns
    from pipeline.keep import keep
    from pipeline.model.collection import Understood
    from pipeline.model.history import History
    from pipeline.normalise import normalise
    from pipeline.run import Choice, utc_now, visit_of
    from tests.archive.conftest import running_cluster
    from tests.builders import capture, config, source

    class Answer:
        def __init__(self, url: str, body: bytes) -> None:
            self._capture = capture(url=url, body=body)

        async def fetch(self, request):
            return replace(self._capture, request=request)

    def collection_of(archive, number: int, version: int):
        one = source(id=f"s{number}", url=f"https://site{number}.example/feed")
        answer = Answer(one.url, Feed(number).version(version))
        collection = asyncio.run(drive(visit_of(one, archive.seen(one.id), History(), Choice()), answer))
        items, warnings = normalise(collection.extraction.entries, one, utc_now())
        understood = Understood(extraction=collection.extraction, items=items, warnings=warnings)
        return replace(collection, understood=understood)

    with running_cluster() as address:
        cluster = address.partition("host=")[2]
        with psycopg.connect(address.format("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE scale TEMPLATE template0")
        store = address.format("scale")

        def each(work, things) -> float:
            before = time.process_time() + database_seconds(cluster)
            for thing in things:
                work(thing)
            return (time.process_time() + database_seconds(cluster) - before) / len(things)

        with PostgresArchive.opened(store, write=True) as archive:

            def merge(collection) -> None:
                with archive.turn():
                    keep(collection, config(), archive, started=utc_now(), now=utc_now())

            collection_of(archive, 0, 1)  # loads what is slow to begin with
            began = time.process_time()
            first = [collection_of(archive, number, 1) for number in range(feeds)]
            read = (time.process_time() - began) / feeds
            merge_first = each(merge, first)
            merge_one = each(merge, [collection_of(archive, number, 2) for number in range(feeds)])
            same = each(merge, [replace(known, understood=None, extraction=None) for known in first * 5])

        async def turns() -> float:
            queue = Queue(store)
            async with queue.opened():
                gate = Turns(queue, per_host=1, timeout=30)
                before = time.process_time() + database_seconds(cluster)
                for number in range(1_000):
                    async with gate.turn(f"{number}.example", 0):
                        pass
                return (time.process_time() + database_seconds(cluster) - before) / 1_000

        turn = asyncio.run(turns())
    return Times(read=read, merge_first=merge_first, merge=merge_one, merge_unchanged=same, turn=turn, visit=visiting())


def visiting(few: int = 60, many: int = 360) -> float:
    """Seconds of a worker's processor for a visit that finds nothing new: of many visits, less those of few and of starting."""
    import os
    import resource
    import subprocess
    import tempfile

    import psycopg

    from tests.archive.conftest import running_cluster
    from tests.fleet.sites import pages
    from tests.fleet.web import Web

    def used(sources: int) -> float:
        with tempfile.TemporaryDirectory() as place, Web(pages(sources)).served() as web:
            lines = "".join(
                f"  - {{id: s{each}, url: 'http://127.9.{each // 250}.{each % 250 + 1}:{web.port}/{each}.xml', every: 1s}}\n"
                for each in range(sources)
            )
            (Path(place) / "sources.yaml").write_text(
                "archive: {title: Nyheter, url: 'https://nyheter.example.se/'}\n"
                f"fetch: {{allow_private_addresses: true, delay: 0s, robots: false}}\nsources:\n{lines}"
            )
            with psycopg.connect(address.format("postgres"), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE visiting{sources} TEMPLATE template0")
            words = ["worker", "--once", "--no-publish", "--quiet", "--store", address.format(f"visiting{sources}")]
            for _ in range(2):
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                subprocess.run(
                    [sys.executable, "-m", "pipeline", *words],
                    cwd=place,
                    env={**os.environ, "PYTHONPATH": str(ROOT)},
                    check=True,
                )
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    with running_cluster() as address:
        return (used(many) - used(few)) / (many - few)


@dataclass(slots=True)
class Host:
    sources: list[int]
    queued: bool = False
    busy: bool = False
    free_at: float = 0.0
    next_due: float = 0.0


@dataclass(slots=True)
class World:
    """A fleet over many hosts."""

    times: Times
    env: simpy.Environment
    chance: random.Random
    hosts: list[Host]
    due: list[float]
    late: list[float] = field(default_factory=list)
    last: float = 0.0
    merging: float = 0.0
    statements: int = 0
    impolite: int = 0
    work: simpy.Store | None = None
    turn: simpy.Resource | None = None
    #: Whether everything is new.
    is_first: bool = False

    def start(self, workers: int, slots: int) -> None:
        self.work = simpy.Store(self.env)
        self.turn = simpy.Resource(self.env)
        for _ in range(workers):
            reader, core = simpy.Resource(self.env), simpy.Resource(self.env)
            for _ in range(slots):
                self.env.process(self._slot(reader, core))
        self.env.process(self._schedule())

    def _schedule(self):
        while True:
            now = self.env.now
            for host in self.hosts:
                if not host.queued and host.next_due <= now:
                    host.queued = True
                    self.statements += 1
                    self.work.put(host)
            yield self.env.timeout(TICK)

    def _slot(self, reader, core):
        while True:
            host = yield self.work.get()
            if host.busy:
                # As Procrastinate has it: who has the host's lock goes on, and the job waits.
                yield self.env.timeout(1)
                self.work.put(host)
                continue
            host.queued, host.busy = False, True
            waiting = sorted(
                (each for each in host.sources if self.due[each] <= self.env.now), key=self.due.__getitem__
            )
            for each in waiting[:MOST_VISITS]:
                yield from self._visit(each, host, reader, core)
            host.busy = False
            host.next_due = min(self.due[each] for each in host.sources)
            self.statements += STATEMENTS["job"]
            if len(waiting) > MOST_VISITS and not host.queued:
                host.queued = True
                self.work.put(host)

    def _visit(self, source: int, host: Host, reader, core):
        env, times = self.env, self.times
        if host.free_at > env.now:
            yield env.timeout(host.free_at - env.now)
        self.impolite += env.now < host.free_at
        self.late.append(env.now - self.due[source])
        self.due[source] = env.now + EVERY
        yield env.timeout(times.turn + min(self.chance.lognormvariate(-0.9, 1), 30))
        host.free_at = env.now + DELAY
        with core.request() as place:
            yield place
            yield env.timeout(times.visit)
        changed = self.is_first or self.chance.random() < CHANGED
        if changed:
            with reader.request() as place:
                yield place
                yield env.timeout(times.read)
        with self.turn.request() as place:
            yield place
            case = "nothing new" if not changed else "everything new" if self.is_first else "one new"
            took = {
                "nothing new": times.merge_unchanged,
                "one new": times.merge,
                "everything new": times.merge_first,
            }[case]
            self.merging += took
            # Python does one thing at a time: who merges visits nobody meanwhile.
            with core.request() as own:
                yield own
                yield env.timeout(took)
        self.statements += STATEMENTS[case]
        self.last = env.now


def hosts_of(sources: int, chance: random.Random) -> list[Host]:
    hosts, given = [], itertools.count()
    left = sources
    while left:
        size = min(int(chance.paretovariate(0.6)), 500, left)
        hosts.append(Host([next(given) for _ in range(size)]))
        left -= size
    return hosts


def simulated(sources: int, workers: int, times: Times, *, at_once: bool, slots: int = 64, hours: float = 2.0) -> dict:
    """All sources due at once, or spread over six hours; what became of them."""
    chance = random.Random(2026)
    env = simpy.Environment()
    due = [0.0 if at_once else chance.uniform(0, EVERY) for _ in range(sources)]
    world = World(times, env, chance, hosts_of(sources, chance), due, is_first=at_once)
    for host in world.hosts:
        host.next_due = min(due[each] for each in host.sources)
    world.start(workers, slots)
    if at_once:
        while len(world.late) < sources and env.now < EVERY:
            env.run(until=env.now + TICK)
        span = world.last
    else:
        env.run(until=hours * 3600)
        span = hours * 3600
    late = sorted(world.late)
    done = len(late)
    return {
        "sources": sources,
        "hosts": len(world.hosts),
        "workers": workers,
        "case": "everything is new" if at_once else "steady",
        "visits": done,
        "visits/s": round(done / span, 1),
        "makespan, min": round(span / 60, 1) if at_once and done >= sources else None,
        "late, s: median": round(late[done // 2]),
        "95 %": round(late[int(done * 0.95)]),
        "99 %": round(late[int(done * 0.99)]),
        "turn to merge, busy": f"{100 * world.merging / span:.0f} %",
        "statements/s": round(world.statements / span),
        "impolite": world.impolite,
    }


#: Workers for each; 125,000 are an eighth of a million, in an archive of their own.
FLEETS = {10_000: (1, 2), 100_000: (2, 4), 125_000: (4,), 1_000_000: (16, 32)}

if __name__ == "__main__":
    times = measured()
    print(
        json.dumps(
            {
                "read, ms": round(times.read * 1e3, 1),
                "merge of 30 new, ms": round(times.merge_first * 1e3, 1),
                "merge of 1 new, ms": round(times.merge * 1e3, 1),
                "merge of nothing new, ms": round(times.merge_unchanged * 1e3, 2),
                "turn at a host, ms": round(times.turn * 1e3, 2),
                "visit, ms": round(times.visit * 1e3, 1),
            }
        ),
        flush=True,
    )
    for sources in [int(each) for each in sys.argv[1:]] or list(FLEETS):
        for workers in FLEETS.get(sources, (4,)):
            for at_once in (True, False):
                print(json.dumps(simulated(sources, workers, times, at_once=at_once)), flush=True)
