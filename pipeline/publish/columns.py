"""What the columns of a typed table are, by the data dictionary of the exports."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Literal["string", "time", "list", "integer"]

#: Fields that are RFC 3339 in the text formats.
TIMES = frozenset({"published", "updated", "first_seen", "last_seen"})
#: Times in whose day an analyst counts, and which in UTC could be on another: 00:00 in Stockholm is the evening before.
DAYS = frozenset({"published"})


def kind_of(name: str, said: str) -> Kind:
    """The type of a field that the dictionary describes as `said`."""
    if name in TIMES:
        return "time"
    if said.startswith("list"):
        return "list"
    return "integer" if said.startswith("integer") else "string"


def day_of(moment: str | None) -> date | None:
    """The day that an RFC 3339 moment names in its own offset.

    >>> day_of("2026-03-02T00:00:00+01:00")
    datetime.date(2026, 3, 2)
    """
    return None if moment is None else date.fromisoformat(moment[:10])


def frictionless(fields: Sequence[tuple[str, str, str]], form: str) -> dict[str, Any]:
    """The data dictionary as a Table Schema (Data Package 1.0; https://specs.frictionlessdata.io/table-schema/) of a format."""
    described: list[dict[str, Any]] = []
    for name, said, meaning in fields:
        described.append(_described(form, name, said, meaning))
        if name in DAYS and form in {"parquet", "sqlite"}:
            described.append({"name": f"{name}_date", "type": "date", "description": f"the day of {name}"})
    return {"fields": described, "primaryKey": "id"}


def _described(form: str, name: str, said: str, meaning: str) -> dict[str, Any]:
    kind = kind_of(name, said)
    types: dict[Kind, dict[str, Any]] = {
        "string": {"type": "string"},
        "integer": {"type": "integer"},
        # The offset that a source gave is kept: "any" takes it, where the default is UTC alone.
        "time": {"type": "datetime", "format": "any"},
        "list": {"type": "string", "separator": "; "} if form == "csv" else {"type": "array"},
    }
    required = {} if "null" in said or kind == "list" else {"constraints": {"required": True}}
    if name in {"summary", "text"}:
        required = {}
    return {"name": name, **types[kind], "description": meaning, **required}
