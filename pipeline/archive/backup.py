"""An archive as one file, and back."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import tarfile
import zlib
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.archive import files
from pipeline.archive.lock import locked
from pipeline.archive.rebuild import rebuilt_index
from pipeline.errors import ArchiveUnwritable, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

#: What of a store is no derived file, and so is kept: all else can be made anew from it.
_KEPT = ("archive/format.json", "archive/sources.json", "journal.ndjson")
_FOLDERS = ("archive/items", "archive/stories")

ELSEWHERE = "Name a file in a folder that is there, that you may write to, and that has room. The archive is as it was."


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What putting a backup in the place of an archive came to."""

    #: How many files were in it.
    files: int
    #: The folder that what was there is kept in; None: there was nothing.
    kept: Path | None


def packed(store: Path, target: Path) -> int:
    """Writes all that an archive holds into one compressed file, whole or not at all; how many files are in it.

    A run may go on meanwhile: what it commits is not in the backup, and its checkpoint waits. Raises ArchiveUnwritable.
    """
    beside = target.with_name(target.name + files.SUFFIX)
    home = store / "archive"
    count = 0
    with files.held(home, shared=True) if home.is_dir() else nullcontext(), files.writing(target, hint=ELSEWHERE):
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
    yield from (store / name for name in _KEPT)
    for name in _FOLDERS:
        yield from sorted((store / name).glob("*.json"))


def unpacked(source: Path, store: Path, now: datetime) -> Restored:
    """Puts a backup in the place of a store's archive, which goes into `backups/` as it was.

    Raises ArchiveBusy, ArchiveUnwritable; UsageError where the file is no backup, and then nothing was changed.
    """
    with locked(store / "lock"):
        fresh = store / "restore.new"
        with files.writing(fresh):
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir()
        try:
            count = _extracted(source, fresh)
            old = store / "backups" / f"before-restore-{now:%Y%m%dT%H%M%SZ}"
            with files.writing(store):
                put_in_place(fresh, store, old)
            rebuilt_index(store / "archive" / "index.sqlite", write=True).close()
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return Restored(files=count, kept=old if old.is_dir() else None)


def _extracted(source: Path, fresh: Path) -> int:
    hint = "Name a file that `samflode store backup` wrote. Nothing was changed."
    try:
        with tarfile.open(source, "r:gz") as pack:
            names = pack.getnames()
            if not all(_is_member(name) for name in names):
                raise UsageError(f"{source} is no backup of an archive: it holds other files", hint=hint)
            pack.extractall(fresh, filter="data")
    except FileNotFoundError as error:
        raise UsageError(f"there is no file {source}", hint=hint) from error
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UsageError(f"{source} is no backup of an archive, or is cut off: {error}", hint=hint) from error
    except OSError as error:
        raise ArchiveUnwritable(f"{fresh} can't be written: {error.strerror or error}", path=str(fresh)) from error
    if "archive/format.json" not in names and "journal.ndjson" not in names:
        raise UsageError(f"{source} is no backup of an archive: it has none in it", hint=hint)
    for path in fresh.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    return len(names)


def _is_member(name: str) -> bool:
    return name in _KEPT or re.fullmatch(r"archive/(?:items|stories)/[\w.-]+\.json", name) is not None


def put_in_place(fresh: Path, store: Path, old: Path) -> None:
    """Moves a store's archive and its journal into the folder `old`, and those of `fresh` into their place. Raises OSError."""
    files.make_folder(old)
    for name in ("archive", "journal.ndjson"):
        if (store / name).exists():
            (store / name).rename(old / name)
        if (fresh / name).exists():
            (fresh / name).rename(store / name)
    files.sync_folder(old)
    files.sync_folder(store)
    if not any(old.iterdir()):
        old.rmdir()
