"""WARC files in place of the web: the runs that were recorded in them, again.

What was recorded later than a run does not exist for it; what was recorded earlier answers only where one of its own records
refers to it. Files of other programs serve as well: then nothing says which source came when, and all are asked.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.collect.redaction import Redaction
from pipeline.collect.warc import NOT_MODIFIED, Found, captured, records
from pipeline.errors import ConnectError, FetchError, HostPaused, SourceError
from pipeline.model.capture import Capture, Headers
from pipeline.model.source import SourceId
from pipeline.web.urls import ascii_url, host_of, readable_host

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.model.capture import Request

SUFFIXES = (".warc", ".warc.gz")
#: Statuses by which a host asks not to be asked for a while.
_ASK_FOR_PATIENCE = frozenset({429, 503})


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What is known of a recorded run beside its captures."""

    #: UTC.
    started: datetime
    #: Older pages that it walked, where that was said.
    pages: int | None
    #: Whenever something of a source went into the archive, in that order; UTC. None: the recording is another program's.
    kept: tuple[tuple[SourceId, datetime], ...] | None
    #: Where a source was asked that stands in sources.yaml with an address.
    asked: Callable[[SourceId, str], str]
    #: Whether it has an answer of an address.
    holds: Callable[[str], bool]
    #: Answers that refer to a record that was read neither before them nor among them.
    lacking: int = 0

    @property
    def sources(self) -> tuple[SourceId, ...]:
        """The sources that were done, each once, in the order in which they came."""
        return tuple(dict.fromkeys(source for source, _ in self.kept or ()))

    def moments(self) -> Callable[[SourceId], datetime]:
        """When the next of a source went into the archive; the beginning of the run where the recording does not say."""
        waiting: defaultdict[SourceId, deque[datetime]] = defaultdict(deque)
        for source, moment in self.kept or ():
            waiting[source].append(moment)
        return lambda source: waiting[source].popleft() if waiting[source] else self.started


@dataclass(slots=True)
class _Tape:
    """What one run recorded, by address; the bodies stay in the files."""

    answers: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    kept: list[tuple[SourceId, datetime]] = field(default_factory=list)
    started: datetime | None = None
    pages: int | None = None
    lacking: int = 0
    is_ours: bool = False
    asked: dict[SourceId, str] = field(default_factory=dict)
    #: Hosts that asked for patience: what was not asked of them after that is no 404.
    paused: set[str] = field(default_factory=set)

    def take(self, found: Found, bodies: Bodies) -> None:
        """One more record; `bodies` are those of the records before it."""
        bodies.take(found)
        self.lacking += found.kind == "revisit" and bodies.of(found) is None
        if found.kind == "warcinfo":
            self.is_ours = "started" in found.says
            self.started = _date(found.says.get("started")) or self.started or found.at
            pages = found.says.get("pages", "")
            self.pages = int(pages) if pages.isascii() and pages.isdigit() else self.pages
            return
        self.started = self.started or found.at
        if found.kind == "metadata" and "source" in found.says:
            source = SourceId(found.says["source"])
            if "asked" in found.says:
                self.asked.setdefault(source, found.says["asked"])
            self.kept.append((source, found.at))
        elif found.kind != "metadata" or "outcome" in found.says:
            self.answers[_key(found.url)].append(found)
            if found.status in _ASK_FOR_PATIENCE:
                self.paused.add(host_of(found.url))

    def opened(self, bodies: Bodies, secrets: Mapping[str, str], max_bytes: int) -> tuple[WarcExchange, Session]:
        """The answers, and what it says of the run."""
        redaction = Redaction(secrets)
        exchange = WarcExchange(self.answers, self.paused, bodies, redaction=redaction, max_bytes=max_bytes)
        return exchange, self._session(exchange.holds, redaction)

    def _session(self, holds: Callable[[str], bool], redaction: Redaction) -> Session:
        def asked(source: SourceId, url: str) -> str:
            recorded = self.asked.get(source)
            return url if recorded in {None, redaction.url(url)} else redaction.revealed_url(recorded or "")

        return Session(
            started=self.started or datetime.fromtimestamp(0, UTC),
            pages=self.pages,
            kept=tuple(self.kept) if self.is_ours else None,
            asked=asked,
            holds=holds,
            lacking=self.lacking,
        )


class WarcExchange:
    """Answers from recordings. What is not recorded is a 404."""

    def __init__(
        self,
        answers: Mapping[str, Sequence[Found]],
        paused: Container[str],
        bodies: Bodies,
        *,
        redaction: Redaction,
        max_bytes: int,
    ) -> None:
        self._answers = answers
        self._paused = paused
        self._bodies = bodies
        self._redaction = redaction
        self._max_bytes = max_bytes

    async def exchange(self, request: Request, *, within: float) -> Capture:
        """The recorded response. Raises what was recorded in the place of one, TooLarge, DecodeError, UsageError."""
        del within
        found = self._answer(request)
        if found is None:
            host = host_of(request.url)
            if host in self._paused:
                raise HostPaused(f"{readable_host(host)} had asked to be left alone", until=datetime.now(UTC))
            return _missing(request)
        if found.kind == "metadata":
            raise _failure(found, request.url)
        base = None
        if found.kind == "revisit" and not (_is_conditional(request) and found.profile == NOT_MODIFIED):
            base = self._bodies.of(found)
            if base is None:
                raise ConnectError(
                    f"the recording of {request.url} from {found.at:%Y-%m-%d %H:%M} UTC says only that nothing had changed",
                    url=request.url,
                    hint="Put the earlier recordings beside it: the answer itself is in one of them.",
                )
        capture, hidden = captured(found, request, max_bytes=self._max_bytes, base=base)
        return self._redaction.revealed(capture, hidden)

    def holds(self, url: str) -> bool:
        """Whether an answer of the address was recorded."""
        return _key(self._redaction.url(url)) in self._answers

    def _answer(self, request: Request) -> Found | None:
        """The last answer to such a request: one with conditions can have been told that nothing had changed, others can't."""
        answers = self._answers.get(_key(self._redaction.url(request.url)), ())
        fitting = [each for each in answers if each.profile != NOT_MODIFIED or _is_conditional(request)]
        return next(reversed(fitting or answers), None)


class Bodies:
    """Where the bodies lie that revisit records refer to."""

    def __init__(self) -> None:
        self._full: dict[str, list[Found]] = defaultdict(list)

    def take(self, found: Found) -> None:
        """Remembers a record that has its body."""
        if found.kind == "response":
            earlier = self._full[_key(found.url)]
            earlier[:] = [each for each in earlier if each.digest != found.digest or not found.digest]
            earlier.append(found)

    def of(self, revisit: Found) -> Found | None:
        """The record that has the body; None where it was recorded elsewhere, or is no longer there."""
        earlier = [each for each in self._full.get(_key(revisit.url), ()) if each.at <= revisit.at]
        same = [each for each in earlier if revisit.digest and each.digest == revisit.digest]
        if not same and (not revisit.digest or revisit.profile == NOT_MODIFIED):
            same = earlier
        return same[-1] if same else None


def warc_files(path: Path) -> list[Path]:
    """The WARC files at a path, by name: the file itself, or those of a folder."""
    if path.is_file():
        return [path] if path.name.endswith(SUFFIXES) else []
    return sorted(each for each in path.iterdir() if each.name.endswith(SUFFIXES) and each.is_file())


def latest(path: Path, *, secrets: Mapping[str, str], max_bytes: int) -> tuple[WarcExchange, Session]:
    """The recordings at a path as the web was when they ended: of each address its last answer.

    Of one file among others only its own answers count; the bodies that they refer to may be in those before it.
    """
    files = warc_files(path)
    tape, bodies = _read(files, Bodies())
    if tape.lacking and path.is_file():
        earlier = [each for each in warc_files(path.parent) if each.name < path.name]
        tape, bodies = _read(files, _read(earlier, Bodies())[1])
    if len(files) > 1:
        # Of several runs there is no order to keep but that of the last look at each source.
        tape.pages = None
        last = dict(reversed(tape.kept))
        tape.kept = [(source, last[source]) for source in reversed(last)]
    return tape.opened(bodies, secrets, max_bytes)


def _read(files: Iterable[Path], bodies: Bodies) -> tuple[_Tape, Bodies]:
    tape = _Tape()
    for path in files:
        for found in records(path):
            tape.take(found, bodies)
    return tape, bodies


def runs(
    files: Sequence[Path], *, secrets: Mapping[str, str], max_bytes: int
) -> Iterator[tuple[WarcExchange, Session]]:
    """The runs that were recorded in files, one file each, the oldest first, each as the web was for it."""
    bodies = Bodies()
    for path in sorted(files, key=lambda each: (_beginning(each), each.name)):
        tape, _ = _read([path], bodies)
        if tape.started is not None:
            yield tape.opened(bodies, secrets, max_bytes)


def _key(url: str) -> str:
    """The address under which recordings are looked up: in ASCII, without a fragment."""
    try:
        return ascii_url(url).partition("#")[0]
    except ValueError:
        return url


def _beginning(path: Path) -> datetime:
    for found in records(path):
        return _date(found.says.get("started")) or found.at
    return datetime.fromtimestamp(0, UTC)


def _missing(request: Request) -> Capture:
    return Capture(
        request=request,
        url=request.url,
        status=HTTPStatus.NOT_FOUND,
        headers=Headers(),
        body=b"",
        fetched_at=datetime.now(UTC).replace(microsecond=0),
        elapsed=timedelta(0),
    )


#: Errors by the kind that a recording names.
_KINDS: Mapping[str, type[SourceError]] = {
    each.kind: each
    for each in vars(errors).values()
    if isinstance(each, type)
    and issubclass(each, FetchError | errors.DecodeError)
    and each not in {errors.HttpStatusError, errors.HostPaused}
}


def _failure(found: Found, url: str) -> SourceError:
    """The error that ended the request when it was recorded."""
    kind = _KINDS.get(found.says["outcome"], ConnectError)
    message = found.says.get("message") or "there was no answer"
    return kind(message, url=url, hint=found.says.get("hint"))


def _is_conditional(request: Request) -> bool:
    return any(name.lower().startswith("if-") for name, _ in request.headers)


def _date(text: str | None) -> datetime | None:
    try:
        return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None
