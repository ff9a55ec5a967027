"""The exports as Apache Parquet. The only door to pyarrow, which is an extra: `samflode[parquet]`."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from pipeline.errors import UsageError
from pipeline.publish.columns import DAYS, day_of, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa  # noqa: TID251

    from pipeline.model.edition import Part

    Fields = Sequence[tuple[str, str, str]]

#: Rows of one group: what is held in memory, and what a reader can pass over.
_GROUP = 5_000


def write_parquet(path: Path | BinaryIO, _what: str, fields: Fields, rows: Iterable[Mapping[str, Any]]) -> None:
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


def join_parquet(fields: Fields, parts: Sequence[Part], _before: Path | None, target: Path) -> None:
    """Writes the rows of other such files into one, in their order and in groups as large as `write_parquet` makes them."""
    import pyarrow as pa  # noqa: TID251
    from pyarrow import parquet as pq  # noqa: TID251

    schema = _schema(fields)
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        waiting = schema.empty_table()
        for part in parts:
            waiting = pa.concat_tables([waiting, pq.read_table(part.path, partitioning=None, schema=schema)])
            while len(waiting) >= _GROUP:
                writer.write_table(waiting.slice(0, _GROUP).combine_chunks())
                waiting = waiting.slice(_GROUP)
        if len(waiting):
            writer.write_table(waiting.combine_chunks())


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
