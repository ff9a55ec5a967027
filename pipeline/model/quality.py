"""How good the data of a source are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.model.source import SourceId

#: How sure a value is: the source says it where programs look for it ("stated"); it stands where sources.yaml says ("described");
#: it was found by what it looks like ("guessed").
Sureness = Literal["stated", "described", "guessed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceQuality:
    """What is missing, odd or uncertain in the items of one source. All counts are of items."""

    source: SourceId
    items: int
    undated: int = 0
    #: Their title is the beginning of their text, or their address.
    untitled: int = 0
    #: Neither summary nor text.
    textless: int = 0
    languageless: int = 0
    addressless: int = 0
    #: Published later than they were first seen, by more than a day.
    future: int = 0
    #: A date of no more than a month.
    vague: int = 0
    #: Beside another item of the same source in one story.
    doubled: int = 0
    #: In a story that other sources tell, too.
    shared: int = 0
    #: Changed by the source at least once.
    revised: int = 0
    #: By field ("published", "title", …): how many values are how sure.
    sureness: Mapping[str, Mapping[Sureness, int]] = field(default_factory=dict)
    #: Of the newest items, the share between 0 and 1 whose language the words alone give, too; None: none has a language.
    language_agreement: float | None = None
    #: What is another than it was for long, a sentence each.
    changes: tuple[str, ...] = ()
    #: What to mend, and how, a sentence each; the most needed first.
    advice: tuple[str, ...] = ()
