"""Whether the archive of a store is whole, and how it is made so, whatever the store is made of."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.archive import files, mend, open_archive, open_database
from pipeline.archive import verify as folders
from pipeline.archive.backup import ELSEWHERE, Restored, packed, unpacked
from pipeline.archive.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pipeline.archive.verify import Finding, Inspection, Repair


def verify(store: str | Path, inspection: Inspection) -> Iterator[Finding]:
    """Everything that is wrong with the archive of a store, as it is found; `inspection` counts what was looked at.

    Reads everything and writes nothing; runs may go on meanwhile. Raises ArchiveUnwritable where a database can't be reached.
    """
    if "://" not in str(store):
        yield from folders.verify(Path(store), inspection)
        return
    with open_database(str(store), write=False) as database:
        yield from database.findings(inspection)


def repair(store: str | Path, now: datetime) -> Iterator[Repair]:
    """Makes the archive of a store whole as far as it can, and says what it did; what can't be read is set aside, never deleted.

    Raises ArchiveBusy, ArchiveUnwritable.
    """
    if "://" not in str(store):
        yield from mend.repair(Path(store), now)
        return
    with open_database(str(store), write=True) as database, database.turn():
        yield from database.repaired(now)


def backup(store: str | Path, target: Path, now: datetime) -> int:
    """Writes all that the archive of a store holds into one compressed file, whole or not at all; how many files are in it.

    It is of one state, and of one form whatever the store is made of; runs may go on meanwhile. Raises ArchiveUnwritable.
    """
    if "://" not in str(store):
        return packed(Path(store), target)
    with (
        files.writing(target, hint=ELSEWHERE),
        TemporaryDirectory(prefix=".samflode-", dir=target.resolve().parent) as beside,
    ):
        with (
            open_database(str(store), write=False) as here,
            here.one_state(),
            open_archive(beside, write=True) as there,
        ):
            migrate(here, there, now=now, progress=lambda _: None)
        return packed(Path(beside), target)


def restore(source: Path, store: str | Path, now: datetime) -> Restored:
    """Puts a backup in the place of a store's archive, and says what that came to.

    What a folder held goes into its `backups/`; a database has to be empty. Raises ArchiveBusy, ArchiveUnwritable; UsageError where the
    file is no backup or the database holds something else, and then nothing was changed.
    """
    if "://" not in str(store):
        files.make_folder(Path(store))
        return unpacked(source, Path(store), now)
    with TemporaryDirectory(prefix="samflode-") as beside:
        restored = unpacked(source, Path(beside), now)
        with open_archive(beside, write=True) as here, open_database(str(store), write=True) as there:
            migrate(here, there, now=now, progress=lambda _: None)
    return restored
