"""`samflode serve`: the publication in a browser on this machine."""

from __future__ import annotations

import functools
import http.server
from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import DEFAULT_STORE, Options, common
from pipeline.errors import UsageError

ADDRESS = "127.0.0.1"


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, with the media types of feeds."""

    extensions_map = {  # noqa: RUF012  # the base class has it so
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".html": "text/html; charset=utf-8",
        ".atom": "application/atom+xml; charset=utf-8",
        ".rss": "application/rss+xml; charset=utf-8",
        ".json": "application/json; charset=utf-8",
        ".opml": "text/x-opml; charset=utf-8",
        ".ndjson": "application/x-ndjson; charset=utf-8",
        ".parquet": "application/vnd.apache.parquet",
        ".sqlite": "application/vnd.sqlite3",
    }

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class's name
        """Say nothing of single requests."""


@click.command(epilog="Example: samflode serve --port 8000")
@click.option("--port", type=click.IntRange(0, 65_535), default=8000, show_default=True, help="0 takes any free one.")
@common
def serve(options: Options, *, port: int) -> int:
    """Show the publication in a browser on this machine.

    On 127.0.0.1, until interrupted; for looking at it, not for the public.
    """
    store = options.said_store()
    folder = Path(DEFAULT_STORE if "://" in store else store) / "public"
    if not (folder / "index.html").is_file():
        raise UsageError(f"{folder} holds no publication yet", hint="Collect first, with `samflode run`.")
    with _server(folder, port) as server:
        click.echo(f"http://{ADDRESS}:{server.server_address[1]}/  (stop with Ctrl-C)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


def _server(folder: Path, port: int) -> http.server.ThreadingHTTPServer:
    try:
        return http.server.ThreadingHTTPServer((ADDRESS, port), functools.partial(Handler, directory=str(folder)))
    except OSError as error:
        raise UsageError(
            f"port {port} can't be used: {error.strerror}",
            hint="Choose another one with --port, or 0 for any free one.",
        ) from error
