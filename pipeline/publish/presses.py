"""Parts of a publication made in other processes, so that all cores print. The first process alone writes what they made.

A process has the configuration, and opens the catalogue and the archive by itself; it is told the names of parts and answers with
their files. Each has a share of its own, of parts that need the same stories. Where one can't be started, or comes to its end, the
first process makes what is left of its share: no more than time is lost.
"""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
from collections import deque
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from itertools import islice
from multiprocessing.connection import Connection, wait
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Self

from pipeline.model.edition import Draft

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from pipeline.publish.issue import Issue

    #: Makes the files of a part; pickled, so a function of a module.
    Maker = Callable[[Issue, str], Iterable[Draft]]
    #: Opens the issue in another process; pickled.
    Opener = Callable[[], AbstractContextManager[Issue]]

#: Processes; more would ask for more memory than a small machine has.
MOST_PROCESSES = 4
#: Stories from which on it pays to start processes for them.
FEWEST_STORIES = 1_000
#: Parts that go to a process at once, and how often it has so many before it.
_TOGETHER, _AHEAD = 40, 2
#: Bytes of files that a process has made when it sends them, also in the midst of what it was told.
_PIECE = 1_000_000
#: How often Python looks for objects that hold one another: less often than by itself, for a page leaves thousands that don't, and
#: looking at all that is kept takes an eighth of the time of a publication.
CYCLES = (10_000, 50, 100)
#: Seconds that a process has to come to its end.
_PATIENCE = 5.0
_ROOT = Path(__file__).parents[2]

#: Part, path, what it is made of, whether it lasts, content.
_Printed = tuple[str, str, str, bool, bytes]
#: So many of the parts that it was told first, and all their files.
_Piece = tuple[int, list[_Printed]]


def processes(stories: int) -> int:
    """As many as it pays to start: one for each core of this program, but not too many; none for a small archive."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(MOST_PROCESSES, cores) if cores > 1 and stories >= FEWEST_STORIES and hasattr(os, "fork") else 0


class Presses:
    """So many processes that print; started with the context, gone with it."""

    def __init__(self, number: int, opened: Opener, made: Maker, own: Issue) -> None:
        """`opened` opens in another process what is the `own` issue here, `made` makes the files of a part of it."""
        self._number = number
        self._setup = (opened, made, _PIECE)
        self._made = made
        self._own = own
        self._stack = ExitStack()
        self._presses: list[_Press] = []

    def __enter__(self) -> Self:
        for _ in range(self._number):
            press = self._stack.enter_context(_started())
            press.send(self._setup)
            self._presses.append(press)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def printed(self, shares: Sequence[Iterable[str]]) -> Iterator[tuple[str, Draft]]:
        """The files of all these parts, each with the name of its part: of each share in its order. No more shares than processes."""
        working = [_Work(press, share) for press, share in zip(self._presses, shares, strict=False)]
        while True:
            for work in working:
                work.go_on()
            working = [work for work in working if work.under_way]
            if not working:
                return
            for work in _answering(working):
                found = work.press.receive()
                if found is None:
                    left = work.under_way.popleft()
                    yield from ((part, each) for part in left for each in self._made(self._own, part))
                else:
                    work.done(found[0])
                    yield from map(_draft, found[1])


class _Work:
    """What one press has to do, and is doing."""

    def __init__(self, press: _Press, share: Iterable[str]) -> None:
        self.press = press
        self.under_way: deque[list[str]] = deque()
        self._left = iter(share)

    def go_on(self) -> None:
        """Tells it as much as it can have before it."""
        while len(self.under_way) < _AHEAD and (batch := list(islice(self._left, _TOGETHER))):
            self.press.send(batch)
            self.under_way.append(batch)

    def done(self, parts: int) -> None:
        """So many of the parts that it was told first are made."""
        del self.under_way[0][:parts]
        if not self.under_way[0]:
            self.under_way.popleft()


def _answering(working: list[_Work]) -> list[_Work]:
    """Those that have an answer, or will never have one."""
    gone = [work for work in working if work.press.connection is None]
    if gone:
        return gone
    ready = wait([work.press.connection for work in working if work.press.connection is not None])
    return [work for work in working if work.press.connection in ready]


class _Press:
    """The near end of one process; without a connection it is gone, and never answers."""

    def __init__(self, connection: Connection | None) -> None:
        self.connection = connection

    def send(self, message: object) -> None:
        """Tells it something."""
        if self.connection is not None:
            try:
                self.connection.send(message)
            except OSError:
                self.close()

    def receive(self) -> _Piece | None:
        """The files of some of the parts that it was told first; None: it is no more."""
        if self.connection is None:
            return None
        try:
            found: _Piece = self.connection.recv()
        except (EOFError, OSError):
            self.close()
            return None
        return found

    def close(self) -> None:
        """Lets it come to its end."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


@contextmanager
def _started() -> Iterator[_Press]:
    """A process that waits for what it has to do; one that is gone, where none can be started."""
    near, far = socket.socketpair()
    with near, far:
        try:
            process = subprocess.Popen(  # noqa: S603 – ourselves
                [sys.executable, "-c", f"from pipeline.publish.presses import serve; serve({far.fileno()})"],
                pass_fds=[far.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
                env={**os.environ, "PYTHONPATH": _path()},
            )
        except OSError:
            yield _Press(None)
            return
        press = _Press(Connection(os.dup(near.fileno())))
    try:
        yield press
    finally:
        press.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)
        if process.poll() is None:
            process.kill()
            process.wait()


def _path() -> str:
    """Where the other process finds this program."""
    return os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))


def serve(number: int) -> None:
    """What another process does, until nobody is at the other end of that descriptor.

    Whatever fails here the first process meets, too, and tells.
    """
    connection = Connection(number)
    gc.set_threshold(*CYCLES)
    with suppress(Exception):
        opened, made, size = connection.recv()
        with opened() as issue:
            while True:
                for piece in _pieces(connection.recv(), partial(made, issue), size):
                    connection.send(piece)


def _pieces(parts: Sequence[str], made: Callable[[str], Iterable[Draft]], most: int) -> Iterator[_Piece]:
    """All files of these parts, those of one part together; a piece ends with the part that makes it as long as that."""
    done, files, size = 0, list[_Printed](), 0
    for number, part in enumerate(parts, start=1):
        printed = [_told(part, each) for each in made(part)]
        files += printed
        done += 1
        size += sum(len(each[-1]) for each in printed)
        if size >= most or number == len(parts):
            yield done, files
            done, files, size = 0, [], 0


def _told(part: str, draft: Draft) -> _Printed:
    return part, str(draft.path), draft.made_of, draft.lasting, draft.content


def _draft(printed: _Printed) -> tuple[str, Draft]:
    part, path, made_of, lasting, content = printed
    return part, Draft(
        path=PurePosixPath(path), made_of=made_of, make=lambda: content, lasting=lasting, held=len(content)
    )
