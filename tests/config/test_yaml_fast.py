"""What libyaml reads of sources.yaml is what the slower parser reads, which says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import yaml
from pipeline.config.document import Document

ROOT = Path(__file__).parents[2]
PIECES = st.sampled_from(
    [
        *("sources:", "- id: a", "id: b", "  url: 'https://a.example/å'", "  url: https://a.example/#x", "x: {a: 1, b: [c, d]}", "{a: b}"),
        *("&n", "*n", "<<: *n", "!!str 1", "!x y", "|", ">-", "  text", "# a comment", " # another", "", "  ", "---", "...", "? a", ": b"),
        *('"a\\tb"', '"\\ud83d\\ude00"', "'it''s'", "yes", "no", "0o17", "017", "1_000", "1:30", "1e3", ".inf", "~", "null", "2026-11-25"),
        *("[", "]", "{", "}", ",", ":", "- ", "-", "a: b: c", "a:b", "😀: ö", "'", '"', "@x", "`x", "%x", "[a:b]", "{a:b}", "\t", "\u2028", "\x85"),
    ]
)  # fmt: skip
TEXTS = st.lists(st.tuples(st.sampled_from(["", "  ", "    "]), PIECES, st.sampled_from(["\n", " ", ""])), max_size=9)


def told(root: object, text: str) -> tuple[object, ...]:
    """All that is taken from a tree: values, where they stand, and what is odd. Of nothing without a name no place is told."""
    reader = yaml._Reader("f", text.splitlines(), {})
    value = reader.value(root, (), None)
    named = {
        path: each for path, each in reader.places.items() if not each.empty or (path and isinstance(path[-1], str))
    }
    return value, named, reader.problems


@given(TEXTS)
def test_what_is_read_fast_is_read_the_same(pieces):
    text = "".join(map("".join, pieces))
    fast = yaml._composed_fast(text)

    if fast is not None:
        assert told(fast, text) == told(yaml.compose(text, "f"), text)


@pytest.mark.parametrize("file", ["sources.yaml", "examples/partners/sources.yaml", "pipeline/cli/starter.yaml"])
def test_files_are_read_the_same(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    fast, slow = yaml._composed_fast(text), yaml.compose(text, file)

    assert fast is None or told(fast, text) == told(slow, text)


def test_a_plain_file_is_read_fast():
    assert yaml._composed_fast("sources:\n  - {id: a, url: 'https://a.example/feed'}\n") is not None
    assert isinstance(yaml.parse("a: 1\n", "f", {}), Document)
