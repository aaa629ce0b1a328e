"""What is counted, and of whom: a general count never becomes a psychiatric one without a question."""

import json
from datetime import date

import pytest

from mhgis.importing.plan import Choices, prepare
from mhgis.importing.read import read_here
from tests.made_country import reference

REFERENCE = reference()
TODAY = date(2026, 11, 22)


def plan(text, *, file="a.csv", year=2023, **chosen):
    book = read_here(text.encode(), file, "en", lambda _share, _message: None)
    return prepare(book, Choices(year=year, **chosen), REFERENCE, lang="en", today=TODAY)


def codes(made, severity="question"):
    return set(made.findings.loc[made.findings["severity"].eq(severity), "code"])


@pytest.mark.parametrize(
    "text",
    [
        "省,县,人口数\n东省,青山县,2154\n",
        "省,县,年份\n东省,青山县,2020\n",
        "省,县,铺位,大夫\n东省,青山县,12,3\n",
        "省,县,面积（平方公里）,备注\n东省,青山县,800,无\n",
        "省,县,每千人口床位数\n东省,青山县,3\n",
    ],
)
def test_a_table_without_a_column_of_figures_is_never_ready(text):
    made = plan(text)
    assert not made.ready
    assert "figures_none" in codes(made, "error")


def test_a_column_that_nobody_can_know_counts_what_somebody_says():
    made = plan("省,县,铺位\n东省,青山县,70\n东省,湖区,80\n", columns=((2, "beds"),))
    assert made.ready
    assert list(made.counts["value"]) == [70, 80]


@pytest.mark.parametrize(
    "text",
    [
        "机构名称,机构类别,省,县,床位数\n甲综合医院,综合医院,东省,青山县,1500\n乙院,精神病医院,东省,青山县,400\n",
        "医院名称,科室,省,县,医生人数\n甲院,外科,东省,青山县,25\n甲院,精神科,东省,青山县,5\n",
        "Hospital name,Type,省,县,Beds\nA,General hospital,东省,青山县,700\nB,Psychiatric hospital,东省,青山县,90\n",
        "医院名称,省,县,床位\n第一人民医院,东省,青山县,900\n精神卫生中心,东省,青山县,100\n",
    ],
)
def test_the_beds_and_doctors_of_a_general_register_are_asked_about(text):
    made = plan(text)
    assert not made.ready
    assert "scope_general" in codes(made)
    assert "scope_general" not in codes(plan(text, confirmed=("scope_general",)))


@pytest.mark.parametrize("head", ["床位数", "医疗机构数", "执业医师", "注册护士", "Beds"])
def test_a_count_of_an_area_that_nothing_calls_psychiatric_is_asked_about(head):
    assert codes(plan(f"省,县,{head}\n东省,青山县,120\n")) == {"scope_unknown"}


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("省,县,精神科床位数\n东省,青山县,120\n", "a.csv"),
        ("省,县,床位数\n东省,青山县,120\n", "全省精神卫生资源.csv"),
        ("各县精神科床位数,,\n省,县,床位\n东省,青山县,120\n", "a.csv"),
        ("医院名称,省,县,床位\n甲精神病医院,东省,青山县,120\n", "a.csv"),
        ("省,县,床位数,精神科医师\n东省,青山县,120,4\n", "a.csv"),
    ],
)
def test_what_header_title_file_or_rows_call_psychiatric_is_not_asked_about(text, file):
    assert plan(text, file=file).ready


@pytest.mark.parametrize(
    "title",
    ["每十万人口精神科床位", "精神科床位（张/10万人）", "Psychiatric beds per 100,000", "各县每千人口精神科医师"],
)
def test_a_title_of_rates_is_asked_about(title):
    made = plan(f'"{title}",,\n省,县,床位\n东省,青山县,32\n')
    assert "title_rate" in codes(made)
    assert not made.ready


@pytest.mark.parametrize(
    ("head", "cells", "counts"),
    [
        ("精神卫生机构", ("是", "否"), [1, 0]),
        ("是否设精神科", ("1", "0"), [1, 0]),
        ("有无精神病医院", ("有", "无"), [1, 0]),
        ("psychiatric facilities", ("TRUE", "0"), [1, 0]),
        ("精神科", ("√", "×"), [1, 0]),
    ],
)
def test_yes_is_one_and_no_is_zero_once_that_is_confirmed(head, cells, counts):
    text = f"省,县,{head}\n东省,青山县,{cells[0]}\n东省,湖区,{cells[1]}\n"
    assert "yes_no" in codes(plan(text))
    made = plan(text, confirmed=("yes_no",))
    assert made.ready
    assert list(made.counts["value"]) == counts
    assert list(made.counts["status"]) == ["reported", "zero"]


def test_codes_under_the_name_of_a_level_are_codes():
    made = plan("county,精神科床位\n910101,1\n910102,2\n")
    assert made.ready
    assert list(made.rows["method"]) == ["code", "code"]


@pytest.mark.parametrize("cut", ["1.23456789012346e+17", "1.23457E+17", "123456789012345000"])
def test_an_identifier_that_lost_its_digits_is_asked_about(cut):
    made = plan(
        f"机构代码,机构名称,省,县,精神科床位\n{cut},甲院,东省,青山县,10\n12110000400000000X,乙院,东省,湖区,20\n"
    )
    found = made.findings[made.findings["code"].eq("digits_lost")]
    assert list(found["row"]) == [2]
    assert not made.ready


def test_numbers_that_are_not_used_are_told():
    made = plan("省,县,精神科床位,总人口数\n东省,青山县,10,2154\n")
    assert made.ready
    assert list(made.findings.query("code == 'figures_unread'")["found"]) == ["总人口数 (1 numbers)"]


def test_choices_that_were_kept_before_are_still_read():
    kept = {key: value for key, value in Choices(year=2020).to_json().items() if key in {"sheet", "year", "columns"}}
    assert Choices.from_json(json.loads(json.dumps(kept))).year == 2020
