"""The files of the embedded archive: TinyDB tables, each in a file of its own, read once and written whole."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import orjson
from tinydb import TinyDB  # noqa: TID251
from tinydb.storages import Storage  # noqa: TID251

from pipeline.archive import files
from pipeline.errors import ArchiveDamaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

Json = dict[str, Any]
TABLE = "rows"


class WholeFile(Storage):
    """A TinyDB storage whose file is replaced, never overwritten: a crash leaves the old content or the new.

    TinyDB's own JSONStorage truncates the file and writes it anew in place.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, dict[str, Any]] | None:
        """The tables of the file; None where there is none. Raises ArchiveDamaged where it is not JSON of tables."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            tables = orjson.loads(content)
        except ValueError as error:
            raise ArchiveDamaged(f"{self._path} is not whole: {error}", where=str(self._path)) from error
        if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
            raise ArchiveDamaged(f"{self._path} holds something that is no table", where=str(self._path))
        return tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replace the file, with a row on each line."""
        files.replace(self._path, _lines(data))

    def close(self) -> None:
        """Nothing is kept open."""


class Table:
    """Rows by a key of theirs, kept in one file; read when first asked, written when told to."""

    def __init__(self, path: Path, key: str) -> None:
        self._db = TinyDB(path, storage=WholeFile)
        self._path = path
        self._key = key
        self._rows: dict[str, Json] | None = None

    def get(self, key: str) -> Json | None:
        """The row of that key."""
        return self.rows().get(key)

    def put(self, row: Json) -> None:
        """Take a row in, in place of an older one of its key."""
        self.rows()[row[self._key]] = row

    def drop(self, key: str) -> None:
        """Take a row out."""
        self.rows().pop(key, None)

    def rows(self) -> dict[str, Json]:
        """All rows by their keys, in the order in which they came."""
        if self._rows is None:
            table = (self._db.storage.read() or {}).get(TABLE, {})
            try:
                self._rows = {row[self._key]: row for row in table.values()}
            except (KeyError, TypeError) as error:
                raise ArchiveDamaged(
                    f"{self._path} holds a row without `{self._key}`", where=str(self._path)
                ) from error
        return self._rows

    def write(self) -> None:
        """Put the rows into the file. Raises ArchiveUnwritable."""
        rows = self.rows()
        self._db.storage.write({TABLE: {str(number): row for number, row in enumerate(rows.values(), start=1)}})


class Partitions:
    """Tables of one kind, each of them a file in one folder, named by what its rows have in common."""

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder
        self._key = key
        self._tables: dict[str, Table] = {}

    def __getitem__(self, name: str) -> Table:
        if name not in self._tables:
            self._tables[name] = Table(self._folder / f"{name}.json", self._key)
        return self._tables[name]

    def names(self) -> list[str]:
        """Of the partitions that have a file, in their order."""
        return sorted(path.stem for path in self._folder.glob("*.json")) if self._folder.is_dir() else []

    def forget(self) -> None:
        """Read everything anew when next asked."""
        self._tables.clear()

    def put(self, rows: Iterable[tuple[str, Json]]) -> set[str]:
        """Take rows in, each with the name of its partition; the names of those that they went to."""
        touched = set()
        for name, row in rows:
            self[name].put(row)
            touched.add(name)
        return touched

    def write(self, names: Iterable[str]) -> None:
        """Write those partitions. Raises ArchiveUnwritable."""
        files.make_folder(self._folder)
        for name in sorted(names):
            self[name].write()


class Index:
    """From keys to ids and where those are: 256 tables by the hash of the key, derived from the other files."""

    def __init__(self, folder: Path) -> None:
        self._parts = Partitions(folder, "key")

    def get(self, key: str) -> list[list[str]]:
        """The pairs of id and month under a key, in the order in which they came."""
        row = self._parts[_part(key)].get(key)
        return row["at"] if row else []

    def set(self, key: str, pairs: list[list[str]]) -> str:
        """Put pairs under a key; the name of the part that changed."""
        name = _part(key)
        self._parts[name].put({"key": key, "at": pairs})
        return name

    def write(self, names: Iterable[str]) -> None:
        """Write those parts. Raises ArchiveUnwritable."""
        self._parts.write(names)

    def forget(self) -> None:
        """Read everything anew when next asked."""
        self._parts.forget()


def read_all(partitions: Partitions, make: Callable[[Json], Any], names: Iterable[str]) -> Iterator[Any]:
    """What the rows of some partitions are, one partition after the other, none of them kept."""
    for name in names:
        for row in partitions[name].rows().values():
            yield make(row)


def _part(key: str) -> str:
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=1).hexdigest()


def _lines(data: dict[str, dict[str, Any]]) -> bytes:
    """The tables as JSON with one row a line, so that people and `diff` can read them."""
    pieces = []
    for name, table in data.items():
        rows = b",\n".join(orjson.dumps(number) + b": " + orjson.dumps(row) for number, row in table.items())
        pieces.append(orjson.dumps(name) + b": {\n" + rows + b"\n}")
    return b"{" + b",\n".join(pieces) + b"}\n"
