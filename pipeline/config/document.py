"""What a file says, and where: plain values, each with its line and column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.config.wording import quoted
from pipeline.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Where a value stands: the names of fields and the places in lists that lead to it.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a value stands, and how it is written there; lines and columns count from 1."""

    #: Of the field's name, or of the "-" 's content in a list.
    line: int
    column: int
    value_line: int
    value_column: int
    #: The scalar as it is written, before `${NAME}` is filled in; None for lists and mappings.
    written: str | None = None
    #: Whether it is a scalar without quotes.
    plain: bool = False
    #: Whether nothing stands there.
    empty: bool = False
    #: The environment variables that it takes.
    variables: tuple[str, ...] = ()
    #: Whether one of them could not be filled in.
    unfilled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a file says, in plain values, and where it says it.

    Fields without a value are left out of `data`, but have their place. `problems` are those of the reading itself.
    """

    file: str
    data: Any
    places: Mapping[Path, Place]
    lines: Sequence[str]
    problems: tuple[Problem, ...] = ()
    #: The environment's variables that were filled in, and their values.
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def line(self, path: Path) -> int:
        """The line that the value at `path` begins at."""
        return self._nearest(path).line

    def problem(self, path: Path, message: str, advice: str, *, at_name: bool = False) -> Problem:
        """A problem of the value at `path`, or (`at_name`) of the field that it belongs to."""
        place = self._nearest(path)
        line, column = (place.line, place.column) if at_name else (place.value_line, place.value_column)
        return Problem(file=self.file, line=line, column=column, message=message, advice=advice)

    def written(self, path: Path) -> str:
        """The scalar at `path` as the file has it, fit to be quoted in a message."""
        place = self.places.get(path)
        return quoted(place.written if place and place.written is not None else "")

    def commented(self, path: Path) -> str | None:
        """What stands as a comment in the place of the value at `path`, without a space after its `#`."""
        place = self.places.get(path)
        if place is None or not place.empty or not isinstance(path[-1], str):
            return None
        # The mark of an empty value may be in another line: what counts is what follows the name.
        rest = self.lines[place.line - 1][place.column - 1 + len(path[-1]) :].lstrip(" :\"'").rstrip()
        return rest if rest.startswith("#") and rest[1:2].strip() else None

    def _nearest(self, path: Path) -> Place:
        """The place of `path`, or of the closest value around it that has one."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places[path]
