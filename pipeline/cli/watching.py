"""What goes on around a run that nobody looks at: that it began, that it ended, and who has to be told."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.archive import Archive
    from pipeline.cli.options import Options
    from pipeline.model.config import Config
    from pipeline.model.report import RunReport


@contextmanager
def watched(config: Config, archive: Archive, options: Options, *, live: bool) -> Iterator[Callable[[RunReport], None]]:
    """Within it a run goes on, whose report is handed to what it gives. A run over recordings is nobody's concern.

    Where the block ends without an error, people are told what they have to be, and the dead man's switch that all is well. Where it is
    killed, the next run finds that it was. Raises ArchiveUnwritable.
    """
    reports: list[RunReport] = []
    if not live:
        yield reports.append
        return
    from pipeline.archive.watch import Watch
    from pipeline.run import utc_now

    watch = Watch(options.folder_of(config))
    watch.begin(utc_now(), alone="://" not in options.store_of(config))
    try:
        yield reports.append
    except (KeyboardInterrupt, UsageError):
        # It is known to whoever called it.
        watch.drop()
        raise
    totals = reports[-1].totals
    watch.end(utc_now(), asked=totals.sources, failed=totals.failed)
    if config.notify or config.searches:
        from pipeline.watch import tell

        tell(config, archive, watch, utc_now())
    if config.ping is not None:
        from pipeline.run import user_agent
        from pipeline.watch import ping

        asyncio.run(ping(config, user_agent(config)))
