"""Many machines: the same line as in `run`, as jobs that any worker takes. The embedded run knows nothing of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pipeline.archive.captures import LastCaptures
from pipeline.archive.postgres import PostgresArchive
from pipeline.collect import polite, trusted
from pipeline.collect.redaction import Redaction
from pipeline.errors import ArchiveUnreachable
from pipeline.fleet.archive_thread import ArchiveThread
from pipeline.fleet.current import CurrentConfig
from pipeline.fleet.duties import Duties
from pipeline.fleet.order import Order
from pipeline.fleet.queue import (
    COLLECT,
    DUTIES,
    EVERY_MINUTE,
    PUBLISH,
    SCHEDULE,
    TELL,
    Queue,
    QueueLost,
    is_lost,
    reason,
    watchful,
)
from pipeline.fleet.robots import KnownRobots
from pipeline.fleet.telling import EVERY_FIVE_MINUTES
from pipeline.fleet.turns import Turns
from pipeline.fleet.visiting import Shared, Watcher
from pipeline.readers import Readers
from pipeline.run import utc_now

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from pipeline.fleet.order import Order
    from pipeline.metrics import WorkerMetrics
    from pipeline.model.config import FetchPolicy

log = logging.getLogger("samflode.worker")

#: Seconds between two tries to reach a database that is away: the first, and the longest.
FIRST_TRY, LAST_TRY = 1.0, 15.0
#: The fleet's own duties that a worker does at once.
_DUTIES_AT_ONCE = 4
#: Starts of the process that reads; a worker runs for weeks.
_MOST_STARTS = 100_000
#: Seconds between two looks at how the fleet stands.
_LOOK_AGAIN = 15.0
#: Seconds between two looks at whether `fetch:` of sources.yaml has changed.
_CHANGED_AGAIN = 2.0
#: Seconds between two looks for the jobs of dead workers.
_RESCUE_AGAIN = 10.0


async def work(order: Order, *, watcher: Watcher, metrics: WorkerMetrics, stopping: asyncio.Event) -> None:
    """Works until `stopping` is set, and ends what is under way then; with `once`, until nothing is due.

    Raises ConfigError where sources.yaml is wrong, ArchiveError where the database can't be used at the beginning; one that goes
    away later is waited for.
    """
    current = CurrentConfig(order.load, order.sources)
    asyncio.get_running_loop().set_exception_handler(_of_nobody)
    # Says what is wrong in full, and makes the tables of the archive.
    with PostgresArchive.opened(order.store, write=True):
        pass
    pause, began = FIRST_TRY, False
    while not stopping.is_set():
        try:
            async with _shift(order, current, watcher, metrics, stopping) as (queue, duties):
                began, pause = True, FIRST_TRY
                if order.once:
                    await _work_once(queue, duties, order)
                    return
                await _work_on(queue, order, duties)
        except (QueueLost, ArchiveUnreachable) as error:
            if not began or order.once:
                raise ArchiveUnreachable(str(error), path=order.store) from error
            if not stopping.is_set():
                log.warning("the database is away (%s); tried again in %.0f s", error, pause)
        if not stopping.is_set():
            await _waited(pause * random.uniform(0.5, 1), stopping)
            pause = min(pause * 2, LAST_TRY)


@contextlib.asynccontextmanager
async def _shift(
    order: Order, current: CurrentConfig, watcher: Watcher, metrics: WorkerMetrics, stopping: asyncio.Event
) -> AsyncIterator[tuple[Queue, Duties]]:
    """What a worker needs as long as its database is there and `fetch:` of sources.yaml is the same."""
    url, policy = watchful(order.store), current.now().config.fetch
    queue = Queue(order.store)
    reading, writing = ArchiveThread(url), ArchiveThread(url)
    turns = Turns(queue, per_host=policy.per_host, timeout=policy.timeout.total_seconds())
    over = asyncio.Event()
    async with contextlib.AsyncExitStack() as stack:
        changes = asyncio.create_task(_until_over(over, current, policy, stopping, once=order.once))
        stack.callback(changes.cancel)
        stack.push_async_callback(reading.close)
        stack.push_async_callback(writing.close)
        readers = await stack.enter_async_context(Readers(1, utc_now(), most_starts=_MOST_STARTS))
        shared = Shared(
            reading=reading,
            writing=writing,
            robots=KnownRobots(queue),
            readers=readers,
            captures=LastCaptures(order.folder, hide=lambda body: Redaction(current.now().config.secrets).body(body)),
            politeness=polite(policy, turns),
            trust=trusted(),
            watcher=watcher,
            stopping=over,
        )
        duties = Duties(queue, shared, current, metrics, order)
        # Who only works off what is due leaves the others' duties to them.
        queue.does(SCHEDULE, duties.schedule, queue=DUTIES, cron=None if order.once else EVERY_MINUTE)
        queue.does(TELL, duties.tell, queue=DUTIES, cron=None if order.once else EVERY_FIVE_MINUTES)
        queue.does(COLLECT, duties.collect, queue=COLLECT)
        queue.does(PUBLISH, duties.publish, queue=PUBLISH)
        await stack.enter_async_context(queue.opened())
        # Before the queue is closed.
        stack.callback(lambda: setattr(queue, "is_closing", True))
        yield queue, duties


def _of_nobody(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Says in our own words what went wrong where nobody waits for it.

    The queue could not be told that a job has ended: its database is away, or took this worker for dead and the job for another's.
    """
    error = context.get("exception")
    if isinstance(error, Exception) and is_lost(error):
        log.info("that a job has ended could not be noted (%s); what it left due is done by another one", reason(error))
    elif error is not None:
        log.error("%s", context["message"], exc_info=error)
    else:
        loop.default_exception_handler(context)


async def _until_over(
    over: asyncio.Event, current: CurrentConfig, policy: FetchPolicy, stopping: asyncio.Event, *, once: bool
) -> None:
    """Sets `over` when the worker is to stop, or `fetch:` is another one than the turns at hosts were made with."""
    try:
        while not stopping.is_set():
            if not once and current.now().config.fetch != policy:
                log.info("`fetch:` has changed: what is under way is ended as it began, all else follows the new one")
                break
            await _waited(_CHANGED_AGAIN, stopping)
    finally:
        # Whatever went wrong here, a worker can be stopped.
        over.set()


async def _work_on(queue: Queue, order: Order, duties: Duties) -> None:
    """Does jobs until it is to stop; ends what is under way. Raises QueueLost where the database goes away."""
    works = [
        asyncio.create_task(queue.work([COLLECT], at_once=order.at_once, wait=True)),
        asyncio.create_task(queue.work([DUTIES], at_once=_DUTIES_AT_ONCE, wait=True)),
        asyncio.create_task(_again(duties.look, _LOOK_AGAIN, duties.stopping)),
        asyncio.create_task(_again(duties.rescue, _RESCUE_AGAIN, duties.stopping)),
    ]
    if order.publication is not None:
        works.append(asyncio.create_task(queue.work([PUBLISH], at_once=1, wait=True)))
    stop = asyncio.create_task(duties.stopping.wait())
    try:
        await asyncio.wait([*works, stop], return_when=asyncio.FIRST_COMPLETED)
        if duties.is_stopping:
            log.info("ends what is under way")
    finally:
        stop.cancel()
        for each in works:
            each.cancel()
        results = await asyncio.gather(*works, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise (
                result if isinstance(result, QueueLost) else QueueLost(f"{type(result).__name__}: {result}")
            ) from result


async def _work_once(queue: Queue, duties: Duties, order: Order) -> None:
    """Queues what is due, and works until nothing is left that could be begun; then publishes where there is news, and tells people."""
    await duties.rescue()
    await duties.schedule(None)
    await _worked_off(queue, COLLECT, duties, at_once=order.at_once)
    if order.publication is not None and duties.has_news and not duties.is_stopping:
        await queue.queue_publication(timedelta(0))
        await _worked_off(queue, PUBLISH, duties, at_once=1)
    if not duties.is_stopping:
        await duties.tell(None)


async def _worked_off(queue: Queue, name: str, duties: Duties, *, at_once: int) -> None:
    while await queue.holds(name) and not duties.is_stopping:
        await queue.work([name], at_once=at_once, wait=False)
        if await queue.holds(name):
            # What is left waits for another worker to be done with its host; should that one die, for being taken up.
            await _waited(0.5, duties.stopping)
            await duties.rescue()


async def _again(duty: Callable[[], Awaitable[None]], seconds: float, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        await duty()
        # Not all workers at the same moment.
        await _waited(seconds * random.uniform(0.8, 1), stopping)


async def _waited(seconds: float, until: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(until.wait(), seconds)
