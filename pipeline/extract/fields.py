"""The selector of one field of a listing: the sturdiest that finds in the items what was guessed to be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract.monthfirst import plain
from pipeline.extract.names import stems, sturdy_classes, sturdy_id
from pipeline.extract.tables import Columns
from pipeline.extract.teaser import HEADINGS
from pipeline.extract.template import slots
from pipeline.model.source import Selector
from pipeline.web.html import Tag, attribute, inline_text
from pipeline.web.selectors import date_in, link_in, select

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.extract.guess import Guessed
    from pipeline.extract.template import Path

#: Of the items, so many have to give by the selector just what was guessed.
ENOUGH = 0.8
#: Items whose markup is looked at for candidates, and that candidates are tried on.
_SEEN = 3
_TRIED = 60
#: Elements of an item that a date is looked for in.
_FEW = 60
#: Siblings after the first element of an item that its fields are looked for in.
_FARTHEST = 8


def field_selector(
    name: str, tags: Sequence[Tag], items: Sequence[Guessed], path: Path | None, base: str
) -> Selector | None:
    """The selector of a field of `items`, whose elements by the item's selector are `tags`; None where it needs none or has none.

    `path` is where the template has the field.
    """
    columns = Columns()
    pairs = list(zip(tags, items, strict=True))[:_TRIED]
    if not any(_expected(name, item) for _, item in pairs):
        return None
    targets = ((tag, target) for tag, item in pairs if (target := _target(name, item, path, columns)) is not None)
    if name == "title":
        targets = ((tag, _heading(target, tag)) for tag, target in targets)
    tried: set[str] = set()
    best: tuple[int, str] | None = None
    for (tag, target), _ in zip(targets, range(_SEEN), strict=False):
        for css in _candidates(tag, target):
            if css in tried:
                continue
            tried.add(css)
            right = sum(_is_right(name, _gives(name, tag_, css, base), _expected(name, item)) for tag_, item in pairs)
            if right == len(pairs):
                return Selector(css=css)
            if best is None or right > best[0]:
                best = (right, css)
    return Selector(css=best[1]) if best is not None and best[0] >= ENOUGH * len(pairs) else None


def _target(name: str, item: Guessed, path: Path | None, columns: Columns) -> Tag | None:
    """The element of an item that says the field: that in the template's place, else of a date the one that says it."""
    target = slots(item.tag, columns).get(path) if path is not None else None
    if name != "date" or item.date is None or (target is not None and plain(date_in(target)) == item.date):
        return target
    return next((tag for tag in item.tag.find_all(limit=_FEW) if plain(date_in(tag)) == item.date), None)


def _heading(target: Tag, item: Tag) -> Tag:
    """The heading that says what a link in it says, and outlives it better; else the element itself."""
    for parent in target.parents:
        if parent is item or inline_text(parent) != inline_text(target):
            break
        if parent.name in HEADINGS:
            return parent
    return target


def _expected(name: str, item: Guessed) -> str:
    return getattr(item, name) or ""


def _is_right(name: str, given: str, expected: str) -> bool:
    """Whether a value is what was guessed; of a text a few words more are forgiven, as an element's own parts may say them."""
    return given == expected or (
        name in {"title", "summary"} and expected in given and len(given) < 1.3 * len(expected)
    )


def _gives(name: str, tag: Tag, css: str, base: str) -> str:
    """What a selector gives in an item, as the reader of listings takes it."""
    found = select(tag, css)
    if name == "link":
        return next((link for each in found if (link := link_in(each, base))), "")
    if name == "date":
        date = next((date for each in found if (date := date_in(each))), "")
        return plain(date) or ""
    return next((text for each in found if (text := inline_text(each))), "")


def _candidates(item: Tag, target: Tag) -> Iterator[str]:
    """Selectors for an element of an item, the sturdiest first."""
    if target is item:
        yield from (*(f".{name}" for name in sturdy_classes(item)), item.name)
        return
    way = [target, *target.parents]
    if not any(tag is item for tag in way):
        yield from _behind(item, target)
        return
    yield from _inside(item, target)


def _inside(item: Tag, target: Tag) -> Iterator[str]:
    names = sturdy_classes(target)
    yield from (f".{name}" for name in names)
    yield target.name
    yield from (f"{target.name}.{name}" for name in names)
    yield from _marked(target)
    for parent in target.parents:
        if parent is item:
            break
        for there in (*(f".{name}" for name in sturdy_classes(parent)), parent.name):
            yield f"{there} {target.name}"
        if parent.name in {"td", "th"}:
            yield f"{_column(parent)} {target.name}"
    if own_id := sturdy_id(target):
        yield f"#{own_id}"
    if target.name in {"td", "th"}:
        yield _column(target)
    yield from (f'[class*="{stem}"]' for stem in stems(target))
    yield from _beside(target)
    yield f"{target.name}:nth-of-type({_place(target)})"
    if isinstance(target.parent, Tag) and target.parent is not item:
        for there in (target.parent.name, f"{target.parent.name}:nth-of-type({_place(target.parent)})"):
            yield f"{there} > {target.name}:nth-of-type({_place(target)})"
            yield f"{there} > {target.name}"


def _beside(target: Tag) -> Iterator[str]:
    """By what stands right before or after an element: the line above the heading, whatever else an item may have."""
    after, before = target.find_next_sibling(), target.find_previous_sibling()
    if isinstance(after, Tag) and after.name != target.name:
        yield f"{target.name}:has(+ {after.name})"
    if isinstance(before, Tag) and before.name != target.name:
        yield f"{before.name} + {target.name}"


def _marked(target: Tag) -> Iterator[str]:
    """By what an element says of itself to programs (HTML microdata, WAI-ARIA, link relations)."""
    for name in ("itemprop", "rel", "role", "data-testid", "data-test"):
        value = attribute(target, name) or ""
        if value and value.replace("-", "").replace("_", "").isalnum():
            yield f'{target.name}[{name}="{value}"]'


def _behind(item: Tag, target: Tag) -> Iterator[str]:
    """Selectors for what stands in a sibling behind the item's element."""
    around = {id(tag): tag for tag in (target, *target.parents)}
    steps: list[str] = []
    for sibling in item.find_next_siblings(limit=_FARTHEST):
        if id(sibling) not in around:
            steps.append(f"+ {sibling.name}")
            continue
        inner = [None] if sibling is target else [*_inside(sibling, target)]
        for name in sturdy_classes(sibling):
            yield from (f"~ .{name}" if each is None else f"~ .{name} {each}" for each in inner)
        start = " ".join([*steps, f"+ {sibling.name}"])
        yield from (start if each is None else f"{start} {each}" for each in inner)
        return


def _column(cell: Tag) -> str:
    return f"{cell.name}:nth-child({sum(1 for before in cell.previous_siblings if isinstance(before, Tag)) + 1})"


def _place(tag: Tag) -> int:
    return sum(1 for before in tag.previous_siblings if isinstance(before, Tag) and before.name == tag.name) + 1
