"""The place: all that was ever collected, with its history."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.archive.answers import newest
from pipeline.archive.port import Archive, Counts
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Archive", "Counts", "newest", "open_archive"]


@contextmanager
def open_archive(store: str | Path, *, write: bool) -> Iterator[Archive]:
    """The archive in a store's folder. With `write` it is held against all other writers until it is closed.

    Without `write` nothing is written, and a run that goes on meanwhile does no harm: what was committed when it was opened
    is seen. A folder that is empty or missing is an empty archive.

    Raises ArchiveBusy, ArchiveDamaged, ArchiveUnwritable; UsageError where this program knows no such store.
    """
    if "://" in str(store):
        raise UsageError(
            f"`{str(store).partition(':')[0]}` is no kind of store that this version knows",
            hint="Name a folder, with --store or `store:` in sources.yaml.",
        )
    from pipeline.archive.tinydb import FolderArchive

    with FolderArchive.opened(Path(store), write=write) as archive:
        yield archive
