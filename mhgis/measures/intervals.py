"""
How sure a rate is: its band, shrunken rates, comparison with a benchmark, and the limits of a funnel.

A published or imported count is a full count: everything there is was counted, so there is no sampling error and no
interval of chance. What is unsure of a rate is the number of people it divides by, where another source has another
number of them: that is its *band*. Modelled values carry the range of their draws instead. How much areas of a size
differ beyond what single units would is estimated from the areas themselves (`overdispersion`); it serves the funnel,
which is a choice. Pure; unknown stays unknown.
"""

from typing import Final, Literal, get_args

import numpy as np
import pandas as pd
from pandas.arrays import FloatingArray
from scipy import special

from mhgis.i18n import N_
from mhgis.indicators import Indicator

#: the share of areas that lie within the inner limits of a funnel
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


def of_values(values: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """
    Return between what each value lies: the model's range where it is modelled, else the band of its people.

    The band of a rate reaches from the count over the people it divides by to the count over the people that another
    source counts of the same area and year. A count, a share of counties or a ratio of two counts has none.

    Parameters
    ----------
    values
        `value`, `lower`, `upper`, `status`, `people`, as `mhgis.store.indicator_values` gives them; `raw`, the rate as
        counted, where `value` has been steadied; `people_otherwise` where it is known.
    indicator
        What they are.

    Returns
    -------
    band
        `lower`, `upper` (Float64, in the indicator's unit); NA where there is none.
    """
    given = values[["lower", "upper"]].astype("Float64")
    if indicator.denominator != "people" or indicator.modelled_only or "people_otherwise" not in values.columns:
        return given
    rate = values["raw" if "raw" in values.columns else "value"].astype("Float64")
    other = values["people_otherwise"].astype("Float64")
    by_other = rate * values["people"].astype("Float64") / other.where(other.gt(0).fillna(value=False))
    ends = pd.concat([rate, by_other], axis=1)
    band = pd.DataFrame({"lower": ends.min(axis=1, skipna=False), "upper": ends.max(axis=1, skipna=False)})
    return band.where(values["status"].isin(["reported", "zero"]), given).astype("Float64")


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


def overdispersion(count: pd.Series, people: pd.Series) -> float:
    """
    Estimate how much more areas differ than they would if their units came one by one: a variance ratio, at least 1.

    Pearson's statistic about the common rate over its degrees of freedom, which makes the limits of a funnel those of a
    quasi-Poisson model (Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. Statistics
    in Medicine 24: 1185-1202). Beds come in hospitals, and provinces decide: that is why it is far above 1.

    Parameters
    ----------
    count, people
        On one index; NA = unknown.

    Returns
    -------
    ratio
        1 where fewer than two areas are known or they do not differ.
    """
    number, persons = _numbers(count), _numbers(people)
    known = ~np.isnan(number) & (persons > 0)
    if known.sum() <= 1 or not number[known].sum():
        return 1.0
    expected = persons[known] * number[known].sum() / persons[known].sum()
    statistic = ((number[known] - expected) ** 2 / expected).sum()
    return max(1.0, float(statistic / (known.sum() - 1)))


def funnel(
    people: pd.Series, rate: float, scale: float = SCALE, confidence: float = CONFIDENCE, dispersion: float = 1.0
) -> pd.DataFrame:
    """
    Return between which rates areas of a size lie if all have one true rate and differ as much as areas here do.

    Spiegelhalter (2005), as in `overdispersion`: the rate, plus and minus a normal quantile times the standard
    deviation of a Poisson count that is `dispersion` times overdispersed.

    Parameters
    ----------
    people
        Sizes; NA or zero give NA.
    rate
        The common rate per `scale` people.
    scale
        People the rates are for.
    confidence
        The share of such areas that lie within, above 0 and below 1.
    dispersion
        As of `overdispersion`.

    Returns
    -------
    limits
        `lower` (at least 0), `upper` (Float64, per `scale` people), on the index of `people`.
    """
    persons = _numbers(people)
    persons = np.where(persons > 0, persons, np.nan)
    reach = special.ndtri((1 + confidence) / 2) * np.sqrt(dispersion * rate / scale / persons) * scale
    return pd.DataFrame(
        {"lower": _floats(np.maximum(rate - reach, 0)), "upper": _floats(rate + reach)}, index=people.index
    )


def _numbers(column: pd.Series) -> np.ndarray:
    number = column.astype("Float64").to_numpy(dtype="float64", na_value=np.nan)
    if (number < 0).any():
        message = f"A count cannot be negative; found {number[number < 0][0]:g}."
        raise ValueError(message)
    return number


def _floats(values: np.ndarray) -> FloatingArray:
    return FloatingArray(np.nan_to_num(values), np.isnan(values))
