"""The schema, the documentation and the model say the same as the fields."""

from __future__ import annotations

import json
import warnings
from dataclasses import fields as fields_of_value
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pipeline.config import schema
from pipeline.config.build import build
from pipeline.config.document import Document, Place
from pipeline.config.fields import TABLES, FetchFields, SourcesFile, fields_of
from pipeline.config.kinds import ArticleFields, JsonFields, ListingFields
from pipeline.config.problems import _OTHER_WORDS
from pipeline.config.schema import documented
from pipeline.model.config import FetchPolicy
from pipeline.model.source import Article, JsonApi, Listing
from tests.config.test_problems import FAULTS

ROOT = Path(__file__).parents[2]


def test_the_schema_in_the_repository_is_the_schema_of_the_program():
    """To write it anew: samflode sources schema > sources.schema.json."""
    assert schema() == (ROOT / "sources.schema.json").read_text(encoding="utf-8")


def test_the_tables_of_the_documentation_are_those_of_the_fields():
    """To write them anew: pipeline.config.schema.documented."""
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")

    assert documented(text) == text


@pytest.mark.parametrize("path", [path for path in TABLES if path[:1] != ("defaults",)], ids=".".join)
def test_every_set_of_fields_has_its_table_in_the_documentation(path):
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")

    table = text.split(f"<!-- fields: {'.'.join(path) or 'file'} -->")[1].split("<!-- end -->")[0]
    for name in fields_of(TABLES[path]):
        assert f"| `{name}` |" in table


def test_every_field_has_a_description_in_the_schema():
    for definition in json.loads(schema())["$defs"].values():
        for name, field in definition["properties"].items():
            assert field["description"].endswith("."), name


def test_the_defaults_of_fetch_are_those_of_the_model():
    data = {
        "archive": {"title": "N", "url": "https://n.example.se/"},
        "sources": [{"id": "a", "url": "https://a.example.se/"}],
    }
    place = Place(line=1, column=1, value_line=1, value_column=1)
    document = Document(file="sources.yaml", data=data, places={(): place}, lines=[])

    assert FetchPolicy() == build(SourcesFile.model_validate(data), document).fetch


@pytest.mark.parametrize(
    ("settings", "value"),
    [(FetchFields, FetchPolicy), (ListingFields, Listing), (JsonFields, JsonApi), (ArticleFields, Article)],
)
def test_sets_of_fields_have_the_names_of_their_values(settings, value):
    assert {field.name for field in fields_of_value(value)} == set(settings.model_fields)


def test_other_words_lead_to_fields_that_there_are():
    known = {name for model in TABLES.values() for name in fields_of(model)}

    assert {name for names in _OTHER_WORDS.values() for name in names} <= known


def violations(data) -> list[str]:
    return [error.message for error in Draft202012Validator(json.loads(schema())).iter_errors(data)]


def read(text: str):
    return YAML(typ="safe", pure=True).load(text)


#: Faults that no schema can see: of several places of the file, of the environment, of a grammar, of a list of names.
BEYOND_A_SCHEMA = {
    "cron_never", "cron_out_of_range", "css_bracket", "every_zero", "jmespath_colon", "language_no", "language_of_country",
    "lookbehind", "regex_paren", "runaway", "same_address", "same_address_idn", "same_address_other_spelling", "same_id",
    "same_topic", "size_too_small", "too_open", "unknown_source_in_feed", "unknown_topic_in_feed", "variable_misnamed",
    "variable_not_set", "variable_that_does_not_fit", "zone_misspelt", "curved_quotes", "class_with_a_digit", "space_after_dot",
    "same_key_twice", "circle_of_aliases", "yaml_tag", "nbsp_after_colon", "hash_is_a_comment",
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), FAULTS)
def test_editors_see_every_fault_that_a_schema_can_see(request, text, message):
    """What YAML itself refuses they see in any case."""
    name = request.node.callspec.id
    with warnings.catch_warnings(action="ignore"):
        try:
            data = read(text)
        except (YAMLError, ValueError):
            return
    assert name in BEYOND_A_SCHEMA or violations(data), message


@pytest.mark.parametrize(
    "path", [ROOT / "sources.yaml", ROOT / "examples" / "partners" / "sources.yaml"], ids=lambda path: path.parent.name
)
def test_the_schema_accepts_what_the_program_accepts(path):
    assert violations(read(path.read_text(encoding="utf-8"))) == []


def test_the_schema_is_one():
    Draft202012Validator.check_schema(json.loads(schema()))


def test_editors_can_complete_every_field_and_say_what_is_wrong_with_its_value():
    """A value to begin with (default, example or choice) for each field, and words for each pattern."""
    made = json.loads(schema())
    for definition in (made, *made["$defs"].values()):
        for name, field in definition["properties"].items():
            assert {"default", "examples", "enum", "$ref"} & field.keys(), name
            assert field["description"], name
            for part in (field, *field.get("anyOf", ()), field.get("items", {})):
                assert ("pattern" in part) == ("patternErrorMessage" in part), name


def test_the_examples_of_the_schema_are_accepted_by_it():
    made = json.loads(schema())
    for definition in (made, *made["$defs"].values()):
        for name, field in definition["properties"].items():
            validator = Draft202012Validator({**field, "$defs": made["$defs"]})
            given = [*field.get("examples", ()), *([field["default"]] if "default" in field else [])]
            assert [] == [each for each in given if not validator.is_valid(each)], name
