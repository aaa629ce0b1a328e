"""
Targets: the yearly growth that a target takes, against the growth that was seen.

Arithmetic, not a forecast: "at today's pace" is the growth of the last period seen, carried on. Growth is compound,
per cent a year. Nothing is carried on over a year in which what is counted changed, and an unknown year stays unknown.
Pure.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Final, Literal

import numpy as np
import pandas as pd

from mhgis.i18n import N_
from mhgis.indicators import Direction
from mhgis.measures.question import Between, Question
from mhgis.status import KNOWN

Verdict = Literal["met", "will", "will_not", "cannot_tell"]
VERDICTS: Final[dict[Verdict, str]] = {
    "met": N_("Met already"),
    "will": N_("Makes it at today's pace"),
    "will_not": N_("Does not make it at today's pace"),
    "cannot_tell": N_("Cannot be told: no pace was seen"),
}


@dataclass(frozen=True)
class TargetQuestion(Question):
    """What is asked of targets: `aim`, hundredths of a unit (0 = the benchmark), `by` the end of a year."""

    by: Annotated[int, Between(1_990, 2_100)] = 2030
    aim: Annotated[int, Between(0, 1_000_000_000)] = 0


@dataclass(frozen=True)
class Target:
    """A value to be reached by the end of a year; `direction` says on which side of it is better."""

    value: float
    year: int
    direction: Direction = "more_is_better"

    def is_met(self, value: float) -> bool:
        """Say whether a value meets the target."""
        return value >= self.value if self.direction == "more_is_better" else value <= self.value


def growth(before: float, after: float, years: float) -> float:
    """
    Return the yearly growth between two values, per cent, compound.

    NaN where there is none: no years between, or growth from zero, which no rate describes.
    """
    if years <= 0 or not before > 0 or not after >= 0:
        return float("nan")
    return float(100 * ((after / before) ** (1 / years) - 1))


def carried_on(value: float, growth_pct: float, years: float) -> float:
    """Return a value after so many years of the same growth."""
    return float(value * (1 + growth_pct / 100) ** years)


def periods(series: pd.DataFrame, broken: Collection[int] = ()) -> pd.DataFrame:
    """
    Return the growth seen between neighbouring known years of each area.

    Parameters
    ----------
    series
        `area_code`, `year`, `value` (NA = not known), `status`; one row an area and year.
    broken
        Years from which on something else is counted than before.

    Returns
    -------
    periods
        `area_code`, `from`, `to`, `before`, `after`, `growth` (per cent a year; NaN where it starts at zero),
        `is_broken` (what is counted changed in between); by area and year.
    """
    rows = [
        {
            "area_code": code, "from": year, "to": then, "before": before, "after": after,
            "growth": growth(before, after, then - year), "is_broken": any(year < one <= then for one in broken),
        }
        for code, points in _known(series).items()
        for (year, before), (then, after) in pairwise(points)
    ]  # fmt: skip
    columns = ["area_code", "from", "to", "before", "after", "growth", "is_broken"]
    return pd.DataFrame(rows, columns=columns).astype({"growth": "float64", "is_broken": "bool"})


def _known(series: pd.DataFrame) -> dict[str, list[tuple[int, float]]]:
    """Return the known years and values of each area, oldest first; an area without any has an empty list."""
    found: dict[str, list[tuple[int, float]]] = {str(code): [] for code in sorted(series["area_code"].unique())}
    known = series[series["status"].isin(sorted(KNOWN)) & series["value"].notna()].sort_values("year")
    for code, year, value in zip(known["area_code"], known["year"], known["value"], strict=True):
        found[str(code)].append((int(year), float(value)))
    return found


def judge(series: pd.DataFrame, target: Target, broken: Collection[int] = ()) -> pd.DataFrame:
    """
    Hold each area against a target.

    Parameters
    ----------
    series, broken
        As for `periods`.
    target
        To be reached.

    Returns
    -------
    judged
        A row an area, by code: `year` and `value` last known (NA = none is), `seen` (growth of the last period, per
        cent a year; NaN where there is none, it starts at zero, or what is counted changed in it), `seen_from`
        (its first year), `needed` (growth the target takes; NaN where it is met, or starts at zero), `yearly` (units
        the target takes each year), `then` (the value in the target's year at today's pace; NaN where no pace was
        seen), `reached` (the first year in which that meets the target; NA where none does) and `verdict`.
    """
    rows = {code: _judged(points, broken, target) for code, points in _known(series).items()}
    judged = pd.DataFrame.from_dict(rows, orient="index", columns=list(_NOTHING)).rename_axis(None)
    numbers = dict.fromkeys(("value", "seen", "needed", "yearly", "then"), "float64")
    return judged.astype(numbers | dict.fromkeys(("year", "reached", "seen_from"), "Int64") | {"verdict": "str"})


_NOTHING: Final[dict[str, object]] = {
    "year": pd.NA, "value": np.nan, "seen": np.nan, "seen_from": pd.NA, "needed": np.nan, "yearly": np.nan,
    "then": np.nan, "reached": pd.NA, "verdict": "cannot_tell",
}  # fmt: skip


def _judged(points: Sequence[tuple[int, float]], broken: Collection[int], target: Target) -> dict[str, object]:
    if not points:
        return _NOTHING
    year, value = points[-1]
    left = target.year - year
    found = _NOTHING | {"year": year, "value": value}
    if len(points) > 1 and not any(points[-2][0] < one <= year for one in broken):
        start, before = points[-2]
        pace = growth(before, value, year - start)
        found |= {"seen": pace, "seen_from": start}
        if not np.isnan(pace):
            then = carried_on(value, pace, max(left, 0))
            found |= {"then": then, "verdict": "will" if target.is_met(then) else "will_not"}
            found["reached"] = _first_year(value, year, pace, target)
    if target.is_met(value):
        return found | {"verdict": "met", "reached": year}
    if left > 0:
        found |= {"needed": growth(value, target.value, left), "yearly": (target.value - value) / left}
    return found


#: how far ahead a pace is carried on; further away nothing is said
_LAST_YEARS: Final = 100


def _first_year(value: float, year: int, pace: float, target: Target) -> object:
    for ahead in range(_LAST_YEARS + 1):
        if target.is_met(carried_on(value, pace, ahead)):
            return year + ahead
    return pd.NA


def fan(series: pd.DataFrame, judged: pd.DataFrame, target: Target) -> pd.DataFrame:
    """
    Return the lines of the chart: what was seen, and what follows at today's pace.

    Returns
    -------
    fan
        `area_code`, `year`, `value`, `is_seen`; the last year seen stands in both parts. Areas without a pace end where
        they were last seen.
    """
    rows: list[tuple[str, int, float, bool]] = []
    for code, points in _known(series).items():
        rows += [(code, year, value, True) for year, value in points]
        then, pace = float(judged["then"][code]), float(judged["seen"][code])
        if not np.isnan(then):
            last, value = points[-1]
            ahead = range(last, target.year + 1)
            rows += [(code, year, carried_on(value, pace, year - last), False) for year in ahead]
    return pd.DataFrame(rows, columns=["area_code", "year", "value", "is_seen"])
