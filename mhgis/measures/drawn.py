"""
What is said of a model: every statement worked out in each draw, then told as a middle and the range of 90 %.

A draw is one country: counts of areas and people, sums and ranks are made within it, never of medians or means of
single areas, which do not add up. Pure: arrays in, numbers out. A quantile is one of the draws, as in
`mhgis.measures.downscale`; a mean adds up.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from mhgis.i18n import N_
from mhgis.indicators import PEOPLE, PEOPLE_WITHOUT, RESOURCES, Count, Direction, Indicator, Level, Rate, Ratio, Share
from mhgis.measures.downscale import LOWER_PERCENT, UPPER_PERCENT

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: how likely something is by the draws, from the likeliest down
Chance = Literal["surely", "likely", "open", "unlikely", "surely_not"]
CHANCES: Final[tuple[Chance, ...]] = ("surely", "likely", "open", "unlikely", "surely_not")
#: per cent of the draws from which on it is unlikely, cannot be told, is likely, is sure; each holds its bound
CHANCE_EDGES: Final = (5.0, 33.0, 66.0, 95.0)

#: what an area is to a benchmark by a model's draws
CHANCE_LABELS: Final[dict[Chance, str]] = {
    "surely": N_("Surely short"),
    "likely": N_("Likely short"),
    "open": N_("Cannot tell"),
    "unlikely": N_("Unlikely short"),
    "surely_not": N_("Surely not short"),
}

#: up to this product of people and the parts of a benchmark 64 bits hold it; beyond it numbers may be of any size
_LARGEST: Final = 2**62


@dataclass(frozen=True)
class Spread:
    """A number that differs from draw to draw: its median, the ends of its 90 % range (5 and 95 %), and its mean."""

    middle: float
    lower: float
    upper: float
    mean: float

    @property
    def is_certain(self) -> bool:
        """Say whether 90 % of the draws agree."""
        return self.lower == self.upper


@dataclass(frozen=True, eq=False)
class Drawn:
    """
    What a model counts of the areas of each level, in each of its draws.

    Attributes
    ----------
    area_code
        Of the finest areas, in the order of the columns of `counts`.
    counts
        Resource -> counts of shape (n_draws, n_counties).
    people
        Level -> residents on an index of area codes (NA = no figure).
    groups
        Level -> code of the area of that level each county lies in, on an index of county codes.
    """

    area_code: npt.NDArray[np.object_]
    counts: Mapping[str, npt.NDArray[np.integer]]
    people: Mapping[str, pd.Series]
    groups: Mapping[str, pd.Series]

    def areas(self, level: Level) -> list[str]:
        """Return the codes of a level's areas, in the order of the columns of `quantity`."""
        return self._added(np.ones((1, len(self.area_code)), dtype=bool), level)[0]

    def quantity(self, name: str, level: Level) -> Floats:
        """
        Return a quantity of every area of a level.

        Returns
        -------
        draws
            Of shape (n_draws, n_areas), or (1, n_areas) for what is the same in every draw; NaN = unknown.
        """
        if name == PEOPLE:
            residents = self.people[level].reindex(self.areas(level))
            return residents.to_numpy(dtype=np.float64, na_value=np.nan)[np.newaxis]
        if name == PEOPLE_WITHOUT:
            return self._people_without(level)
        if name in RESOURCES:
            return self._added(self.counts[name], level)[1].astype(np.float64)
        has_none = self.counts["facilities"] == 0
        of_counties = {"counties": np.ones_like(has_none[:1]), "counties_without_facility": has_none}
        return self._added(of_counties[name], level)[1].astype(np.float64)

    def _people_without(self, level: Level) -> Floats:
        residents = self.people["county"].reindex(self.area_code).astype("Int64")
        # those of unknown number are in no sum
        known = residents.to_numpy(dtype=np.int64, na_value=0)
        sums = self._added(np.where(self.counts["facilities"] == 0, known, 0), level)[1]
        n_known = self._added(residents.notna().to_numpy(dtype=bool)[np.newaxis], level)[1]
        return np.where(n_known > 0, sums.astype(np.float64), np.nan)

    def _added(self, figures: npt.NDArray[np.integer | np.bool_], level: Level) -> tuple[list[str], Ints]:
        labels, names = pd.factorize(self.groups[level].reindex(self.area_code).to_numpy(dtype=object), sort=True)
        order = np.argsort(labels, kind="stable")
        order = order[labels[order] >= 0]
        starts = np.searchsorted(labels[order], np.arange(len(names)))
        return list(map(str, names)), np.add.reduceat(figures[:, order], starts, axis=1, dtype=np.int64)


def values(indicator: Indicator, drawn: Drawn, level: Level) -> Floats:
    """
    Return an indicator of every area of a level in each draw, by its rule.

    Returns
    -------
    draws
        Of shape (n_draws, n_areas), or (1, n_areas) for what is the same in every draw. NaN where a part is unknown or
        there is nothing to divide by, in that draw.
    """
    top, bottom = parts(indicator, drawn, level)
    return divide(top, bottom, indicator.scale)


def parts(indicator: Indicator, drawn: Drawn, level: Level) -> tuple[Floats, Floats | None]:
    """Return what an indicator counts and what it divides by (None for nothing) in each draw: see `values`."""
    rule = indicator.rule
    if not isinstance(rule, Count | Rate | Ratio | Share):
        message = f"{indicator.id} is not made of what a draw counts."
        raise TypeError(message)
    top = drawn.quantity(rule.numerator, level)
    return top, None if rule.denominator is None else drawn.quantity(rule.denominator, level)


def divide(top: Floats, bottom: Floats | None, scale: float) -> Floats:
    """Divide counts by counts, draw by draw; NaN where either is unknown or there is nothing to divide by."""
    if bottom is None:
        return top
    # the product comes first, so that a rate that equals a benchmark compares as equal to it
    return np.asarray(top * scale / np.where(bottom > 0, bottom, np.nan))


def spread(draws: npt.ArrayLike) -> Spread:
    """Return what is told of one number that has been worked out in each draw; `draws` has shape (n_draws,)."""
    ordered = np.sort(np.asarray(draws, dtype=np.float64))
    n = len(ordered)
    middle, lower, upper = (
        float(ordered[-(-n * percent // 100) - 1]) for percent in (50, LOWER_PERCENT, UPPER_PERCENT)
    )
    return Spread(middle, lower, upper, float(ordered.mean()))


def told(draws: npt.NDArray[np.integer] | Floats) -> dict[str, Floats]:
    """
    Return what is published of each area: `value`, the mean of its draws, and `lower` and `upper`, their 5 and 95 %.

    Parameters
    ----------
    draws
        Of shape (n_draws, n_areas); NaN is unknown.

    Returns
    -------
    numbers
        By name, of shape (n_areas,). NaN where any draw is unknown: the others' mean would hold under a condition that
        the number does not tell. A mean adds up over areas and may lie beyond the range: an area that has a bed in one
        draw of fifty has a mean above its 95 %.
    """
    n = len(draws)
    ordered = np.sort(draws, axis=0)
    is_unknown = np.isnan(ordered[-1])  # sorted behind all numbers
    ranks = {"lower": LOWER_PERCENT, "upper": UPPER_PERCENT}
    # what is the same in every draw stays that number to the last digit
    mean = np.where(ordered[0] == ordered[-1], ordered[0], draws.mean(axis=0))
    numbers = {"value": mean} | {name: ordered[-(-n * percent // 100) - 1] for name, percent in ranks.items()}
    return {name: np.where(is_unknown, np.nan, column) for name, column in numbers.items()}


def is_zero(draws: Floats) -> Flags:
    """Return in which draws which areas have nothing at all; false where not known."""
    return np.asarray(draws == 0)


def is_short(draws: Floats, benchmark: float | None, direction: Direction) -> Flags:
    """
    Return in which draws which areas are a gap: see `mhgis.measures.rates.classify_gap`; false where not known.

    Without a benchmark only having nothing at all is one, and of what one would rather not have nothing is.
    """
    if direction == "less_is_better":
        return np.zeros(draws.shape, dtype=bool) if benchmark is None else np.asarray(draws > benchmark)
    return is_zero(draws) if benchmark is None else np.asarray((draws < benchmark) | (draws == 0))


def lacking(units: Floats, people: Floats, benchmark: float, scale: float) -> Floats:
    """
    Count the whole units each area lacks in each draw, as `mhgis.measures.rates.shortfall_to` does.

    Parameters
    ----------
    units
        Of shape (n_draws, n_areas).
    people
        Of shape (n_areas,); NaN = unknown.

    Returns
    -------
    lacking
        Of the shape of `units`; NaN where the people are unknown.
    """
    per_person = Fraction(str(benchmark)) / Fraction(str(scale))
    top, bottom = per_person.numerator, per_person.denominator
    known = ~np.isnan(people)
    largest = max(int(np.nanmax(people, initial=0)) * top, int(units.max(initial=0)) * bottom)
    kind: type = np.int64 if largest < _LARGEST else object
    need: npt.NDArray[np.generic] = np.where(known, people, 0).astype(np.int64).astype(kind) * top
    missing = -((units.astype(np.int64).astype(kind) * bottom - need) // bottom)
    return np.where(known, np.maximum(missing, 0).astype(np.float64), np.nan)


def ranks(draws: Floats, direction: Direction) -> tuple[Floats, Floats]:
    """
    Return between which ranks each area lies in 90 % of the draws; 1 is the furthest short.

    Areas that are equal in a draw share the middle of their places there, so that a thousand counties without a bed are
    not all the first. Of shape (n_areas,); NaN where an area is unknown in any draw.
    """
    signed = draws if direction == "more_is_better" else -draws
    known = ~np.isnan(draws).any(axis=0)
    found = np.full(draws.shape, np.nan)
    for row, values_ in zip(found, signed[:, known], strict=True):
        row[known] = _middle_ranks(values_)
    ordered, n = np.sort(found, axis=0), len(draws)
    lower, upper = (ordered[-(-n * percent // 100) - 1] for percent in (LOWER_PERCENT, UPPER_PERCENT))
    return lower, upper


def _middle_ranks(numbers: Floats) -> Floats:
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    ends = np.r_[starts[1:], len(ordered)]
    places = np.empty(len(numbers))
    places[order] = np.repeat((starts + 1 + ends) / 2, ends - starts)
    return places


def chance(percent: Floats) -> npt.NDArray[np.str_]:
    """Return which of `CHANCES` a share of the draws is (per cent, no NaN)."""
    places = np.searchsorted(np.array(CHANCE_EDGES), percent, side="right")
    return np.array(CHANCES[::-1])[places]


def chance_of(percent: float) -> Chance:
    """Return which of `CHANCES` one share of the draws is (per cent)."""
    return CHANCES[len(CHANCE_EDGES) - bisect_right(CHANCE_EDGES, percent)]


@dataclass(frozen=True)
class DrawnTally:
    """
    What a list of areas adds up to in a model, over its draws.

    `areas` are known, so many of them `short` and so many `zero` in each draw; `people_short` live in those short (of
    known population; None where none is), `lacking` are the units that they lack (None where not countable).
    """

    areas: int
    short: Spread
    zero: Spread
    people_short: Spread | None
    lacking: Spread | None


def tally(short: Flags, zero: Flags, people: Floats, lacks: Floats | None) -> DrawnTally:
    """
    Add a list of known areas up in each draw.

    Parameters
    ----------
    short, zero
        As of `is_short` and `is_zero`, of shape (n_draws, n_areas).
    people
        Of shape (n_areas,); NaN = unknown.
    lacks
        As of `lacking`; None where units cannot be counted.
    """
    known = ~np.isnan(people)
    residents = short[:, known] @ people[known] if known.any() else None
    return DrawnTally(
        short.shape[1],
        spread(short.sum(axis=1)),
        spread(zero.sum(axis=1)),
        None if residents is None else spread(residents),
        None if lacks is None else spread(np.nansum(lacks, axis=1)),
    )


def by_class(
    draws: Floats, breaks: Sequence[float], people: Floats, *, zero_apart: bool
) -> list[tuple[Spread, Spread]]:
    """
    Count areas and their people by class in each draw.

    Parameters
    ----------
    draws
        Values of the areas counted, of shape (n_draws, n_areas), none unknown.
    breaks
        Bounds between classes, rising; a class holds its lower bound.
    people
        Of shape (n_areas,); those not known are in no sum.
    zero_apart
        Whether zero is a class of its own, the last one returned, and in none of the others.

    Returns
    -------
    counts
        Areas and people of each class, from the lowest up, then of zero.
    """
    place = np.searchsorted(np.array(breaks, dtype=float), draws, side="right")
    n_classes = len(breaks) + 1
    if zero_apart:
        place = np.where(draws == 0, n_classes, place)
    residents = np.nan_to_num(people)
    here = [place == at for at in range(n_classes + zero_apart)]
    return [(spread(inside.sum(axis=1)), spread(inside @ residents)) for inside in here]
