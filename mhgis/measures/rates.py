"""
Rates, shortfalls and gaps: what the counts of an area mean for its people, and for a benchmark.

Counts and people are whole numbers, benchmarks decimal numbers as printed, so shortfalls are computed exactly, never
in floating point. Unknown stays unknown: NA in, NA out, and never a gap. Holds no values and reads none.
"""

from fractions import Fraction
from typing import Final, Literal, get_args

import numpy as np
import pandas as pd

from mhgis.i18n import N_
from mhgis.indicators import Direction
from mhgis.status import KNOWN

#: what an area's value is to a benchmark; the first two are gaps
GapReason = Literal[
    "zero", "below_benchmark", "meets", "no_benchmark", "not_reported", "suppressed", "not_applicable"
]  # fmt: skip
GAP_REASONS: Final[tuple[GapReason, ...]] = get_args(GapReason)
GAPS: Final[frozenset[GapReason]] = frozenset({"zero", "below_benchmark"})

#: what a reader is told of each reason
GAP_LABELS: Final[dict[GapReason, str]] = {
    "zero": N_("None at all"),
    "below_benchmark": N_("Falls short of the benchmark"),
    "meets": N_("Meets the benchmark"),
    "no_benchmark": N_("No benchmark chosen"),
    "not_reported": N_("Not reported: not counted as a gap"),
    "suppressed": N_("Suppressed: not counted as a gap"),
    "not_applicable": N_("Not applicable"),
}


def rate(numerator: pd.Series, denominator: pd.Series, scale: float = 100_000) -> pd.Series:
    """
    Divide counts by people (or by other counts), times a scale.

    Parameters
    ----------
    numerator, denominator
        Numbers on one index; NA = unknown.
    scale
        100,000 for a rate per 100,000 people, 100 for a share in per cent.

    Returns
    -------
    rate
        Float64; NA where either number is unknown or the denominator is not above zero. A numerator of zero gives
        zero. The product comes before the division, so a rate that equals a benchmark compares as equal to it.
    """
    above = denominator.astype("Float64")
    return numerator.astype("Float64") * scale / above.where(above > 0)


def status_of_rate(
    numerator_status: pd.Series, denominator: pd.Series, denominator_status: pd.Series | None = None
) -> pd.Series:
    """
    Say what is known about a rate, a share or a ratio.

    Parameters
    ----------
    numerator_status
        Status of each count: see `mhgis.status`.
    denominator
        People or another count; NA = unknown.
    denominator_status
        Why a denominator is unknown, where it can be for more than one reason; people are only ever not known.

    Returns
    -------
    status
        The worst there is, in this order: `not_applicable` where either part is; `suppressed` where either is;
        `not_reported` where either is unknown for any other reason; `not_applicable` where the count is known and there
        is none to divide by (nobody lives there); else that of the count. So what is unknown, suppressed and zero are
        never taken for one another, and a ratio tells nothing that one of its parts hides.
    """
    known = numerator_status.isin(sorted(KNOWN))
    number = denominator.astype("Float64")
    empty = number.le(0).fillna(value=False).astype(bool)
    status = numerator_status.mask(known & number.isna(), "not_reported").mask(known & empty, "not_applicable")
    if denominator_status is not None:
        hidden = denominator_status.eq("suppressed") & numerator_status.ne("not_applicable")
        status = status.mask(hidden, "suppressed").mask(denominator_status.eq("not_applicable"), "not_applicable")
    return status.rename("status")


def shortfall_to(benchmark: float, count: pd.Series, people: pd.Series, scale: float = 100_000) -> pd.Series:
    """
    Count the units each area lacks to reach a rate, rounded up to whole units.

    The result is net for the area as a whole: a surplus in one of its parts fills the gap of another. For the
    contrary see `shortfall_sum_of_parts`.

    Parameters
    ----------
    benchmark
        The rate to reach, as printed; taken as the decimal number, not as its binary neighbour.
    count, people
        What there is, and for how many, on one index; NA = unknown.
    scale
        People the rate is for.

    Returns
    -------
    shortfall
        Int64, never below zero: with so many more units the rate reaches the benchmark, with one fewer it does not.
        NA where the count or the people are unknown.

    Raises
    ------
    ValueError
        If the benchmark is negative or not a number.
    """
    if not np.isfinite(benchmark) or benchmark < 0:
        message = f"A benchmark must be a number from zero up; found {benchmark}."
        raise ValueError(message)
    per_person = Fraction(str(benchmark)) / Fraction(str(scale))
    lacking = [_units_lacking(per_person, held, persons) for held, persons in zip(count, people, strict=True)]
    return pd.Series(lacking, index=count.index, dtype="Int64", name="shortfall")


def _units_lacking(per_person: Fraction, held: object, persons: object) -> int | None:
    if pd.isna(held) or pd.isna(persons):  # type: ignore[call-overload]
        return None
    need = per_person * Fraction(str(persons)) - Fraction(str(held))
    return max(0, -(-need.numerator // need.denominator))


def shortfall_sum_of_parts(
    frame: pd.DataFrame, benchmark: float, by: str | list[str], scale: float = 100_000
) -> pd.DataFrame:
    """
    Add up the units that the parts of each group lack: one part's surplus does not fill another's gap.

    Parameters
    ----------
    frame
        One row a part: `count`, `people` and the column or columns `by`.
    benchmark, scale
        As in `shortfall_to`.
    by
        The groups to add up to, such as `parent_code`. The sum is additive: of counties to prefectures, then of
        prefectures to provinces, is of counties to provinces. It is never below the net shortfall of the same parts.

    Returns
    -------
    sums
        `by`, `shortfall` (Int64; over the parts that are known, NA where none is), `parts_short`, `parts_known`,
        `parts_unknown`.
    """
    lacking = shortfall_to(benchmark, frame["count"], frame["people"], scale)
    groups = [by] if isinstance(by, str) else by
    parts = frame[groups].assign(
        shortfall=lacking,
        parts_short=lacking.gt(0).fillna(value=False).astype("int64"),
        parts_known=lacking.notna().astype("int64"),
        parts_unknown=lacking.isna().astype("int64"),
    )
    grouped = parts.groupby(by, as_index=False, sort=True)
    sums = grouped[["parts_short", "parts_known", "parts_unknown"]].sum()
    total = grouped["shortfall"].sum(min_count=1)["shortfall"]
    return sums.assign(shortfall=total)[[*groups, "shortfall", "parts_short", "parts_known", "parts_unknown"]]


def classify_gap(value: pd.Series, status: pd.Series, benchmark: float | None, direction: Direction) -> pd.Series:
    """
    Say of each area whether it falls short, and why.

    Parameters
    ----------
    value, status
        The indicator's value and what is known about it, on one index.
    benchmark
        The reference, or None where none is chosen: then only having nothing at all is a gap.
    direction
        `more_is_better`: below the benchmark is a gap, and zero is one whatever the benchmark. `less_is_better`:
        above the benchmark is one (`below_benchmark` stands for worse than it), and zero is the best there is.

    Returns
    -------
    reason
        One of `GAP_REASONS`; an unknown value keeps its status as its reason, and is never a gap.

    Raises
    ------
    ValueError
        If a status and its value contradict each other.
    """
    known = status.isin(sorted(KNOWN))
    if (known != value.notna()).any():
        wrong = list(value.index[known != value.notna()][:5])
        message = f"A value must be there exactly where its status says that it is known; found otherwise at {wrong}."
        raise ValueError(message)
    number = value.astype("Float64")
    more = direction == "more_is_better"
    if benchmark is None:
        reason = pd.Series("no_benchmark", index=value.index, dtype="str", name="reason")
    else:
        worse = number.lt(benchmark) if more else number.gt(benchmark)
        reason = pd.Series("meets", index=value.index, dtype="str", name="reason")
        reason = reason.mask(worse.fillna(value=False).astype(bool), "below_benchmark")
    if more:
        reason = reason.mask(number.eq(0).fillna(value=False).astype(bool), "zero")
    return reason.where(known, status)


def is_gap(reason: pd.Series) -> pd.Series:
    """Return, for reasons as of `classify_gap`, which are gaps."""
    return reason.isin(sorted(GAPS))


def ratio_to_benchmark(value: pd.Series, benchmark: float) -> pd.Series:
    """Return values as multiples of a benchmark (Float64; 1 = equal to it; NA = unknown)."""
    if not benchmark > 0:
        message = f"A ratio needs a benchmark above zero; found {benchmark}."
        raise ValueError(message)
    return value.astype("Float64") / benchmark
