"""What an entry says, in plain text, before the facts of its batch are known; and what its item will say of it after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.normalise.address import canonical_url
from pipeline.normalise.tails import common_tails, common_title_tails, without_tail, without_title_tail
from pipeline.normalise.text import clean_text, cut, first_paragraph, first_sentence, fold_text, one_line
from pipeline.web.urls import host_of, readable_host

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model.entry import Entry, Text
    from pipeline.model.source import Source

LONGEST_TITLE = 500
LONGEST_SUMMARY = 2_000
#: What a summary made of the whole text aims at; a first paragraph that is shorter takes in the next.
_ENOUGH, _TOO_SHORT = 500, 120
#: Characters that the same words may take more: quotation marks, dashes, what folds into several.
_SLACK = 50
#: A title made of a sentence.
_LONGEST_SENTENCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The texts of one entry; all plain, each may be empty."""

    entry: Entry
    #: Canonical.
    url: str | None
    title: str
    #: Paragraphs separated by an empty line, as long as the source gave it.
    summary: str
    text: str

    @property
    def openings(self) -> tuple[str, ...]:
        """The first paragraphs that the news may be known by."""
        return tuple(dict.fromkeys(part for part in map(first_paragraph, (self.summary, self.text)) if part))

    @property
    def texts(self) -> tuple[str, ...]:
        """What the news may be told in, the longest first."""
        return tuple(dict.fromkeys(part for part in (self.text, self.summary) if part))

    @property
    def short(self) -> str:
        """The summary as readers get it: one paragraph, from the whole text where the source gives no summary."""
        if self.summary:
            return cut(" ".join(self.summary.split()), LONGEST_SUMMARY)
        paragraphs = self.text.split("\n\n")
        short = paragraphs[0]
        for more in paragraphs[1:]:
            if len(short) >= _TOO_SHORT or len(short) + len(more) > _ENOUGH:
                break
            short = f"{short} {more}"
        return cut(" ".join(short.split()), _ENOUGH)

    @property
    def all_text(self) -> str:
        """Title and text (or summary) together: what a language is guessed from, and what `include` looks at."""
        return "\n".join(part for part in (self.title, self.summary, self.text) if part)


def drafts_of(entries: Sequence[Entry], source: Source) -> list[Draft]:
    """A draft for each entry, without the tails that they have in common."""
    raw = [_raw(entry) for entry in entries]
    title_tails = common_title_tails([draft.title for draft in raw], source.name)
    tails = common_tails(draft.text for draft in raw) | common_tails(draft.summary for draft in raw)
    return [_finished(draft, title_tails, tails, source) for draft in raw]


def _raw(entry: Entry) -> Draft:
    title = _plain(entry.title)
    return Draft(
        entry=entry,
        url=None if entry.link is None else canonical_url(entry.link, base=entry.base),
        title=" ".join(title.split()),
        summary=_plain(entry.summary),
        text=_plain(entry.content),
    )


def _finished(draft: Draft, title_tails: frozenset[str], tails: frozenset[str], source: Source) -> Draft:
    title = cut(without_title_tail(draft.title, title_tails), LONGEST_TITLE)
    summary, text = (_without_title(without_tail(each, tails), title) for each in (draft.summary, draft.text))
    if len(summary) > LONGEST_SUMMARY and len(summary) > len(text):
        # A source that has one field for its news writes all of it there.
        summary, text = "", summary
    if _same(summary, title):
        summary = ""
    if not title:
        title = first_sentence(summary or text, _LONGEST_SENTENCE) or _named(draft, source)
    if title.endswith("…") and "<" in title:
        # Cut within what looks like a tag it is no plain text any more.
        title = clean_text(title) or title
    return Draft(entry=draft.entry, url=draft.url, title=title, summary=summary, text=text)


def _plain(text: Text | None) -> str:
    return "" if text is None else clean_text(text.value)


def _without_title(text: str, title: str) -> str:
    """The text without the title as its own first paragraph, where anything else is in it."""
    first, _, rest = text.partition("\n\n")
    return rest if rest and title and _same(first, title) else text


def _same(text: str, title: str) -> bool:
    """Whether a text says what the title does; one that is far longer does not."""
    return len(text) <= 2 * len(title) + _SLACK and fold_text(text) == fold_text(title)


def _named(draft: Draft, source: Source) -> str:
    """A title for what has no words at all: its address without scheme, else the name of its source."""
    if draft.url is None:
        return one_line(source.name) or str(source.id)
    place = draft.url.partition("://")[2]
    host = host_of(draft.url)
    return cut(place.replace(host, readable_host(host), 1).rstrip("/"), LONGEST_TITLE)
