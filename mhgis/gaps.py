"""
The gap list: which areas fall short of a benchmark, by how much, and which are not known.

Pure. Only a known value can be a gap: zero, or on the wrong side of the benchmark. What is not known is told apart and
never counted as a gap. What a gap is, and how many units it lacks, says `mhgis.rates`.
"""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from mhgis import rates
from mhgis.indicators import Indicator

#: nobody knows; an area outside the subject (`not_applicable`) is not among them
UNKNOWN: Final = frozenset({"not_reported", "suppressed"})
ENOUGH: Final = frozenset({"meets", "no_benchmark"})

#: a rate times its people gives back its count, up to the noise of floating point
_COUNT_DECIMALS: Final = 6


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
        The rows and columns of `values` in their order, with `benchmark`, `ratio` (value over benchmark; NA = either
        is not known), `units_lacking` (net: whole units that bring the area to the benchmark, rounded up; 0 where it
        is reached; NA = not known or not countable), `rank` (1 = furthest short, equals share a rank; NA = not known)
        and `reason` (see `mhgis.rates.classify_gap`).
    """
    value = values["value"]
    nothing = pd.Series(pd.NA, index=values.index)
    return values.assign(
        benchmark=nothing.astype("Float64") if benchmark is None else float(benchmark),
        ratio=rates.ratio_to_benchmark(value, benchmark) if benchmark else nothing.astype("Float64"),
        units_lacking=nothing.astype("Int64") if benchmark is None else _units_lacking(values, indicator, benchmark),
        rank=value.rank(method="min", ascending=indicator.direction == "more_is_better").astype("Int64"),
        reason=rates.classify_gap(value, values["status"], benchmark, indicator.direction),
    )


def _units_lacking(values: pd.DataFrame, indicator: Indicator, benchmark: float) -> pd.Series:
    if indicator.parts is None or indicator.denominator != "people":
        return pd.Series(pd.NA, index=values.index, dtype="Int64")
    people = values["people"].astype("Float64")
    count = (values["value"].astype("Float64") * people / indicator.scale).round(_COUNT_DECIMALS)
    return rates.shortfall_to(benchmark, count, values["people"], indicator.scale)


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
    short, unknown = rates.is_gap(reason), reason.isin(UNKNOWN)
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
    return ranked[rates.is_gap(ranked["reason"])]


def enough(ranked: pd.DataFrame) -> pd.DataFrame:
    """Return the areas that are known and no gap."""
    return ranked[ranked["reason"].isin(ENOUGH)]


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
