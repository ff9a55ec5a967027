"""An archive as one file, and back."""

from __future__ import annotations

import os
import tarfile
from typing import TYPE_CHECKING

from pipeline.archive import files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: What of a store is no derived file, and so is kept: all else can be made anew from it.
_KEPT = ("archive/format.json", "archive/sources.json", "journal.ndjson")
_FOLDERS = ("archive/items", "archive/stories")


def packed(store: Path, target: Path) -> int:
    """Writes all that an archive holds into one compressed file, whole or not at all; how many files are in it.

    Raises ArchiveUnwritable.
    """
    beside = target.with_name(target.name + files.SUFFIX)
    count = 0
    with files.writing(target):
        with tarfile.open(beside, "w:gz", compresslevel=6) as pack:
            for path in _members(store):
                try:
                    pack.add(path, arcname=str(path.relative_to(store)), recursive=False)
                except FileNotFoundError:
                    continue
                count += 1
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(target)
        files.sync_folder(target.parent)
    return count


def _members(store: Path) -> Iterator[Path]:
    # The journal first: what is brought from it into the files meanwhile is then there twice, and not missing.
    yield from (store / name for name in reversed(_KEPT))
    for name in _FOLDERS:
        yield from sorted((store / name).glob("*.json"))
