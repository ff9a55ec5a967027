"""Serves made feeds from memory as cheaply as Python can, with ETag and 304, on 127.0.0.1.

    server.py FEEDS

Says its port on the first line. GET /N.xml is feed N, PUT /version/K goes on to version K, GET /stats counts since the last PUT.
Ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys

from feeds import Feed

KINDS = {"json": "application/feed+json", "atom": "application/atom+xml", "rdf": "application/rdf+xml"}


class Site:
    """All feeds, rendered, at one version; and how often they were asked for."""

    def __init__(self, feeds: int) -> None:
        self._versions = [
            {f"/{n}.xml": self._answers(feed, version) for n, feed in enumerate(map(Feed, range(feeds)))}
            for version in (1, 2)
        ]
        self.version = 1
        self.counts = {"requests": 0, "unchanged": 0, "bytes": 0}

    @staticmethod
    def _answers(feed: Feed, version: int) -> tuple[bytes, bytes, bytes]:
        """The whole response, the one that says that nothing has changed, and the ETag between them."""
        body = feed.version(version)
        tag = f'"{hashlib.md5(body).hexdigest()[:16]}"'
        kind = KINDS.get(feed.form, "application/rss+xml")
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nETag: {tag}\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body, f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode(), tag.encode()

    def answer(self, method: str, path: str, fields: bytes) -> bytes:
        """The response to one request."""
        if method == "PUT":
            self.version = int(path.rpartition("/")[2])
            self.counts = dict.fromkeys(self.counts, 0)
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        if path == "/stats":
            body = json.dumps(self.counts).encode()
            return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        if (known := self._versions[self.version - 1].get(path)) is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        whole, unchanged, tag = known
        self.counts["requests"] += 1
        if tag in fields:
            self.counts["unchanged"] += 1
            return unchanged
        self.counts["bytes"] += len(whole)
        return whole


class Door(asyncio.Protocol):
    """One connection, kept alive; requests have no bodies."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head, self._read = self._read[:end], self._read[end + 4 :]
            line, _, fields = head.partition(b"\r\n")
            method, path, _ = line.decode("latin-1").split(" ", 2)
            self._transport.write(self._site.answer(method, path, fields))
            if b"connection: close" in fields.lower() or line.endswith(b"HTTP/1.0"):
                self._transport.close()


async def main() -> None:
    site = Site(int(sys.argv[1]))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Door(site), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
