"""HTML as a tree, and what a reader sees of it; the only door to Beautiful Soup (over lxml).

Pages come from strangers: size and depth are bounded, and nothing here recurses.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning  # noqa: TID251
from bs4.element import CData, NavigableString, PageElement, Tag  # noqa: TID251
from lxml import etree

from pipeline.web.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = [
    "BeautifulSoup",
    "NavigableString",
    "PageElement",
    "Tag",
    "as_one",
    "attribute",
    "base_address",
    "inline_text",
    "language_of",
    "paragraphs",
    "parse_html",
]

#: Characters (or bytes) of a page that are read; real pages with all their scripts inlined stay far below.
LARGEST = 5_000_000
#: Elements within elements; deeper ones become siblings, as in browsers (they stop at 512).
DEEPEST = 256

# fmt: off
#: Elements that begin and end a line of their own when they are rendered (HTML Living Standard, section 15.3).
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "hr", "html", "legend", "li", "listing", "main", "menu", "nav", "ol", "optgroup", "option", "p",
    "plaintext", "pre", "search", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul", "xmp",
})
_CELLS = frozenset({"td", "th", "caption"})
#: Elements whose text no reader sees as part of the page.
_UNSEEN = frozenset({
    "script", "style", "template", "noscript", "head", "title", "svg", "select", "datalist", "textarea", "iframe",
    "object", "audio", "video", "canvas",
})
# fmt: on
#: Elements whose text Beautiful Soup keeps apart (ruby), or whose text is not markup.
_OTHERWISE = frozenset({"rt", "rp", "plaintext", "xmp", "listing"})
#: Elements within elements up to which no parser mends the depth.
_SURE = 100
#: U+0085 is white space to Python; behind these letters it is a byte of UTF-8 that was read as Latin-1, which windows-1252 has as "…".
_HALF_OF_A_LETTER = re.compile("(?<=[ÃÂ])\x85")
_HIDING_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")

# What the walk over a tree gives beside text: boundaries, none of which can occur in a page's text.
_PARAGRAPH = "\x00p"
_LINE = "\x00l"
_CELL = "\x00c"


class _BoundedSoup(BeautifulSoup):
    """A tree that doesn't grow deeper than `DEEPEST`: a descendant selector costs nodes times depth."""

    def handle_starttag(self, *arguments: Any, **named: Any) -> Any:
        tree: Any = self
        if len(tree.tagStack) > DEEPEST:
            tree.endData()
            tree.popTag()
        return super().handle_starttag(*arguments, **named)


def parse_html(markup: str | bytes, *, encoding: str | None = None) -> BeautifulSoup:
    """The tree of a page or a piece of one, as lxml mends it. Never raises, whatever the markup is.

    `encoding` is for bytes whose encoding is known; without it the page's own declarations decide.
    """
    if isinstance(markup, str):
        encoding = None
        markup = _readable(markup)
    else:
        markup = markup[:LARGEST]
    with warnings.catch_warnings():
        # A short text that looks like a file's name, or XHTML with its XML declaration: both are meant as they are.
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return _BoundedSoup(markup, "lxml", from_encoding=encoding)


def inline_text(node: PageElement) -> str:
    r"""What a reader sees of `node`, as one line: white space collapsed, blocks and line breaks separating words.

    >>> inline_text(parse_html("<h2>Nya<br>krav <b>på</b>\n handskar<script>x()</script></h2>"))
    'Nya krav på handskar'
    """
    pieces = (" " if piece in {_PARAGRAPH, _LINE, _CELL} else piece for piece in _seen(node))
    return " ".join("".join(pieces).split())


def paragraphs(node_or_markup: PageElement | str) -> str:
    r"""What a reader sees of a page or a part of it, as plain text whose paragraphs are separated by an empty line.

    A list item and a table row are paragraphs of their own, two line breaks end a paragraph, and a single one stays.

    >>> paragraphs("<p>Ett<br>och <b>ett</b></p><ul><li>två<li>tre</ul>")
    'Ett\noch ett\n\ntvå\n\ntre'
    """
    seen: Iterable[str]
    if isinstance(node_or_markup, str):
        quickly = _seen_quickly(node_or_markup)
        seen = _seen(parse_html(node_or_markup)) if quickly is None else quickly
    else:
        seen = _seen(node_or_markup)
    done: list[str] = []
    lines: list[str] = [""]

    def end() -> None:
        if len(lines) == 1:
            if line := " ".join(lines[0].split()):
                done.append(line)
            lines[0] = ""
            return
        kept = [" ".join(line.split()) for line in lines]
        done.extend(part.strip("\n") for part in re.split(r"\n{2,}", "\n".join(kept)) if part.strip())
        lines[:] = [""]

    for piece in seen:
        if piece == _PARAGRAPH:
            end()
        elif piece == _LINE:
            lines.append("")
        else:
            lines[-1] += " " if piece == _CELL else piece
    end()
    return "\n\n".join(done)


def attribute(tag: Tag, name: str) -> str | None:
    """The value of an attribute without white space around it, None where it is absent; tokens joined by a space."""
    value = tag.get(name)
    if value is None:
        return None
    return (value if isinstance(value, str) else " ".join(value)).strip()


def base_address(soup: Tag, url: str) -> str:
    """The address that relative links of a page at `url` are relative to: its first `<base href>`, else `url` itself."""
    base = soup.find("base", href=True)
    if not isinstance(base, Tag):
        return url
    return absolute(attribute(base, "href") or "", url) or url


def as_one(nodes: Sequence[PageElement]) -> Tag:
    """An element "div" that holds `nodes`, which are siblings in the order of the page, without taking them from where they stand.

    A view for reading alone: the nodes' own parent stays the element that they are in, and so does that of the view.

    >>> page = parse_html("<h2>Nya krav</h2><p>En ingress.</p><h2>Mer</h2>")
    >>> inline_text(as_one(page.body.contents[:2]))
    'Nya krav En ingress.'
    """
    view = Tag(name="div", attrs={})
    view.contents = list(nodes)
    view.parent = nodes[0].parent
    view.next_element = nodes[0]
    view.previous_sibling = nodes[0].previous_sibling
    return view


def language_of(soup: Tag) -> str | None:
    """The language tag (BCP 47) that a page declares for itself: html lang or xml:lang, else http-equiv content-language."""
    root = soup if soup.name == "html" else soup.find("html")
    values: list[str | None] = []
    if isinstance(root, Tag):
        values += [attribute(root, "lang"), attribute(root, "xml:lang")]
    meta = soup.find("meta", attrs={"http-equiv": re.compile(r"\Acontent-language\Z", re.IGNORECASE)})
    if isinstance(meta, Tag):
        values.append(attribute(meta, "content"))
    for value in values:
        tag = (value or "").replace("_", "-")
        if _LANGUAGE.match(tag):
            return tag
    return None


def _seen(node: PageElement) -> Iterator[str]:
    """The text of `node` in its order, with the boundaries between."""
    waiting: list[PageElement | str] = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Tag):
            if current is not node and (current.name in _UNSEEN or _is_hidden(current.get)):
                continue
            boundary = _boundary(current.name)
            if boundary == _LINE:
                yield boundary
                continue
            if boundary is not None:
                yield boundary
                waiting.append(_Mark(boundary))
            waiting.extend(reversed(current.contents))
        elif current is node or isinstance(current, _Mark) or type(current) in {NavigableString, CData}:
            yield str(current)


def _seen_quickly(markup: str) -> list[str] | None:
    """The same from lxml's own tree, which is most of the way to Beautiful Soup's; None where the two might differ."""
    parser = etree.HTMLParser(recover=True)
    try:
        parser.feed(_readable(markup))
        root: object = parser.close()
    except etree.LxmlError:
        return None
    # What stands behind "</html>" is in a tree of its own.
    if not isinstance(root, etree._Element) or any(isinstance(each.tag, str) for each in root.itersiblings()):  # noqa: SLF001
        return None
    pieces: list[str] = []
    waiting: list[tuple[etree._Element | str, int]] = [(root, 0)]
    while waiting:
        current, depth = waiting.pop()
        if isinstance(current, str):
            pieces.append(current)
            continue
        if current is not root and (tail := current.tail):
            waiting.append((tail, 0))
        name = current.tag
        if not isinstance(name, str) or _is_hidden(current.get):
            continue
        boundary = _BOUNDARIES.get(name, "")
        if boundary is None:
            continue
        if depth > _SURE or name in _OTHERWISE:
            return None
        if boundary:
            pieces.append(boundary)
            if boundary == _LINE:
                continue
            waiting.append((boundary, 0))
        if len(current):
            waiting.extend([(child, depth + 1) for child in reversed(current)])
        if text := current.text:
            pieces.append(text)
    return pieces


def _readable(markup: str) -> str:
    """What of a page is read, in characters that lxml takes; half an "Å" in mojibake is kept from being taken for a line's end."""
    text = markup[:LARGEST].encode("utf-8", "replace").decode().replace("\x00", "�")
    return _HALF_OF_A_LETTER.sub("…", text) if "\x85" in text else text


class _Mark(str):
    """A boundary that waits for the content before it."""

    __slots__ = ()


#: The boundary of each element that has one; None: nobody sees it.
_BOUNDARIES: dict[str, str | None] = {
    **dict.fromkeys(BLOCKS, _PARAGRAPH),
    **dict.fromkeys(_CELLS, _CELL),
    "br": _LINE,
    **dict.fromkeys(_UNSEEN),
}


def _boundary(name: str) -> str | None:
    if name == "br":
        return _LINE
    if name in _CELLS:
        return _CELL
    return _PARAGRAPH if name in BLOCKS else None


def _is_hidden(attribute_of: Callable[[str], Any]) -> bool:
    """Whether an element says so itself; its attributes are asked for by name, since markup has names that are none."""
    if attribute_of("hidden") is not None:
        return True
    style = attribute_of("style")
    return isinstance(style, str) and _HIDING_STYLE.search(style) is not None
