"""What the jobs of the queue are: scheduling, collecting a host, publishing, and taking up what a dead worker left."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from pipeline import schedule
from pipeline.archive import open_archive, standing
from pipeline.errors import ArchiveError
from pipeline.fleet.queue import COLLECT, PUBLISH, TELL, QueueLost
from pipeline.fleet.telling import tell_people, tell_switch
from pipeline.fleet.tracing import span
from pipeline.fleet.visiting import due_of, visit_host
from pipeline.metrics import MOST_NAMED
from pipeline.model.history import History
from pipeline.publication import republish
from pipeline.run import utc_now
from pipeline.web.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta
    from pathlib import Path

    from pipeline.archive.postgres import PostgresArchive
    from pipeline.fleet.current import CurrentConfig, Known
    from pipeline.fleet.order import Order
    from pipeline.fleet.queue import Queue
    from pipeline.fleet.visiting import Shared
    from pipeline.metrics import WorkerMetrics
    from pipeline.model.source import SourceId

log = logging.getLogger("samflode.worker")

#: Under this name the database knows which sources.yaml the last schedule was made with.
_SOURCES = "sources.yaml"
#: Under this name it knows why the last publication failed.
_UNPUBLISHED = "unpublished"


class Duties:
    """The jobs of one worker."""

    def __init__(
        self,
        queue: Queue,
        shared: Shared,
        current: CurrentConfig,
        metrics: WorkerMetrics,
        order: Order,
    ) -> None:
        self._queue, self._shared, self._current, self._metrics = queue, shared, current, metrics
        self._order = order
        #: None: whoever asked for the work publishes at its end.
        self._publish_every: timedelta | None = None if order.once else order.publish_every
        #: Whether anything was collected that is not published yet.
        self.has_news = False

    @property
    def stopping(self) -> asyncio.Event:
        """Is set when the worker is to end."""
        return self._shared.stopping

    @property
    def is_stopping(self) -> bool:
        """Whether nothing new is to be begun."""
        return self._shared.stopping.is_set()

    async def schedule(self, job: int | None) -> None:
        """Queues every host with sources that are due, the longest overdue first."""
        del job
        known, now = self._current.now(), utc_now()
        anew = await self._queue.fact(_SOURCES) != known.digest
        with span("schedule") as said:
            histories = await self._shared.reading.do(lambda archive: _planned(archive, known, now, anew=anew))
            sources = [source for source in known.config.sources if source.id in histories]
            due = due_of(sources, histories, known.config, now, await self._queue.pauses())
            hosts = dict.fromkeys(host_of(source.url) for source in due)
            queued = await self._queue.queue_hosts(hosts)
            said(due=len(due), queued=queued)
        if anew:
            await self._queue.know(_SOURCES, known.digest)
        if queued:
            log.info(
                "%d sources are due on %d hosts, %d of them queued",
                len(due),
                len(hosts),
                queued,
                extra={"fields": {"due": len(due), "hosts": len(hosts), "queued": queued}},
            )

    async def collect(self, job: int | None, *, host: str) -> None:
        """Collects what is due at a host."""
        known = self._current.now()
        run = f"{utc_now():%Y%m%dT%H%M%S}-{job}"
        self._shared.watcher.began(run, host)
        sources = known.by_host.get(host, ())
        if not sources:
            log.warning(
                "no source of this worker's %s is on %s, which another worker has queued; give all workers the same file",
                "sources.yaml",
                host,
            )
        try:
            with span(COLLECT, run=run, host=host), self._order.recording(known.config) as recorders:
                done = await visit_host(host, sources, known.config, self._shared, recorders=recorders)
        except (QueueLost, ArchiveError) as error:
            self._metrics.jobs.labels(COLLECT, "lost").inc()
            # What was kept is kept; the rest is due as before.
            log.warning("%s: left for another worker: %s", host, error, extra={"fields": {"host": host}})
            raise
        self._metrics.jobs.labels(COLLECT, "done").inc()
        self.has_news = self.has_news or done.has_news
        if done.has_more:
            await self._queue.queue_hosts([host])
        if done.has_news and self._publish_every is not None:
            await self._queue.queue_publication(self._publish_every)

    async def publish(self, job: int | None) -> None:
        """Writes the publication."""
        del job
        if self._order.publication is None:
            return
        self.has_news = False
        try:
            with span(PUBLISH) as said:
                written, removed = await asyncio.to_thread(self._publish, self._order.publication)
                said(written=written, removed=removed)
        except Exception as error:
            self.has_news = True
            self._metrics.jobs.labels(PUBLISH, "lost").inc()
            with suppress(QueueLost):
                await self._queue.know(_UNPUBLISHED, str(error) or type(error).__name__)
                if self._publish_every is not None:
                    # The queue forgets a job that failed; the news are still to be published.
                    await self._queue.queue_publication(self._publish_every)
            raise
        await self._queue.know(_UNPUBLISHED, None)
        self._metrics.published.set_to_current_time()
        self._metrics.jobs.labels(PUBLISH, "done").inc()
        log.info("published: %d files written, %d removed", written, removed)

    async def tell(self, job: int | None) -> None:
        """Tells people what they have to be told, and the dead man's switch that the fleet works."""
        del job
        known, now = self._current.now(), utc_now()
        if not (known.config.notify or known.config.searches or known.config.ping):
            return
        try:
            with span(TELL):
                await tell_people(known.config, self._order.store, self._order.folder, now)
                await tell_switch(
                    known,
                    self._shared.reading,
                    now,
                    paused=await self._queue.pauses(),
                    unpublished=await self._queue.fact(_UNPUBLISHED),
                )
        except (QueueLost, ArchiveError) as error:
            self._metrics.jobs.labels(TELL, "lost").inc()
            log.warning("people are told in five minutes what there is to say now: %s", error)
            return
        self._metrics.jobs.labels(TELL, "done").inc()

    async def rescue(self) -> None:
        """Takes up the jobs of workers that are no more."""
        rescued = await self._queue.rescue()
        if rescued:
            self._metrics.rescued.inc(rescued)
            log.warning("%d jobs of a worker that gave no sign of life are queued again", rescued)

    async def look(self) -> None:
        """Tells how the fleet stands. What can't be found out now is told the next time."""
        with suppress(QueueLost, ArchiveError):
            await self._tell()

    def _publish(self, folder: Path) -> tuple[int, int]:
        with open_archive(self._order.store, write=True) as archive:
            written = republish(self._current.now().config, archive, folder)
        return written.written, written.removed

    async def _tell(self) -> None:
        metrics, known, now = self._metrics, self._current.now(), utc_now()
        rows = await self._queue.all(
            "SELECT task_name, status::text, count(*) AS number FROM procrastinate_jobs GROUP BY task_name, status"
        )
        metrics.queued.clear()
        for row in rows:
            metrics.queued.labels(row["task_name"], row["status"]).set(row["number"])
        (alive,) = await self._queue.all(
            "SELECT count(*) AS number FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds'"
        )
        # A worker does its jobs and the fleet's duties, and counts as two or three.
        metrics.workers.set(alive["number"])
        ids = [source.id for source in known.config.sources]
        count, since = await self._shared.reading.do(lambda archive: standing.overdue(archive, ids, now))
        unasked = await self._shared.reading.do(lambda archive: standing.strangers(archive, ids))
        metrics.due.set(count + len(unasked))
        metrics.lag.set(0 if since is None else (now - since).total_seconds())
        metrics.successes.tell(
            await self._shared.reading.do(lambda archive: standing.oldest_successes(archive, ids, MOST_NAMED))
        )


def _planned(archive: PostgresArchive, known: Known, now: datetime, *, anew: bool) -> Mapping[SourceId, History]:
    """The histories of the sources that can be due; of all of them where sources.yaml is another one, which may ask them more often."""
    ids = [source.id for source in known.config.sources]
    found = archive.histories() if anew else standing.planned(archive, now + schedule.LARGEST_SLACK)
    return {**found, **dict.fromkeys(standing.strangers(archive, ids), History())}
