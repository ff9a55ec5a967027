"""A new archive in the place of the old one: built beside it, and put there only when it is whole."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.archive import files, open_archive
from pipeline.archive.backup import put_in_place
from pipeline.archive.captures import captures_of
from pipeline.archive.lock import locked
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.archive.port import Archive

#: Of a store's folder: where the new archive grows. What a crash left there is removed by the next one.
_BESIDE = "rebuild.new"


@contextmanager
def built_anew(store: str | Path, *, overwrite: bool) -> Iterator[tuple[Archive, Path]]:
    """An empty archive and the folder that it grows in; when the block ends without an error it becomes the archive of `store`.

    The old archive goes into `backups/`. All other writers are held off meanwhile. Raises UsageError where there is an archive
    and `overwrite` is not said; ArchiveBusy, ArchiveDamaged, ArchiveUnwritable.
    """
    if "://" in str(store):
        raise UsageError(
            "an archive is built anew in a folder; this one is in a database",
            hint="Name a new folder with `--store DIR`; `samflode store migrate --to URL` then brings it into the database.",
        )
    with open_archive(store, write=False) as old:
        if not overwrite and (old.count().items or old.histories()):
            raise UsageError(
                f"{store} holds an archive already: {old.count().items} items",
                hint="Name a new folder with `--store DIR`, or say `--overwrite`; the old archive is then kept in `backups/`.",
            )
    folder = Path(store)
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


def _keep_pages(beside: Path, folder: Path) -> None:
    """The last good pages of listings, each in the place of the one before."""
    last = captures_of(beside) / "last"
    if last.is_dir():
        files.make_folder(captures_of(folder) / "last")
        for page in last.iterdir():
            page.replace(captures_of(folder) / "last" / page.name)
