"""
People between and below censuses: mid-year figures from two censuses, shares for smaller areas, sums for larger ones.

Every result is whole people and conserves its total to the person (largest remainder, in exact integer arithmetic). An
area without a figure stays NA. Holds no figures and no hierarchy: see `etl.harmonise`.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from mhgis.i18n import N_

Whole = npt.NDArray[np.int64]

#: reference times of the two censuses: midnight at the start of 1 November
CENSUS_DATES: Final = {2010: date(2010, 11, 1), 2020: date(2020, 11, 1)}

METHOD_CENSUS: Final = N_("Census count.")
METHOD_AREA_SPLIT: Final = N_("Census count, with a development zone divided among its counties by area.")
METHOD_SUM: Final = N_("Sum of the census counts of its counties.")
METHOD_INTERPOLATED: Final = N_("Interpolated between the censuses of 2010 and 2020, by days.")
METHOD_SHARE: Final = N_("Its share of the province in the census of 2020, applied to the province in mid-2015.")
METHOD_SUM_OF_SHARES: Final = N_("Sum of its counties' shares of the province in mid-2015.")
METHOD_PARTS: Final = N_("Sum of its parts.")
METHOD_NONE: Final = N_("No census figure.")
METHOD_NOT_COVERED: Final = N_("Not covered by these statistics.")
METHOD_OUTSIDE: Final = N_("Not covered by the mainland census.")


def midyear(year: int) -> date:
    """Return the day that stands for the middle of a year: 1 July."""
    return date(year, 7, 1)


def interpolate(first: pd.Series, second: pd.Series, dates: Sequence[date], on: date) -> pd.Series:
    """
    Give the people on a day between two censuses, as if each area grew or shrank by the same number every day.

    Linear, not geometric, because linear results add up: the areas' figures sum to the interpolated total, whichever
    way they are grouped. Over ten years the two differ by less than half a per cent for each of 31 provinces.

    Parameters
    ----------
    first, second
        People at the two censuses, on the same index of areas; whole numbers, NA where not known.
    dates
        Days of the two censuses.
    on
        The day wanted, neither before the first nor after the second.

    Returns
    -------
    people
        Int64 on the same index; NA where either census is NA. The known ones sum to the interpolated total, rounded
        half up, and none is a person or more from its own interpolation.

    Raises
    ------
    ValueError
        If `on` is not between the dates, or the indices differ.

    References
    ----------
    Swanson DA, Siegel JS, eds. The Methods and Materials of Demography, 2nd ed. Elsevier 2004, chapter on population
    estimates: arithmetic interpolation between censuses.
    """
    before, after = dates
    if not before <= on <= after or before == after:
        message = f"{on} does not lie between the censuses of {before} and {after}"
        raise ValueError(message)
    if not first.index.equals(second.index):
        message = "the two censuses must be on the same index of areas"
        raise ValueError(message)
    days, gone = (after - before).days, (on - before).days
    known = first.notna() & second.notna()
    then, now = (census[known].to_numpy(dtype=np.int64) for census in (first, second))
    parts = then * (days - gone) + now * gone
    total = (2 * int(parts.sum()) + days) // (2 * days)
    return _filled(first.index, known, _largest_remainder(parts, days, total))


def share_out(totals: pd.Series, weights: pd.Series, group: pd.Series) -> pd.Series:
    """
    Divide each group's total among its members in proportion to their weights.

    Parameters
    ----------
    totals
        Whole people by group.
    weights
        Whole weights by member, 0 or more, NA where not known.
    group
        The group of each member, on the index of `weights`.

    Returns
    -------
    people
        Int64 on the index of `weights`; NA where the weight is NA. The members of a group sum to its total exactly, by
        largest remainder (Hamilton's method); of equal remainders the earlier member's is rounded up.

    Raises
    ------
    ValueError
        If a group with a total has no weight to divide it by.
    """
    people = pd.Series(pd.NA, index=weights.index, dtype="Int64")
    for code, members in weights.dropna().groupby(group, sort=True):
        if code not in totals.index or pd.isna(totals[code]):
            continue
        weight, total = members.to_numpy(dtype=np.int64), int(totals[code])
        if weight.sum() == 0:
            message = f"group {code} has {total} people and no weight to divide them by"
            raise ValueError(message)
        people[members.index] = _largest_remainder(weight * total, int(weight.sum()), total)
    lost = set(totals.dropna().index) - set(group[weights.notna()])
    if lost:
        message = f"groups without a member of known weight: {', '.join(sorted(lost))}"
        raise ValueError(message)
    return people


def sum_up(people: pd.Series, group: pd.Series) -> pd.Series:
    """Return the people of each group as Int64, sorted by group: the sum of known members; NA where none is known."""
    return people.groupby(group, sort=True).sum(min_count=1).astype("Int64")


def _filled(index: pd.Index, known: pd.Series, values: Whole) -> pd.Series:
    people = pd.Series(pd.NA, index=index, dtype="Int64")
    people[known.to_numpy()] = values
    return people


def _largest_remainder(parts: Whole, divisor: int, total: int) -> Whole:
    """Round `parts / divisor` to whole numbers that sum to `total`: down, then up where the remainder is largest."""
    whole, remainder = np.divmod(parts, divisor)
    left = total - int(whole.sum())
    up = np.argsort(-remainder, kind="stable")[:left]
    whole[up] += 1
    return whole
