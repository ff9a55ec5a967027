"""Who has to be told of what, of a whole fleet: what a run says at its end is said here every few minutes, by one worker for all."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.archive import standing
from pipeline.archive.postgres import PostgresArchive
from pipeline.archive.watch import Watch
from pipeline.fleet.visiting import due_of, lateness
from pipeline.run import user_agent
from pipeline.watch import ping, tell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipeline.fleet.archive_thread import ArchiveThread
    from pipeline.fleet.current import Known
    from pipeline.model.config import Config
    from pipeline.model.history import History, Pause
    from pipeline.model.source import SourceId

log = logging.getLogger("samflode.worker")

#: When it is looked for what has to be said.
EVERY_FIVE_MINUTES = "*/5 * * * *"
#: A fleet that collected nothing for so long, though something was due, does not work.
_LONGEST_QUIET = timedelta(minutes=15)
_LATER = "it is tried again in five minutes"


async def tell_people(config: Config, store: str, folder: Path, now: datetime) -> None:
    """Sends what has to be said and was not said before, by whichever worker. Raises ArchiveError.

    Sending may take long, so it has a connection of its own.
    """
    if config.notify or config.searches:
        await asyncio.to_thread(_tell, config, store, folder, now)


def _tell(config: Config, store: str, folder: Path, now: datetime) -> None:
    with PostgresArchive.opened(store, write=True) as archive:
        tell(
            config,
            archive,
            Watch(folder),
            now,
            histories=lambda told: standing.failing(archive, told.failing),
            otherwise=_LATER,
        )


async def tell_switch(
    known: Known, reading: ArchiveThread, now: datetime, *, paused: Sequence[Pause], unpublished: str | None
) -> None:
    """Tells the dead man's switch that the fleet works; where it does not, says so in the log, and the switch hears nothing.

    `unpublished` is why the last publication failed. Raises ArchiveUnreachable.
    """
    if known.config.ping is None:
        return
    trouble = unpublished and f"publishing failed: {unpublished}"
    if trouble is None:
        trouble = await reading.do(lambda archive: _standstill(archive, known, now, paused))
    if trouble is None:
        await ping(known.config, user_agent(known.config))
    else:
        log.warning("`ping` is not told that all is well: %s", trouble)


def _standstill(archive: PostgresArchive, known: Known, now: datetime, paused: Sequence[Pause]) -> str | None:
    """What says that nothing is collected though it should be; None: it is, or nothing has been due for long."""
    histories: Mapping[SourceId, History] = standing.planned(archive, now - _LONGEST_QUIET)
    sources = [source for source in known.config.sources if source.id in histories]
    late = [
        source
        for source in due_of(sources, histories, known.config, now, paused)
        if (lateness(histories[source.id], now) or timedelta(0)) > _LONGEST_QUIET
    ]
    last = standing.last_visit(archive, now - _LONGEST_QUIET) if late else now
    if last is not None and now - last <= _LONGEST_QUIET:
        return None
    since = "ever" if last is None else f"since {last:%Y-%m-%d %H:%M} UTC"
    return f"nothing was collected {since}, and {len(late)} of the sources are overdue; look at what the workers say"
