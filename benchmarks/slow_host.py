#!/usr/bin/env python3
"""Sources on fast hosts, with and without as many on one slow host before them: when the last of the fast ones is in the archive.

    python benchmarks/slow_host.py [--sources 200] [--seconds 2] [--rounds 3]

The slow host takes its seconds for each answer; as soon as the fast ones are done the run is broken off.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from pipeline.archive import open_archive  # noqa: E402
from pipeline.archive.captures import LastCaptures  # noqa: E402
from pipeline.config import load  # noqa: E402
from pipeline.run import Choice, Watcher, run, utc_now  # noqa: E402
from tests.collect.hostile import FEED, free_port, response  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--sources", type=int, default=200, help="on the slow host, and on fast ones")
parser.add_argument("--seconds", type=float, default=2, help="that the slow host takes for an answer")
parser.add_argument("--rounds", type=int, default=3)
arguments = parser.parse_args()

SLOW = "127.0.9.1"
FAST = [f"127.0.10.{number}" for number in range(1, arguments.sources + 1)]
PORT = free_port()


async def answer(reader, writer):
    with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
        await reader.readuntil(b"\r\n\r\n")
        if writer.get_extra_info("sockname")[0] == SLOW:
            await asyncio.sleep(arguments.seconds)
        writer.write(response(FEED))
        await writer.drain()
    writer.close()


class Waiter(Watcher):
    """Knows when the last of the fast sources is done."""

    def __init__(self):
        self.missing = set(range(len(FAST)))
        self.slow = 0
        self.done = asyncio.Event()

    def collected(self, report, name):
        del name
        kind, _, number = report.id.partition("-")
        if kind == "slow":
            self.slow += 1
        else:
            self.missing.discard(int(number))
            assert report.outcome == "ok", report
            if not self.missing:
                self.done.set()


async def measured(folder, *, slow):
    lines = [
        "archive: {title: T, url: https://nyheter.example.se/, language: sv, timezone: Europe/Stockholm}",
        "fetch: {allow_private_addresses: true, robots: false, delay: 0s, retries: 0}",
        "sources:",
        *(f"  - {{id: slow-{number}, url: 'http://{SLOW}:{PORT}/{number}'}}" for number in range(slow)),
        *(f"  - {{id: fast-{number}, url: 'http://{host}:{PORT}/'}}" for number, host in enumerate(FAST)),
    ]
    (folder / "sources.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    config = load(folder / "sources.yaml", {})
    waiter = Waiter()
    with open_archive(str(folder / "store"), write=True) as archive:
        began, worked = time.monotonic(), time.process_time()
        captures = LastCaptures(folder / "store")
        going = asyncio.create_task(run(config, archive, Choice(), captures=captures, clock=utc_now, watcher=waiter))
        await waiter.done.wait()
        seconds, worked = time.monotonic() - began, time.process_time() - worked
        going.cancel()
        with suppress(asyncio.CancelledError):
            await going
    return seconds, worked, waiter.slow


async def main():
    server = await asyncio.start_server(answer, [SLOW, *FAST], PORT, backlog=1000)
    figures = {0: [], arguments.sources: []}
    for number in range(arguments.rounds + 1):
        for slow, seconds in figures.items():
            with tempfile.TemporaryDirectory() as folder:
                took, worked, met = await measured(Path(folder), slow=slow)
            if number:  # the first round pays for what is loaded
                seconds.append(took)
                print(
                    f"{len(FAST)} fast sources with {slow} slow ones: {took:.2f} s, of it {worked:.2f} s at work;"
                    f" {met} slow ones done by then",
                    flush=True,
                )
    server.close()
    alone, together = (statistics.median(each) for each in figures.values())
    print(f"median: {alone:.2f} s alone, {together:.2f} s beside the slow host: {together / alone:.2f} times")


asyncio.run(main())
