"""
The gap list: which areas fall short of a benchmark, by how much, and which are not known.

Pure. Only a known value can be a gap: zero, or on the wrong side of the benchmark. What is not known is told apart and
never counted as a gap. Units are counted by `mhgis.rates`.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from mhgis.indicators import Indicator
from mhgis.status import KNOWN

Reason = Literal[
    "zero", "below_benchmark", "above_benchmark", "meets_benchmark", "no_benchmark", "not_reported", "suppressed",
    "not_applicable",
]  # fmt: skip

#: the reasons that make an area a gap
GAPS: Final[frozenset[Reason]] = frozenset({"zero", "below_benchmark", "above_benchmark"})
#: nobody knows; an area outside the subject (`not_applicable`) is not among them
UNKNOWN: Final[frozenset[Reason]] = frozenset({"not_reported", "suppressed"})

#: a rate is a count times a scale over people: what is this close to a whole unit is that unit
_WHOLE: Final = 1e-6


def rank(values: pd.DataFrame, indicator: Indicator, benchmark: float | None) -> pd.DataFrame:
    """
    Say of each area whether and how far it falls short.

    Parameters
    ----------
    values
        As `mhgis.store.indicator_values` gives them: `value` in the indicator's unit (NaN = not known), `status`,
        `people` (NA = not known), and whatever names the area.
    indicator
        What the values are; says which direction is short and whether units can be counted.
    benchmark
        The value to compare with, in the same unit; None for none.

    Returns
    -------
    ranked
        The rows and columns of `values` in their order, with `benchmark`, `ratio` (value over benchmark; NaN = either
        is not known), `units_lacking` (whole units that bring the area to the benchmark, rounded up; 0 where it is
        reached; NA = not known or not countable), `rank` (1 = furthest short, equals share a rank; NA = not known)
        and `reason`.
    """
    value = values["value"].where(values["status"].isin(KNOWN))
    level = np.nan if benchmark is None else float(benchmark)
    worst_first = indicator.direction == "more_is_better"
    return values.assign(
        benchmark=level,
        ratio=value / level if level else np.nan,
        units_lacking=_units_lacking(value, values["people"], indicator, level),
        rank=value.rank(method="min", ascending=worst_first).astype("Int64"),
        reason=_reasons(value, values["status"], indicator, level),
    )


def _reasons(value: pd.Series, status: pd.Series, indicator: Indicator, benchmark: float) -> pd.Series:
    reason = status.astype("str").where(value.isna(), "no_benchmark")
    if not np.isnan(benchmark):
        reason = reason.mask(value.notna(), "meets_benchmark")
        if indicator.direction == "more_is_better":
            reason = reason.mask(value < benchmark, "below_benchmark")
        else:
            reason = reason.mask(value > benchmark, "above_benchmark")
    if indicator.direction == "more_is_better":
        reason = reason.mask(value == 0, "zero")
    return reason


def _units_lacking(value: pd.Series, people: pd.Series, indicator: Indicator, benchmark: float) -> pd.Series:
    # net: what the area as a whole lacks, whatever its parts do
    if np.isnan(benchmark) or indicator.parts is None or indicator.direction != "more_is_better":
        return pd.Series(pd.NA, index=value.index, dtype="Int64")
    per_unit = people.astype("Float64") / indicator.scale if indicator.denominator == "people" else 1.0
    short = (benchmark - value.astype("Float64")) * per_unit
    whole = np.ceil(short.to_numpy("float64", na_value=np.nan) - _WHOLE)
    return pd.Series(whole, index=value.index).clip(lower=0).astype("Int64")


@dataclass(frozen=True)
class Tally:
    """
    What a gap list adds up to.

    Areas are counted; `people_*` are residents of those areas whose population is known, None where none is;
    `units_lacking` is the sum of what the gaps lack, None where it cannot be counted.
    """

    areas: int
    short: int
    zero: int
    enough: int
    unknown: int
    not_applicable: int
    people_short: int | None
    people_unknown: int | None
    units_lacking: int | None


def tally(ranked: pd.DataFrame) -> Tally:
    """Count a ranked list; `short` (with `zero`), `enough`, `unknown` and `not_applicable` add up to `areas`."""
    reason = ranked["reason"]
    short, unknown = reason.isin(GAPS), reason.isin(UNKNOWN)
    outside = reason.eq("not_applicable")
    return Tally(
        areas=len(ranked),
        short=int(short.sum()),
        zero=int(reason.eq("zero").sum()),
        enough=int((~short & ~unknown & ~outside).sum()),
        unknown=int(unknown.sum()),
        not_applicable=int(outside.sum()),
        people_short=_total(ranked.loc[short, "people"]),
        people_unknown=_total(ranked.loc[unknown, "people"]),
        units_lacking=_total(ranked.loc[short, "units_lacking"]),
    )


def _total(counts: pd.Series) -> int | None:
    total = counts.sum(min_count=1)
    return None if pd.isna(total) else int(total)


def short(ranked: pd.DataFrame) -> pd.DataFrame:
    """Return the gaps alone."""
    return ranked[ranked["reason"].isin(GAPS)]


def enough(ranked: pd.DataFrame) -> pd.DataFrame:
    """Return the areas that are known and no gap."""
    return ranked[ranked["reason"].isin({"meets_benchmark", "no_benchmark"})]


def unknown(ranked: pd.DataFrame) -> pd.DataFrame:
    """Return the areas of which nobody has published a figure."""
    return ranked[ranked["reason"].isin(UNKNOWN)]


def order(ranked: pd.DataFrame, sort: str) -> pd.DataFrame:
    """
    Put a list in the order of a column, descending with a leading `-`; unknown last, equals by code.

    A name that is no column gives the order by rank.
    """
    column, descending = sort.removeprefix("-"), sort.startswith("-")
    if column not in ranked.columns:
        column, descending = "rank", False
    by_code = ranked.sort_values("area_code")
    return by_code.sort_values(column, ascending=not descending, na_position="last", kind="stable")
