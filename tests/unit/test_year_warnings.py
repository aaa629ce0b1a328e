"""Is it said in words where counts, people and boundaries are of different years?"""

import pytest

from mhgis.i18n import LANGUAGES
from mhgis.measures.year_warnings import Years, warnings


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_year_needs_no_words(lang):
    assert warnings(Years(2020, 2020, 2020), lang) == ()
    assert warnings(Years(2020), lang) == ()


def test_people_of_another_year_are_named_with_both_years():
    (said,) = warnings(Years(2018, 2020), "en")
    assert said == "Rates of 2018 divide by the people of 2020: there is no figure for 2018 itself."


def test_an_estimate_is_called_one():
    (said,) = warnings(Years(2015, 2015, is_estimate=True), "en")
    assert said == "The people of 2015 are themselves an estimate between two censuses."


def test_a_count_divides_by_nobody():
    assert warnings(Years(2015, None, is_estimate=True), "en") == ()


def test_boundaries_of_another_year_are_told_where_any_border_has_moved():
    (said,) = warnings(Years(2015, 2015, 2025, n_moved=93), "en")
    assert said == "Figures of 2015 stand on boundaries of 2025; units with other borders then: 93."
    assert warnings(Years(2015, 2015, 2025), "en") == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_that_differs_is_told(lang):
    said = warnings(Years(2018, 2015, 2025, 5, is_estimate=True), lang)
    assert len(said) == 3
    assert all(any(year in one for year in ("2018", "2015", "2025")) for one in said)
