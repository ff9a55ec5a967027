"""Every address lies where it should, whatever an id holds."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.publish import paths
from tests.builders import archive_info


@given(st.text(max_size=300))
def test_no_id_leaves_its_folder(name):
    page = paths.story_page(name)

    assert len(page.parts) == 3
    assert page.parts[0] == "stories"
    assert set(page.parts[1]) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")
    assert 0 < len(page.parts[1]) <= 120


@given(st.text(max_size=200), st.text(max_size=200))
def test_two_ids_never_share_a_page(one, other):
    assert (one == other) == (paths.segment(one) == paths.segment(other))


@pytest.mark.parametrize(
    "name", ["..", "../../etc/passwd", "/etc", "A", "å", "", "a" * 5000, "con.txt", "a\0b", "\ud800"]
)
def test_odd_ids_are_spelled_harmlessly(name):
    assert PurePosixPath(paths.segment(name)).name == paths.segment(name) not in {"", ".", ".."}


def test_ids_that_are_safe_are_written_as_they_are():
    assert paths.segment("s-lqk2t4fzvbdwm6hd") == "s-lqk2t4fzvbdwm6hd"


def test_addresses_are_absolute_under_the_archives_url_and_pages_end_in_a_slash():
    info = archive_info(url="https://example.se/nyheter/")

    assert paths.url(info, paths.FRONT_PAGE) == "https://example.se/nyheter/"
    assert paths.url(info, paths.story_page("s-1")) == "https://example.se/nyheter/stories/s-1/"
    assert paths.url(info, paths.STATUS_PAGE) == "https://example.se/nyheter/status.html"
    assert str(paths.month_page(date(987, 3, 2))) == "archive/0987/03/index.html"
    assert paths.to_root(paths.month_page(date(2026, 3, 2))) == "../../../"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://nyheter.example.se/", "tag:nyheter.example.se,2026-01-01:stories/s-1"),
        ("https://Nyheter.Example.se:8443/", "tag:nyheter.example.se,2026-01-01:stories/s-1"),
        ("https://hållbar.se/", "tag:xn--hllbar-iua.se,2026-01-01:stories/s-1"),
        ("http://[::1]/x/y/", "tag:1,2026-01-01:x/y/stories/s-1"),
        ("http://127.0.0.1:8000/", "tag:127.0.0.1,2026-01-01:stories/s-1"),
    ],
)
def test_ids_of_entries_are_tag_uris_of_the_archives_host(url, expected):
    assert paths.story_tag(archive_info(url=url), "s-1") == expected
