"""XML from strangers: mended where it nearly is XML, and parsed without entities, DTDs, network or bombs (XML 1.0, fifth edition)."""

from __future__ import annotations

import re
from html.entities import html5
from typing import Final

from lxml import etree

from pipeline.web.encoding import decode

#: What no XML document may hold (section 2.2), halves of surrogate pairs and non-characters among it.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: What may stand before the root element, in pieces, up to the root element itself. Quoted values of entities can hold "<".
_PROLOG = re.compile(
    r"""<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!ENTITY[^<>"']*(?:"[^"]*"|'[^']*')|(?P<root><[A-Za-z_:])""", re.DOTALL
)
#: An entity that stands for a character or a few words, and for no other entity and no markup.
_HARMLESS_ENTITY = re.compile(
    r"""<!ENTITY\s+([\w.:-]+)\s+(?:"([^"<&%]{0,64}|&\#\w+;)"|'([^'<&%]{0,64}|&\#\w+;)')\s*>"""
)
#: What must be left alone, or a reference, or an ampersand that begins none.
_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(?:#(\d{1,9}|[xX][0-9a-fA-F]{1,8});|([\w.:-]+);)?", re.DOTALL
)
_XML_ENTITIES: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})


def mend(text: str) -> str:
    """The document from its root element on, without what no XML parser accepts; its lines keep their numbers.

    Gone are the XML declaration, the DOCTYPE with all that it defines, and forbidden characters. Entities of HTML and harmless ones of
    the DOCTYPE become their characters; any other reference, and an ampersand that should have been escaped, becomes text.
    """
    text = _FORBIDDEN.sub("", text)
    root = _root(text)
    prolog, document = text[:root], text[root:]
    entities = _entities(prolog) if "<!ENTITY" in prolog else {}
    if "&" in document:
        document = _AMPERSAND.sub(lambda match: _reference(match, entities), document)
    return "\n" * prolog.count("\n") + document


def parse_xml(document: str | bytes, *, content_type: str | None = None) -> etree._Element:
    """The root element; namespaces as declared, comments and processing instructions left out.

    Bytes are decoded as `decode` does, with the charset of `content_type`. Raises ValueError with a sentence where it is no XML or has
    more than 256 elements within elements (libxml2's bound; feeds have about ten).
    """
    text = document if isinstance(document, str) else decode(document, content_type=content_type, kind="xml").text
    try:
        root = etree.fromstring(mend(text).encode(), parser())
    except etree.XMLSyntaxError as error:
        raise ValueError(f"The document is not well-formed XML: {error.msg}.") from error
    if root is None:
        raise ValueError("The document is empty.")
    return root


def parser(*, recover: bool = False) -> etree.XMLParser:
    """A parser for UTF-8 that reads nothing but the bytes that it is given; with `recover` it goes on after errors."""
    return etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        # Whether text came from a CDATA section means nothing to us.
        strip_cdata=True,
    )


def _root(text: str) -> int:
    """Where the root element begins; where there is none, the end."""
    for piece in _PROLOG.finditer(text):
        if piece["root"]:
            return piece.start()
    return len(text)


def _entities(prolog: str) -> dict[str, str]:
    """The entities of the DOCTYPE that can be replaced once and for all."""
    return {name: double or single for name, double, single in reversed(_HARMLESS_ENTITY.findall(prolog))}


def _reference(match: re.Match[str], entities: dict[str, str]) -> str:
    whole, number, name = match[0], match[1], match[2]
    if not whole.startswith("&"):
        return whole
    if number:
        return whole if _is_allowed(number) else ""
    if name is None:
        return "&amp;"
    if name in _XML_ENTITIES:
        return whole
    if name in entities:
        return entities[name].replace(">", "&gt;")
    character = html5.get(f"{name};")
    # Markup characters that HTML names anew (&lbrack; is none, &LT; is one) stay escaped.
    return f"&amp;{name};" if character is None else character.replace("&", "&amp;").replace("<", "&lt;")


def _is_allowed(number: str) -> bool:
    code = int(number[1:], 16) if number[0] in "xX" else int(number)
    return code <= 0x10FFFF and not _FORBIDDEN.match(chr(code))
