"""What pages say to programs: schema.org as JSON-LD (https://json-ld.org, "Embedding JSON-LD in HTML Documents")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.publish import paths
from pipeline.publish.moments import rfc3339, said

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import PurePosixPath

    from pipeline.model.config import ArchiveInfo
    from pipeline.model.edition import StoryView
    from pipeline.publish.content import Names

#: Of a headline and a description, in characters.
_HEADLINE, _DESCRIPTION = 110, 300


def news_article(story: StoryView, info: ArchiveInfo, names: Names) -> dict[str, Any]:
    """The story as a NewsArticle (https://schema.org/NewsArticle), based on what its sources published."""
    lead = story.lead.item
    address = paths.url(info, paths.story_page(story.id))
    article = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": address,
        "url": address,
        "headline": lead.title[:_HEADLINE],
        "description": lead.summary[:_DESCRIPTION] or None,
        "inLanguage": lead.language,
        "datePublished": said(story.published) if story.published else None,
        "dateModified": rfc3339(story.updated),
        "author": [{"@type": "Person", "name": each} for each in lead.authors]
        or [{"@type": "Organization", "name": names.source(lead.source)}],
        "publisher": {"@type": "Organization", "name": info.title, "url": info.url},
        "keywords": [names.topics[each] for each in story.topics] or None,
        "isBasedOn": [record.item.url for record in story.records if record.item.url] or None,
    }
    return {name: value for name, value in article.items() if value is not None}


def item_list(pages: Iterable[str], info: ArchiveInfo, page: PurePosixPath, title: str) -> dict[str, Any]:
    """A list of stories as a CollectionPage with its ItemList (https://schema.org/ItemList)."""
    return {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "url": paths.url(info, page),
        "name": title,
        "mainEntity": {
            "@type": "ItemList",
            "itemListElement": [
                {"@type": "ListItem", "position": number, "url": info.url + each.removesuffix(paths.INDEX)}
                for number, each in enumerate(pages, start=1)
            ],
        },
    }
