"""One visit to one source, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.errors import FetchError, SourceError
    from pipeline.model.capture import Capture, Request, Validators
    from pipeline.model.entry import Conversation, EntryVersion, Extraction
    from pipeline.model.history import Pause
    from pipeline.model.item import Item
    from pipeline.model.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a conversation came to, normalised already: by the process that held it."""

    #: Its entries without their markup: enough to judge whether the source is as it used to be.
    extraction: Extraction
    #: Of an entry in a version that the archive holds, the version alone.
    items: tuple[Item | EntryVersion, ...]
    #: What was noticed in normalising.
    warnings: tuple[str, ...]


class Talk(Protocol):
    """A conversation that may be held elsewhere."""

    async def go_on(self, answer: Capture | FetchError | None) -> Request | Understood | Extraction:
        """What is asked for next, or what the conversation came to; `answer` is None at first. Raises what it raises."""

    def close(self) -> None:
        """Says that nothing more will be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A source that is to be collected, and the conversation to have with it."""

    source: Source
    #: Begins the conversation anew, here or elsewhere.
    talk: Callable[[], Conversation | Talk]
    #: From the last time that it went well; None: it has to be read in any case.
    validators: Validators | None
    #: Goes into the new validators: of the source's description and the program's version.
    reading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What a visit brought: an extraction, or nothing new, or an error."""

    source: Source
    #: None where the source is unchanged or has failed.
    extraction: Extraction | None
    #: Why it failed; None: it did not.
    error: SourceError | None
    #: For the next visit; None where the next one has to read everything.
    validators: Validators | None
    requests: int
    #: Of the bodies, after decompression.
    bytes: int
    seconds: float
    #: Where the extraction was normalised as well; None: it is still to be.
    understood: Understood | None = None
    warnings: tuple[str, ...] = ()
    #: The response that the visit began with; None where there was none, or it was not read.
    capture: Capture | None = None
    #: The address that the visit began with.
    asked: str = ""
    #: Where redirects for good led from there; None: nowhere else.
    moved_to: str | None = None
    #: Hosts that asked to be left alone.
    pauses: tuple[Pause, ...] = ()

    @property
    def unchanged(self) -> bool:
        """Whether the source answered that it holds what it held before."""
        return self.extraction is None and self.error is None
