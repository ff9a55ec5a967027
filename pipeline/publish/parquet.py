"""The exports as Apache Parquet. The only door to pyarrow, which is an extra: `samflode[parquet]`."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.errors import UsageError
from pipeline.publish.columns import DAYS, day_of, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa  # noqa: TID251

    from pipeline.model.edition import Part

    Fields = Sequence[tuple[str, str, str]]

#: Rows of one group: what is held in memory, and what a reader can pass over.
_GROUP = 5_000
#: In the schema of a whole: the names, digests and rows of the files that it was put together of.
_MADE_OF = b"samflode.files"


def write_parquet(path: Path, _what: str, fields: Fields, rows: Iterable[Mapping[str, Any]]) -> None:
    """Writes the rows into a file, with typed columns; never more than one group of them in memory.

    Times are UTC (`timestamp[us, tz=UTC]`): Parquet keeps no offsets. So each time that a source gave has its day beside it, as the
    source named it (`published_date`). The meaning of each field stands in the schema. Raises UsageError where pyarrow is missing.
    """
    try:
        import pyarrow as pa  # noqa: TID251
        from pyarrow import parquet as pq  # noqa: TID251
    except ImportError as error:
        raise UsageError(
            "Parquet needs the package pyarrow", hint="Install it beside Samflöde: pip install 'samflode[parquet]'"
        ) from error
    schema, waiting = _schema(fields), iter(rows)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while group := list(islice(waiting, _GROUP)):
            writer.write_table(pa.Table.from_pylist([_typed(row, fields) for row in group], schema=schema))


@cache
def has_parquet() -> bool:
    """Whether there is what writes Parquet."""
    return find_spec("pyarrow") is not None


def join_parquet(fields: Fields, parts: Sequence[Part], before: Path | None, target: Path) -> None:
    """Writes the rows of other such files into one, in their order and in groups as large as `write_parquet` makes them.

    What the file was made of stands in its schema, so the rows of files that did not change are taken from what it was before: one
    file is read in a fraction of the time of many small ones. The same files give the same bytes.
    """
    from pyarrow import ArrowException  # noqa: TID251

    try:
        _join(fields, parts, before, target)
    except (ArrowException, OSError):
        if before is None:
            raise
        # It is not what it should be; where the disk is full, this says so.
        _join(fields, parts, None, target)


def _join(fields: Fields, parts: Sequence[Part], before: Path | None, target: Path) -> None:
    import pyarrow as pa  # noqa: TID251
    from pyarrow import parquet as pq  # noqa: TID251

    held = _Held(before, _schema(fields))
    counts = [held.count(part) for part in parts]
    made_of = [
        [part.name, part.digest, pq.read_metadata(part.path).num_rows if count is None else count]
        for part, count in zip(parts, counts, strict=True)
    ]
    schema = _schema(fields).with_metadata({_MADE_OF: orjson.dumps(made_of)})
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        waiting = schema.empty_table()
        for part, count in zip(parts, counts, strict=True):
            fresh = count is None
            for table in [pq.ParquetFile(part.path).read(use_threads=False)] if fresh else held.read(part):
                waiting = pa.concat_tables([waiting, pa.Table.from_arrays(table.columns, schema=schema)])
                while len(waiting) >= _GROUP:
                    writer.write_table(waiting.slice(0, _GROUP).combine_chunks())
                    waiting = waiting.slice(_GROUP)
        if len(waiting):
            writer.write_table(waiting.combine_chunks())


class _Held:
    """The rows of an earlier whole, by the file that they came from; never more than one group of them in memory."""

    def __init__(self, path: Path | None, schema: pa.Schema) -> None:
        from pyarrow import parquet as pq  # noqa: TID251

        self._places: dict[tuple[str, str], range] = {}
        if path is None:
            return
        self._file = pq.ParquetFile(path)
        if not self._file.schema_arrow.equals(schema):
            return
        metadata = self._file.metadata
        sizes = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
        self._starts = [0, *accumulate(sizes)]
        self._group = (-1, schema.empty_table())
        start = 0
        for name, digest, count in orjson.loads((self._file.schema_arrow.metadata or {}).get(_MADE_OF, b"[]")):
            self._places[name, digest] = range(start, start + count)
            start += count

    def count(self, part: Part) -> int | None:
        """How many rows of a file, as it is now, there are; None: it is another one, or new."""
        place = self._places.get((part.name, part.digest))
        return None if place is None else len(place)

    def read(self, part: Part) -> Iterator[pa.Table]:
        """These rows."""
        place = self._places[part.name, part.digest]
        while place:
            group = bisect_right(self._starts, place.start) - 1
            if self._group[0] != group:
                self._group = group, self._file.read_row_group(group, use_threads=False)
            piece = self._group[1].slice(place.start - self._starts[group], len(place))
            yield piece
            place = place[len(piece) :]


def _schema(fields: Fields) -> pa.Schema:
    import pyarrow as pa  # noqa: TID251

    types = {
        "string": pa.string(),
        "time": pa.timestamp("us", tz="UTC"),
        "day": pa.date32(),
        "list": pa.list_(pa.string()),
        "integer": pa.int64(),
    }
    columns = []
    for name, said, meaning in fields:
        columns.append(
            pa.field(name, types[kind_of(name, said)], nullable="null" in said, metadata={"description": meaning})
        )
        if name in DAYS:
            columns.append(pa.field(f"{name}_date", types["day"], metadata={"description": f"the day of {name}"}))
    return pa.schema(columns)


def _typed(row: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    typed = dict(row)
    for name, said, _ in fields:
        if kind_of(name, said) == "time" and row[name] is not None:
            typed[name] = datetime.fromisoformat(row[name]).astimezone(UTC)
        if name in DAYS:
            typed[f"{name}_date"] = day_of(row[name])
    return typed
