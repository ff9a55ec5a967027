"""What a visit brought, put into the archive: whole, or not at all.

Order lives here, as in `run`: each step is a call to the stage that knows.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline import schedule, whereabouts
from pipeline.breakage import complaints, followed, is_new_to, strangers
from pipeline.collect.redaction import Redaction
from pipeline.errors import (
    ExtractError,
    HttpStatusError,
    InternalError,
    NothingMatched,
    SamflodeError,
    SourceError,
)
from pipeline.health import notices
from pipeline.model.change import Changes
from pipeline.model.history import Attempt, History
from pipeline.model.item import Item, version_key
from pipeline.model.report import Failure, SourceReport
from pipeline.model.source import AutoListing
from pipeline.web.pace import asked_pause

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.archive import Archive
    from pipeline.archive.captures import LastCaptures
    from pipeline.model.collection import Collection
    from pipeline.model.config import Config
    from pipeline.model.entry import Entry, EntryVersion
    from pipeline.model.item import ItemId
    from pipeline.model.source import Source

log = logging.getLogger("samflode.run")


def keep(
    collection: Collection,
    config: Config,
    archive: Archive,
    *,
    started: datetime,
    now: datetime,
    replayed: bool = False,
    past: timedelta = timedelta(0),
) -> SourceReport:
    """Puts what a visit brought into the archive, and says how the visit went.

    `started` is when the run began. With `replayed` the collection was made over recordings: it leaves no trace where it holds nothing
    new, and tells nothing of where the source is now. `past`, zero or negative, is how long ago the collection was made.
    Raises ArchiveError where the archive can't be written.
    """
    source = collection.source
    history = archive.history(source.id)
    redaction = Redaction(config.secrets)
    changes, held, warnings, error = Changes(), None, collection.warnings, collection.error
    if collection.extraction is not None:
        try:
            understood = _understood(collection, config, archive, history, started=started, now=now)
            changes, held, history = understood.changes, understood.held, understood.history
            warnings = (*warnings, *understood.warnings)
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

    attempt = _attempt(collection, error, len(changes.added), redaction, started)
    current = schedule.after(
        source,
        history,
        attempt,
        validators=collection.validators,
        held=held,
        zone=config.archive.timezone,
        pause=_pause(collection, now),
    )
    if not replayed:
        current = _located(source, history, current, collection, started, past=past)
        warnings = (*warnings, *notices(source, current))
    if not replayed or attempt.outcome != "unchanged":
        archive.commit(changes, {source.id: current})
    return SourceReport(
        id=source.id,
        outcome=attempt.outcome,
        requests=collection.requests,
        bytes=collection.bytes,
        entries=attempt.entries,
        new=attempt.new,
        updated=len(changes.revised),
        seconds=attempt.seconds,
        warnings=tuple(map(redaction.text, warnings)),
        error=attempt.failure,
        next_due=current.next_due,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Understood:
    """What an extraction comes to."""

    changes: Changes
    #: The items that the source holds now.
    held: Sequence[ItemId]
    #: With what the source's answers are like now.
    history: History
    warnings: tuple[str, ...]


def _understood(
    collection: Collection, config: Config, archive: Archive, history: History, *, started: datetime, now: datetime
) -> _Understood:
    """What an extraction changes in the archive, and what was noticed. Raises NothingMatched where it holds no news at all."""
    assert collection.extraction is not None
    source, entries = collection.source, collection.extraction.entries
    items, found = _normalised(collection, archive, config, started)
    lacking = complaints(source, entries, history.profile, items) + strangers(source, entries, items, history)
    _refuse_other_pages(collection, items, history)
    from pipeline.merging import merged

    changes, held = merged(items, archive, config, now=now, held_before=history.held, last_held=history.last_success)
    return _Understood(
        changes=changes,
        held=held,
        history=_profiled(history, entries, items, lacking, started),
        warnings=(*collection.extraction.warnings, *lacking, *found),
    )


def _attempt(
    collection: Collection, error: SourceError | None, new: int, redaction: Redaction, started: datetime
) -> Attempt:
    """The attempt as the source's history has it; its failure explained, without what came from the environment."""
    source, failure = collection.source, None
    if isinstance(error, ExtractError) and collection.capture is not None:
        from pipeline.diagnosis import explained

        error = explained(error, collection.capture, source.kind, source.url)
    if error is not None:
        failure = Failure(
            kind=error.kind,
            message=redaction.text(error.message),
            hint=redaction.text(error.hint),
            retry_after=getattr(error, "retry_after", None),
        )
    return Attempt(
        at=started,
        outcome="failed" if failure else "unchanged" if collection.unchanged else "ok",
        failure=failure,
        entries=len(collection.extraction.entries) if collection.extraction else 0,
        new=new,
        seconds=round(collection.seconds, 3),
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
    from pipeline.diagnosis import finding

    found = finding(capture, source.kind, source.url)
    if found is not None and found.is_plain:
        raise NothingMatched(f"{source.url} shows no list of news: {found.message}", url=source.url, hint=found.advice)


def _pause(collection: Collection, now: datetime) -> timedelta | None:
    """How long the source asks to be left alone; None where it gave no answer of its own this time."""
    capture = collection.capture
    return None if capture is None else asked_pause(capture.headers.get, capture.body, now)


def remember(collection: Collection, report: SourceReport, after: History, captures: LastCaptures) -> None:
    """Keeps an answer that was read well, to hold the next one against; one that lacks something is not held against anything.

    `after` is the source's history with this visit.
    """
    if collection.capture is not None and report.outcome == "ok" and not after.complaints:
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


def _normalised(
    collection: Collection, archive: Archive, config: Config, started: datetime
) -> tuple[Sequence[Item], tuple[str, ...]]:
    """The items of a collection, and what was noticed; the process that read it may have made them already.

    In the place of an entry whose version the archive holds stands what it holds of it.
    """
    source = collection.source
    if collection.understood is not None:
        found, warnings = collection.understood.items, collection.understood.warnings
    else:
        assert collection.extraction is not None
        # Its tables take long to load, and mostly it is done elsewhere, or nothing is new.
        from pipeline.normalise import normalise_news

        found, warnings = normalise_news(collection.extraction.entries, source, started, archive.seen(source.id))
    fresh = _hidden([each for each in found if isinstance(each, Item)], config)
    held = _held(source, [each for each in found if not isinstance(each, Item)], archive)
    going_on = iter(fresh)
    return [next(going_on) if isinstance(each, Item) else held[each] for each in found], warnings


def _held(source: Source, versions: Sequence[EntryVersion], archive: Archive) -> Mapping[EntryVersion, Item]:
    """What the archive holds of entries in versions that it knows."""
    keys = {version_key(source.id, each): each for each in versions}
    ids = archive.known_as(keys) if keys else {}
    records = {record.item.id: record.item for record in archive.held([*ids.values()])}
    return {keys[key]: records[each] for key, each in ids.items()}


def _hidden(items: Sequence[Item], config: Config) -> Sequence[Item]:
    """The items without what came from the environment."""
    if not config.secrets:
        return items
    return tuple(map(Redaction(config.secrets).item, items))
