"""Reading in other processes: the conversations with sources, and what becomes of their entries, on all cores but one.

The first process fetches, decides and keeps; it never waits for a page that takes long to read. Each step of a conversation goes to
the process that the conversation lives in, which sends back what it wants next, and at the end the items. What is sent is frozen
values over a pair of sockets between processes of our own. Nothing is started before something is there to read.

One process is started and does what is slow to begin with, then it splits: so all have the same tables and models in the same memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from pipeline.errors import InternalError, SamflodeError
from pipeline.extract import extract
from pipeline.model.collection import Understood
from pipeline.model.entry import Text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container, Coroutine, Iterable, Sequence
    from datetime import datetime
    from types import TracebackType

    from pipeline.errors import FetchError
    from pipeline.model.capture import Capture, Request
    from pipeline.model.entry import Conversation, Entry, EntryVersion, Extraction
    from pipeline.model.source import Source

#: Which of some versions the archive holds, where it takes time to look.
Seen: TypeAlias = "Callable[[Sequence[EntryVersion]], Awaitable[frozenset[EntryVersion]]]"
#: Sources from which on it pays to start processes for them.
FEWEST_SOURCES = 24
#: Processes; more would ask for more memory than a small machine has.
MOST_PROCESSES = 4
#: Seconds that one step of a conversation may take; what takes longer is stopped, and the source fails.
LONGEST = 120.0
#: Starts of one run; what ends its reader again and again is not read.
MOST_STARTS = 5
_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One step of one conversation; `begin` is there for the first."""

    number: int
    answer: Capture | FetchError | None
    begin: tuple[Source, Source, datetime] | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """The question which versions the archive holds, in the midst of a step."""

    versions: tuple[EntryVersion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """The end of a conversation: it waits to be told which of these versions the archive holds, and others go on meanwhile."""

    versions: tuple[EntryVersion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """Those that it holds."""

    number: int
    versions: frozenset[EntryVersion]


@dataclass(slots=True)
class _Reader:
    """The near end of one process."""

    near: socket.socket
    connection: Connection
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="reader"))
    #: Conversations that live there.
    talks: int = 0
    #: Its number, which is the first that it says; 0: it has not said so yet.
    process: int = 0

    def exchange(self, message: object, known: Callable[[_Seen], frozenset[EntryVersion]]) -> Any:
        """What the process answers; raises EOFError where it is no more, or had to be stopped.

        What it asks meanwhile is answered by `known`: until it has the answer it takes nothing else.
        """
        if not self.process:
            self.process = self._received()
        self.connection.send(message)
        while isinstance(reply := self._received(), _Seen):
            self.connection.send(known(reply))
        return reply

    def _received(self) -> Any:
        if not self.connection.poll(LONGEST):
            if self.process:
                os.kill(self.process, signal.SIGKILL)
            raise EOFError
        return self.connection.recv()

    def close(self) -> None:
        """Ends it, whatever it does: its thread wakes, and the process finds nobody at the other end."""
        with contextlib.suppress(OSError):
            self.near.shutdown(socket.SHUT_RDWR)
        self.thread.shutdown(cancel_futures=True)
        self.connection.close()
        self.near.close()


class Readers:
    """A number of processes, started when the first response is there, gone with the context."""

    def __init__(self, processes: int, now: datetime, *, most_starts: int = MOST_STARTS) -> None:
        self._most = processes
        self._most_starts = most_starts
        self._now = now
        self._readers: list[_Reader] = []
        self._started: list[subprocess.Popen[bytes]] = []
        self._numbers = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for reader in self._readers:
            await asyncio.to_thread(reader.close)
        for process in self._started:
            with contextlib.suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(process.wait, 5)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                await asyncio.to_thread(process.wait)

    def talk(
        self,
        source: Source,
        seen: Container[EntryVersion] | Seen,
        *,
        asked: Source | None = None,
        now: datetime | None = None,
    ) -> Talk:
        """A conversation with a source that is held in one of the processes; `asked` is the source where it is now.

        `seen` says which versions of its entries the archive holds, at once or when it has looked.

        `now` is when the visit began, where that is not when the run did.
        """
        self._numbers += 1
        return Talk(self, self._numbers, seen, begin=(source, asked or source, now or self._now))

    def reader(self) -> _Reader:
        """The process with the fewest conversations. Raises InternalError where they end again and again."""
        if not self._readers:
            if len(self._started) >= self._most_starts:
                raise InternalError(f"the processes that read sources ended {self._most_starts} times")
            self._readers = self._start()
        return min(self._readers, key=lambda each: each.talks)

    async def ask(
        self, reader: _Reader, message: object, known: Callable[[_Seen], Coroutine[Any, Any, frozenset[EntryVersion]]]
    ) -> Any:
        """What a reader answers; raises InternalError where it ended over it. `known` answers what it asks meanwhile, and may raise."""
        loop = asyncio.get_running_loop()

        def here(question: _Seen) -> frozenset[EntryVersion]:
            return asyncio.run_coroutine_threadsafe(known(question), loop).result()

        try:
            return await loop.run_in_executor(reader.thread, reader.exchange, message, here)
        except (EOFError, OSError, RuntimeError) as error:
            await self._lose(reader)
            raise InternalError("the process that read this source ended, or took too long over it") from error
        except Exception:
            # It waits for an answer that does not come.
            await self._lose(reader)
            raise

    async def _lose(self, reader: _Reader) -> None:
        if reader in self._readers:
            self._readers.remove(reader)
            await asyncio.to_thread(reader.close)

    def _start(self) -> list[_Reader]:
        near, far = zip(*(socket.socketpair() for _ in range(self._most)), strict=True)
        numbers = [each.fileno() for each in far]
        process = subprocess.Popen(  # noqa: S603  # ourselves
            [sys.executable, "-c", f"from pipeline.readers import serve; serve({numbers})"],
            pass_fds=numbers,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            # Many small products of one row each: threads would only take memory.
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH")))),
                "OPENBLAS_NUM_THREADS": "1",
            },
        )
        for each in far:
            each.close()
        self._started.append(process)
        return [_Reader(near=each, connection=Connection(os.dup(each.fileno()))) for each in near]


class Talk:
    """A conversation that is held elsewhere; only its first request, which needs no response, is made here."""

    def __init__(
        self,
        readers: Readers,
        number: int,
        seen: Container[EntryVersion] | Seen,
        *,
        begin: tuple[Source, Source, datetime],
    ) -> None:
        self._readers, self._number, self._seen = readers, number, seen
        self._begin = begin
        self._reader: _Reader | None = None

    async def go_on(self, answer: Capture | FetchError | None) -> Request | Understood:
        """What is asked for next, or what the conversation came to; raises what it raises."""
        if answer is None:
            here = extract(self._begin[1], ())
            try:
                return next(here)
            finally:
                here.close()
        message: object = _Step(number=self._number, answer=answer)
        if self._reader is None:
            self._reader = self._readers.reader()
            self._reader.talks += 1
            message = _Step(number=self._number, answer=answer, begin=self._begin)
        reply = await self._readers.ask(self._reader, message, self._known)
        if isinstance(reply, _Read):
            known = await self._known(reply) if reply.versions else frozenset()
            reply = await self._readers.ask(self._reader, _Known(number=self._number, versions=known), self._known)
        if isinstance(reply, BaseException):
            raise reply
        result: Request | Understood = reply
        return result

    async def _known(self, question: _Seen | _Read) -> frozenset[EntryVersion]:
        seen = self._seen
        if callable(seen):
            return await seen(question.versions)
        return frozenset(each for each in question.versions if each in seen)

    def close(self) -> None:
        """Says that nothing more will be asked."""
        if self._reader is not None:
            self._reader.talks -= 1


def readers_for(sources: int, now: datetime) -> Readers | None:
    """Processes to read so many sources in; None where they are too few, or there is one core.

    One core is for the first process, which seeks what is the same story while they read: on two, that takes longer than the reading.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    processes = min(cores - 1, MOST_PROCESSES)
    return Readers(processes, now) if processes and sources >= FEWEST_SOURCES else None


# In the other process.


def serve(numbers: list[int]) -> None:
    """Reads for whoever is at the other ends of these sockets, a process for each, until they close them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _warm()
    import gc

    gc.freeze()
    children = []
    for number in numbers[1:]:
        child = os.fork()
        if child == 0:
            _serve_alone(number, numbers)
            os._exit(0)
        children.append(child)
    _serve_alone(numbers[0], numbers)
    for child in children:
        os.waitpid(child, 0)


def _serve_alone(number: int, numbers: Iterable[int]) -> None:
    for other in numbers:
        if other != number:
            os.close(other)
    with contextlib.suppress(EOFError, ConnectionError):
        connection = Connection(number)
        connection.send(os.getpid())
        _converse(connection)


def _warm() -> None:
    """Loads what reading takes: once for all, so that it is in memory once."""
    from pipeline.extract.feed import read_feed
    from pipeline.normalise import clean_text, detect_language, parse_date

    assert callable(read_feed)
    clean_text("<p>å</p>")
    parse_date("i går")
    detect_language("en text")


class _Asked:
    """The versions that the archive holds, as the first process knows them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __contains__(self, version: object) -> bool:
        return version in self.among((version,))  # type: ignore[arg-type]  # a container is asked for anything

    def among(self, versions: Iterable[EntryVersion]) -> frozenset[EntryVersion]:
        """Those of the versions that the archive holds, asked at once."""
        self._connection.send(_Seen(tuple(versions)))
        known: frozenset[EntryVersion] = self._connection.recv()
        return known


def _converse(connection: Connection) -> None:
    """Takes one step after the other, of however many conversations."""
    going: dict[int, tuple[Conversation, Source, datetime]] = {}
    read: dict[int, tuple[Extraction, Source, datetime]] = {}
    asking = _Asked(connection)
    while True:
        message: _Step | _Known = connection.recv()
        try:
            reply = _reply(message, going, read, asking)
        except Exception as error:  # noqa: BLE001  # told to the first process, which holds it to the source
            going.pop(message.number, None)
            reply = _told(error)
        connection.send(reply)


def _reply(
    message: _Step | _Known,
    going: dict[int, tuple[Conversation, Source, datetime]],
    read: dict[int, tuple[Extraction, Source, datetime]],
    asking: _Asked,
) -> Request | _Read | Understood | Exception:
    if isinstance(message, _Known):
        return _understood(*read.pop(message.number), known=message.versions)
    if message.begin is not None:
        source, asked, now = message.begin
        going[message.number] = (extract(asked, asking), source, now)
        next(going[message.number][0])
    conversation, source, now = going[message.number]
    try:
        if isinstance(message.answer, SamflodeError):
            return conversation.throw(message.answer)
        assert message.answer is not None
        return conversation.send(message.answer)
    except StopIteration as end:
        del going[message.number]
        extraction: Extraction = end.value
        read[message.number] = (extraction, source, now)
        return _Read(versions=tuple(entry.version for entry in extraction.entries if entry.version is not None))


def _understood(extraction: Extraction, source: Source, now: datetime, *, known: frozenset[EntryVersion]) -> Understood:
    from pipeline.normalise import normalise_news

    items, warnings = normalise_news(extraction.entries, source, now, known)
    slim = replace(extraction, entries=tuple(map(_slim, extraction.entries)))
    return Understood(extraction=slim, items=items, warnings=warnings)


def _slim(entry: Entry) -> Entry:
    """The entry without the markup that has become its item's text."""
    return replace(entry, content=None, summary=None if entry.summary is None else Text(value=""))


def _told(error: Exception) -> Exception:
    """An error that can be sent: one of ours as it is, any other by its name, with where it arose."""
    if isinstance(error, SamflodeError):
        error.__cause__ = error.__context__ = None
        return error.with_traceback(None)
    import traceback

    told = InternalError(f"{type(error).__name__}: {error}")
    told.add_note(traceback.format_exc())
    return told
