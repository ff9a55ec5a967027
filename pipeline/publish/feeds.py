"""All feeds in all formats, document by document, so that each story is fetched once for the three of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.publish.bound import archived, current

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model.edition import Draft
    from pipeline.publish.issue import Issue


def feed(issue: Issue, folder: str) -> Iterator[Draft]:
    """`feed.atom`, `feed.rss` and `feed.json` of a section: what readers subscribe to."""
    if folder in issue.sections:
        for binder in issue.binders:
            yield binder.draft(current(issue.sections[folder]))


def document(issue: Issue, name: str) -> Iterator[Draft]:
    """The same of an archive document; `name` is its number and its section's folder: "3 sources/adda"."""
    number, _, folder = name.partition(" ")
    if folder in issue.sections:
        for binder in issue.binders:
            yield binder.draft(archived(issue.sections[folder], int(number)))
