"""What is right and hardly meant: selectors that break at the next redesign, passwords that everybody can read, slashes.

Warnings, never problems: a frail selector may be all that a page offers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.config.wording import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.config.document import Document, Path
    from pipeline.errors import Problem

_SETS = ("listing", "article")
_NAME = re.compile(r"[.#]((?:[A-Za-z_]|-[A-Za-z_])[\w-]*)")
_PLACE = re.compile(r":nth-(?:child|of-type|last-child|last-of-type)\([^)]*\)")
#: Names that build tools make, as seen: styled-components (sc-1x2y3z), emotion (css-1q8dd3e), JSS (jss123), CSS modules
#: (title__3xYz1), Svelte (svelte-1tky8bj), Vue's scoped styles (data-v-…); and numbers that content systems give.
_MADE = re.compile(
    r"^(?:css|sc|jss|jsx|emotion|svelte|astro|styled|tw)-?(?=[\w-]*\d)[A-Za-z0-9]{3,}(?:-\d+)?$|__(?=\w*\d)\w{4,8}$|[_-](?=[a-z0-9]*\d[a-z0-9]*[a-z])[a-f0-9]{6,}$"
)
_NUMBERED = re.compile(r"^(?:post|node|item|article|entry|block|module|id|el|ext|yui|c|mod)[-_]?\d{2,}$", re.IGNORECASE)
#: Names of grids and of single traits of looks, which are on whatever has that trait (Bootstrap, Tailwind, WordPress).
_LOOKS = re.compile(
    r"^(?:row|container(?:-fluid)?|clearfix|wrapper|inner|left|right|center|flex|grid|block|hidden|active|odd|even|first|last"
    r"|col(?:-(?:xs|sm|md|lg|xl|xxl))?(?:-\d+)?|[mp][trblxyse]?-\d+|(?:d|text|bg|font|border|rounded|shadow|w|h|gap|justify|items|align)-[\w-]+"
    r"|align(?:left|right|center)|has-[\w-]+-(?:color|background)|wp-block-\w+)$"
)
#: Elements that a page has for all sorts of things.
_ANYTHING = frozenset(
    {"*", "div", "span", "p", "a", "li", "ul", "ol", "section", "body", "html", "main", "table", "tbody"}
)
_DEEPEST = 4
#: A regular expression as JavaScript writes it.
_SLASHES = re.compile(r"/(.+)/[a-z]*\Z")
_PASSWORD = re.compile(r"://[^\s/:@]*:(?!\$\{)[^\s/@]+@")


def frailties(document: Document) -> Iterator[Problem]:
    """What is frail in a file that is right otherwise, in its order; the advice says what to write instead."""
    for path, place in document.places.items():
        if place.written is not None and (found := _found(place.written, path)):
            yield document.problem(path, *found)


def _found(written: str, path: Path) -> tuple[str, str] | None:
    """What is to be said of a scalar, and what to write instead."""
    if path[0] in {"notify", "store"} and _PASSWORD.search(written):
        return (
            "a password stands in the file, where whoever reads the file can read it",
            "write `${PASSWORD}` in its place, and set that variable where Samflöde is started",
        )
    if len(path) < 2:
        return None
    if path[-1] in {"include", "exclude"} and "sitemap" not in path and (bare := _SLASHES.match(written)):
        return (
            f"{path[-1]}: the slashes of {quoted(written)} are looked for as well",
            f"write {quoted(bare[1])}: upper and lower case are alike in any case",
        )
    if path[-2] in _SETS and isinstance(path[-1], str) and path[-1] != "pages" and written != "auto":
        frail = _frailty(written, path)
        return frail and (f"{path[-1]}: {frail[0]}", frail[1])
    return None


def _frailty(selector: str, path: Path) -> tuple[str, str] | None:
    """What is frail in a selector, and what to write instead; None where nothing is."""
    css = selector.partition("@")[0].strip()
    if position := _PLACE.search(css):
        return (
            f"`{position[0]}` counts elements: whatever is put before them makes it another one",
            "take a class that says what it is, such as `.date`, or leave the field out: it is found without a selector",
        )
    names = _NAME.findall(re.sub(r"\[[^\]]*\]", "", css))
    if made := next((name for name in names if _MADE.search(name)), None):
        return (
            f"`{made}` was made up by a program and is another one after the site's next update",
            'take a class that a person gave, an element, or an attribute that begins alike: `[class*="title"]`',
        )
    if numbered := next((name for name in names if _NUMBERED.search(name)), None):
        return f"`{numbered}` names one single element by its number", "take what all of them have in common"
    if path[-1] == "item" and css.lower() in _ANYTHING:
        return (
            f"every {quoted(css)} of the page is an item, its menus and footers as well",
            f"say which: `.news {css if css != '*' else 'li'}`, with the class of the list, or a class of the items",
        )
    if path[-1] == "item" and names and all(_LOOKS.search(name) for name in names) and not re.match(r"article\b", css):
        return (
            f"{quoted(css)} says what it looks like, and other parts of a page look like that",
            "take a class that says what it is, such as `.news-item`",
        )
    if css.count(">") > _DEEPEST:
        return (
            f"{quoted(css)} goes through {css.count('>') + 1} elements, each of which may be moved",
            "keep the last one or two",
        )
    return None
