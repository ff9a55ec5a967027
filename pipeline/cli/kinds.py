"""The kinds of source in a word each, as people write them in sources.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.source import AutoListing, Feed, JsonApi, Listing, Sitemap

if TYPE_CHECKING:
    from pipeline.model.source import Kind


def kind_name(kind: Kind) -> str:
    """The word for a kind of source."""
    match kind:
        case Feed():
            return "feed"
        case Listing():
            return "listing"
        case AutoListing():
            return "listing: auto"
        case JsonApi():
            return "json"
        case Sitemap():
            return "sitemap"
