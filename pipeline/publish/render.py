"""Templates → pages: the one place that knows Jinja. Everything that is filled in is escaped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from pipeline.model.edition import Draft, File
from pipeline.publish import paths
from pipeline.publish.cards import digest
from pipeline.publish.characters import web_address
from pipeline.publish.desk import Desk
from pipeline.publish.finder import available
from pipeline.publish.rows import HOME, Printed
from pipeline.publish.trees import trees

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import PurePosixPath

    from pipeline.model.config import ArchiveInfo
    from pipeline.model.edition import Edition
    from pipeline.publish.cards import Slot
    from pipeline.publish.rows import Day
    from pipeline.publish.sections import Section
    from pipeline.publish.trees import Tree

#: Nothing runs but the site's own script, nothing comes from elsewhere. (`frame-ancestors` has no effect in a page: the web server
#: has to say it.)
POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'"
#: Of the search page: Pagefind runs WebAssembly, and asks for parts of its index.
SEARCHING = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'")


#: So many rows of lists are kept printed: a story stands in the lists of its sources, topics, language and month.
KEPT_ROWS = 12_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What every page of an edition is printed with."""

    #: As the pages of its tree see it: with their language, under their address.
    info: ArchiveInfo
    desk: Desk
    tree: Tree
    #: All that there are, the main one first.
    trees: tuple[Tree, ...]
    #: `Edition.setting`.
    setting: str
    rows: Rows

    @classmethod
    def of(cls, edition: Edition) -> Press:
        """The press for the pages of an edition in its main language."""
        every, desk = trees(edition.info), Desk.of(edition)
        return cls(info=edition.info, desk=desk, tree=every[0], trees=every, setting=edition.setting, rows=Rows(desk))

    def of_tree(self, edition: Edition, tree: Tree) -> Press:
        """The press for the pages of another tree; the edition is as that sees it."""
        desk = Desk.of(edition)
        return replace(self, info=edition.info, desk=desk, tree=tree, rows=Rows(desk))

    def days(self, stories: Iterable[Slot]) -> tuple[Day[Printed], ...]:
        """Stories that are sorted newest first, as lists show them."""
        return self.desk.days(stories, self.rows.printed)

    def draft(self, path: PurePosixPath, template: str, values: Callable[[], dict[str, Any]], *made_of: str) -> Draft:
        """A page that is only printed where what it is made of, beside the setting, has changed; `path` is that within its tree."""
        return Draft(
            path=self.tree.folder / path,
            made_of=digest((self.setting, template, *made_of)),
            make=lambda: self.page(path, template, **values()).content,
        )

    def page(
        self,
        path: PurePosixPath,
        template: str,
        *,
        title: str,
        section: Section | None = None,
        linked_data: object = None,
        policy: str = POLICY,
        **values: Any,
    ) -> File:
        """One page, at `path` in its tree. `title` is of the page alone; `section` is what a feed reader finds when it is given the page."""
        place = self.tree.folder / path
        text = (
            environment()
            .get_template(template)
            .render(
                info=self.info,
                t=self.desk.words,
                # To what all languages share, and to the pages in this one.
                root=paths.to_root(place),
                home=paths.to_root(path),
                here=str(path),
                canonical=paths.url(self.info, path),
                trees=self.trees,
                tree=self.tree,
                path=path,
                # Of the title of the site, and of all else that sources.yaml says in one language alone.
                site_language=self.desk.foreign(self.trees[0].language),
                policy=policy,
                title=title,
                section=section,
                linked_data=linked_data,
                searchable=available(),
                **values,
            )
        )
        return File(path=place, content=text.encode())


class Rows:
    """The rows of lists in the words of one desk: each is printed once, however many lists of a year it stands in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        #: By the digests of their stories, those that were printed last.
        self._kept: dict[str, bytes] = {}

    def printed(self, story: Slot) -> Printed:
        """The row of a story."""
        markup = self._kept.get(story.digest)
        if markup is None:
            row = self._desk.row(story.card.listed)
            macro: Any = getattr(environment().get_template("list.html").module, "row")  # noqa: B009 – mypy knows no macros
            markup = self._kept[story.digest] = str(macro(row, self._desk.words, HOME)).encode()
            if len(self._kept) > KEPT_ROWS:
                del self._kept[next(iter(self._kept))]
        return Printed(page=str(paths.story_page(story.id)), markup=markup)


@cache
def environment() -> Environment:
    """Where templates are found; what is filled into markup is escaped."""
    environment = Environment(
        loader=PackageLoader("pipeline.publish", "templates"),
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True, default_for_string=True),
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["paths"] = paths
    environment.filters["web"] = lambda address: web_address(address) or "#"
    return environment
