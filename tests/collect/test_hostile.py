"""Whatever the web does, a source ends in entries or in one error that says what happened; none disturbs another."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.collect import collect, live
from pipeline.extract import extract
from pipeline.model.collection import Visit
from pipeline.model.config import FetchPolicy
from tests.builders import source
from tests.collect.hostile import (
    CASES,
    FEED,
    Case,
    endless,
    ends_as_it_must,
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
def report(tmp_path_factory):
    """Everything in one run of the program: that none disturbs another is half of the matter."""
    folder = tmp_path_factory.mktemp("hostile")
    with hostile() as served:
        (folder / "sources.yaml").write_text(sources_yaml(served), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", "run", "--json", "--quiet", "--no-publish"],
            cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=False,
        )  # fmt: skip
    assert 1 == done.returncode, done.stderr.decode()
    return {each["id"]: each for each in json.loads(done.stdout)["sources"]}


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
