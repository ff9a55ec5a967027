"""A loopback web that changes from run to run, for tests of what is kept of it."""

from __future__ import annotations

import gzip
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """What an address answers: with an ETag it says 304 to whoever has it already."""

    body: bytes = b""
    status: int = 200
    fields: dict[str, str] = field(default_factory=dict)
    etag: str | None = None


class Web:
    """The answers by path, query included, and what was asked."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def statuses(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextmanager
def changing_web():
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            web.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            answer = web.answers.get(self.path, Answer(status=404, body=b"nothing here"))
            if answer.status == 0:
                self.close_connection = True
                return
            fields = dict(answer.fields)
            if answer.etag:
                fields["ETag"] = answer.etag
                if self.headers.get("If-None-Match") == answer.etag:
                    self.send_response(304)
                    for name, value in fields.items():
                        self.send_header(name, value)
                    self.end_headers()
                    return
            body = gzip.compress(answer.body) if fields.get("Content-Encoding") == "gzip" else answer.body
            self.send_response(answer.status)
            for name, value in fields.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    web = Web(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
