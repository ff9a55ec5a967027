"""`store rebuild`: the whole archive once more, from the recordings of the runs that wrote it.

Each recorded run is done again as it was: the sources in the order in which they came, at the times that the recording tells, each
answered with what was answered then. So ids, stories, revisions and times come out as they were, as far as sources.yaml and the
program are what they were; where they are better now, so is the archive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.collect.recordings import recorded_runs
from pipeline.errors import UsageError
from pipeline.run import Choice, Watcher, run, utc_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from pipeline.archive import Archive
    from pipeline.archive.captures import LastCaptures
    from pipeline.model.config import Config
    from pipeline.model.report import RunReport
    from pipeline.model.source import SourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What a rebuild came to."""

    runs: int
    #: When the first and the last of those runs began; UTC.
    since: datetime
    until: datetime
    items: int
    stories: int
    #: Sources that the recordings hold and sources.yaml no longer does.
    unknown: tuple[SourceId, ...]
    #: Answers that refer to older recordings, which are not there.
    lacking: int


async def rebuild(
    config: Config,
    archive: Archive,
    recordings: Path,
    *,
    captures: LastCaptures,
    told: Callable[[RunReport], None] = lambda _: None,
) -> Rebuilt:
    """Fills an empty archive from the recordings, and says what it holds then; `told` hears of each run that is done.

    Raises UsageError where there are no recordings, ArchiveError where the archive can't be written.
    """
    reports: list[datetime] = []
    unknown: dict[SourceId, None] = {}
    lacking = 0
    known = {source.id for source in config.sources}
    for recording in recorded_runs(recordings, config):
        session = recording.session
        assert session is not None
        lacking += session.lacking
        unknown.update(dict.fromkeys(each for each in session.sources if each not in known))
        report = await run(
            config,
            archive,
            Choice(recordings=recording, rebuilding=True),
            captures=captures,
            clock=utc_now,
            watcher=Watcher(),
        )
        reports.append(report.started)
        told(report)
    if not reports:
        raise UsageError(
            f"no run is recorded in {recordings}: its files hold no whole record",
            hint="Name the folder that `captures:` or `run --record` wrote; `warcio check FILE` says what is in a file.",
        )
    count = archive.count()
    return Rebuilt(
        runs=len(reports),
        since=reports[0],
        until=reports[-1],
        items=count.items,
        stories=count.stories,
        unknown=tuple(unknown),
        lacking=lacking,
    )
