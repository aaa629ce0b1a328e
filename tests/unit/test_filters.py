"""A filter says what it finds, and says so when it cannot be read."""

import operator
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhgis import errors
from mhgis.view import filters
from mhgis.view.filters import Condition, Term

NAN = float("nan")
VALUES = pd.Series([0.0, 2.0, 8.0, 15.0, 30.0, 30.5, NAN, NAN, NAN], index=list("abcdefghi"))
STATUS = pd.Series(
    ["zero", *["reported"] * 5, "not_reported", "suppressed", "not_applicable"], index=VALUES.index, dtype="str"
)


def found(text: str) -> str:
    matched = filters.parse(text).matches(VALUES, STATUS)
    return "".join(matched.index[matched])


@pytest.mark.parametrize(
    ("text", "areas"),
    [
        (">30", "f"),
        (">=30", "ef"),
        ("<15", "abc"),
        ("<=15", "abcd"),
        ("2..8", "bc"),
        ("0", "a"),
        ("=0", "a"),
        ("!=0", "bcdef"),
        ("known", "abcdef"),
        ("unknown", "gh"),
        ("0, unknown", "agh"),
        ("<2,2..8,>30", "abcf"),
        ("", "abcdefghi"),
        ("  ", "abcdefghi"),
    ],
)
def test_each_form_finds_its_areas(text, areas):
    assert found(text) == areas


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("＞３０", ">30"),
        (" ＞＝ ３０ ", ">=30"),
        ("≥30", ">=30"),
        ("≤15", "<=15"),
        ("≠0", "!=0"),
        ("<>0", "!=0"),
        ("！＝０", "!=0"),
        ("2 .. 8", "2..8"),
        ("2...8", "2..8"),
        ("2…8", "2..8"),
        ("2～8", "2..8"),
        ("2至8", "2..8"),
        ("２。。８", "2..8"),
        ("0，未知", "0, unknown"),
        ("0、未报告", "0, unknown"),
        ("已知", "known"),
        ("Unknown", "unknown"),
        (">10万", ">100000"),
        (">1.5亿", ">150000000"),
        ("30.0", "30"),
        ("-0", "0"),
        ("−2..-1", "-2..-1"),
        (".5..1.50", "0.5..1.5"),
        ("5,5,5.0", "5"),
        ("2, 100", "2, 100"),
        ("0,100", "0, 100"),
        ("1000", "1000"),
    ],
)
def test_what_a_hand_or_an_input_method_writes_is_understood_and_has_one_form(text, canonical):
    assert str(filters.parse(text)) == canonical


@pytest.mark.parametrize(
    ("text", "part", "at"),
    [
        (">3O", ">3O", 1),
        ("2..8, abc", "abc", 7),
        ("0，　＞＝", "＞＝", 4),
        ("2..", "2..", 1),
        (">10²", ">10²", 1),
        ("1e5", "1e5", 1),
        ("nan", "nan", 1),
        ("> > 3", "> > 3", 1),
        (">2..8", ">2..8", 1),
        ("٣", "٣", 1),  # a digit, but of another script
        ("30%", "30%", 1),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place_and_the_forms(text, part, at):
    with pytest.raises(filters.FilterError) as caught:
        filters.parse(text)
    said = str(caught.value)
    assert f"“{part}” at character {at} cannot be read" in said
    assert ">30, >=30, <15, <=15, 2..8, !=0, known, unknown" in said
    assert said.count(". ") == 0
    assert isinstance(caught.value, errors.MhgisError)


@pytest.mark.parametrize(("text", "at"), [(",", 1), ("0,", 3), ("0,,1", 3), ("0, ,1", 3)])
def test_a_comma_with_nothing_beside_it_is_told(text, at):
    with pytest.raises(filters.FilterError, match=f"nothing stands at character {at};"):
        filters.parse(text)


def test_a_range_that_runs_downwards_is_told():
    with pytest.raises(filters.FilterError, match=r"the range “8\.\.2” at character 4 runs downwards"):
        filters.parse("0, 8..2")


@pytest.mark.parametrize("text", [">1,000", "10,000", "1,234,567", "１，０００", "5, <1,000"])
def test_a_comma_for_thousands_is_not_taken_for_two_numbers(text):
    with pytest.raises(filters.FilterError, match="may be one number or several"):
        filters.parse(text)


def test_the_sentence_is_there_in_chinese():
    with pytest.raises(filters.FilterError) as caught:
        filters.parse("大于30")
    assert "“大于30”" in caught.value.sentence("zh")
    assert "第 1 个字符" in caught.value.sentence("zh")


NUMBERS = st.decimals(-1000, 10**9, places=2).map(lambda d: d.normalize())
TERMS = st.one_of(
    st.builds(Term, st.sampled_from([">", ">=", "<", "<=", "=", "!="]), NUMBERS),
    st.tuples(NUMBERS, NUMBERS).map(lambda ends: Term("..", min(ends), max(ends))),
    st.sampled_from([Term("known"), Term("unknown")]),
)
CONDITIONS = st.lists(TERMS, max_size=5, unique=True).map(lambda terms: Condition(tuple(terms)))
COLUMNS = st.lists(st.one_of(st.none(), st.integers(-5, 5).map(float)), max_size=12).map(
    lambda found: pd.Series(found, dtype="Float64")
)
ORACLE = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


@settings(deadline=None)
@given(CONDITIONS)
def test_the_canonical_form_is_read_back_to_the_same_condition(condition):
    assert filters.parse(str(condition)) == condition


@settings(deadline=None)
@given(CONDITIONS)
def test_the_canonical_form_is_canonical(condition):
    assert str(filters.parse(str(condition))) == str(condition)


@settings(deadline=None)
@given(COLUMNS, st.sampled_from(sorted(ORACLE)), st.integers(-5, 5))
def test_a_comparison_is_that_of_plain_python_and_unknown_satisfies_none(values, sign, number):
    matched = Condition((Term(sign, Decimal(number)),)).matches(values)
    assert matched.tolist() == [not pd.isna(v) and ORACLE[sign](v, number) for v in values]


@settings(deadline=None)
@given(COLUMNS, CONDITIONS, CONDITIONS)
def test_a_comma_is_or(values, one, two):
    both = Condition((*one.terms, *two.terms))
    if one and two:
        assert both.matches(values).tolist() == (one.matches(values) | two.matches(values)).tolist()


@settings(deadline=None)
@given(COLUMNS, st.integers(-5, 5))
def test_below_equal_above_and_unknown_partition_a_column(values, number):
    parts = [filters.parse(text).matches(values) for text in (f"<{number}", f"{number}", f">{number}", "unknown")]
    assert sum(part.astype(int) for part in parts).eq(1).all()


def test_a_column_of_whole_numbers_with_gaps_and_an_empty_one():
    people = pd.Series([100_000, pd.NA, 5], dtype="Int64")
    assert filters.parse("!=5").matches(people).tolist() == [True, False, False]
    assert filters.parse(">5").matches(people.iloc[:0]).tolist() == []
