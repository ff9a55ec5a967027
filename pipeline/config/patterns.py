r"""Regular expressions that can't run away.

Python's engine goes back over every choice that it has made. A choice that stands inside a repetition is made anew in
every round, so that a short text can keep `(a+)+b` busy for years; that is refused outright. What is left is bounded by
counting, over the parsed expression: *degree*, the repetitions without a small bound that follow one another, each of
which multiplies the work by the length of the text; and *bits*, the small choices (`s?`, alternatives that begin
alike), each of which doubles it. Alternatives that begin with different letters are no choice at all.

The count is on the safe side: a few harmless expressions, such as `(\w+ )+`, are refused too, and can always be written
in another way. Nothing that is let through takes more than a small power of the text's length.
"""

from __future__ import annotations

import re
import warnings
from math import log2
from re import _constants as op  # type: ignore[attr-defined]  # the parse tree has no public door
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from pipeline.config.wording import Unfit, quoted

LONGEST = 500
#: What editors can tell of one: that it does not begin with what repeats something.
EXPRESSION_PATTERN = r"^(?![*+?]).+"
#: A repetition up to so many rounds is a small choice.
_SMALL = 8
_MOST_DEGREE = 3
_MOST_BITS = 10

_REPEATS = frozenset({op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT})


class _Effort(NamedTuple):
    """What going back can cost: (length of the text) ** degree * 2 ** bits."""

    degree: int = 0
    bits: float = 0.0


class _Runaway(Exception):
    """A choice inside a repetition."""


def text_pattern(text: str) -> re.Pattern[str]:
    """An expression to be looked for in what people write: without regard to case. Raises Unfit."""
    return _compiled(text, re.IGNORECASE)


def address_pattern(text: str) -> re.Pattern[str]:
    """An expression to be looked for in addresses. Raises Unfit."""
    return _compiled(text, re.NOFLAG)


def _compiled(text: str, flags: re.RegexFlag) -> re.Pattern[str]:
    if not text:
        raise Unfit("an empty expression matches everything", "leave the field out, or write the words to look for")
    if len(text) > LONGEST:
        raise Unfit(f"the expression has {len(text)} characters", f"write one of at most {LONGEST}")
    try:
        with warnings.catch_warnings():
            # "[[" and "--" in a set may mean something else one day; today they are read as they stand.
            warnings.simplefilter("ignore", FutureWarning)
            tree = parser.parse(text, int(flags))
            effort = _of_sequence(tree)
            pattern = re.compile(text, flags)
    except _Runaway:
        raise Unfit(
            f"{quoted(text)} repeats something that itself repeats or varies, and could run for years",
            "take one of the repetitions away: `(a+)+` finds the same as `a+`",
        ) from None
    except re.error as error:
        raise Unfit(f"{quoted(text)} is no regular expression", _advice(text, error)) from None
    except (ValueError, OverflowError, RecursionError):
        raise Unfit(f"{quoted(text)} is no regular expression", _FORM) from None
    if effort.degree > _MOST_DEGREE or effort.bits > _MOST_BITS:
        raise Unfit(
            f"{quoted(text)} leaves so much open that it could run for hours",
            f"use at most {_MOST_DEGREE} of `.*`, `+` and the like in a row, and fewer `?`",
        )
    return pattern


_FORM = r"write words with `|` between them, and `\` before any of `. * + ? ( ) [ ] { }` that is meant as it stands"


def _advice(text: str, error: re.error) -> str:
    """The likeliest way to mend an expression that does not parse."""
    if text[:1] in {"*", "+", "?"}:
        return f"leave out the first character: {quoted(text.strip('*+?'))} is looked for anywhere"
    if error.pos is not None and error.pos < len(text) and text[error.pos] in "()[]{}*+?":
        return f"write `\\` before the `{text[error.pos]}` at character {error.pos + 1} if it is meant as it stands"
    return _FORM


def _of_sequence(items: Any) -> _Effort:
    """The effort of things that follow one another: each multiplies what the others cost."""
    parts = [_of_item(code, argument) for code, argument in items]
    return _Effort(sum(part.degree for part in parts), sum(part.bits for part in parts))


def _of_item(code: Any, argument: Any) -> _Effort:
    if code in _REPEATS:
        return _of_repeat(*argument)
    if code is op.BRANCH:
        return _of_branch(argument[1])
    inner = _within(code, argument)
    if len(inner) < 2:
        return _of_sequence(inner[0]) if inner else _Effort()
    efforts = [_of_sequence(items) for items in inner]
    return _Effort(max(each.degree for each in efforts), max(each.bits for each in efforts) + 1)


def _within(code: Any, argument: Any) -> list[Any]:
    """The sequences of which one is matched where a group, a look around or a condition stands."""
    if code is op.SUBPATTERN:
        return [argument[3]]
    if code in {op.ASSERT, op.ASSERT_NOT}:
        return [argument[1]]
    if code is op.ATOMIC_GROUP:
        return [argument]
    if code is op.GROUPREF_EXISTS:
        return [items for items in argument[1:] if items]
    return []


def _of_repeat(least: int, most: int, items: Any) -> _Effort:
    inner = _of_sequence(items)
    many = most > _SMALL
    if many and (inner.degree or inner.bits or not _takes_something(items)):
        raise _Runaway
    if most == least and not many:
        return _Effort(inner.degree * most, inner.bits * most)
    if many:
        return _Effort(int(most != least))
    return _Effort(inner.degree * most, inner.bits * most + log2(most - least + 1))


def _takes_something(items: Any) -> bool:
    """Whether a sequence matches at least one character, whatever it matches."""
    return bool(items.getwidth()[0])


def _of_branch(branches: list[Any]) -> _Effort:
    """The effort of alternatives: the greatest of them, and a choice where two can begin alike."""
    efforts = [_of_sequence(items) for items in branches]
    starts = [_first_letter(items) for items in branches]
    distinct = None not in starts and len(set(starts)) == len(starts)
    bits = 0.0 if distinct else log2(len(branches))
    return _Effort(max(each.degree for each in efforts), max(each.bits for each in efforts) + bits)


def _first_letter(items: Any) -> str | None:
    """The one letter, without regard to case, that a sequence begins with; None where it could be another."""
    for code, argument in items:
        if code is op.LITERAL:
            # The dotless i is an i for the engine, though not for Unicode.
            return chr(argument).casefold()[0].replace("ı", "i")
        if code is op.SUBPATTERN:
            return _first_letter(argument[3])
        if code is not op.AT:
            return None
    return None
