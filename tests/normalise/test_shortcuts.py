"""What is left out where it can change nothing is left out for that reason alone: with and without, the results are the same."""

from __future__ import annotations

import re
from base64 import b32encode
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise import digest, sketch, tails, text
from pipeline.web import html

_NEVER = re.compile(r"(?!)")
#: What texts are made of: words, markup, references, mojibake, invisible characters, white space.
_PIECES = st.lists(
    st.sampled_from([
        *("Nya krav", " ", "\n", "\n\n", "\r\n", "\u00a0", "å", "Ã¥", "â€œ", "é", "e\u0301", "\u200b", "\u00ad", "\x1b[1m", "\x07", "\ud800"),
        *("<p>", "</p>", "<br/>", "<B>", "<ſpan>", "<lı>", "<p", "<Vector<int>>", "<x>", "<!--", "-->", "<script>", "</script>", "<td hidden>"),
        *("<![CDATA[", "]]>", "&amp;", "&amp;lt;p&amp;gt;", "&ouml;", "&", "<", ">", '<a href="x>y">', "<div style='display:none'>", "…", "“", "İ"),
        *("<table><tr><td>", "<rt>", "<li/>", "<select><option>", "</html>", "<p\n>"),
    ]),
    max_size=14,
)  # fmt: skip
_CALLS = st.lists(
    st.sampled_from([
        *("Nya krav gäller.", "krav", " ", "\n\n", ". ", "…", "Läs mer", "LÄS MER »", "läs mer om domen", "ſee more", "Les vıdere", "Read more"),
        *("The post A first appeared on B.", "Inlägget C kommer från D", "Der Beitrag E erschien zuerst auf F", "Llegir-ne més", "weiterlesen"),
        *("[…]", "(...)", "→", "Visa mer", "Mehr Informationen", "Katso lisää", "_", "Saber-ne més", "more", "x" * 260, "L’article G est apparu en premier sur H"),
    ]),
    max_size=8,
)  # fmt: skip


@given(_PIECES)
def test_a_simple_text_is_cleaned_as_any_other(pieces: list[str]) -> None:
    """Plain text and plain markup are known as such, and come out as they would by every step."""
    written = "".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "_SIMPLE", _NEVER)
        patch.setattr(text, "_PLAIN_MARKUP", _NEVER)
        patch.setattr(html, "_seen_quickly", lambda _: None)
        expected = text.clean_text(written)
    assert expected == text.clean_text(written)


@given(_CALLS)
def test_the_end_of_a_text_is_looked_at_only_where_a_phrase_may_stand(pieces: list[str]) -> None:
    """What tells that no phrase can be there is never wrong."""
    written = "".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tails, "_sought", lambda _: tails._ENDS)
        expected = tails.without_tail(written)
    assert expected == tails.without_tail(written)


@given(st.text(max_size=30))
def test_digests_are_written_in_base_32(written: str) -> None:
    """The table of pairs of letters writes what RFC 4648 does."""
    data = written.encode("utf-8", "surrogatepass")
    short, long = (b32encode(blake2b(data, digest_size=size).digest()).decode().lower() for size in (5, 10))
    assert (short, long) == (digest.short_digest(written), digest.digest(written))


@given(
    st.lists(
        st.sampled_from(["Ny", "ny", "dom", "ſtark", "Straße", "İ", "om", "EU", "avtal", "2026", "å"]), max_size=160
    )
)
def test_fingerprints_are_the_smallest_of_each_window(words: list[str]) -> None:
    """Four of the first 32 words, of the first 128, of all; each run of five words hashed as it stands."""
    folded = [word.casefold() for word in words]
    runs = [
        blake2b(" ".join(folded[at : at + sketch.RUN]).encode(), digest_size=5).digest()
        for at in range(len(folded) - sketch.RUN + 1)
    ]
    kept: dict[bytes, None] = {}
    for window in sketch.WINDOWS:
        kept.update(dict.fromkeys(sorted(set(runs[: max(0, window - sketch.RUN + 1)]))[: sketch.KEPT]))
    expected = tuple(map(digest.letters_of, kept)) if len(words) >= sketch.FEWEST else ()
    assert expected == sketch.sketch(" ".join(words))
