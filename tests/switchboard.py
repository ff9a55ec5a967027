"""A server that takes messages and pings, and serves one feed."""

from __future__ import annotations

import http.server
import json
import threading

from tests.builders import NOW

FEED = """<rss version="2.0"><channel><title>Adda</title><item><title>{title}</title><link>https://adda.example.se/{number}</link>
<pubDate>{date:%a, %d %b %Y %H:%M:%S} +0000</pubDate><description>{title} och inget annat i dag heller.</description></item></channel></rss>"""


class Switchboard(http.server.ThreadingHTTPServer):
    """Takes what is sent to it, and answers with `status`; serves `feed` at /feed."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.taken: list[tuple[str, dict]] = []
        self.pings: list[str] = []
        self.pinged = threading.Event()
        self.status, self.feed = 200, FEED.format(title="Ingenting", number=0, date=NOW)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def messages(self) -> list[str]:
        """The titles of what was taken since the last time."""
        taken, self.taken = self.taken, []
        return [body["title"] for _, body in taken]


class Answer(http.server.BaseHTTPRequestHandler):
    server: Switchboard

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.status == 200:
            self.server.taken.append((self.path, body))
        self._answer(self.server.status, b"{}")

    def do_GET(self) -> None:
        if self.path == "/feed":
            self._answer(200, self.server.feed.encode())
            return
        self.server.pings.append(self.path)
        self.server.pinged.set()
        self._answer(self.server.status, b"OK")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass
