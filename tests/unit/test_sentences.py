"""A headline gives its numbers, its year and its unit, in either language, and calls a model a model."""

from dataclasses import replace

import pandas as pd
import pytest

from mhgis import indicators
from mhgis.measures import gaps
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


@pytest.mark.parametrize(("lang", "word"), [("en", "By the model's medians"), ("zh", "按模型中位数")])
def test_a_model_is_called_one_and_its_medians_are_not_added_up(lang, word):
    said = say(sentences.shortfalls, scene(lang, level="county", modelled=True), ranked(*TOWN))
    assert word in said
    assert "18" not in said


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
