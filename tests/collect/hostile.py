"""A hostile web on loopback: each way to misbehave on a host of its own, with what a source there must end in."""

from __future__ import annotations

import asyncio
import gzip
import inspect
import socket
import ssl
import threading
import zlib
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import brotli
import zstandard

FEED = (
    b'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>t</title>'
    b"<item><title>Nyhet</title><link>https://a.example.se/1</link></item></channel></rss>"
)
CERTIFICATE = Path(__file__).with_name("self-signed.pem")
#: Megabytes that the bombs unpack to.
BOMB = 40


@dataclass(frozen=True, kw_only=True)
class Case:
    """One misbehaviour: what the host answers, and what becomes of a source there."""

    name: str
    #: The whole answer; or a coroutine function of (server, path, head, writer).
    answer: object
    #: None: the feed is read.
    kind: str | None = None
    message: str = ""
    hint: str = ""
    #: To a request for robots.txt; None: 404.
    robots: object = None
    path: str = "/feed"
    scheme: str = "http"

    @property
    def entries(self):
        return 1 if self.kind is None else 0


def response(body=FEED, *, status="200 OK", length=None, fields=()):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    lines += ["Content-Type: application/rss+xml", "Connection: close", *fields]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body


def raw(*fields, body=FEED, first="HTTP/1.1 200 OK"):
    return "\r\n".join([first, *fields]).encode("latin-1") + b"\r\n\r\n" + body


def coded(body, coding):
    return response(body, fields=[f"Content-Encoding: {coding}"])


def redirect(where, status="302 Found"):
    return response(b"", status=status, fields=[f"Location: {where}"] if where is not None else [])


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def zstd(data):
    return zstandard.ZstdCompressor(level=3).compress(data)


@cache
def bomb(wbits=31):
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(BOMB)) + packer.flush()


@cache
def zeros_packed(pack):
    return pack(bytes(BOMB * 1_000_000))


def chunks(*pieces, end=b"0\r\n\r\n"):
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + end


def quick_brotli(data):
    return brotli.compress(data, quality=3)


def wrong_checksum():
    packed = bytearray(gzip.compress(FEED))
    packed[-8] ^= 0xFF
    return bytes(packed)


# Answers that take time, or that depend on what was asked before.


def drip(whole, pause=0.05):
    """A byte at a time."""

    async def answer(server, path, head, writer):
        for byte in whole:
            writer.write(bytes([byte]))
            await writer.drain()
            await server.sleep(pause)

    return answer


def then_drip(head, body):
    async def answer(server, path, request, writer):
        writer.write(head)
        await drip(body)(server, path, request, writer)

    return answer


async def silence(server, path, head, writer):
    await server.sleep(3600)


async def reset(server, path, head, writer):
    writer.transport.abort()


async def reset_within(server, path, head, writer):
    writer.write(response()[:-40])
    await writer.drain()
    writer.transport.abort()


def endless(head, piece):
    async def answer(server, path, request, writer):
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()

    return answer


async def slow_continue(server, path, head, writer):
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
        await server.sleep(0.1)


async def slow_redirects(server, path, head, writer):
    await server.sleep(1)
    writer.write(redirect(f"/{len(path)}{path}"))


async def long_chain(server, path, head, writer):
    number = int(path.rpartition("-")[2]) if "-" in path else 0
    writer.write(redirect(f"/chain-{number + 1}") if number < 40 else response())


async def short_chain(server, path, head, writer):
    number = int(path.rpartition("-")[2]) if "-" in path else 0
    writer.write(redirect(f"/chain-{number + 1}") if number < 9 else response())


def at_first(first, then=None):
    """One answer to the first request for the feed, another to all that follow."""

    async def answer(server, path, head, writer):
        await server.give(first if server.asked_here(head) == 1 else then or response(), path, head, writer)

    return answer


def by_path(otherwise, **answers):
    async def answer(server, path, head, writer):
        await server.give(answers.get(path.strip("/").partition("?")[0], otherwise), path, head, writer)

    return answer


GOOD = [
    Case(name="plain", answer=response()),
    Case(name="gzip", answer=coded(gzip.compress(FEED), "gzip")),
    Case(name="gzip-in-capitals", answer=coded(gzip.compress(FEED), "GZIP")),
    Case(name="x-gzip", answer=coded(gzip.compress(FEED), "x-gzip")),
    Case(name="gzip-two-members", answer=coded(gzip.compress(FEED[:50]) + gzip.compress(FEED[50:]), "gzip")),
    Case(name="gzip-padded", answer=coded(gzip.compress(FEED) + bytes(512), "gzip")),
    Case(name="gzip-twice", answer=coded(gzip.compress(gzip.compress(FEED)), "gzip, gzip")),
    Case(name="deflate", answer=coded(zlib.compress(FEED), "deflate")),
    Case(name="deflate-raw", answer=coded(raw_deflate(FEED), "deflate")),
    Case(name="brotli", answer=coded(brotli.compress(FEED), "br")),
    Case(name="zstd", answer=coded(zstd(FEED), "zstd")),
    Case(name="coded-as-nothing", answer=coded(FEED, "utf-8")),
    Case(name="chunked", answer=raw("Transfer-Encoding: chunked", body=chunks(FEED[:9], FEED[9:]))),
    Case(name="chunked-by-bytes", answer=raw("Transfer-Encoding: chunked", body=chunks(*(bytes([b]) for b in FEED)))),
    Case(name="chunked-with-trailers", answer=raw("Transfer-Encoding: chunked", body=chunks(FEED, end=b"0\r\nX: y\r\n\r\n"))),
    Case(name="until-the-end", answer=raw("Content-Type: application/rss+xml", "Connection: close")),
    Case(name="http-1-0", answer=raw("Content-Type: text/xml", first="HTTP/1.0 200 OK")),
    Case(name="no-reason", answer=raw(f"Content-Length: {len(FEED)}", first="HTTP/1.1 200")),
    Case(name="early-hints", answer=b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + response()),
    Case(name="type-twice", answer=response(fields=["Content-Type: text/plain"])),
    Case(name="wrong-type", answer=raw("Content-Type: image/png", f"Content-Length: {len(FEED)}")),
    Case(name="long-header", answer=response(fields=["Content-Security-Policy: " + "x" * 20_000])),
    Case(name="cookies", answer=response(fields=[f"Set-Cookie: c{n}=1; Path=/" for n in range(100)])),
    Case(name="utf8-location", answer=by_path(redirect("/nyhet-å"), **{"nyhet-%C3%A5": response()})),
    Case(name="blank-in-location", answer=by_path(redirect(" /a b "), **{"a%20b": response()})),
    Case(name="query-location", answer=at_first(redirect("?page=1"))),
    Case(name="moved", answer=at_first(redirect("/new", "301 Moved Permanently"))),
    Case(name="moved-308", answer=at_first(redirect("/new", "308 Permanent Redirect"))),
    Case(name="chain-of-nine", answer=short_chain),
    Case(name="reset-once", answer=at_first(reset)),
    Case(name="busy-for-a-second", answer=at_first(response(b"", status="503 Busy", fields=["Retry-After: 1"]))),
    Case(name="robots-page", answer=response(), robots=response(b"<html><body>404, sort of</body></html>")),
    Case(name="robots-forbidden", answer=response(), robots=response(b"", status="403 Forbidden")),
    Case(name="robots-in-a-circle", answer=response(), robots=redirect("/robots.txt")),
    Case(name="robots-endless", answer=response(), robots=endless(raw(body=b""), b"# more to come\n" * 4096)),
    Case(name="robots-of-others", answer=response(), robots=response(b"User-agent: Other\nDisallow: /\n")),
]  # fmt: skip

WRONG = [
    # Connections and HTTP.
    Case(name="too-short", answer=response(length=999), kind="connect", message="broke off", hint="asked again"),
    Case(name="broken-chunk", answer=raw("Transfer-Encoding: chunked", body=b"zz\r\nabc\r\n"), kind="connect", message="not HTTP"),
    Case(name="cut-chunk", answer=raw("Transfer-Encoding: chunked", body=b"%x\r\n%s" % (len(FEED), FEED[:20])), kind="connect", message="broke off"),
    Case(name="no-last-chunk", answer=raw("Transfer-Encoding: chunked", body=chunks(FEED, end=b"")), kind="connect", message="broke off"),
    Case(name="lengths-that-differ", answer=raw("Content-Length: 5", f"Content-Length: {len(FEED)}"), kind="connect", message="not HTTP"),
    Case(name="length-below-nothing", answer=raw("Content-Length: -1"), kind="connect", message="not HTTP"),
    Case(name="not-http", answer=b"SSH-2.0-OpenSSH_9.2\r\n", kind="connect", message="not HTTP"),
    Case(name="no-header", answer=FEED, kind="connect", message="not HTTP"),
    Case(name="empty-reply", answer=b"", kind="connect", message="broke off before it answered"),
    Case(name="half-a-header", answer=b"HTTP/1.1 200 OK\r\nContent-Ty", kind="connect", message="broke off"),
    Case(name="reset", answer=reset, kind="connect", message="broke off"),
    Case(name="reset-within", answer=reset_within, kind="connect", message="broke off"),
    Case(name="no-tls", answer=response(), scheme="https", kind="tls", message="encryption", hint="certificates"),
    Case(name="self-signed", answer=response(), scheme="https", kind="tls", message="self-signed", hint="certificates"),
    # Codings.
    Case(name="broken-gzip", answer=coded(b"this is no gzip", "gzip"), kind="decode", message="compression is broken"),
    Case(name="wrong-checksum", answer=coded(wrong_checksum(), "gzip"), kind="decode", message="compression is broken"),
    Case(name="cut-gzip", answer=coded(gzip.compress(FEED)[:-12], "gzip"), kind="decode", message="cut off within its compression", hint="asked again"),
    Case(name="cut-second-member", answer=coded(gzip.compress(FEED) + gzip.compress(FEED)[:-9], "gzip"), kind="decode", message="cut off"),
    Case(name="cut-deflate", answer=coded(zlib.compress(FEED)[:-5], "deflate"), kind="decode", message="cut off"),
    Case(name="cut-brotli", answer=coded(brotli.compress(FEED)[:-3], "br"), kind="decode", message="cut off"),
    Case(name="cut-zstd", answer=coded(zstd(FEED)[:-3], "zstd"), kind="decode", message="cut off"),
    Case(name="unknown-coding", answer=coded(FEED, "rot13"), kind="decode", message="coded as `rot13`"),
    Case(name="too-many-codings", answer=coded(FEED, "gzip, gzip, gzip, gzip"), kind="decode", message="can't be undone"),
    # Without end.
    Case(name="gzip-bomb", answer=lambda: coded(bomb(), "gzip"), kind="too_large", message="sends more than 10 MB", hint="max_bytes"),
    Case(name="gzip-bomb-in-gzip", answer=lambda: coded(gzip.compress(bomb()), "gzip, gzip"), kind="too_large", message="sends more than"),
    Case(name="brotli-bomb-in-gzip", answer=lambda: coded(gzip.compress(zeros_packed(quick_brotli)), "br, gzip"), kind="too_large", message="sends more"),
    Case(name="deflate-bomb", answer=lambda: coded(bomb(15), "deflate"), kind="too_large", message="sends more than"),
    Case(name="brotli-bomb", answer=lambda: coded(zeros_packed(quick_brotli), "br"), kind="too_large", message="sends more than"),
    Case(name="zstd-bomb", answer=lambda: coded(zeros_packed(zstd), "zstd"), kind="too_large", message="sends more than"),
    Case(name="length-without-end", answer=endless(raw("Content-Length: 1000000000000", body=b""), b"x" * 65_536), kind="too_large", message="sends more"),
    Case(name="body-without-end", answer=endless(raw("Content-Type: text/xml", body=b""), b"<!-- -->" * 8192), kind="too_large", message="sends more"),
    Case(name="chunks-without-end", answer=endless(raw("Transfer-Encoding: chunked", body=b""), chunks(b"x" * 9000, end=b"")), kind="too_large", message="more"),
    Case(name="field-without-end", answer=endless(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 65_536), kind="too_large", message="header fields without end", hint="tell its owner"),
    Case(name="fields-without-end", answer=endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 999), kind="too_large", message="header fields without end"),
    # Time.
    Case(name="silent", answer=silence, kind="timeout", message="did not answer in whole within", hint="fetch: timeout"),
    Case(name="slow-header", answer=drip(response()), kind="timeout", message="did not answer in whole within"),
    Case(name="slow-body", answer=then_drip(response()[: -len(FEED)], FEED), kind="timeout", message="did not answer in whole within"),
    Case(name="slow-gzip", answer=then_drip(coded(b"", "gzip").replace(b"Length: 0", b"Length: 9999"), gzip.compress(bytes(9_000_000))), kind="timeout", message="did not answer"),
    Case(name="slow-redirects", answer=slow_redirects, kind="timeout", message="did not answer in whole within"),
    Case(name="continue-without-end", answer=slow_continue, kind="timeout", message="did not answer in whole within"),
    Case(name="robots-silent", answer=response(), robots=silence, kind="timeout", message="did not answer in whole within"),
    # Redirects.
    Case(name="loop", answer=redirect("/feed"), kind="redirect", message="redirects in a circle", hint="write the address"),
    Case(name="loop-of-two", answer=by_path(redirect("/b"), b=redirect("/feed")), kind="redirect", message="redirects in a circle"),
    Case(name="loop-with-a-fragment", answer=redirect("/feed#again"), kind="redirect", message="redirects"),
    Case(name="chain", answer=long_chain, kind="redirect", message="redirects more than 10 times"),
    Case(name="no-location", answer=redirect(None), kind="redirect", message="without saying where to (302)"),
    Case(name="empty-location", answer=redirect(""), kind="redirect", message="without saying where to (302)"),
    Case(name="bad-location", answer=redirect("http://[half"), kind="redirect", message="no address"),
    Case(name="location-without-host", answer=redirect("https:///feed"), kind="redirect", message="no address"),
    Case(name="to-a-file", answer=redirect("file:///etc/passwd"), kind="blocked_address", message="not http: file:"),
    Case(name="to-javascript", answer=redirect("javascript:alert(1)"), kind="blocked_address", message="not http: javascript:"),
    Case(name="to-data", answer=redirect("data:text/xml,<rss/>"), kind="blocked_address", message="not http: data:"),
    # Statuses.
    Case(name="status-204", answer=response(b"", status="204 No Content"), kind="http_status", message="nothing there (204)"),
    Case(name="status-206", answer=response(FEED[:90], status="206 Partial Content", fields=["Content-Range: bytes 0-89/200"]), kind="http_status", message="a part of the page"),
    Case(name="status-300", answer=response(status="300 Multiple Choices"), kind="http_status", message="300 Multiple Choices"),
    Case(name="status-304-unasked", answer=b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n", kind="http_status", message="nothing was known of it (304)"),
    Case(name="status-401", answer=response(b"", status="401 Unauthorized"), kind="http_status", message="401 Unauthorized", hint="password"),
    Case(name="status-403", answer=response(b"no", status="403 Forbidden"), kind="http_status", message="403 Forbidden", hint="refuses programs"),
    Case(name="status-404", answer=response(status="404 Not Found"), kind="http_status", message="404 Not Found", hint="where the news is now"),
    Case(name="status-410", answer=response(b"", status="410 Gone"), kind="http_status", message="410 Gone", hint="not asked any more"),
    Case(name="status-429", answer=response(b"", status="429 Too Many Requests"), kind="http_status", message="429 Too Many Requests", hint="fewer requests"),
    Case(name="status-429-date", answer=response(b"", status="429 Slow Down", fields=["Retry-After: Fri, 31 Dec 2100 23:59:59 GMT"]), kind="http_status", message="429"),
    Case(name="status-451", answer=response(b"", status="451 Unavailable For Legal Reasons"), kind="http_status", message="451", hint="legal reasons"),
    Case(name="status-500", answer=response(b"", status="500 Internal Server Error"), kind="http_status", message="500 Internal Server Error", hint="fault of its own"),
    Case(name="status-502", answer=response(b"", status="502 Bad Gateway"), kind="http_status", message="502 Bad Gateway"),
    Case(name="status-503-later", answer=response(b"", status="503 Busy", fields=["Retry-After: 999"]), kind="http_status", message="503 Service Unavailable"),
    Case(name="status-599", answer=response(b"", status="599 Odd"), kind="http_status", message="the unknown status 599"),
    Case(name="status-999", answer=response(b"", status="999 Request denied"), kind="http_status", message="the unknown status 999"),
    Case(name="challenge", answer=response(b"<title>Just a moment...</title>", status="403 Forbidden", fields=["cf-mitigated: challenge"]), kind="http_status", message="proof of being human", hint="Ask its owner"),
    Case(name="challenge-503", answer=response(b"<script src=/cdn-cgi/challenge-platform/x.js>", status="503 Wait"), kind="http_status", message="proof of being human"),
    Case(name="challenge-as-success", answer=response(b'<iframe src="/_Incapsula_Resource?x">'), kind="http_status", message="proof of being human"),
    # robots.txt.
    Case(name="robots-denied", answer=response(), robots=response(b"User-agent: *\nDisallow: /\n"), kind="robots", message="asks programs not to fetch /feed", hint="Ask the site's owner"),
    Case(name="robots-denied-by-name", answer=response(), robots=response(b"User-agent: samflode\nDisallow: /fe\n"), kind="robots", message="not to fetch"),
    Case(name="robots-broken", answer=response(), robots=response(b"", status="500 Oops"), kind="robots", message="answers with status 500", hint="asked again"),
    Case(name="robots-too-many", answer=response(), robots=response(b"", status="429 Slow Down"), kind="robots", message="answers with status 429"),
    Case(name="robots-reset", answer=response(), robots=reset, kind="connect", message="broke off"),
    # Bodies.
    Case(name="page", answer=response(b"<html><body>Hej</body></html>"), kind="not_a_feed"),
    Case(name="empty", answer=response(b""), kind="not_a_feed"),
    Case(name="blanks", answer=response(b" \n" * 5000), kind="not_a_feed"),
    Case(name="picture", answer=response(b"\x89PNG\r\n\x1a\n" + bytes(2000)), kind="not_a_feed"),
    Case(name="json", answer=response(b'{"hej": [1, 2, 3]}'), kind="not_a_feed"),
]  # fmt: skip

CASES = [*GOOD, *WRONG]


class Hostile:
    """The cases, each at an address of its own; counts what it is asked, and how much at once."""

    def __init__(self, cases):
        self.requests = []
        self.under_way = self.most = 0
        self.port = 0
        self._asked = Counter()
        self._made = {case.answer: case.answer() for case in cases if _is_made_late(case.answer)}
        self._hosts = {f"127.0.{1 + n // 250}.{1 + n % 250}": case for n, case in enumerate(cases)}

    def url(self, case, path=None):
        (host,) = (host for host, each in self._hosts.items() if each is case)
        return f"{case.scheme}://{host}:{self.port}{case.path if path is None else path}"

    @property
    def hosts(self):
        """All but those that speak TLS."""
        return [host for host, case in self._hosts.items() if case.name != "self-signed"]

    @property
    def tls_hosts(self):
        return [host for host, case in self._hosts.items() if case.name == "self-signed"]

    def asked_here(self, head):
        return self._asked[_host(head)]

    async def sleep(self, seconds):
        await asyncio.sleep(seconds)

    async def connected(self, reader, writer):
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                case = self._hosts[writer.get_extra_info("sockname")[0]]
                if case.name == "no-tls":
                    writer.write(case.answer)
                    return
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                self.requests.append(head)
                path = head.split()[1]
                if path == "/robots.txt":
                    await self.give(case.robots or response(b"", status="404 Not Found"), path, head, writer)
                else:
                    self._asked[_host(head)] += 1
                    await self.give(case.answer, path, head, writer)
                await writer.drain()
        finally:
            self.under_way -= 1
            writer.close()

    async def give(self, answer, path, head, writer):
        if isinstance(answer, bytes):
            writer.write(answer)
        elif inspect.iscoroutinefunction(answer):
            await answer(self, path, head, writer)
        else:
            # What takes long to make is made before anything is asked.
            writer.write(self._made[answer])


def _is_made_late(answer):
    return not isinstance(answer, bytes) and not inspect.iscoroutinefunction(answer)


def _host(head):
    (line,) = (line for line in head.splitlines() if line.lower().startswith("host:"))
    return line.partition(":")[2].strip().partition(":")[0]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


#: Runs the program and leaves its peak memory, in MB, in a file.
PROGRAM = """
import sys
from pathlib import Path
from benchmarks.memory import peak
from pipeline.cli import main
code = main(["run", "--json", "--quiet", "--no-publish"])
Path("peak").write_text(str(peak()))
sys.exit(code)
"""
SETTINGS = """
archive: {title: Hostile, url: https://nyheter.example.se/, language: sv, timezone: Europe/Stockholm}
fetch: {allow_private_addresses: true, delay: 0s, timeout: %ds, retries: 1, max_bytes: 10MB}
sources:
"""


def sources_yaml(served, cases=CASES, *, timeout=3):
    """A file of sources with all of the cases."""
    lines = [f"  - {{id: {case.name}, url: '{served.url(case)}'}}\n" for case in cases]
    return SETTINGS % timeout + "".join(lines)


def ends_as_it_must(case, report):
    """Whether a source of the run report ended as its case must."""
    error = report["error"] or {"kind": None, "message": "", "hint": ""}
    return (
        (case.kind, case.entries) == (error["kind"], report["entries"])
        and case.message in error["message"]
        and case.hint in error["hint"]
    )


@contextmanager
def hostile(cases=CASES):
    """The server, in a thread, for as long as the context is open."""
    served = Hostile(cases)
    served.port = free_port()
    started, loop, servers = threading.Event(), asyncio.new_event_loop(), []

    async def serve():
        trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        trust.load_cert_chain(CERTIFICATE)
        servers.append(await asyncio.start_server(served.connected, served.hosts, served.port))
        if served.tls_hosts:
            servers.append(await asyncio.start_server(served.connected, served.tls_hosts, served.port, ssl=trust))
        started.set()

    def work():
        asyncio.set_event_loop(loop)
        loop.set_exception_handler(lambda *_: None)
        task = loop.create_task(serve())
        loop.run_forever()
        del task
        for server in servers:
            server.close()
        pending = asyncio.all_tasks(loop)
        for each in pending:
            each.cancel()
        loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert started.wait(30)
    try:
        yield served
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
