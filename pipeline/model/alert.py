"""What people are told without having asked, and what they were told already."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.model.source import SourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was said already, so that it is said once."""

    #: By source id: since when it had been failing when that was said. Who is not in it has nothing said of it.
    failing: Mapping[SourceId, datetime] = field(default_factory=dict)
    #: When the last run began that was said not to have come to its end.
    unfinished: datetime | None = None
    #: By the id of a saved search: what was first seen before is not new any more.
    searches: Mapping[str, datetime] = field(default_factory=dict)
    #: By the id of a saved search: the stories that were said last.
    stories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One message to people."""

    title: str
    #: Plain text; ends with what to do next.
    body: str
    #: Apprise addresses.
    recipients: tuple[str, ...]
    #: What is told once it was sent.
    told: Told
