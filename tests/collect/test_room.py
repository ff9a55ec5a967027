"""What is fetched and not yet kept is bounded, whatever the number of sources and the size of what they send."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.collect import collect, room
from pipeline.collect.room import Room
from pipeline.model.capture import Request
from pipeline.model.collection import Visit
from pipeline.model.entry import Extraction
from tests.builders import capture, source


async def settled() -> None:
    """Returns when everything that can go on has gone on."""
    for _ in range(50):
        await asyncio.sleep(0)


class Web:
    """Answers at once, through places as Politeness gives them; counts what it was asked."""

    def __init__(self, slow: str = "") -> None:
        self.asked = 0
        self.slow = slow

    async def fetch(self, request):
        if self.slow and self.slow in request.url:
            await asyncio.Event().wait()
        await room.place().enter()
        self.asked += 1
        return capture(request.url, "x" * 1000)


def visits(count: int, host: str = "k"):
    def talk(number: int):
        yield Request(url=f"https://{host}.example/{number}")
        return Extraction(entries=())

    return [
        Visit(source=source(f"{host}{n}"), talk=lambda n=n: talk(n), validators=None, reading="") for n in range(count)
    ]


def test_fetching_does_not_run_ahead_of_keeping():
    """Of 300 sources no more are fetched than may wait to be kept; each that is kept makes room for the next."""

    async def scene():
        web, ahead = Web(), []
        kept = 0
        async for _ in collect(visits(300), web):
            await settled()
            ahead.append(web.asked - kept)
            kept += 1
        return ahead

    ahead = asyncio.run(scene())

    assert (300, room.MOST_ANSWERED) == (len(ahead), max(ahead))


def test_what_waits_for_the_network_takes_no_room():
    """As many sources as there is room for on a host that never answers delay no other."""

    async def scene():
        slow = room.MOST_ANSWERED + 10
        got = []
        async for collection in collect(visits(slow, "slow") + visits(100), Web(slow="slow")):
            got.append(collection.source.id)
            if len(got) == 100:
                break
        return got

    assert all(each.startswith("k") for each in asyncio.run(scene()))


def test_of_bodies_that_are_too_much_together_only_the_largest_grows():
    """The others wait until it has ended; none is lost."""

    async def scene():
        own = Room(most_under_way=100)
        places = [own.place() for _ in range(3)]
        ended: list[int] = []

        async def body(number: int, size: int):
            for at in range(10, size + 1, 10):
                await places[number].grow(at)
                await asyncio.sleep(0)
            places[number].stop()
            ended.append(number)

        await asyncio.gather(body(0, 60), body(1, 90), body(2, 80))
        return ended

    assert [0, 1, 2] == sorted(asyncio.run(asyncio.wait_for(scene(), 5)))


def test_a_visit_that_holds_an_answer_goes_on_whatever_all_hold():
    """Else visits that need a second answer would wait for one another."""

    async def scene():
        own = Room(most_held=100)
        first, second, third = (own.place() for _ in range(3))
        first.hold(80, stays=True)
        second.hold(80, stays=True)
        await first.enter()
        waiting = asyncio.create_task(third.enter())
        await settled()
        waited = not waiting.done()
        first.leave()
        second.leave()
        await waiting
        return waited

    assert asyncio.run(asyncio.wait_for(scene(), 5))


@pytest.mark.parametrize("stays", [True, False])
def test_only_what_stays_counts_beside_the_next_answer(stays):
    async def scene():
        own = Room(most_held=100)
        visit, other = own.place(), own.place()
        visit.hold(60, stays=stays)
        visit.hold(50, stays=False)
        entering = asyncio.create_task(other.enter())
        await settled()
        done = entering.done()
        visit.leave()
        await entering
        return done

    assert stays is not asyncio.run(asyncio.wait_for(scene(), 5))
