"""What the parts of one edition share: its press, its sections, its binders."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.publish import atom, jsonfeed, rss
from pipeline.publish.cards import moment_of
from pipeline.publish.catalogue import ALL
from pipeline.publish.content import Contents
from pipeline.publish.render import Press
from pipeline.publish.sections import everything, of_feeds, of_languages, of_sources, of_topics
from pipeline.publish.shelf import shelf_of
from pipeline.publish.trees import edition_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pipeline.model.edition import Edition
    from pipeline.publish.sections import Section
    from pipeline.publish.shelf import Shelf


class Issue:
    """One edition on its way to files."""

    def __init__(self, edition: Edition, press: Press | None = None) -> None:
        self.edition = edition
        self.press = Press.of(edition) if press is None else press

    @cached_property
    def in_each_language(self) -> tuple[Issue, ...]:
        """It once for each language of the site's own words; itself, in the main one, last."""
        made = ((edition_in(self.edition, tree), tree) for tree in self.press.trees[1:])
        return (*(Issue(edition, self.press.of_tree(edition, tree)) for edition, tree in made), self)

    @cached_property
    def binders(self) -> tuple[atom.Binder, rss.Binder, jsonfeed.Binder]:
        """What makes the feeds, of each format."""
        contents = Contents(self.press.desk.names)
        return tuple(each.Binder(self.edition, contents) for each in (atom, rss, jsonfeed))

    @property
    def shelf(self) -> Shelf:
        """All stories."""
        return shelf_of(self.edition)

    @cached_property
    def sections(self) -> Mapping[str, Section]:
        """Everything that one can subscribe to, by its folder; the main feed first."""
        return {str(each.folder): each for each in (everything(self.edition), *self.sources, *self.topics, *self.feeds)}

    @cached_property
    def today(self) -> date | None:
        """The day of the edition: on which a source was last asked, or a story came; None where nothing ever came.

        No clock is read for it: the same archive, the same day.
        """
        micros = self.shelf.catalogue.newest_seen(ALL)
        moments = [each.last_success for each in self.edition.health if each.last_success is not None]
        if micros is not None:
            moments.append(moment_of(micros))
        return max(moments).astimezone(self.edition.info.timezone).date() if moments else None

    @cached_property
    def pages(self) -> Mapping[str, Section]:
        """Everything that has a page of its own with one for each year, by its folder; the whole first."""
        return {**self.sections, **{str(each.folder): each for each in self.languages}}

    @cached_property
    def sources(self) -> tuple[Section, ...]:
        """The sections of sources."""
        return tuple(of_sources(self.edition))

    @cached_property
    def topics(self) -> tuple[Section, ...]:
        """The sections of topics."""
        return tuple(of_topics(self.edition))

    @cached_property
    def languages(self) -> tuple[Section, ...]:
        """The sections of languages."""
        return tuple(of_languages(self.edition))

    @cached_property
    def feeds(self) -> tuple[Section, ...]:
        """The sections of further merged feeds."""
        return tuple(of_feeds(self.edition))
