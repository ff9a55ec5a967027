"""What the readers of other programs' files have in common."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipeline.model.entry import Text

if TYPE_CHECKING:
    from collections.abc import Iterable


class Damaged(ValueError):
    """A file is of a known program, but can't be understood; what is wrong with it as the rest of a sentence."""


def html(value: object) -> Text | None:
    """A text construct of markup; None where there is nothing in it."""
    return Text(value=value, type="html") if isinstance(value, str) and value.strip() else None


def string(value: object) -> str:
    """A text on one line; "" for anything else."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def strings(values: object) -> tuple[str, ...]:
    """The texts of a list, each once."""
    found: Iterable[Any] = values if isinstance(values, list | tuple) else ()
    return tuple(dict.fromkeys(text for each in found if (text := string(each))))


def moment(value: object) -> datetime | None:
    """An aware moment of an ISO 8601 text (without an offset it is UTC), or of seconds since 1970; None where it is none.

    Programs write the year 1, or the second 0, for "never".
    """
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            at = datetime.fromtimestamp(value, UTC)
        elif isinstance(value, str) and value.strip():
            at = datetime.fromisoformat(value.strip())
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at if at.year > 1970 else None


def written(at: datetime | None) -> str | None:
    """A moment as an entry has it."""
    return None if at is None else at.isoformat()
