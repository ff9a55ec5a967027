"""1 · source → captures → entries, one visit each: the only package that waits for the network."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from contextvars import copy_context
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.collect.driver import drive
from pipeline.collect.room import Room, take

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, MutableMapping, Sequence
    from ssl import SSLContext

    from pipeline.collect.fetcher import Exchange, Fetcher
    from pipeline.collect.politeness import Gate, Politeness
    from pipeline.collect.recorder import Recorder
    from pipeline.collect.recordings import Recorded
    from pipeline.collect.room import Place
    from pipeline.model.capture import RobotsFile
    from pipeline.model.collection import Collection, Visit
    from pipeline.model.config import FetchPolicy
    from pipeline.model.history import Pause
    from pipeline.model.source import SourceId


async def collect(
    visits: Sequence[Visit], fetcher: Fetcher, *, further: Callable[[Collection], Visit | None] = lambda _: None
) -> AsyncGenerator[Collection, None]:
    """What each visit brings, as it comes; one visit never disturbs another.

    `further` is asked, once a collection was taken, whether a further visit follows it. How many requests are under way at once,
    over all hosts and to each, is the fetcher's to say; how much is held that was not taken yet, `Room`'s.
    """
    room = Room()
    done: asyncio.Queue[asyncio.Task[Collection]] = asyncio.Queue()
    tasks: dict[asyncio.Task[Collection], Place] = {}

    def begin(visit: Visit) -> None:
        context, place = copy_context(), room.place()
        context.run(take, place)
        task = asyncio.create_task(drive(visit, fetcher), name=visit.source.id, context=context)
        task.add_done_callback(done.put_nowait)
        tasks[task] = place

    try:
        for visit in visits:
            begin(visit)
        while tasks:
            task = await done.get()
            collection = await task
            yield collection
            tasks.pop(task).leave()
            if (following := further(collection)) is not None:
                begin(following)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def collect_in_order(
    visits: Sequence[Visit],
    fetcher: Fetcher,
    order: Iterable[SourceId],
    *,
    further: Callable[[Collection], Visit | None] = lambda _: None,
) -> AsyncGenerator[Collection, None]:
    """What the visits bring, one after the other: each time that `order` names a source, the next of its visits.

    `further` is asked, once a collection was taken, whether a further visit follows it.
    """
    waiting = {visit.source.id: visit for visit in visits}
    for source in order:
        if (visit := waiting.pop(source, None)) is not None:
            collection = await drive(visit, fetcher)
            yield collection
            if (following := further(collection)) is not None:
                waiting[source] = following


@asynccontextmanager
async def live(
    policy: FetchPolicy,
    *,
    user_agent: str,
    pauses: Iterable[Pause] = (),
    robots: MutableMapping[str, RobotsFile] | None = None,
    recorders: Sequence[Recorder] = (),
    politeness: Politeness | None = None,
    trust: SSLContext | None = None,
) -> AsyncIterator[Fetcher]:
    """A fetcher over the web, polite and within the limits of `policy`.

    `pauses` is what hosts asked for in earlier runs, `robots` what their robots.txt said, by origin; what it says now is put there.
    `recorders` keep every response. `politeness` and `trust` (`trusted`) are ones that others share; None: its own.
    """
    from pipeline.collect.following import Follower
    from pipeline.collect.http import HttpExchange

    politeness = politeness or polite(policy)
    now = datetime.now(UTC)
    for pause in pauses:
        politeness.pause(pause.host, (pause.until - now).total_seconds())
    async with HttpExchange(policy, user_agent=user_agent, trust=trust) as exchange:
        yield Follower(
            _recording(exchange, recorders),
            politeness,
            timeout=policy.timeout.total_seconds(),
            retries=policy.retries,
            robots_agent=_token(user_agent) if policy.robots else None,
            robots=robots,
        )


def trusted() -> SSLContext:
    """Whose certificates are believed: the system's authorities. Reading them takes as long as some visits."""
    import ssl

    return ssl.create_default_context()


def polite(policy: FetchPolicy, gate: Gate | None = None) -> Politeness:
    """The turns that `policy` wants; `gate` speaks for other processes that ask the same hosts."""
    from pipeline.collect.politeness import Politeness

    return Politeness(
        concurrency=policy.concurrency, per_host=policy.per_host, delay=policy.delay.total_seconds(), gate=gate
    )


@asynccontextmanager
async def replay(
    recorded: Recorded, policy: FetchPolicy, *, user_agent: str, recorders: Sequence[Recorder] = ()
) -> AsyncIterator[Fetcher]:
    """A fetcher over recordings, which need no patience; all else is as on the web."""
    from pipeline.collect.following import Follower
    from pipeline.collect.politeness import Politeness

    class Untiring(Politeness):
        """What a host asked for was asked of the run that was recorded, and is in its recording."""

        def pause(self, host: str, seconds: float) -> None:
            if recorded.session is None:
                super().pause(host, seconds)

    yield Follower(
        _recording(recorded.exchange, recorders),
        Untiring(concurrency=policy.concurrency, per_host=1, delay=0, sleep=lambda _: asyncio.sleep(0)),
        timeout=policy.timeout.total_seconds(),
        retries=0,
        robots_agent=_token(user_agent) if policy.robots else None,
    )


def _recording(exchange: Exchange, recorders: Sequence[Recorder]) -> Exchange:
    if not recorders:
        return exchange
    from pipeline.collect.recorder import RecordingExchange

    return RecordingExchange(exchange, recorders)


def _token(user_agent: str) -> str:
    """The product token of a User-Agent, which rules of robots.txt name (RFC 9309, section 2.2.1)."""
    return user_agent.partition("/")[0]
