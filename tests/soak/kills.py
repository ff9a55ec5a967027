"""Kills `samflode run` at random moments, N times, and proves that nothing is lost or doubled.

    python tests/soak/kills.py 1000                 # an archive in a folder
    python tests/soak/kills.py 1000 postgresql      # in Debian's PostgreSQL, in a cluster of its own

Each round begins where the last kill left the store, now and then with an empty one, over the recordings of the partners and of
some weeks later by turns. After each kill `store verify` has to be clean, the archive has to agree with itself, and all that the run
had reported before it was killed has to be there; at the end one whole run completes it. Every tenth round two runs are started at
once: one of them has to be turned away (a folder), or both work (a database). In a database every fifth run is not killed but loses
its connection, and has to end with exit code 3.

The runs are whole runs of the program in processes of their own, most of them branched off from one that has read the program
already: so a kill hits the run, not the start of the interpreter. One in twenty is started as a user starts it.
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from pipeline.archive import open_archive  # noqa: E402
from pipeline.archive.upkeep import verify  # noqa: E402
from pipeline.archive.verify import Inspection  # noqa: E402
from pipeline.cli import main as samflode  # noqa: E402

PARTNERS = ROOT / "examples" / "partners"
LATER = PARTNERS / "later"
#: Rounds after which the store is emptied, so that first runs are killed too; and of which one publishes, runs as two, starts anew.
FRESH_EVERY, PUBLISH_EVERY, TWO_EVERY, ANEW_EVERY, CUT_EVERY = 7, 4, 10, 20, 5


def words(store: str, recordings: Path, *, publish: bool) -> list[str]:
    """What is asked of the program: a whole run over recordings, that reports each source once it is in the archive."""
    asked = ["run", "--replay", recordings, "--store", store, "--sources", PARTNERS / "sources.yaml"]
    return [*map(str, asked), "--log-format", "json", *([] if publish else ["--no-publish"])]


class Run:
    """A run in a process of its own."""

    def __init__(self, asked: list[str], log: Path, *, anew: bool) -> None:
        self.log = log
        if anew:
            with log.open("wb") as file:
                command = [sys.executable, "-m", "pipeline", *asked]
                self.pid = os.posix_spawn(
                    sys.executable,
                    command,
                    os.environ,
                    file_actions=[(os.POSIX_SPAWN_DUP2, file.fileno(), 1), (os.POSIX_SPAWN_DUP2, file.fileno(), 2)],
                )
            return
        self.pid = os.fork()
        if self.pid == 0:
            with log.open("wb") as file:
                os.dup2(file.fileno(), 1)
                os.dup2(file.fileno(), 2)
            code = 70
            try:
                code = samflode(asked)
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)

    def ended(self, within: float) -> int | None:
        """Its exit code, where it comes to its end in so many seconds."""
        end = time.monotonic() + within
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() >= end:
                return None
            time.sleep(0.002)

    def killed(self) -> int:
        """Its exit code, after SIGKILL."""
        os.kill(self.pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def reported(self) -> dict[str, int]:
        """How many new items of each source it has reported."""
        found = {}
        for line in self.log.read_bytes().split(b"\n")[:-1]:
            event = json.loads(line) if line.startswith(b"{") else {}
            if "source" in event and "new" in event:
                found[event["source"]] = event["new"]
        return found


def state(store: str) -> tuple[dict[str, str], int]:
    """Ids of the items by source and address, and the number of stories; raises AssertionError where they disagree."""
    findings = list(verify(store, Inspection()))
    assert not findings, findings
    with open_archive(store, write=False) as archive:
        records = list(archive.records())
        stories = list(archive.stories())
        counts = archive.count()
    items = {f"{each.item.source} {each.item.url}": each.item.id for each in records}
    members = [member for each in stories for member in each.items]
    assert len(items) == len(records) == counts.items, "an item twice"
    assert sorted(members) == sorted(each.item.id for each in records), "an item in no story, or in two"
    assert len(stories) == counts.stories
    return items, len(stories)


@contextmanager
def emptied(kind: str, folder: Path) -> Iterator[tuple[Callable[[], str], Callable[[], None]]]:
    """Two functions: that makes the store empty and says where it is, and that cuts the connections to it."""
    if kind == "folder":

        def fresh() -> str:
            shutil.rmtree(folder / "store", ignore_errors=True)
            return str(folder / "store")

        yield fresh, lambda: None
        return
    import psycopg

    from tests.archive.conftest import running_cluster

    with running_cluster() as address:

        def asked(*commands: str) -> None:
            with psycopg.connect(address.format("postgres"), autocommit=True) as connection:
                for command in commands:
                    connection.execute(command)

        def made() -> str:
            asked("DROP DATABASE IF EXISTS soak WITH (FORCE)", "CREATE DATABASE soak TEMPLATE template0")
            return address.format("soak")

        yield (
            made,
            lambda: asked("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'samflode'"),
        )


@dataclass
class Tally:
    """What became of the runs."""

    killed: int = 0
    cut: int = 0
    turned_away: int = 0
    ended: int = 0
    #: New items that runs had reported before they were stopped.
    reported: int = 0
    #: Seconds that a whole run takes, by what it does.
    usual: dict[tuple[bool, ...], float] = field(default_factory=dict)


def one_round(
    number: int, store: str, folder: Path, chance: random.Random, tally: Tally, cut: Callable[[], None] | None
) -> dict[str, str]:
    """A run, or two at once, the first of them stopped at some moment, and the items after it; raises AssertionError.

    That is where a run ends as it should not, or one that it reported is not there.
    """
    publish, anew, two = number % PUBLISH_EVERY == 0, number % ANEW_EVERY == 1, number % TWO_EVERY == TWO_EVERY - 1
    recordings = LATER if number % 2 else PARTNERS
    kind = (publish, anew, number % FRESH_EVERY == 0)
    asked = words(store, recordings, publish=publish)
    began = time.monotonic()
    runs = [Run(asked, folder / f"{each}.log", anew=anew) for each in range(1 + two)]
    code = runs[0].ended(chance.uniform(0.0, 1.3) * tally.usual.get(kind, max(tally.usual.values())))
    lasted = time.monotonic() - began
    if code == 0:
        tally.usual[kind] = (tally.usual.get(kind, lasted) + lasted) / 2
    elif code is None and kind in tally.usual:
        tally.usual[kind] = max(tally.usual[kind], lasted)
    if code is not None:
        assert code == 0 or (code == 75 and two), (number, code, runs[0].log.read_text())
        tally.ended += code == 0
        tally.turned_away += code == 75
    elif cut is not None and number % CUT_EVERY == 0:
        cut()
        # It may have asked its last question before.
        code = runs[0].ended(60)
        assert code in {0, 3}, (number, code, runs[0].log.read_text())
        tally.cut += code == 3
    else:
        # It may have come to its end in the same moment.
        code = runs[0].killed()
        assert code in {0, 75 if two else 0, -signal.SIGKILL}, (number, code, runs[0].log.read_text())
        tally.killed += code < 0
    for other in runs[1:]:
        code = other.ended(120)
        assert code == 0 or code == (3 if cut else 75), (number, code, other.log.read_text())
        tally.turned_away += code == 75
    tally.reported += sum(sum(each.reported().values()) for each in runs)
    items, _ = state(store)
    held = [name.partition(" ")[0] for name in items]
    for each in runs:
        for source, new in each.reported().items():
            assert held.count(source) >= new, (number, source, new, "a reported item is not there")
    return items


def main(rounds: int, kind: str) -> Tally:
    """What became of so many rounds."""
    chance, tally = random.Random(2026), Tally()
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as name, emptied(kind, Path(name)) as (fresh, cut):
        folder, store = Path(name), fresh()
        # Once in this process: all that a run needs is read then. What it leaves is thrown away.
        began = time.monotonic()
        with redirect_stdout(io.StringIO()):
            assert samflode([*words(store, PARTNERS, publish=True), "--quiet"]) == 0
        tally.usual[(True, False, True)] = time.monotonic() - began
        seen: dict[str, str] = {}
        for number in range(rounds):
            if number % FRESH_EVERY == 0:
                store, seen = fresh(), {}
            items = one_round(number, store, folder, chance, tally, None if kind == "folder" else cut)
            assert seen.items() <= items.items(), "an item that was there is gone, or has another id"
            seen = items
            if number % 100 == 99:
                print(f"{number + 1} rounds, {time.monotonic() - began:.0f} s", flush=True)
        for recordings in (PARTNERS, LATER):
            assert Run(words(store, recordings, publish=True), folder / "last.log", anew=True).ended(120) == 0
        items, stories = state(store)
        golds = [json.loads((each / "gold.json").read_text(encoding="utf-8"))["items"] for each in (PARTNERS, LATER)]
        gold = {f"{each['source']} {each['url']}" for items_ in golds for each in items_}
        assert items.keys() == gold, items.keys() ^ gold
    print(
        f"{kind}: {rounds} rounds, {tally.killed} killed, {tally.cut} cut off, {tally.turned_away} turned away, {tally.ended} whole;"
        f" {tally.reported} items reported, all there; at the end {len(items)} items, {stories} stories: none lost, none double,"
        f" every check clean"
    )
    return tally


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30, sys.argv[2] if len(sys.argv) > 2 else "folder")
