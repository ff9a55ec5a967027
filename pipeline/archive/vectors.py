"""Words as PostgreSQL's search takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.archive.terms import forms, is_plain, stemmed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model.item import Item
    from pipeline.model.search import Term

#: The highest position that a tsvector keeps (https://www.postgresql.org/docs/15/textsearch-limitations.html).
_LAST_POSITION = 16_383
#: Between two parts of an item, so that no phrase goes over.
_GAP = 5


def vector(item: Item) -> str:
    """The words of an item as a tsvector: weight A in the title, B in the summary, C in the text, D for those without marks."""
    words = stemmed(item)
    places: dict[str, list[str]] = {}
    at = 0
    for weight, part in (("A", words.title), ("B", words.summary), ("C", words.text), ("D", words.plain)):
        for word in part:
            at += 1 if word else _GAP
            if word:
                places.setdefault(word, []).append(f"{min(at, _LAST_POSITION)}{weight}")
        at += _GAP
    return " ".join(f"'{word}':{','.join(where)}" for word, where in places.items())


def tsquery(asked: Sequence[Term]) -> str:
    """The terms as a tsquery."""
    return " & ".join(f"{'' if term.wanted else '!'}({_any_form(term)})" for term in asked)


def _any_form(term: Term) -> str:
    weights = "" if is_plain(term) else ":ABC"
    return " | ".join("(" + " <-> ".join(f"'{word}'{weights}" for word in form) + ")" for form in forms(term))
