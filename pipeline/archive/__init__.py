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
    from contextlib import AbstractContextManager

    from pipeline.archive.postgres import PostgresArchive

__all__ = ["Archive", "Counts", "newest", "open_archive", "open_database"]


@contextmanager
def open_archive(store: str | Path, *, write: bool) -> Iterator[Archive]:
    """The archive in a store: a folder, or a database whose address begins with `postgresql://`.

    With `write` a folder is held against all other writers until it is closed; a database takes many.

    Without `write` nothing is written, and a run that goes on meanwhile does no harm: what was committed when it was opened
    is seen. A folder that is empty or missing is an empty archive.

    Raises ArchiveBusy, ArchiveDamaged, ArchiveUnwritable; UsageError where this program knows no such store.
    """
    if "://" in str(store):
        with open_database(str(store), write=write) as database:
            yield database
        return
    from pipeline.archive.tinydb import FolderArchive

    with FolderArchive.opened(Path(store), write=write) as archive:
        yield archive


def open_database(store: str, *, write: bool) -> AbstractContextManager[PostgresArchive]:
    """The archive in a database. Raises what `open_archive` does."""
    scheme = store.partition("://")[0]
    if scheme != "postgresql":
        raise UsageError(
            f"`{scheme}` is no kind of store",
            hint="Name a folder or postgresql://user@host/database, with --store or `store:` in sources.yaml.",
        )
    try:
        from pipeline.archive.postgres import PostgresArchive
    except ImportError as error:
        raise UsageError(
            "an archive in PostgreSQL needs the package psycopg",
            hint="Install it beside Samflöde: pip install 'samflode[postgres]'",
        ) from error
    return PostgresArchive.opened(store, write=write)
