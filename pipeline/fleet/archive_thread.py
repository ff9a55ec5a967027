"""The archive in a thread of its own, so that a worker goes on fetching while it waits for its turn there."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, TypeVar

from pipeline.archive.postgres import PostgresArchive
from pipeline.errors import ArchiveUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

#: Seconds that a database which does not answer is waited for.
PATIENCE = 30.0


class ArchiveThread:
    """One connection to the archive; made when it is first needed, and made anew when it was lost."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self._stack = ExitStack()
        self._archive: PostgresArchive | None = None
        self._is_closing = False

    async def do(self, work: Callable[[PostgresArchive], T]) -> T:
        """What `work` makes of the archive; done again where the database was away, so twice must be as good as once.

        Raises ArchiveUnreachable where it stays away.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._patiently, work)

    async def close(self) -> None:
        """Ends the connection."""
        self._is_closing = True
        await asyncio.get_running_loop().run_in_executor(self._thread, self._forget)
        self._thread.shutdown()

    def _opened(self) -> PostgresArchive:
        if self._archive is None:
            self._archive = self._stack.enter_context(PostgresArchive.opened(self._url, write=True))
        return self._archive

    def _patiently(self, work: Callable[[PostgresArchive], T]) -> T:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return work(self._opened())
            except ArchiveUnreachable:
                self._forget()
                if self._is_closing or time.monotonic() > until:
                    raise
                time.sleep(1)

    def _forget(self) -> None:
        stack, self._stack, self._archive = self._stack, ExitStack(), None
        with suppress(ArchiveUnreachable):
            stack.close()
