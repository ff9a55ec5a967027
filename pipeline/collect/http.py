"""The web itself, over aiohttp; the only door to it."""

from __future__ import annotations

import base64
import os
import socket
import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote, urlsplit, urlunsplit

import aiohttp  # noqa: TID251
import yarl
from aiohttp import abc, http_exceptions  # noqa: TID251

from pipeline.collect import guard, room
from pipeline.collect.decoding import Decoding
from pipeline.collect.proxies import proxy_for
from pipeline.errors import ConnectError, DnsError, FetchError, FetchTimeout, RedirectError, TlsError, TooLarge
from pipeline.model.capture import Capture, Headers, Purpose
from pipeline.web.ip import literal
from pipeline.web.urls import ascii_url, host_of, readable_host

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from pipeline.model.capture import Request
    from pipeline.model.config import FetchPolicy
    from pipeline.web.ip import Address

#: Bytes that are read from a connection at once.
CHUNK = 65_536
#: Of one header field, in bytes, and how many fields there may be: together less than the usual `max_bytes`.
LONGEST_FIELD = 32_768
MOST_FIELDS = 256
#: Of a robots.txt so many bytes are read, and the rest is left (RFC 9309, section 2.5).
LARGEST_ROBOTS = 512_000
_ACCEPT = {
    Purpose.SOURCE: "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/html;q=0.8, application/json;q=0.8, */*;q=0.5",
    Purpose.ROBOTS: "text/plain, */*;q=0.5",
}
_ACCEPT_PAGE = "text/html, application/xhtml+xml, application/json;q=0.9, */*;q=0.5"

#: What aiohttp raises and what it means to a source; the first class that fits counts. A test proves that none is left out.
TRANSLATIONS: tuple[tuple[type[Exception], type[FetchError], str], ...] = (
    (TimeoutError, FetchTimeout, "did not answer in time"),
    (aiohttp.ClientProxyConnectionError, ConnectError, "could not be reached: the proxy could not be connected to"),
    (aiohttp.ClientHttpProxyError, ConnectError, "could not be reached through the proxy"),
    (aiohttp.ClientSSLError, TlsError, "could not be connected to safely"),
    (aiohttp.ServerFingerprintMismatch, TlsError, "shows another certificate than expected"),
    (aiohttp.ClientConnectorDNSError, DnsError, "leads nowhere"),
    (aiohttp.ClientConnectorError, ConnectError, "could not be connected to"),
    (aiohttp.NonHttpUrlClientError, RedirectError, "has an address that is not http"),
    (aiohttp.InvalidURL, RedirectError, "has an address that can't be used"),
    (aiohttp.TooManyRedirects, RedirectError, "redirects too often"),
    (aiohttp.ClientPayloadError, ConnectError, "broke off within its answer"),
    (aiohttp.ServerDisconnectedError, ConnectError, "broke off before it answered"),
    (aiohttp.ClientResponseError, ConnectError, "sent something that is not HTTP"),
    (http_exceptions.HttpProcessingError, ConnectError, "sent something that is not HTTP"),
    (aiohttp.ClientError, ConnectError, "broke off"),
    (OSError, ConnectError, "broke off"),
)
#: What is translated; anything else is a mistake of ours.
FOREIGN = (aiohttp.ClientError, http_exceptions.HttpProcessingError, OSError)


class HttpExchange:
    """One request and its response on the web, within the limits of a policy."""

    def __init__(self, policy: FetchPolicy, *, user_agent: str, trust: ssl.SSLContext | None = None) -> None:
        """`trust` is what others made before; the certificates of all authorities take a while to read."""
        self._policy = policy
        self._user_agent = user_agent
        self._guard = guard.Guard(allow_private=policy.allow_private_addresses)
        #: For what a proxy connects to; the proxy itself may well be in the office.
        self._glancing = guard.Guard(allow_private=policy.allow_private_addresses)
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._trust = trust or ssl.create_default_context()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self._sessions.values():
            await session.close()

    async def exchange(self, request: Request, *, within: float) -> Capture:
        """The response, its content-coding undone. Raises FetchError or DecodeError where none came whole."""
        del within  # whoever asks holds the clock over it
        try:
            url, credentials = _wire(request.url)
            proxy = proxy_for(request.url)
            if not self._policy.allow_private_addresses:
                guard.check(request.url)
            if proxy is not None:
                await self._glancing.glance(host_of(request.url))
            began = datetime.now(UTC)
            async with self._session(proxied=proxy is not None).get(
                url,
                headers=[*self._fields(request), *credentials],
                allow_redirects=False,
                proxy=proxy,
            ) as response:
                fields, body = await self._read(response, request)
        except FetchError as error:
            error.url = error.url or request.url
            raise
        except FOREIGN as error:
            raise translated(error, request.url) from error
        ended = datetime.now(UTC)
        return Capture(
            request=request,
            url=request.url,
            status=response.status,
            headers=fields,
            body=body,
            fetched_at=ended.replace(microsecond=0),
            elapsed=ended - began,
        )

    def _fields(self, request: Request) -> list[tuple[str, str]]:
        return [
            ("User-Agent", self._user_agent),
            ("Accept", _ACCEPT.get(request.purpose, _ACCEPT_PAGE)),
            ("Accept-Encoding", "gzip, deflate, br, zstd"),
            *request.headers,
        ]

    async def _read(self, response: aiohttp.ClientResponse, request: Request) -> tuple[Headers, bytes]:
        fields = Headers((_text(name), _text(value)) for name, value in response.raw_headers)
        self._check(sum(len(name) + len(value) for name, value in fields), request.url)
        decoding = Decoding(fields.get("Content-Encoding"), url=request.url)
        body, place = bytearray(), room.place()
        if response.status == 304:
            return fields, b""
        try:
            async for chunk in response.content.iter_chunked(CHUNK):
                for piece in decoding.feed(chunk):
                    body += piece
                    if request.purpose is Purpose.ROBOTS and len(body) >= LARGEST_ROBOTS:
                        return fields, bytes(body[:LARGEST_ROBOTS])
                    self._check(len(body), request.url)
                if request.purpose is not Purpose.ROBOTS:
                    await place.grow(len(body))
            decoding.finish()
            return fields, bytes(body)
        finally:
            place.stop()
            # What is raised holds on to this frame, for as long as it is kept.
            body.clear()

    def _check(self, size: int, url: str) -> None:
        if size > self._policy.max_bytes:
            raise TooLarge(
                f"{readable_host(host_of(url))} sends more than {self._policy.max_bytes / 1_000_000:g} MB", url=url
            )

    def _session(self, *, proxied: bool) -> aiohttp.ClientSession:
        """The connections through proxies, or through none; made when they are first needed."""
        if proxied not in self._sessions:
            watch = guard.Guard(allow_private=True) if proxied else self._guard
            self._sessions[proxied] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    # How many at once is for Politeness to say.
                    limit=0,
                    ssl=self._trust,
                    resolver=_Resolver(watch),
                    use_dns_cache=False,
                    socket_factory=lambda where: _socket(where, watch),
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                timeout=aiohttp.ClientTimeout(sock_connect=None),
                max_line_size=LONGEST_FIELD,
                max_field_size=LONGEST_FIELD,
                max_headers=MOST_FIELDS,
            )
        return self._sessions[proxied]


class _Resolver(abc.AbstractResolver):
    """Names resolved by a guard."""

    def __init__(self, watch: guard.Guard) -> None:
        self._guard = watch

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[abc.ResolveResult]:
        """The addresses that may be connected to. Raises DnsError or BlockedAddress."""
        del family
        return [_resolved(host, port, address) for address in await self._guard.addresses(host)]

    async def close(self) -> None:
        """Nothing is held."""


def _resolved(host: str, port: int, address: Address) -> abc.ResolveResult:
    return abc.ResolveResult(
        hostname=host,
        host=str(address),
        port=port,
        family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
        proto=0,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )


def _socket(where: tuple[int, int, int, str, tuple[object, ...]], watch: guard.Guard) -> socket.socket:
    """A socket for an address that it may be connected to. Raises BlockedAddress for another."""
    family, kind, protocol, _, address = where
    watch.admit(str(address[0]))
    return socket.socket(family, kind, protocol)


def _wire(url: str) -> tuple[yarl.URL, list[tuple[str, str]]]:
    """An address as it goes over the wire, and the field that its name and password become (RFC 7617). Raises RedirectError."""
    try:
        parts = urlsplit(ascii_url(url))
        port = parts.port
    except ValueError as error:
        raise RedirectError(f"this is no address that can be asked: {url}", url=url) from error
    host = parts.hostname or ""
    number = literal(host)
    if number is not None:
        host = f"[{number}]" if number.version == 6 else str(number)
    fields = []
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        fields.append(("Authorization", f"Basic {base64.b64encode(pair).decode()}"))
    place = host if port is None else f"{host}:{port}"
    return yarl.URL(urlunsplit((parts.scheme, place, parts.path, parts.query, "")), encoded=True), fields


def _text(field: bytes) -> str:
    """A field's bytes as text: UTF-8 where they are that, or else Latin-1, as HTTP had it once (RFC 9110, section 5.5)."""
    try:
        return field.decode("utf-8")
    except UnicodeDecodeError:
        return field.decode("latin-1")


def translated(error: Exception, url: str) -> FetchError:
    """What an error of aiohttp means to a source."""
    name = readable_host(host_of(url))
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            reason = getattr(cause, "verify_message", "") or getattr(cause, "reason", "") or ""
            if isinstance(cause, aiohttp.ClientConnectorCertificateError):
                reason = getattr(cause.certificate_error, "verify_message", "")
            return TlsError(f"the certificate or the encryption of {name} is not right: {reason}", url=url)
        if isinstance(cause, http_exceptions.LineTooLong) or "Too many headers" in str(cause):
            return TooLarge(
                f"{name} sends header fields without end",
                url=url,
                hint="The site has a fault of its own: tell its owner, or take the source out of sources.yaml.",
            )
    for foreign, ours, what in TRANSLATIONS:
        if isinstance(error, foreign):
            detail = _detail(error)
            return ours(f"{name} {what}" + (f" ({detail})" if detail else ""), url=url)
    return ConnectError(f"{name} broke off", url=url)


def _detail(error: Exception) -> str:
    """What the system or a proxy said of it, in a few words; what aiohttp says is for programmers."""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"it answers with {error.status}"
    reason = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    number = getattr(reason, "errno", None)
    return os.strerror(number) if isinstance(number, int) and number > 0 else ""


def _causes(error: BaseException | None) -> Iterable[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain
