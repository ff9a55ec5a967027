"""What goes on around a run that nobody looks at: that it began, that it ended, and who has to be told of what.

What does not get out is said by the next run.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline import alerts, messenger
from pipeline.archive.port import Shared
from pipeline.collect import live
from pipeline.collect.redaction import Redaction
from pipeline.errors import SourceError, UsageError
from pipeline.health import health
from pipeline.model.alert import Told
from pipeline.model.capture import Request
from pipeline.model.query import Query
from pipeline.model.search import terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from pipeline.archive import Archive
    from pipeline.archive.port import Memory
    from pipeline.archive.watch import Watch
    from pipeline.model.alert import Alert
    from pipeline.model.config import Config, SavedSearch
    from pipeline.model.history import History
    from pipeline.model.report import RunReport
    from pipeline.model.source import SourceId
    from pipeline.model.story import Story

log = logging.getLogger("samflode.run")

#: News that was published longer before it was found is not new to a saved search: a walk through a site's older pages brings it.
_LATE = timedelta(days=60)
#: For the whole answer of a dead man's switch.
_PATIENCE = timedelta(seconds=10)


#: What becomes of a message that did not get out.
_NEXT_RUN = "the next run tries again"


@contextmanager
def watched(
    config: Config,
    archive: Archive,
    watch: Watch,
    *,
    alone: bool,
    clock: Callable[[], datetime],
    user_agent: str,
) -> Iterator[Callable[[RunReport], None]]:
    """Within it a run goes on that nobody looks at; its report is handed to what this gives. `alone`: the store takes one at a time.

    Where the block ends without an error, people are told what they have to be, and the dead man's switch that all is well. Where it is
    killed, the next run finds that it was. Raises ArchiveUnwritable.
    """
    reports: list[RunReport] = []
    mark = watch.begin(clock(), alone=alone)
    try:
        yield reports.append
    except (KeyboardInterrupt, UsageError):
        # It is known to whoever called it.
        watch.drop(mark)
        raise
    totals = reports[-1].totals
    watch.end(mark, clock(), asked=totals.sources, failed=totals.failed)
    tell(config, archive, watch, clock())
    if config.ping is not None:
        asyncio.run(ping(config, user_agent))


def tell(
    config: Config,
    archive: Archive,
    watch: Watch,
    now: datetime,
    *,
    histories: Callable[[Told], Mapping[SourceId, History]] | None = None,
    otherwise: str = _NEXT_RUN,
) -> None:
    """Sends what has to be said and was not said before; each message is noted as soon as it is out.

    What was said stands in `watch.json`; of an archive that several machines collect into, in its database, and one at a time tells.
    `histories` gives those of the sources that matter: that are failing, or were told to be; left out: of all. What can't be sent is
    logged, with what becomes of it (`otherwise`), and changes nothing else. Raises ArchiveUnwritable.
    """
    if not config.notify and not any(search.notify for search in config.searches):
        return
    with _memory(archive, watch) as memory:
        before = memory.told() or Told()
        told = alerts.forgotten(before, {search.id: search for search in config.searches})
        if config.notify:
            known = archive.histories() if histories is None else histories(told)
            state = health([source for source in config.sources if source.id in known], known, {})
            alert = alerts.state_of_sources(config, state, watch.read().broken, told, now)
            told = _sent(alert, told, config, memory, otherwise)
        for search in config.searches:
            if search.notify or config.notify:
                finds = list(_finds(config, archive, search, told.searches.get(search.id, now)))
                alert, told = alerts.found(config, search, finds, told, now)
                told = _sent(alert, told, config, memory, otherwise)
        if told != before:
            memory.keep(told)


@contextmanager
def _memory(archive: Archive, watch: Watch) -> Iterator[Memory]:
    if not isinstance(archive, Shared):
        yield watch
        return
    with archive.telling() as shared:
        yield _Shared(shared, watch)


class _Shared:
    """What people were told, in the database; that a run was broken off is a machine's own, and stands in its folder."""

    def __init__(self, shared: Memory, own: Watch) -> None:
        self._shared, self._own = shared, own

    def told(self) -> Told:
        """What people were told; where nothing was noted yet, what was before the archive came into the database."""
        own = self._own.told()
        return replace(self._shared.told() or own, unfinished=own.unfinished)

    def keep(self, told: Told) -> None:
        """Notes it in both places. Raises ArchiveUnwritable."""
        own = self._own.told()
        self._shared.keep(replace(told, unfinished=None))
        if own.unfinished != told.unfinished:
            self._own.keep(replace(own, unfinished=told.unfinished))


def _sent(alert: Alert | None, told: Told, config: Config, memory: Memory, otherwise: str) -> Told:
    """What is told after this message: more, if it went out."""
    if alert is None:
        return told
    redaction = Redaction(config.secrets)
    try:
        missed = messenger.send(alert.title, alert.body, alert.recipients)
    except messenger.NotSent as error:
        log.warning("nobody was told (%s); %s", redaction.text(str(error)), otherwise)
        return told
    for each in missed:
        # The others have it: it is not said to them once more.
        log.warning("%s", redaction.text(each))
    memory.keep(alert.told)
    log.info("told: %s", alert.title)
    return alert.told


def _finds(config: Config, archive: Archive, search: SavedSearch, since: datetime) -> Iterator[alerts.Find]:
    """The stories that the search finds and of which nothing was known before `since`."""
    query = Query(sources=search.sources, topics=search.topics, languages=search.languages, since=since - _LATE)
    names = {source.id: source.name for source in config.sources}
    done: set[str] = set()
    for record in archive.search(terms(search.words), query):
        story = archive.story(record.story) if record.first_seen >= since else None
        if story is None or story.id in done:
            continue
        done.add(story.id)
        members = [found for each in story.items if (found := archive.record(each)) is not None]
        if all(each.first_seen >= since for each in members):
            yield alerts.Find(
                story=story.id,
                title=record.item.title,
                url=record.item.url or _page(config, story),
                sources=tuple(dict.fromkeys(names.get(each.item.source, each.item.source) for each in members)),
            )


def _page(config: Config, story: Story) -> str:
    from pipeline.publish import paths

    return paths.url(config.archive, paths.story_page(story.id))


async def ping(config: Config, user_agent: str) -> None:
    """Tells the dead man's switch that all is well; a switch that can't be reached is logged."""
    if config.ping is None:
        return
    # It may stand in the office's own network, and is no site that news is taken from.
    policy = replace(config.fetch, timeout=_PATIENCE, delay=timedelta(0), robots=False, allow_private_addresses=True)
    try:
        async with live(policy, user_agent=user_agent) as fetcher:
            await fetcher.fetch(Request(url=config.ping))
    except SourceError as error:
        reason = Redaction(config.secrets).text(error.message)
        log.warning("the run is done, but `ping` could not be told: %s", reason)
