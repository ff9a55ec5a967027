"""OPML (opml.org/spec2.opml) as feed readers export it, with the words of their own that FreshRSS and Miniflux add."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipeline.model.takeover import Estate, Subscription
from pipeline.takeover.keeping import Damaged, string
from pipeline.web.xml import parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_ROOT = re.compile(rb"<(?:[\w.-]+:)?opml[\s>]", re.IGNORECASE)
#: Of a file, so much is looked at for its root element.
_HEAD = 4_096
_FRESHRSS = "{https://freshrss.org/opml}"
_MINIFLUX = "{https://miniflux.app/opml}"
#: Names that readers give to what lies in no folder.
_NO_FOLDER = frozenset(
    {"", "all", "uncategorized", "uncategorised", "okategoriserade", "default", "feeds", "subscriptions"}
)
#: FreshRSS: its names of a JSON API's parts → ours.
_DOTTED = {
    "jsonItem": "items",
    "jsonItemTitle": "title",
    "jsonItemUri": "link",
    "jsonItemTimestamp": "date",
    "jsonItemContent": "summary",
}
_DOTS = re.compile(r"[\w$-]+(?:\.[\w$-]+|\[\d+\])*\Z")


def opml(path: Path) -> Estate | None:
    """The subscriptions of an OPML file, each address once; None where it is none. Raises Damaged where it is broken."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if _ROOT.search(head.replace(b"\0", b"")) is None:
        return None
    return subscriptions(path.read_bytes())


def subscriptions(content: bytes) -> Estate:
    """The same for the bytes of an OPML file."""
    try:
        root = parse_xml(content)
    except ValueError as error:
        raise Damaged(f"it is broken OPML ({str(error).removesuffix('.')})") from error
    found: dict[str, Subscription] = {}
    remarks: list[str] = []
    for outline, folders in _outlines(root, ()):
        subscription = _subscription(outline, folders)
        if isinstance(subscription, str):
            remarks.append(subscription)
        elif subscription is not None:
            found.setdefault(subscription.url, subscription)
    return Estate(program="OPML", subscriptions=tuple(found.values()), remarks=tuple(remarks))


def _outlines(element: Any, folders: tuple[str, ...]) -> Iterator[tuple[Mapping[str, str], tuple[str, ...]]]:
    """The attributes of all outlines in the order of the file, each with the folders around it."""
    for child in element:
        name = str(child.tag).rpartition("}")[2].lower()
        if name != "outline":
            yield from _outlines(child, folders)
            continue
        attributes = {_named(key): value for key, value in child.attrib.items()}
        yield attributes, folders
        own = string(attributes.get("text") or attributes.get("title"))
        inner = folders if own.lower() in _NO_FOLDER or attributes.get("xmlurl") else (*folders, own)
        yield from _outlines(child, inner)


def _named(key: str) -> str:
    """The name of an attribute; readers disagree on the case of OPML's own ("xmlURL")."""
    return key if key.startswith("{") else key.lower()


def _subscription(outline: Mapping[str, str], folders: tuple[str, ...]) -> Subscription | str | None:
    """What an outline subscribes to; why it can't be taken over; None where it is a folder or a link."""
    url = outline.get("xmlurl", "").strip()
    title = string(outline.get("title") or outline.get("text"))
    if not url:
        elsewhere = outline.get(f"{_FRESHRSS}opmlUrl", "").strip()
        return f"The folder {title} is read from {elsewhere}: import that as well." if elsewhere else None
    reading, remark = _reading(outline)
    category = (each.rpartition("/")[2] for each in outline.get("category", "").split(","))
    tags = dict.fromkeys(tag for each in (*folders, *category) if (tag := string(each)))
    return Subscription(
        url=url,
        title=title,
        site=outline.get("htmlurl", "").strip(),
        tags=tuple(tags),
        reading=reading,
        remark=remark,
    )


def _reading(outline: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    """How the source is read where it is no feed, or its articles are opened; and what a person should look at."""
    reading: dict[str, Any] = {}
    remark = ""
    match outline.get("type", "").strip().lower():
        case "html+xpath" | "xml+xpath":
            reading["listing"] = "auto"
            item = outline.get(f"{_FRESHRSS}xPathItem", "")
            remark = (
                f"It was read by XPath ({item}), which is not known here: `listing: auto` finds the news by itself."
            )
        case "json+dotnotation" | "json+dotpath":
            reading, remark = _json(outline)
        case "html+xpath+json+dotnotation":
            reading["listing"] = "auto"
            remark = "It was read from JSON within a page: `listing: auto` reads the page."
    selector = outline.get(f"{_FRESHRSS}cssFullContent", "").strip()
    if selector and "\n" not in selector:
        reading["article"] = {"text": selector}
    elif outline.get(f"{_MINIFLUX}crawler", "").lower() == "true":
        reading["article"] = True
    if outline.get(f"{_MINIFLUX}disabled", "").lower() == "true":
        remark = "It was switched off there."
    return reading, remark


def _json(outline: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    """The fields of a JSON API. Dots and numbers in brackets mean the same in JMESPath (jmespath.org/specification)."""
    fields = {
        ours: value
        for theirs, ours in _DOTTED.items()
        if _DOTS.match(value := outline.get(f"{_FRESHRSS}{theirs}", "").strip())
    }
    if {"title", "link"} <= fields.keys():
        fields["items"] = f"{fields['items']}[]" if "items" in fields else "[]"
        return {"json": fields}, ""
    return {"listing": "auto"}, "It was read from JSON in a way that can't be written here: describe it with `json:`."
