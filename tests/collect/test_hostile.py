"""Whatever the web does, a source ends in entries or in one error that says what happened; none disturbs another."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.collect import collect, live
from pipeline.extract import extract
from pipeline.model.collection import Visit
from pipeline.model.config import FetchPolicy
from pipeline.model.source import Article
from tests.builders import source
from tests.collect.hostile import (
    CASES,
    FEED,
    PROGRAM,
    Case,
    endless,
    ends_as_it_must,
    free_port,
    hostile,
    raw,
    redirect,
    response,
    sources_yaml,
)

ROOT = Path(__file__).resolve().parents[2]
POLICY = FetchPolicy(delay=timedelta(0), robots=False, allow_private_addresses=True, retries=0)
AGENT = "Samflode/0 (+https://nyheter.example.se/)"


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Everything in one run of the program: that none disturbs another is half of the matter."""
    folder = tmp_path_factory.mktemp("hostile")
    with hostile() as served:
        (folder / "sources.yaml").write_text(sources_yaml(served), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=False,
        )  # fmt: skip
    assert 1 == done.returncode, done.stderr.decode()
    return json.loads(done.stdout), float((folder / "peak").read_text())


@pytest.fixture(scope="module")
def report(ran):
    return {each["id"]: each for each in ran[0]["sources"]}


def test_the_memory_of_the_run_stays_flat(ran):
    assert ran[1] < 300


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_misbehaviour_ends_as_it_must(report, case):
    assert ends_as_it_must(case, report[case.name]), (
        case.kind,
        case.entries,
        case.message,
        case.hint,
        report[case.name],
    )


def test_the_hostile_web_is_as_large_as_was_promised():
    assert len(CASES) >= 60
    assert len(CASES) == len({case.name for case in CASES})


def visits(served, cases, validators=None, path=None):
    return [
        Visit(
            source=(asked := source(case.name, url=served.url(case, path))),
            talk=lambda asked=asked: extract(asked, ()),
            validators=validators,
            reading="r",
        )
        for case in cases
    ]


async def collected(served, cases, policy=POLICY, *, path=None, **more):
    async with live(policy, user_agent=AGENT, **more) as fetcher:
        return {each.source.id: each async for each in collect(visits(served, cases, path=path), fetcher)}


def once(case, policy=POLICY, **more):
    """What one visit to one host comes to, and what was asked there."""
    with hostile([case]) as served:
        return asyncio.run(collected(served, [case], policy, **more))[case.name], served.requests


def twice(case):
    """Two visits one after the other, the second with what the first left; and what was asked."""
    with hostile([case]) as served:

        async def go():
            results, validators = [], None
            for _ in range(2):
                async with live(POLICY, user_agent=AGENT) as fetcher:
                    (each,) = [each async for each in collect(visits(served, [case], validators), fetcher)]
                results.append(each)
                validators = each.validators
            return results

        return (*asyncio.run(go()), served.requests)


ETAG, DATE = 'W/"1-å"', "Mon, 02 Mar 2026 08:00:00 GMT"
NOT_MODIFIED = b'HTTP/1.1 304 Not Modified\r\nETag: W/"2"\r\nConnection: close\r\n\r\n'


def with_validators(at):
    """Answers 304 at one path to whoever has the validators, and redirects there from all others."""

    async def answer(server, path, head, writer):
        wanted = f"if-none-match: {ETAG}\r\nif-modified-since: {DATE}".lower().encode()
        known = wanted in head.encode("latin-1").lower()
        if path != at:
            writer.write(NOT_MODIFIED if known else redirect(at))
        else:
            writer.write(NOT_MODIFIED if known else response(fields=[f"ETag: {ETAG}", f"Last-Modified: {DATE}"]))

    return answer


@pytest.mark.parametrize("at", ["/feed", "/behind"])
def test_a_server_with_validators_answers_with_304_and_nothing_is_read(at):
    first, second, requests = twice(Case(name="etag", answer=with_validators(at)))

    assert (ETAG, DATE) == (first.validators.etag, first.validators.last_modified)
    assert second.unchanged
    assert (1, 0) == (second.requests, second.bytes)
    assert ('W/"2"', DATE) == (second.validators.etag, second.validators.last_modified)
    # Conditions go to the address that they were made for, and to no other on the way there.
    assert [at] == [head.split()[1] for head in requests if "if-none-match" in head.lower()]


def test_a_server_that_sends_the_same_bytes_is_unchanged_too():
    _, second, _ = twice(Case(name="same", answer=response()))

    assert second.unchanged


def test_an_etag_that_would_break_the_request_is_not_given_back():
    first, second, requests = twice(Case(name="odd", answer=response(fields=["ETag: " + "x" * 9000])))

    assert first.validators.etag is None
    assert second.unchanged
    assert not any("if-none-match" in head.lower() for head in requests)


def test_redirects_for_good_are_told_from_those_for_a_while():
    def led(*statuses):
        async def answer(server, path, head, writer):
            number = int(path.rpartition("-")[2]) if "-" in path else 0
            writer.write(redirect(f"/to-{number + 1}", statuses[number]) if number < len(statuses) else response())

        got = once(Case(name="moving", answer=answer))[0].moved_to
        return got and got.rpartition("/")[2]

    assert (None, "to-1", "to-2", "to-1", None) == (
        led("302 Found"), led("301 Moved"), led("301 Moved", "308 Moved"), led("301 Moved", "307 Later"), led("302 Found", "301 Moved"),
    )  # fmt: skip


def test_robots_are_asked_once_for_a_host_and_before_anything_else():
    case = Case(name="robots", answer=response(), robots=response(b"User-agent: *\nDisallow: /private\n"))
    policy = replace(POLICY, robots=True)

    with hostile([case]) as served:

        async def go():
            async with live(policy, user_agent=AGENT) as fetcher:
                both = [*visits(served, [case]), *visits(served, [case], path="/private/feed")]
                return [each async for each in collect(both, fetcher)]

        done = asyncio.run(go())

    assert ["/robots.txt", "/feed"] == [head.split()[1] for head in served.requests]
    assert {None, "robots"} == {each.error and each.error.kind for each in done}


def test_one_host_is_asked_one_thing_at_a_time():
    case = Case(name="one", answer=response())
    with hostile([case]) as served:

        async def go():
            async with live(POLICY, user_agent=AGENT) as fetcher:
                return [each async for each in collect(visits(served, [case] * 5), fetcher)]

        asyncio.run(go())

    assert (5, 1) == (len(served.requests), served.most)


def test_sources_on_fast_hosts_are_done_before_a_slow_host_has_answered_once():
    """Forty sources on a host that answers when the others are done, before forty on hosts of their own; room for four at once."""
    fast_are_done = threading.Event()

    async def patient(server, path, head, writer):
        while not fast_are_done.is_set():
            await server.sleep(0.01)
        writer.write(response())

    slow = Case(name="slow", answer=patient)
    fast = [Case(name=f"fast-{number}", answer=response()) for number in range(40)]
    done = []
    with hostile([slow, *fast]) as served:

        async def go():
            async with live(replace(POLICY, concurrency=4), user_agent=AGENT) as fetcher:
                async for each in collect([*visits(served, [slow] * 40), *visits(served, fast)], fetcher):
                    done.append(each.source.id)
                    if len(done) == 40:
                        fast_are_done.set()

        asyncio.run(go())

    assert ({case.name for case in fast}, ["slow"] * 40) == (set(done[:40]), done[40:])


@pytest.mark.parametrize(
    ("field", "times"), [("Retry-After: 3600", 1), ("Retry-After: Fri, 31 Dec 2100 23:59:59 GMT", 1), ("X: y", 1)]
)
def test_a_host_that_asks_for_patience_is_asked_nothing_more_whoever_wants_to(field, times):
    case = Case(name="busy", answer=response(b"", status="429 Too Many Requests", fields=[field]))
    with hostile([case]) as served:

        async def go():
            async with live(replace(POLICY, retries=3), user_agent=AGENT) as fetcher:
                return [each async for each in collect(visits(served, [case] * 5), fetcher)]

        first, *others = asyncio.run(go())

    assert times == len(served.requests)
    assert "429 Too Many Requests" in first.error.message
    assert {"127.0.1.1 has asked to be left alone until"} == {each.error.message[:42] for each in others}
    (pause,) = first.pauses
    assert "127.0.1.1" == pause.host


def test_a_host_that_asked_for_patience_in_an_earlier_run_is_not_asked():
    case = Case(name="busy", answer=response(b"", status="503 Busy", fields=["Retry-After: 3600"]))
    first, _ = once(case)

    second, requests = once(case, pauses=first.pauses)

    assert [] == requests
    assert "http_status" == second.error.kind


def test_a_name_and_a_password_go_into_a_field_and_into_no_message():
    async def answer(server, path, head, writer):
        known = "authorization: basic yw5uytpow6rtbglno2l0" in head.lower()
        writer.write(response(status="200 OK" if known else "401 Unauthorized"))

    case = Case(name="secret", answer=answer)
    with hostile([case]) as served:
        url = served.url(case)

        async def go(credentials):
            async with live(POLICY, user_agent=AGENT) as fetcher:
                asked = source("secret", url=url.replace("//", f"//{credentials}@"))
                visit = Visit(source=asked, talk=lambda: extract(asked, ()), validators=None, reading="r")
                (only,) = [each async for each in collect([visit], fetcher)]
                return only

        let_in = asyncio.run(go("anna:h%C3%AAmlig%3At"))
        refused = asyncio.run(go("anna:fel"))

    assert "http_status" == refused.error.kind
    assert "fel" not in refused.error.message.partition("401")[2]
    assert let_in.error is None or "hêmlig" not in let_in.error.message


def test_the_user_agent_names_us():
    _, requests = once(Case(name="ok", answer=response()))

    assert f"user-agent: {AGENT}".lower() in requests[0].lower()


PATHS = [
    "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://2130706433:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
    "http://169.254.169.254/latest/meta-data/", "http://127.0.1.1.:{port}/",
]  # fmt: skip
STRICT = replace(POLICY, allow_private_addresses=False)


@pytest.mark.parametrize("url", PATHS)
def test_what_must_not_be_reached_is_refused_with_what_to_do(url):
    case = Case(name="ok", answer=response())
    with hostile([case]) as served:
        asked = source("s", url=url.format(port=served.port))

        async def go():
            async with live(STRICT, user_agent=AGENT) as fetcher:
                visit = Visit(source=asked, talk=lambda: extract(asked, ()), validators=None, reading="r")
                (only,) = [each async for each in collect([visit], fetcher)]
                return only

        done = asyncio.run(go())

    assert "blocked_address" == done.error.kind
    assert "allow_private_addresses" in done.error.hint
    assert [] == served.requests


def resolving(monkeypatch, **answers):
    """Names lead where the table says, one answer after the other; all others lead nowhere."""
    asked = []

    def getaddrinfo(host, *_, **__):
        asked.append(host)
        found = answers.get(host.partition(".")[0])
        if found is None:
            raise socket.gaierror(-2, "Name or service not known")
        address = found[min(asked.count(host), len(found)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def visited(url, policy=STRICT):
    async def go():
        async with live(policy, user_agent=AGENT) as fetcher:
            asked = source("s", url=url)
            visit = Visit(source=asked, talk=lambda: extract(asked, ()), validators=None, reading="r")
            (only,) = [each async for each in collect([visit], fetcher)]
            return only

    return asyncio.run(go())


def test_a_name_that_leads_to_this_machine_is_refused_when_connecting(monkeypatch):
    with hostile([Case(name="ok", answer=response())]) as served:
        resolving(monkeypatch, rebinding=["127.0.1.1"])
        done = visited(f"http://rebinding.example.se:{served.port}/feed")

    assert "blocked_address" == done.error.kind
    assert "rebinding.example.se leads to an address of this machine" in done.error.message
    assert [] == served.requests


def test_a_name_that_leads_nowhere_is_said_so(monkeypatch):
    resolving(monkeypatch)

    done = visited("https://xn--hllbar-iua.example/")

    assert ("dns", "the name hållbar.example leads nowhere") == (done.error.kind, done.error.message)


@pytest.fixture
def proxy(monkeypatch):
    """The web behind a proxy in the office; who asks for `redirecting` is sent to this machine."""

    async def answer(server, path, head, writer):
        writer.write(redirect("http://127.0.0.1/admin") if "redirecting" in path else response())

    with hostile([Case(name="proxy", answer=answer)]) as served:
        monkeypatch.setenv("http_proxy", f"http://127.0.1.1:{served.port}")
        resolving(monkeypatch, inside=["10.0.0.1"])
        yield served


def test_the_proxy_is_asked_for_what_only_it_can_resolve(proxy):
    done = visited("http://public.example.se/feed")

    assert done.error is None
    assert ["http://public.example.se/feed"] == [head.split()[1] for head in proxy.requests]


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://127.0.0.1/admin", 0),
        ("http://localhost/admin", 0),
        ("http://inside.example.se/admin", 0),
        ("http://redirecting.example.se/feed", 1),
    ],
)
def test_the_proxy_is_asked_for_nothing_that_must_not_be_reached(proxy, url, asked):
    done = visited(url)

    assert ("blocked_address", asked) == (done.error.kind, len(proxy.requests))


def test_an_article_that_must_not_be_reached_costs_itself_alone(monkeypatch):
    async def answer(server, path, head, writer):
        writer.write(response(FEED.replace(b"https://a.example.se/1", b"http://localhost/admin")))

    with hostile([Case(name="proxy", answer=answer)]) as served:
        monkeypatch.setenv("http_proxy", f"http://127.0.1.1:{served.port}")
        resolving(monkeypatch)
        asked = source("s", url="http://public.example.se/feed", article=Article(text=None, date=None, author=None))

        async def go():
            async with live(STRICT, user_agent=AGENT) as fetcher:
                visit = Visit(source=asked, talk=lambda: extract(asked, ()), validators=None, reading="r")
                (only,) = [each async for each in collect([visit], fetcher)]
                return only

        done = asyncio.run(go())

    assert (None, 1) == (done.error, len(done.extraction.entries))
    assert "localhost is a name of this machine or of a private network" in done.extraction.warnings[0]
    assert ["http://public.example.se/feed"] == [head.split()[1] for head in served.requests]


def test_a_proxy_that_is_down_is_said_so(monkeypatch):
    resolving(monkeypatch)
    monkeypatch.setenv("http_proxy", f"http://127.0.1.1:{free_port()}")

    done = visited("http://public.example.se/feed")

    assert "connect" == done.error.kind
    assert (
        "public.example.se could not be reached: the proxy could not be connected to (Connection refused)"
        == done.error.message
    )


def test_bombs_and_endless_bodies_stay_flat_in_memory():
    cases = [
        Case(name="endless", answer=endless(raw("Content-Type: text/xml", body=b""), b"x" * 65_536)),
        Case(name="huge", answer=response(b"x" * 3_000_000)),
    ]
    with hostile(cases) as served:

        async def go():
            tracemalloc.start()
            try:
                await collected(served, cases, replace(POLICY, max_bytes=1_000_000))
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

        assert asyncio.run(go()) < 30_000_000


def test_the_feed_is_one_that_is_read():
    assert b"<rss" in FEED
