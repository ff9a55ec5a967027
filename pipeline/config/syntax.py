"""What a YAML parser trips over, in words for someone who doesn't program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Explanation(NamedTuple):
    #: Found in what the parser says, context and problem.
    sign: str
    message: str
    advice: str
    #: Whether the mistake is where the parser began to read, not where it could go no further.
    at_begin: bool = False


_TAB = _Explanation(
    "'\\\\t'|tab character",
    "there is a tab in the indentation",
    "indent with spaces, two for each step; YAML allows no tabs",
)
_QUOTES = "put the whole value in quotes"
#: In the order of asking; seen from ruamel.yaml 0.18 and 0.19.
_EXPLANATIONS = (
    _TAB,
    _Explanation(
        "mapping values are not allowed",
        "a colon with a space after it stands inside a value, or the line is indented too far",
        f"{_QUOTES}, or indent the line like the field before it",
    ),
    _Explanation("escape|unknown escape", "a backslash in double quotes begins an escape", "use single quotes: '\\d+'"),
    _Explanation(
        "quoted scalar",
        "a quotation mark is opened and never closed",
        "close it at the end of the value",
        at_begin=True,
    ),
    _Explanation("undefined alias", "`*` before a word takes over a value named elsewhere, and there is none", _QUOTES),
    _Explanation("alias|anchor", "a value that begins with `*` or `&` has a meaning of its own in YAML", _QUOTES),
    _Explanation("character '[@`%]'", "a value can't begin with this character", _QUOTES),
    _Explanation("directive|'%'", "a line can't begin with `%`", _QUOTES),
    _Explanation(
        "flow sequence",
        "a list in `[ ]` is not closed, or a comma is missing in it",
        "close it with `]`; put values with `[ ] { } , :` in quotes",
        at_begin=True,
    ),
    _Explanation(
        "flow mapping",
        "fields in `{ }` are not closed, or a comma is missing between them",
        "close them with `}`; put values with `[ ] { } , :` in quotes",
        at_begin=True,
    ),
    _Explanation("simple key|expected ':'", "a colon is missing after a field's name", "write `name: value`"),
    _Explanation(
        "single document", "`---` begins a second document", "keep everything in one; take the line `---` away"
    ),
    _Explanation(
        "block (mapping|collection)|block sequence|expected <block end>",
        "the line fits none of the levels above it",
        "indent it like the other fields of the same set, and begin each element of a list with `- `",
    ),
    _Explanation("tag", "a value that begins with `!` has a meaning of its own in YAML", _QUOTES),
    _Explanation(
        "special characters|#x", "a character that can't be seen stands here, which YAML does not allow", "delete it"
    ),
)
_UNKNOWN = _Explanation(
    "", "this can't be read as YAML", "compare it with the lines before it: indentation, colons, quotation marks"
)


#: Spaces of other kinds, as they come with text from a web page or a word processor.
_ODD_SPACE = "[\u00a0\u2000-\u200b\u202f\u205f\u3000]"
_ODD_INDENT = re.compile(rf"\s*?(?={_ODD_SPACE})\s*(?:- |[A-Za-z_]+:(?:\s|$))|\s*(?:- )?[A-Za-z_]+:(?={_ODD_SPACE})")
_ODD_ADVICE = "delete it, and type a space in its place"


class _Slip(NamedTuple):
    """A mistake that is seen from the line itself, surer than from where the parser stops."""

    sign: re.Pattern[str]
    message: str
    advice: str


_SLIPS = (
    _Slip(
        re.compile(r"\s*(?:- )?(?P<name>[A-Za-z_]+):(?=[^\s/])(?P<value>[^#]*)"),
        "a space is missing after the colon",
        "write `{name}: {value}`",
    ),
    _Slip(
        re.compile(r"\s*-(?P<name>[A-Za-z_]+):\s(?P<value>.*)"),
        "a space is missing after the `-`",
        "write `- {name}: {value}`",
    ),
    _Slip(
        re.compile(r"\s*(?:- )?(?P<name>[A-Za-z_]+): +'(?P<value>[^'\"]*(?:'[^'\"\s,\]}]+)+)'\s*$"),
        "an apostrophe ends the value in the middle",
        'put the whole value in double quotes: "{value}"',
    ),
    _Slip(
        re.compile(r"\s*(?:- )?(?P<name>[A-Za-z_]+): +\"(?P<value>[^'\"]*\"[^'\"]+\"[^'\"]*)\"\s*$"),
        "a quotation mark ends the value in the middle",
        "put the whole value in single quotes: '{value}'",
    ),
)


def odd_spaces(lines: Sequence[str], file: str) -> list[Problem]:
    """A problem for each line that is indented with a space that YAML takes for a letter."""
    return [
        Problem(
            file=file,
            line=number,
            column=found.start() + 1,
            message="this looks like a space, but is another character (a no-break space)",
            advice=_ODD_ADVICE,
        )
        for number, line in enumerate(lines, 1)
        if _ODD_INDENT.match(line) and (found := re.search(_ODD_SPACE, line))
    ]


def explained(text: str, file: str, marks: Sequence[tuple[int, int]], said: str) -> Problem:
    """The problem that a parser speaks of in `said`.

    `marks` are lines and columns from 0: where it stopped, and where what it was reading begins.
    """
    lines = text.splitlines() or [""]
    stop, *begin = marks or [(0, 0)]
    line = min(stop[0], len(lines) - 1)
    if slip := _slip(lines, line, file):
        return slip
    if tab := re.match(r" *\t", lines[line]):
        found, column = _TAB, tab.end() - 1
    else:
        found = next((each for each in _EXPLANATIONS if re.search(each.sign, said)), _UNKNOWN)
        line, column = begin[0] if begin and found.at_begin else stop
    return Problem(file=file, line=line + 1, column=column + 1, message=found.message, advice=found.advice)


def _slip(lines: Sequence[str], stop: int, file: str) -> Problem | None:
    """A slip of the pen in the line that the parser stopped at, or in the one that it was still reading."""
    before = next((number for number in range(stop - 1, -1, -1) if lines[number].strip()), stop)
    for number in (stop, before):
        for sign, message, advice in _SLIPS:
            if found := sign.match(lines[number]):
                parts = {name: value.strip() for name, value in found.groupdict().items()}
                return Problem(
                    file=file,
                    line=number + 1,
                    column=len(lines[number]) - len(lines[number].lstrip()) + 1,
                    message=message,
                    advice=advice.format(**parts),
                )
    return None
