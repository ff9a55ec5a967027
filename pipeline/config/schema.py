"""The JSON Schema of sources.yaml, for editors, and the tables of docs/sources.md; both are made from `fields`."""

from __future__ import annotations

import json
import re
from typing import Any

_TABLE = re.compile(r"(<!-- fields: (?P<path>[a-z.]*) -->\n).*?(<!-- end -->)", re.DOTALL)
#: JSON Schema's names for kinds of values, in words.
_WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "fields"}


def schema() -> str:
    """The JSON Schema (draft 2020-12) that sources.schema.json holds; ends in a line feed."""
    return json.dumps(_schema(), indent=2, ensure_ascii=False) + "\n"


def _schema() -> dict[str, Any]:
    from pydantic.json_schema import GenerateJsonSchema

    from pipeline.config.fields import SourcesFile

    class Untitled(GenerateJsonSchema):
        """Leaves out the titles that only repeat the fields' names."""

        def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
            return False

    made = SourcesFile.model_json_schema(mode="validation", schema_generator=Untitled)
    made.pop("title", None)
    definitions = made.pop("$defs")
    for definition in definitions.values():
        definition.pop("title", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sources.yaml of Samflöde",
        **{key: _tidy(value) for key, value in made.items()},
        "$defs": {name: _tidy(value) for name, value in sorted(definitions.items())},
    }


def _tidy(value: Any) -> Any:
    """A part of the schema without patterns that are null and defaults that say nothing."""
    if isinstance(value, list):
        return [_tidy(each) for each in value]
    if not isinstance(value, dict):
        return value
    tidy = {
        key: _tidy(each)
        for key, each in value.items()
        if not (key in {"default", "pattern"} and (each is None or each in ({}, [])))
    }
    pattern = tidy.get("pattern")
    if isinstance(pattern, str):
        # An environment variable can stand for anything; and editors show the pattern itself where they are given no words.
        tidy["pattern"] = pattern if r"\$\{" in pattern else rf"{pattern}|\$\{{"
        tidy["patternErrorMessage"] = (
            f"This is no {tidy.get('title', 'name that can stand here')}: `samflode sources check` says what to write instead."
        )
    return tidy


def documented(text: str) -> str:
    """The text of a document with every table between `<!-- fields: … -->` and `<!-- end -->` as it should be.

    What stands after `fields:` is the place of the set of fields: `sources.listing`; `file` for the file itself.
    """
    made = _schema()
    return _TABLE.sub(lambda found: f"{found[1]}{_table(made, found['path'])}{found[3]}", text)


def _table(made: dict[str, Any], path: str) -> str:
    """A Markdown table of a set of fields."""
    part = made
    for name in path.split(".") if path != "file" else ():
        part = _set_of_fields(made, part["properties"][name])
    required = part.get("required", [])
    names = sorted(part["properties"], key=lambda name: name not in required)
    rows = [_row(name, part["properties"][name], required=name in required) for name in names]
    return "\n".join(["| field | value | left out | what it does |", "| --- | --- | --- | --- |", *rows, ""])


def _row(name: str, field: dict[str, Any], *, required: bool) -> str:
    default = "**must be given**" if required else f"`{json.dumps(field['default'])}`" if "default" in field else "–"
    cells = (f"`{name}`", _kind(field), default.replace('"', ""), field["description"])
    escaped = (cell.replace("|", r"\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"


def _set_of_fields(made: dict[str, Any], field: dict[str, Any]) -> dict[str, Any]:
    """The definition of the fields below a field."""
    for each in (field, field.get("items", {}), *field.get("anyOf", ())):
        if "$ref" in each:
            definition: dict[str, Any] = made["$defs"][each["$ref"].rpartition("/")[2]]
            return definition
    raise KeyError(str(field))


def _kind(field: dict[str, Any]) -> str:
    """What may stand as the value of a field, in words."""
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_kind(each) for each in field["anyOf"] if each.get("type") != "null"))
    if "$ref" in field:
        return "fields"
    if "enum" in field:
        return " or ".join(f"`{each}`" for each in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if field.get("type") == "array":
        return f"list of {_kind(field['items'])}"
    return str(field.get("title") or _WORDS.get(field.get("type", ""), "text"))
