"""Whatever the web does, a source ends in entries or in one error that says what happened; none disturbs another."""

from __future__ import annotations

import asyncio
import socket
import tracemalloc
from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.collect import collect, live
from pipeline.extract import extract
from pipeline.model.collection import Visit
from pipeline.model.config import FetchPolicy
from tests.builders import source
from tests.collect.hostile import hostile

POLICY = FetchPolicy(
    delay=timedelta(0), timeout=timedelta(seconds=0.6), max_bytes=1_000_000, retries=1, robots=False,
    allow_private_addresses=True, per_host=8,
)  # fmt: skip

GOOD = [
    "/ok", "/gzip", "/two-members", "/deflate", "/deflate-raw", "/nested", "/etag", "/chunked", "/utf8-location", "/moved",
    "/flaky", "/robots-denied",
]  # fmt: skip
#: path: kind, part of the message, part of the hint.
BAD = {
    "/too-short": ("connect", "broke off", "asked again"),
    "/broken-chunk": ("connect", "not HTTP", ""),
    "/cut-chunk": ("connect", "broke off", ""),
    "/not-http": ("connect", "not HTTP", ""),
    "/empty-reply": ("connect", "broke off", ""),
    "/reset": ("connect", "", ""),
    "/broken-gzip": ("decode", "compression is broken", ""),
    "/cut-gzip": ("decode", "cut off within its compression", "asked again"),
    "/unknown-coding": ("decode", "coded as `rot13`", ""),
    "/too-many-codings": ("decode", "can't be undone", ""),
    "/bomb": ("too_large", "sends more than 1 MB", "max_bytes"),
    "/nested-bomb": ("too_large", "sends more than 1 MB", ""),
    "/brotli-bomb": ("too_large", "sends more than 1 MB", ""),
    "/zstd-bomb": ("too_large", "sends more than 1 MB", ""),
    "/huge": ("too_large", "sends more than 1 MB", ""),
    "/huge-header": ("too_large", "header fields without end", "tell its owner"),
    "/many-headers": ("too_large", "header fields without end", ""),
    "/endless": ("too_large", "sends more than 1 MB", ""),
    "/silent": ("timeout", "did not answer in whole within 0.6 s", "fetch: timeout"),
    "/slow-headers": ("timeout", "did not answer in whole within 0.6 s", ""),
    "/slow-body": ("timeout", "did not answer in whole within 0.6 s", ""),
    "/loop": ("redirect", "redirects in a circle", "write the address"),
    "/loop-of-two": ("redirect", "redirects in a circle", ""),
    "/chain-0": ("redirect", "redirects more than 10 times", ""),
    "/no-location": ("redirect", "without saying where to (302)", ""),
    "/bad-location": ("redirect", "no address", ""),
    "/to-file": ("blocked_address", "not http: file:", ""),
    "/to-javascript": ("blocked_address", "not http: javascript:", ""),
    "/204": ("http_status", "nothing there (204)", ""),
    "/401": ("http_status", "401 Unauthorized", "password"),
    "/403": ("http_status", "403 Forbidden", "refuses programs"),
    "/404": ("http_status", "404 Not Found", "where the news is now"),
    "/410": ("http_status", "410 Gone", "gone for good"),
    "/429": ("http_status", "429 Too Many Requests", "fewer requests"),
    "/429-date": ("http_status", "429 Too Many Requests", ""),
    "/451": ("http_status", "451", "legal reasons"),
    "/500": ("http_status", "500 Internal Server Error", "fault of its own"),
    "/503-later": ("http_status", "503 Service Unavailable", ""),
    "/599": ("http_status", "599", ""),
    "/challenge": ("http_status", "proof of being human", "Ask its owner"),
    "/html": ("not_a_feed", "", ""),
    "/empty": ("not_a_feed", "", ""),
}


def visit(name, url, validators=None):
    asked = source(name, url=url)
    return Visit(source=asked, talk=lambda: extract(asked, ()), validators=validators, reading="r")


async def collected(served, paths, policy=POLICY, validators=None):
    visits = [visit(f"s{number}", served.url(path), validators) for number, path in enumerate(paths)]
    async with live(policy, user_agent="Samflode/0 (+https://nyheter.example.se/)") as fetcher:
        return {paths[int(each.source.id[1:])]: each async for each in collect(visits, fetcher)}


def run(paths, **more):
    async def go():
        async with hostile() as served:
            return await collected(served, paths, **more), served

    return asyncio.run(go())


#: What can only end in the timeout is given a short one; all else has time enough on the slowest machine.
SLOW = ["/silent", "/slow-headers", "/slow-body"]
PATIENT = replace(POLICY, timeout=timedelta(seconds=30))


@pytest.fixture(scope="module")
def outcomes():
    """Everything at once: that none disturbs another is half of the matter."""
    return run([*GOOD, *(path for path in BAD if path not in SLOW)], policy=PATIENT)[0] | run(SLOW)[0]


@pytest.mark.parametrize("path", GOOD)
def test_what_is_odd_but_right_is_read(outcomes, path):
    assert outcomes[path].error is None
    assert ["Nyhet"] == [entry.title.value for entry in outcomes[path].extraction.entries]


@pytest.mark.parametrize("path", BAD)
def test_what_is_wrong_ends_in_one_error_that_says_what_and_what_to_do(outcomes, path):
    kind, message, hint = BAD[path]
    error = outcomes[path].error

    assert error is not None
    assert (kind, True, True) == (error.kind, message in error.message, hint in error.hint), (error.message, error.hint)
    assert outcomes[path].extraction is None
    assert outcomes[path].validators is None


def test_retry_after_is_handed_on(outcomes):
    assert 3600 == outcomes["/429"].error.retry_after
    assert outcomes["/429-date"].error.retry_after > 1e9


def test_a_server_with_validators_answers_with_304_and_nothing_is_read():
    async def go():
        async with hostile() as served:
            first = (await collected(served, ["/etag"], PATIENT))["/etag"]
            second = (await collected(served, ["/etag"], PATIENT, validators=first.validators))["/etag"]
            return first, second, served.requests[-1]

    first, second, request = asyncio.run(go())

    assert ('W/"1"', "Mon, 02 Mar 2026 08:00:00 GMT") == (first.validators.etag, first.validators.last_modified)
    assert 'if-none-match: w/"1"' in request.lower()
    assert "if-modified-since: mon, 02 mar 2026 08:00:00 gmt" in request.lower()
    assert second.unchanged
    assert (1, 0) == (second.requests, second.bytes)
    assert first.validators == second.validators


def test_a_server_that_sends_the_same_bytes_is_unchanged_too():
    async def go():
        async with hostile() as served:
            first = (await collected(served, ["/ok"], PATIENT))["/ok"]
            return (await collected(served, ["/ok"], PATIENT, validators=first.validators))["/ok"]

    assert asyncio.run(go()).unchanged


def test_robots_are_obeyed_and_asked_once():
    policy = FetchPolicy(delay=timedelta(0), robots=True, allow_private_addresses=True, retries=0)

    outcomes, served = run(["/ok", "/gzip", "/robots-denied"], policy=policy)

    assert "robots" == outcomes["/robots-denied"].error.kind
    assert "asks programs not to fetch /robots-denied" in outcomes["/robots-denied"].error.message
    assert outcomes["/ok"].error is None
    assert 1 == sum("GET /robots.txt" in each for each in served.requests)
    assert not any("GET /robots-denied" in each for each in served.requests)


def test_one_host_is_asked_one_thing_at_a_time():
    policy = FetchPolicy(delay=timedelta(0), per_host=1, robots=False, allow_private_addresses=True)

    _, served = run(["/ok", "/gzip", "/deflate", "/etag", "/moved"], policy=policy)

    assert 1 == served.most


def test_the_user_agent_names_us():
    _, served = run(["/ok"], policy=PATIENT)

    assert "user-agent: Samflode/0 (+https://nyheter.example.se/)".lower() in served.requests[0].lower()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/ok", "http://localhost:{port}/ok", "http://localhost.:{port}/ok", "http://2130706433:{port}/ok",
        "http://0177.0.0.1:{port}/ok", "http://0x7f.1:{port}/ok", "http://[::1]:{port}/ok", "http://[::ffff:127.0.0.1]:{port}/ok",
        "http://10.0.0.1/ok", "http://169.254.169.254/latest", "http://192.168.1.1/", "http://224.0.0.1/", "http://0.0.0.0/",
    ],
)  # fmt: skip
def test_addresses_of_this_machine_and_its_network_are_refused(url):
    policy = FetchPolicy(delay=timedelta(0), robots=False, retries=0)

    async def go():
        async with hostile() as served, live(policy, user_agent="Samflode/0") as fetcher:
            (only,) = [each async for each in collect([visit("s", url.format(port=served.port))], fetcher)]
            return only, served.requests

    only, requests = asyncio.run(go())

    assert "blocked_address" == only.error.kind
    assert "allow_private_addresses" in only.error.hint
    assert [] == requests


def resolving(monkeypatch, table):
    """Names resolve by a table from name to what they lead to, one answer after the other."""
    asked = []

    def getaddrinfo(host, port, **_):
        asked.append(host)
        answers = table[host]
        address = answers[min(asked.count(host), len(answers)) - 1]
        if address is None:
            raise socket.gaierror(-2, "Name or service not known")
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port or 0))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def asked_once(url, policy=None):
    """What one visit to an address comes to; "{port}" in it is the server's."""
    policy = policy or FetchPolicy(delay=timedelta(0), robots=False, retries=0)

    async def go():
        async with hostile() as served, live(policy, user_agent="Samflode/0") as fetcher:
            (only,) = [each async for each in collect([visit("s", url.format(port=served.port))], fetcher)]
            return only, served.requests

    return asyncio.run(go())


def test_a_name_that_leads_to_this_machine_is_refused_when_connecting(monkeypatch):
    resolving(monkeypatch, {"rebinding.example.se": ["127.0.0.1"]})

    only, requests = asked_once("http://rebinding.example.se:{port}/ok")

    assert "blocked_address" == only.error.kind
    assert "rebinding.example.se leads to an address of this machine" in only.error.message
    assert [] == requests


def test_a_name_that_leads_nowhere_is_said_so(monkeypatch):
    resolving(monkeypatch, {"xn--hllbar-iua.example": [None]})

    only, _ = asked_once("https://xn--hllbar-iua.example/")

    assert ("dns", "the name hållbar.example leads nowhere") == (only.error.kind, only.error.message)


def test_bombs_and_endless_bodies_stay_flat_in_memory():
    async def go():
        async with hostile() as served:
            tracemalloc.start()
            try:
                await collected(served, ["/endless", "/huge"], PATIENT)
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    assert asyncio.run(go()) < 30_000_000
