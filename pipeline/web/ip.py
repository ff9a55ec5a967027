"""Which IP addresses belong to the public web (RFC 6890, the IANA special-purpose registries)."""

from __future__ import annotations

import ipaddress
import socket

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def literal(host: str) -> Address | None:
    """The IP address that a host *is*, in whatever spelling a connection would accept; None for a name.

    Decimal, octal, hexadecimal and shortened IPv4 are read as the C library reads them (inet_aton), an IPv6 address may stand in
    brackets and carry a zone.

    >>> literal("2130706433"), literal("0177.1"), literal("[::1]"), literal("adda.se")
    (IPv4Address('127.0.0.1'), IPv4Address('127.0.0.1'), IPv6Address('::1'), None)
    """
    name = host.strip("[]").rstrip(".").partition("%")[0]
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        pass
    if not name or not all(character in "0123456789abcdefxABCDEFX." for character in name):
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(name))
    except OSError:
        return None


def is_public(address: Address) -> bool:
    """Whether an address can be a site's on the public web: not loopback, private, link-local, multicast, reserved or unspecified.

    An IPv6 address that carries an IPv4 one (mapped, 6to4, Teredo, NAT64) is judged by that.
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(inner)
        if address not in _GLOBAL_UNICAST:
            return False
    if any(address in network for network in _FURTHER if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


#: RFC 6052, section 2.1.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
#: All that IANA has given out of IPv6 for the public internet; what lies outside is special, or nobody's.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
#: Special-purpose networks that the standard library of some versions takes for public: benchmarking (RFC 2544), the relays of
#: 6to4 (RFC 7526), documentation (RFC 9637).
_FURTHER = tuple(ipaddress.ip_network(each) for each in ("198.18.0.0/15", "192.88.99.0/24", "3fff::/20"))
