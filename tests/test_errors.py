"""Every error says what to do, and the kinds are those of the contract."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from pipeline import errors

ROOT = Path(__file__).parents[1]

CLASSES = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, errors.SamflodeError)]
KINDS = {
    "dns", "connect", "tls", "timeout", "too_large", "http_status", "redirect", "blocked_address", "robots", "decode",
    "not_a_feed", "nothing_matched", "invalid_config", "internal",
}  # fmt: skip


@pytest.mark.parametrize("error", CLASSES, ids=lambda each: each.__name__)
def test_every_error_has_a_hint_of_its_own(error):
    assert error.default_hint.endswith((".", "d`."))
    assert len(error.default_hint) > 30


def test_the_kinds_are_those_of_the_contract():
    assert KINDS == {each.kind for each in CLASSES if hasattr(each, "kind")}


def test_the_tree_in_the_docstring_names_every_class():
    assert [] == [each.__name__ for each in CLASSES if each.__name__ not in (errors.__doc__ or "")]


def test_exit_codes_are_those_of_the_contract():
    assert {1, 2, 3, 75} == {each.exit_code for each in CLASSES}


def test_no_extractor_raises_an_error_without_a_kind_of_its_own():
    """The kind of the bare class means a mistake of ours."""
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "pipeline" / "extract").glob("*.py"))

    assert "raise ExtractError(" not in code
    assert "raise SourceError(" not in code
