"""One host's due sources, collected: the same steps as in `run`, by whichever worker."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline import schedule
from pipeline.archive import standing
from pipeline.collect import live
from pipeline.collect.driver import drive
from pipeline.errors import ArchiveError, HostPaused, InternalError
from pipeline.fleet.queue import QueueLost
from pipeline.fleet.tracing import span, traced
from pipeline.keep import keep, remember
from pipeline.model.history import History
from pipeline.model.item import version_key
from pipeline.run import Choice, left_alone, may_be_asked, recorded_rules, user_agent, utc_now, visit_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from ssl import SSLContext

    from pipeline.archive.captures import LastCaptures
    from pipeline.archive.postgres import PostgresArchive
    from pipeline.collect.fetcher import Fetcher
    from pipeline.collect.politeness import Politeness
    from pipeline.collect.recorder import Recorder
    from pipeline.fleet.archive_thread import ArchiveThread
    from pipeline.fleet.robots import KnownRobots
    from pipeline.model.collection import Collection
    from pipeline.model.config import Config
    from pipeline.model.entry import EntryVersion
    from pipeline.model.history import Pause
    from pipeline.model.report import SourceReport
    from pipeline.model.source import Source, SourceId
    from pipeline.readers import Readers

log = logging.getLogger("samflode.worker")

#: Visits of one job: a host with very many sources lets the others have their turn.
MOST_VISITS = 20


class Watcher:
    """Is told how the work goes; does nothing with it."""

    def began(self, run: str, host: str) -> None:
        """A job begins, in a context of its own."""

    def collected(self, report: SourceReport, *, late: timedelta | None) -> None:
        """One source is done and, where it brought anything, in the archive. `late` is how long it had been due; None: it is new."""


@dataclass(slots=True, kw_only=True)
class Shared:
    """What the jobs of one worker share."""

    #: Looks things up; the other one waits for its turn.
    reading: ArchiveThread
    writing: ArchiveThread
    robots: KnownRobots
    readers: Readers
    captures: LastCaptures
    politeness: Politeness
    trust: SSLContext
    watcher: Watcher
    #: Set when the worker is to end: what is under way is ended, nothing is begun.
    stopping: asyncio.Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a job came to."""

    reports: tuple[SourceReport, ...]
    #: Whether the host has more that is due.
    has_more: bool

    @property
    def has_news(self) -> bool:
        """Whether there is anything to publish."""
        return any(report.new or report.updated for report in self.reports)


async def visit_host(
    host: str, sources: Sequence[Source], config: Config, shared: Shared, *, recorders: Sequence[Recorder] = ()
) -> Done:
    """Collects those of a host's sources that are due now. Raises ArchiveError or QueueLost where the database stays away.

    What is kept then stays kept; the rest is due as before.
    """
    ids = [source.id for source in sources]
    histories = await shared.reading.do(lambda archive: standing.histories(archive, ids))
    due = due_of(sources, histories, config, utc_now())
    reports: list[SourceReport]
    waiting, reports = deque(due[:MOST_VISITS]), []
    if not waiting:
        return Done(reports=(), has_more=False)
    rules = recorded_rules(await shared.robots.of(host), recorders)
    for recorder in recorders:
        recorder.begin(utc_now(), pages=None)

    async def visit_all(fetcher: Fetcher) -> None:
        while waiting and not shared.stopping.is_set():
            source = waiting.popleft()
            report = await _visited(
                source, histories.get(source.id, History()), config, shared, fetcher, recorders=recorders
            )
            if report is not None:
                reports.append(report)

    async with live(
        config.fetch,
        user_agent=user_agent(config),
        robots=rules,
        recorders=recorders,
        politeness=shared.politeness,
        trust=shared.trust,
    ) as fetcher:
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(config.fetch.per_host):
                    group.create_task(visit_all(traced(fetcher)))
        except ExceptionGroup as problems:
            raise problems.exceptions[0] from problems
    await shared.robots.keep()
    return Done(reports=tuple(reports), has_more=bool(waiting) or len(due) > MOST_VISITS)


def due_of(
    sources: Sequence[Source],
    histories: Mapping[SourceId, History],
    config: Config,
    now: datetime,
    paused: Sequence[Pause] = (),
) -> list[Source]:
    """Those of the sources that are to be asked, the longest overdue first; `paused` is what hosts asked of the whole fleet."""
    pauses = [pause for history in histories.values() for pause in history.pauses if pause.until > now]
    pauses += paused
    found = [
        source
        for source in schedule.due(sources, histories, now, config.archive.timezone)
        if may_be_asked(source, histories.get(source.id, History()), pauses)
    ]
    return sorted(found, key=lambda source: _planned(histories.get(source.id), now))


def lateness(history: History | None, now: datetime) -> timedelta | None:
    """How long a source has been due; None where it was never collected."""
    if history is None or history.next_due is None:
        return None
    return max(now - history.next_due, timedelta(0))


def _planned(history: History | None, now: datetime) -> datetime:
    return now if history is None or history.next_due is None else history.next_due


async def _visited(
    source: Source,
    before: History,
    config: Config,
    shared: Shared,
    fetcher: Fetcher,
    *,
    recorders: Sequence[Recorder],
) -> SourceReport | None:
    """The report of a visit; None where another worker has been there meanwhile."""
    started = utc_now()
    with span("visit", source=source.id, url=source.url) as said:

        async def seen(versions: Sequence[EntryVersion]) -> frozenset[EntryVersion]:
            keys = {version_key(source.id, each): each for each in versions}
            known = await shared.reading.do(lambda archive: archive.known_as(keys))
            return frozenset(keys[each] for each in known)

        visit = visit_of(source, seen, before, Choice(), readers=shared.readers, now=started)
        collection = await drive(visit, fetcher)
        _raise_if_lost(collection)

        def put(archive: PostgresArchive) -> tuple[SourceReport, History] | None:
            return _kept(collection, before, config, archive, started=started, recorders=recorders)

        with span("keep", source=source.id):
            put_in = await shared.writing.do(put)
        if put_in is None:
            log.info("%s: another worker has been there meanwhile", source.id, extra={"fields": {"source": source.id}})
            return None
        report, after = put_in
        said(outcome=report.outcome, entries=report.entries, new=report.new)
    remember(collection, report, after, shared.captures)
    shared.watcher.collected(report, late=lateness(before, started))
    return report


def _kept(
    collection: Collection,
    before: History,
    config: Config,
    archive: PostgresArchive,
    *,
    started: datetime,
    recorders: Sequence[Recorder],
) -> tuple[SourceReport, History] | None:
    """Puts a collection into the archive, as its one writer at this moment; None where the source was collected since `before`.

    So it may be done twice, by two workers or by one that does not know whether the first time went well.
    """
    source = collection.source
    if isinstance(collection.error, HostPaused):
        return left_alone(source, collection.error), before
    with archive.turn():
        now = utc_now()
        if archive.history(source.id).attempts != before.attempts:
            return None
        for recorder in recorders:
            recorder.kept(source.id, now, asked=collection.asked)
        report = keep(collection, config, archive, started=started, now=now)
        # Only of an answer that was read does anybody ask what became of it.
        return report, archive.history(source.id) if report.outcome == "ok" else before


def _raise_if_lost(collection: Collection) -> None:
    """Raises what is no fault of the source's: the database was away in the midst of it."""
    cause = collection.error.__cause__ if isinstance(collection.error, InternalError) else None
    if isinstance(cause, QueueLost | ArchiveError):
        raise cause
