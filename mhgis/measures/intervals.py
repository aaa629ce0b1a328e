"""
How sure a count or a rate is: intervals, shrunken rates, comparison with a benchmark, ranks, and funnel limits.

A count is taken as one outcome of a Poisson process: what an area with this rate might as well have had. That is the
usual reading in health statistics; it measures how much a small number can tell, and not errors of counting, of what is
counted, or of the people it is divided by. Modelled values are not treated here: they carry the range of their draws.
Pure; unknown stays unknown.
"""

from typing import Final, Literal, get_args

import numpy as np
import pandas as pd
from pandas.arrays import FloatingArray
from scipy import special

from mhgis.i18n import N_
from mhgis.indicators import Indicator

#: the share of such intervals that hold the true value
CONFIDENCE: Final = 0.95
SCALE: Final = 100_000

#: what an interval says of an area and a benchmark
Outcome = Literal["below", "above", "cannot_tell"]
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
CANNOT_TELL: Final[Outcome] = "cannot_tell"

OUTCOME_WORDS: Final[dict[Outcome, str]] = {
    "below": N_("below"),
    "above": N_("above"),
    "cannot_tell": N_("cannot tell"),
}

#: draws for intervals of ranks, and where they start
_RANK_DRAWS: Final = 4_000
_SEED: Final = 20_150_701


def poisson_interval(count: pd.Series, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """
    Return the exact interval for the mean of a Poisson count.

    Both tails hold at most half of what is left over: Garwood's limits, as quantiles of the gamma distribution
    (Garwood, F. (1936). Fiducial limits for the Poisson distribution. Biometrika 28: 437-442). A count is a whole
    number, so the interval holds the true mean in at least `confidence` of all cases, and in more where counts are
    small: 95.2 % around a mean of 1,000, 95.4 % around 200, 96.5 % around 10, 98.2 % around 1.

    Parameters
    ----------
    count
        Counts; NA = unknown.
    confidence
        Above 0 and below 1.

    Returns
    -------
    interval
        `lower` and `upper` (Float64, in units of the count), on the index of `count`; NA where it is unknown. Of a
        count of zero the lower limit is 0 and the upper 3.689.

    Raises
    ------
    ValueError
        If a count is negative, or the confidence is no share.
    """
    if not 0 < confidence < 1:
        message = f"A confidence must lie between 0 and 1; found {confidence}."
        raise ValueError(message)
    number = _numbers(count)
    tail = (1 - confidence) / 2
    lower = special.gammaincinv(np.where(number > 0, number, 1.0), tail)
    upper = special.gammaincinv(number + 1, 1 - tail)
    lower = np.where(np.isnan(number), np.nan, np.where(number > 0, lower, 0.0))
    return pd.DataFrame({"lower": _floats(lower), "upper": _floats(upper)}, index=count.index)


def rate_interval(
    count: pd.Series, people: pd.Series, scale: float = SCALE, confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """
    Return a rate with its exact Poisson interval; people are taken as known.

    Parameters
    ----------
    count, people
        On one index; NA = unknown.
    scale
        People the rate is for.
    confidence
        As in `poisson_interval`.

    Returns
    -------
    rates
        `value`, `lower`, `upper` (Float64, per `scale` people); NA where either number is unknown or nobody lives
        there.
    """
    limits = poisson_interval(count, confidence).assign(value=count.astype("Float64"))
    above = people.astype("Float64")
    above = above.where(above.gt(0).fillna(value=False))
    rates: pd.DataFrame = limits[["value", "lower", "upper"]].mul(scale).div(above, axis=0)
    return rates


def of_values(values: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """
    Return the interval of each area's value: the model's range where it is modelled, else the exact one of its count.

    Parameters
    ----------
    values
        `value`, `lower`, `upper`, `status`, `people`, as `mhgis.store.indicator_values` gives them; `raw`, the rate as
        counted, where `value` has been steadied.
    indicator
        A rate by people has intervals; a count, a share of counties or a ratio of two counts has none of its own.

    Returns
    -------
    interval
        `lower`, `upper` (Float64, in the indicator's unit); NA where there is none.
    """
    given = values[["lower", "upper"]].astype("Float64")
    counted = values["status"].isin(["reported", "zero"])
    if indicator.denominator != "people" or indicator.modelled_only or not counted.any():
        return given
    people = values["people"].astype("Float64")
    rate = values["raw"] if "raw" in values.columns else values["value"]
    count = rate.astype("Float64") * people / indicator.scale
    found = rate_interval(count, people, indicator.scale)[["lower", "upper"]]
    return found.where(counted, given)


def compare(lower: pd.Series, upper: pd.Series, benchmark: float) -> pd.Series:
    """
    Say on which side of a benchmark an interval lies.

    Returns
    -------
    outcome
        `below` or `above` where the whole interval lies there, `cannot_tell` where it holds the benchmark (a limit
        equal to it included); NA where there is no interval.
    """
    low, high = lower.astype("Float64"), upper.astype("Float64")
    outcome = pd.Series("cannot_tell", index=lower.index, dtype="str", name="outcome")
    outcome = outcome.mask(high.lt(benchmark).fillna(value=False).astype(bool), "below")
    outcome = outcome.mask(low.gt(benchmark).fillna(value=False).astype(bool), "above")
    return outcome.where(low.notna() & high.notna())


def shrink(count: pd.Series, people: pd.Series, group: pd.Series | None = None, scale: float = SCALE) -> pd.DataFrame:
    """
    Draw rates towards the mean of their group, the more the fewer people they rest on.

    The method of moments of Marshall, R. J. (1991). Mapping disease and mortality rates using empirical Bayes
    estimators. Applied Statistics 40: 283-294: towards the mean of all areas, or, with `group`, of the areas of the
    same group. Its estimates do not add up to the counts they came from; `shrunken` is the estimate times the one
    factor a group that mends this.

    Parameters
    ----------
    count, people
        On one index; NA = unknown.
    group
        The group of each area, such as its province; by default all areas are one.
    scale
        People the rates are for.

    Returns
    -------
    rates
        On the index of `count`, NA where a number is unknown or nobody lives there:
        `raw`; `mean` of the group; `weight`, the share the area's own rate has in its estimate, 0 where the group
        differs no more than chance (one area of known rate is such a group, and keeps its rate); `estimate`,
        Marshall's; `shrunken`, the estimate adjusted so that its units sum to the group's count.
    """
    number, persons = _numbers(count), _numbers(people)
    groups = pd.Series(0, index=count.index) if group is None else group
    known = ~np.isnan(number) & ~np.isnan(persons) & (persons > 0) & groups.notna().to_numpy()
    rates = {name: np.full(len(count), np.nan) for name in ("raw", "mean", "weight", "estimate", "shrunken")}
    for members in groups.groupby(groups, sort=True).indices.values():
        at = members[known[members]]
        if len(at):
            for name, values in _marshall(number[at], persons[at]).items():
                rates[name][at] = values
    per = {"weight": 1.0}
    return pd.DataFrame(
        {name: _floats(values * per.get(name, scale)) for name, values in rates.items()}, index=count.index
    )


def _marshall(number: np.ndarray, persons: np.ndarray) -> dict[str, np.ndarray]:
    raw = number / persons
    mean = number.sum() / persons.sum()
    spread = (persons * (raw - mean) ** 2).sum() / persons.sum()
    between = max(0.0, spread - mean / persons.mean())
    own = mean / persons
    weight = np.divide(between, between + own, out=np.zeros_like(own), where=between + own > 0)
    estimate = mean + weight * (raw - mean)
    units = (estimate * persons).sum()
    factor = number.sum() / units if units > 0 else 1.0
    return {
        "raw": raw, "mean": np.full_like(raw, mean), "weight": weight, "estimate": estimate,
        "shrunken": estimate * factor,
    }  # fmt: skip


def rank_interval(
    count: pd.Series, people: pd.Series, confidence: float = CONFIDENCE, draws: int = _RANK_DRAWS, seed: int = _SEED
) -> pd.DataFrame:
    """
    Return the rank of each area by its rate, with the ranks it might as well have.

    The true rates are drawn from what the counts say of them (gamma, with Jeffreys' prior: shape count + 1/2), every
    draw is ranked, and the interval holds the middle `confidence` of an area's ranks (Goldstein, H. and Spiegelhalter,
    D. J. (1996). League tables and their limitations. Journal of the Royal Statistical Society A 159: 385-443).

    Parameters
    ----------
    count, people
        On one index without repeats; NA = unknown.
    confidence
        As in `poisson_interval`.
    draws, seed
        The same seed gives the same ranks, whatever the order of the rows.

    Returns
    -------
    ranks
        `rank`, `lower`, `upper` (Int64): 1 = the highest rate, areas with one rate share the best of their ranks; NA
        where the rate is not known.
    """
    number = pd.Series(_numbers(count), index=count.index)
    persons = pd.Series(_numbers(people), index=people.index)
    known = number.index[number.notna() & persons.gt(0)].sort_values()
    if not len(known):
        nothing = pd.Series(pd.NA, index=count.index, dtype="Int64")
        return pd.DataFrame({"rank": nothing, "lower": nothing, "upper": nothing})
    held, living = number[known].to_numpy(), persons[known].to_numpy()
    rng = np.random.default_rng(seed)
    drawn = rng.standard_gamma(held + 0.5, size=(draws, len(known))) / living
    places = (-drawn).argsort(axis=1).argsort(axis=1) + 1
    tail = (1 - confidence) / 2
    limits = np.quantile(places, [tail, 1 - tail], axis=0, method="nearest")
    rank = pd.Series(held / living).rank(ascending=False, method="min").to_numpy()
    # areas of one rate share a rank that their own draws may not show
    ranks = {"rank": rank, "lower": np.minimum(limits[0], rank), "upper": np.maximum(limits[1], rank)}
    return pd.DataFrame(ranks, index=known).reindex(count.index).astype("Int64")


def funnel(people: pd.Series, rate: float, scale: float = SCALE, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """
    Return between which rates areas of a size lie if all have one true rate.

    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. Statistics in Medicine 24:
    1185-1202. The limits are quantiles of the Poisson distribution, made smooth by letting them be fractions.

    Parameters
    ----------
    people
        Sizes; NA or zero give NA.
    rate
        The common rate per `scale` people.
    scale, confidence
        As in `rate_interval`.

    Returns
    -------
    limits
        `lower`, `upper` (Float64, per `scale` people), on the index of `people`. The chance of a count at or above the
        upper limit is half of what the confidence leaves over, and so is that of one at or below the lower; the lower
        is 0 where even a count of zero is likelier than that.
    """
    persons = _numbers(people)
    persons = np.where(persons > 0, persons, np.nan)
    expected = persons * rate / scale
    tail = (1 - confidence) / 2
    # P(X >= k) and P(X <= k) as continuous functions of k
    upper = special.pdtrik(1 - tail, expected) + 1
    lower = special.pdtrik(tail, expected)
    lower = np.where(np.isnan(expected), np.nan, np.nan_to_num(lower))
    return pd.DataFrame(
        {"lower": _floats(lower * scale / persons), "upper": _floats(upper * scale / persons)}, index=people.index
    )


def _numbers(column: pd.Series) -> np.ndarray:
    number = column.astype("Float64").to_numpy(dtype="float64", na_value=np.nan)
    if (number < 0).any():
        message = f"A count cannot be negative; found {number[number < 0][0]:g}."
        raise ValueError(message)
    return number


def _floats(values: np.ndarray) -> FloatingArray:
    return FloatingArray(np.nan_to_num(values), np.isnan(values))
