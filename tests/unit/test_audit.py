"""The audit: formulas and their ranges by hand, verdicts at their limits, and the compiled table of printed figures."""

from fractions import Fraction

import pytest

from etl import audit, tables
from mhgis import paths
from mhgis.errors import SchemaError


def span(value, step=0):
    half = Fraction(str(step)) / 2
    return audit.Span(Fraction(str(value)) - half, Fraction(str(value)), Fraction(str(value)) + half)


@pytest.mark.parametrize(
    ("formula", "expected", "written"),
    [
        ("a + b - 1", 10 + 4 - 1, "10 + 4 − 1"),
        ("(a - b) / b", Fraction(6, 4), "(10 − 4) ÷ 4"),
        ("share(b, a)", 40, "4 ÷ 10 × 100"),
        ("share(a - b, a)", 60, "(10 − 4) ÷ 10 × 100"),
        ("growth(a, b)", -60, "(4 ÷ 10 − 1) × 100"),
        ("per(a, b, 100000)", 250_000, "10 ÷ 4 × 100,000"),
        ("annual_growth(b, 16, 2)", 100, "((16 ÷ 4) ^ (1 ÷ 2) − 1) × 100"),
    ],
)
def test_formulas_by_hand(formula, expected, written):
    parts = {"a": span(10), "b": span(4)}
    assert audit.evaluate(formula, parts).value == expected
    assert audit.write_out(formula, parts) == written


def test_a_range_has_every_part_at_either_end():
    # 100 +- 5 over 10 +- 1: from 95 / 11 to 105 / 9
    found = audit.evaluate("a / b", {"a": span(100, 10), "b": span(10, 2)})
    assert (found.low, found.value, found.high) == (Fraction(95, 11), 10, Fraction(105, 9))


@pytest.mark.parametrize(
    "formula",
    ["__import__('os')", "a.real", "a ** 9", "c", "share(a)", "a if a else a", "a +", "growth(a, b=a)", "a / 0"],
)
def test_a_formula_holds_nothing_else(formula):
    with pytest.raises((SyntaxError, TypeError, ValueError, ZeroDivisionError)):
        audit.evaluate(formula, {"a": span(1)})


@pytest.mark.parametrize(
    ("found", "printed", "verdict"),
    [
        (span("2.334"), "2.33", "agrees"),
        (span("2.335"), "2.33", "agrees"),  # half a unit either way
        (span("2.339"), "2.33", "rounding"),  # digits cut off
        (span("2.3401"), "2.33", "differs"),
        (span("2.31"), "2.33", "differs"),
        (span("2.31", "0.03"), "2.33", "rounding"),  # up to 2.325, which rounds to 2.33
        (span("-2.339"), "-2.33", "rounding"),
        (span("2.33"), "-2.33", "differs"),
    ],
)
def test_verdicts_at_their_limits(found, printed, verdict):
    assert audit.judge(found, Fraction(printed), Fraction("0.01")) == verdict


def test_a_printed_limit_is_kept_or_broken():
    assert audit.judge(span("0.79"), Fraction(1), Fraction(1), "<") == "agrees"
    assert audit.judge(span("59"), Fraction(60), Fraction(1), ">") == "differs"


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (31.507, 0.1, "31.5"),
        (331_762, 100, "331,762"),
        (-0.004, 0.01, "0.00"),
        (2.675, 0.01, "2.68"),
        (-30.256, 0.01, "-30.26"),
    ],
)
def test_numbers_are_printed_to_the_places_of_a_step(value, step, text):
    assert audit.rounded(value, step) == text


# the compiled table


def sourced():
    read = tables.read_all(paths.tables())
    return [read[name] for name in ("published_figures", "published_figure_checks", "published_figure_parts")]


#: what the compiled table says, by what our arithmetic finds
COMPILED = {
    "agrees": {
        "yes", "yes (arithmetic); series break", "yes (arithmetic); mixed intervals", "yes (numbers); text garbled",
        "yes with the 2009 year-end denominator", "yes (facilities, beds); staff shares not testable",
        "yes (2,854 denominator)",
    },
    "rounding": {"rounding only"},
    "differs": {"no", "no as printed; yes corrected", "claim reverses for nurses"},
    "words": {
        "year doubtful", "label error", "conflict with other source", "not comparable", "no (mistranslation)",
        "wording", "no (internal)", "understated",
    },
    "not_tested": {"n/a", "-", "derived", "plausible", "both plausible", "not a contradiction", "not testable"},
}  # fmt: skip

#: where ours is another, and why
ANOTHER = {
    "F10-pref": "not_tested",  # 28 of 333: no share is printed that could be compared
    "H-bedphys": "rounding",  # 433,100 / 30,100 = 14.389, printed 14.38
}


def test_verdicts_are_those_of_the_compiled_table():
    figures, _ = audit.audit(*sourced())
    assert len(figures) == 87
    expected = {
        row["id"]: next(verdict for verdict, words in COMPILED.items() if row["consistent"] in words)
        for row in figures.to_dict("records")
    }
    found = dict(zip(figures["id"], figures["verdict"], strict=True))
    assert {figure: found[figure] for figure in found if found[figure] != expected[figure]} == ANOTHER


@pytest.mark.parametrize(
    ("figure", "verdict", "recomputed"),
    [
        ("B-315", "differs", "31.5 per 100,000"),
        ("B-spons", "differs", "331,762"),
        ("H-nurse", "differs", "5.51 per 100,000"),
        ("S-243", "differs", "14.7%"),
        ("T3-2010", "agrees", "37.21%"),
    ],
)
def test_the_five_that_stand_out(figure, verdict, recomputed):
    figures, _ = audit.audit(*sourced())
    row = figures.set_index("id").loc[figure]
    assert row["verdict"] == verdict
    assert row["recomputed"].startswith(recomputed)
    assert 1 <= row["stands_out"] <= 5


def test_two_of_the_eighteen_percentages_of_the_questionnaire_were_cut_off():
    _, checks = audit.audit(*sourced())
    of_it = checks[checks["figure_id"].eq("Z-000")]
    shares = of_it[of_it["unit"].eq("%")]
    cut = shares[shares["verdict"].eq("rounding")]
    assert len(shares) == 18
    assert cut["printed_text"].tolist() == ["94.84", "93.50"]
    assert [audit.rounded(value, 0.01) for value in cut["recomputed"]] == ["94.85", "93.51"]
    assert shares["verdict"].isin(["agrees", "rounding"]).all()
    assert of_it.loc[of_it["unit"].eq("count"), "recomputed"].tolist() == [970] * 5


@pytest.mark.parametrize(
    ("figure", "old", "new", "verdict"),
    [
        ("T4-Government", "86.56", "86.65", "differs"),
        ("E-423", "423", "412", "agrees"),
        ("B-pct-others", "0.44", "0.45", "agrees"),
        ("B-pct-others", "0.44", "0.54", "differs"),
    ],
)
def test_another_printed_figure_has_another_verdict(figure, old, new, verdict):
    figures, checks, parts = sourced()
    of_it = figures["id"].eq(figure)
    for column in ("as_printed", "claim"):
        figures[column] = figures[column].mask(of_it, figures[column].str.replace(old, new))
    with pytest.raises(SchemaError, match=f"a part of {figure}'s text"):
        audit.audit(figures, checks, parts)  # the number no longer stands in the text
    first = checks["figure_id"].eq(figure) & checks["check_no"].eq(1)
    checks = checks.assign(
        printed_text=checks["printed_text"].mask(first, new), printed=checks["printed"].mask(first, float(new))
    )
    found, _ = audit.audit(figures, checks, parts)
    assert found.set_index("id").loc[figure, "verdict"] == verdict


def test_a_formula_that_cannot_be_computed_is_a_fault():
    figures, checks, parts = sourced()
    with pytest.raises(SchemaError, match="there is no part hospitals_2006"):
        audit.audit(figures, checks, parts[parts["part"].ne("hospitals_2006")])


def test_a_pack_without_printed_figures_has_none():
    figures, checks, parts = (table.head(0) for table in sourced())
    assert [len(found) for found in audit.audit(figures, checks, parts)] == [0, 0]


def test_parts_are_used_and_their_numbers_agree_with_the_published_counts():
    _, checks, parts = sourced()
    formulas = checks.groupby("figure_id")["formula"].agg(" ".join)
    unused = [row["part"] for row in parts.to_dict("records") if row["part"] not in formulas[row["figure_id"]]]
    assert unused == []
    # what the audit calls the table of provinces is that table
    provinces = tables.read_all(paths.tables())["province_resources"].query("year == 2015 and resource == 'beds'")
    held = provinces.set_index("area_code")["value"]
    named = parts[parts["source_id"].eq("shi2019")].set_index("part")["value"]
    assert named["beds_liaoning"] == held["210000"]
    assert named["beds"] == held.sum()
