"""Counts, years and coordinates as offices write them; unknown never becomes zero."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhgis.i18n import translator
from mhgis.importing import values


def series(*texts):
    return pd.Series(list(texts), dtype="str", index=range(5, 5 + len(texts)))


def counted(text, factor=1):
    value, status, code = values.parse_counts(series(text), factor).iloc[0]
    return (
        None if pd.isna(value) else int(value),
        None if pd.isna(status) else status,
        None if pd.isna(code) else code,
    )


NUMBERS = {
    "12": 12, " 12 ": 12, "１２": 12, "12.0": 12, "12.": 12, "1,234": 1234, "1，234": 1234, "1 234": 1234,
    "1,234,567": 1_234_567, "120张": 120, "120 张": 120, "12人": 12, "3家": 3, "320 beds": 320, "十": 10, "十二": 12,
    "二十": 20, "一百零五": 105, "一百二十": 120, "两千三百": 2300, "一千零三十": 1030, "一万二千": 12_000,
    "壹佰贰拾": 120, "二〇": 20, "1.2万": 12_000, "3千": 3000, "两万": 20_000, "007": 7,
}  # fmt: skip


@pytest.mark.parametrize(("text", "number"), NUMBERS.items())
def test_numbers_are_read(text, number):
    assert counted(text) == (number, "reported", None)


@pytest.mark.parametrize("text", ["0", "０", "零", "〇", "0.0", "00", "0张", "零张", "Zero"])
def test_a_zero_that_is_written_is_zero(text):
    assert counted(text) == (0, "zero", None)


@pytest.mark.parametrize(
    "text", [None, "", " ", "\u3000", "…", "...", "不详", "未知", "n/a", "NA", "空", "暂无", "#N/A", "?"]
)
def test_unknown_is_not_reported(text):
    assert counted(text) == (None, "not_reported", None)


@pytest.mark.parametrize("text", ["—", "——", "-", "–", "－", "/", "_", "- -"])
def test_a_dash_is_not_reported_and_asked_about(text):
    assert counted(text) == (None, "not_reported", "dash")


@pytest.mark.parametrize(
    "text", ["<5", "＜5", "< 10", "≤3", "少于5", "不足10", "*", "**", "5以下", "fewer than 5", "保密"]
)
def test_small_counts_that_are_withheld_are_suppressed(text):
    assert counted(text) == (None, "suppressed", None)


def test_not_applicable_is_a_status_of_its_own():
    assert counted("不适用") == (None, "not_applicable", None)


FAULTS = {
    "12.5": "fraction", "1.23456万": "fraction", "-3": "negative", "−3": "negative", "(3)": "negative",
    "12%": "percent", "3‰": "percent",
    "2015-03-01": "date", "2015/3/1": "date", "3月5日": "date", "5-Mar": "date", "12:30": "date",
    "约120": "approximate", "120左右": "approximate", "100+": "approximate", ">100": "approximate", "10-20": "range",
    "10～20": "range", "120*": "footnote", "120①": "footnote", "10²": "footnote", "120[1]": "footnote",
    "12a": "footnote", "12o": "letter", "l20": "letter", "1,2OO": "letter",
    "1,23": "grouping", "12,34,567": "grouping", "12 13": "grouping", "abc": "text", "½": "text",
    "一百二": "text", "无": "none_word", "none": "none_word", "一": "one_or_dash", "9999999999": "too_large",
    "1e99": "too_large", "#REF!": "cell_error", "#DIV/0!": "cell_error", "=1+1": "formula",
    "=cmd|' /C calc'!A0": "formula", "@SUM(A1)": "formula",
}  # fmt: skip


@pytest.mark.parametrize(("text", "code"), FAULTS.items())
def test_what_is_no_count_gets_neither_number_nor_status(text, code):
    assert counted(text) == (None, None, code)


def test_an_exponent_is_a_number_to_look_at():
    assert counted("1e5") == (100_000, "reported", "exponent")
    assert counted("2.0E+02") == (200, "reported", "exponent")


def test_a_unit_multiplies():
    assert counted("0.032", 10_000) == (320, "reported", None)
    assert counted("十二", 1_000) == (12_000, "reported", None)
    assert counted("0.00001", 10_000) == (None, None, "fraction")
    assert counted("0", 10_000) == (0, "zero", None)


def test_rows_keep_their_numbers():
    parsed = values.parse_counts(series("1", None, "<5"))
    assert list(parsed.index) == [5, 6, 7]
    assert (str(parsed["value"].dtype), str(parsed["status"].dtype)) == ("Int64", "str")
    assert values.parse_counts(series()).empty


def test_a_value_is_there_exactly_where_the_status_has_one():
    parsed = values.parse_counts(series(*NUMBERS, *FAULTS, "0", "—", "<5", None))
    assert parsed["value"].notna().eq(parsed["status"].isin(["reported", "zero"])).all()
    assert parsed["value"].eq(0).fillna(value=False).eq(parsed["status"].eq("zero").fillna(value=False)).all()


def spelled(number):
    """Spell a number below 100,000 in Chinese, digit by digit: the oracle."""
    if number == 0:
        return "零"
    digits, powers = "零一二三四五六七八九", ("", "十", "百", "千", "万")
    text = "".join(
        digits[int(one)] + (powers[len(str(number)) - 1 - place] if one != "0" else "")
        for place, one in enumerate(str(number))
    )
    while "零零" in text:
        text = text.replace("零零", "零")
    return text.rstrip("零").removeprefix("一") if 10 <= number < 20 else text.rstrip("零")


def test_every_number_to_a_hundred_thousand_is_read_as_it_is_spelled():
    assert [n for n in range(100_000) if values.chinese_number(spelled(n)) != n] == []


@given(st.text(alphabet="零〇一二两三十百千万亿0123456789.,-—…<*约% 张人e/", max_size=8))
def test_only_a_written_zero_is_zero(text):
    value, status, _code = counted(text)
    if status == "zero":
        assert value == 0
        assert set(text) & set("0零〇")
        assert not set(text) & set("123456789一二两三十<*—…约%")


@given(st.text(max_size=12))
def test_any_text_gives_a_number_a_status_or_a_fault(text):
    value, status, code = counted(text)
    assert (status is None) <= (code in values.READINGS)
    assert (value is not None) == (status in {"reported", "zero"})


@pytest.mark.parametrize(
    "text", ["2015", "2015年", "２０１５", "二〇一五年", "2015.0", "2015年度", "2015-03-01", "2015年末", "2015/3"]
)
def test_years_are_read(text):
    parsed = values.parse_years(series(text))
    assert parsed["value"].tolist() == [2015]
    assert parsed["code"].isna().all()


YEARS = {
    "15": "year_short",
    "15年": "year_short",
    "2015-2016": "year_range",
    "2015—2020年": "year_range",
    "民国104年": "year",
    "3015": "year",
    "abc": "year",
}


@pytest.mark.parametrize(("text", "code"), YEARS.items())
def test_what_is_no_year_is_a_fault(text, code):
    parsed = values.parse_years(series(text))
    assert parsed["value"].isna().all()
    assert parsed["code"].tolist() == [code]


def test_an_empty_year_is_neither_number_nor_fault():
    assert values.parse_years(series(None, "—")).isna().all(axis=None)


DEGREES = {
    "103.83": 103.83, "-70.5": -70.5, "１０３．８３": 103.83, "103.83°": 103.83, "E103.83": 103.83, "103.83E": 103.83,
    "东经103.83": 103.83, "W70.5": -70.5, "103°49′48″": 103.83, "103°49'48\"E": 103.83, "103度49分48秒": 103.83,
    "103 49 48": 103.83, "103": 103.0,
}  # fmt: skip


@pytest.mark.parametrize(("text", "degrees"), DEGREES.items())
def test_longitudes_are_read(text, degrees):
    assert values.parse_coordinates(series(text), "lon")["value"].tolist() == [pytest.approx(degrees)]


PLACES = {
    "abc": "coordinate",
    "103.83 36.06": "coordinate",
    "103,83": "coordinate",
    "36.06N": "coordinate",
    "181.5": "coordinate_range",
    "0": "coordinate_zero",
    "0.0": "coordinate_zero",
    "103°70′": "coordinate",
}


@pytest.mark.parametrize(("text", "code"), PLACES.items())
def test_what_is_no_longitude_is_a_fault(text, code):
    parsed = values.parse_coordinates(series(text), "lon")
    assert parsed["value"].isna().all()
    assert parsed["code"].tolist() == [code]


def test_a_column_of_coordinates_is_read_as_its_cells_are():
    texts = [*DEGREES, None, "—", *PLACES]
    whole = values.parse_coordinates(series(*texts), "lon").reset_index(drop=True)
    each = pd.concat([values.parse_coordinates(series(one), "lon") for one in texts], ignore_index=True)
    pd.testing.assert_frame_equal(whole, each)


def test_a_latitude_ends_at_the_pole():
    parsed = values.parse_coordinates(series("36.06N", "90", "90.1", "S36.5"), "lat")
    assert parsed["value"].fillna(999).tolist() == [36.06, 90, 999, -36.5]


def test_what_has_to_be_said_stands_in_both_languages():
    text = series("—", "12.5", "7")
    parsed = values.parse_counts(text)
    for lang in ("en", "zh"):
        found = values.findings(text, parsed, file="a.csv", sheet="a.csv", column="床位", lang=lang)
        assert found[["row", "code", "severity", "found"]].to_numpy().tolist() == [
            [5, "dash", "warning", "—"],
            [6, "fraction", "error", "12.5"],
        ]
        said = values.READINGS["fraction"]
        assert found.iloc[1][["expected", "todo"]].tolist() == [
            translator(lang)(said.expected),
            translator(lang)(said.todo),
        ]
