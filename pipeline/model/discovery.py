"""Ways into the news of a site, as they were found and tried out."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model.capture import Capture, Request

if TYPE_CHECKING:
    from pipeline.model.entry import Extraction
    from pipeline.model.source import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way in, and what it gives now: at least one entry."""

    url: str
    kind: Kind
    #: How it was found, as the end of a sentence: "announced by https://…/".
    how: str
    extraction: Extraction
    #: What the document calls itself: a feed's title, then what it says of itself.
    titles: tuple[str, ...] = ()
    #: Further addresses that lead to it: those that redirect there.
    addresses: tuple[str, ...] = ()
    #: Why it is not taken though it works, as the end of a sentence; None: nothing speaks against it.
    doubt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What was found behind one address of a site."""

    #: The address that answered, after redirects, and those before it.
    addresses: tuple[str, ...]
    #: The best first; empty where there is no news.
    ways: tuple[Way, ...]
    #: What the site states that it is called, and what it may be called by what readers see; each the best first.
    stated_names: tuple[str, ...]
    shown_names: tuple[str, ...]
    #: What the page declares (BCP 47); None: nothing.
    language: str | None
    requests: int
    #: What was looked for in vain, a few words each.
    in_vain: tuple[str, ...]


#: A search asks for responses and is sent them; a FetchError is thrown into it where one could not be had.
Search = Generator[Request, Capture, Discovery]
