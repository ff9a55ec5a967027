"""What has to hold between settings: ids and addresses are given once, references lead somewhere, kinds exclude each other.

All of it looks at the document as it was read, so that it is told beside whatever else is wrong.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any

from pipeline.config.kinds import KINDS
from pipeline.config.names import address, same_place
from pipeline.config.wording import Unfit, in_words, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.config.document import Document, Path
    from pipeline.errors import Problem

#: Lists whose elements have an id.
_LISTS = ("sources", "topics", "feeds", "searches")
#: Fields that hold words for people, in which quotation marks may be meant.
_WORDS = frozenset({"name", "title", "words", "sv", "en"})
_TYPOGRAPHIC = re.compile(r"\s*[“”„‘’«»](?P<inside>[^“”„‘’«»]*)[“”„‘’«»]\s*\Z")
#: What else may set two sources on one address apart: each takes another part of it.
_PARTS = (*KINDS, "include", "exclude")


def disagreements(document: Document) -> Iterator[Problem]:
    """Every problem between settings that are each right by themselves."""
    return chain(
        *(_same_ids(document, name) for name in _LISTS),
        _same_addresses(document),
        _kinds(document),
        _references(document, "sources"),
        _references(document, "topics"),
        _swallowed(document),
        _norwegian(document),
        _typographic(document),
    )


def _elements(document: Document, name: str) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The elements of a list of the file that are sets of fields, with their paths."""
    found = document.data.get(name) if isinstance(document.data, dict) else None
    for at, each in enumerate(found if isinstance(found, list) else []):
        if isinstance(each, dict):
            yield (name, at), each


def _same_ids(document: Document, name: str) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for path, each in _elements(document, name):
        own = each.get("id")
        if not isinstance(own, str):
            continue
        if own in first:
            line = document.line(first[own])
            message = f"the id {document.written((*path, 'id'))} is taken already, in line {line}"
            yield document.problem((*path, "id"), message, "give one of the two another id")
        first.setdefault(own, path)


def _same_addresses(document: Document) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for path, each in _elements(document, "sources"):
        try:
            place = same_place(address(each["url"]))
        except (KeyError, AttributeError, Unfit):
            continue
        key = f"{place} {[each.get(part) for part in _PARTS]}"
        if key in first:
            earlier = (*first[key], "url")
            spelling = "" if document.written(earlier) == document.written((*path, "url")) else ", in another spelling"
            message = f"the source in line {document.line(first[key])} has this address too{spelling}"
            yield document.problem((*path, "url"), message, "keep one of the two")
        first.setdefault(key, path)


def _kinds(document: Document) -> Iterator[Problem]:
    """A source that would be read in two ways, or says that it is read in a way and then nothing of it."""
    sets = [*_elements(document, "sources")]
    if isinstance(document.data, dict) and isinstance(document.data.get("defaults"), dict):
        sets.append((("defaults",), document.data["defaults"]))
    for path, each in sets:
        given = [kind for kind in KINDS if each.get(kind)]
        if len(given) > 1:
            given.sort(key=lambda kind: document.line((*path, kind)))
            message = f"{in_words(given, 'and')} exclude each other: a source is read in one way"
            yield document.problem((*path, given[1]), message, f"keep one of {in_words(given)}", at_name=True)
        for kind in (*KINDS, "article"):
            place = document.places.get((*path, kind))
            if place and place.empty:
                advice = "write its fields in the lines below, two spaces further in"
                yield document.problem((*path, kind), f"`{kind}` has no fields", advice, at_name=True)


def _references(document: Document, name: str) -> Iterator[Problem]:
    """Sources and topics that a feed or a search names and the file does not have."""
    known = [each["id"] for _, each in _elements(document, name) if isinstance(each.get("id"), str)]
    for path, feed in chain(_elements(document, "feeds"), _elements(document, "searches")):
        named = feed.get(name)
        for at, each in enumerate(named if isinstance(named, list) else []):
            if not isinstance(each, str) or each in known:
                continue
            where = (*path, name, at)
            near = nearest(each, known)
            advice = f"did you mean `{near}`?" if near else f"add it under `{name}:`, or take it away here"
            yield document.problem(where, f"there is no {name[:-1]} {document.written(where)}", advice)


def _swallowed(document: Document) -> Iterator[Problem]:
    """Values that begin with `#`, as CSS ids do, and so are comments to YAML."""
    for path in document.places:
        if (comment := document.commented(path)) is not None:
            message = f"`{path[-1]}` is empty, because `#` begins a comment"
            yield document.problem(path, message, f'put the value in quotes: "{comment}"', at_name=True)


def _norwegian(document: Document) -> Iterator[Problem]:
    """A `no` without quotes where a language stands: false to many a program that reads YAML."""
    for path, place in document.places.items():
        language = path[:1] != ("archive",) and (path[-1:] == ("language",) or path[-2:-1] == ("languages",))
        if language and place.plain and place.written is not None and place.written.lower() == "no":
            message = f"{quoted(place.written)} without quotes means false in YAML"
            yield document.problem(path, message, 'write "no" in quotes, or nb (bokmål) or nn (nynorsk)')


def _typographic(document: Document) -> Iterator[Problem]:
    """Values between the curved quotation marks of word processors, which are letters to YAML."""
    for path, place in document.places.items():
        found = _TYPOGRAPHIC.match(place.written or "") if place.plain else None
        if found and not _WORDS & {part for part in path if isinstance(part, str)}:
            message = "the quotation marks around this are letters to YAML, and part of the value"
            yield document.problem(path, message, f'write straight ones: "{found["inside"]}"')
