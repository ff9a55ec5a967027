"""The site once for each language of its own words: the main one lies in the publication's folder, the other in one named after it.

Both have the same pages at the same paths below, so a page leads to itself in the other language, and every link that is followed stays
in the language that was chosen. Feeds, exports, calendar, style and search index are there once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pipeline.publish import paths
from pipeline.publish.texts import LANGUAGES, words

if TYPE_CHECKING:
    from pipeline.model.config import ArchiveInfo
    from pipeline.model.edition import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The site in one language."""

    language: str
    #: What the name of the switch is, in that language.
    switch: str
    #: Where its pages lie, from the publication's folder.
    folder: PurePosixPath
    #: The same as the beginning of a path: "" or "en/".
    prefix: str
    #: Its own address.
    url: str

    def address(self, page: PurePosixPath) -> str:
        """The public address of one of its pages."""
        return paths.address(self.url, page)


def trees(info: ArchiveInfo) -> tuple[Tree, ...]:
    """The main one first."""
    main = words(info.language).language
    return tuple(
        Tree(
            language=each,
            switch=words(each).switch,
            folder=paths.ROOT if each == main else PurePosixPath(each),
            prefix="" if each == main else f"{each}/",
            url=info.url if each == main else f"{info.url}{each}/",
        )
        for each in (main, *(each for each in LANGUAGES if each != main))
    )


def edition_in(edition: Edition, tree: Tree) -> Edition:
    """The edition as the pages of a tree see it."""
    return replace(edition, info=replace(edition.info, language=tree.language, url=tree.url))
