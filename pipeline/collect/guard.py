"""Refuses addresses that are not of the public web, by name, by number, and at the moment of connecting.

What is connected to is what was checked: `Guard.admit` looks at the very address that a socket is about to be connected to, so a
name that resolves to another address the second time (DNS rebinding) does not get through.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from pipeline.errors import BlockedAddress, DnsError
from pipeline.web.ip import is_public, literal
from pipeline.web.urls import host_of, readable_host

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.web.ip import Address

    #: What a name leads to; blocks; raises OSError or UnicodeError where it leads nowhere.
    Lookup = Callable[[str], list[Address]]

#: Names that mean this machine or this network (RFC 6761, RFC 6762, RFC 8375).
_LOCAL_NAMES = frozenset({"localhost", "local", "internal", "home.arpa", "localdomain"})
#: What a name leads to is taken for granted for so many seconds.
REMEMBERED = 60.0
#: A name that a proxy will resolve is looked up here for so many seconds, for what it is worth.
GLANCE = 2.0


def check(url: str) -> None:
    """Raises BlockedAddress where an address says by itself that it is not of the public web."""
    host = host_of(url)
    number = literal(host)
    if number is not None and not is_public(number):
        raise BlockedAddress(f"{host} is an address of this machine or of a private network", url=url)
    if number is None and any(f".{host}".endswith(f".{name}") for name in _LOCAL_NAMES):
        raise BlockedAddress(f"{host} is a name of this machine or of a private network", url=url)


def lookup(host: str) -> list[Address]:
    """The IP addresses of a name, as this machine finds them; blocks. Raises OSError or UnicodeError where there are none."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    numbers = (literal(str(where[0])) for *_, where in found)
    return list(dict.fromkeys(number for number in numbers if number is not None))


class Guard:
    """Resolves names and lets through what may be connected to."""

    def __init__(self, *, allow_private: bool, lookup: Lookup = lookup) -> None:
        self._allow_private = allow_private
        self._lookup = lookup
        self._remembered: dict[str, tuple[float, list[Address]]] = {}

    async def addresses(self, host: str) -> list[Address]:
        """Those addresses of a host that may be connected to, never none. Raises DnsError or BlockedAddress."""
        allowed = [each for each in await self._found(host) if self._allow_private or is_public(each)]
        if not allowed:
            raise BlockedAddress(f"{readable_host(host)} leads to an address of this machine or of a private network")
        return allowed

    async def glance(self, host: str) -> None:
        """Raises BlockedAddress where a name that somebody else will resolve leads, by all that is known here, to a private network."""
        if self._allow_private or literal(host) is not None:
            return
        with suppress(DnsError, TimeoutError):
            async with asyncio.timeout(GLANCE):
                await self.addresses(host)
            return
        self._remembered[host] = (time.monotonic(), [])

    def admit(self, address: str) -> None:
        """Raises BlockedAddress where a socket must not be connected to this IP address."""
        number = literal(address)
        if not self._allow_private and (number is None or not is_public(number)):
            raise BlockedAddress(f"{address} is an address of this machine or of a private network")

    async def _found(self, host: str) -> list[Address]:
        since, known = self._remembered.get(host, (0.0, None))
        if known is None or time.monotonic() - since > REMEMBERED:
            try:
                known = await _in_a_thread(self._lookup, host)
            except (OSError, UnicodeError) as error:
                raise DnsError(f"the name {readable_host(host)} leads nowhere") from error
            self._remembered[host] = (time.monotonic(), known)
        if not known:
            raise DnsError(f"the name {readable_host(host)} leads nowhere")
        return known


async def _in_a_thread(look: Lookup, host: str) -> list[Address]:
    """What `look` finds, in a thread of its own that nobody waits for at the end.

    The event loop's own threads are few, so that a handful of names whose servers are silent would hold up all others; and
    they are waited for before the program may end.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[Address]] = loop.create_future()

    def settle(addresses: list[Address] | None, error: BaseException | None) -> None:
        if found.done():
            return
        if error is not None:
            found.set_exception(error)
        else:
            found.set_result(addresses or [])

    def work() -> None:
        addresses, error = None, None
        try:
            addresses = look(host)
        except (OSError, UnicodeError) as problem:
            error = problem
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, addresses, error)

    threading.Thread(target=work, name=f"lookup {host}", daemon=True).start()
    return await found
