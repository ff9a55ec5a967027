"""XML documents, built as trees and written as bytes; text is never pasted into markup."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from pipeline.publish.characters import legible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: A processing instruction is nothing that text could be taken for.
_NAME = "entries"
_PLACE = etree.tostring(etree.ProcessingInstruction(_NAME))
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def root(name: str, namespaces: Mapping[str | None, str], /, **attributes: str) -> etree._Element:
    """The root of a new document, in the default namespace where there is one; all namespaces are declared on it once."""
    own = namespaces.get(None)
    return etree.Element(f"{{{own}}}{name}" if own else name, attributes, nsmap=dict(namespaces))


def child(parent: etree._Element, name: str, text: str | None = None, /, **attributes: str) -> etree._Element:
    """A new last child of `parent`, in its namespace unless the name says another ("{namespace}name").

    Text and attributes lose what XML can't hold.
    """
    element = etree.SubElement(parent, _full(str(parent.tag), name))
    for key, value in attributes.items():
        element.set(key, legible(value))
    if text is not None:
        element.text = legible(text)
    return element


@lru_cache(maxsize=512)
def _full(parent: str, name: str) -> str:
    """The name in the namespace of the parent's, unless it says another."""
    if name.startswith("{"):
        return name
    namespace, brace, _ = parent.rpartition("}")
    return namespace + brace + name


def document(element: etree._Element | etree._ElementTree) -> bytes:
    """The whole document in UTF-8, with its declaration."""
    return etree.tostring(element, xml_declaration=True, encoding="utf-8") + b"\n"


def inside(element: etree._Element) -> bytes:
    """All that is inside an element, to be put into another that declares the same namespaces."""
    whole = etree.tostring(element, encoding="utf-8")
    # ">" does not stand in what lxml writes for an attribute.
    return whole[whole.index(b">") + 1 : whole.rindex(b"</")]


def written(element: etree._Element, entries: Iterable[bytes], *, style: str) -> bytes:
    """The whole document, with the address of the style by which a browser shows it (https://www.w3.org/TR/xml-stylesheet/).

    The entries, each what is `inside` another document, come where `place_for_entries` stands.
    """
    element.addprevious(etree.ProcessingInstruction("xml-stylesheet", f'type="text/xsl" href="{style}"'))
    before, after = document(element.getroottree()).split(_PLACE, 1)
    return b"".join((before, *entries, after))


def place_for_entries(parent: etree._Element) -> None:
    """Marks where `written` puts the entries."""
    parent.append(etree.ProcessingInstruction(_NAME))
