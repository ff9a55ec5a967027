"""Turns, conversations, recordings and the table of foreign errors."""

from __future__ import annotations

import asyncio
import json
import time
import zlib

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.collect import collect, http
from pipeline.collect.deadlines import Budget, Deadlines
from pipeline.collect.decoding import Decoding
from pipeline.collect.driver import drive
from pipeline.collect.politeness import LONGEST_DELAY, LONGEST_WAIT, Politeness
from pipeline.collect.recordings import ReplayExchange
from pipeline.errors import DecodeError, FetchTimeout, HostPaused, NotAFeed, UsageError
from pipeline.model.capture import Headers, Request, Validators
from pipeline.model.collection import Visit
from pipeline.model.entry import Extraction
from tests.builders import capture, entry, source


class Web:
    """Answers from a table; what is an error is raised."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    async def fetch(self, request):
        self.asked.append(request)
        answer = self.answers[request.url.rpartition("/")[2]]
        if isinstance(answer, Exception):
            raise answer
        return answer


def visit(talk, **more):
    values = {"source": source(url="https://a.example.se/feed"), "validators": None, "reading": "r1"} | more
    return Visit(talk=talk, **values)


def feed(complete=True):
    got = yield Request(url="https://a.example.se/feed")
    return Extraction(entries=(entry(got.body.decode()),), complete=complete)


def test_an_extraction_comes_with_what_tells_the_next_visit_that_nothing_changed():
    web = Web(feed=capture(body="Nyhet", url="https://a.example.se/feed"))

    first = asyncio.run(drive(visit(feed), web))
    second = asyncio.run(drive(visit(feed, validators=first.validators), web))

    assert "Nyhet" == first.extraction.entries[0].title.value
    assert (1, 5) == (first.requests, first.bytes)
    assert second.unchanged
    assert first.validators == second.validators


def test_another_way_of_reading_makes_an_old_answer_news():
    web = Web(feed=capture(body="Nyhet"))
    known = asyncio.run(drive(visit(feed), web)).validators

    again = asyncio.run(drive(visit(feed, validators=known, reading="r2"), web))

    assert not again.unchanged
    assert 0 == len(web.asked[-1].headers)


def test_what_is_not_complete_is_read_again():
    done = asyncio.run(drive(visit(lambda: feed(complete=False)), Web(feed=capture(body="Nyhet"))))

    assert done.extraction is not None
    assert done.validators is None


def test_a_304_may_bring_a_new_etag():
    known = Validators(url="https://a.example.se/feed", etag='"1"', last_modified="then", digest="d", reading="r1")
    not_modified = capture(status=304, headers=Headers([("ETag", '"2"')]))

    done = asyncio.run(drive(visit(feed, validators=known), Web(feed=not_modified)))

    assert done.unchanged
    assert ('"2"', "then", "d") == (done.validators.etag, done.validators.last_modified, done.validators.digest)


def test_an_article_that_fails_costs_only_itself():
    def talk():
        yield Request(url="https://a.example.se/feed")
        try:
            yield Request(url="https://a.example.se/article")
        except FetchTimeout as error:
            return Extraction(entries=(), warnings=(error.message,))
        raise AssertionError

    web = Web(feed=capture(), article=FetchTimeout("a.example.se did not answer"))
    done = asyncio.run(drive(visit(talk), web))

    assert ("a.example.se did not answer",) == done.extraction.warnings
    assert 2 == done.requests


def test_a_source_that_fails_says_so_and_a_mistake_of_ours_is_held_to_it():
    def not_a_feed():
        yield Request(url="https://a.example.se/feed")
        raise NotAFeed("no feed")

    def mistaken():
        yield Request(url="https://a.example.se/feed")
        raise ZeroDivisionError("oops")

    web = Web(feed=capture())

    async def go():
        return {each.error.kind: each async for each in collect([visit(not_a_feed), visit(mistaken)], web)}

    errors = asyncio.run(go())

    assert {"not_a_feed", "internal"} == errors.keys()
    assert isinstance(errors["internal"].error.__cause__, ZeroDivisionError)
    assert "ZeroDivisionError: oops" == errors["internal"].error.message


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        self.now += seconds
        await asyncio.sleep(0)


def begun(hosts, clock, **limits):
    """When each of the requests began."""
    politeness = Politeness(
        clock=clock, sleep=clock.sleep, **({"concurrency": 9, "per_host": 1, "delay": 1.0} | limits)
    )
    times = []

    async def one(host):
        async with politeness.turn(host):
            times.append((host, clock.now))

    async def go():
        for host in hosts:
            await one(host)

    asyncio.run(go())
    return times


def test_requests_to_one_host_keep_their_distance_and_other_hosts_do_not_wait():
    assert [("a", 0.0), ("b", 0.0), ("a", 1.0), ("a", 2.0)] == begun(["a", "b", "a", "a"], Clock())


def test_a_crawl_delay_lengthens_the_distance_up_to_a_minute():
    clock = Clock()
    politeness = Politeness(concurrency=9, per_host=1, delay=1.0, clock=clock, sleep=clock.sleep)
    politeness.lengthen("a", 5)
    politeness.lengthen("b", 86_400)

    async def go(host):
        for _ in range(2):
            async with politeness.turn(host):
                pass
        return clock.now

    assert 5 == asyncio.run(go("a"))
    assert 5 + LONGEST_DELAY == asyncio.run(go("b"))


def test_a_short_wish_for_patience_is_waited_for_and_a_long_one_is_no_turn():
    clock = Clock()
    politeness = Politeness(concurrency=9, per_host=1, delay=0, clock=clock, sleep=clock.sleep)
    politeness.pause("a", LONGEST_WAIT)
    politeness.pause("b", 3600)

    async def go(host):
        async with politeness.turn(host):
            return clock.now

    assert LONGEST_WAIT == asyncio.run(go("a"))
    with pytest.raises(HostPaused, match="b has asked to be left alone until "):
        asyncio.run(go("b"))
    assert LONGEST_WAIT == asyncio.run(go("c"))


def test_a_deadline_stands_still_while_the_program_itself_is_busy():
    """The loop is held up for longer than the deadline; what came in meanwhile is in time."""

    async def go(busy):
        deadlines, budget = Deadlines(), Budget(0.3)
        came = asyncio.Event()

        def hold_up():
            until = time.monotonic() + busy
            while time.monotonic() < until:
                pass
            asyncio.get_running_loop().call_later(0.05, came.set)

        asyncio.get_running_loop().call_later(0.02, hold_up)
        async with deadlines.within(budget):
            await came.wait()
        return budget.left

    assert asyncio.run(go(busy=0.6)) > 0


def test_a_budget_is_for_all_that_is_done_within_it():
    async def go():
        deadlines, budget = Deadlines(), Budget(0.2)

        async def several():
            while True:
                async with deadlines.within(budget):
                    await asyncio.sleep(0.05)

        with pytest.raises(TimeoutError):
            await several()
        return budget.left

    assert asyncio.run(go()) <= 0


def test_a_slow_host_with_many_sources_holds_no_place_of_others():
    """200 sources on a host that never ends, 200 on others, and room for four at once."""

    async def go():
        politeness = Politeness(concurrency=4, per_host=1, delay=0)
        gate, done = asyncio.Event(), []

        async def slow():
            async with politeness.turn("slow"):
                await gate.wait()

        async def fast(number):
            async with politeness.turn(f"fast{number}"):
                done.append(number)

        slows = [asyncio.create_task(slow()) for _ in range(200)]
        await asyncio.gather(*(fast(number) for number in range(200)))
        assert not any(task.done() for task in slows)
        gate.set()
        await asyncio.gather(*slows)
        return done

    assert 200 == len(asyncio.run(go()))


def replayed(folder, url):
    return asyncio.run(ReplayExchange(folder).exchange(Request(url=url), within=1))


def test_recordings_answer_by_address_whatever_its_spelling(tmp_path):
    (tmp_path / "a.html").write_text("hej")
    routes = {
        "https://xn--hllbar-iua.se/å?q=1": {"file": "a.html", "content_type": "text/html", "headers": {"ETag": "x"}}
    }
    (tmp_path / "routes.json").write_text(json.dumps(routes))

    got = replayed(tmp_path, "https://hållbar.se/%C3%A5?q=1#top")

    assert (200, b"hej", "text/html", "x") == (
        got.status, got.body, got.headers.get("content-type"), got.headers.get("etag"),
    )  # fmt: skip
    assert 404 == replayed(tmp_path, "https://xn--hllbar-iua.se/").status


@pytest.mark.parametrize(
    ("routes", "message"),
    [
        (None, "holds no recordings: there is no routes.json in it"),
        ("[1]", "routes.json can't be read"),
        ("{", "routes.json can't be read"),
        ('{"https://a.se/": 3}', "routes.json can't be read"),
        ('{"not an address": {}}', "routes.json can't be read"),
    ],
)
def test_recordings_that_cannot_be_read_are_said_so(tmp_path, routes, message):
    if routes is not None:
        (tmp_path / "routes.json").write_text(routes)

    with pytest.raises(UsageError, match=message.replace(".", r"\.")):
        ReplayExchange(tmp_path)


@pytest.mark.parametrize("file", ["../secret", "/etc/passwd", "missing.html"])
def test_a_recording_outside_its_folder_or_missing_is_named(tmp_path, file):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").write_text("s")
    (tmp_path / "in" / "routes.json").write_text(json.dumps({"https://a.se/": {"file": file}}))

    with pytest.raises(UsageError, match=r"routes\.json: the file of https://a\.se/ "):
        replayed(tmp_path / "in", "https://a.se/")


def test_every_error_of_the_transport_is_one_of_ours():
    modules = [aiohttp.client_exceptions, aiohttp.http_exceptions]
    foreign = {
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Exception) and each.__module__ == module.__name__
    } - {aiohttp.WSMessageTypeError}

    assert foreign == {each for each in foreign if issubclass(each, http.FOREIGN)}
    assert foreign == {each for each in foreign if issubclass(each, tuple(known for known, *_ in http.TRANSLATIONS))}


def test_what_is_caught_is_translated():
    assert set() == {
        each for each in http.FOREIGN if not issubclass(each, tuple(known for known, *_ in http.TRANSLATIONS))
    }


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (aiohttp.ServerDisconnectedError(), "connect", "hållbar.se broke off before it answered"),
        (aiohttp.ClientPayloadError("x"), "connect", "hållbar.se broke off within its answer"),
        (aiohttp.SocketTimeoutError(), "timeout", "hållbar.se did not answer in time"),
        (ConnectionResetError(104, "reset"), "connect", "hållbar.se broke off (Connection reset by peer)"),
        (aiohttp.InvalidURL("x"), "redirect", "hållbar.se has an address that can't be used"),
    ],
)  # fmt: skip
def test_an_error_of_the_transport_is_told_in_words(error, kind, message):
    told = http.translated(error, "https://xn--hllbar-iua.se/")

    assert (kind, message) == (told.kind, told.message)


def packed(coding, data):
    import gzip

    import brotli
    import zstandard

    return {
        "gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstandard.ZstdCompressor().compress,
    }[coding](data)  # fmt: skip


@given(st.sampled_from(["gzip", "deflate", "br", "zstd"]), st.binary(min_size=1, max_size=2000), st.integers(1, 500))
def test_what_was_packed_comes_out_however_it_arrives(coding, data, size):
    decoding = Decoding(coding, url="https://a.se/")
    body = packed(coding, data)

    got = b"".join(piece for start in range(0, len(body), size) for piece in decoding.feed(body[start : start + size]))
    decoding.finish()

    assert data == got


@settings(max_examples=60)
@given(st.sampled_from(["gzip", "deflate", "br", "zstd"]), st.binary(min_size=1, max_size=500), st.data())
def test_a_body_that_was_cut_is_never_taken_for_whole(coding, data, draw):
    body = packed(coding, data)
    cut = draw.draw(st.integers(1, len(body) - 1))
    decoding = Decoding(coding, url="https://a.se/")

    def read():
        list(decoding.feed(body[:cut]))
        decoding.finish()

    with pytest.raises(DecodeError):
        read()
