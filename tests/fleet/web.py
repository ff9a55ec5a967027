"""Many sites on one machine: each loopback address is a host, and it is measured how each of them is asked."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from html import escape


class Host:
    """How one host was asked."""

    def __init__(self) -> None:
        self.under_way = self.most = self.requests = 0
        #: Between the end of one request, or the beginning of the one before where they overlap, and the beginning of the next; seconds.
        self.shortest_pause = float("inf")
        self.free_since: float | None = None

    def begins(self) -> None:
        self.under_way += 1
        self.requests += 1
        self.most = max(self.most, self.under_way)
        if self.free_since is not None:
            self.shortest_pause = min(self.shortest_pause, time.monotonic() - self.free_since)

    def ends(self) -> None:
        self.under_way -= 1
        self.free_since = time.monotonic()


class Web:
    """Answers by path from a table that may be changed meanwhile; each after `delay` seconds."""

    def __init__(self, pages, *, delay=0.0):
        self.pages = pages
        self.delay = delay
        self.hosts: defaultdict[str, Host] = defaultdict(Host)
        self.asked: Counter[str] = Counter()
        self.port = 0
        self._awaited: list[tuple[threading.Event, object]] = []

    def reached(self, requests: int) -> threading.Event:
        """Is set when so many were asked, robots.txt among them."""
        return self._when(lambda: sum(self.asked.values()) >= requests)

    def reached_all(self, addresses) -> threading.Event:
        """Is set when all of these were asked for."""
        return self._when(lambda: addresses <= self.asked.keys())

    def _when(self, holds) -> threading.Event:
        event = threading.Event()
        self._awaited.append((event, holds))
        if holds():
            event.set()
        return event

    def answer(self, host: str, path: str, tags: bytes) -> bytes:
        self.asked[f"{host}{path}"] += 1
        for event, holds in self._awaited:
            if not event.is_set() and holds():
                event.set()
        body = self.pages.get(f"{host}{path}", self.pages.get(path))
        if body is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        if isinstance(body, str) and body.startswith("HTTP/"):
            return body.encode()
        content = body.encode() if isinstance(body, str) else body
        tag = b'"%d-%d"' % (len(content), hash(content) & 0xFFFFFFFF)
        if tag in tags:
            return b"HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n" % tag
        return (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: %s\r\nContent-Length: %d\r\n\r\n"
            % (tag, len(content))
            + content
        )

    @property
    def most(self) -> int:
        """The most requests that were under way at once to one host."""
        return max((each.most for each in self.hosts.values()), default=0)

    @property
    def shortest_pause(self) -> float:
        """The shortest pause between two requests to one host, in seconds."""
        return min((each.shortest_pause for each in self.hosts.values()), default=float("inf"))

    @contextmanager
    def served(self):
        """Serves on every loopback address."""
        loop = asyncio.new_event_loop()
        server = loop.run_until_complete(loop.create_server(lambda: Door(self), "0.0.0.0", 0))
        self.port = server.sockets[0].getsockname()[1]
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            server.close()
            loop.close()


class Door(asyncio.Protocol):
    """One connection, kept alive; requests have no bodies."""

    def __init__(self, web: Web) -> None:
        self._web, self._read, self._under_way = web, b"", 0

    def connection_made(self, transport):
        self._transport = transport
        self._name = transport.get_extra_info("sockname")[0]
        self._host = self._web.hosts[self._name]

    def data_received(self, data):
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head, self._read = self._read[:end], self._read[end + 4 :]
            path = head.split(b" ", 2)[1].decode("latin-1")
            self._host.begins()
            self._under_way += 1
            asyncio.get_running_loop().call_later(self._web.delay, self._answer, path, head)

    def _answer(self, path, head):
        if self._under_way:
            self._host.ends()
            self._under_way -= 1
            self._transport.write(self._web.answer(self._name, path, head))

    def connection_lost(self, error):
        for _ in range(self._under_way):
            self._host.ends()
        self._under_way = 0


def rss(name: str, entries) -> str:
    """A feed of (id, title, text, published) entries."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{key}</guid><title>{escape(title)}</title><link>https://news.example/{key}</link>"
        f"<description>{escape(text)}</description><pubDate>{at}</pubDate></item>"
        for key, title, text, at in entries
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{name}</title><link>https://{name}.example/</link><description/>{items}</channel></rss>"
