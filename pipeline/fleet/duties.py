"""What the jobs of the queue are: scheduling, collecting a host, publishing, and taking up what a dead worker left."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from pipeline import schedule
from pipeline.archive import open_archive, standing
from pipeline.errors import ArchiveError
from pipeline.fleet.queue import COLLECT, PUBLISH, QueueLost
from pipeline.fleet.tracing import span
from pipeline.fleet.visiting import due_of, visit_host
from pipeline.metrics import MOST_NAMED
from pipeline.model.history import History
from pipeline.publication import republish
from pipeline.run import utc_now
from pipeline.web.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime, timedelta
    from pathlib import Path

    from pipeline.archive.postgres import PostgresArchive
    from pipeline.collect.recorder import Recorder
    from pipeline.fleet.queue import Queue
    from pipeline.fleet.sheet import Known, Sheet
    from pipeline.fleet.visiting import Desk
    from pipeline.metrics import WorkerMetrics
    from pipeline.model.config import Config
    from pipeline.model.source import SourceId

log = logging.getLogger("samflode.worker")

#: Under this name the database knows which sources.yaml the last schedule was made with.
_SHEET = "sheet"


class Duties:
    """The jobs of one worker."""

    def __init__(
        self,
        queue: Queue,
        desk: Desk,
        sheet: Sheet,
        metrics: WorkerMetrics,
        *,
        publication: Path | None,
        store: str,
        recording: Callable[[Config], AbstractContextManager[Sequence[Recorder]]],
    ) -> None:
        self._queue, self._desk, self._sheet, self._metrics = queue, desk, sheet, metrics
        self._publication, self._store, self._recording = publication, store, recording
        #: None: whoever asked for the work publishes at its end.
        self.publish_every: timedelta | None = None
        #: Whether anything was collected that is not published yet.
        self.has_news = False

    @property
    def stopping(self) -> asyncio.Event:
        """Is set when the worker is to end."""
        return self._desk.stopping

    @property
    def is_stopping(self) -> bool:
        """Whether nothing new is to be begun."""
        return self._desk.stopping.is_set()

    async def schedule(self, job: int | None) -> None:
        """Queues every host with sources that are due, the longest overdue first."""
        del job
        known, now = self._sheet.now(), utc_now()
        rows = await self._queue.all("SELECT value FROM fleet_facts WHERE name = %(name)s", name=_SHEET)
        anew = not rows or rows[0]["value"] != known.digest
        with span("schedule") as said:
            histories = await self._desk.looker.do(lambda archive: _planned(archive, known, now, anew=anew))
            sources = [source for source in known.config.sources if source.id in histories]
            due = due_of(sources, histories, known.config, now)
            hosts = dict.fromkeys(host_of(source.url) for source in due)
            queued = await self._queue.queue_hosts(hosts)
            said(due=len(due), queued=queued)
        if anew:
            await self._queue.one(
                "INSERT INTO fleet_facts VALUES (%(name)s, %(value)s) ON CONFLICT (name) DO UPDATE SET value = excluded.value RETURNING name",
                name=_SHEET,
                value=known.digest,
            )
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
        known = self._sheet.now()
        run = f"{utc_now():%Y%m%dT%H%M%S}-{job}"
        self._desk.watcher.began(run, host)
        sources = known.by_host.get(host, ())
        if not sources:
            log.warning(
                "no source of this worker's %s is on %s, which another worker has queued; give all workers the same file",
                "sources.yaml",
                host,
            )
        try:
            with span(COLLECT, run=run, host=host), self._recording(known.config) as recorders:
                done = await visit_host(host, sources, known.config, self._desk, recorders=recorders)
        except (QueueLost, ArchiveError) as error:
            self._metrics.jobs.labels(COLLECT, "lost").inc()
            # What was kept is kept; the rest is due as before.
            log.warning("%s: left for another worker: %s", host, error, extra={"fields": {"host": host}})
            raise
        self._metrics.jobs.labels(COLLECT, "done").inc()
        self.has_news = self.has_news or done.has_news
        if done.has_more and not self.is_stopping:
            await self._queue.queue_hosts([host])
        if done.has_news and self.publish_every is not None:
            await self._queue.queue_publication(self.publish_every)

    async def publish(self, job: int | None) -> None:
        """Writes the publication."""
        del job
        if self._publication is None:
            return
        self.has_news = False
        try:
            with span(PUBLISH) as said:
                written, removed = await asyncio.to_thread(self._publish, self._publication)
                said(written=written, removed=removed)
        except Exception:
            self.has_news = True
            self._metrics.jobs.labels(PUBLISH, "lost").inc()
            if self.publish_every is not None:
                # The queue forgets a job that failed; the news are still to be published.
                with suppress(QueueLost):
                    await self._queue.queue_publication(self.publish_every)
            raise
        self._metrics.published.set_to_current_time()
        self._metrics.jobs.labels(PUBLISH, "done").inc()
        log.info("published: %d files written, %d removed", written, removed)

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
        with open_archive(self._store, write=True) as archive:
            written = republish(self._sheet.now().config, archive, folder)
        return written.written, written.removed

    async def _tell(self) -> None:
        metrics, known, now = self._metrics, self._sheet.now(), utc_now()
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
        count, since = await self._desk.looker.do(lambda archive: standing.overdue(archive, ids, now))
        unasked = await self._desk.looker.do(lambda archive: standing.strangers(archive, ids))
        metrics.due.set(count + len(unasked))
        metrics.lag.set(0 if since is None else (now - since).total_seconds())
        metrics.successes.tell(
            await self._desk.looker.do(lambda archive: standing.oldest_successes(archive, ids, MOST_NAMED))
        )


def _planned(archive: PostgresArchive, known: Known, now: datetime, *, anew: bool) -> Mapping[SourceId, History]:
    """The histories of the sources that can be due; of all of them where sources.yaml is another one, which may ask them more often."""
    ids = [source.id for source in known.config.sources]
    found = archive.histories() if anew else standing.planned(archive, now + schedule.LARGEST_SLACK)
    return {**found, **dict.fromkeys(standing.strangers(archive, ids), History())}
