"""What a worker is asked to do."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pipeline.collect.recorder import Recorder
    from pipeline.model.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a worker is to do, and where."""

    store: str
    #: The file of sources, and how it is read.
    sources: Path
    load: Callable[[], Config]
    #: Of the publication; None: this worker does not publish.
    publication: Path | None
    #: Where the last good answers are kept.
    folder: Path
    #: Hosts that it asks at once.
    at_once: int = 16
    #: The shortest time between two publications.
    publish_every: timedelta = timedelta(minutes=5)
    #: End when nothing is due any more.
    once: bool = False
    #: The recorders of one job.
    recording: Callable[[Config], AbstractContextManager[Sequence[Recorder]]] = lambda _: contextlib.nullcontext(())
