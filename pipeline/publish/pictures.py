"""Pictures of figures as SVG, made of plain shapes: readable without colour, for each area has a pattern and each mark its number.

They are drawn with presentation attributes and classes alone, so that a strict Content Security Policy lets them be.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from lxml import etree

from pipeline.publish.characters import legible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SVG = "http://www.w3.org/2000/svg"
#: Of a line of text, in units of the picture.
_LINE = 22
#: So many rows a picture can have: there are no more patterns to tell them apart by.
PATTERNS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Figures: of each row one for each column."""

    columns: tuple[str, ...]
    rows: Mapping[str, tuple[int, ...]]

    @property
    def greatest(self) -> int:
        """The greatest of all figures; at least 1."""
        return max((each for row in self.rows.values() for each in row), default=0) or 1

    @property
    def sums(self) -> tuple[int, ...]:
        """Of each column."""
        return tuple(sum(row[number] for row in self.rows.values()) for number in range(len(self.columns)))


def stacked_columns(table: Table, label: str) -> str:
    """A column for each of the table's, its rows on top of one another, each with its pattern; a legend below."""
    width, height, left, top = 960, 300, 44, 26
    step = (width - left) / max(1, len(table.columns))
    most = max(table.sums, default=0) or 1
    legend = len(table.rows)
    picture = _picture(width, top + height + 58 + legend * _LINE, label)
    defs = _element(picture, "defs")
    for number in range(len(table.rows)):
        _pattern(defs, label, number)
    for value in (most,) if most < 4 else (most // 2, most):
        y = top + height * (1 - value / most)
        _element(picture, "line", class_="grid", x1=left, x2=width, y1=y, y2=y)
        _text(picture, left - 8, y + 5, str(value), anchor="end")
    for column, name in enumerate(table.columns):
        x, y = left + column * step + step * 0.12, float(top + height)
        for number, row in enumerate(table.rows.values()):
            part = height * row[column] / most
            y -= part
            if row[column]:
                fill = f"url(#{_id(label)}-{number})"
                _element(picture, "rect", class_="area", x=x, y=y, width=step * 0.76, height=part, fill=fill)
        if table.sums[column]:
            _text(picture, x + step * 0.38, y - 7, str(table.sums[column]), anchor="middle", class_="value")
        _text(picture, x + step * 0.38, top + height + 22, name, anchor="middle")
    _element(picture, "line", class_="base", x1=left, x2=width, y1=top + height, y2=top + height)
    for number, name in enumerate(table.rows):
        y = top + height + 44 + number * _LINE
        fill = f"url(#{_id(label)}-{number})"
        _element(picture, "rect", class_="area", x=left, y=y, width=30, height=15, fill=fill)
        _text(picture, left + 40, y + 13, name)
    return _written(picture)


def circles(table: Table, label: str) -> str:
    """A row of circles for each of the table's rows, one for each column, with an area in proportion and the number in it."""
    left, top, size = 250, 30, 40
    step = (960 - left) / max(1, len(table.columns))
    picture = _picture(960, top + len(table.rows) * size + 10, label)
    radius = min(size, step) / 2 - 1
    for column, name in enumerate(table.columns):
        _text(picture, left + (column + 0.5) * step, 18, name, anchor="middle")
    for line, (name, row) in enumerate(table.rows.items()):
        y = top + (line + 0.5) * size
        _text(picture, 0, y + 5, _cut(name, 28))
        _element(picture, "line", class_="grid", x1=left, x2=960, y1=y + size / 2, y2=y + size / 2)
        for column, value in enumerate(row):
            if value:
                x = left + (column + 0.5) * step
                r = max(3.0, radius * sqrt(value / table.greatest))
                _element(picture, "circle", class_="mark", cx=x, cy=y, r=r)
                # A number that has no room within stands beside.
                within = r > 5 + 4.5 * len(str(value))
                place = (x, "middle", "inside") if within else (x + r + 3, "start", "value")
                _text(picture, place[0], y + 5, str(value), anchor=place[1], class_=place[2])
    return _written(picture)


def bars(figures: Mapping[str, int], label: str) -> str:
    """A bar for each figure, with its name before and its number behind it."""
    left, height = 250, 32
    picture = _picture(960, len(figures) * height + 6, label)
    most = max(figures.values(), default=0) or 1
    for line, (name, value) in enumerate(figures.items()):
        y = line * height + 6
        length = max(2.0, (960 - left - 70) * value / most)
        _text(picture, 0, y + 16, _cut(name, 28))
        _element(picture, "rect", class_="mark", x=left, y=y, width=length, height=height - 11)
        _text(picture, left + length + 8, y + 16, str(value), class_="value")
    return _written(picture)


def grid(names: Sequence[str], shared: Mapping[tuple[str, str], int], label: str) -> str:
    """A square for each two names, the darker the greater their figure, which stands in it."""
    left, size = 250, min(56.0, 700 / max(1, len(names)))
    picture = _picture(960, 34 + len(names) * size, label)
    most = max(shared.values(), default=0) or 1
    for line, name in enumerate(names):
        y = 30 + line * size
        _text(picture, 0, y + size / 2 + 5, _cut(f"{line + 1}. {name}", 28))
        _text(picture, left + (line + 0.5) * size, 20, str(line + 1), anchor="middle")
        for column, other in enumerate(names):
            x = left + column * size
            value = shared.get((name, other), 0) if name != other else 0
            if name == other:
                _element(picture, "rect", class_="self", x=x, y=y, width=size - 2, height=size - 2)
                continue
            opacity = 0 if not value else 0.12 + 0.3 * value / most
            _element(picture, "rect", class_="cell", x=x, y=y, width=size - 2, height=size - 2, fill_opacity=opacity)
            if value:
                _text(picture, x + size / 2 - 1, y + size / 2 + 5, str(value), anchor="middle", class_="value")
    return _written(picture)


def _picture(width: float, height: float, label: str) -> etree._Element:
    picture = etree.Element(f"{{{_SVG}}}svg", nsmap={None: _SVG})
    for name, value in (
        ("viewBox", f"0 0 {width:g} {height:g}"),
        ("role", "img"),
        ("class", "picture"),
        ("aria-label", legible(label)),
    ):
        picture.set(name, value)
    return picture


def _element(parent: etree._Element, tag: str, **attributes: str | float) -> etree._Element:
    element = etree.SubElement(parent, f"{{{_SVG}}}{tag}")
    for name, value in attributes.items():
        written = f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
        element.set(name.removesuffix("_").replace("_", "-") if name != "patternUnits" else name, written)
    return element


def _text(parent: etree._Element, x: float, y: float, text: str, *, anchor: str = "start", class_: str = "") -> None:
    element = _element(parent, "text", x=x, y=y, text_anchor=anchor, **({"class_": class_} if class_ else {}))
    element.text = legible(text)


def _pattern(defs: etree._Element, label: str, number: int) -> None:
    """Plain, stripes in four directions, dots, squares: told apart in one colour, too."""
    pattern = _element(defs, "pattern", id=f"{_id(label)}-{number}", width=8, height=8, patternUnits="userSpaceOnUse")
    _element(pattern, "rect", class_=f"ground-{number}", width=8, height=8)
    lines = {
        1: ["M-2 2l4-4M0 8l8-8M6 10l4-4"],
        2: ["M0 2h8M0 6h8"],
        3: ["M-2 6l4 4M0 0l8 8M6-2l4 4"],
        4: ["M2 0v8M6 0v8"],
        5: ["M0 0l8 8M8 0l-8 8"],
        6: ["M2 2h2v2h-2zM6 6h2v2h-2z"],
    }
    for each in lines.get(number % PATTERNS, []):
        _element(pattern, "path", class_="hatch", d=each)


def _id(label: str) -> str:
    return "p" + "".join(each if each.isascii() and each.isalnum() else "" for each in label)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _written(picture: etree._Element) -> str:
    return etree.tostring(picture, encoding="unicode")
