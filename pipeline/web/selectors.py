"""CSS selectors over a tree, as the maintainers of sources.yaml write them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import soupsieve

from pipeline.web.html import Tag, attribute, inline_text
from pipeline.web.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Where a date, a number or a text stands for programs, beside the words for readers, in the order of trust.
_MACHINE_ATTRIBUTES = ("datetime", "content", "data-date", "data-datetime", "title")
_HAS_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d{5})")


def problem_of(css: str) -> str | None:
    """What is wrong with a selector, in a few words; None: nothing."""
    try:
        _compiled(css)
    except soupsieve.SelectorSyntaxError as error:
        return str(error).splitlines()[0]
    return None


def select(node: Tag, css: str) -> list[Tag]:
    """Every element inside `node` that `css` matches, in the order of the document; else `node` itself, if it matches.

    Raises ValueError where `css` is no selector.
    """
    try:
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


@lru_cache(maxsize=1024)
def _compiled(css: str) -> soupsieve.SoupSieve:
    return soupsieve.compile(css)
