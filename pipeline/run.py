"""The cron job: the whole line, top to bottom; and publishing alone.

Order lives here, knowledge never does: each step is a call to the stage that knows.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import aclosing, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import __version__, schedule, whereabouts
from pipeline.again import collected, recorded_sources
from pipeline.archive import newest
from pipeline.backfill import Backfill
from pipeline.breakage import complaints, followed, is_new_to, strangers
from pipeline.collect import live, replay
from pipeline.collect.recordings import Recorded, recorded
from pipeline.collect.redaction import Redaction
from pipeline.diagnosis import explained, finding
from pipeline.errors import (
    ExtractError,
    HostPaused,
    HttpStatusError,
    InternalError,
    NothingMatched,
    SamflodeError,
    UsageError,
)
from pipeline.extract import extract
from pipeline.health import health, notices
from pipeline.model.change import Changes
from pipeline.model.collection import Collection, Visit
from pipeline.model.history import Attempt, History
from pipeline.model.report import Failure, RunReport, SourceReport, Totals
from pipeline.model.source import AutoListing
from pipeline.normalise import normalise
from pipeline.organise import organise, topics_of
from pipeline.publish import (
    edition,
    export_items,
    export_stories,
    item_row,
    items_into,
    publish,
    stories_into,
    story_views,
    write,
)
from pipeline.readers import readers_for
from pipeline.web.pace import asked_pause

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from pipeline.archive import Archive
    from pipeline.archive.captures import LastCaptures
    from pipeline.archive.robots import RobotsFiles
    from pipeline.collect.fetcher import Fetcher
    from pipeline.collect.recorder import Recorder
    from pipeline.collect.replay import Session
    from pipeline.model.capture import RobotsFile
    from pipeline.model.collection import Talk
    from pipeline.model.config import Config
    from pipeline.model.edition import StoryView
    from pipeline.model.entry import Conversation, Entry
    from pipeline.model.history import Outcome, Pause
    from pipeline.model.item import Item, ItemId, Record
    from pipeline.model.query import Query
    from pipeline.model.search import Term
    from pipeline.model.source import Source, SourceId
    from pipeline.publish import Written
    from pipeline.readers import Readers

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

    rules = {} if robots is None or choice.recordings is not None else robots.read()
    before = dict(rules)
    if recorders:
        from pipeline.collect.recorder import RecordedRules

        rules = RecordedRules(rules, recorders)
    moment = (lambda _: clock()) if session is None else session.moments()
    backfill = Backfill(config, archive, choice.pages)
    # What is walked page by page, or repeated in its order, is read in this process.
    apart = choice.pages is None and session is None
    async with (
        fetcher_of(config, recording, pauses, rules, recorders) as fetcher,
        readers_for(len(chosen) if apart else 0, started) or nullcontext() as readers,
        aclosing(
            collected(
                [
                    _visit(each, archive, histories.get(each.id, History()), choice, session=session, readers=readers)
                    for each in chosen
                ],
                fetcher,
                session,
                backfill.further,
            )
        ) as collections,
    ):
        async for collection in collections:
            source = collection.source
            now = moment(source.id)
            if not isinstance(collection.error, HostPaused):
                for recorder in recorders:
                    recorder.kept(source.id, now, asked=collection.asked)
            if backfill.walks(source.id):
                with archive.turn():
                    report = backfill.keep(collection, reports[source.id], now)
            elif isinstance(collection.error, HostPaused):
                report = _left_alone(source, collection.error)
            else:
                with archive.turn():
                    report = _keep(collection, config, archive, choice, started=started, now=now)
                if report.outcome == "ok" and not archive.history(report.id).complaints:
                    _remember(collection, captures)
                all_new = report.new == len(archive.history(source.id).held)
                backfill.begin(collection, reading=_reading(source), all_new=all_new)
            reports[source.id] = report
            if not backfill.walks(source.id):
                watcher.collected(report, source.name)
    archive.checkpoint()
    if robots is not None and rules != before:
        robots.keep(rules)

    all_reports = tuple(
        reports.get(source.id) or _not_due(source, histories.get(source.id, History()), pauses)
        for source in config.sources
    )
    finished = started + (clock() - began)
    return RunReport(started=started, finished=finished, sources=all_reports, totals=_totals(all_reports, archive))


def republish(config: Config, archive: Archive, folder: Path, *, full: bool = False) -> Written:
    """Writes the publication of what the archive holds into `folder`; files that stay the same are not touched."""
    config = _told(config)
    _renew_topics(config, archive)
    state = health(config.sources, archive.histories(), archive.count().by_source)
    return write(publish(edition(config, archive.records(), archive.stories(), state)), folder, full=full)


def _told(config: Config) -> Config:
    """The configuration as everybody may know it: no address of a source holds what came from the environment."""
    redaction = Redaction(config.secrets)
    return replace(config, sources=tuple(replace(each, url=redaction.url(each.url)) for each in config.sources))


def _hidden(items: Sequence[Item], config: Config) -> Sequence[Item]:
    """The items without what came from the environment in the addresses that they were read from and lead to."""
    if not config.secrets:
        return items
    redaction = Redaction(config.secrets)
    return tuple(
        replace(
            item,
            url=None if item.url is None else redaction.url(item.url),
            origin=replace(item.origin, capture_url=redaction.url(item.origin.capture_url)),
        )
        for item in items
    )


def _renew_topics(config: Config, archive: Archive) -> None:
    """Gives every record the topics of the vocabulary as it is now: words that were added hold for what came before, too."""
    renewed = [
        replace(record, topics=topics)
        for record in archive.records()
        if (topics := topics_of(record.item, config.topics)) != record.topics
    ]
    if renewed:
        archive.commit(Changes(amended=tuple(renewed)), {})
        archive.checkpoint()


def exported(archive: Archive, query: Query, *, what: str, form: str, delimiter: str = ",") -> Iterator[bytes]:
    """The items or the stories that `query` asks for, as a text in pieces. Of a story it is enough that one item fits."""
    if what == "items":
        return export_items(_seen_last(archive, archive.records(query)), form, delimiter=delimiter)
    return export_stories(_views(archive, query), form, delimiter=delimiter)


def found_rows(archive: Archive, asked: Sequence[Term], query: Query, *, limit: int) -> list[dict[str, Any]]:
    """The items that hold the words, as rows of the exports; the best first."""
    found = islice(archive.search(asked, query), limit)
    return [item_row(record) for record in _seen_last(archive, found)]


def exported_into(path: Path, archive: Archive, query: Query, *, what: str, form: str) -> None:
    """Writes the same into a new file of a format that is no text."""
    if what == "items":
        items_into(path, _seen_last(archive, archive.records(query)), form)
    else:
        stories_into(path, _views(archive, query), form)


def _views(archive: Archive, query: Query) -> Iterator[StoryView]:
    """The stories that have an item which the query asks for, in the order of the newest such item of each."""
    for record in archive.records(query):
        story = archive.story(record.story)
        assert story is not None, record.story
        members = [found for each in story.items if (found := archive.record(each)) is not None]
        if newest(members, query) == record:
            yield from story_views(members, [story])


def _seen_last(archive: Archive, records: Iterable[Record]) -> Iterator[Record]:
    """The records with a `last_seen` that counts the times at which their sources still held them."""
    held = {each: history.last_success for history in archive.histories().values() for each in history.held}
    for record in records:
        last = held.get(record.item.id)
        yield record if last is None or last <= record.last_seen else replace(record, last_seen=last)


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
        if _may_be_asked(source, histories.get(source.id, History()), pauses)
    )


def _may_be_asked(source: Source, history: History, pauses: Sequence[Pause]) -> bool:
    return not whereabouts.is_retired(source, history) and not whereabouts.paused_until(source, history, pauses)


def _visit(
    source: Source,
    archive: Archive,
    history: History,
    choice: Choice,
    *,
    session: Session | None,
    readers: Readers | None,
) -> Visit:
    seen = archive.seen(source.id)
    asked = source
    if choice.recordings is None:
        asked = replace(source, url=whereabouts.address_of(source, history))
    elif session is not None:
        asked = replace(source, url=session.asked(source.id, source.url))

    def talk() -> Conversation | Talk:
        if readers is not None:
            return readers.talk(source, seen, asked=asked)
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


def _keep(
    collection: Collection, config: Config, archive: Archive, choice: Choice, *, started: datetime, now: datetime
) -> SourceReport:
    """Puts what a visit brought into the archive; whole, or not at all."""
    source = collection.source
    history = archive.history(source.id)
    changes, held, warnings = Changes(), None, collection.warnings
    error = collection.error
    if collection.extraction is not None:
        try:
            entries = collection.extraction.entries
            items, found = _normalised(collection, started)
            items = _hidden(items, config)
            lacking = complaints(source, entries, history.profile, items)
            lacking += strangers(source, entries, items, history)
            _refuse_other_pages(collection, items, history)
            changes, held = _understand(items, config, archive, history, now)
            warnings = (*warnings, *collection.extraction.warnings, *lacking, *found)
            history = _profiled(history, entries, items, lacking, started)
        except NothingMatched as broken:
            error = broken
        except SamflodeError:
            raise
        except Exception as mistake:
            log.exception("source %s could not be understood", source.id)
            error = InternalError(f"{type(mistake).__name__}: {mistake}")
            error.__cause__ = mistake
    elif isinstance(error, InternalError):
        log.error("source %s could not be collected", source.id, exc_info=error.__cause__ or error)

    if isinstance(error, ExtractError) and collection.capture is not None:
        error = explained(error, collection.capture, source.kind, source.url)
    failure = None
    redaction = Redaction(config.secrets)
    if error is not None:
        failure = Failure(
            kind=error.kind,
            message=redaction.text(error.message),
            hint=redaction.text(error.hint),
            retry_after=getattr(error, "retry_after", None),
        )
    outcome: Outcome = "failed" if failure else "unchanged" if collection.unchanged else "ok"
    attempt = Attempt(
        at=started,
        outcome=outcome,
        failure=failure,
        entries=len(collection.extraction.entries) if collection.extraction else 0,
        new=len(changes.added),
        seconds=round(collection.seconds, 3),
    )
    current = schedule.after(
        source,
        history,
        attempt,
        validators=collection.validators,
        held=held,
        zone=config.archive.timezone,
        pause=_pause(collection, now),
    )
    if choice.recordings is None or choice.rebuilding:
        # What is done again was not answered now.
        past = now - datetime.now(UTC) if choice.rebuilding else timedelta(0)
        current = _located(source, history, current, collection, started, past=past)
        warnings = (*warnings, *notices(source, current))
    if choice.recordings is None or choice.rebuilding or outcome != "unchanged":
        archive.commit(changes, {source.id: current})
    return SourceReport(
        id=source.id,
        outcome=outcome,
        requests=collection.requests,
        bytes=collection.bytes,
        entries=attempt.entries,
        new=len(changes.added),
        updated=len(changes.revised),
        seconds=attempt.seconds,
        warnings=tuple(map(redaction.text, warnings)),
        error=failure,
        next_due=current.next_due,
    )


def _located(
    source: Source, before: History, after: History, collection: Collection, started: datetime, *, past: timedelta
) -> History:
    """The history with where the source is to be asked from now on, and which hosts asked for patience.

    `past`, zero or negative, is how long ago the collection was made.
    """
    error = collection.error
    place = whereabouts.learned(
        source,
        before,
        asked=collection.asked,
        moved_to=collection.moved_to,
        failed=error is not None,
        gone=isinstance(error, HttpStatusError) and error.status == 410,
        now=started,
    )
    pauses = tuple(replace(pause, until=pause.until + past) for pause in collection.pauses)
    after = replace(after, whereabouts=place, pauses=pauses)
    return replace(after, next_due=None) if whereabouts.is_retired(source, after) else after


def _refuse_other_pages(collection: Collection, items: Sequence[Item], history: History) -> None:
    """Raises NothingMatched where a list that nobody described has nothing of what it held, on a page that says what else it is."""
    source, capture = collection.source, collection.capture
    if not isinstance(source.kind, AutoListing) or capture is None or not is_new_to(source, items, history):
        return
    found = finding(capture, source.kind, source.url)
    if found is not None and found.is_plain:
        raise NothingMatched(f"{source.url} shows no list of news: {found.message}", url=source.url, hint=found.advice)


def _pause(collection: Collection, now: datetime) -> timedelta | None:
    """How long the source asks to be left alone; None where it gave no answer of its own this time."""
    capture = collection.capture
    return None if capture is None else asked_pause(capture.headers.get, capture.body, now)


def _remember(collection: Collection, captures: LastCaptures) -> None:
    """Keeps an answer that was read well, to hold the next one against."""
    if collection.capture is not None:
        captures.keep(collection.source.id, collection.capture.body)


def _profiled(
    history: History, entries: Sequence[Entry], items: Sequence[Item], lacking: tuple[str, ...], now: datetime
) -> History:
    """The history with what the source's answers are like now, and what this one lacks."""
    return replace(
        history,
        profile=followed(history.profile, entries, items, complained=bool(lacking)),
        complaints=lacking,
        complained_since=(history.complained_since or now) if lacking else None,
    )


def _normalised(collection: Collection, started: datetime) -> tuple[Sequence[Item], tuple[str, ...]]:
    """The items of a collection, and what was noticed; the process that read it may have made them already."""
    if collection.understood is not None:
        return collection.understood.items, collection.understood.warnings
    assert collection.extraction is not None
    return normalise(collection.extraction.entries, collection.source, started)


def _understand(
    items: Sequence[Item], config: Config, archive: Archive, history: History, now: datetime
) -> tuple[Changes, Sequence[ItemId]]:
    """What the items of an extraction change in the archive, and those of them that the source holds now."""
    before = [record for each in history.held if (record := archive.record(each)) is not None]
    return organise(
        items,
        archive.near(items, config.corrections.partners(item.id for item in items)),
        topics=config.topics,
        corrections=config.corrections,
        now=now,
        departed=before,
        last_held=history.last_success,
    )


def _left_alone(source: Source, error: HostPaused) -> SourceReport:
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
