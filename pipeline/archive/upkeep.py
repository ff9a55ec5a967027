"""Whether the archive of a store is whole, and how it is made so, whatever the store is made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.archive import mend, open_database
from pipeline.archive import verify as folders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pipeline.archive.verify import Finding, Inspection


def verify(store: str | Path, inspection: Inspection) -> Iterator[Finding]:
    """Everything that is wrong with the archive of a store, as it is found; `inspection` counts what was looked at.

    Reads everything and writes nothing; runs may go on meanwhile. Raises ArchiveUnwritable where a database can't be reached.
    """
    if "://" not in str(store):
        yield from folders.verify(Path(store), inspection)
        return
    with open_database(str(store), write=False) as database:
        yield from database.findings(inspection)


def repair(store: str | Path, now: datetime) -> Iterator[str]:
    """Makes the archive of a store whole as far as it can, and says what it did; what can't be read is set aside, never deleted.

    Raises ArchiveBusy, ArchiveUnwritable.
    """
    if "://" not in str(store):
        yield from mend.repair(Path(store), now)
        return
    with open_database(str(store), write=True) as database, database.turn():
        yield from database.repaired(now)
