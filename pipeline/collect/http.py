"""The web itself, over httpx; the only door to it."""

from __future__ import annotations

import ssl
import urllib.request
from contextlib import AsyncExitStack, aclosing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

import httpcore
import httpx  # noqa: TID251

from pipeline.collect import guard
from pipeline.collect.decoding import Decoding
from pipeline.errors import ConnectError, FetchError, FetchTimeout, RedirectError, TlsError, TooLarge
from pipeline.model.capture import Capture, Headers, Purpose
from pipeline.web.urls import host_of, readable_host

if TYPE_CHECKING:
    from types import TracebackType

    from pipeline.model.capture import Request
    from pipeline.model.config import FetchPolicy

#: Bytes that are read from a connection at once.
CHUNK = 65_536
_ACCEPT = {
    Purpose.SOURCE: "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/html;q=0.8, application/json;q=0.8, */*;q=0.5",
    Purpose.ROBOTS: "text/plain, */*;q=0.5",
}
_ACCEPT_PAGE = "text/html, application/xhtml+xml, application/json;q=0.9, */*;q=0.5"

#: What httpx raises and what it means to a source; the first class that fits counts. A test proves that none is left out.
TRANSLATIONS: tuple[tuple[type[Exception], type[FetchError], str], ...] = (
    (httpx.TimeoutException, FetchTimeout, "did not answer in time"),
    (httpx.ConnectError, ConnectError, "could not be connected to"),
    (httpx.ProxyError, ConnectError, "could not be reached through the proxy"),
    (httpx.UnsupportedProtocol, RedirectError, "has an address that is not http"),
    (httpx.RemoteProtocolError, ConnectError, "broke off, or sent something that is not HTTP"),
    (httpx.TooManyRedirects, RedirectError, "redirects too often"),
    (httpx.InvalidURL, RedirectError, "has an address that can't be used"),
    (httpx.CookieConflict, ConnectError, "sent cookies that contradict one another"),
    (httpx.StreamError, ConnectError, "broke off"),
    (httpx.HTTPError, ConnectError, "broke off"),
)


class HttpExchange:
    """One request and its response on the web, within the limits of a policy."""

    def __init__(self, policy: FetchPolicy, *, user_agent: str) -> None:
        self._policy = policy
        self._user_agent = user_agent
        self._transports: dict[str | None, httpx.AsyncHTTPTransport] = {}
        self._trust = ssl.create_default_context()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def exchange(self, request: Request, *, within: float) -> Capture:
        """The response, its content-coding undone. Raises FetchError or DecodeError where none came whole."""
        if not self._policy.allow_private_addresses:
            guard.check(request.url)
        try:
            transport = await self._transport(_proxy_for(request.url))
            return await self._read(transport, request, within)
        except FetchError as error:
            error.url = error.url or request.url
            raise
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, httpx.CookieConflict) as error:
            raise translated(error, request.url) from error

    async def _read(self, transport: httpx.AsyncHTTPTransport, request: Request, within: float) -> Capture:
        began = datetime.now(UTC)
        # Sent by the transport itself: httpx's client reads every Location, and trips over some.
        asked = httpx.Request(
            "GET",
            request.url,
            headers=[
                ("User-Agent", self._user_agent),
                ("Accept", _ACCEPT.get(request.purpose, _ACCEPT_PAGE)),
                ("Accept-Encoding", "gzip, deflate, br, zstd"),
                *request.headers,
            ],
            extensions={"timeout": httpx.Timeout(within).as_dict()},
        )
        response = await transport.handle_async_request(asked)
        async with aclosing(response):
            fields = Headers(response.headers.multi_items())
            self._check(sum(len(name) + len(value) for name, value in fields), request.url)
            decoding = Decoding(fields.get("Content-Encoding"), url=request.url)
            body = bytearray()
            if response.status_code != 304:
                async for chunk in response.aiter_raw(CHUNK):
                    for piece in decoding.feed(chunk):
                        body += piece
                        self._check(len(body), request.url)
                decoding.finish()
            return Capture(
                request=request,
                url=request.url,
                status=response.status_code,
                headers=fields,
                body=bytes(body),
                fetched_at=datetime.now(UTC).replace(microsecond=0),
                elapsed=datetime.now(UTC) - began,
            )

    def _check(self, size: int, url: str) -> None:
        if size > self._policy.max_bytes:
            raise TooLarge(
                f"{readable_host(host_of(url))} sends more than {self._policy.max_bytes / 1_000_000:g} MB", url=url
            )

    async def _transport(self, proxy: str | None) -> httpx.AsyncHTTPTransport:
        """The connections through a proxy, or through none; made when they are first needed."""
        if proxy not in self._transports:
            most = self._policy.concurrency
            limits = httpx.Limits(max_connections=most, max_keepalive_connections=most)
            transport = httpx.AsyncHTTPTransport(proxy=proxy, limits=limits, verify=self._trust)
            if proxy is None:
                # A proxy resolves names itself; without one the guard stands where the connection is made.
                pool = transport._pool  # noqa: SLF001  # httpx has no parameter for it
                assert isinstance(pool, httpcore.AsyncConnectionPool)
                pool._network_backend = guard.GuardedBackend(  # noqa: SLF001
                    allow_private=self._policy.allow_private_addresses
                )
            self._transports[proxy] = await self._stack.enter_async_context(transport)
        return self._transports[proxy]


def translated(error: Exception, url: str) -> FetchError:
    """What an error of httpx means to a source."""
    name = readable_host(host_of(url))
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            reason = getattr(cause, "verify_message", "") or cause.reason or str(cause)
            return TlsError(f"the certificate or the encryption of {name} is not right: {reason}", url=url)
    for foreign, ours, what in TRANSLATIONS:
        if isinstance(error, foreign):
            detail = str(error).strip().rstrip(".")
            return ours(f"{name} {what}" + (f" ({detail})" if detail else ""), url=url)
    return ConnectError(f"{name} broke off", url=url)


def _causes(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain


def _proxy_for(url: str) -> str | None:
    """The proxy that the environment names for an address (HTTP_PROXY, HTTPS_PROXY, NO_PROXY); None: none."""
    proxies = urllib.request.getproxies_environment()
    if not proxies or urllib.request.proxy_bypass(host_of(url)):
        return None
    return proxies.get(url.partition(":")[0]) or proxies.get("all")
