"""What pydantic finds wrong with a document, as problems with their place, in words for someone who doesn't program.

Nothing here prints what an environment variable holds: a value that came from one is called by its `${NAME}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pipeline.config.fields import TABLES, SourcesFile, fields_of
from pipeline.config.wording import YES_AND_NO, Unfit, fold, in_words, kind_of, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_core import ErrorDetails

    from pipeline.config.document import Document, Path
    from pipeline.config.values import Settings
    from pipeline.errors import Problem

# fmt: off
#: What people write for a field, in English and Swedish, folded; of several the first that the set of fields has.
_OTHER_WORDS: Mapping[str, tuple[str, ...]] = {
    "interval": ("every",), "intervall": ("every",), "frequency": ("every",), "schedule": ("every",),
    "period": ("every",), "cron": ("every",), "refresh": ("every",), "update": ("every",), "ofta": ("every",),
    "varje": ("every",), "ttl": ("every",),
    "feed": ("url", "feeds"), "rss": ("url",), "atom": ("url",), "href": ("link", "url"), "uri": ("url",),
    "link": ("url",), "lank": ("link", "url"), "address": ("url",), "adress": ("url",), "website": ("url",),
    "page": ("url",), "site": ("url", "archive"), "webb": ("url",), "xmlurl": ("url",), "endpoint": ("url",),
    "url": ("link",),
    "selector": ("listing", "item"), "selectors": ("listing",), "html": ("listing",), "scrape": ("listing",),
    "lista": ("listing",), "listning": ("listing",), "css": ("listing", "item"),
    "titel": ("title", "name"), "title": ("name",), "rubrik": ("title", "name"), "headline": ("title",),
    "heading": ("title",), "namn": ("name", "title"), "name": ("title",), "label": ("name", "title"),
    "lang": ("language", "languages"), "sprak": ("language", "languages"), "locale": ("language",),
    "language": ("languages",), "languages": ("language",),
    "tidszon": ("timezone",), "tz": ("timezone",),
    "datum": ("date",), "published": ("date",), "pubdate": ("date",), "time": ("date",), "tid": ("date",),
    "sammanfattning": ("summary",), "ingress": ("summary",), "intro": ("summary",), "description": ("summary",),
    "excerpt": ("summary",), "teaser": ("summary",), "beskrivning": ("summary",),
    "body": ("text",), "content": ("text",), "brodtext": ("text",), "innehall": ("text",),
    "nasta": ("next",), "older": ("next",), "pagination": ("next",), "nextpage": ("next",), "sidor": ("pages",),
    "maxpages": ("pages",), "limit": ("pages",),
    "container": ("item",), "row": ("item",), "entry": ("item",), "post": ("item",), "objekt": ("item",),
    "entries": ("items",), "item": ("items",), "items": ("item",), "articles": ("article",), "artikel": ("article",),
    "fulltext": ("article",),
    "byline": ("author",), "authors": ("author",), "forfattare": ("author",),
    "etiketter": ("tags",), "taggar": ("tags",), "categories": ("tags",), "category": ("tags",), "labels": ("tags",),
    "filter": ("include",), "inkludera": ("include",), "match": ("include",), "allow": ("include",),
    "exkludera": ("exclude",), "uteslut": ("exclude",), "ignore": ("exclude",), "deny": ("exclude",),
    "keywords": ("words",), "nyckelord": ("words",), "sokord": ("words",), "ord": ("words",), "terms": ("words",),
    "kallor": ("sources",), "kalla": ("sources",), "source": ("sources",), "sites": ("sources",),
    "amnen": ("topics",), "topic": ("topics",), "floden": ("feeds",), "arkiv": ("archive",), "standard": ("defaults",),
    "default": ("defaults",), "hamta": ("fetch",), "http": ("fetch",),
    "slug": ("id",), "key": ("id",), "identifier": ("id",),
    "email": ("contact",), "epost": ("contact",), "mail": ("contact",), "kontakt": ("contact",),
    "useragent": ("contact",),
    "maxsize": ("max_bytes",), "sizelimit": ("max_bytes",), "wait": ("delay",), "pause": ("delay",),
    "parallel": ("concurrency",), "threads": ("concurrency",), "workers": ("concurrency",), "tries": ("retries",),
    "api": ("json",), "jmespath": ("json",), "wordpress": ("json",), "warc": ("captures",),
    "notifications": ("notify",), "heartbeat": ("ping",), "healthcheck": ("ping",), "query": ("words",), "alert": ("notify", "alert_after"), "database": ("store",), "lagring": ("store",),
}
# fmt: on

#: What pydantic calls a value of the wrong kind → what is needed.
_NEEDED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "bool_type": "`true` or `false`",
    "list_type": "a list",
    "dict_type": "a set of fields",
    "model_type": "a set of fields",
    "model_attributes_type": "a set of fields",
}


#: What is wrong with a file that `samflode init` made, and nobody has added anything to.
NO_SOURCES = (
    "there is no source yet",
    "add one: `samflode sources add ADDRESS` takes any address of a site, `samflode sources import FILE` a list of feeds",
)


def validated(document: Document) -> tuple[SourcesFile | None, list[Problem]]:
    """The settings that a document holds, or None and what is wrong with each of them."""
    try:
        return SourcesFile.model_validate(document.data), []
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=True)
    unknown = [_unknown(each["loc"], document) for each in errors if each["type"] == "extra_forbidden"]
    # Fields that stand there under another name are not missing as well.
    meant = {path for path, _ in unknown if path}
    found = [problem for _, problem in unknown]
    for each in errors:
        told = each["type"] == "extra_forbidden" or (each["type"] == "missing" and _path(each) in meant)
        found += [] if told else _problem(each, document)
    return None, found


def _path(error: ErrorDetails) -> Path:
    """Where an error is, without what pydantic adds to it."""
    return tuple(part for part in error["loc"] if part != "[key]")


def _problem(error: ErrorDetails, document: Document) -> Iterator[Problem]:
    path = _path(error)
    place = document.places.get(path)
    if place and place.unfilled:
        return  # that the variable is not set is said already
    is_key = error["loc"][-1:] == ("[key]",)
    if place and place.variables and not is_key:
        message = f"what {quoted(place.written or '')} stands for does not fit here"
        yield document.problem(path, message, f"set the variable to what `{_name(path)}:` may hold")
        return
    if error["type"] == "missing":
        if document.commented(path) is None:  # else it is said already
            yield _missing(path, document)
        return
    message, advice = _reason(error, path, document)
    yield document.problem(path, f"{_name(path)}: {message}", advice, at_name=is_key)


def _reason(error: ErrorDetails, path: Path, document: Document) -> tuple[str, str]:
    """What is wrong with a value, and what to write instead."""
    value, context = error.get("input"), error.get("ctx", {})
    unfit = context.get("error")
    if isinstance(unfit, Unfit):
        if isinstance(value, str) and value.endswith(",") and not any(each in value for each in "*?.["):
            return unfit.message, f"take the comma at its end away: {quoted(value.rstrip(','))}"
        return unfit.message, unfit.advice
    kind = error["type"]
    if kind in _NEEDED:
        return f"{_found(value, path, document)} stands where {_NEEDED[kind]} is needed", _form(kind, value, path)
    match kind:
        case "greater_than_equal":
            return f"{value} is too small", f"write {context['ge']} or more"
        case "less_than_equal":
            return f"{value} is too large", f"write {context['le']} or less"
        case "literal_error":
            return (
                f"{_found(value, path, document)} is not one of the choices",
                f"write {context['expected'].replace(chr(39), '`')}",
            )
        case "too_short" if path == ("sources",):
            return NO_SOURCES
        case "too_short":
            return "nothing stands in it", f"write at least one, such as {_example(path)}"
    return error["msg"], f"write it as in {_example(path)}"


def _found(value: object, path: Path, document: Document) -> str:
    """A value in the words of a message: quoted where it is short, else its kind."""
    place = document.places.get(path)
    if place is None or place.written is None or value is None:
        return kind_of(value)
    return f"{kind_of(value)} ({quoted(place.written)})" if not isinstance(value, bool) else kind_of(value)


def _form(kind: str, value: object, path: Path) -> str:
    """How to write a value of the right kind."""
    name = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
    match kind:
        case "list_type" if isinstance(value, str) and name != "sources":
            return f"write `{name}: [{value}]`"
        case "list_type" if isinstance(value, dict) or name == "sources":
            return "begin each element with `- `, on a line of its own"
        case "int_type" if isinstance(value, str) and value.strip().isdigit():
            return f"write it without quotes: `{name}: {value.strip()}`"
        case "bool_type":
            return f"write `{name}: {YES_AND_NO.get(str(value).lower(), 'true` or `false')}`"
        case "string_type":
            return "write one text on the line of the field's name"
        case "model_type" | "model_attributes_type" | "dict_type" if path and isinstance(path[-1], int):
            return f"write its fields below each other, beginning with `- {_first_field(path)}: …`"
        case "model_type" | "model_attributes_type" if path and isinstance(value, list):
            return f"take the `- ` before its fields away, as in {_example(path)}"
        case "model_type" | "model_attributes_type" if not path:
            return "begin its lines with the names of fields, `archive:` and `sources:`"
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"write its fields below it, two spaces further in, such as {_example(path)}"
    return f"write it as in {_example(path)}"


def _missing(path: Path, document: Document) -> Problem:
    """The problem of a required field that is not there, or has no value."""
    name, around = str(path[-1]), path[:-1]
    if path in document.places:
        message, advice = NO_SOURCES if path == ("sources",) else (f"`{name}` is empty", f"write {_example(path)}")
        return document.problem(path, message, advice, at_name=True)
    owner = {"sources": "this source", "topics": "this topic", "feeds": "this feed", "searches": "this search"}.get(
        str(around[0]) if len(around) == 2 and isinstance(around[1], int) else "",
        f"`{around[-1]}`" if around else "the file",
    )
    return document.problem(around, f"{owner} has no `{name}`", f"add {_example(path)}", at_name=True)


def _unknown(loc: Path, document: Document) -> tuple[Path | None, Problem]:
    """The problem of a field that there is none of, and the path of the field that was meant by it."""
    around, name = loc[:-1], str(loc[-1])
    table = _table(around)
    known = fields_of(TABLES[table])
    meant = next((each for each in _OTHER_WORDS.get(fold(name), ()) if each in known), None)
    advice = _elsewhere(table, name) if meant is None else None
    meant = meant or (None if advice else nearest(name, known))
    if meant:
        advice = f"did you mean `{meant}`?"
    problem = document.problem(
        loc,
        f"unknown field {quoted(name)}",
        advice or f"the fields here are {in_words(list(known), 'and')}",
        at_name=True,
    )
    return ((*around, meant) if meant else None), problem


def _elsewhere(table: tuple[str, ...], name: str) -> str | None:
    """That a field belongs one level further in or out, which is most often a slip of the indentation."""
    inner = [path for path, model in TABLES.items() if path[:-1] == table and path and name in fields_of(model)]
    if inner:
        return f"it belongs below {in_words([f'{path[-1]}:' for path in inner])}, two spaces further in"
    for depth in range(len(table) - 1, -1, -1):
        if name in fields_of(TABLES[table[:depth]]):
            level = "at the beginning of a line" if depth == 0 else f"on the level of `{table[depth]}:`"
            return f"it belongs further out, {level}"
    return None


def _table(path: Path) -> tuple[str, ...]:
    """The key of `TABLES` for the set of fields at `path`."""
    return tuple(part for part in path if isinstance(part, str))


def _model(path: Path) -> type[Settings]:
    """The set of fields that holds the field at `path`."""
    table = _table(path)[:-1]
    while table not in TABLES:
        table = table[:-1]
    return TABLES[table]


def _name(path: Path) -> str:
    """What a message calls the value at `path`."""
    names = [part for part in path if isinstance(part, str)]
    if not names:
        return "the file"
    return names[-1] if isinstance(path[-1], str) else f"an element of {names[-1]}"


def _first_field(path: Path) -> str:
    """The field that an element of a list begins with."""
    return next(iter(fields_of(TABLES[_table(path)]))) if _table(path) in TABLES else "id"


def _example(path: Path) -> str:
    """A field with a value that fits, as it stands in the file."""
    names = _table(path)
    if not names:
        return "`sources:`"
    info: Any = fields_of(_model(path)).get(names[-1])
    value = info.examples[0] if info and info.examples else info.default if info and not info.is_required() else "…"
    return f"`{names[-1]}: {_as_written(value)}`"


def _as_written(value: object) -> str:
    """A value in YAML's short form."""
    match value:
        case bool():
            return str(value).lower()
        case list():
            return f"[{', '.join(map(_as_written, value))}]"
        case dict():
            return f"{{{', '.join(f'{key}: {_as_written(each)}' for key, each in value.items())}}}"
        case str() if value[:1] in {"[", "{"} or " " in value or value[:1] in "*&!%@#":
            return f'"{value}"'
    return str(value)
