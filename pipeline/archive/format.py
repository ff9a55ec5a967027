"""The version of an archive's files: an older one is brought up to date, with a backup; a newer one is refused."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import orjson

from pipeline.archive import files
from pipeline.errors import ArchiveDamaged, ArchiveError

if TYPE_CHECKING:
    from pathlib import Path

#: Of the files of an archive (docs/archive.md).
#: 1: a file a month, with an index in 256 JSON files and a catalogue. 2: parts of months, sums, the index in SQLite.
FORMAT = 2


def check_format(store: Path, *, write: bool) -> None:
    """Makes sure that the archive of a store can be used: with `write`, an older one is upgraded first, and kept as it was in `backups/`.

    Raises ArchiveError where a newer program wrote it, ArchiveDamaged where it does not say its format.
    """
    path = store / "archive" / "format.json"
    try:
        found = orjson.loads(path.read_bytes())["format"]
    except FileNotFoundError:
        return
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveDamaged(f"{path} does not say its format", where=str(path)) from error
    if found > FORMAT:
        raise ArchiveError(
            f"{store} was written by a newer Samflöde (format {found}; this one writes {FORMAT})",
            hint="Nothing was changed. Use the newer program, or the backup from before it.",
        )
    if found < FORMAT and write:
        _upgrade(store, found)


def _upgrade(store: Path, found: int) -> None:
    """Brings an archive of format 1 up to date. Its files of items and stories are read as they are; the rest was derived."""
    from pipeline.archive.backup import packed

    backups = store / "backups"
    files.make_folder(backups)
    kept = backups / f"before-format-{FORMAT}.tar.gz"
    if not kept.exists():
        packed(store, kept)
    home = store / "archive"
    with files.writing(home):
        shutil.rmtree(home / "index", ignore_errors=True)
        (home / "catalogue.json").unlink(missing_ok=True)
        files.sync_folder(home)
    del found  # There is one older format; each further one gets its own step here.
    files.replace(home / "format.json", orjson.dumps({"format": FORMAT}) + b"\n")
