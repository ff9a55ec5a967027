"""Refuses addresses that are not of the public web, by name, by number, and at the moment of connecting.

The check of a name's addresses and the connection use one and the same resolution: a name that resolves to another address the
second time (DNS rebinding) does not get through, for there is no second time.
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpcore

from pipeline.errors import BlockedAddress, DnsError
from pipeline.web.ip import is_public, literal
from pipeline.web.urls import readable_host

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.web.ip import Address

#: Names that mean this machine or this network (RFC 6761, RFC 6762, RFC 8375).
_LOCAL_NAMES = frozenset({"localhost", "local", "internal", "home.arpa", "localdomain"})


def check(url: str) -> None:
    """Raises BlockedAddress where an address says by itself that it is not of the public web."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").lower()
    number = literal(host)
    if number is not None and not is_public(number):
        raise BlockedAddress(f"{host} is an address of this machine or of a private network", url=url)
    if number is None and host.rpartition(".")[2] in _LOCAL_NAMES:
        raise BlockedAddress(f"{host} is a name of this machine or of a private network", url=url)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects only to public addresses: resolves a name once, checks what comes, and connects to that."""

    def __init__(self, *, allow_private: bool) -> None:
        self._inner = httpcore.AnyIOBackend()
        self._allow_private = allow_private

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to one of the host's addresses. Raises DnsError, BlockedAddress, httpcore.ConnectError."""
        addresses = await self._resolved(host, port)
        failure: Exception | None = None
        for address in addresses:
            try:
                return await self._inner.connect_tcp(
                    str(address), port, timeout=timeout, local_address=local_address, socket_options=socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        assert failure is not None
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's signature
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raises BlockedAddress: the web has no such sockets."""
        del timeout, socket_options
        raise BlockedAddress(f"{path} is not on the web")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    async def _resolved(self, host: str, port: int) -> list[Address]:
        name = readable_host(host)
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise DnsError(f"the name {name} leads nowhere") from error
        addresses = [number for *_, where in found if (number := literal(str(where[0]))) is not None]
        allowed = [each for each in dict.fromkeys(addresses) if self._allow_private or is_public(each)]
        if not allowed:
            raise BlockedAddress(f"{name} leads to an address of this machine or of a private network")
        return allowed
