"""What a run says of itself: the run report of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model.history import Outcome
    from pipeline.model.source import SourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a source could not be collected."""

    #: One of the contract's kinds: dns, connect, tls, timeout, …
    kind: str
    message: str
    hint: str
    #: The wait in seconds that the server asked for.
    retry_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What one run did with one source."""

    id: SourceId
    outcome: Outcome
    requests: int
    #: Of the bodies, after decompression.
    bytes: int
    entries: int
    new: int
    updated: int
    seconds: float
    warnings: tuple[str, ...]
    error: Failure | None
    #: UTC.
    next_due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The sums over all sources."""

    sources: int
    failed: int
    entries: int
    new: int
    updated: int
    #: In the archive, after the run.
    stories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What one run did."""

    #: UTC.
    started: datetime
    finished: datetime
    sources: tuple[SourceReport, ...]
    totals: Totals
