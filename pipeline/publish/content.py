"""What a feed entry says of its story: the lead's text, and who else carries it."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from pipeline.publish.listing import carriers
from pipeline.publish.sections import topic_language, topic_name
from pipeline.publish.texts import words
from pipeline.publish.xml import child

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from pipeline.model.config import Topic
    from pipeline.model.edition import StoryView
    from pipeline.model.source import Source, SourceId
    from pipeline.model.story import StoryId

#: The HTML of so many entries is kept: more than the longest document of a feed has, which is made in one format after the other.
_KEPT = 200
_PARAGRAPH_END = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What sources and topics are called in one language of the site."""

    sources: Mapping[SourceId, Source]
    topics: Mapping[str, str]
    #: Which language the name of a topic is in; None: nobody said.
    topic_languages: Mapping[str, str | None]
    #: Of the site's own words.
    language: str

    @classmethod
    def of(cls, sources: Iterable[Source], topics: Collection[Topic], language: str) -> Names:
        """The names in a language."""
        return cls(
            sources={source.id: source for source in sources},
            topics={topic.id: topic_name(topic, language) for topic in topics},
            topic_languages={topic.id: topic_language(topic, language) for topic in topics},
            language=language,
        )

    def source(self, source: SourceId) -> str:
        """The name of a source; the id of one that left sources.yaml."""
        known = self.sources.get(source)
        return source if known is None else known.name


@lru_cache(maxsize=64)
def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a plain text, each on one line."""
    return tuple(joined for part in _PARAGRAPH_END.split(text) if (joined := " ".join(part.split())))


def body(story: StoryView) -> tuple[str, ...]:
    """The paragraphs that speak for the story: the lead's whole text, else its summary."""
    return paragraphs(story.lead.item.text or story.lead.item.summary)


def authors(story: StoryView, names: Names) -> tuple[str, ...]:
    """Who wrote the lead: the people it names, else its source."""
    return story.lead.item.authors or (names.source(story.lead.item.source),)


def tags(story: StoryView) -> tuple[str, ...]:
    """The sources' own tags of all items, each once."""
    return tuple(dict.fromkeys(tag for record in (story.lead, *story.records) for tag in record.item.tags))


class Contents:
    """The HTML of entries, made once for all formats and feeds that hold it."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._kept: OrderedDict[StoryId, tuple[StoryView, str]] = OrderedDict()

    def html(self, story: StoryView) -> str:
        """As `as_html` says."""
        kept = self._kept.get(story.id)
        if kept is None or kept[0] is not story:
            kept = self._kept[story.id] = story, as_html(story, self.names)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return kept[1]


def as_html(story: StoryView, names: Names) -> str:
    """The entry's content as HTML: paragraphs, then a line with a link to each source's own page."""
    holder = etree.Element("div")
    for each in body(story):
        child(holder, "p", each)
    line = child(holder, "p", words(names.language).counted(len(story.sources), "sources") + ": ", lang=names.language)
    for number, record in enumerate(carriers(story)):
        name = names.source(record.item.source)
        part = child(line, "a", name, href=record.item.url) if record.item.url else child(line, "span", name)
        part.tail = ", " if number + 1 < len(story.sources) else None
    return "\n".join(_serialised(holder))


def as_text(story: StoryView, names: Names) -> str:
    """The same in plain text, with the addresses written out."""
    line = words(names.language).counted(len(story.sources), "sources")
    listed = ", ".join(
        f"{names.source(record.item.source)}{f' <{record.item.url}>' if record.item.url else ''}"
        for record in carriers(story)
    )
    return "\n\n".join((*body(story), f"{line}: {listed}"))


def _serialised(holder: etree._Element) -> Iterator[str]:
    for element in holder:
        yield etree.tostring(element, method="html", encoding="unicode")
