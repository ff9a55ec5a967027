"""The shape of a JSON API that nobody described: where its items are, and what in them is title, address, date and summary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.model.source import JsonApi

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model.capture import Capture

#: What fields are called, the likeliest first.
_NAMES = {
    "title": ("title", "headline", "heading", "rubrik", "name", "header", "titel", "titol", "titulo"),
    "link": ("url", "link", "href", "permalink", "canonicalurl", "weburl", "uri", "path", "lank", "self"),
    "date": (
        "date_gmt", "published", "publishedat", "published_at", "datepublished", "date_published", "publishdate",
        "publicationdate", "publication_date", "pubdate", "publisheddate", "date", "datum", "created", "createdat",
        "created_at", "data", "fecha",
    ),
    "summary": ("summary", "excerpt", "description", "ingress", "preamble", "intro", "lead", "teaser", "abstract", "resum"),
}  # fmt: skip
_DEEPEST = 4
_FEWEST = 2
_PLAIN = re.compile(r"[A-Za-z_]\w*\Z")


def shape_of(capture: Capture) -> JsonApi | None:
    """The expressions that read the longest list of things with a title and an address; None where there is none."""
    try:
        document = orjson.loads(capture.body)
    except orjson.JSONDecodeError:
        return None
    best: tuple[int, JsonApi] | None = None
    for path, items in _lists(document, ()):
        kind = _described(path, items)
        if kind is not None and (best is None or len(items) > best[0]):
            best = (len(items), kind)
    return best[1] if best else None


def _lists(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[dict[str, Any]]]]:
    if isinstance(value, list):
        items = [each for each in value if isinstance(each, dict)]
        if len(items) >= _FEWEST:
            yield path, items
    elif isinstance(value, dict) and len(path) < _DEEPEST:
        for name, child in value.items():
            yield from _lists(child, (*path, name))


def _described(path: tuple[str, ...], items: Sequence[dict[str, Any]]) -> JsonApi | None:
    found = {field: _field(items, names) for field, names in _NAMES.items()}
    title, link = found["title"], found["link"]
    if title is None or link is None:
        return None
    return JsonApi(
        items=".".join(map(_step, path)) + "[]",
        title=title,
        link=link,
        date=found["date"],
        summary=found["summary"],
        pages=1,
    )


def _field(items: Sequence[dict[str, Any]], names: Sequence[str]) -> str | None:
    """The expression for the first of these names that most items have a text under, be it one step further down."""
    leaves: dict[str, str] = {}
    for item in items[:20]:
        for name, value in item.items():
            if isinstance(value, str | int):
                leaves.setdefault(name.lower(), _step(name))
            elif isinstance(value, dict):
                inner = next(
                    (each for each in ("rendered", "value", "text", "href", "url") if isinstance(value.get(each), str)),
                    None,
                )
                if inner is not None:
                    leaves.setdefault(name.lower(), f"{_step(name)}.{inner}")
    for name in names:
        if name in leaves and sum(
            any(key.lower() == name and each for key, each in item.items()) for item in items
        ) * 2 > len(items):
            return leaves[name]
    return None


def _step(name: str) -> str:
    return name if _PLAIN.match(name) else orjson.dumps(name).decode()
