"""A loopback server that misbehaves in every way that was asked of it: the path says which."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from contextlib import asynccontextmanager, suppress

FEED = (
    b'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>t</title>'
    b"<item><title>Nyhet</title><link>https://a.example.se/1</link></item></channel></rss>"
)
ROBOTS_DENY = b"User-agent: *\nDisallow: /robots-denied\nCrawl-delay: 0\n"


def response(body=FEED, *, status="200 OK", length=None, fields=()):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    lines += ["Content-Type: application/rss+xml", "Connection: close", *fields]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body


def bomb(megabytes=40):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()


def brotli_bomb():
    import brotli

    return brotli.compress(bytes(40_000_000), quality=5)


def zstd_bomb():
    import zstandard

    return zstandard.ZstdCompressor(level=3).compress(bytes(40_000_000))


def coded(body, coding):
    return response(body, fields=[f"Content-Encoding: {coding}"])


def redirect(where, status="302 Found"):
    return response(b"", status=status, fields=[f"Location: {where}"] if where is not None else [])


ANSWERS = {
    "/ok": lambda: response(),
    "/gzip": lambda: coded(gzip.compress(FEED), "gzip"),
    "/two-members": lambda: coded(gzip.compress(FEED[:50]) + gzip.compress(FEED[50:]), "gzip"),
    "/deflate": lambda: coded(zlib.compress(FEED), "deflate"),
    "/deflate-raw": lambda: coded(_raw(FEED), "deflate"),
    "/nested": lambda: coded(gzip.compress(gzip.compress(FEED)), "gzip, gzip"),
    "/etag": lambda: response(fields=['ETag: W/"1"', "Last-Modified: Mon, 02 Mar 2026 08:00:00 GMT"]),
    "/chunked": lambda: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(FEED), FEED),
    "/utf8-location": lambda: redirect("/nyhet-å"),
    "/nyhet-%C3%A5": lambda: response(),
    "/moved": lambda: redirect("/ok", "301 Moved Permanently"),
    "/too-short": lambda: response(length=len(FEED) + 100),
    "/broken-chunk": lambda: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
    "/cut-chunk": lambda: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s" % (len(FEED), FEED[:20]),
    "/not-http": lambda: b"SSH-2.0-OpenSSH_9.2\r\n",
    "/empty-reply": lambda: b"",
    "/broken-gzip": lambda: coded(b"this is no gzip", "gzip"),
    "/cut-gzip": lambda: coded(gzip.compress(FEED)[:-12], "gzip"),
    "/unknown-coding": lambda: coded(FEED, "rot13"),
    "/too-many-codings": lambda: coded(FEED, "gzip, gzip, gzip, gzip"),
    "/bomb": lambda: coded(bomb(), "gzip"),
    "/nested-bomb": lambda: coded(gzip.compress(bomb()), "gzip, gzip"),
    "/brotli-bomb": lambda: coded(brotli_bomb(), "br"),
    "/zstd-bomb": lambda: coded(zstd_bomb(), "zstd"),
    "/huge": lambda: response(b"x" * 2_000_000),
    "/huge-header": lambda: response(fields=[f"X: {'y' * 100_000}"]),
    "/many-headers": lambda: response(fields=[f"X-{n}: y" for n in range(1000)]),
    "/loop": lambda: redirect("/loop"),
    "/loop-of-two": lambda: redirect("/loop-of-two-b"),
    "/loop-of-two-b": lambda: redirect("/loop-of-two"),
    "/no-location": lambda: redirect(None),
    "/bad-location": lambda: redirect("http://[half"),
    "/to-file": lambda: redirect("file:///etc/passwd"),
    "/to-javascript": lambda: redirect("javascript:alert(1)"),
    "/204": lambda: response(b"", status="204 No Content"),
    "/401": lambda: response(b"", status="401 Unauthorized"),
    "/403": lambda: response(b"no", status="403 Forbidden"),
    "/404": lambda: response(b"gone fishing", status="404 Not Found"),
    "/410": lambda: response(b"", status="410 Gone"),
    "/429": lambda: response(b"", status="429 Too Many Requests", fields=["Retry-After: 3600"]),
    "/429-date": lambda: response(
        b"", status="429 Too Many Requests", fields=["Retry-After: Fri, 31 Dec 2100 23:59:59 GMT"]
    ),
    "/451": lambda: response(b"", status="451 Unavailable For Legal Reasons"),
    "/500": lambda: response(b"", status="500 Internal Server Error"),
    "/503-later": lambda: response(b"", status="503 Service Unavailable", fields=["Retry-After: 999"]),
    "/599": lambda: response(b"", status="599 Odd"),
    "/challenge": lambda: response(
        b"<title>Just a moment...</title>", status="403 Forbidden", fields=["cf-mitigated: challenge"]
    ),
    "/html": lambda: response(b"<html><body>Hej</body></html>"),
    "/empty": lambda: response(b""),
    "/robots.txt": lambda: response(ROBOTS_DENY),
    "/robots-denied": lambda: response(),
}  # fmt: skip


def _raw(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


class Hostile:
    """Counts what it is asked, and how much at once."""

    def __init__(self):
        self.requests = []
        self.under_way = self.most = 0
        self.port = 0

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    async def answer(self, reader, writer):
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = head.split()[1]
                self.requests.append(head)
                await self._answer(path, head, writer)
        finally:
            self.under_way -= 1
            writer.close()

    async def _answer(self, path, head, writer):
        if path.startswith("/chain-"):
            number = int(path.removeprefix("/chain-"))
            writer.write(redirect(f"/chain-{number + 1}") if number < 40 else response())
        elif path == "/etag" and 'If-None-Match: W/"1"' in head.title().replace("If-None-Match: W", "If-None-Match: W"):
            writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: W/"1"\r\nConnection: close\r\n\r\n')
        elif path == "/reset":
            writer.transport.abort()
        elif path == "/silent":
            await asyncio.sleep(30)
        elif path == "/slow-headers":
            for byte in response():
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.05)
        elif path == "/slow-body":
            whole = response()
            writer.write(whole[: -len(FEED)])
            for byte in FEED:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.05)
        elif path == "/endless":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()
        elif path == "/flaky" and sum("GET /flaky " in each for each in self.requests) < 2:
            writer.transport.abort()
        elif path == "/flaky":
            writer.write(response())
        else:
            writer.write(ANSWERS[path]())
        with suppress(ConnectionError):
            await writer.drain()


@asynccontextmanager
async def hostile():
    """The server, for as long as the context is open."""
    served = Hostile()
    server = await asyncio.start_server(served.answer, "127.0.0.1", 0)
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.close()
        # What is asleep in an answer would hold up the end.
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
