"""How one value of sources.yaml is written, and what it is read as."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from pipeline.config import expressions, names, patterns, units
from pipeline.config.wording import text_for

if TYPE_CHECKING:
    from collections.abc import Callable


def _written(title: str, pattern: str | None = None) -> Any:
    """How a value looks in the file: what it is called, and what editors check it by."""
    return Annotated[str, Field(title=title, pattern=pattern)]


def _text(parse: Callable[[str], Any], title: str, pattern: str | None = None) -> PlainValidator:
    """A text that `parse` makes a value of, or raises Unfit."""
    return PlainValidator(text_for(parse), json_schema_input_type=_written(title, pattern))


def written_default(**facts: Any) -> Any:
    """A field whose default is given as it is written in the file, and read like a value from there."""
    return Field(**facts)


_DURATION = _written("duration", units.DURATION_PATTERN)
_EVERY = _written(
    "duration, cron expression or `auto`", f"{units.DURATION_PATTERN}|{units.CRON_PATTERN}|^{units.AUTO}$"
)
_SIZE = _written("size", units.SIZE_PATTERN)

Pause = Annotated[timedelta, PlainValidator(units.pause, json_schema_input_type=_DURATION)]
Limit = Annotated[timedelta, PlainValidator(units.limit, json_schema_input_type=_DURATION)]
Span = Annotated[timedelta, PlainValidator(units.span, json_schema_input_type=_DURATION)]
Size = Annotated[int, PlainValidator(units.size, json_schema_input_type=_SIZE)]
#: An Every; pydantic must not look into the values of the model.
Schedule = Annotated[Any, PlainValidator(units.every, json_schema_input_type=_EVERY)]
Text = Annotated[str, _text(names.text, "text", r"\S")]
Words = Annotated[str, _text(names.searched, "words to search for", r"\w")]
Id = Annotated[str, _text(names.identifier, "id", names.ID_PATTERN)]
Address = Annotated[str, _text(names.address, "web address", names.ADDRESS_PATTERN)]
SiteAddress = Annotated[str, _text(names.site_address, "web address", names.SITE_PATTERN)]
Contact = Annotated[str, _text(names.contact, "e-mail or web address", names.CONTACT_PATTERN)]
Recipient = Annotated[str, _text(names.recipient, "Apprise address", names.RECIPIENT_PATTERN)]
Store = Annotated[str, _text(names.store, "folder or database", names.STORE_PATTERN)]
Language = Annotated[str, _text(names.language, "language code", names.LANGUAGE_PATTERN)]
Zone = Annotated[ZoneInfo, _text(names.zone, "time zone", names.ZONE_PATTERN)]
Css = Annotated[str, _text(expressions.item_css, "CSS selector", expressions.ITEM_PATTERN)]
#: A Selector.
Part = Annotated[Any, _text(expressions.selector, "CSS selector, maybe with @attribute", expressions.PART_PATTERN)]
JmesPath = Annotated[str, _text(expressions.jmespath, "JMESPath", expressions.JMESPATH_PATTERN)]
TextPattern = Annotated[
    re.Pattern[str], _text(patterns.text_pattern, "regular expression", patterns.EXPRESSION_PATTERN)
]
AddressPattern = Annotated[
    re.Pattern[str], _text(patterns.address_pattern, "regular expression", patterns.EXPRESSION_PATTERN)
]
Pages = Annotated[int, Field(ge=1, le=1_000)]


class Settings(BaseModel):
    """A set of fields: no others, none converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, validate_default=True)
