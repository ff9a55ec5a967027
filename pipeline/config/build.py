"""Settings found right → values of the model, with the defaults merged in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.model.config import ArchiveInfo, Config, FeedSpec, FetchPolicy, SavedSearch, Topic
from pipeline.model.source import Article, AutoListing, Feed, JsonApi, Kind, Listing, Sitemap, Source, SourceId

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from pipeline.config.document import Document
    from pipeline.config.fields import SourceFields, SourceSettings, SourcesFile
    from pipeline.config.values import Settings


def build(settings: SourcesFile, document: Document) -> Config:
    """The configuration that the file describes; each source knows its line in `document`."""
    archive = settings.archive
    return Config(
        archive=ArchiveInfo(
            title=archive.title,
            url=archive.url,
            language=archive.language,
            timezone=archive.timezone,
            contact=archive.contact or "",
            hub=archive.hub or "",
            packed=tuple(archive.packed),
        ),
        fetch=FetchPolicy(**_fields(settings.fetch)),
        sources=tuple(
            _source(each, settings.defaults, archive.timezone, document.line(("sources", at)))
            for at, each in enumerate(settings.sources)
        ),
        topics=tuple(Topic(id=each.id, name=dict(each.name), words=tuple(each.words)) for each in settings.topics),
        feeds=tuple(
            FeedSpec(
                id=each.id,
                title=each.title,
                languages=tuple(each.languages),
                topics=tuple(each.topics),
                sources=tuple(map(SourceId, each.sources)),
            )
            for each in settings.feeds
        ),
        searches=tuple(
            SavedSearch(
                id=each.id,
                words=each.words,
                languages=tuple(each.languages),
                topics=tuple(each.topics),
                sources=tuple(map(SourceId, each.sources)),
                notify=tuple(each.notify),
            )
            for each in settings.searches
        ),
        captures=settings.captures,
        alert_after=settings.alert_after,
        notify=tuple(settings.notify),
        ping=settings.ping,
        store=settings.store,
        secrets=document.secrets,
    )


def _source(own: SourceFields, defaults: SourceSettings, timezone: ZoneInfo, line: int) -> Source:
    def setting(name: str) -> Any:
        """The source's own value where it gives one, else the default's."""
        return getattr(own if name in own.model_fields_set else defaults, name)

    article = setting("article")
    return Source(
        id=SourceId(own.id),
        name=setting("name") or own.id,
        url=own.url,
        kind=_kind(own if own.model_fields_set & {"listing", "json_", "sitemap"} else defaults),
        article=None if article is None else Article(**_fields(article)),
        every=setting("every"),
        language=setting("language"),
        timezone=setting("timezone") or timezone,
        tags=tuple(setting("tags")),
        include=setting("include"),
        exclude=setting("exclude"),
        line=line,
    )


def _kind(settings: SourceSettings) -> Kind:
    """How these settings say that a source is read."""
    if settings.listing is not None:
        if settings.listing.item == "auto":
            return AutoListing(next=settings.listing.next, pages=settings.listing.pages)
        return Listing(**_fields(settings.listing))
    if settings.json_ is not None:
        return JsonApi(**_fields(settings.json_))
    if settings.sitemap is not None:
        return Sitemap(**_fields(settings.sitemap))
    return Feed()


def _fields(settings: Settings) -> dict[str, Any]:
    """The fields of a set whose names are those of a value of the model."""
    return {name: getattr(settings, name) for name in type(settings).model_fields}
