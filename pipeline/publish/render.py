"""Templates → pages: the one place that knows Jinja. Everything that is filled in is escaped."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from pipeline.model.edition import Draft, File
from pipeline.publish import paths
from pipeline.publish.cards import digest
from pipeline.publish.characters import web_address
from pipeline.publish.desk import Desk
from pipeline.publish.finder import available

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import PurePosixPath

    from pipeline.model.config import ArchiveInfo
    from pipeline.model.edition import Edition
    from pipeline.publish.sections import Section

#: Nothing runs but the site's own script, nothing comes from elsewhere. (`frame-ancestors` has no effect in a page: the web server
#: has to say it.)
POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'"
#: Of the search page: Pagefind runs WebAssembly, and asks for parts of its index.
SEARCHING = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What every page of an edition is printed with."""

    info: ArchiveInfo
    desk: Desk

    #: `Edition.setting`.
    setting: str

    @classmethod
    def of(cls, edition: Edition) -> Press:
        """The press for one edition."""
        return cls(info=edition.info, desk=Desk.of(edition), setting=edition.setting)

    def draft(self, path: PurePosixPath, template: str, values: Callable[[], dict[str, Any]], *made_of: str) -> Draft:
        """A page that is only printed where what it is made of, beside the setting, has changed."""
        return Draft(
            path=path,
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
        """One page. `title` is of the page alone; `section` is what a feed reader finds when it is given the page."""
        text = (
            environment()
            .get_template(template)
            .render(
                info=self.info,
                t=self.desk.words,
                root=paths.to_root(path),
                here=str(path),
                canonical=paths.url(self.info, path),
                policy=policy,
                title=title,
                section=section,
                linked_data=linked_data,
                searchable=available(),
                **values,
            )
        )
        return File(path=path, content=text.encode())


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
