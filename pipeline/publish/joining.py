"""The whole exports, put together of those of the months, so that no story has to be read again for them."""

from __future__ import annotations

from shutil import copyfileobj
from typing import TYPE_CHECKING

from pipeline.publish.database import rows_of
from pipeline.publish.parquet import write_parquet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.model.edition import Part


def join_texts(head: bytes, parts: Sequence[Part], _before: Path | None, target: Path) -> None:
    """One after the other; what each begins with comes once."""
    with target.open("wb") as stream:
        stream.write(head)
        for part in parts:
            with part.path.open("rb") as source:
                source.seek(len(head))
                copyfileobj(source, stream, 1 << 20)


def parquet_of_lines(
    fields: Sequence[tuple[str, str, str]], parts: Sequence[Part], _before: Path | None, target: Path
) -> None:
    """A Parquet file with the rows of NDJSON files."""
    write_parquet(target, "", fields, (row for part in parts for row in rows_of(part.path)))
