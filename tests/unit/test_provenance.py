"""Does what is known of figures combine as the figures do?"""

from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhgis.i18n import LANGUAGES
from mhgis.words.provenance import PROCESSING, About, Origin, combine

CENSUS = Origin("census2020", "Census by county", "Statistics bureau", 2022)
SURVEY = Origin("survey", "Resources in 2015", "", 2019)
MODEL = Origin("model", "The 2015 ensemble")


def about(**changes):
    said = {
        "indicator": "beds", "title": "Beds", "unit": "beds", "dataset": "cn-published", "year": 2015,
        "level": "province", "origins": (SURVEY,), "processing": "published", "n": 31, "n_unknown": 2,
        "build": "b1", "built_on": "2026-11-22",
    }  # fmt: skip
    return About(**(said | changes))


def test_origins_unite_and_the_most_processed_part_names_the_whole():
    people = about(indicator="people", title="People", unit="people", origins=(CENSUS, SURVEY), n_unknown=0)
    model = about(origins=(MODEL,), processing="modelled", dataset="cn-modelled-2015", n_unknown=5)
    whole = combine(about(), people, model)
    assert whole.origins == (SURVEY, CENSUS, MODEL)  # each once, in the order first met
    assert whole.processing == "modelled"
    assert whole.is_modelled
    assert whole.dataset == "cn-published + cn-modelled-2015"
    assert (whole.n, whole.n_unknown) == (31, 5)
    assert whole.year == 2015


def test_parts_of_two_years_have_no_year():
    assert combine(about(), about(year=2020)).year is None


def test_warnings_are_said_once():
    assert combine(about(warnings=("a", "b")), about(warnings=("b", "c"))).warnings == ("a", "b", "c")


def test_one_part_is_itself():
    assert combine(about()) == about()


PARTS = st.builds(
    about,
    origins=st.lists(st.sampled_from([CENSUS, SURVEY, MODEL]), min_size=1, max_size=3, unique=True).map(tuple),
    processing=st.sampled_from(PROCESSING),
)


@given(st.lists(PARTS, min_size=1, max_size=4))
def test_no_origin_is_lost_and_none_is_invented(parts):
    whole = combine(*parts)
    assert set(whole.origins) == {origin for part in parts for origin in part.origins}
    assert PROCESSING.index(whole.processing) == max(PROCESSING.index(part.processing) for part in parts)


@given(PARTS, PARTS, PARTS)
def test_how_parts_are_grouped_does_not_matter(one, two, three):
    assert combine(combine(one, two), three) == combine(one, combine(two, three))


def test_a_figure_without_a_source_or_with_impossible_counts_cannot_be_made():
    with pytest.raises(ValueError, match="no origin"):
        about(origins=())
    with pytest.raises(ValueError, match="32 of 31"):
        about(n_unknown=32)
    with pytest.raises(ValueError, match="nothing to combine"):
        combine()
    with pytest.raises(ValueError, match="different builds"):
        combine(about(), about(build="b2"))


def test_it_cannot_be_changed_in_passing():
    with pytest.raises(FrozenInstanceError):
        about().year = 2020
    assert replace(about(), n_unknown=3).n_unknown == 3


def test_a_source_is_cited_in_full_in_the_language_of_the_figure():
    assert CENSUS.cite("en") == "Census by county (Statistics bureau, 2022)"
    assert SURVEY.cite("en") == "Resources in 2015 (2019)"
    assert MODEL.cite("en") == "The 2015 ensemble"
    assert Origin("c", "《普查》", "统计局", 2022).cite("zh") == "《普查》（统计局，2022）"


def test_small_type_takes_the_short_name_where_there_is_one():
    assert replace(CENSUS, short="Census 2020").brief("en") == "Census 2020"
    assert CENSUS.brief("en") == CENSUS.cite("en")


def test_where_there_is_room_what_was_computed_is_followed_by_its_parts():
    people = Origin("midyear", "People in mid-2015", parts=(CENSUS, MODEL))
    assert about(origins=(SURVEY, people, CENSUS)).sources == (SURVEY, people, CENSUS, MODEL)


def test_the_small_type_names_every_source_and_says_what_is_unknown():
    whole = about(origins=(replace(SURVEY, short="Survey 2015"), CENSUS), processing="computed")
    line = whole.source_line("en")
    assert line == ("Source: Survey 2015; Census by county (Statistics bureau, 2022) · computed from published figures")
    assert whole.unknown_line("en") == "31 areas, 2 of them unknown."
    assert about(n_unknown=0).unknown_line("en") == "31 areas, all known."
    for lang in LANGUAGES:
        assert "31" in whole.unknown_line(lang)
    assert "计算" in whole.source_line("zh")
