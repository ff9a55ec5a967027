"""CSS selectors over a tree, as the maintainers of sources.yaml write them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import soupsieve

from pipeline.web.html import Tag, attribute, inline_text
from pipeline.web.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: Where a date, a number or a text stands for programs, beside the words for readers, in the order of trust.
_MACHINE_ATTRIBUTES = ("datetime", "content", "data-date", "data-datetime", "title")
#: One step of a relative selector: a combinator and a compound selector, with its brackets.
_STEP = re.compile(r"([+~])\s*((?:[^\s+~>,()\[\]]|\([^()]*\)|\[[^\[\]]*\])+)")
#: Siblings after an element that a relative selector looks at.
_FARTHEST = 50
_HAS_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d{5})")


def problem_of(css: str) -> str | None:
    """What is wrong with a selector, in a few words; None: nothing."""
    try:
        steps, rest = _steps(css)
        for each in (*(compound for _, compound in steps), rest):
            if each or not steps:
                _compiled(each)
    except soupsieve.SelectorSyntaxError as error:
        return str(error).splitlines()[0]
    return None


def select(node: Tag, css: str) -> list[Tag]:
    """Every element inside `node` that `css` matches, in the order of the document; else `node` itself, if it matches.

    A selector that begins with `+` or `~` starts at `node` and looks at what stands after it, as in `:has()` (Selectors Level 4,
    relative selectors): `+ p` is the element right after it, `~ .date` the nearest such one. For lists whose items have no
    element of their own.

    Raises ValueError where `css` is no selector.
    """
    try:
        steps, rest = _steps(css)
        if steps:
            return _after(node, steps, rest)
        selector = _compiled(css)
    except soupsieve.SelectorSyntaxError as error:
        raise ValueError(f"{css!r} is not a CSS selector") from error
    return list(selector.select(node)) or ([node] if selector.match(node) else [])


def value_of(tag: Tag, attribute_name: str | None) -> str:
    """The text of `tag` as one line, or the value of one of its attributes; "" where there is none."""
    if attribute_name is None:
        return inline_text(tag)
    return attribute(tag, attribute_name) or ""


def first_value(node: Tag, css: str, attribute_name: str | None) -> str:
    """The value of the first element that `css` matches and that has one; "" where there is none."""
    return next((value for tag in select(node, css) if (value := value_of(tag, attribute_name))), "")


def date_in(tag: Tag) -> str:
    """The date that an element states: for programs, where it does so with a year, else the words for readers."""
    inner = tag.find("time", attrs={"datetime": True})
    for candidate in (tag, inner):
        if isinstance(candidate, Tag):
            for name in _MACHINE_ATTRIBUTES:
                value = " ".join((attribute(candidate, name) or "").split())
                if _HAS_YEAR.search(value):
                    return value
    return inline_text(tag)


def link_in(tag: Tag, base: str) -> str | None:
    """The address that an element leads to: its own, else that of a link inside it, else of the link it is inside of.

    Absolute, in its ASCII spelling; None where it leads nowhere.
    """
    return next(iter(links_in(tag, base)), None) or next(_around(tag, base), None)


def links_in(tag: Tag, base: str) -> Iterator[str]:
    """Every address that `tag` itself and the links inside it lead to, in the order of the document."""
    for candidate in (tag, *tag.find_all(["a", "area"], href=True)):
        if address := address_of(candidate, base):
            yield address


def address_of(tag: Tag, base: str) -> str | None:
    """The address in the href of `tag` itself; None for one that leads to the top of the same page, or nowhere."""
    href = attribute(tag, "href")
    if not href or href in {"#", "#top"}:
        return None
    return absolute(href, base)


def outermost(tags: Iterable[Tag]) -> list[Tag]:
    """`tags` without those that lie inside another of them."""
    kept: list[Tag] = []
    inside: set[int] = set()
    for tag in tags:
        if not any(id(parent) in inside for parent in tag.parents):
            kept.append(tag)
            inside.add(id(tag))
    return kept


def _around(tag: Tag, base: str) -> Iterator[str]:
    for parent in tag.parents:
        if parent.name == "a" and (address := address_of(parent, base)):
            yield address


def _after(node: Tag, steps: Sequence[tuple[str, str]], rest: str) -> list[Tag]:
    """What a relative selector finds after an element."""
    here = [node]
    inside = _compiled(rest) if rest else None
    for combinator, selector in [(combinator, _compiled(compound)) for combinator, compound in steps]:
        following = here[0].find_next_siblings(limit=1 if combinator == "+" else _FARTHEST)
        here = [tag for tag in following if selector.match(tag)][:1]
        if not here:
            return []
    return here if inside is None else list(inside.select(here[0]))


@lru_cache(maxsize=1024)
def _steps(css: str) -> tuple[list[tuple[str, str]], str]:
    """The steps of a relative selector from sibling to sibling, and the selector that is looked for in the last of them.

    >>> _steps("+ dd + dd a"), _steps(".date")
    (([('+', 'dd'), ('+', 'dd')], 'a'), ([], '.date'))
    """
    steps, rest = [], css.strip()
    while match := _STEP.match(rest):
        steps.append((match[1], match[2]))
        rest = rest[match.end() :].strip()
    return steps, rest


@lru_cache(maxsize=1024)
def _compiled(css: str) -> soupsieve.SoupSieve:
    return soupsieve.compile(css)
