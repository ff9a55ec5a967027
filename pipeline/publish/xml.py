"""XML documents, built as trees and written as bytes; text is never pasted into markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from pipeline.publish.characters import legible

if TYPE_CHECKING:
    from collections.abc import Mapping

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def root(name: str, namespaces: Mapping[str | None, str], /, **attributes: str) -> etree._Element:
    """The root of a new document, in the default namespace where there is one; all namespaces are declared on it once."""
    own = namespaces.get(None)
    return etree.Element(f"{{{own}}}{name}" if own else name, attributes, nsmap=dict(namespaces))


def child(parent: etree._Element, name: str, text: str | None = None, /, **attributes: str) -> etree._Element:
    """A new last child of `parent`, in its namespace unless the name says another ("{namespace}name").

    Text and attributes lose what XML can't hold.
    """
    if not name.startswith("{"):
        namespace, brace, _ = str(parent.tag).rpartition("}")
        name = namespace + brace + name
    element = etree.SubElement(parent, name, {key: legible(value) for key, value in attributes.items()})
    if text is not None:
        element.text = legible(text)
    return element


def document(element: etree._Element | etree._ElementTree) -> bytes:
    """The whole document in UTF-8, with its declaration."""
    return etree.tostring(element, xml_declaration=True, encoding="utf-8") + b"\n"


def written(element: etree._Element, *, style: str) -> bytes:
    """The same, with the address of the style by which a browser shows it (XML Stylesheets 1.0; https://www.w3.org/TR/xml-stylesheet/)."""
    element.addprevious(etree.ProcessingInstruction("xml-stylesheet", f'type="text/xsl" href="{style}"'))
    return document(element.getroottree())
