"""Dates in numbers alone are read in the order in which their page writes them."""

from __future__ import annotations

import pytest

from pipeline.extract.monthfirst import plain, writes_month_first
from pipeline.web.html import parse_html

EUROPE = "https://a.example.se/"


@pytest.mark.parametrize(
    ("dates", "markup", "url", "expected"),
    [
        (["9/5/2025", "8/28/2025"], "<p>", EUROPE, True),
        (["5/9/2025", "28/8/2025"], "<p>", EUROPE, False),
        (["9/5/2025", "8/28/2025", "28/8/2025"], "<p>", EUROPE, False),
        (["9/5/2025"], "<p>", EUROPE, False),
        (["9/5/2025"], "<p>", "https://court.example.gov/", True),
        (["9/5/2025"], '<html lang="en-US"><p>', EUROPE, True),
        (["9/5/2025"], '<html lang="en-GB"><p>', EUROPE, False),
        (["12/1/2025", "11/3/2025", "10/2/2025"], "<p>", EUROPE, True),
        (["1/12/2025", "3/11/2025", "2/10/2025"], "<p>", EUROPE, False),
        (["2025-09-05", "5 September 2025", None], "<p>", "https://court.example.gov/", False),
        (["99/99/2025", "13/13/2025"], "<p>", EUROPE, False),
    ],
)
def test_a_whole_listing_says_in_what_order_it_writes_dates(dates, markup, url, expected):
    assert expected == writes_month_first(dates, parse_html(markup), url)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("9/5/2025 10:30 AM", "2025-09-05 10:30 AM"),
        ("Filed: 09-05-25", "Filed: 2025-09-05"),
        ("9/23/2025", "9/23/2025"),
        ("2025-09-05", "2025-09-05"),
        ("5.9.2025", "5.9.2025"),
        (None, None),
    ],
)
def test_only_what_could_be_taken_for_another_day_is_written_anew(written, expected):
    assert expected == plain(written)
