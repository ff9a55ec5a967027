"""The cron job: the whole line, top to bottom, up to the archive; `publication` goes on from there.

Order lives here, knowledge never does: each step is a call to the stage that knows.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import aclosing, asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import __version__, schedule, whereabouts
from pipeline.again import collected, recorded_sources
from pipeline.backfill import Backfill
from pipeline.collect import live, replay
from pipeline.collect.recordings import Recorded, recorded
from pipeline.errors import HostPaused, UsageError
from pipeline.extract import extract
from pipeline.health import notices
from pipeline.keep import keep, remember
from pipeline.model.collection import Visit
from pipeline.model.history import History
from pipeline.model.report import RunReport, SourceReport, Totals
from pipeline.readers import readers_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Container, Mapping, MutableMapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from pipeline.archive import Archive
    from pipeline.archive.captures import LastCaptures
    from pipeline.archive.robots import RobotsFiles
    from pipeline.collect.fetcher import Fetcher
    from pipeline.collect.recorder import Recorder
    from pipeline.collect.replay import Session
    from pipeline.model.capture import RobotsFile
    from pipeline.model.collection import Collection, Talk
    from pipeline.model.config import Config
    from pipeline.model.entry import Conversation, EntryVersion
    from pipeline.model.history import Pause
    from pipeline.model.source import Source, SourceId
    from pipeline.readers import Readers, Seen

log = logging.getLogger("samflode.run")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What of a run was asked for."""

    #: Ignore the schedule.
    everything: bool = False
    #: Only these sources, whether due or not; empty: all.
    only: tuple[SourceId, ...] = ()
    #: Walk so many pages of each, the source's own among them; None: only those that the source says itself.
    pages: int | None = None
    #: Take every response from the recordings here, and where they tell them the times as well. Recordings never age, so every
    #: source that they hold is due, and an answer that holds nothing new leaves the store as it is, byte for byte.
    recordings: Path | Recorded | None = None
    #: The recordings are the archive's own, and it is built from them: what they tell of a source goes into its history, too.
    rebuilding: bool = False


class Watcher:
    """Is told how the run goes; does nothing with it."""

    def began(self, sources: int) -> None:
        """So many sources are due."""

    def collected(self, report: SourceReport, name: str) -> None:
        """One source is done and, where it brought anything, in the archive."""


async def run(
    config: Config,
    archive: Archive,
    choice: Choice,
    *,
    captures: LastCaptures,
    robots: RobotsFiles | None = None,
    clock: Callable[[], datetime],
    watcher: Watcher,
    recorders: Sequence[Recorder] = (),
) -> RunReport:
    """Collects what is due into the archive and says how it went; `recorders` keep every response.

    Raises UsageError where `choice` names an unknown source, ArchiveError where the archive can't be written. What goes
    wrong with one source stands in its report and stops no other.
    """
    recording = recorded(choice.recordings, config) if isinstance(choice.recordings, Path) else choice.recordings
    session = None if recording is None else recording.session
    began = clock()
    started = began if session is None else session.started
    if session is not None and choice.pages is None:
        choice = replace(choice, pages=session.pages)
    for recorder in recorders:
        recorder.begin(started, pages=choice.pages)
    histories = archive.histories()
    pauses = _pauses(histories, choice, started)
    chosen = _chosen(config, histories, choice, started, pauses=pauses, session=session)
    reports: dict[SourceId, SourceReport] = {}
    watcher.began(len(chosen))

    backfill = Backfill(config, archive, choice.pages)
    taking = _Taking(
        config=config,
        archive=archive,
        choice=choice,
        captures=captures,
        recorders=recorders,
        backfill=backfill,
        started=started,
        moment=(lambda _: clock()) if session is None else session.moments(),
    )

    def visit(readers: Readers | None) -> Callable[[Source], Visit]:
        return lambda each: visit_of(
            each, archive.seen(each.id), histories.get(each.id, History()), choice, session=session, readers=readers
        )

    # What is walked page by page, or repeated in its order, is read in this process.
    apart = choice.pages is None and session is None
    async with (
        _rules(robots, choice, recorders) as rules,
        fetcher_of(config, recording, pauses, rules, recorders) as fetcher,
        readers_for(len(chosen) if apart else 0, started) or nullcontext() as readers,
        aclosing(collected([*map(visit(readers), chosen)], fetcher, session, backfill.further)) as collections,
    ):
        async for collection in collections:
            source = collection.source
            reports[source.id] = taking.take(collection, reports.get(source.id))
            if not backfill.walks(source.id):
                watcher.collected(reports[source.id], source.name)
        archive.checkpoint()

    told = tuple(
        reports.get(source.id) or _not_due(source, histories.get(source.id, History()), pauses)
        for source in config.sources
    )
    return RunReport(started=started, finished=started + (clock() - began), sources=told, totals=_totals(told, archive))


@asynccontextmanager
async def _rules(
    robots: RobotsFiles | None, choice: Choice, recorders: Sequence[Recorder]
) -> AsyncIterator[MutableMapping[str, RobotsFile]]:
    """The robots.txt files that are known; those that are learned within are kept at its end."""
    known = {} if robots is None or choice.recordings is not None else robots.read()
    before = dict(known)
    yield recorded_rules(known, recorders)
    if robots is not None and known != before:
        robots.keep(known)


def recorded_rules(
    known: MutableMapping[str, RobotsFile], recorders: Sequence[Recorder]
) -> MutableMapping[str, RobotsFile]:
    """The same robots.txt files; what is looked up of them is recorded, for a replay that asks nobody."""
    if not recorders:
        return known
    from pipeline.collect.recorder import RecordedRules

    return RecordedRules(known, recorders)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taking:
    """What becomes of the collections of a run as they come, one at a time."""

    config: Config
    archive: Archive
    choice: Choice
    captures: LastCaptures
    recorders: Sequence[Recorder]
    backfill: Backfill
    started: datetime
    #: When what a source brings is kept.
    moment: Callable[[SourceId], datetime]

    def take(self, collection: Collection, before: SourceReport | None) -> SourceReport:
        """The report of a source after a visit to it; `before` is that of its front, where this was an older page."""
        source, now = collection.source, self.moment(collection.source.id)
        if isinstance(collection.error, HostPaused) and not self.backfill.walks(source.id):
            return left_alone(source, collection.error)
        if not isinstance(collection.error, HostPaused):
            for recorder in self.recorders:
                recorder.kept(source.id, now, asked=collection.asked)
        with self.archive.turn():
            if self.backfill.walks(source.id):
                assert before is not None, "an older page comes after the front"
                return self.backfill.keep(collection, before, now)
            report = keep(
                collection,
                self.config,
                self.archive,
                started=self.started,
                now=now,
                replayed=self.choice.recordings is not None and not self.choice.rebuilding,
                # What is done again was not answered now.
                past=now - datetime.now(UTC) if self.choice.rebuilding else timedelta(0),
            )
        held = self.archive.history(source.id)
        remember(collection, report, held, self.captures)
        self.backfill.begin(collection, reading=_reading(source), all_new=report.new == len(held.held))
        return report


def _pauses(histories: Mapping[SourceId, History], choice: Choice, now: datetime) -> tuple[Pause, ...]:
    """What hosts asked for in earlier runs and is not over; a source that is named is asked all the same."""
    if choice.only or choice.recordings is not None:
        return ()
    return tuple(pause for history in histories.values() for pause in history.pauses if pause.until > now)


def _chosen(
    config: Config,
    histories: Mapping[SourceId, History],
    choice: Choice,
    now: datetime,
    *,
    pauses: Sequence[Pause],
    session: Session | None,
) -> tuple[Source, ...]:
    known = {source.id for source in config.sources}
    for each in choice.only:
        if each not in known:
            raise UsageError(
                f"there is no source `{each}`", hint="`samflode sources list` shows the ids of the sources in the file."
            )
    if choice.only:
        return tuple(source for source in config.sources if source.id in choice.only)
    if session is not None:
        return recorded_sources(config, session, rebuilding=choice.rebuilding)
    if choice.recordings is not None:
        return config.sources
    return tuple(
        source
        for source in (
            config.sources
            if choice.everything
            else schedule.due(config.sources, histories, now, config.archive.timezone)
        )
        if may_be_asked(source, histories.get(source.id, History()), pauses)
    )


def may_be_asked(source: Source, history: History, pauses: Sequence[Pause]) -> bool:
    """Whether nothing that servers said forbids it: the source is not gone for good, and its host wants no patience."""
    return not whereabouts.is_retired(source, history) and not whereabouts.paused_until(source, history, pauses)


def visit_of(
    source: Source,
    seen: Container[EntryVersion] | Seen,
    history: History,
    choice: Choice,
    *,
    session: Session | None = None,
    readers: Readers | None = None,
    now: datetime | None = None,
) -> Visit:
    """The visit to a source where it is now; `readers` hold the conversation, as of `now` where that is not the beginning of the run.

    `seen` says which versions of its entries the archive holds; one that has to be waited for is for `readers` only.
    """
    asked = source
    if choice.recordings is None:
        asked = replace(source, url=whereabouts.address_of(source, history))
    elif session is not None:
        asked = replace(source, url=session.asked(source.id, source.url))

    def talk() -> Conversation | Talk:
        if readers is not None:
            return readers.talk(source, seen, asked=asked, now=now)
        assert not callable(seen), "what is read here is answered at once"
        return extract(asked, seen, older=choice.pages is not None)

    return Visit(
        source=source,
        talk=talk,
        validators=None if choice.pages else history.validators,
        reading=_reading(source),
    )


def _reading(source: Source) -> str:
    """A digest of how the source is read: with another description, or another version, an old answer is news."""
    described = repr((__version__, source.url, source.kind, source.article, source.include, source.exclude))
    return hashlib.blake2b(described.encode(), digest_size=8).hexdigest()


def fetcher_of(
    config: Config,
    recordings: Path | Recorded | None,
    pauses: Sequence[Pause] = (),
    robots: MutableMapping[str, RobotsFile] | None = None,
    recorders: Sequence[Recorder] = (),
) -> AbstractAsyncContextManager[Fetcher]:
    """A fetcher over the web, or over recordings, as the configuration wants it. Raises UsageError where there are no recordings."""
    if recordings is not None:
        opened = recorded(recordings, config) if isinstance(recordings, Path) else recordings
        return replay(opened, config.fetch, user_agent=user_agent(config), recorders=recorders)
    return live(config.fetch, user_agent=user_agent(config), pauses=pauses, robots=robots, recorders=recorders)


def user_agent(config: Config) -> str:
    """What every request says of who makes it, and whom to ask about it (RFC 9110, section 10.1.5)."""
    contact = f"; {config.archive.contact}" if config.archive.contact else ""
    return f"Samflode/{__version__} (+{config.archive.url}{contact})"


def left_alone(source: Source, error: HostPaused) -> SourceReport:
    """The report of a source that was to be asked, had its host not asked for patience before."""
    return replace(_not_due(source, History(), ()), warnings=(f"{error.message}.",), next_due=error.until)


def _not_due(source: Source, history: History, pauses: Sequence[Pause]) -> SourceReport:
    until = whereabouts.paused_until(source, history, pauses)
    due = history.next_due if until is None else max(until, history.next_due or until)
    return SourceReport(
        id=source.id,
        outcome="not_due",
        requests=0,
        bytes=0,
        entries=0,
        new=0,
        updated=0,
        seconds=0.0,
        warnings=notices(source, history),
        error=None,
        next_due=due,
    )


def _totals(reports: Sequence[SourceReport], archive: Archive) -> Totals:
    return Totals(
        sources=sum(report.outcome != "not_due" for report in reports),
        failed=sum(report.outcome == "failed" for report in reports),
        entries=sum(report.entries for report in reports),
        new=sum(report.new for report in reports),
        updated=sum(report.updated for report in reports),
        stories=archive.count().stories,
    )


def utc_now() -> datetime:
    """The time by our own clock, to the second: finer would only make the archive's files longer."""
    return datetime.now(UTC).replace(microsecond=0)
