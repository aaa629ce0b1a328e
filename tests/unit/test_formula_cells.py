"""What a spreadsheet would take for a formula stays the text it is; numbers and words stay as they are."""

import pytest

from mhgis.exports.formula_cells import defuse


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1+1", "-", "+", "-1-1", "-１"]
)
def test_what_starts_like_a_formula_gets_an_apostrophe(cell):
    assert defuse(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell", ["-5", "+5", "-0.25", "-1e-3", "-.5", "12", "", "a=1", "O'Neil", "2015-11-22", "甘肃省"]
)
def test_numbers_and_plain_words_stay_as_they_are(cell):
    assert defuse(cell) == cell
