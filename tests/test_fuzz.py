"""Mutated feeds and pages break no promise: the short form of tests/soak/fuzz.py."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

SOAK = Path(__file__).parent / "soak" / "fuzz.py"


@pytest.fixture(scope="module")
def soak():
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("soak_fuzz", SOAK)
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_sent_ends_in_items_that_keep_their_promises_or_in_our_own_errors(soak, seed):
    done, broken = soak.fuzz(seed, cases=40)

    assert broken == []
    assert done["cases"] == 40
