"""What a fetcher is: anything that answers one request with one capture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pipeline.model.capture import Capture, Request


class Fetcher(Protocol):
    """Answers requests; the driver asks it, tests fake it."""

    async def fetch(self, request: Request) -> Capture:
        """The response of success, or 304, that a request ends in, redirects followed.

        Raises FetchError or DecodeError where there is none.
        """


class Exchange(Protocol):
    """One request and the response to just that, whatever its status: the web, or recordings of it."""

    async def exchange(self, request: Request, *, within: float) -> Capture:
        """The response, its content-coding undone. `within` is in seconds, for the whole of it.

        Raises FetchError or DecodeError where none came whole.
        """
