"""
The gap list: which areas fall short of a benchmark, by how much, and which are not known.

Pure. Only a known value can be a gap: zero, or on the wrong side of the benchmark. What is not known is told apart and
never counted as a gap. What a gap is, and how many units it lacks, says `mhgis.measures.rates`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from mhgis.i18n import N_
from mhgis.indicators import LEVELS, Direction, Indicator, Level
from mhgis.measures import rates
from mhgis.measures.benchmarks import Benchmark
from mhgis.measures.drawn import CHANCE_LABELS, CHANCES, Chance
from mhgis.measures.rates import GapReason
from mhgis.status import KNOWN

#: why an area is where it is in the list; `stale`: its newest figure is of an earlier year than the one shown;
#: `cannot_tell`: left out at the reader's wish, see `mhgis.measures.small_numbers`
#: of a model the reason is how likely its draws make a gap, one of `mhgis.measures.drawn.CHANCES`
Reason = GapReason | Literal["stale", "cannot_tell"] | Chance
REASONS: Final[tuple[Reason, ...]] = (*rates.GAP_REASONS, "stale", "cannot_tell", *CHANCES)
REASON_LABELS: Final[dict[str, str]] = {
    **{str(reason): label for reason, label in rates.GAP_LABELS.items()},
    "stale": N_("Known for an earlier year only: not counted as a gap"),
    "cannot_tell": N_("Left out: cannot tell on which side of the benchmark it is"),
    **{str(chance): label for chance, label in CHANCE_LABELS.items()},
}

#: nobody knows; an area outside the subject (`not_applicable`) is not among them
UNKNOWN: Final = frozenset({"not_reported", "suppressed", "stale"})
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
        and `reason` (see `mhgis.measures.rates.classify_gap`).
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


def with_draws(ranked: pd.DataFrame, summary: pd.DataFrame, direction: Direction) -> pd.DataFrame:
    """
    Say of the areas of a model what its draws say, in place of what follows from one number an area.

    Parameters
    ----------
    ranked
        As of `rank`.
    summary
        What the draws say of each area, by code: `p_short` and `p_zero` (per cent of the draws), `chance`, `lacking`,
        `lacking_low` and `lacking_high`.
    direction
        Of the indicator.

    Returns
    -------
    ranked
        With those columns; `reason` is the chance, `units_lacking` the mean (Float64: means add up), and `rank` the
        place by the probability of being short, then by the value (equals share a place).
    """
    held = summary.reindex(ranked["area_code"]).set_index(ranked.index)
    known = held["p_short"].notna()
    worse = ranked["value"] if direction == "more_is_better" else -ranked["value"]
    order = pd.DataFrame({"chance": -held["p_short"], "worse": worse})[known].groupby(["chance", "worse"]).ngroup()
    numbers = {name: held[name].astype("Float64") for name in ("p_short", "p_zero", "lacking_low", "lacking_high")}
    return ranked.assign(
        **numbers,
        units_lacking=held["lacking"].astype("Float64"),
        rank=order.rank(method="min").reindex(ranked.index).astype("Int64"),
        reason=ranked["reason"].mask(known, held["chance"]),
    )


def _units_lacking(values: pd.DataFrame, indicator: Indicator, benchmark: float) -> pd.Series:
    if indicator.parts is None or indicator.denominator != "people":
        return pd.Series(pd.NA, index=values.index, dtype="Int64")
    return rates.shortfall_to(benchmark, _counts(values, indicator), values["people"], indicator.scale)


def _counts(values: pd.DataFrame, indicator: Indicator) -> pd.Series:
    # units are things: what a rate was steadied to has none of its own
    rate = values["raw"] if "raw" in values.columns else values["value"]
    return (rate.astype("Float64") * values["people"].astype("Float64") / indicator.scale).round(_COUNT_DECIMALS)


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
    left_out: int = 0


def tally(ranked: pd.DataFrame) -> Tally:
    """
    Count a ranked list.

    `short` (with `zero`), `enough`, `unknown`, `not_applicable` and `left_out` add up to `areas`.
    """
    reason = ranked["reason"]
    left_out = reason.eq("cannot_tell")
    short, unknown = is_short(ranked), reason.isin(UNKNOWN)
    outside = reason.eq("not_applicable")
    return Tally(
        areas=len(ranked),
        short=int(short.sum()),
        zero=int(reason.eq("zero").sum()),
        enough=int((~short & ~unknown & ~outside & ~left_out).sum()),
        unknown=int(unknown.sum()),
        not_applicable=int(outside.sum()),
        people_short=_total(ranked.loc[short, "people"]),
        people_unknown=_total(ranked.loc[unknown, "people"]),
        units_lacking=_total(ranked.loc[short, "units_lacking"]),
        left_out=int(left_out.sum()),
    )


def _total(counts: pd.Series) -> int | None:
    total = counts.sum(min_count=1)
    return None if pd.isna(total) else round(total)


def is_short(ranked: pd.DataFrame) -> pd.Series:
    """Return which areas are gaps; of a model, those that are in one of its draws at least."""
    reason = ranked["reason"]
    if "p_short" not in ranked.columns:
        return rates.is_gap(reason)
    return rates.is_gap(reason) | (reason.isin(CHANCES) & ranked["p_short"].gt(0).fillna(value=False).astype(bool))


def short(ranked: pd.DataFrame) -> pd.DataFrame:
    """Return the gaps alone: see `is_short`."""
    return ranked[is_short(ranked)]


def enough(ranked: pd.DataFrame) -> pd.DataFrame:
    """Return the areas that are known and no gap; of a model, those that are in none of its draws."""
    return ranked[ranked["reason"].isin({*ENOUGH, *CHANCES}) & ~is_short(ranked)]


def unknown(ranked: pd.DataFrame) -> pd.DataFrame:
    """Return the areas of which nobody has published a figure."""
    return ranked[ranked["reason"].isin(UNKNOWN)]


@dataclass(frozen=True)
class SortKey:
    """A column that a list is ordered by; `falls` from the largest down."""

    column: str
    falls: bool = False

    def __str__(self) -> str:
        """Return the text of a link: `-people`."""
        return "-" * self.falls + self.column


def parse_order(text: str) -> tuple[SortKey, ...]:
    """Read the order of a list, the first column first, a leading `-` for descending: `province_code,-value`."""
    keys = (key.strip() for key in text.split(","))
    return tuple(SortKey(key.lstrip("-"), key.startswith("-")) for key in keys) if text else ()


def order(ranked: pd.DataFrame, keys: Sequence[SortKey] = ()) -> pd.DataFrame:
    """
    Put a list in the order of columns, the first one first.

    Unknown comes last either way, equals by code. Names that are no column are left out; where none is left the order
    is by rank.
    """
    found = ranked.sort_values("area_code")
    for key in reversed([key for key in keys if key.column in ranked.columns] or [SortKey("rank")]):
        found = found.sort_values(key.column, ascending=not key.falls, na_position="last", kind="stable")
    return found


def top(ordered: pd.DataFrame, n: int | None) -> pd.DataFrame:
    """Return the first `n` rows of an ordered list, or all of it where `n` is None."""
    if n is not None and n < 1:
        message = f"The length of a list must be one or more; found {n}."
        raise ValueError(message)
    return ordered if n is None else ordered.head(n)


def latest(by_year: Mapping[int, pd.DataFrame], year: int) -> pd.DataFrame:
    """
    Return the values of a year, and of areas not reported in it their newest earlier ones.

    Parameters
    ----------
    by_year
        The values of one indicator, as `mhgis.store.indicator_values` gives them, by year; `year` is among them.
    year
        The year shown; later ones are not looked at.

    Returns
    -------
    values
        The rows of `year` in their order, with `value_year` (Int64; NA = not known in any year). An older value comes
        with its own range, status and origin; `people` stay those of the year shown.
    """
    shown = by_year[year]
    shown = shown.assign(value_year=pd.Series(year, index=shown.index, dtype="Int64").where(_is_known(shown)))
    taken = ["value", "lower", "upper", "status", "origin_id"]
    for earlier in sorted((other for other in by_year if other < year), reverse=True):
        older = by_year[earlier].set_index("area_code").reindex(shown["area_code"]).set_index(shown.index)
        fill = shown["status"].eq("not_reported") & _is_known(older)
        shown = shown.assign(
            **{name: shown[name].mask(fill, older[name]) for name in taken if name in shown.columns},
            value_year=shown["value_year"].mask(fill, earlier),
        )
    return shown


def _is_known(values: pd.DataFrame) -> pd.Series:
    return values["status"].isin(sorted(KNOWN))


def rank_latest(
    by_year: Mapping[int, pd.DataFrame], year: int, indicator: Indicator, benchmark: float | None
) -> pd.DataFrame:
    """
    Rank the values of a year; an area known only for an earlier one is `stale`: shown, not ranked and never a gap.

    Parameters
    ----------
    by_year, year
        As in `latest`.
    indicator, benchmark
        As in `rank`.

    Returns
    -------
    ranked
        As of `rank`, with `value_year`. Where `reason` is `stale`, `value` and `status` are those of `value_year`, and
        ratio, rank and units lacking are NA.
    """
    shown = latest(by_year, year)
    stale = shown["value_year"].lt(year).fillna(value=False).astype(bool)
    fresh = shown.assign(value=shown["value"].mask(stale), status=shown["status"].mask(stale, "not_reported"))
    ranked = rank(fresh, indicator, benchmark)
    return ranked.assign(value=shown["value"], status=shown["status"], reason=ranked["reason"].mask(stale, "stale"))


#: how much is known of an area's parts: `some_unknown` makes the sum a lower limit, `unknown` leaves none
PartsKnown = Literal["all_known", "some_unknown", "unknown", "not_countable", "not_applicable"]
PARTS_LABELS: Final[dict[PartsKnown, str]] = {
    "all_known": N_("All parts are known"),
    "some_unknown": N_("At least: some parts are not known"),
    "unknown": N_("No part is known"),
    "not_countable": N_("Cannot be counted in units"),
    "not_applicable": N_("Not applicable"),
}


def parts_level(level: Level, n_known: Mapping[str, int]) -> Level | None:
    """
    Return the level whose areas are the parts of those at `level`.

    Parameters
    ----------
    level
        The level listed.
    n_known
        How many areas are known at each level (of one dataset, indicator and year).

    Returns
    -------
    parts
        The lowest level below at which anything is known, None where there is none. Counties have no parts and stand
        for themselves.
    """
    if level == LEVELS[-1]:
        return level
    below = LEVELS[LEVELS.index(level) + 1 :]
    return next((lower for lower in reversed(below) if n_known.get(lower, 0) > 0), None)


def add_parts(
    ranked: pd.DataFrame, level: Level, parts: pd.DataFrame | None, indicator: Indicator, benchmark: float | None
) -> pd.DataFrame:
    """
    Add what the parts of each area lack, one by one: there a surplus in one part does not fill the gap of another.

    Parameters
    ----------
    ranked
        As of `rank`; its `units_lacking` is the other figure, net for the area as a whole.
    level
        The level of `ranked`.
    parts
        Values at the level `parts_level` names, as `mhgis.store.indicator_values` gives them; None where it names
        none.
    indicator, benchmark
        As in `rank`.

    Returns
    -------
    ranked
        With `units_lacking_in_parts` (Int64; the sum over the known parts, NA where none is known or units cannot be
        counted), `parts_short`, `parts_known`, `parts_unknown` (Int64; areas outside the subject are in none) and
        `parts_reason` (see `PARTS_LABELS`). The sum is additive from county to country, and where all parts are known
        never below the net figure of the same parts.
    """
    outside = ranked["status"].eq("not_applicable")
    countable = benchmark is not None and indicator.parts is not None and indicator.denominator == "people"
    names = ["shortfall", "parts_short", "parts_known", "parts_unknown"]
    if not countable or parts is None:
        sums = pd.DataFrame(dict.fromkeys(names, pd.Series(pd.NA, index=ranked.index, dtype="Int64")))
        reason = pd.Series("unknown" if countable else "not_countable", index=ranked.index, dtype="str")
    else:
        sums = _sums_of_parts(parts, ranked, level, indicator, float(benchmark or 0))[names].astype("Int64")
        sums = sums.reindex(ranked["area_code"]).set_index(ranked.index)
        reason = pd.Series("all_known", index=ranked.index, dtype="str")
        reason = reason.mask(sums["parts_unknown"].gt(0).fillna(value=False).astype(bool), "some_unknown")
        reason = reason.mask(sums["shortfall"].isna(), "unknown")
    return ranked.assign(
        units_lacking_in_parts=sums["shortfall"],
        **{name: sums[name] for name in names[1:]},
        parts_reason=reason.mask(outside, "not_applicable"),
    )


def _sums_of_parts(
    parts: pd.DataFrame, ranked: pd.DataFrame, level: Level, indicator: Indicator, benchmark: float
) -> pd.DataFrame:
    # a county is its own only part
    holders = {"province": "province_code", "prefecture": "parent_code", "county": "area_code"}
    inside = parts[parts["status"].ne("not_applicable")]
    frame = pd.DataFrame(
        {
            "area_code": ranked["area_code"].iloc[0] if level == "country" else inside[holders[level]],
            "count": _counts(inside, indicator),
            "people": inside["people"],
        },
        index=inside.index,
    )
    return rates.shortfall_sum_of_parts(frame, benchmark, "area_code", indicator.scale).set_index("area_code")


def robustness(values: pd.DataFrame, indicator: Indicator, benchmarks: Sequence[Benchmark]) -> pd.DataFrame:
    """
    Count the benchmarks under which each area is a gap.

    Parameters
    ----------
    values
        `value`, `status` and `region` of each area.
    indicator
        Says which direction is short.
    benchmarks
        Those offered for the indicator: see `mhgis.measures.benchmarks.listed`.

    Returns
    -------
    counts
        On the index of `values`: `benchmarks_short` (Int64; under how many the gap stands) of `benchmarks_tried`
        (Int64; those meant for the area's region); NA where the value is not known.
    """
    region = values["region"].astype("object").where(values["region"].notna(), None)
    short = pd.Series(0, index=values.index, dtype="Int64")
    tried = short.copy()
    for benchmark in benchmarks:
        suits = pd.Series([benchmark.suits(one) for one in region], index=values.index, dtype=bool)
        reason = rates.classify_gap(values["value"], values["status"], benchmark.value, indicator.direction)
        tried += suits.astype("int64")
        short += (suits & rates.is_gap(reason)).astype("int64")
    known = _is_known(values)
    return pd.DataFrame({"benchmarks_short": short.where(known), "benchmarks_tried": tried.where(known)})
