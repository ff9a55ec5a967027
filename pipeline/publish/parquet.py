"""The exports as Apache Parquet. The only door to pyarrow, which is an extra: `samflode[parquet]`."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.publish.columns import DAYS, day_of, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

#: Rows of one group: what is held in memory, and what a reader can pass over.
_GROUP = 5_000


def write_parquet(
    path: Path, _what: str, fields: Sequence[tuple[str, str, str]], rows: Iterable[Mapping[str, Any]]
) -> None:
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
    schema = pa.schema(columns)
    waiting = iter(rows)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while group := list(islice(waiting, _GROUP)):
            writer.write_table(pa.Table.from_pylist([_typed(row, fields) for row in group], schema=schema))


def _typed(row: Mapping[str, Any], fields: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    typed = dict(row)
    for name, said, _ in fields:
        if kind_of(name, said) == "time" and row[name] is not None:
            typed[name] = datetime.fromisoformat(row[name]).astimezone(UTC)
        if name in DAYS:
            typed[f"{name}_date"] = day_of(row[name])
    return typed
