"""A source written into sources.yaml: every byte that was there stays as it was, in its place.

Where the new lines go is read from the marks of ruamel.yaml; that they say what they should, and changed nothing else, is then
seen by reading the file anew. Values are written by ruamel.yaml, which knows what needs quotes.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pipeline.config.yaml import compose
from pipeline.errors import UsageError

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator, Mapping, Sequence

_BOM = b"\xef\xbb\xbf"
#: Words that YAML 1.1 takes for booleans; other programs may read the file too.
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"})
#: Texts that need no quotes between brackets, where YAML has more marks than its writer minds.
_SAFE_IN_FLOW = re.compile(r"[^\W_][\w .-]*\Z")
_BY_HAND = "Write the block into the file by hand: `--dry-run` prints it."


def appended(text: str, fields: Mapping[str, Any], comment: str = "", *, file: str = "sources.yaml") -> str:
    """The file's text with a source of these fields behind its last one, in the form and indentation of the others.

    `comment` stands in the lines above it. Raises ConfigError where the text is no YAML, UsageError where no place can be found
    at which the source can be added without a change to what is there.
    """
    return all_appended(text, [(fields, comment)], file=file)


def all_appended(text: str, added: Sequence[tuple[Mapping[str, Any], str]], *, file: str = "sources.yaml") -> str:
    """The same for several sources, each with its comment, in their order."""
    newline = "\r\n" if "\r\n" in text else "\n"
    root = compose(text, file)
    bare = _without_empty_brackets(text, root) if added else text
    root = root if bare == text else compose(bare, file)
    for insertions in _insertions(bare, root, added) if added else ():
        changed = bare
        for at, piece in reversed(insertions):
            changed = changed[:at] + piece.replace("\n", newline) + changed[at:]
        if _is_added(text, changed, [fields for fields, _ in added], file):
            return changed
    raise UsageError(
        f"{file}: no place was found where a source can be added and all else stays as it is", hint=_BY_HAND
    )


def block(fields: Mapping[str, Any], comment: str = "", *, dash: int = 2, inset: int = 2) -> str:
    r"""A source as it stands in a list with its dash in column `dash` and its fields `inset` further in; ends in a line break.

    >>> print(block({"id": "adda", "url": "https://adda.se/"}, "A feed.", dash=0), end="")
    # A feed.
    - id: adda
      url: https://adda.se/
    """
    lines = [f"{' ' * dash}# {line}".rstrip() for line in comment.splitlines()]
    body = _dumped(fields).splitlines()
    lines += [
        " " * dash + ("-" + " " * (inset - 1) if number == 0 else " " * inset) + line
        for number, line in enumerate(body)
    ]
    return "\n".join(lines) + "\n"


def write(path: pathlib.Path, text: str) -> None:
    """Puts a text in the place of a file's, whole or not at all; a byte order mark that was there stays.

    Raises UsageError where that can't be done.
    """
    place = path.resolve()
    try:
        body = (_BOM if place.read_bytes().startswith(_BOM) else b"") + text.encode("utf-8")
        _replace(place, body)
    except OSError as error:
        raise UsageError(
            f"{path} can't be written: {error.strerror}",
            hint="Nothing was changed. Mend the permissions of the file and its folder.",
        ) from error


def _replace(place: pathlib.Path, body: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=place.parent, prefix=f".{place.name}.", delete=False) as new:
        try:
            new.write(body)
            new.flush()
            os.fsync(new.fileno())
            shutil.copymode(place, new.name)
            os.replace(new.name, place)  # noqa: PTH105  # of a name, not a Path
        except BaseException:
            with suppress(OSError):
                os.unlink(new.name)  # noqa: PTH108
            raise


def _without_empty_brackets(text: str, root: Any) -> str:
    """The text without the `[]` of a list of sources that is empty: what comes into it is easier to read without brackets."""
    if root is None or root.id != "mapping" or root.flow_style:
        return text
    for key, value in root.value:
        if key.value == "sources" and value.id == "sequence" and value.flow_style and not value.value:
            start, end = value.start_mark.index, value.end_mark.index
            if not text[start + 1 : end - 1].strip():
                return text[:start].rstrip(" ") + text[end:]
    return text


def _insertions(
    text: str, root: Any, added: Sequence[tuple[Mapping[str, Any], str]]
) -> Iterator[list[tuple[int, str]]]:
    """The places and pieces that may add the sources, the best first; of several pieces the first comes first."""
    if root is None or root.id != "mapping":
        return
    pairs = [(key, value) for key, value in root.value if key.value == "sources"]
    if not pairs:
        if not root.flow_style:
            yield [_at_line_end(text, _content_end(text, root), f"sources:\n{_blocks(added)}")]
        return
    key, sources = pairs[0]
    if sources.id == "scalar" and not sources.value.strip():
        indent = key.start_mark.column + 2
        yield [_at_line_end(text, key.end_mark.index, _blocks(added, dash=indent))]
    elif sources.id == "sequence" and sources.flow_style:
        yield _within_brackets(text, sources, added)
    elif sources.id == "sequence":
        dash = sources.start_mark.column
        last = sources.value[-1]
        inset = max(2, last.start_mark.column - dash) if last.start_mark.line == _line_of_dash(text, last) else 2
        new = _blocks(added, dash=dash, inset=inset)
        yield [_at_line_end(text, _content_end(text, last), new)]
        yield [_at_line_end(text, last.end_mark.index, new)]
        yield [_at_line_end(text, sources.end_mark.index, new)]


def _blocks(added: Sequence[tuple[Mapping[str, Any], str]], *, dash: int = 2, inset: int = 2) -> str:
    return "".join(block(fields, comment, dash=dash, inset=inset) for fields, comment in added)


def _line_of_dash(text: str, item: Any) -> int:
    """The line of an item's dash, where it is that of its first field; -1 where it stands in a line of its own."""
    start = text.rfind("\n", 0, item.start_mark.index) + 1
    before = text[start : item.start_mark.index]
    return int(item.start_mark.line) if before.strip() == "-" else -1


def _content_end(text: str, node: Any) -> int:
    """Where the last value in a node ends: its own end mark may lie behind comments and empty lines."""
    while node.id != "scalar" and node.value and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
        if isinstance(last, tuple) and node.id == "scalar" and not node.value and node.style is None:
            return int(last[0].end_mark.index)
    end = int(node.end_mark.index)
    if node.id == "scalar" and node.style in {"|", ">"}:
        # The mark of a block of text lies behind the line break that ends it, and perhaps behind what follows.
        return int(node.start_mark.index) + len(text[node.start_mark.index : end].rstrip())
    return end


def _at_line_end(text: str, index: int, piece: str) -> tuple[int, str]:
    """The piece at the beginning of the line after `index`, and a line break before it where the file ends without one."""
    if index > 0 and text[index - 1 : index] == "\n":
        return index, piece
    end = text.find("\n", index)
    return (len(text), f"\n{piece}"[:-1]) if end < 0 else (end + 1, piece)


def _within_brackets(text: str, sources: Any, added: Sequence[tuple[Mapping[str, Any], str]]) -> list[tuple[int, str]]:
    """The same for a list in brackets: behind its last element, on lines of its own."""
    closing = sources.end_mark.index - 1
    lines: list[str] = []
    for number, (fields, comment) in enumerate(added, 1):
        lines += [f"    # {line}" for line in comment.splitlines()]
        lines.append(f"    {_dumped(fields, flow=True).strip()}{',' if number < len(added) else ''}")
    body = "\n".join(lines)
    tail = f"{body}\n  " if text[:closing].rstrip(" ").endswith("\n") else f"\n{body}\n  "
    if not sources.value:
        return [(closing, tail)]
    last = sources.value[-1].end_mark.index
    between = "".join(line.partition("#")[0] for line in text[last:closing].splitlines())
    return [(closing, tail)] if "," in between else [(last, ","), (closing, tail)]


def _dumped(fields: Mapping[str, Any], *, flow: bool = False) -> str:
    from ruamel.yaml import YAML  # noqa: TID251
    from ruamel.yaml.comments import CommentedMap  # noqa: TID251
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString  # noqa: TID251

    def node(value: Any) -> Any:
        if isinstance(value, str):
            is_safe = value.lower() not in _WORDS and "${" not in value and (not flow or _SAFE_IN_FLOW.match(value))
            return value if is_safe else DoubleQuotedScalarString(value)
        if isinstance(value, dict):
            made = CommentedMap((name, node(each)) for name, each in value.items())
            if flow:
                made.fa.set_flow_style()
            return made
        return value

    yaml = YAML()
    yaml.width = 1_000_000
    yaml.allow_unicode = True
    out = io.StringIO()
    yaml.dump(node(dict(fields)), out)
    return out.getvalue()


def _is_added(before: str, after: str, added: Sequence[Mapping[str, Any]], file: str) -> bool:
    """Whether the new text says what the old one does, and the new sources at the end of its sources."""
    from pipeline.errors import ConfigError

    try:
        old, new = (_plain(compose(text, file)) for text in (before, after))
    except (ConfigError, RecursionError):
        return False
    if not isinstance(new, dict) or not isinstance(old, dict):
        return False
    had = old.get("sources") or []
    expected = [_plain(compose(_dumped(fields), file)) for fields in added]
    return new == old | {"sources": [*had, *expected]} and [*new][: len(old)] == [*old]


def _plain(node: Any) -> Any:
    """What a node says, as texts in lists and mappings; scalars with how they are read, so that "no" and no differ."""
    if node.id == "sequence":
        return [_plain(each) for each in node.value]
    if node.id == "mapping":
        return {key.value: _plain(value) for key, value in node.value}
    # An empty value is nothing, which `sources` may have been.
    return (node.value, str(node.tag)) if node.value or node.style else None
