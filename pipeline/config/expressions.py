"""What to take from a page or an answer: CSS selectors with `@attribute`, JMESPath."""

from __future__ import annotations

import re
import warnings

from pipeline.config.wording import Unfit, quoted
from pipeline.model.source import Selector

_LONGEST = 500
_ATTRIBUTE = re.compile(r"(?P<css>.*)@(?P<name>[A-Za-z_][\w:.-]*)\s*\Z", re.DOTALL)
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
        raise Unfit(f"{quoted(selector)} is a tag, not a selector", f"write `{tag[1].lower()}`")
    if _PLAIN_CSS.match(selector):
        return selector
    from soupsieve import SelectorSyntaxError
    from soupsieve.css_parser import CSSParser

    try:
        with warnings.catch_warnings():
            # ":contains" has another name by now; it still works.
            warnings.simplefilter("ignore", FutureWarning)
            CSSParser(selector).process_selectors()
    except (SelectorSyntaxError, NotImplementedError, ValueError, RecursionError) as error:
        reason = str(error).partition("\n")[0].strip().rstrip(".")
        raise Unfit(f"{quoted(selector)} is no CSS selector ({reason})", _FORM) from None
    return selector


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
        return Selector(css=css(text))
    if not found["css"].strip():
        raise Unfit(
            f"{quoted(text)} names an attribute, but no element", f"write one before it, such as `a{text.strip()}`"
        )
    return Selector(css=css(found["css"]), attribute=found["name"].lower())


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
    except (JMESPathError, ValueError, RecursionError) as error:
        reason = str(error).partition("\n")[0].strip().rstrip(":.")
        raise Unfit(f"{quoted(expression)} is no JMESPath ({reason})", _jmespath_advice(expression)) from None
    return expression


def _jmespath_advice(expression: str) -> str:
    """The likeliest way to mend an expression that does not parse."""
    if expression.startswith("$"):
        return f"that is JSONPath; write {quoted(expression.lstrip('$').lstrip('.') or '@')}"
    if re.fullmatch(r"[\w-]+(\.[\w-]+)*", expression):
        words = expression.split(".")
        return "write " + ".".join(word if re.fullmatch(r"[A-Za-z_]\w*", word) else f'"{word}"' for word in words)
    return "write the way to the field in the answer, such as `title.rendered`"
