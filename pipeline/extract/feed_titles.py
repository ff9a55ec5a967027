"""What a feed calls itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from lxml import etree

from pipeline.web.encoding import decode
from pipeline.web.html import inline_text, parse_html
from pipeline.web.xml import mend, parser

if TYPE_CHECKING:
    from pipeline.model.capture import Capture

#: What a feed is and what it says of itself: Atom's subtitle is RSS's description.
_TITLES, _DESCRIPTIONS = frozenset({"title"}), frozenset({"description", "subtitle", "tagline"})


def feed_titles(capture: Capture) -> tuple[str, ...]:
    """The title of a feed of any format, then its description, as plain text; the title is "" where there is none."""
    if capture.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        try:
            document = orjson.loads(capture.body)
        except orjson.JSONDecodeError:
            return ()
        return tuple(_plain(str(document.get(name) or "")) for name in ("title", "description"))
    text = mend(decode(capture.body, content_type=capture.headers.get("Content-Type"), kind="xml").text)
    try:
        root = etree.fromstring(text.lstrip().encode(), parser())
    except (etree.XMLSyntaxError, ValueError):
        return ()
    if root is None:
        return ()
    for holder in (root, *root):
        if isinstance(holder.tag, str) and etree.QName(holder).localname in {"feed", "channel"}:
            return tuple(_child(holder, names) for names in (_TITLES, _DESCRIPTIONS))
    return ()


def _child(holder: etree._Element, names: frozenset[str]) -> str:
    found = (child for child in holder if isinstance(child.tag, str) and etree.QName(child).localname in names)
    return next((text for child in found if (text := _plain("".join(child.itertext())))), "")


def _plain(title: str) -> str:
    return inline_text(parse_html(title)) if title else ""
