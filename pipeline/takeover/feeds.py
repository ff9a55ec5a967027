"""A feed that somebody kept as a file: whose it is, by its own word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from pipeline.model.takeover import Subscription
from pipeline.takeover.keeping import string
from pipeline.web.xml import parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

_ATOM = "{http://www.w3.org/2005/Atom}"


def feed_itself(content: bytes) -> Subscription | None:
    """The feed that a file says it is: `link rel="self"` (RFC 4287, section 4.2.7.2; RSS borrows it), `feed_url` of a JSON Feed.

    None where it does not say, or is no feed.
    """
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _json(content)
    try:
        root = parse_xml(content)
    except ValueError:
        return None
    url = next((href for href in _selves(root)), "")
    return Subscription(url=url, title=_title(root)) if url else None


def _selves(root: Any) -> Iterator[str]:
    for link in root.iter(f"{_ATOM}link"):
        href = (link.get("href") or "").strip()
        if link.get("rel") == "self" and href.lower().startswith(("http://", "https://")):
            yield href


def _title(root: Any) -> str:
    """The first title of the document, which is the feed's."""
    return next((string(each.text) for each in root.iter("{*}title", "title") if string(each.text)), "")


def _json(content: bytes) -> Subscription | None:
    try:
        data: Any = orjson.loads(content)
    except ValueError:
        return None
    url = string(data.get("feed_url")) if isinstance(data, dict) else ""
    return Subscription(url=url, title=string(data.get("title"))) if url else None
