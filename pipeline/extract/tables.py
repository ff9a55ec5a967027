"""Which column of a table a cell stands in, and which cells of the rows above reach down into a row.

HTML Living Standard, section 4.9.12 (forming a table), as far as reading a list needs it: `rowspan` and `colspan` are followed
within one `tbody` (or the table's own rows), overlaps are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.web.html import Tag, attribute

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What a rowspan or a colspan can be; more is a slip of the pen.
_MOST = 500


class Columns:
    """The columns of the tables of one page, worked out table by table as they are asked for."""

    def __init__(self) -> None:
        self._columns: dict[int, int] = {}
        self._carried: dict[int, list[tuple[int, Tag]]] = {}
        self._known: set[int] = set()

    def of(self, cell: Tag) -> int:
        """The number of a cell's column; the first is 1."""
        row = cell.parent
        if row is None or row.parent is None:
            return 1
        self._form(row.parent)
        return self._columns.get(id(cell), 1)

    def carried(self, row: Tag) -> list[tuple[int, Tag]]:
        """The cells of earlier rows that reach into `row`, with their columns."""
        if row.parent is None:
            return []
        self._form(row.parent)
        return self._carried.get(id(row), [])

    def _form(self, body: Tag) -> None:
        if id(body) in self._known:
            return
        self._known.add(id(body))
        reaching: dict[int, tuple[int, Tag]] = {}
        for row in body.find_all("tr", recursive=False):
            self._carried[id(row)] = [(column, cell) for column, (_, cell) in sorted(reaching.items())]
            left = {column: (rows - 1, cell) for column, (rows, cell) in reaching.items() if rows > 1}
            column = 1
            for cell in _cells(row):
                while column in reaching:
                    column += 1
                self._columns[id(cell)] = column
                rows, width = _number(cell, "rowspan"), _number(cell, "colspan")
                if rows > 1:
                    left[column] = (rows - 1, cell)
                column += width
            reaching = left


def _cells(row: Tag) -> Iterator[Tag]:
    return (cell for cell in row.children if isinstance(cell, Tag) and cell.name in {"td", "th"})


def _number(cell: Tag, name: str) -> int:
    written = attribute(cell, name) or "1"
    return max(1, min(int(written), _MOST)) if written.isascii() and written.isdigit() and len(written) < 5 else 1
