"""Recordings in place of the web: a folder with a `routes.json` (the contract, section 7), or WARC files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.errors import UsageError
from pipeline.model.capture import Capture, Headers
from pipeline.web.urls import ascii_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.collect.fetcher import Exchange
    from pipeline.collect.replay import Session
    from pipeline.model.capture import Request
    from pipeline.model.config import Config

ROUTES = "routes.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Recordings, opened."""

    exchange: Exchange
    #: What is known of the run that was recorded; None: a folder with a routes.json, which has no times of its own.
    session: Session | None = None


def recorded(path: Path, config: Config) -> Recorded:
    """The recordings at `path`: a folder with a routes.json or with WARC files, or one WARC file.

    Raises UsageError where there are none, or they can't be read.
    """
    from pipeline.collect.replay import latest

    if path.is_dir() and (path / ROUTES).exists():
        return Recorded(exchange=ReplayExchange(path))
    _warcs(path)
    exchange, session = latest(path, secrets=config.secrets, max_bytes=config.fetch.max_bytes)
    return Recorded(exchange=exchange, session=session)


def recorded_runs(path: Path, config: Config) -> Iterator[Recorded]:
    """The runs that were recorded in WARC files at `path`, the oldest first, one file each. Raises UsageError where there are none."""
    from pipeline.collect.replay import runs

    for exchange, session in runs(_warcs(path), secrets=config.secrets, max_bytes=config.fetch.max_bytes):
        yield Recorded(exchange=exchange, session=session)


def _warcs(path: Path) -> list[Path]:
    from pipeline.collect.replay import warc_files

    try:
        files = warc_files(path)
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}", hint="Mend its permissions or its path.") from error
    if not files:
        what = f"there is no {ROUTES} and no WARC file in it" if path.is_dir() else "it is no .warc or .warc.gz file"
        raise UsageError(f"{path} holds no recordings: {what}", hint=_NONE)
    return files


_NONE = (
    "Name a folder with a routes.json, such as examples/partners, or one that `run --record DIR` or `captures:` wrote."
)


class ReplayExchange:
    """Answers from a folder of recordings. What is not listed is a 404."""

    def __init__(self, folder: Path) -> None:
        """Raises UsageError where `folder` holds no recordings, or its routes.json can't be read."""
        self._folder = folder
        self._routes = _routes(folder)

    async def exchange(self, request: Request, *, within: float) -> Capture:
        """The recorded response. Raises UsageError where the file that it is in is missing."""
        del within
        route = self._routes.get(_key(request.url))
        if route is None:
            return self._capture(request, HTTPStatus.NOT_FOUND, [], b"")
        fields = [(str(name), str(value)) for name, value in (route.get("headers") or {}).items()]
        if route.get("content_type"):
            fields.insert(0, ("Content-Type", str(route["content_type"])))
        return self._capture(request, int(route.get("status", 200)), fields, self._body(route, request.url))

    def _body(self, route: dict[str, Any], url: str) -> bytes:
        if "file" not in route:
            return b""
        path = (self._folder / str(route["file"])).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise UsageError(
                f"{self._folder / ROUTES}: the file of {url} lies outside the folder",
                hint="Write a path inside the folder of the recordings.",
            )
        try:
            return path.read_bytes()
        except OSError as error:
            raise UsageError(
                f"{self._folder / ROUTES}: the file of {url} can't be read: {path.name}: {error.strerror}",
                hint="Put the file there, or take the address out of routes.json.",
            ) from error

    @staticmethod
    def _capture(request: Request, status: int, fields: list[tuple[str, str]], body: bytes) -> Capture:
        return Capture(
            request=request,
            url=request.url,
            status=status,
            headers=Headers(fields),
            body=body,
            fetched_at=datetime.now(UTC).replace(microsecond=0),
            elapsed=timedelta(0),
        )


def _routes(folder: Path) -> dict[str, dict[str, Any]]:
    path = folder / ROUTES
    if not path.is_file():
        raise UsageError(
            f"{folder} holds no recordings: there is no {ROUTES} in it",
            hint=_NONE,
        )
    try:
        routes = orjson.loads(path.read_bytes())
        return {_key(address): dict(route) for address, route in routes.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{path} can't be read: {error}",
            hint='It has to be a JSON object from address to {"file": …, "status": 200, "content_type": …}.',
        ) from error


def _key(url: str) -> str:
    return ascii_url(url).partition("#")[0]
