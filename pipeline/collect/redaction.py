"""Secrets of the environment taken out of what is written down, and put back when it is read again.

`${NAME}` in sources.yaml stands for a value that is nobody else's. Sites echo it: a feed names its own address, key included. So it
is looked for in addresses, fields and bodies, in every spelling that an address or a page gives it.
"""

from __future__ import annotations

import html
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from pipeline.model.capture import Capture, Headers, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pipeline.model.item import Item

#: What is shorter is no secret, and stands in half of all pages: a language, a port.
SHORTEST = 4
#: How a value may be spelt, and the mark of that spelling; the first that fits counts.
_SPELLINGS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("", str),
    (":url", lambda value: quote(value, safe="")),
    (":path", lambda value: quote(value, safe="/:@!$&'()*+,;=-._~%?")),
    (":form", quote_plus),
    (":html", html.escape),
    (":json", lambda value: json.dumps(value)[1:-1]),
    (":lower", str.lower),
)


class Redaction:
    """Hides the values of the environment's variables behind their names."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        pairs: dict[str, str] = {}
        for name, value in secrets.items():
            if len(value) >= SHORTEST:
                for mark, spell in _SPELLINGS:
                    pairs.setdefault(spell(value), f"${{{name}{mark}}}")
        #: Spelling and placeholder; the longest first, since one may be a part of another.
        self._pairs = sorted(pairs.items(), key=lambda pair: -len(pair[0]))
        self._bytes = [(value.encode(), mark.encode()) for value, mark in self._pairs]

    def url(self, url: str) -> str:
        """An address without secrets; the same for each spelling of it, and still an address."""
        for value, mark in self._pairs:
            url = url.replace(value, quote(f"${{{_name(mark)}}}", safe=""))
        return url

    def revealed_url(self, url: str) -> str:
        """The address that `url` made this of; secrets percent-encoded."""
        for value, mark in self._pairs:
            if ":" not in mark:
                url = url.replace(quote(mark, safe=""), quote(value, safe=""))
        return url

    def request(self, request: Request) -> Request:
        """A request without secrets."""
        return replace(request, url=self.url(request.url), headers=self._headers(request.headers)[0])

    def capture(self, capture: Capture) -> tuple[Capture, str]:
        """A capture without secrets, and the names of those that stood in its fields or its body, with a space between."""
        headers, in_headers = self._headers(capture.headers)
        body, found = capture.body, []
        for value, mark in self._bytes:
            if value in body:
                body = body.replace(value, mark)
                found.append(_name(mark.decode()))
        hidden = " ".join(dict.fromkeys((*in_headers, *found)))
        hidden_capture = replace(capture, url=self.url(capture.url), headers=headers, body=body)
        return hidden_capture, hidden

    def revealed(self, capture: Capture, hidden: str) -> Capture:
        """The capture as it was. Only the names in `hidden` are looked at: a page that writes `${NAME}` itself is told nothing."""
        names = hidden.split()
        pairs = [(value, mark) for value, mark in self._pairs if _name(mark) in names]
        if not pairs:
            return capture
        body = capture.body
        for value, mark in pairs:
            body = body.replace(mark.encode(), value.encode())
        return replace(capture, headers=_replaced(capture.headers, ((mark, value) for value, mark in pairs)), body=body)

    def body(self, body: bytes) -> bytes:
        """A body without secrets."""
        for value, mark in self._bytes:
            body = body.replace(value, mark)
        return body

    def item(self, item: Item) -> Item:
        """An item without secrets: in the addresses that it was read from and leads to, and in what its source says."""
        if not self._pairs:
            return item
        return replace(
            item,
            url=None if item.url is None else self.url(item.url),
            title=self.text(item.title),
            summary=self.text(item.summary),
            text=self.text(item.text),
            authors=tuple(map(self.text, item.authors)),
            tags=tuple(map(self.text, item.tags)),
            origin=replace(item.origin, capture_url=self.url(item.origin.capture_url)),
        )

    def text(self, text: str) -> str:
        """A message without secrets."""
        for value, mark in self._pairs:
            text = text.replace(value, mark)
        return text

    def value(self, value: Any) -> Any:
        """What is to become JSON, without secrets in any of its texts."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.value(each) for key, each in value.items()}
        return [self.value(each) for each in value] if isinstance(value, list | tuple) else value

    def _headers(self, headers: Headers) -> tuple[Headers, list[str]]:
        found = [_name(mark) for value, mark in self._pairs if any(value in field for _, field in headers)]
        return _replaced(headers, self._pairs), found


def _replaced(headers: Headers, pairs: Iterable[tuple[str, str]]) -> Headers:
    pairs = list(pairs)
    fields = []
    for name, field in headers:
        for old, new in pairs:
            field = field.replace(old, new)  # noqa: PLW2901
        fields.append((name, field))
    return Headers(fields)


def _name(mark: str) -> str:
    return mark[2:-1].partition(":")[0]
