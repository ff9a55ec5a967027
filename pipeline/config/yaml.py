"""The text and the values of a YAML file, each with its place, environment variables filled in. The only door to ruamel.yaml."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any, TypeAlias

from pipeline.config.document import Document, Path, Place
from pipeline.config.syntax import explained, odd_spaces
from pipeline.config.wording import quoted
from pipeline.errors import NOTHING_DONE, ConfigError, Problem

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping

#: A node of ruamel.yaml, whose attributes its types don't tell.
Node: TypeAlias = Any
#: Of the whole file; 10,000 sources fit.
LARGEST = 5_000_000
#: Values that aliases may make of a file.
_MOST_VALUES = 500_000
_TAG = "tag:yaml.org,2002:"
_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
#: Line ends of YAML 1.1 alone (1.2, section 5.4), a byte order mark, tabs, anchors, directives, and marks of documents: the two take them for different things.
_OTHERWISE_READ = re.compile(r"[\x85\u2028\u2029\ufeff\t]|(?:^|\s)&|^(?:%|---|\.\.\.)", re.MULTILINE)
_INIT = "write one, or let `samflode init` write one with examples"


def read(path: pathlib.Path) -> str:
    """The file's text. Raises ConfigError where there is no such file, or it is no text in UTF-8."""
    file = str(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise _whole(file, "there is no such file", f"{_INIT}; `--sources FILE` takes another") from None
    except IsADirectoryError:
        raise _whole(file, "this is a folder, not a file", "name the file in it with `--sources FILE`") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _whole(file, f"the file can't be read ({reason})", "mend its permissions or its path") from None
    if len(content) > LARGEST:
        raise _whole(file, f"the file is larger than {LARGEST // 1_000_000} MB", "check that it is the right one")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        raise ConfigError(
            [
                Problem(
                    file=file,
                    line=before.count(b"\n") + 1,
                    column=column,
                    message="the file is not in UTF-8",
                    advice="open it in an editor and save it with the encoding UTF-8",
                )
            ]
        ) from None


def parse(text: str, file: str, environ: Mapping[str, str]) -> Document:
    """The document that a YAML text is. Raises ConfigError where it is no YAML, or has nothing in it."""
    if odd := odd_spaces(text.splitlines(), file):
        raise ConfigError(odd)
    root = _composed_fast(text) or compose(text, file)
    if root is None or (root.id == "scalar" and root.value.strip() in {"", "~", "null"}):
        raise _whole(file, "the file is empty", _INIT)
    reader = _Reader(file, text.splitlines(), environ)
    try:
        data = reader.value(root, (), None)
    except RecursionError:
        raise _whole(file, "values stand too deep within one another", "take an alias (`*name`) away") from None
    return Document(
        file=file,
        data=data,
        places=reader.places,
        lines=reader.lines,
        problems=tuple(reader.problems),
        secrets={
            name: environ[name] for place in reader.places.values() for name in place.variables if name in environ
        },
    )


def _composed_fast(text: str) -> Node | None:
    """The tree as libyaml reads it, eight times as fast; None where it can't, or might read something else, or is not there.

    It reads YAML 1.1, in which other characters end a line as well, and is stricter than YAML 1.2 elsewhere: what it refuses is no fault yet.
    """
    from ruamel.yaml import YAML  # noqa: TID251

    if _OTHERWISE_READ.search(text):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            node: Node | None = YAML(typ="safe").compose(text)
    except Exception:  # noqa: BLE001  # `compose` says what is wrong with it, if anything is
        return None
    return node


def compose(text: str, file: str) -> Node | None:
    """The tree of a YAML text, with marks; aliases are the same node twice. Raises ConfigError where it is no YAML."""
    from ruamel.yaml import YAML  # noqa: TID251
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: TID251

    try:
        with warnings.catch_warnings():
            # An anchor that is given anew: the later one holds, as YAML says.
            warnings.simplefilter("ignore")
            node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        marks = [(mark.line, mark.column) for mark in (error.problem_mark, error.context_mark) if mark]
        raise ConfigError([explained(text, file, marks, f"{error.context or ''}; {error.problem or ''}")]) from None
    except YAMLError as error:
        # Of a character that is not allowed, the reader knows how many come before it.
        before = text[: getattr(error, "position", None) or 0]
        mark = (before.count("\n"), len(before.rpartition("\n")[2]))
        raise ConfigError([explained(text, file, [mark], str(error))]) from None
    except RecursionError:
        raise _whole(file, "values stand too deep within one another", "check for brackets that never close") from None
    except Exception as error:  # noqa: BLE001 - whatever the parser trips over is in the file
        raise _whole(
            file, f"the file can't be read as YAML ({type(error).__name__})", "check its last change"
        ) from None
    return node


def _whole(file: str, message: str, advice: str) -> ConfigError:
    """An error that is about the file as a whole."""
    return ConfigError([Problem(file=file, line=1, column=1, message=message, advice=advice)], hint=NOTHING_DONE)


class _Reader:
    """Makes plain values of nodes, and notes where each stands."""

    def __init__(self, file: str, lines: list[str], environ: Mapping[str, str]) -> None:
        self.file = file
        self.lines = lines
        self.places: dict[Path, Place] = {}
        self.problems: list[Problem] = []
        self._environ = environ
        self._open: list[Node] = []

    def value(self, node: Node, path: Path, name: Node | None) -> Any:
        """The value of `node`, which stands at `path` under the field `name`."""
        if node in self._open or len(self.places) > _MOST_VALUES:
            self._place(node, path, name, unfilled=True)
            self._note(node, "an alias (`*name`) leads back to itself or to too much", "write the values out")
            return None
        if node.id == "scalar":
            return self._scalar(node, path, name)
        self._place(node, path, name)
        self._check_tag(node, "seq" if node.id == "sequence" else "map")
        self._open.append(node)
        try:
            if node.id == "sequence":
                return [self.value(child, (*path, at), None) for at, child in enumerate(node.value)]
            return self._mapping(node, path)
        finally:
            self._open.pop()

    def _mapping(self, node: Node, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        first: dict[str, int] = {}
        for key, child in node.value:
            if key.id != "scalar":
                self._note(key, "the name of a field is a single word", "write `name: value`")
                continue
            name = _mended(key.value)
            if key.tag == f"{_TAG}merge" or (name == "<<" and not key.style):
                merged |= self._merged(child, path)
                continue
            line = key.start_mark.line + 1
            if name in first:
                message = f"{quoted(name)} stands here a second time, first in line {first[name]}"
                self._note(key, message, "keep one of the two")
                continue
            first[name] = line
            value = self.value(child, (*path, name), key)
            if value is not None or not self.places[(*path, name)].empty:
                data[name] = value
        return merged | data

    def _merged(self, node: Node, path: Path) -> dict[str, Any]:
        """The fields that `<<: *name` takes over."""
        found: dict[str, Any] = {}
        nodes = node.value if node.id == "sequence" else [node]
        for each in reversed(nodes):
            if each.id != "mapping":
                self._note(node, "`<<` takes over the fields of a mapping", "name one with an alias, `<<: *name`")
                continue
            value = self.value(each, path, None)
            found |= value if isinstance(value, dict) else {}
        return found

    def _scalar(self, node: Node, path: Path, name: Node | None) -> Any:
        variables = tuple(_VARIABLE.findall(node.value))
        missing = [each for each in variables if not self._known(each, node)]
        self._place(node, path, name, variables=variables, unfilled=bool(missing))
        if variables:
            return _mended(_VARIABLE.sub(lambda found: self._environ.get(found[1], found[0]), node.value))
        if node.style:
            return _mended(node.value)
        self._check_tag(node, "str", "int", "float", "bool", "null", "timestamp", "value", "binary")
        return _resolved(node.tag, node.value)

    def _known(self, name: str, node: Node) -> bool:
        """Whether the environment has the variable; a problem is noted where it has not."""
        if not _VARIABLE_NAME.match(name):
            message = f"`${{{name}}}` names no environment variable"
            self._note(node, message, "write a name of A to Z, 0 to 9 and `_`, such as `${SMTP_PASSWORD}`")
            return False
        if name not in self._environ:
            message = f"the environment variable `{name}` is not set"
            self._note(node, message, f"set it where Samflöde is started (for cron: `{name}=…` in the crontab)")
            return False
        return True

    def _check_tag(self, node: Node, *kinds: str) -> None:
        tag = str(node.tag or "")
        if tag.removeprefix(_TAG) not in {*kinds, ""} or (tag and not tag.startswith(_TAG)):
            self._note(
                node,
                f"{quoted('!' + tag.removeprefix(_TAG).lstrip('!'))} is a tag of YAML, which nothing here needs",
                "leave it out, or put the value in quotes",
            )

    def _place(
        self, node: Node, path: Path, name: Node | None, *, variables: tuple[str, ...] = (), unfilled: bool = False
    ) -> None:
        start = (name or node).start_mark
        scalar = node.id == "scalar"
        empty = scalar and not node.style and node.tag == f"{_TAG}null"
        # Of a value that is not there, each parser tells another place: it is behind its name.
        value = name.end_mark if empty and not node.value and name is not None else node.start_mark
        self.places[path] = Place(
            line=start.line + 1,
            column=start.column + 1,
            value_line=value.line + 1,
            value_column=value.column + 1,
            written=_mended(node.value) if scalar else None,
            plain=scalar and not node.style,
            empty=empty,
            variables=variables,
            unfilled=unfilled,
        )

    def _note(self, node: Node, message: str, advice: str) -> None:
        mark = node.start_mark
        self.problems.append(
            Problem(file=self.file, line=mark.line + 1, column=mark.column + 1, message=message, advice=advice)
        )


def _mended(text: str) -> str:
    r"""A text of whole characters: two escapes that are one character, as in JSON, become it, and a half one becomes �.

    >>> _mended("\ud83d\ude00 \ud83d")
    '😀 �'
    """
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _resolved(tag: object, text: str) -> Any:
    """A plain scalar as YAML 1.2 reads it; what is no number after all stays text."""
    try:
        match str(tag).removeprefix(_TAG):
            case "null":
                return None
            case "bool":
                return text.lower() in {"true", "yes", "on"}
            case "int":
                digits = text.replace("_", "")
                return int(digits, 10 if digits.lstrip("+-").isdigit() else 0)
            case "float":
                return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
    except ValueError:
        pass
    return text
