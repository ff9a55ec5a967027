"""Results on standard output: tables, JSON, times as people read them."""

from __future__ import annotations

import sys
from dataclasses import asdict, is_dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def print_json(value: Any) -> None:
    """Write a value as JSON: two spaces of indentation, keys in their own order, times as RFC 3339."""
    import orjson

    click.echo(orjson.dumps(value, default=_plain, option=orjson.OPT_INDENT_2).decode())


def print_table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    colours: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> None:
    """Write a table: drawn on a terminal, plain columns two spaces apart in a pipe.

    `colours` are those of cells on a terminal, by the column's heading and what the cell says.
    """
    rows = [list(map(str, row)) for row in rows]
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(*headings, box=None, header_style="bold", pad_edge=False)
        for row in rows:
            table.add_row(
                *(
                    Text(cell, style=colours.get(heading, {}).get(cell, ""))
                    for heading, cell in zip(headings, row, strict=True)
                )
            )
        Console().print(table)
        return
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    for row in ([heading.upper() for heading in headings], *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago, or how far ahead, in one unit: "3 h ago", "in 2 d", "never"."""
    if moment is None:
        return "never"
    distance = now - moment
    length = _length(abs(distance))
    if length == "now":
        return length
    return f"{length} ago" if distance > timedelta(0) else f"in {length}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 entry", "2 entries"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}".replace(",", "\u202f")


def span(length: timedelta) -> str:
    """How long, in one unit: "3 h", "12 s"."""
    said = _length(length)
    return "1 s" if said == "now" else said


def _length(length: timedelta) -> str:
    for unit, seconds in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if length.total_seconds() >= seconds:
            return f"{int(length.total_seconds() // seconds)} {unit}"
    return "now" if length.total_seconds() < 1 else f"{int(length.total_seconds())} s"


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)
