"""What sources.yaml says, once it is read and found right."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.model.corrections import Corrections

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from pipeline.model.source import Source, SourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveInfo:
    """What the merged archive is called and where it is served."""

    #: Title of the archive site and of the merged feed.
    title: str
    #: Where the publication is served; absolute, ends in "/".
    url: str
    #: Of the archive site's own texts: "sv" or "en".
    language: str
    #: For sources that give no zone of their own, and for the days that the site shows.
    timezone: ZoneInfo
    #: E-mail or web address of the office; goes into the User-Agent. Empty: none.
    contact: str
    #: Web address of the WebSub hub that tells feed readers of news; "": none.
    hub: str = ""
    #: How the text files of the publication are packed beside: "gzip", "brotli".
    packed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """How the web is treated, and what of it is accepted."""

    #: Requests under way at once, over all hosts.
    concurrency: int = 32
    #: Requests under way at once to one host.
    per_host: int = 1
    #: Between two requests to one host, at least.
    delay: timedelta = timedelta(seconds=1)
    #: For one whole response, from the connection to its last byte, redirects included.
    timeout: timedelta = timedelta(seconds=30)
    #: Of one response, in bytes, after decompression.
    max_bytes: int = 10_000_000
    #: How many times a request that may pass is made again.
    retries: int = 2
    #: Whether robots.txt is obeyed.
    robots: bool = True
    #: Whether loopback, private and link-local addresses may be asked.
    allow_private_addresses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One word of the archive's vocabulary; an item has it when it holds any of `words`."""

    id: str
    #: What it is called, by language ("sv", "en").
    name: Mapping[str, str]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSpec:
    """A further merged feed beside the main one; an empty tuple takes all."""

    id: str
    title: str
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    sources: tuple[SourceId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """What somebody wants to hear of; an empty tuple takes all."""

    id: str
    #: As `samflode search` takes them.
    words: str
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    sources: tuple[SourceId, ...] = ()
    #: Apprise addresses; empty: those of the whole archive.
    notify: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole of sources.yaml."""

    archive: ArchiveInfo
    fetch: FetchPolicy
    sources: tuple[Source, ...]
    topics: tuple[Topic, ...]
    feeds: tuple[FeedSpec, ...]
    #: How long every response is kept as WARC; None: not at all.
    captures: timedelta | None
    #: A source that fails for longer is told to `notify`.
    alert_after: timedelta
    #: Apprise addresses.
    notify: tuple[str, ...]
    #: A folder, or postgresql://…; None where the file does not say.
    store: str | None
    searches: tuple[SavedSearch, ...] = ()
    #: Asked after each run that came to its end; None: nobody is.
    ping: str | None = None
    #: What a maintainer said of stories, in corrections.yaml beside sources.yaml.
    corrections: Corrections = field(default_factory=Corrections)
    #: The environment's variables that the file takes with `${NAME}`, and their values: never to be written anywhere.
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
