"""The schema, the documentation and the model say the same as the fields."""

from __future__ import annotations

import json
from dataclasses import fields as fields_of_value
from pathlib import Path

import pytest

from pipeline.config import schema
from pipeline.config.build import build
from pipeline.config.document import Document, Place
from pipeline.config.fields import TABLES, ArticleFields, FetchFields, JsonFields, ListingFields, SourcesFile, fields_of
from pipeline.config.problems import _OTHER_WORDS
from pipeline.config.schema import documented
from pipeline.model.config import FetchPolicy
from pipeline.model.source import Article, JsonApi, Listing

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
