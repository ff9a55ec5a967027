"""Files on the disk: each whole or not at all, unchanged ones untouched, and what is no longer made removed.

What we made stands in the manifest; what it doesn't name is somebody else's and is never removed. Before files are written, their
paths are noted in `.samflode/writing`. A run that finds that note knows that an earlier one was killed: it trusts none of the files
named there, and counts them as ours. The manifest is written last.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TextIO

import orjson

from pipeline.errors import ArchiveUnwritable
from pipeline.model.edition import Draft, File, Joined, Part
from pipeline.publish import manifest
from pipeline.publish.manifest import Manifest, has_size
from pipeline.publish.packing import PACKERS, is_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from pipeline.model.edition import Made
    from pipeline.publish.manifest import Entry

OWN = ".samflode"
#: Files that a run under way has begun to write.
NOTE = "writing"
#: The one file that is being written; a kill leaves no more than this behind.
PARTIAL = "partial"
#: Folders that are known to be there; most hold one page.
_FOLDERS = 1_000
#: So many files are noted at once, before the first of them is written; fewer, where they are long: so many bytes.
_NOTED, _HELD = 50, 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of the files of a publication, counted."""

    written: int
    removed: int
    unchanged: int


def write(
    files: Iterable[tuple[str, Made]],
    folder: Path,
    *,
    parts: Collection[str] | None = None,
    full: bool = False,
    packed: Sequence[str] = (),
) -> Written:
    """Makes `folder` hold these files, beside those that somebody else put there.

    `files` are named by the part of the publication that each belongs to. They are all that there are, or, with `parts`, all of those
    parts: the others stay as they are. With `full` the bytes that lie there are read and compared; else the manifest is believed
    where a file's size agrees with it. Text files have packed ones beside them, in the ways of `PACKERS` that are named. Raises ArchiveUnwritable naming the file that can't be written; ValueError for a path that
    leaves the folder or comes twice.
    """
    own = folder / OWN
    try:
        own.mkdir(parents=True, exist_ok=True)
        with (
            Manifest.opened(own / manifest.NAME) as known,
            (own / NOTE).open("a+", encoding="utf-8", newline="\n") as note,
        ):
            known.distrust(_read_note(own / NOTE))
            if note.tell():  # its last line may have been cut
                note.write("\n")
            place = _Place(folder=folder, known=known, note=note, full=full, packed=packed)
            for part, file in files:
                place.put(part, file)
            place.clear(parts)
            known.keep()
            written = Written(written=place.written, removed=place.removed, unchanged=known.count() - place.written)
        (own / NOTE).unlink(missing_ok=True)
    except OSError as error:
        where = str(error.filename2 or error.filename or folder)
        raise ArchiveUnwritable(f"{where} can't be written: {error.strerror}", path=where) from error
    except sqlite3.OperationalError as error:
        raise ArchiveUnwritable(f"{own / manifest.NAME} can't be written: {error}", path=str(own)) from error
    return written


@dataclass(slots=True)
class _Place:
    """The folder, with what is known of it while it is written."""

    folder: Path
    known: Manifest
    note: TextIO
    full: bool
    packed: Sequence[str] = ()
    #: What is to be made and written next.
    waiting: list[tuple[str, Made, str]] = field(default_factory=list)
    #: Bytes that are in memory with it.
    held: int = 0
    #: Folders that are there, of those that were written to last.
    folders: set[str] = field(default_factory=set)
    written: int = 0
    removed: int = 0

    def put(self, part: str, file: Made) -> None:
        """Sees to it that the file comes to its path, whole; it is not even made where nothing that it is made of has changed."""
        path = _checked(file.path)
        if not self.known.take(path):
            raise ValueError(f"two files of the publication are called {path}")
        origin = self._origin(file)
        entry = self.known.entry(path)
        if entry is not None and origin and entry[2] == origin and self._stays(file, path, entry):
            self.known.put(path, entry, part)
            if not isinstance(file, Joined):
                self._pack(part, path, entry[0])
            return
        self.waiting.append((part, file, origin))
        self.held += len(file.content) if isinstance(file, File) else file.held if isinstance(file, Draft) else 0
        if len(self.waiting) >= _NOTED or self.held >= _HELD or isinstance(file, Joined):
            self._make_waiting()

    def _origin(self, file: Made) -> str:
        """What a file is made of; "" where that is not known before it is made."""
        if isinstance(file, Joined):
            self._make_waiting()
            parts = (self.known.entry(str(each)) for each in file.of)
            return _digest(b"\n".join(each[0].encode() for each in parts if each is not None))
        return file.made_of if isinstance(file, Draft) else ""

    def _stays(self, file: Made, path: str, entry: Entry) -> bool:
        target = f"{self.folder}/{path}"
        if not self.full:
            return has_size(target, entry[1])
        return isinstance(file, Draft) and file.lasting and _digest_at(Path(target)) == entry[0]

    def _make_waiting(self) -> None:
        """Makes what waits; it is all noted first."""
        waiting, self.waiting, self.held = self.waiting, [], 0
        endings = ["", *(PACKERS[each][0] for each in self.packed)]
        self._noted(f"{file.path}{ending}" for _, file, _ in waiting for ending in endings)
        for part, file, origin in waiting:
            path = str(file.path)
            entry = self.known.entry(path)
            if isinstance(file, Joined):
                content = self._join(file)
                self.known.put(path, (_digest(origin.encode()), content, origin), part)
                continue
            content_ = file.content
            made = (_digest(content_), len(content_), origin)
            if not self._lies_there(path, made, entry, content_):
                self._replace(path, content_)
            self.known.put(path, made, part)
            self._pack(part, path, made[0], content_)

    def _pack(self, part: str, path: str, digest: str, content: bytes | None = None) -> None:
        """Sees to it that the packed files of a text are there; None: the text lies in its place."""
        for ending, pack in (PACKERS[each] for each in self.packed if is_text(path)):
            twin = f"{path}{ending}"
            self.known.take(twin)
            entry = self.known.entry(twin)
            if entry is None or entry[2] != digest or self.full or not has_size(f"{self.folder}/{twin}", entry[1]):
                if content is None:
                    self._noted([twin])
                    content = (self.folder / path).read_bytes()
                packed = pack(content)
                entry = (_digest(packed), len(packed), digest)
                if not self._lies_there(twin, entry, None, packed):
                    self._replace(twin, packed)
            self.known.put(twin, entry, part)

    def _join(self, file: Joined) -> int:
        """How long a file of others is that was put together in its place."""
        partial, path = self.folder / OWN / PARTIAL, str(file.path)
        entry = self.known.entry(path)
        is_known = entry is not None and entry[0] and not self.full and has_size(f"{self.folder}/{path}", entry[1])
        known = ((str(each), self.known.entry(str(each))) for each in file.of)
        parts = [Part(name=name, path=self.folder / name, digest=each[0]) for name, each in known if each is not None]
        partial.unlink(missing_ok=True)
        try:
            file.join(parts, self.folder / path if is_known else None, partial)
        except sqlite3.OperationalError as error:
            raise ArchiveUnwritable(f"{self.folder / path} can't be written: {error}", path=path) from error
        size = partial.stat().st_size
        self._into_place(str(partial), path)
        return size

    def clear(self, parts: Collection[str] | None) -> None:
        """Removes what we made once and no longer make, with the folders that are left empty."""
        self._make_waiting()
        gone = self.known.left(parts)
        self._noted(gone)
        for path in gone:
            target = self.folder / path
            with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
                target.unlink()
                self.removed += 1
            self._remove_empty(target.parent)
            self.known.drop(path)

    def _noted(self, paths: Iterable[str]) -> None:
        self.note.writelines(orjson.dumps(path).decode() + "\n" for path in paths)
        self.note.flush()

    def _lies_there(self, path: str, made: Entry, known: Entry | None, content: bytes) -> bool:
        target = f"{self.folder}/{path}"
        if known is None or not known[0] or self.full:
            return has_size(target, len(content)) and _holds(Path(target), content)
        # A trusted file of another digest is an old one.
        return known[:2] == made[:2] and has_size(target, made[1])

    def _replace(self, path: str, content: bytes) -> None:
        partial = f"{self.folder}/{OWN}/{PARTIAL}"
        # Of tens of thousands of files; what pathlib and Python's streams add to it would take as long again.
        stream = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666)
        try:
            left = memoryview(content)
            while left:
                left = left[os.write(stream, left) :]
        finally:
            os.close(stream)
        self._into_place(partial, path)

    def _into_place(self, partial: str, path: str) -> None:
        target = f"{self.folder}/{path}"
        folder = os.path.dirname(target)  # noqa: PTH120
        if folder not in self.folders:
            # Most often the folder above is there.
            try:
                os.mkdir(folder)  # noqa: PTH102
            except OSError:
                os.makedirs(folder, exist_ok=True)  # noqa: PTH103
            if len(self.folders) >= _FOLDERS:
                self.folders.clear()
            self.folders.add(folder)
        os.replace(partial, target)  # noqa: PTH105
        self.written += 1

    def _remove_empty(self, folder: Path) -> None:
        while folder != self.folder and self.folder in folder.parents:
            try:
                folder.rmdir()
            except OSError:  # not empty, or gone already
                return
            self.folders.discard(str(folder))
            folder = folder.parent


def _checked(path: PurePosixPath) -> str:
    """The path as text. Raises ValueError where it leads out of the folder, or to our own notes."""
    if path.is_absolute() or not path.parts or ".." in path.parts or path.parts[0] == OWN or "\0" in str(path):
        raise ValueError(f"{path} is no path of the publication")
    return str(path)


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=20).hexdigest()


def _digest_at(path: Path) -> str:
    """The digest of what lies there; "" where nothing does."""
    try:
        return "" if path.is_symlink() else _digest(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ""


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


def _read_note(note: Path) -> set[str]:
    """The paths that a killed run left unsure; a last line that was cut is passed over: nothing was written after it."""
    try:
        lines = note.read_bytes().splitlines()
    except FileNotFoundError:
        return set()
    paths = set()
    for line in lines:
        with suppress(ValueError, TypeError):
            paths.add(_checked(PurePosixPath(orjson.loads(line))))
    return paths
