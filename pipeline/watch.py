"""After a run: who has to be told of what, and that the run came to its end. What does not get out is said by the next run."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline import alerts, messenger
from pipeline.collect import live
from pipeline.collect.redaction import Redaction
from pipeline.errors import SourceError
from pipeline.health import health
from pipeline.model.capture import Request
from pipeline.model.query import Query
from pipeline.model.search import terms
from pipeline.publish import paths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pipeline.archive import Archive
    from pipeline.archive.watch import Watch
    from pipeline.model.alert import Alert, Told
    from pipeline.model.config import Config, SavedSearch
    from pipeline.model.story import Story

log = logging.getLogger("samflode.run")

#: News that was published longer before it was found is not new to a saved search: a walk through a site's older pages brings it.
_LATE = timedelta(days=60)
#: For the whole answer of a dead man's switch.
_PATIENCE = timedelta(seconds=10)


def tell(config: Config, archive: Archive, watch: Watch, now: datetime) -> None:
    """Sends what has to be said and was not said before; each message is noted as soon as it is out.

    What can't be sent is logged, with what to do, and changes nothing else. Raises ArchiveUnwritable.
    """
    if not config.notify and not any(search.notify for search in config.searches):
        return
    held = watch.read()
    told = alerts.forgotten(held.told, {search.id: search for search in config.searches})
    state = health(config.sources, archive.histories(), {})
    if config.notify:
        alert = alerts.state_of_sources(config, state, held.broken, told, now)
        told = _sent(alert, told, config, watch)
    for search in config.searches:
        if search.notify or config.notify:
            finds = list(_finds(config, archive, search, told.searches.get(search.id, now)))
            alert, told = alerts.found(config, search, finds, told, now)
            told = _sent(alert, told, config, watch)
    if told != held.told:
        watch.keep(told)


def _sent(alert: Alert | None, told: Told, config: Config, watch: Watch) -> Told:
    """What is told after this message: more, if it went out."""
    if alert is None:
        return told
    redaction = Redaction(config.secrets)
    try:
        missed = messenger.send(alert.title, alert.body, alert.recipients)
    except messenger.NotSent as error:
        log.warning("nobody was told (%s); the next run tries again", redaction.text(str(error)))
        return told
    for each in missed:
        # The others have it: it is not said to them once more.
        log.warning("%s", redaction.text(each))
    watch.keep(alert.told)
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
    return paths.url(config.archive, paths.story_page(story.id))


async def ping(config: Config, user_agent: str) -> None:
    """Tells the dead man's switch that the run came to its end; a switch that can't be reached is logged."""
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
