"""All feeds in all formats, document by document, so that each story is fetched once for the three of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.publish.bound import archived, current

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.edition import Draft
    from pipeline.publish.bound import FeedDocument
    from pipeline.publish.issue import Issue


def feed(issue: Issue, folder: str) -> Iterator[Draft]:
    """`feed.atom`, `feed.rss` and `feed.json` of a section: what readers subscribe to."""
    if folder in issue.sections:
        yield from _in_all_formats(issue, current(issue.sections[folder]))


def document(issue: Issue, name: str) -> Iterator[Draft]:
    """The same of an archive document; `name` is its number and its section's folder: "3 sources/adda"."""
    number, _, folder = name.partition(" ")
    if folder in issue.sections:
        yield from _in_all_formats(issue, archived(issue.sections[folder], int(number)))


def _in_all_formats(issue: Issue, made: FeedDocument) -> Iterator[Draft]:
    made_of = made.made_of(issue.edition)
    for binder in issue.binders:
        yield binder.draft(made, made_of)
