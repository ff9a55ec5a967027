"""JSON Feed 1.0 and 1.1 (jsonfeed.org): lenient where a feed is nearly right, entry by entry."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.errors import DecodeError, NotAFeed
from pipeline.extract.drafts import Draft, extraction
from pipeline.model.entry import Text
from pipeline.web.encoding import decode
from pipeline.web.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.capture import Capture
    from pipeline.model.entry import Extraction
    from pipeline.model.source import Source

_ITEMS = re.compile(r'"items"\s*:\s*\[')
_SEPARATOR = re.compile(r"[\s,]*")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_JSON_API_HINT = "The address answers with JSON of its own kind: describe it with `json:` in sources.yaml."


def is_json(body: bytes) -> bool:
    """Whether a body can be nothing but JSON: an object or a list, in any encoding that JSON has had."""
    return body.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] in (b"{", b"[")


def read_json_feed(capture: Capture, source: Source) -> Extraction:
    """The entries of a JSON Feed.

    A feed that was cut off, or is broken in the middle, gives its items up to there. Raises DecodeError where it is no JSON, NotAFeed
    where it is JSON but no JSON Feed.
    """
    decoded = decode(capture.body, content_type=capture.headers.get("Content-Type"), kind="json")
    warnings = [decoded.warning] if decoded.warning else []
    try:
        feed = _load(decoded.text)
    except ValueError as error:
        feed = _salvage(decoded.text)
        if feed is None:
            raise DecodeError(f"The response is broken JSON: {error}.", url=capture.url) from error
        warnings.append(f"The feed is broken JSON ({error}); the items before that place were read.")
    if not isinstance(feed, dict) or not _is_feed(feed):
        raise NotAFeed("The response is JSON, but no JSON Feed.", url=capture.url, hint=_JSON_API_HINT)
    items = feed.get("items")
    items = items if isinstance(items, list) else []
    drafts = [_draft(item, feed, capture.url) for item in items if isinstance(item, dict)]
    if len(drafts) < len(items):
        warnings.append(f"{len(items) - len(drafts)} of the feed's items are no JSON objects and were left out.")
    return extraction(drafts, capture=capture, source=source, by="jsonfeed", warnings=warnings)


def _load(text: str) -> Any:
    """The value; raises ValueError. What is almost JSON (tabs and line ends within strings, NaN) is read too."""
    try:
        return orjson.loads(text)
    except ValueError:
        try:
            return json.loads(text, strict=False)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def _salvage(text: str) -> dict[str, Any] | None:
    """A feed with the items that are whole, of a document that breaks off; None where no item is."""
    start = _ITEMS.search(text)
    items = list(_whole_items(text, start.end())) if start else []
    if start is None or not items:
        return None
    try:
        # What stands before the items: the feed's own version, language and authors.
        head = _load(text[: start.start()].rstrip().removesuffix(",") + "}")
    except ValueError:
        head = {}
    return {"version": "https://jsonfeed.org/", **head, "items": items} if isinstance(head, dict) else None


def _whole_items(text: str, position: int) -> Iterator[Any]:
    decoder = json.JSONDecoder(strict=False)
    while True:
        separator = _SEPARATOR.match(text, position)
        try:
            item, position = decoder.raw_decode(text, separator.end() if separator else position)
        except (ValueError, RecursionError):
            return
        yield item


def _is_feed(feed: dict[str, Any]) -> bool:
    """Whether the feed says that it is one, or holds items in the words of one."""
    version = feed.get("version")
    if isinstance(version, str) and "jsonfeed.org" in version.lower():
        return True
    items = feed.get("items")
    return isinstance(items, list) and any(
        isinstance(item, dict) and "id" in item and ("content_html" in item or "content_text" in item) for item in items
    )


def _draft(item: dict[str, Any], feed: dict[str, Any], url: str) -> Draft:
    # An item's own page; `external_url` is what it writes about, and all that link lists have.
    link = _string(item.get("url")) or _string(item.get("external_url"))
    html, plain = _string(item.get("content_html")), _string(item.get("content_text"))
    content = Text(value=html, type="html") if html else _text(plain)
    return Draft(
        id=_id(item.get("id")),
        title=_text(_string(item.get("title"))),
        summary=_text(_string(item.get("summary"))),
        content=content,
        link=absolute(link, url) if link else None,
        published=_string(item.get("date_published")),
        updated=_string(item.get("date_modified")),
        authors=_authors(item) or _authors(feed),
        tags=_tags(item.get("tags")),
        language=_string(item.get("language")) or _string(feed.get("language")),
        base=url,
    )


def _id(value: object) -> str | None:
    """An id; numbers are taken too, as the specification asks of readers ("Items")."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return _string(value)


def _authors(holder: dict[str, Any]) -> tuple[str, ...]:
    """The names under `authors` (1.1), else the one under `author` (1.0)."""
    authors = holder.get("authors")
    candidates = authors if isinstance(authors, list) else [holder.get("author")]
    names = (_string(each.get("name")) if isinstance(each, dict) else _string(each) for each in candidates)
    return tuple(name for name in names if name)


def _tags(value: object) -> tuple[str, ...]:
    return tuple(tag for tag in map(_string, value) if tag) if isinstance(value, list) else ()


def _text(value: str | None) -> Text | None:
    return Text(value=value) if value else None


def _string(value: object) -> str | None:
    """A string without blanks around it and without halves of surrogate pairs, which JSON can spell; None where nothing is left."""
    if not isinstance(value, str):
        return None
    return _LONE_SURROGATE.sub("\ufffd", value.strip()) or None
