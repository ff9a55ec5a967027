"""A new archive in the place of the old one: built beside it, and put there only when it is whole."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.archive import files, open_archive, open_database
from pipeline.archive.backup import put_in_place
from pipeline.archive.captures import captures_of
from pipeline.archive.lock import locked
from pipeline.archive.postgres_tables import shown
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.archive.port import Archive

#: Of a store's folder: where the new archive grows. What a crash left there is removed by the next one.
_BESIDE = "rebuild.new"


@contextmanager
def built_anew(store: str | Path, folder: Path, *, overwrite: bool) -> Iterator[tuple[Archive, Path]]:
    """An empty archive and a folder for its pages; when the block ends without an error it becomes the archive of `store`, they go into `folder`.

    The old archive goes into `backups/`; in a database into a schema of its own. All other writers are held off meanwhile. Raises UsageError
    where there is an archive and `overwrite` is not said; ArchiveBusy, ArchiveDamaged, ArchiveUnwritable.
    """
    if "://" in str(store):
        with _in_database(str(store), folder, overwrite=overwrite) as new:
            yield new
        return
    with open_archive(store, write=False) as old:
        _refuse(old, str(store), "a new folder", "`backups/`", overwrite=overwrite)
    files.make_folder(folder)
    with locked(folder / "lock"):
        beside = folder / _BESIDE
        try:
            with files.writing(beside):
                shutil.rmtree(beside, ignore_errors=True)
            with open_archive(beside, write=True) as new:
                yield new, beside
            with files.writing(folder):
                _keep_pages(beside, folder)
                put_in_place(beside, folder, folder / "backups" / f"before-rebuild-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        finally:
            shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def _in_database(store: str, folder: Path, *, overwrite: bool) -> Iterator[tuple[Archive, Path]]:
    with open_database(store, write=False) as old, TemporaryDirectory(prefix="samflode-") as beside:
        _refuse(old, shown(store), "an empty database", "a schema `before_rebuild_…`", overwrite=overwrite)
        with old.built_anew(datetime.now(UTC)) as new:
            yield new, Path(beside)
        with files.writing(folder):
            _keep_pages(Path(beside), folder)


def _refuse(old: Archive, name: str, other: str, kept: str, *, overwrite: bool) -> None:
    """Raises UsageError where there is an archive, which is not to be overwritten."""
    if not overwrite and (old.count().items or old.histories()):
        raise UsageError(
            f"{name} holds an archive already: {old.count().items} items",
            hint=f"Name {other} with `--store`, or say `--overwrite`; the old archive is then kept in {kept}.",
        )


def _keep_pages(beside: Path, folder: Path) -> None:
    """The last good pages of listings, each in the place of the one before."""
    last = captures_of(beside) / "last"
    if last.is_dir():
        files.make_folder(captures_of(folder) / "last")
        for page in last.iterdir():
            shutil.move(page, captures_of(folder) / "last" / page.name)
