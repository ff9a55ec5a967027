"""Which proxy a request goes through: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, in either case, as curl reads them."""

from __future__ import annotations

import ipaddress
import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.errors import ConnectError
from pipeline.web.ip import literal
from pipeline.web.urls import DEFAULT_PORTS, host_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def proxy_for(url: str, environment: Mapping[str, str] | None = None) -> str | None:
    """The proxy that the environment names for an http(s) address; None: none.

    Raises ConnectError where it names one that can't be used. Under CGI (REQUEST_METHOD is set) an upper-case HTTP_PROXY
    is somebody's header and not believed (httpoxy, CVE-2016-5385).
    """
    variables = os.environ if environment is None else environment
    scheme = url.partition(":")[0].lower()
    for name in (f"{scheme}_proxy", f"{scheme.upper()}_PROXY", "all_proxy", "ALL_PROXY"):
        value = variables.get(name, "").strip()
        if value and not (name == "HTTP_PROXY" and "REQUEST_METHOD" in variables):
            break
    else:
        return None
    if _goes_by_itself(url, variables.get("no_proxy") or variables.get("NO_PROXY") or ""):
        return None
    proxy = value if "://" in value else f"http://{value}"
    if urlsplit(proxy).scheme.lower() not in DEFAULT_PORTS or not host_of(proxy):
        raise ConnectError(
            f"the proxy that {name} names can't be used: it has to be http://HOST:PORT",
            url=url,
            hint=_HINT.format(name),
        )
    return proxy


_HINT = "Correct the environment variable {}, or unset it."


def _goes_by_itself(url: str, exceptions: str) -> bool:
    """Whether NO_PROXY has the address: a host, one of its parents (a leading dot is ignored), an IP network, or "*"."""
    host = host_of(url)
    parts = urlsplit(url)
    port = parts.port or DEFAULT_PORTS.get(parts.scheme.lower())
    number = literal(host)
    for entry in exceptions.replace(",", " ").lower().split():
        if entry == "*":
            return True
        name, _, wanted = entry.partition(":") if entry.count(":") == 1 else (entry, "", "")
        if wanted and wanted != str(port):
            continue
        if number is not None:
            if _holds(name, number):
                return True
            continue
        parent = host_of(f"http://{name.lstrip('*').lstrip('.')}/")
        if parent and (host == parent or host.endswith(f".{parent}")):
            return True
    return False


def _holds(network: str, number: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    try:
        return number in ipaddress.ip_network(network.strip("[]"), strict=False)
    except ValueError:
        return False
