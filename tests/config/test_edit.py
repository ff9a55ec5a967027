"""A source is added to sources.yaml, and every byte that was there stays as it was."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config.edit import appended, block, write
from pipeline.config.load import checked
from pipeline.errors import UsageError

HEAD = "archive:\n  title: T\n  url: https://n.example.se/\n"
FIELDS = {
    "id": "ny-kalla",
    "name": "Ny källa: no, 1",
    "url": "https://ny.example.se/?a=1&b=[2]",
    "language": "nb",
    "listing": {"item": "#lista > .nyhet", "title": "h2"},
    "article": True,
}


def is_only_added_to(before: str, after: str) -> bool:
    """Whether `after` is all of `before` with one new piece in it, and perhaps the comma that a list in brackets needs.

    The brackets of a list that held nothing go.
    """
    if not before.lstrip("\ufeff \r\n").startswith("{"):
        before = re.sub(r"^sources: *\[\s*\]", "sources:", before, flags=re.MULTILINE)

    def with_one_piece(text: str) -> bool:
        return any(text.startswith(before[:at]) and text.endswith(before[at:]) for at in range(len(before) + 1))

    commas = [at for at, character in enumerate(after) if character == "," and after[:at] == before[:at]]
    return with_one_piece(after) or any(with_one_piece(after[:at] + after[at + 1 :]) for at in commas)


def check(text: str) -> str:
    """The text with the source added, once that is seen to be right."""
    changed = appended(text, FIELDS, "Found so.\nAnd so.")
    assert is_only_added_to(text, changed)
    sources = checked(changed, "sources.yaml", {})[0].sources
    assert ("ny-kalla", "Ny källa: no, 1", "https://ny.example.se/?a=1&b=%5B2%5D") == (
        sources[-1].id,
        sources[-1].name,
        sources[-1].url,
    )
    return changed


FILES = {
    "nothing yet": "sources: []\n",
    "nothing yet, in lines": "sources: [\n]\n",
    "an empty list": "sources:\n",
    "an empty list with an example": "sources:  # none yet\n  # - id: a\n  #   url: https://a.se/\n\ntopics: []\n",
    "no list": "",
    "no line break at the end": "sources:\n  - id: a\n    url: https://a.se/",
    "no line break at the end of an empty list": "sources:",
    "a comment at the end": "sources:\n  - id: a\n    url: https://a.se/  # here\n  # the end\n# really\n",
    "something after the sources": "sources:\n  - id: a\n    url: https://a.se/\n\n# topics\ntopics: []\n",
    "no indentation": "sources:\n- id: a\n  url: https://a.se/\n\ntopics: []\n",
    "wide indentation": "sources:\n    -   id: a\n        url: https://a.se/\n        tags:\n            - x\n",
    "the dash alone": "sources:\n  -\n    id: a\n    url: https://a.se/\n",
    "tabs in comments": "sources:\n  - id: a # \there\n    url: https://a.se/ #\tthere\n\n#\tend\n",
    "one in brackets": "sources: [{id: a, url: https://a.se/}]\n",
    "some in brackets, in lines": "sources: [\n  {id: a, url: https://a.se/},\n  {id: b, url: https://b.se/},  # last\n]\ntopics: []\n",
    "brackets without the last comma": "sources: [\n  {id: a, url: https://a.se/}  # last\n]\n",
    "items in braces": "sources:\n  - {id: a, url: https://a.se/}\n  - {id: b, url: https://b.se/}\n\n\n",
    "a folded text": "sources:\n  - id: a\n    url: https://a.se/\n    name: >\n      A\n      name\n\n\ntopics: []\n",
    "a kept text": "sources:\n  - id: a\n    url: https://a.se/\n    name: |+\n      A\n\n\ntopics: []\n",
    "an end of document": "sources:\n  - id: a\n    url: https://a.se/\n...\n",
    "sources of an anchor": "sources:\n  - &a {id: a, url: https://a.se/}\n  - <<: *a\n    id: b\n    url: https://b.se/\n",
}


@pytest.mark.parametrize("line_break", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("text", FILES.values(), ids=FILES.keys())
def test_a_source_is_added_to_files_of_every_form(text, line_break):
    text = (HEAD + text).replace("\n", line_break)

    changed = check(text)

    assert "\r\n" == line_break or "\r" not in changed
    assert "\n" == line_break or changed.count("\n") == changed.count("\r\n")


@pytest.mark.parametrize("brackets", ["[]", "[ ]", "[\n]"])
def test_a_list_that_was_empty_becomes_lines(brackets):
    assert HEAD + "sources:  # ours\n  - id: b\n    url: https://b.se/\ntopics: []\n" == appended(
        HEAD + f"sources: {brackets}  # ours\ntopics: []\n", {"id": "b", "url": "https://b.se/"}
    )


def test_the_block_has_the_indentation_of_its_neighbours():
    text = HEAD + "sources:\n-   id: a\n    url: https://a.se/\n# end\n"

    assert HEAD + (
        "sources:\n-   id: a\n    url: https://a.se/\n"
        "# Why.\n-   id: b\n    url: https://b.se/\n    listing:\n      item: '#x'\n"
        "# end\n"
    ) == appended(text, {"id": "b", "url": "https://b.se/", "listing": {"item": "#x"}}, "Why.")


def test_a_whole_file_in_braces_takes_a_source():
    check('{archive: {title: T, url: "https://n.example.se/"}, sources: []}')


def test_what_can_not_be_added_without_a_change_is_said_so():
    with pytest.raises(UsageError, match="no place was found"):
        appended('{archive: {title: T, url: "https://n.example.se/"}}', FIELDS)


def test_words_that_are_no_texts_to_others_are_quoted():
    assert "- name: \"no\"\n  url: '1'\n" == block({"name": "no", "url": "1"}, dash=0)


#: What YAML has a meaning for, and letters that take more than a byte.
LETTERS = "abN01 .,:;#-?!*&|>%@`~'\"\\{}[]()<=åÖ ☃𝄞"
names = st.text(LETTERS, min_size=1, max_size=20).map(lambda text: " ".join(text.split()) or "x")
comments = st.text(f"{LETTERS}\t", max_size=20)


@st.composite
def files(draw):
    """A file of sources in one of its many forms."""
    dash = draw(st.sampled_from([0, 1, 2, 4, 7]))
    inset = draw(st.integers(2, 6))
    flow = draw(st.booleans())
    lines = HEAD.splitlines()
    count = draw(st.integers(0, 3))
    note = lambda: draw(st.sampled_from(["", f"  # {draw(comments)}"]))  # noqa: E731
    if count == 0:
        lines.append("sources:" + draw(st.sampled_from(["", " []", " [ ]"])) + note())
    elif flow:
        joint = draw(st.sampled_from(["\n  ", "\n\n  "]))
        items = [f"{{id: s{n}, url: 'https://s{n}.example.se/'}}" for n in range(count)]
        lines += f"sources: [{joint}{f',{joint}'.join(items)}{draw(st.sampled_from(['', ',', ' ,']))}{note()}\n  ]{note()}".split(
            "\n"
        )
    else:
        lines.append("sources:" + note())
        for n in range(count):
            lines += [" " * dash + f"# {draw(comments)}"] * draw(st.integers(0, 1))
            lines.append(" " * dash + "-" + " " * (inset - 1) + f"id: s{n}" + note())
            lines.append(" " * (dash + inset) + f"url: https://s{n}.example.se/{note()}")
            lines += [" " * (dash + inset) + "tags: [a, b]" + note()] * draw(st.integers(0, 1))
    lines += [""] * draw(st.integers(0, 2))
    lines += [f"# {draw(comments)}"] * draw(st.integers(0, 1))
    lines += ["topics: []" + note()] * draw(st.integers(0, 1))
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines) + draw(st.sampled_from(["", "\n"]))


@given(text=files(), name=names, comment=comments)
def test_every_earlier_byte_stays_as_it_was(text, name, comment):
    fields = {**FIELDS, "name": name}

    changed = appended(text, fields, comment)

    assert is_only_added_to(text, changed)
    assert name == checked(changed, "sources.yaml", {})[0].sources[-1].name


def test_the_file_is_written_whole_with_its_mark_and_its_permissions(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\n")
    path.chmod(0o640)

    write(path, "a: 1\r\nb: 2\r\n")

    assert b"\xef\xbb\xbfa: 1\r\nb: 2\r\n" == path.read_bytes()
    assert 0o640 == path.stat().st_mode & 0o777
    assert [path] == list(tmp_path.iterdir())


def test_a_file_that_is_a_link_stays_one(tmp_path):
    real = tmp_path / "real.yaml"
    real.write_text("a: 1\n")
    link = tmp_path / "sources.yaml"
    link.symlink_to(real)

    write(link, "a: 2\n")

    assert link.is_symlink()
    assert "a: 2\n" == real.read_text()
