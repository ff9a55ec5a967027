"""What to take from a page or an answer: CSS selectors with `@attribute`, JMESPath."""

from __future__ import annotations

import re
import warnings

from pipeline.config.wording import Unfit, quoted
from pipeline.model.source import Selector

#: What editors can tell of a selector: that it is no XPath, no tag and no pseudo-element; `item` takes no attribute.
PART_PATTERN = r"^(?!\s*(?:\.?//|/|<|@))(?!.*::)(?!.*[>+~,]\s*$).*\S"
ITEM_PATTERN = PART_PATTERN.replace(".*\\S", r"(?!.*@[A-Za-z][\w:.-]*\s*$).*\S")
#: And of an expression: that it is no JSONPath.
JMESPATH_PATTERN = r"^(?!\s*\$[.\[]).*\S"
_LONGEST = 500
_ATTRIBUTE = re.compile(r"(?P<css>.*)@(?P<name>[A-Za-z_][\w:.-]*)\s*\Z", re.DOTALL)
_BEHIND = re.compile(r"\s*([+~])\s*(?=\S)")
_XPATH = re.compile(r"\s*(\.?//|/\w|\./|\(//)")
_TAG = re.compile(r"\s*<\s*([A-Za-z][\w-]*)[^>]*>\s*\Z")
_SIMPLE = (
    r"""(?:[.#][A-Za-z][\w-]*|\[[A-Za-z][\w-]*(?:[~|^$*]?=(?:"[^"\\\n]*"|'[^'\\\n]*'))?\]"""
    r"|:(?:first|last|only)-(?:child|of-type))"
)
_INNER = rf"(?=[A-Za-z.#\[:])(?:[A-Za-z][A-Za-z0-9]*)?{_SIMPLE}*"
_COMPOUND = rf"{_INNER}(?::(?:not|has|is)\({_INNER}\))*"
#: What can be nothing but CSS: elements with classes, ids and attributes, one within the other. It spares most runs the
#: loading of soupsieve, which costs more than all the rest of a selector's life.
_PLAIN_CSS = re.compile(rf"{_COMPOUND}(?:(?:\s*[>+~,]\s*|\s+){_COMPOUND})*\Z", re.ASCII)
#: What can be nothing but JMESPath: fields within fields.
_PLAIN_JMESPATH = re.compile(r"\[\]\Z|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\Z", re.ASCII)
_FORM = "write a CSS selector such as `.news-item h2 a`"


def css(text: str) -> str:
    """A CSS selector. Raises Unfit.

    >>> css(" .news-item ")
    '.news-item'
    """
    selector = text.strip()
    if not selector:
        raise Unfit("an empty selector matches nothing", "leave the field out, or " + _FORM)
    if len(selector) > _LONGEST:
        raise Unfit(f"the selector has {len(selector)} characters", f"write one of at most {_LONGEST}")
    if _XPATH.match(selector):
        raise Unfit(f"{quoted(selector)} is XPath", _FORM)
    if tag := _TAG.match(selector):
        raise Unfit(f"{quoted(selector)} is a tag, not a selector", f"write `{_selector_of(selector, tag[1])}`")
    if _PLAIN_CSS.match(selector):
        return selector
    from soupsieve import SelectorSyntaxError
    from soupsieve.css_parser import CSSParser

    try:
        with warnings.catch_warnings():
            # ":contains" has another name by now; it still works.
            warnings.simplefilter("ignore", FutureWarning)
            CSSParser(selector).process_selectors()
    except (SelectorSyntaxError, NotImplementedError, ValueError, RecursionError):
        raise Unfit(f"{quoted(selector)} is no CSS selector", _css_advice(selector)) from None
    return selector


def _selector_of(markup: str, name: str) -> str:
    """A selector of the elements that a tag, as one copies it from a page's source, begins."""
    classes = re.search(r"""\bclass\s*=\s*["']?([^"'>]+)""", markup)
    return name.lower() + "".join(f".{each}" for each in (classes[1].split() if classes else ()))


def _css_advice(selector: str) -> str:
    """The likeliest way to mend a selector that does not parse."""
    if found := re.fullmatch(r"(.+?)\s*::attr\(\s*([\w-]+)\s*\)", selector):
        return f"write `{found[1]}@{found[2]}`"
    if "::" in selector:
        return f"write {quoted(selector.partition('::')[0].strip())}: its text is taken without being asked for"
    if selector.rstrip().endswith((">", "+", "~", ",")):
        return f"take the {quoted(selector.rstrip()[-1])} at its end away, or write what comes after it"
    for opening, closing in ("[]", "()"):
        if selector.count(opening) != selector.count(closing):
            return f"each {quoted(opening)} needs its {quoted(closing)}"
    if re.search(r"\.(?=\d)|#(?=\d)", selector):
        return 'a class or an id that begins with a digit is written as an attribute: `[class~="3col"]`'
    if re.search(r"[.#]{2}|[.#](?:\s|$)", selector):
        return "write a name right after each `.` (class) and `#` (id), such as `.news-item`"
    return _FORM


def item_css(text: str) -> str:
    """A CSS selector of whole elements, of which no attribute is taken. Raises Unfit."""
    if found := _ATTRIBUTE.match(text):
        raise Unfit(
            f"{quoted(text)} takes an attribute, but whole elements are needed", f"write {quoted(found['css'].strip())}"
        )
    return css(text)


def selector(text: str) -> Selector:
    """A CSS selector, with `@name` at its end for an attribute. Raises Unfit.

    >>> selector("time@datetime")
    Selector(css='time', attribute='datetime')
    """
    found = _ATTRIBUTE.match(text)
    if not found:
        return Selector(css=_part_css(text))
    if not found["css"].strip():
        raise Unfit(
            f"{quoted(text)} names an attribute, but no element", f"write one before it, such as `a{text.strip()}`"
        )
    return Selector(css=_part_css(found["css"]), attribute=found["name"].lower())


def _part_css(text: str) -> str:
    """A CSS selector of a part of an item; `+` or `~` before it leads to what stands behind the item."""
    behind = _BEHIND.match(text)
    return css(text) if behind is None else f"{behind[1]} {css(text[behind.end() :])}"


def jmespath(text: str) -> str:
    """A JMESPath expression. Raises Unfit."""
    expression = text.strip()
    if not expression:
        raise Unfit("an empty expression finds nothing", "leave the field out, or write the field's name in the answer")
    if len(expression) > _LONGEST:
        raise Unfit(f"the expression has {len(expression)} characters", f"write one of at most {_LONGEST}")
    if _PLAIN_JMESPATH.match(expression):
        return expression
    # The grammar alone: what expressions find is the matter of extract/jsonapi.py.
    from jmespath.exceptions import JMESPathError  # noqa: TID251
    from jmespath.parser import Parser  # noqa: TID251

    try:
        Parser().parse(expression)
    except (JMESPathError, ValueError, RecursionError):
        raise Unfit(f"{quoted(expression)} is no JMESPath", _jmespath_advice(expression)) from None
    return expression


def _jmespath_advice(expression: str) -> str:
    """The likeliest way to mend an expression that does not parse."""
    if expression.startswith("$"):
        return f"it is JSONPath, another language; write {quoted(expression.lstrip('$').lstrip('.') or '@')}"
    if re.fullmatch(r"[\w-]+(\.[\w-]+)*", expression):
        words = expression.split(".")
        quoted_words = ".".join(word if re.fullmatch(r"[A-Za-z_]\w*", word) else f'"{word}"' for word in words)
        return f"write '{quoted_words}', with both kinds of quotation marks"
    return "write the way to the field in the answer, such as `title.rendered`"
