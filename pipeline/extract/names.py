"""Which classes and ids of a page mean something to those who made it, and so may outlive the next release.

Three kinds do not: hashes that tools append or make up (CSS modules, styled components, Svelte, Angular), utility classes that
say how something looks (Tailwind CSS, Bootstrap), and states or numbers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.template import steady_classes
from pipeline.web.html import attribute

if TYPE_CHECKING:
    from pipeline.web.html import Tag

_IDENTIFIER = re.compile(r"-?[A-Za-z_][\w-]*\Z", re.ASCII)
#: Prefixes of names that programs made up, and of utility classes (Tailwind CSS 3, Bootstrap 5).
_MADE_UP = re.compile(
    r"\d|^(?:css|sc|jss|jsx|svelte|ng|emotion|v|js|u|wp-image|wp-elements|elementor-element|col|cols|row|grid|flex|order|p|m|px|py|pt|pb|pl|pr|mx|my|mt|mb|ml|mr|"
    r"w|h|min|max|text|bg|d|is|has|gap|space|items|justify|content|self|place|font|leading|tracking|border|rounded|shadow|"
    r"opacity|z|top|bottom|left|right|inset|overflow|object|transition|duration|ease|transform|align|float|position|lg|md|sm|xl|xs|"
    r"hover|focus|group|cursor|divide|ring|line|list|decoration|whitespace|break|aspect|basis|grow|shrink|sr|visually|img|"
    r"fw|fs|lh|g|gx|gy|animate|delay|fill|stroke|table)-"
    r"|^(?:flex|grid|block|inline|inline-block|inline-flex|hidden|relative|absolute|fixed|sticky|static|rounded|shadow|border|container|container-fluid|"
    r"row|col|clearfix|underline|uppercase|lowercase|capitalize|italic|truncate|transition|group|contents|antialiased|prose|"
    r"small|large|left|right|center|bold|btn|link|active|show|fade|collapse|pull-left|pull-right|wrapper|inner|outer|even|odd)$"
    r"|__(?=[\w-]*[A-Z0-9])[\w-]{5,}$|[:/\[\]@!]"
)
#: The part of a name before what a tool appended: "NewsCard_card__3xYz9", "Title-sc-1a2b3c-0".
_STEM = re.compile(
    r"([A-Za-z][A-Za-z_-]{3,}?)(?:__[\w-]{4,}|-sc-[\w-]+|[-_](?=[A-Za-z]*\d)[A-Za-z0-9]{5,})\Z", re.ASCII
)
#: Names that say that something is an item of news, in the languages of our sources.
MEANS_ITEM = re.compile(
    r"news|nyhet|nyhed|noticia|noticies|actualitat|aktuell|artikel|article|post|entry|item|puff|teaser|card|story|uutinen|tiedote|press|result|views-row",
    re.IGNORECASE,
)


def sturdy_classes(tag: Tag) -> list[str]:
    """The classes of an element that mean something."""
    return [name for name in steady_classes(tag) if means_something(name)]


def sturdy_id(tag: Tag) -> str | None:
    """The id of an element, where it means something."""
    name = attribute(tag, "id") or ""
    return name if means_something(name) else None


def stems(tag: Tag) -> list[str]:
    """What stays of the classes of an element when what a tool appended is taken away."""
    found = []
    for name in (attribute(tag, "class") or "").split():
        match = _STEM.match(name)
        if match and not _MADE_UP.search(match[1]) and not _is_scrambled(match[1]):
            found.append(match[1])
    return found


def means_something(name: str) -> bool:
    """Whether a class or an id was chosen by a person to say what something is.

    >>> [name for name in ("news-item", "card__title", "css-1x2y3z", "sc-bdVaJa", "mt-4", "kKqWzE") if means_something(name)]
    ['news-item', 'card__title']
    """
    return bool(_IDENTIFIER.match(name)) and not _MADE_UP.search(name) and not _is_scrambled(name)


def _is_scrambled(name: str) -> bool:
    """Whether a name falls into pieces that are no words when it is cut where words would end."""
    pieces = re.findall(r"[A-Z]*[a-z]+|[A-Z]+", name)
    words = [piece for piece in pieces if len(piece) > 2 and re.search(r"[aeiouyAEIOUY]", piece)]
    letters = sum(map(len, pieces))
    return len(pieces) > 1 and sum(map(len, words)) < letters / 2
