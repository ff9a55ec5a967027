"""A recorded run, done again: which sources it was done with, and in which order they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.collect import collect, collect_in_order
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    from pipeline.collect.fetcher import Fetcher
    from pipeline.collect.replay import Session
    from pipeline.model.collection import Collection, Visit
    from pipeline.model.config import Config
    from pipeline.model.source import Source


def recorded_sources(config: Config, session: Session, *, rebuilding: bool) -> tuple[Source, ...]:
    """The sources that a recorded run was done with, in their order then; where it does not say, those whose addresses it holds."""
    by_id = {source.id: source for source in config.sources}
    if session.kept or (rebuilding and session.kept is not None):
        found = tuple(by_id[each] for each in session.sources if each in by_id)
    else:
        found = tuple(each for each in config.sources if session.holds(each.url))
    if not found and not rebuilding:
        raise UsageError(
            "the recordings hold none of the sources in sources.yaml",
            hint="Name the file that they were recorded with: `--sources FILE`.",
        )
    return found


def collected(
    visits: Sequence[Visit],
    fetcher: Fetcher,
    session: Session | None,
    further: Callable[[Collection], Visit | None],
) -> AsyncGenerator[Collection, None]:
    """What the visits bring: as it comes, or in the order of the run that was recorded."""
    if session is None or not session.kept:
        return collect(visits, fetcher, further=further)
    return collect_in_order(visits, fetcher, [source for source, _ in session.kept], further=further)
