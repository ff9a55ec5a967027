"""Single values of sources.yaml replaced where they stand: every other byte of the file stays as it is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pipeline.config.yaml import compose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.config.document import Path

#: Texts that YAML reads as they stand, without quotes.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(?:[ .>+~-]+[A-Za-z][A-Za-z0-9_-]*)*\Z")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def mended(
    text: str, values: Mapping[Path, str], additions: Mapping[Path, str] | None = None, *, file: str = "sources.yaml"
) -> str:
    """The file's text with other values at those places, each of which is there already, and with fields that are not yet.

    Raises KeyError where there is nothing at a place, or something at the place of an addition, ConfigError where the text is
    no YAML.
    """
    root = compose(text, file)
    spans = [(*_span(root, path), written(value)) for path, value in values.items()]
    for path, value in (additions or {}).items():
        spans.append(_addition(root, text, path, value))
    for start, end, value in sorted(spans, reverse=True):
        text = text[:start] + value + text[end:]
    return text


def _addition(root: Any, text: str, path: Path, value: str) -> tuple[int, int, str]:
    """A field that is not there yet, put behind the `url` of its set: in a line of its own, or in the same braces."""
    node = root
    for step in path[:-1]:
        node = _child(node, step)
    fields = {key.value: (key, child) for key, child in node.value}
    if path[-1] in fields or "url" not in fields:
        raise KeyError(path[-1])
    key, child = fields["url"]
    end = child.end_mark.index
    if node.flow_style:
        return end, end, f", {path[-1]}: {written(value)}"
    line_end = text.find("\n", end)
    place = len(text) if line_end < 0 else line_end
    return place, place, f"\n{' ' * key.start_mark.column}{path[-1]}: {written(value)}"


def written(value: str) -> str:
    """A text as a YAML scalar.

    >>> written("li.noticia"), written(".news"), written("no")
    ('li.noticia', '".news"', '"no"')
    """
    if _PLAIN.match(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


def _span(root: Any, path: Path) -> tuple[int, int]:
    """Where the value at `path` begins and ends in the text."""
    node = root
    for step in path:
        node = _child(node, step)
    start, end = node.start_mark.index, node.end_mark.index
    if node.id == "mapping" and node.flow_style is False:
        raise KeyError(path[-1])
    return start, end


def _child(node: Any, step: str | int) -> Any:
    if node.id == "sequence" and isinstance(step, int):
        return node.value[step]
    if node.id == "mapping":
        return {key.value: child for key, child in node.value}[step]
    raise KeyError(step)
