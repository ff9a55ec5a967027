"""Files on the disk: each whole or not at all, unchanged ones untouched, and what is no longer made removed.

What we made stands in a manifest, `.samflode/manifest.json`; what it doesn't name is somebody else's and is never removed.
While files are written, their paths are first noted in `.samflode/writing`. A run that finds that note knows that an earlier one
was killed: it trusts none of the files named there, and counts them as ours. The manifest is written last.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TextIO

import orjson

from pipeline.errors import ArchiveUnwritable
from pipeline.model.edition import Draft

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.model.edition import File

#: Digest and size of a file, and the digest of what it was made of; "" where nobody said.
Entry = tuple[str, int, str]

OWN = ".samflode"
MANIFEST = "manifest.json"
#: Files that a run under way has begun to write.
NOTE = "writing"
#: The one file that is being written; a kill leaves no more than this behind.
PARTIAL = "partial"
FORMAT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of the files of a publication, counted."""

    written: int
    removed: int
    unchanged: int


def write(files: Iterable[File | Draft], folder: Path, *, full: bool = False) -> Written:
    """Makes `folder` hold these files, beside those that somebody else put there.

    With `full` the bytes that lie there are read and compared; else the manifest is believed where a file's size agrees with
    it. Raises ArchiveUnwritable naming the file that can't be written; ValueError for a path that leaves the folder or comes
    twice.
    """
    place = _Place(folder)
    try:
        place.open(full=full)
        with place.note() as note:
            for file in files:
                place.put(file, note)
            removed = place.clear(note)
        place.close()
    except OSError as error:
        where = str(error.filename2 or error.filename or folder)
        raise ArchiveUnwritable(f"{where} can't be written: {error.strerror}", path=where) from error
    return Written(written=place.written, removed=removed, unchanged=place.unchanged)


@dataclass(slots=True)
class _Place:
    """The folder, with what is known of it while it is written."""

    folder: Path
    #: Every file that we made and that nobody was killed over.
    trusted: dict[str, Entry] = field(default_factory=dict)
    #: Every path that we ever made and didn't remove.
    ours: set[str] = field(default_factory=set)
    #: What the new manifest will hold.
    made: dict[str, Entry] = field(default_factory=dict)
    #: Folders that are there.
    folders: set[Path] = field(default_factory=set)
    written: int = 0
    unchanged: int = 0

    @property
    def own(self) -> Path:
        return self.folder / OWN

    def open(self, *, full: bool) -> None:
        self.own.mkdir(parents=True, exist_ok=True)
        manifest = _read_manifest(self.own / MANIFEST)
        unsure = _read_note(self.own / NOTE)
        self.ours = manifest.keys() | unsure
        self.trusted = {} if full else {path: entry for path, entry in manifest.items() if path not in unsure}

    def note(self) -> TextIO:
        """The note, to be continued: what an earlier run left unsure stays so until the manifest is written."""
        note = (self.own / NOTE).open("a", encoding="utf-8", newline="\n")
        if note.tell():  # its last line may have been cut
            note.write("\n")
        return note

    def put(self, file: File | Draft, note: TextIO) -> None:
        """The file at its path, whole; untouched where it lies there already, and not even made where nothing it is of changed."""
        path = _checked(file.path)
        if path in self.made:
            raise ValueError(f"two files of the publication are called {path}")
        origin = file.made_of if isinstance(file, Draft) else ""
        known = self.trusted.get(path)
        if origin and known is not None and known[2] == origin and self._has_size(path, known[1]):
            self.made[path] = known
            self.unchanged += 1
            return
        content = file.content
        entry = (blake2b(content, digest_size=20).hexdigest(), len(content), origin)
        self.made[path] = entry
        target = self.folder / path
        if self._lies_there(target, path, entry, content):
            self.unchanged += 1
            return
        _noted(note, path)
        if target.parent not in self.folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            self.folders.add(target.parent)
        self._replace(target, content)
        self.written += 1

    def clear(self, note: TextIO) -> int:
        """How many files were removed: those that we made once and no longer make, with the folders that they leave empty."""
        gone = sorted(self.ours - self.made.keys())
        removed = 0
        for path in gone:
            _noted(note, path)
            target = self.folder / path
            with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
                target.unlink()
                removed += 1
            self._remove_empty(target.parent)
        return removed

    def close(self) -> None:
        """The manifest as it is now; only then is the note of no more use."""
        content = orjson.dumps(
            {"format": FORMAT, "files": self.made}, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS
        )
        manifest = self.own / MANIFEST
        if not _holds(manifest, content):
            self._replace(manifest, content, durable=True)
        (self.own / NOTE).unlink(missing_ok=True)

    def _has_size(self, path: str, size: int) -> bool:
        try:
            # Thousands of times, in a publication in which nothing changed: pathlib would take half of its time.
            return os.stat(f"{self.folder}/{path}", follow_symlinks=False).st_size == size  # noqa: PTH116
        except (FileNotFoundError, NotADirectoryError):
            return False

    def _lies_there(self, target: Path, path: str, entry: Entry, content: bytes) -> bool:
        known = self.trusted.get(path)
        if known is not None and known[:2] == entry[:2]:
            return self._has_size(path, entry[1])
        # A trusted path has another digest now: what lies there is old. Of all others the bytes decide.
        return path not in self.trusted and _holds(target, content)

    def _replace(self, target: Path, content: bytes, *, durable: bool = False) -> None:
        partial = self.own / PARTIAL
        with partial.open("wb") as stream:
            stream.write(content)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        partial.replace(target)

    def _remove_empty(self, folder: Path) -> None:
        while folder != self.folder and self.folder in folder.parents:
            try:
                folder.rmdir()
            except OSError:  # not empty, or gone already
                return
            self.folders.discard(folder)
            folder = folder.parent


def _checked(path: PurePosixPath) -> str:
    """The path as text. Raises ValueError where it leads out of the folder, or to our own notes."""
    if path.is_absolute() or not path.parts or ".." in path.parts or path.parts[0] == OWN or "\0" in str(path):
        raise ValueError(f"{path} is no path of the publication")
    return str(path)


def _noted(note: TextIO, path: str) -> None:
    note.write(orjson.dumps(path).decode() + "\n")
    note.flush()


def _holds(path: Path, content: bytes) -> bool:
    """Whether exactly these bytes lie there, in a file."""
    try:
        return (
            path.stat(follow_symlinks=False).st_size == len(content)
            and not path.is_symlink()
            and path.read_bytes() == content
        )
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return False


def _read_manifest(path: Path) -> dict[str, Entry]:
    """What is said of each file; empty where there is no manifest that can be read: then nothing is trusted and nothing removed."""
    try:
        content = orjson.loads(path.read_bytes())
        return {
            _checked(PurePosixPath(name)): (str(digest), int(size), str(*origin))
            for name, (digest, size, *origin) in content["files"].items()
        }
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _read_note(path: Path) -> set[str]:
    """The paths of an interrupted run; a last line that was cut says nothing, for its file was not begun."""
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return set()
    paths = set()
    for line in lines:
        with suppress(ValueError, TypeError):
            paths.add(_checked(PurePosixPath(orjson.loads(line))))
    return paths
