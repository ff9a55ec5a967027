"""Keeps every response of a run in a WARC file, by standing between a fetcher and the web."""

from __future__ import annotations

import asyncio
import io
import logging
import os
from collections import UserDict
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.collect.redaction import Redaction
from pipeline.collect.warc import CONFORMS_TO, Base, Writer, payload_digest, written_date
from pipeline.errors import ArchiveUnwritable, DecodeError, FetchError, FetchTimeout
from pipeline.model.capture import Headers, Purpose
from pipeline.web.urls import host_of, readable_host

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping, Sequence
    from pathlib import Path

    from pipeline.collect.fetcher import Exchange
    from pipeline.model.capture import Capture, Request, RobotsFile
    from pipeline.model.source import SourceId

log = logging.getLogger("samflode.run")

#: A server is asked for the whole answer at least so often, even where it would say that nothing has changed: recordings of the
#: last days can be read without those of last year, and a server that says so wrongly is found out.
LONGEST_WITHOUT_BODY = timedelta(days=1)
#: Of a folder of recordings: which bodies it holds that later records may refer to. It can be deleted at any time.
BASES = "bases.json"
#: What is recorded in full each time: pages that are opened once, and robots.txt, without which nothing of its site can be asked.
_IN_FULL = frozenset({Purpose.ARTICLE, Purpose.DISCOVERY, Purpose.ROBOTS})


class Recorder:
    """The recording of one run in `folder`; the file is made with the first record."""

    def __init__(self, folder: Path, *, secrets: Mapping[str, str], software: str, user_agent: str) -> None:
        """Raises ArchiveUnwritable where the folder can't be made or written into."""
        self._folder = folder
        self._redaction = Redaction(secrets)
        self._says = {
            "software": software,
            "format": f"WARC File Format {CONFORMS_TO[-4:-1]}",
            "conformsTo": CONFORMS_TO,
            "http-header-user-agent": user_agent,
        }
        self._started = datetime.now(UTC)
        self._buffer = io.BytesIO()
        self._writer = Writer(self._buffer)
        self._file: io.FileIO | None = None
        self._failed = False
        self.path: Path | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK | os.X_OK):
                raise PermissionError(13, os.strerror(13))
        except OSError as error:
            raise _unwritable(folder, error) from error
        self._bases = _bases(folder)

    def begin(self, started: datetime, *, pages: int | None) -> None:
        """Says which run it is: when it began, and how many pages of each source it walks where that was said."""
        self._started = started
        self._says["started"] = written_date(started)
        if pages is not None:
            self._says["pages"] = str(pages)

    def has_body(self, request: Request, now: datetime) -> bool:
        """Whether an answer that nothing has changed would be one to a body that is recorded here, and not long ago."""
        return self._base(self._redaction.url(request.url), now) is not None

    def response(self, request: Request, capture: Capture) -> None:
        """Keeps a response, whatever its status."""
        kept, hidden = self._redaction.capture(capture)
        asked = self._redaction.request(request)
        base = self._base(asked.url, capture.fetched_at)
        is_base = capture.status == 200 and request.purpose not in _IN_FULL
        if capture.status != 304:
            digest = payload_digest(kept.body)
            if not is_base or base is None or base.digest != digest or not kept.body:
                base = None
        self._write(lambda writer: writer.exchange(asked, kept, hidden=hidden, base=base))
        if is_base and base is None and self.path is not None:
            date = written_date(capture.fetched_at)
            self._bases[asked.url] = {"date": date, "digest": digest, "file": self.path.name}

    def failure(self, request: Request, error: FetchError | DecodeError, at: datetime) -> None:
        """Keeps why there was no response."""
        says = {
            "outcome": error.kind,
            "message": self._redaction.text(error.message),
            "hint": self._redaction.text(error.hint),
        }
        self._write(lambda writer: writer.says(self._redaction.url(request.url), at, says))

    def remembered(self, url: str, text: str, at: datetime) -> None:
        """Keeps what a robots.txt said in an earlier run, and is believed in this one."""
        self._write(lambda writer: writer.resource(self._redaction.url(url), at, self._redaction.text(text)))

    def kept(self, source: SourceId, now: datetime, *, asked: str) -> None:
        """Notes that what came of a source, asked at an address, goes into the archive now: a rebuild does it in this order."""
        says = {"source": source, "asked": self._redaction.url(asked)}
        self._write(lambda writer: writer.says(f"urn:samflode:source:{source}", now, says))

    def close(self) -> None:
        """Makes the recording durable."""
        if self._file is None:
            return
        try:
            if not self._failed:
                os.fsync(self._file.fileno())
                self._write_bases()
            self._file.close()
        except OSError as error:
            self._give_up(error)

    def _base(self, url: str, now: datetime) -> Base | None:
        row = self._bases.get(url)
        if row is None:
            return None
        age = now - datetime.fromisoformat(row["date"])
        fresh = timedelta(0) <= age < LONGEST_WITHOUT_BODY
        if not fresh or not (self._folder / row["file"]).is_file():
            return None
        return Base(url=url, date=row["date"], digest=row["digest"])

    def _write(self, write: Callable[[Writer], None]) -> None:
        """Writes records whole or not at all; a recording that can't go on is no reason to collect nothing."""
        if self._failed:
            return
        end = 0
        try:
            file = self._file or self._opened()
            end = file.tell()
            write(self._writer)
            self._flush(file)
        except OSError as error:
            if self._file is not None:
                with suppress(OSError):
                    os.ftruncate(self._file.fileno(), end)
            self._give_up(error)

    def _flush(self, file: io.FileIO) -> None:
        """Brings what was written into the file, in one piece where the system takes it so: a kill finds whole records."""
        rest = memoryview(self._buffer.getvalue())
        self._buffer.seek(0)
        self._buffer.truncate()
        while rest:
            rest = rest[file.write(rest) or 0 :]

    def _opened(self) -> io.FileIO:
        for number in range(100_000):
            path = self._folder / f"samflode-{self._started:%Y%m%d%H%M%S}-{number:05}.warc.gz"
            try:
                self._file = path.open("xb", buffering=0)
            except FileExistsError:
                continue
            self.path = path
            self._writer.info(path.name, self._started, self._says)
            self._flush(self._file)
            return self._file
        raise FileExistsError(17, os.strerror(17))

    def _give_up(self, error: OSError) -> None:
        self._failed = True
        log.error(
            "the recording in %s ends here: %s. The run goes on without it; free space on the disk before the next one.",
            self._folder,
            error.strerror or error,
        )

    def _write_bases(self) -> None:
        now = datetime.now(UTC)
        fresh = {url: row for url, row in self._bases.items() if self._base(url, now) is not None}
        path = self._folder / BASES
        beside = path.with_name(f"{BASES}.new")
        beside.write_bytes(orjson.dumps(fresh) + b"\n")
        beside.replace(path)


class RecordedRules(UserDict[str, "RobotsFile"]):
    """What the robots.txt of sites said, by origin, in `known`; what of it is looked up is recorded."""

    def __init__(self, known: MutableMapping[str, RobotsFile], recorders: Sequence[Recorder]) -> None:
        # Not a copy: what is learned is put where it is known.
        self.data = known  # type: ignore[assignment]  # any mapping will do
        self._recorders = recorders

    def get(self, origin: str, default: Any = None) -> Any:
        """What the robots.txt of an origin said."""
        found = self.data.get(origin, default)
        if found is not None:
            for recorder in self._recorders:
                recorder.remembered(f"{origin}/robots.txt", found.text, found.read_at)
        return found


class RecordingExchange:
    """An exchange whose answers are recorded."""

    def __init__(self, exchange: Exchange, recorders: Sequence[Recorder]) -> None:
        self._exchange = exchange
        self._recorders = recorders

    async def exchange(self, request: Request, *, within: float) -> Capture:
        """The response; the whole of it where nobody recorded the one that a 304 would refer to."""
        now = datetime.now(UTC).replace(microsecond=0)
        if not all(recorder.has_body(request, now) for recorder in self._recorders):
            request = replace(request, headers=_unconditional(request.headers))
        try:
            capture = await self._exchange.exchange(request, within=within)
        except (FetchError, DecodeError) as error:
            self._note(request, error, now)
            raise
        except asyncio.CancelledError:
            # Whoever cancels does so because the time is up, or because the run ends: then nobody reads this.
            host = readable_host(host_of(request.url))
            self._note(request, FetchTimeout(f"{host} did not answer in whole in time", url=request.url), now)
            raise
        for recorder in self._recorders:
            recorder.response(request, capture)
        return capture

    def _note(self, request: Request, error: FetchError | DecodeError, now: datetime) -> None:
        for recorder in self._recorders:
            recorder.failure(request, error, now)


def _unconditional(headers: Headers) -> Headers:
    return Headers((name, value) for name, value in headers if not name.lower().startswith("if-"))


def _bases(folder: Path) -> dict[str, dict[str, str]]:
    """What BASES says; nothing where it is missing or unreadable, and then every answer is recorded in full."""
    try:
        rows = orjson.loads((folder / BASES).read_bytes())
        return {str(url): {key: str(row[key]) for key in ("date", "digest", "file")} for url, row in rows.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _unwritable(folder: Path, error: OSError) -> ArchiveUnwritable:
    return ArchiveUnwritable(
        f"{folder} can't be written: {error.strerror or error}",
        path=str(folder),
        hint="Name a folder for the recordings that can be written into, or mend its permissions. Nothing was fetched.",
    )
