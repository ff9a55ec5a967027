"""Words are told apart without their accents, in every script."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.web.folding import fold

#: Letters that no decomposition takes apart.
WHOLE = str.maketrans({"ø": "o", "æ": "a", "ß": "ss", "đ": "d", "ł": "l", "ı": "i", "’": "'"})


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
@example("Højesteret på Åland – ”Überraschung”")
@example("Ελλάδα Йод שָׁלוֹם हिन्दी ắ͏̈")
def test_a_folded_text_is_in_lower_case_without_any_mark(text):
    plain = unicodedata.normalize("NFKD", text.casefold().translate(WHOLE))

    assert "".join(each for each in plain if not unicodedata.combining(each)) == fold(text)
