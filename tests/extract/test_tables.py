"""Cells stand in the columns in which a reader sees them."""

from __future__ import annotations

from pipeline.extract.tables import Columns
from pipeline.web.html import parse_html


def test_a_cell_that_spans_rows_moves_the_cells_below_it_and_belongs_to_them():
    page = parse_html(
        '<table><tr><td rowspan="2">a</td><td>b</td></tr><tr><td colspan="2">c</td><td>d</td></tr><tr><td>e</td></tr></table>'
    )
    columns = Columns()

    assert {"a": 1, "b": 2, "c": 2, "d": 4, "e": 1} == {cell.text: columns.of(cell) for cell in page.find_all("td")}
    assert [[], ["a"], []] == [[cell.text for _, cell in columns.carried(row)] for row in page.find_all("tr")]


def test_spans_that_are_no_numbers_are_one():
    page = parse_html(f'<table><tr><td rowspan="x" colspan="{"9" * 5000}">a</td><td>b</td></tr></table>')

    assert [1, 2] == [Columns().of(cell) for cell in page.find_all("td")]
