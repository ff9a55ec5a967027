"""Every error that a user can meet, with its exit code, its kind in the run report, and a hint: what to do now.

::

    SamflodeError                        exit code
    ├─ UsageError                        2
    ├─ ConfigError                       2   kind invalid_config; holds every problem of the file
    ├─ SourceError                       1   recorded in the run report; never stops the other sources
    │  ├─ FetchError
    │  │  ├─ DnsError                        kind dns
    │  │  ├─ ConnectError                    kind connect
    │  │  ├─ TlsError                        kind tls
    │  │  ├─ FetchTimeout                    kind timeout
    │  │  ├─ TooLarge                        kind too_large
    │  │  ├─ HttpStatusError                 kind http_status
    │  │  ├─ HostPaused                      kind http_status: nothing was asked
    │  │  ├─ RedirectError                   kind redirect
    │  │  ├─ BlockedAddress                  kind blocked_address
    │  │  └─ RobotsDenied                    kind robots
    │  ├─ ExtractError
    │  │  ├─ DecodeError                     kind decode
    │  │  ├─ NotAFeed                        kind not_a_feed
    │  │  └─ NothingMatched                  kind nothing_matched
    │  └─ InternalError                      kind internal: a mistake of ours, held to one source
    ├─ UndeliverableError                1   the e-mail of `samflode digest`
    ├─ ArchiveError                      3
    │  ├─ ArchiveDamaged
    │  └─ ArchiveUnwritable
    │     └─ ArchiveUnreachable
    └─ ArchiveBusy                       75

They are raised where the fact is known and caught at three places: one article inside an extractor, one source inside
`pipeline.run`, everything in `pipeline.cli.main`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class SamflodeError(Exception):
    """Something that stops the work asked for; `message` says what, `hint` what to do about it."""

    exit_code: ClassVar[int] = 1
    default_hint: ClassVar[str] = "Run the command again with --verbose and look at the last lines before this one."

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint or self.default_hint


class UsageError(SamflodeError):
    """The command can't be carried out as it was given."""

    exit_code = 2
    default_hint = "`samflode --help` lists the commands, `samflode COMMAND --help` the options of one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in a configuration file.

    `line` and `column` count from 1, as editors do; both are 1 where the whole file is meant.
    """

    file: str
    line: int
    column: int
    message: str
    advice: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}; {self.advice}"


#: The hint of a ConfigError whose problem has no line that could be mended.
NOTHING_DONE = "Nothing was fetched or written."


class ConfigError(SamflodeError):
    """sources.yaml can't be used; `problems` holds everything that is wrong with it, in the order of the file."""

    exit_code = 2
    kind: ClassVar[str] = "invalid_config"
    default_hint = f"Mend the lines named above, then check with `samflode sources check`. {NOTHING_DONE}"

    def __init__(self, problems: Sequence[Problem], *, hint: str | None = None) -> None:
        super().__init__("\n".join(str(problem) for problem in problems), hint=hint)
        self.problems = tuple(problems)


class SourceError(SamflodeError):
    """One source could not be collected; the others were. `url` is the address that it happened at."""

    kind: ClassVar[str] = "internal"
    default_hint = "Try the source by itself with `samflode run --source ID --verbose`."

    def __init__(self, message: str, *, url: str | None = None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.url = url


class FetchError(SourceError):
    """A request brought no usable response. `retry_after` is the wait in seconds that the server asked for."""

    def __init__(
        self, message: str, *, url: str | None = None, hint: str | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message, url=url, hint=hint)
        self.retry_after = retry_after


class DnsError(FetchError):
    """The host's name leads nowhere."""

    kind = "dns"
    default_hint = (
        "Check the host's spelling in sources.yaml; if other sources fail too, the network or its DNS is down."
    )


class ConnectError(FetchError):
    """The host was found, but the connection was refused, reset or cut before the response was whole."""

    kind = "connect"
    default_hint = (
        "The site may be down for a while; it is asked again at the next run. If it lasts, open it in a browser."
    )


class TlsError(FetchError):
    """The host's certificate or its TLS can't be trusted."""

    kind = "tls"
    default_hint = "Open the site in a browser: if it warns too, tell the site's owner; if not, update this machine's certificates."


class FetchTimeout(FetchError):
    """The whole response did not come within `fetch: timeout`."""

    kind = "timeout"
    default_hint = (
        "The site is slow or hangs; it is asked again at the next run. If it is always slow, raise `fetch: timeout`."
    )


class TooLarge(FetchError):
    """The response is larger than `fetch: max_bytes`, after decompression."""

    kind = "too_large"
    default_hint = (
        "Check that the address is a feed or a news list; if it is and is really so large, raise `fetch: max_bytes`."
    )


class HttpStatusError(FetchError):
    """The server answered with a status that is no success. `status` is the number (RFC 9110, section 15)."""

    kind = "http_status"
    default_hint = "Open the address in a browser; if the page has moved, write the new address in sources.yaml."

    def __init__(
        self,
        message: str,
        *,
        status: int,
        url: str | None = None,
        hint: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, url=url, hint=hint, retry_after=retry_after)
        self.status = status


class HostPaused(FetchError):
    """The host asked to be left alone until `until` (UTC), so it was not asked at all."""

    kind = "http_status"
    default_hint = "The site asks for fewer requests; it is asked again by itself. Raise `every` for its sources."

    def __init__(self, message: str, *, until: datetime, url: str | None = None, hint: str | None = None) -> None:
        super().__init__(message, url=url, hint=hint)
        self.until = until


class RedirectError(FetchError):
    """Redirects that lead in a circle, are too many, or lead nowhere."""

    kind = "redirect"
    default_hint = "Open the address in a browser and write the address that it ends at in sources.yaml."


class BlockedAddress(FetchError):
    """The address is one that must not be reached: loopback, private, link-local, or not http(s)."""

    kind = "blocked_address"
    default_hint = (
        "For a site on the office's own network write `allow_private_addresses: true` below `fetch:` in sources.yaml."
    )


class RobotsDenied(FetchError):
    """The site's robots.txt (RFC 9309) asks programs not to fetch this address."""

    kind = "robots"
    default_hint = (
        "Ask the site's owner for leave, or use its feed; `fetch: robots: false` is only for sites of your own."
    )


class ExtractError(SourceError):
    """A response came, but no entries can be got out of it."""


class DecodeError(ExtractError):
    """The body can't be read: a broken encoding, broken compression, or broken JSON."""

    kind = "decode"
    default_hint = "Open the address in a browser; if it looks broken there too, tell the site's owner."


class NotAFeed(ExtractError):
    """The source is configured as a feed, but the response is none."""

    kind = "not_a_feed"
    default_hint = "Give the address of the feed itself, or describe the page with `listing:`."


class NothingMatched(ExtractError):
    """The page was read, but the selectors of the source found no entry in it."""

    kind = "nothing_matched"
    default_hint = (
        "The page has probably been redesigned: compare its markup with the selectors of the source in sources.yaml."
    )


class InternalError(SourceError):
    """A mistake in Samflöde that one source brought to light; the traceback is in the log."""

    kind = "internal"
    default_hint = (
        "This is a mistake in Samflöde: please report it with the output of `samflode run --source ID --verbose`."
    )


class UndeliverableError(SamflodeError):
    """A mail server did not take an e-mail, or not for everybody."""

    default_hint = "Say which mail server to take with --smtp; the e-mail can be written to a file with --output."


class ArchiveError(SamflodeError):
    """The archive can't be used; nothing that was in it is lost."""

    exit_code = 3
    default_hint = "Nothing was lost. Look at the store's folder: its disk, its permissions, its last backup."


class ArchiveDamaged(ArchiveError):
    """A file of the archive does not hold what it should. `where` names the file."""

    default_hint = "Nothing was changed. `samflode store repair` keeps what can be read and sets the rest aside; or restore a backup."

    def __init__(self, message: str, *, where: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.where = where


class ArchiveUnwritable(ArchiveError):
    """A file of the store can't be written. `path` names it."""

    default_hint = (
        "Free space on the disk or mend the permissions of the store's folder, then run again: nothing was lost."
    )

    def __init__(self, message: str, *, path: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.path = path


class ArchiveUnreachable(ArchiveUnwritable):
    """The database of the store does not answer; it may be back in a moment."""

    default_hint = "Look whether PostgreSQL runs there, and whether name, password and database are right."


class ArchiveBusy(SamflodeError):
    """Another run holds the store. `holder` names it (process and host), `since` is when it began."""

    exit_code = 75
    default_hint = "Nothing was done. Wait for the other run to end; a run that died leaves no lock behind."

    def __init__(self, message: str, *, holder: str, since: datetime | None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.holder = holder
        self.since = since
