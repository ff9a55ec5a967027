"""The files of the embedded archive: TinyDB tables, each in a file of its own, read once and written whole.

A file holds its rows, one a line, and behind them a table `check` with one row: how many rows there are, and a digest of them. So
a byte that changes anywhere is noticed when the file is next read. Each row carries a digest of its own, `sum`, by which the rows
that are still whole can be told from the one that is not.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from tinydb import TinyDB  # noqa: TID251
from tinydb.storages import Storage  # noqa: TID251

from pipeline.archive import files
from pipeline.errors import ArchiveDamaged

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]
TABLE, CHECK, SUM = "rows", "check", "sum"

#: A month's rows go on in a further file from so many rows, or so many bytes, on: what one run rewrites stays small.
MOST_ROWS, MOST_BYTES = 100, 250_000
#: Tables that are kept in memory at once, and bytes of files from which single rows were asked for.
MOST_TABLES, MOST_TEXT = 8, 8_000_000

#: Bytes at the end of a file that its check has room in.
_TAIL = 100

_PART = re.compile(r"(?P<month>[^.]+)(?:\.(?P<number>\d+))?")


class WholeFile(Storage):
    """A TinyDB storage whose file is replaced, never overwritten: a crash leaves the old content or the new.

    TinyDB's own JSONStorage truncates the file and writes it anew in place.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, dict[str, Any]] | None:
        """The tables of the file; None where there is none. Raises ArchiveDamaged where it is not as it was written."""
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
        # Files of format 1, and of somebody's hand, have no check.
        if tables.keys() != {TABLE} and (tables.keys() != {TABLE, CHECK} or not _is_as_written(content, tables[TABLE])):
            raise ArchiveDamaged(f"{self._path} is not as it was written", where=str(self._path))
        return tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replace the file, with a row on each line."""
        files.replace(self._path, written(data[TABLE]))

    def close(self) -> None:
        """Nothing is kept open."""


_BEFORE = b'{"%s": {\n' % TABLE.encode()
_SUM = b',"%s":"' % SUM.encode()
_BETWEEN = b'\n},\n"%s": {"1": ' % CHECK.encode()


def written(rows: dict[str, Json]) -> bytes:
    """The file that holds these rows by their numbers: a line each, and the check behind them."""
    return _framed(
        b",\n".join(orjson.dumps(number) + b": " + orjson.dumps(row) for number, row in rows.items()), len(rows)
    )


def _framed(lines: bytes, rows: int) -> bytes:
    check = {"rows": rows, "digest": digest(lines)}
    return _BEFORE + lines + _BETWEEN + orjson.dumps(check) + b"}}\n"


def _is_as_written(content: bytes, rows: dict[str, Json]) -> bool:
    """Whether the check of a file is that of its lines: every byte is compared, none of the rows is written again for it."""
    end = content.rfind(_BETWEEN)
    return end >= 0 and content == _framed(content[len(_BEFORE) : end], len(rows))


def _row_in(content: bytes, name: str, key: str) -> Json | None:
    """The row of a file whose first field has that name and value; None where there is none that its `sum` says is whole."""
    # No blank stands before a brace but where a line of the file begins its row.
    begin = content.find(b": {%s:%s," % (orjson.dumps(name), orjson.dumps(key))) + 2
    end = content.find(b"\n", begin)
    if begin < 2 or end < 0:
        return None
    line = content[begin:end].removesuffix(b",")
    bare, mark, sum_of = line.rpartition(_SUM)
    if not mark or sum_of != b'%s"}' % digest(bare + b"}").encode():
        return None
    row: Json = orjson.loads(line)
    return row


def summed(row: Json) -> Json:
    """The row with its `sum`, the digest of all else in it; last, as in the files."""
    bare = {name: value for name, value in row.items() if name != SUM}
    return {**bare, SUM: digest(orjson.dumps(bare))}


def is_whole(row: Json) -> bool:
    """Whether a row is as it was written; one without a sum, of format 1 or of somebody's hand, is taken at its word."""
    return SUM not in row or summed(row)[SUM] == row[SUM]


def digest(content: bytes) -> str:
    """BLAKE2b, 16 hexadecimal digits."""
    return hashlib.blake2b(content, digest_size=8).hexdigest()


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
        self.rows()[row[self._key]] = summed(row)

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

    def write(self) -> int:
        """Put the rows into the file; how many bytes it has. Raises ArchiveUnwritable."""
        self._db.storage.write({TABLE: {str(number): row for number, row in enumerate(self.rows().values(), start=1)}})
        return self._path.stat().st_size


class Partitions:
    """Tables of one kind, each of them a part of one month, in a file of one folder: "2026-03", then "2026-03.2"."""

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder
        self._key = key
        self._tables: OrderedDict[str, Table] = OrderedDict()
        self._texts: OrderedDict[str, bytes] = OrderedDict()
        #: Rows that are to come into parts, by their keys; None: one that is to go. A part is read when it is written, one at a time.
        self._coming: dict[str, dict[str, Json | None]] = {}
        #: Parts that were read before that, with rows that are not in their files yet: these have to stay.
        self._changed: set[str] = set()

    def __getitem__(self, name: str) -> Table:
        if name in self._coming:
            coming = self._coming.pop(name)
            self._changed.add(name)
            for key, row in coming.items():
                if row is None:
                    self[name].drop(key)
                else:
                    self[name].put(row)
        if name not in self._tables:
            self._tables[name] = Table(self._folder / f"{name}.json", self._key)
            for old in list(self._tables)[:-MOST_TABLES]:
                if old not in self._changed:
                    del self._tables[old]
        self._tables.move_to_end(name)
        return self._tables[name]

    def row(self, name: str, key: str) -> Json | None:
        """The row of that key in a part, without reading the others: its own digest says whether it is as it was written."""
        if key in (coming := self._coming.get(name, {})):
            return coming[key]
        if name not in self._tables:
            row = _row_in(self._text(name), self._key, key)
            if row is not None:
                return row
        # What has no digest, or is not where it should be, is for the check of the whole file.
        return self[name].get(key)

    def _text(self, name: str) -> bytes:
        text = self._texts.get(name)
        if text is None:
            try:
                text = (self._folder / f"{name}.json").read_bytes()
            except FileNotFoundError:
                return b""
            self._texts[name] = text
            while sum(map(len, self._texts.values())) > MOST_TEXT and len(self._texts) > 1:
                self._texts.popitem(last=False)
        self._texts.move_to_end(name)
        return text

    def names(self) -> list[str]:
        """Of the parts that have a file: by months, the newest first, and by number within a month."""
        found = (
            [path.name.removesuffix(".json") for path in self._folder.glob("*.json")] if self._folder.is_dir() else []
        )
        return sorted(sorted(found, key=number_of), key=month_of, reverse=True)

    def size(self, name: str) -> int:
        """How many bytes the file of a part has."""
        return (self._folder / f"{name}.json").stat().st_size

    def mark(self, name: str, known: str = "") -> str:
        """What is another one as soon as a part holds something else; `known` is the last one, so that an untouched file isn't opened.

        It is the file's check, so that a copy of the store has the same, and after "@" when the file was written.
        """
        path = self._folder / f"{name}.json"
        found = path.stat()
        if known.startswith(f"{found.st_size}-") and known.endswith(f"@{found.st_mtime_ns}"):
            return known
        with path.open("rb") as stream:
            stream.seek(max(0, found.st_size - _TAIL))
            end = stream.read()
        # Files of format 1, and of somebody's hand, have no check.
        what = digest(end) if f'"{CHECK}"'.encode() in end else str(found.st_mtime_ns)
        return f"{found.st_size}-{what}@{found.st_mtime_ns}"

    def put(self, name: str, row: Json) -> None:
        """Take a row into a part."""
        self._coming.setdefault(name, {})[row[self._key]] = row

    def drop(self, name: str, key: str) -> None:
        """Take a row out of a part."""
        self._coming.setdefault(name, {})[key] = None

    def write(self) -> dict[str, tuple[int, int]]:
        """Write the parts that changed; by the name of each, how many rows and bytes it has. Raises ArchiveUnwritable."""
        sizes = {}
        changed = sorted(self._changed | self._coming.keys())
        if changed:
            files.make_folder(self._folder)
        for name in changed:
            table = self[name]
            sizes[name] = (len(table.rows()), table.write())
            self._texts.pop(name, None)
            # What was written is asked for row by row from now on.
            del self._tables[name]
            self._changed.discard(name)
        return sizes


def month_of(part: str) -> str:
    """The month that a part is of."""
    return part.partition(".")[0]


def number_of(part: str) -> int:
    """Which of the parts of its month a part is, from 1."""
    found = _PART.fullmatch(part)
    return int(found["number"] or 1) if found else 1


def part_of(month: str, number: int) -> str:
    """The name of the part of that number."""
    return month if number == 1 else f"{month}.{number}"


@dataclass
class Room:
    """The last part of a month, and what is in it: where the next new row goes."""

    name: str
    rows: int = 0
    bytes: int = 0

    def taken(self, size: int) -> str:
        """The part that takes a row of so many bytes: the next one where this one is full."""
        if self.rows >= MOST_ROWS or self.bytes >= MOST_BYTES:
            self.name, self.rows, self.bytes = part_of(month_of(self.name), number_of(self.name) + 1), 0, 0
        self.rows += 1
        self.bytes += size
        return self.name
