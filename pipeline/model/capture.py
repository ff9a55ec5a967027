"""What the web was asked and what it answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime, timedelta


class Purpose(StrEnum):
    """Why a request is made: its failure costs more or less accordingly."""

    SOURCE = "source"
    PAGE = "page"
    ARTICLE = "article"
    ROBOTS = "robots"
    DISCOVERY = "discovery"


class Headers:
    """HTTP fields in their order: names without regard to case, repeated fields kept (RFC 9110, section 5)."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self._fields = tuple(fields)

    def get(self, name: str, default: str | None = None) -> str | None:
        """The field's values joined by ", " (RFC 9110, section 5.3), or `default`."""
        wanted = name.lower()
        values = [value for key, value in self._fields if key.lower() == wanted]
        return ", ".join(values) if values else default

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._fields == other._fields

    def __hash__(self) -> int:
        return hash(self._fields)

    def __repr__(self) -> str:
        return f"Headers({list(self._fields)!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One GET that somebody wants made."""

    url: str
    purpose: Purpose = Purpose.SOURCE
    headers: Headers = field(default_factory=Headers)
    #: Fingerprint of the address that conditions among the headers are for, behind redirects or not; None: of `url`.
    conditions_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One answer, with its request and its time."""

    request: Request
    #: The address that answered, after redirects.
    url: str
    status: int
    headers: Headers
    #: Content-coding undone; at most `max_bytes` long.
    body: bytes
    #: UTC, our clock.
    fetched_at: datetime
    elapsed: timedelta
    #: The addresses that redirected, in order.
    redirects: tuple[str, ...] = ()
    #: Where the redirects lead that are for good (301 and 308), from the first one on; None: the first is not, or there is none.
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsFile:
    """What a site said in its robots.txt; empty where it has none."""

    text: str
    #: UTC.
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What tells whether a response has changed since (RFC 9110, section 8.8), for one address."""

    #: Fingerprint of the address that was asked.
    url: str
    #: Verbatim, weak prefix and quotes included.
    etag: str | None
    last_modified: str | None
    #: BLAKE2b of the body in hexadecimal, for servers that have no validators or ignore them.
    digest: str
    #: Of the source's description and the program's version: another reading makes every answer news.
    reading: str
    #: Fingerprint of the address that answered, behind redirects; None: `url`.
    answered: str | None = None
