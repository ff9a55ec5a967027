"""1 · source → captures → entries, one visit each: the only package that waits for the network."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.collect.driver import drive

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, MutableMapping, Sequence
    from pathlib import Path

    from pipeline.collect.fetcher import Fetcher
    from pipeline.model.capture import RobotsFile
    from pipeline.model.collection import Collection, Visit
    from pipeline.model.config import FetchPolicy
    from pipeline.model.history import Pause


async def collect(
    visits: Sequence[Visit], fetcher: Fetcher, *, further: Callable[[Collection], Visit | None] = lambda _: None
) -> AsyncGenerator[Collection, None]:
    """What each visit brings, as it comes; one visit never disturbs another.

    `further` is asked, once a collection was taken, whether a further visit follows it. How many requests are under way at once,
    over all hosts and to each, is the fetcher's to say.
    """
    done: asyncio.Queue[asyncio.Task[Collection]] = asyncio.Queue()
    tasks: set[asyncio.Task[Collection]] = set()

    def begin(visit: Visit) -> None:
        task = asyncio.create_task(drive(visit, fetcher), name=visit.source.id)
        task.add_done_callback(done.put_nowait)
        tasks.add(task)

    try:
        for visit in visits:
            begin(visit)
        while tasks:
            task = await done.get()
            collection = await task
            yield collection
            tasks.discard(task)
            if (following := further(collection)) is not None:
                begin(following)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def live(
    policy: FetchPolicy,
    *,
    user_agent: str,
    pauses: Iterable[Pause] = (),
    robots: MutableMapping[str, RobotsFile] | None = None,
) -> AsyncIterator[Fetcher]:
    """A fetcher over the web, polite and within the limits of `policy`.

    `pauses` is what hosts asked for in earlier runs, `robots` what their robots.txt said, by origin; what it says now is put there.
    """
    from pipeline.collect.following import Follower
    from pipeline.collect.http import HttpExchange
    from pipeline.collect.politeness import Politeness

    politeness = Politeness(
        concurrency=policy.concurrency, per_host=policy.per_host, delay=policy.delay.total_seconds()
    )
    now = datetime.now(UTC)
    for pause in pauses:
        politeness.pause(pause.host, (pause.until - now).total_seconds())
    async with HttpExchange(policy, user_agent=user_agent) as exchange:
        yield Follower(
            exchange,
            politeness,
            timeout=policy.timeout.total_seconds(),
            retries=policy.retries,
            robots_agent=_token(user_agent) if policy.robots else None,
            robots=robots,
        )


@asynccontextmanager
async def replay(path: Path, policy: FetchPolicy, *, user_agent: str) -> AsyncIterator[Fetcher]:
    """A fetcher over recordings at `path`, which need no patience; all else is as on the web."""
    from pipeline.collect.following import Follower
    from pipeline.collect.politeness import Politeness
    from pipeline.collect.recordings import ReplayExchange

    yield Follower(
        ReplayExchange(path),
        Politeness(concurrency=policy.concurrency, per_host=1, delay=0, sleep=lambda _: asyncio.sleep(0)),
        timeout=policy.timeout.total_seconds(),
        retries=0,
        robots_agent=_token(user_agent) if policy.robots else None,
    )


def _token(user_agent: str) -> str:
    """The product token of a User-Agent, which rules of robots.txt name (RFC 9309, section 2.2.1)."""
    return user_agent.partition("/")[0]
