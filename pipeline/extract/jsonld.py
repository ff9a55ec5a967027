"""What a page says of itself in JSON-LD (schema.org's Article and its kin); broken JSON-LD says nothing."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from pipeline.web.html import Tag, inline_text
from pipeline.web.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Node = dict[str, Any]

#: schema.org types that are the article itself, without those that merely end in "Article".
_ARTICLES = frozenset(
    {"article", "blogposting", "liveblogposting", "report", "socialmediaposting", "discussionforumposting"}
)
_PAGES = frozenset({"webpage", "itempage", "newspage", "collectionpage"})
_ORGANISATIONS = frozenset({"organization", "newsmediaorganization", "corporation", "website"})
#: Properties that lead to the thing that a page is about; what else is nested (lists, comments, related) is about others.
_WITHIN = ("@graph", "mainEntity", "mainEntityOfPage")
_MOST_NODES = 2_000
_WRAPPING = re.compile(
    r"\A\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|(?://|/\*)?\s*\]\]>\s*(?:\*/)?)\s*;?\s*\Z"
)


def nodes_of(soup: Tag) -> list[Node]:
    """Every object of the page's JSON-LD that could be its article, its page or its author, in the order of the document."""
    found: list[Node] = []
    for script in soup.find_all("script", attrs={"type": re.compile("ld\\+json", re.IGNORECASE)}):
        waiting: list[Any] = [_parsed(script.string or "")]
        while waiting and len(found) < _MOST_NODES:
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting[:0] = value[:_MOST_NODES]
            elif isinstance(value, dict):
                found.append(value)
                waiting.extend(value[name] for name in _WITHIN if name in value)
    return found


def article_of(nodes: Sequence[Node], soup: Tag, url: str) -> Node:
    """The object for the article on a page at `url`: by address, by headline, or because it is the only one; else empty.

    What it lacks is taken from the object for the page.
    """
    articles = [node for node in nodes if _is_article(node)]
    heads = {_folded(inline_text(tag)) for tag in soup.find_all(["h1", "title"])}
    chosen = (
        next((node for node in articles if url in set(_addresses(node, url))), None)
        or next((node for node in articles if _is_head(texts(node.get("headline")), heads)), None)
        or (articles[0] if len(articles) == 1 else None)
    )
    page = next((node for node in nodes if _types(node) & _PAGES), {})
    if chosen is None:
        # A list of articles: the page's own dates would be those of the list.
        return {} if articles else page
    return {**{name: value for name, value in page.items() if name in {"datePublished", "dateModified"}}, **chosen}


def texts(value: Any) -> tuple[str, ...]:
    """The strings in a value that may be a string, an object with `@value` or `name`, or a list of them."""
    if isinstance(value, str):
        words = " ".join(value.split())
        return (words,) if words else ()
    if isinstance(value, list):
        return tuple(text for part in value[:20] for text in texts(part if not isinstance(part, list) else None))
    if isinstance(value, dict):
        return texts(value.get("@value")) if isinstance(value.get("@value"), str) else texts(value.get("name"))[:1]
    return ()


class Author(NamedTuple):
    """The name of an author, and whether it is that of an organisation: often merely the site's."""

    name: str
    is_organisation: bool


def authors_of(node: Node, nodes: Iterable[Node]) -> tuple[Author, ...]:
    """An article's authors, each once; a mere reference is looked up among `nodes`."""
    by_id = {other["@id"]: other for other in nodes if isinstance(other.get("@id"), str)}
    value = node.get("author") or node.get("creator")
    people = value if isinstance(value, list) else [value]
    publishers = {_folded(name) for name in texts(node.get("publisher"))}
    found: dict[str, Author] = {}
    for person in people[:20]:
        resolved = person
        if isinstance(person, dict) and "name" not in person and isinstance(person.get("@id"), str):
            resolved = by_id.get(person["@id"])
        is_organisation = isinstance(resolved, dict) and bool(_types(resolved) & _ORGANISATIONS)
        for name in texts(resolved):
            if "://" not in name:
                found.setdefault(name, Author(name, is_organisation or _folded(name) in publishers))
    return tuple(found.values())


def _parsed(text: str) -> Any:
    """The JSON in a script; line breaks within strings are forgiven, all else that is broken is None."""
    try:
        return json.loads(_WRAPPING.sub("", text), strict=False)
    except (ValueError, RecursionError):
        return None


def _types(node: Node) -> set[str]:
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return {name.rsplit("/", 1)[-1].lower() for name in names if isinstance(name, str)}


def _is_article(node: Node) -> bool:
    return any(name in _ARTICLES or name.endswith("article") for name in _types(node))


def _addresses(node: Node, base: str) -> Iterator[str]:
    page = node.get("mainEntityOfPage")
    for value in (node.get("url"), node.get("@id"), page.get("@id") if isinstance(page, dict) else page):
        if isinstance(value, str) and (address := absolute(value, base)):
            yield urlsplit(address)._replace(fragment="").geturl()


def _is_head(headlines: Iterable[str], heads: Iterable[str]) -> bool:
    return any(len(folded := _folded(line)) > 8 and any(folded in head for head in heads) for line in headlines)


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
