"""Single values of sources.yaml replaced where they stand: every other byte of the file stays as it is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pipeline.config.load import compose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.config.document import Path

#: Texts that YAML reads as they stand, without quotes.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(?:[ .>+~-]+[A-Za-z][A-Za-z0-9_-]*)*\Z")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def mended(text: str, values: Mapping[Path, str], *, file: str = "sources.yaml") -> str:
    """The file's text with other values at those places, each of which is there already.

    Raises KeyError where there is nothing at a place, ConfigError where the text is no YAML.
    """
    root = compose(text, file)
    spans = [(*_span(root, path), value) for path, value in values.items()]
    for start, end, value in sorted(spans, reverse=True):
        text = text[:start] + written(value) + text[end:]
    return text


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
        if node.id == "sequence" and isinstance(step, int):
            node = node.value[step]
        elif node.id == "mapping":
            node = {key.value: child for key, child in node.value}[step]
        else:
            raise KeyError(step)
    start, end = node.start_mark.index, node.end_mark.index
    if node.id == "mapping" and node.flow_style is False:
        raise KeyError(path[-1])
    return start, end
