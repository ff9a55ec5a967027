"""Which part of the archive is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model.source import SourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Conditions that all have to hold; an empty tuple or None is no condition."""

    sources: tuple[SourceId, ...] = ()
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    #: Aware; of `published`, or of `first_seen` where there is none. Inclusive.
    since: datetime | None = None
    #: Exclusive.
    until: datetime | None = None
