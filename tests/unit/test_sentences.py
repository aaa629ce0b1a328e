"""A headline gives its numbers, its year and its unit, in either language, and calls a model a model."""

from dataclasses import replace

import pandas as pd
import pytest

from mhgis import indicators
from mhgis.measures import gaps
from mhgis.measures.drawn import DrawnTally, Spread
from mhgis.words import sentences
from mhgis.words.sentences import Scene

BEDS = indicators.get("beds_per_100k")
FACILITIES = indicators.get("facilities")
PROBABILITY = indicators.get("probability_no_facility")


def scene(lang="en", *, indicator=BEDS, level="province", modelled=False, scope="", benchmark=30.0):
    return Scene(lang, indicator, level, 2015, modelled, scope, benchmark)


def ranked(*rows, indicator=BEDS, benchmark=30.0):
    frame = pd.DataFrame(rows, columns=["area_code", "name_en", "name_zh", "value", "status", "people"])
    return gaps.rank(frame.astype({"value": "float64", "people": "Int64"}), indicator, benchmark)


TOWN = (
    ("1", "Aba", "甲", 12.0, "reported", 100_000),  # lacks 18
    ("2", "Bei", "乙", 31.5, "reported", 200_000),
    ("3", "Cen", "丙", float("nan"), "not_reported", 70_000),
)
UNKNOWN = tuple((code, en, zh, float("nan"), "not_reported", people) for code, en, zh, _v, _s, people in TOWN)


def say(function, said, rows):
    return function(said, rows, gaps.tally(rows), f"name_{said.lang}")


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", "In 2015, 1 of 2 provinces had fewer than 30 psychiatric beds per 100,000"),
        ("zh", "2015 年，2 个省级单位中有 1 个的每10万人精神科床位数低于 30"),
    ],
)
def test_a_map_says_how_many_of_the_known_areas_are_below_the_benchmark(lang, expected):
    assert say(sentences.headline, scene(lang), ranked(*TOWN)) == expected


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "en",
            (
                "In 2015, 1 of 2 counties of Gansu had fewer than 30 psychiatric beds per 100,000; "
                "together they lack 18 beds"
            ),
        ),
        ("zh", "2015 年，甘肃省的 2 个县级单位中有 1 个的每10万人精神科床位数低于 30，合计缺 18 张床位"),
    ],
)
def test_a_gap_list_adds_what_they_lack(lang, expected):
    place = {"en": "Gansu", "zh": "甘肃省"}[lang]
    assert say(sentences.shortfalls, scene(lang, level="county", scope=place), ranked(*TOWN)) == expected


DRAWN = DrawnTally(
    2_846,
    short=Spread(2_233, 2_207, 2_261, 2_234.4),
    zero=Spread(1_258, 1_243, 1_273, 1_257.6),
    people_short=Spread(987_788_795, 970_372_427, 1_006_064_283, 987_936_274.7),
    lacking=Spread(234_819, 230_111, 239_446, 234_641.94),
)


def test_a_model_is_told_by_its_draws_with_their_range():
    def said(function, lang, **parts):
        made = scene(lang, level="county", modelled=True, **parts)
        return function(made, pd.DataFrame(), TALLY_OF_MODEL, f"name_{lang}", DRAWN)

    assert said(sentences.headline, "en") == (
        "In the model, 2,233 (2,207–2,261) of 2,846 counties had fewer than 30 psychiatric beds per 100,000 in 2015; "
        "988 million people (970 million–1.01 billion) lived there"
    )
    # the sum is the mean, which the column of a list adds up to
    assert said(sentences.shortfalls, "en").endswith("; together they lack 234,642 (230,111–239,446) beds")
    assert said(sentences.headline, "zh") == (
        "按模型，2015 年，2,846 个县级单位中有 2,233 (2,207–2,261) 个的每10万人精神科床位数低于 30，"
        "涉及 9.88 亿人 (9.70 亿–10.06 亿)"
    )
    assert said(sentences.shortfalls, "en", benchmark=None) == (
        "In the model, 1,258 (1,243–1,273) of 2,846 counties had none in 2015: psychiatric beds per 100,000"
    )


TALLY_OF_MODEL = gaps.Tally(2_891, 2_844, 0, 2, 6, 39, 1, None, 1)


def test_what_is_the_same_in_every_draw_has_no_range():
    certain = Spread(17, 17, 17, 17)
    drawn = DrawnTally(31, certain, Spread(1, 1, 1, 1), None, Spread(53_096, 53_096, 53_096, 53_096))
    made = scene("en", level="province", modelled=True)
    said = sentences.shortfalls(made, pd.DataFrame(), gaps.Tally(31, 17, 0, 14, 0, 0, 1, None, 1), "name_en", drawn)
    assert said == (
        "In the model, 17 of 31 provinces had fewer than 30 psychiatric beds per 100,000 in 2015; "
        "together they lack 53,096 beds"
    )


@pytest.mark.parametrize(("lang", "word"), [("en", "Model estimate: "), ("zh", "模型估计：")])
def test_a_model_without_draws_is_called_one(lang, word):
    for benchmark in (30.0, None):
        said = scene(lang, level="county", modelled=True, benchmark=benchmark)
        assert say(sentences.shortfalls, said, ranked(*TOWN)).startswith(word)


def test_without_a_benchmark_a_map_says_from_where_to_where_the_values_go():
    said = say(sentences.headline, scene(benchmark=None), ranked(*TOWN, benchmark=None))
    assert said == "In 2015, psychiatric beds per 100,000 went from 12 (Aba) to 31.5 (Bei) across 2 provinces"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_county_is_named_by_a_modelled_figure(lang):
    said = scene(lang, level="county", modelled=True, benchmark=None)
    text = say(sentences.headline, said, ranked(*TOWN, benchmark=None))
    assert not any(name in text for name in ("Aba", "Bei", "甲", "乙"))
    assert "12" in text


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", "For 2015, psychiatric beds per 100,000 was not published for any of 3 provinces"),
        ("zh", "2015 年，3 个省级单位的每10万人精神科床位数均未公布"),
    ],
)
def test_what_nobody_knows_is_said_to_be_unpublished_not_zero(lang, expected):
    for function in (sentences.headline, sentences.shortfalls):
        assert say(function, scene(lang), ranked(*UNKNOWN)) == expected


def test_zero_areas_are_counted_where_there_is_no_benchmark():
    rows = ranked(
        ("1", "Aba", "甲", 0.0, "zero", 1), ("2", "Bei", "乙", 4.0, "reported", 1), indicator=FACILITIES, benchmark=None
    )
    said = say(sentences.shortfalls, scene(indicator=FACILITIES, benchmark=None), rows)
    assert said == "In 2015, 1 of 2 provinces had zero mental-health facilities"


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "en",
            (
                "In 2015, 1,180 counties had no mental-health facility; about 307 million people lived there "
                "(model estimate, 300 million to 315 million)"
            ),
        ),
        ("zh", "2015 年，1,180 个县级单位没有精神卫生机构；约 3.07 亿人住在这些地方（模型估计，3.00 亿至 3.15 亿）"),
    ],
)
def test_people_without_a_facility_are_an_estimate_with_a_range(lang, expected):
    said = scene(lang, indicator=PROBABILITY, level="county", modelled=True, benchmark=None)
    assert sentences.absence(said, 1180, 306_748_947, 300_339_964, 314_828_358) == expected


def test_a_range_of_nothing_is_left_out_and_so_are_people_where_there_is_no_model():
    said = scene(indicator=PROBABILITY, level="county", scope="Tibet")
    assert "to" not in sentences.absence(said, 74, 3_300_000, 3_300_000, 3_300_000).split("(")[1]
    assert (
        sentences.absence(said, 74, None, None, None) == "In 2015, 74 counties of Tibet had no mental-health facility"
    )
    assert "every one" in sentences.absence(said, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("n", "lang", "expected"),
    [
        (1, "en", "1 county"),
        (2, "en", "2 counties"),
        (0, "en", "0 counties"),
        (2852, "en", "2,852 counties"),
        (1, "zh", "1 个县级单位"),
    ],
)
def test_areas_are_counted_as_the_language_does(n, lang, expected):
    assert sentences.areas(n, "county", lang) == expected


TOLD = sentences.Told


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (
            (TOLD(56.62, 2020, 31.64, 2015), TOLD(350, 2020, 1180, 2015), None),
            (
                "In 2020 China had 56.6 (2015: 31.6) psychiatric beds per 100,000 people; 350 counties had no facility "
                "(2015: 1,180)"
            ),
        ),
        (
            (TOLD(31.64, 2015), TOLD(1180, 2015), 41.36),
            "In 2015 China had 31.6 psychiatric beds per 100,000 people; 1,180 counties (41.4\u00a0%) had no facility",
        ),
        (
            (TOLD(31.64, 2015), TOLD(1180, 2015), None),
            "In 2015 China had 31.6 psychiatric beds per 100,000 people; 1,180 counties had no facility",
        ),
        ((TOLD(17.11, 2010), None, None), "In 2010 China had 17.1 psychiatric beds per 100,000 people"),
        ((None, None, None), "No national rate of psychiatric beds can be given"),
    ],
)
def test_the_country_is_told_with_the_latest_there_is_and_what_it_was_before(numbers, expected):
    assert sentences.overview("China", "en", *numbers) == expected


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", "In 2015 it was so; psychiatric beds per 100,000 of China in 2020: 56.6"),
        ("zh", "In 2015 it was so；2020年China每10万人精神科床位数为56.6"),
    ],
)
def test_a_headline_of_a_past_year_tells_what_the_country_came_to(lang, expected):
    beds = indicators.get("beds_per_100k")
    assert sentences.later("In 2015 it was so", "China", beds, TOLD(56.618, 2020), lang) == expected


def test_what_a_headline_has_named_is_not_named_again():
    said = "In 2015 17 provinces had fewer than 30 psychiatric beds per 100,000"
    found = sentences.later(said, "China", indicators.get("beds_per_100k"), TOLD(56.618, 2020), "en")
    assert found == f"{said}; China in 2020: 56.6"


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", "We do not know the figure of 1 province, where 70,000 people live"),
        ("zh", "1 个省级单位的数字未知，共有 7.0 万人居住"),
    ],
)
def test_unknown_areas_come_with_their_people(lang, expected):
    assert sentences.unknown(scene(lang), gaps.tally(ranked(*TOWN))) == expected


def test_a_notice_names_parts_and_never_repeats_what_was_written():
    assert sentences.notice(["level", "year"], "zh") == "链接中有部分内容无法识别，已改用默认选择：层级、年份。"
    assert sentences.notice(["bench"], "en").endswith("instead: benchmark.")


@pytest.mark.parametrize(("lang", "said"), [("en", "; of 3 more it cannot be told"), ("zh", "；另有3个无法判断")])
def test_what_is_left_out_is_said_in_the_headline(lang, said):
    counted = gaps.Tally(34, 14, 1, 14, 0, 3, None, None, None, left_out=3)
    assert sentences.headline(scene(lang), pd.DataFrame(), counted, "name_en").endswith(said)
    assert said not in sentences.headline(scene(lang), pd.DataFrame(), replace(counted, left_out=0), "name_en")
