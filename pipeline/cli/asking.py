"""Which address is being asked, on a terminal: a command that asks many in turn would else look as if it stood still."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.status import Status

    from pipeline.cli.options import Options
    from pipeline.collect.fetcher import Fetcher
    from pipeline.model.capture import Capture, Request


@contextmanager
def shown(fetcher: Fetcher, options: Options) -> Iterator[Fetcher]:
    """The fetcher, which says on standard error what it asks; itself where nobody looks on or wants it."""
    if not sys.stderr.isatty() or options.quiet or options.log_format != "text":
        yield fetcher
        return
    from rich.console import Console

    with Console(stderr=True).status("asking") as status:
        yield _Shown(fetcher, status)


class _Shown:
    def __init__(self, fetcher: Fetcher, status: Status) -> None:
        self._fetcher = fetcher
        self._status = status

    async def fetch(self, request: Request) -> Capture:
        """The response, as the fetcher gives it."""
        from rich.text import Text

        from pipeline.web.urls import speakable

        self._status.update(Text(f"asking {speakable(request.url)}", overflow="ellipsis", no_wrap=True))
        return await self._fetcher.fetch(request)
