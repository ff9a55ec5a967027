"""How to say what is wrong with a value, and what to write instead, to someone who doesn't program."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

# fmt: off
#: What people write for true and false.
YES_AND_NO = {
    "yes": "true", "on": "true", "ja": "true", "sant": "true", "y": "true", "1": "true",
    "no": "false", "off": "false", "nej": "false", "falskt": "false", "n": "false", "0": "false",
}
# fmt: on
#: Of a value that a message quotes.
_LONGEST_QUOTE = 60


class Unfit(ValueError):
    """A value that a setting can't take; `message` says why, `advice` what to write instead."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


def quoted(text: str) -> str:
    """`text` between backticks, on one line and not too long to read."""
    line = " ".join(text.split())
    return f"`{line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + '…'}`"


def fold(word: str) -> str:
    """A word without case, accents and separators: what people mix up when they write one from memory.

    >>> fold("Käll-URL")
    'kallurl'
    """
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in plain if character.isalnum())


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The one of `known` that `word` is most likely a slip of; None where none is near."""
    from difflib import get_close_matches

    by_fold = {fold(name): name for name in known}
    found = get_close_matches(fold(word)[:100], by_fold, n=1, cutoff=cutoff)
    return by_fold[found[0]] if found else None


def in_words(names: Collection[str], last: str = "or") -> str:
    """Names in backticks as a list to read.

    >>> in_words(["a", "b", "c"])
    '`a`, `b` or `c`'
    """
    each = [f"`{name}`" for name in names]
    return each[0] if len(each) == 1 else f"{', '.join(each[:-1])} {last} {each[-1]}"


def text_for(parse: Callable[[str], Any]) -> Callable[[object], Any]:
    """`parse` for any value that YAML may bring: what is no text is refused before."""

    def read(value: object) -> Any:
        if not isinstance(value, str):
            raise Unfit(f"{kind_of(value)} stands where a text is needed", text_advice(value))
        return parse(value)

    return read


def text_advice(value: object) -> str:
    """How to write `value` as a text."""
    if isinstance(value, bool | int | float):
        return f'put it in quotes: "{str(value).lower()}"'
    return "write one text on the line of the field's name"


def kind_of(value: object) -> str:
    """What sort of thing a value is, in words.

    >>> kind_of(["a"])
    'a list'
    """
    match value:
        case None:
            return "nothing"
        case bool():
            return f"`{str(value).lower()}`"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "a set of fields"
