"""The parts of a page that are there on every page of its site and so are not its news: menus, footers, boxes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.web.html import attribute

if TYPE_CHECKING:
    from pipeline.web.html import Tag

#: Parts of a page that are not its news (HTML Living Standard, section 4.3; WAI-ARIA landmarks).
_TAGS = frozenset({"nav", "footer", "aside", "dialog", "menu"})
_ROLES = frozenset({
    "navigation", "contentinfo", "complementary", "search", "dialog", "menu", "menubar", "tablist", "banner",
})  # fmt: skip
#: A header inside one of these is theirs; any other is the page's (HTML Living Standard, section 4.3.8).
_SECTIONS = frozenset({"article", "section", "main", "li", "td"})
_NAMES = re.compile(
    r"(?<![a-z])(?:nav|navbar|navigation|menu|meny|huvudmeny|mega-?menu|footer|sidfot|breadcrumbs?|brodsmul\w*|cookies?|kakor"
    r"|consent|share|sharing|social|related|relaterat|popular|mest-?last|most-?read|trending|pager|pagination|paginering"
    r"|sidebar|sidopanel|skip|tag-?cloud|facets?|dropdown|newsletter)(?![a-z])",
    re.IGNORECASE,
)
#: A part of a page that holds more of its text than this is the page, however it is called.
_MOST_OF_PAGE = 0.5


class Chrome:
    """The parts of one page that are there on every page."""

    def __init__(self, soup: Tag) -> None:
        self._all = max(1, len(soup.get_text()))
        self._known: dict[int, bool] = {}

    def holds(self, tag: Tag) -> bool:
        """Whether a block is one of them, or lies in one."""
        passed = []
        for part in (tag, *tag.parents):
            verdict = self._known.get(id(part))
            if verdict is not None:
                break
            passed.append(part)
        else:
            verdict = False
        for part in reversed(passed):
            verdict = verdict or self._is_one(part)
            self._known[id(part)] = verdict
        return verdict

    def _is_one(self, tag: Tag) -> bool:
        looks_so = (
            tag.name in _TAGS
            or attribute(tag, "role") in _ROLES
            or _NAMES.search(f"{attribute(tag, 'class') or ''} {attribute(tag, 'id') or ''}") is not None
            or (tag.name == "header" and not any(parent.name in _SECTIONS for parent in tag.parents))
        )
        return looks_so and len(tag.get_text()) < _MOST_OF_PAGE * self._all
