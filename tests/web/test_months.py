"""Which words are months where not all of the text is a date."""

from __future__ import annotations

import pytest

from pipeline.web.months import MONTHS, dated, month_of


def test_every_full_name_is_its_month_in_every_language():
    named = {
        (language, max(names.split(), key=len)): number
        for language, months in MONTHS.items()
        for number, names in enumerate(months, start=1)
    }
    assert named == {(language, name): month_of(name) for language, name in named}


@pytest.mark.parametrize("ending", ["", "ta", "n", "ssa", "sta", "hun", "lle", "ltä"])
def test_finnish_months_are_known_in_their_cases(ending):
    assert [month_of(f"{stem}kuu{ending}") for stem in ("tammi", "kesä", "elo", "joulu")] == [1, 6, 8, 12]


@pytest.mark.parametrize(
    "word", ["lokala", "lokaler", "Lokalavisen", "joulupukki", "syystä", "feber", "ago", "set", "kesä", "dic", "mars2"]
)
def test_other_words_are_no_months(word):
    assert month_of(word) is None


def test_ten_local_offices_are_no_day_of_october():
    assert dated("10 lokala kontor den 3 mars", may_name_months=True)[0] == {"03-03"}
