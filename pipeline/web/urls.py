"""Addresses as browsers read them (RFC 3986, WHATWG URL): resolving, and the one ASCII spelling that goes over the wire."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import idna

DEFAULT_PORTS = {"http": 80, "https": 443}
#: What may stand unescaped in a path or query, beside letters and digits (RFC 3986, sections 3.3 and 3.4); "%" keeps what is escaped.
_PATH_SAFE = "/:@!$&'()*+,;=-._~%"
_QUERY_SAFE = _PATH_SAFE + "?"
#: Stripped by browsers from inside an address (WHATWG URL, section 4.4).
_REMOVED = str.maketrans("", "", "\t\n\r")
#: An absolute address that is spelled as it goes over the wire already.
_ASCII = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]*[a-z0-9])+(?:/[A-Za-z0-9_~.-]*)+(?:\?[A-Za-z0-9_~.=&-]+)?")
_EDGES = "".join(map(chr, range(0x21))) + "\u00a0\u200b\ufeff"


def absolute(link: str, base: str) -> str | None:
    """The http(s) address that `link` means on a page at `base`, in its ASCII spelling; None where it is no such address.

    >>> absolute("../nyheter/ö?q=å#topp", "https://hållbar.se/a/b/")
    'https://xn--hllbar-iua.se/a/nyheter/%C3%B6?q=%C3%A5#topp'
    >>> absolute("mailto:a@b.se", "https://b.se/") is None
    True
    """
    if _ASCII.fullmatch(link):
        return link
    cleaned = link.strip(_EDGES).translate(_REMOVED)
    if not cleaned:
        return None
    try:
        return ascii_url(urljoin(base, cleaned))
    except ValueError:
        return None


def ascii_url(url: str) -> str:
    """The address as it goes over the wire: scheme and host in lower case, IDN as A-labels (RFC 5891), the rest percent-encoded UTF-8.

    Raises ValueError where it is no http(s) address with a host.
    """
    if _ASCII.fullmatch(url):
        return url
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS:
        raise ValueError(f"not an http address: {url}")
    name = ascii_host(parts.hostname or "")
    port = parts.port
    if ":" in name:
        name = f"[{name}]"
    if port is not None and port != DEFAULT_PORTS[scheme]:
        name = f"{name}:{port}"
    if parts.username is not None:
        password = "" if parts.password is None else f":{parts.password}"
        name = f"{quote(parts.username, safe='%')}{quote(password, safe=':%')}@{name}"
    path = _escape(parts.path or "/", _PATH_SAFE)
    return urlunsplit(
        (scheme, name, path, _escape(parts.query, _QUERY_SAFE), _escape(parts.fragment, _QUERY_SAFE)),
    )


def ascii_host(name: str) -> str:
    """A host name in lower case with A-labels, without a final dot (UTS 46, non-transitional).

    Raises ValueError where it is no host name. An address in digits is left as it is.
    """
    name = name.strip().rstrip(".").lower()
    if not name:
        raise ValueError("no host")
    if ":" in name:
        return name
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True, transitional=False).decode("ascii")
        except idna.IDNAError as error:
            raise ValueError(f"not a host name: {name}") from error
    if any(character in " #%/<>?@[\\]^|" or not character.isprintable() for character in name):
        raise ValueError(f"not a host name: {name}")
    return name


def host_of(url: str) -> str:
    """The host of an address, as `ascii_host` spells it; "" where there is none."""
    try:
        return ascii_host(urlsplit(url).hostname or "")
    except ValueError:
        return ""


def same_site(url: str, *others: str) -> bool:
    """Whether an address lies on the host of one of the others, with or without "www."."""
    return host_of(url).removeprefix("www.") in {host_of(other).removeprefix("www.") for other in others}


def readable_host(name: str) -> str:
    """A host name as people read it: U-labels where they are valid.

    >>> readable_host("xn--hllbarupphandling-8qb.se")
    'hållbarupphandling.se'
    """
    try:
        return idna.decode(name)
    except idna.IDNAError:
        return name


def fingerprint(url: str) -> str:
    """What an address is recognised by where it is better not written down: it may hold a password or a token."""
    return hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def speakable(url: str) -> str:
    """An address for messages: without a name and password, and without what stands in its query.

    >>> speakable("https://anna:hemlig@xn--hllbar-iua.se/flöde?nyckel=1#topp")
    'https://hållbar.se/flöde?…'
    """
    try:
        parts = urlsplit(url)
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        return "(no address)"
    return f"{parts.scheme}://{readable_host(parts.hostname or '')}{port}{parts.path}" + ("?…" if parts.query else "")


def readable(url: str) -> str:
    """An address with its host as people read it; one that is no address stays as it is.

    >>> readable("https://xn--hllbarupphandling-8qb.se/nyheter")
    'https://hållbarupphandling.se/nyheter'
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return url
    return parts._replace(netloc=parts.netloc.replace(host, readable_host(host))).geturl() if host else url


def _escape(part: str, safe: str) -> str:
    """`part` with everything percent-encoded that must be; a "%" that begins no escape becomes "%25"."""
    pieces = part.split("%")
    head, tail = pieces[0], pieces[1:]
    mended = head + "".join(
        ("%" if len(piece) >= 2 and all(digit in "0123456789abcdefABCDEF" for digit in piece[:2]) else "%25") + piece
        for piece in tail
    )
    return quote(mended, safe=safe)
