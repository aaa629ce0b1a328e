"""
How unequally a resource is spread: Lorenz curves, Gini, Theil, Atkinson, agglomeration, and who contributes most.

A *spread* is units (beds, staff) against weights (residents, or km2) by area. Every measure here is weighted, and takes
only areas where both numbers are known; `known` sets the others apart and counts them, so that nothing unknown is ever
read as zero. Pure arithmetic: no values are held and none are read.

Sources of the methods: Gini 1912 and the covariance form of Lerman and Yitzhaki 1989; Theil 1967 with the
decomposition of Shorrocks 1980; Atkinson 1970; the health resource density index by Zheng et al. 2015 (agglomeration).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from mhgis.i18n import N_
from mhgis.measures.question import Between, Question

Numbers = npt.NDArray[np.float64]

#: how many times areas are drawn anew for a range where no ensemble gives one
RESAMPLES: Final = 1_000
#: the range that is shown: from the 5 % to the 95 % quantile
QUANTILES: Final = (0.05, 0.95)

Neighbouring = Literal["queen", "nearest", "band"]
Rates = Literal["shrunken", "plain"]
Statistic = Literal["moran", "star"]

NEIGHBOURING_NAMES: Final[dict[Neighbouring, str]] = {
    "queen": N_("Share a border or a corner"),
    "nearest": N_("The nearest areas"),
    "band": N_("Within a distance"),
}
STATISTIC_NAMES: Final[dict[Statistic, str]] = {
    "moran": N_("Alike or apart (local Moran)"),
    "star": N_("Hot and cold spots (Getis-Ord Gi*)"),
}
RATES_NAMES: Final[dict[Rates, str]] = {"shrunken": N_("Steadied for small populations"), "plain": N_("As they are")}


@dataclass(frozen=True)
class EquityQuestion(Question):
    """
    What is asked of equity and clusters.

    `closed` is how many of the largest gaps are closed; `aversion` (per cent) that of Atkinson's index; `neighbouring`
    with `k` or `band` (km) says who is whose neighbour; `rates` whether rates of small populations are steadied;
    `statistic` what tells a cluster.
    """

    closed: Annotated[int, Between(1, 500)] = 5
    aversion: Annotated[int, Between(1, 300)] = 50
    neighbouring: Neighbouring = "queen"
    k: Annotated[int, Between(1, 30)] = 6
    band: Annotated[int, Between(1, 2_000)] = 150
    rates: Rates = "shrunken"
    statistic: Statistic = "moran"


@dataclass(frozen=True)
class Spread:
    """
    Units against weights of the areas where both are known.

    `units` and `weight` share an index of area codes; `n_unknown` areas were set apart, which hold
    `weight_unknown` of all weight that is known (0 to 1).
    """

    units: pd.Series
    weight: pd.Series
    n_unknown: int
    weight_unknown: float

    @property
    def n(self) -> int:
        """Return how many areas are in the measure."""
        return len(self.units)


def known(units: pd.Series, weight: pd.Series) -> Spread:
    """
    Set areas apart where the units or the weight are unknown.

    Parameters
    ----------
    units
        Counts by area code; NA = unknown. Zero is a count like any other.
    weight
        Residents or km2 on the same index; NA = unknown. Areas without weight (0) belong to no measure and are left
        out without being counted as unknown, unless they hold units.

    Raises
    ------
    ValueError
        If the indexes differ, a number is negative, or units stand where there is no weight.
    """
    if not units.index.equals(weight.index):
        message = "units and weights must be of the same areas in the same order"
        raise ValueError(message)
    count, size = units.astype("Float64"), weight.astype("Float64")
    if count.lt(0).any() or size.lt(0).any():
        message = "units and weights cannot be negative"
        raise ValueError(message)
    both = count.notna() & size.notna()
    empty = size.eq(0).fillna(value=False).astype(bool)
    if (both & empty & count.gt(0).fillna(value=False).astype(bool)).any():
        message = f"units without weight in {list(units.index[both & empty & count.gt(0)])[:5]}"
        raise ValueError(message)
    used = both & ~empty
    total = float(size.sum())
    apart = float(size[~used].sum()) / total if total > 0 else 0.0
    return Spread(count[used].astype("float64"), size[used].astype("float64"), int((~both).sum()), apart)


def lorenz(spread: Spread) -> pd.DataFrame:
    """
    Return the Lorenz curve: areas from the lowest rate to the highest, shares added up.

    Returns
    -------
    curve
        `area_code` (NA in the first row, the origin), `share_of_weight`, `share_of_units`, both from 0 to 1. Empty
        where there are no units at all: then no curve exists.
    """
    if not _has_units(spread):
        return pd.DataFrame({"area_code": pd.Series(dtype="str"), "share_of_weight": [], "share_of_units": []})
    units, weight = spread.units.to_numpy(), spread.weight.to_numpy()
    order = np.argsort(units / weight, kind="stable")
    return pd.DataFrame(
        {
            "area_code": pd.Series([None, *spread.units.index[order]], dtype="str"),
            "share_of_weight": np.concatenate([[0.0], np.cumsum(weight[order]) / weight.sum()]),
            "share_of_units": np.concatenate([[0.0], np.cumsum(units[order]) / units.sum()]),
        }
    )


def gini(spread: Spread) -> float:
    """
    Return the Gini coefficient, 0 (same rate everywhere) to almost 1; NaN where there are no units.

    One minus twice the area under the Lorenz curve, each area weighted by its people (or km2).
    """
    if not _has_units(spread):
        return float("nan")
    return float(_gini(spread.units.to_numpy()[None, :], spread.weight.to_numpy())[0])


def gini_of_draws(draws: Numbers, weight: Numbers) -> Numbers:
    """
    Return the Gini coefficient of each draw of an ensemble.

    Parameters
    ----------
    draws
        Counts, one row a draw and one column an area; no NaN.
    weight
        Of the areas, above zero: one row for all draws, or one a draw.

    Returns
    -------
    gini
        One a draw; NaN for a draw without units.
    """
    return _gini(np.asarray(draws, dtype=np.float64), np.asarray(weight, dtype=np.float64))


def _gini(draws: Numbers, weight: Numbers) -> Numbers:
    order = np.argsort(draws / weight, axis=1, kind="stable")
    units = np.take_along_axis(draws, order, axis=1)
    total = units.sum(axis=1)
    upper = np.cumsum(units, axis=1)
    # twice the area under the curve is the sum of width times the heights at both ends
    size = np.broadcast_to(weight, draws.shape)
    width = np.take_along_axis(size, order, axis=1) / size.sum(axis=1, keepdims=True)
    under = (width * (2 * upper - units)).sum(axis=1)
    found: Numbers = 1 - np.divide(under, total, out=np.full(len(draws), np.nan), where=total > 0)
    return found


def gini_contributions(spread: Spread) -> pd.Series:
    """
    Return what each area adds to the Gini coefficient; the contributions sum to it.

    An area adds its share of weight times its mean distance in rate from everybody else, over twice the mean rate.
    """
    found, _ = contributions_of_draws(spread.units.to_numpy()[None, :], spread.weight.to_numpy())
    return pd.Series(found[0], index=spread.units.index, name="contribution")


def contributions_of_draws(draws: Numbers, weight: Numbers) -> tuple[Numbers, Numbers]:
    """
    Return what each area adds to the Gini coefficient, and what to Theil's T, in each draw of an ensemble.

    Parameters
    ----------
    draws
        Counts, one row a draw and one column an area; no NaN.
    weight
        Of the areas, above zero.

    Returns
    -------
    gini, theil
        One row a draw, one column an area; each row sums to the index of its draw. NaN for a draw without units.
    """
    part, total = weight / weight.sum(), draws.sum(axis=1, keepdims=True)
    share = np.divide(draws, total, out=np.full(draws.shape, np.nan), where=total > 0)
    # relative rates: the mean of all is one
    relative = share / part
    order = np.argsort(relative, axis=1, kind="stable")
    sorted_ = np.take_along_axis(relative, order, axis=1)
    held = np.cumsum(np.take_along_axis(share, order, axis=1), axis=1)
    distance = sorted_ * (2 * np.cumsum(part[order], axis=1) - 1) - 2 * held + held[:, -1:]
    gini = np.empty(draws.shape)
    np.put_along_axis(gini, order, part[order] * distance / 2, axis=1)
    return gini, share * np.log(relative, out=np.zeros(draws.shape), where=~(relative <= 0))


def theil_t(spread: Spread) -> float:
    """
    Return Theil's T, from 0 to ln(total weight / least weight); NaN where there are no units.

    Sum of an area's share of units times the logarithm of (its share of units / its share of weight); an area without
    units adds nothing.
    """
    return float(_t_terms(spread).sum()) if _has_units(spread) else float("nan")


def theil_l(spread: Spread) -> float:
    """
    Return Theil's L (mean logarithmic deviation); NaN where there are no units, infinite where an area has none.

    Sum of an area's share of weight times the logarithm of (its share of weight / its share of units).
    """
    if not _has_units(spread):
        return float("nan")
    units, weight = _shares(spread)
    if (units == 0).any():
        return float("inf")
    return float((weight * np.log(weight / units)).sum())


def theil_parts(spread: Spread, group: pd.Series, index: str = "T") -> pd.DataFrame:
    """
    Split Theil's index into inequality between groups and within each; the parts sum to the whole.

    Parameters
    ----------
    spread
        Units and weights.
    group
        Group of each area (region, province, ...) on an index that has the spread's areas.
    index
        `T` (groups count by their units) or `L` (by their weight).

    Returns
    -------
    parts
        Index: each group, then `between`. `theil` (within the group; NaN for `between`), `contribution` (what it adds
        to the whole), `share` of the whole (NaN where the whole is 0 or not finite).

    Raises
    ------
    ValueError
        If an area has no group, or the index is neither.
    """
    if index not in {"T", "L"}:
        message = f"Theil's index is T or L; found {index!r}"
        raise ValueError(message)
    of = group.reindex(spread.units.index)
    if of.isna().any():
        message = f"no group for {list(of.index[of.isna()])[:5]}"
        raise ValueError(message)
    sums = pd.DataFrame({"units": spread.units, "weight": spread.weight}).groupby(of, sort=True).sum()
    whole = sums["units"] / sums["units"].sum() if index == "T" else sums["weight"] / sums["weight"].sum()
    within = _within(spread, of, sums, index)
    # a group without units counts for nothing in T, and its inner spread is not defined
    inner = (whole * within).where(whole > 0, 0.0)
    between = (theil_t if index == "T" else theil_l)(Spread(sums["units"], sums["weight"], 0, 0.0))
    parts = pd.DataFrame({"theil": within, "contribution": inner})
    parts.loc["between"] = [np.nan, between]
    total = parts["contribution"].sum()
    can_share = np.isfinite(total) and total > 0
    return parts.assign(share=parts["contribution"] / total if can_share else np.nan).rename_axis("group")


def _within(spread: Spread, of: pd.Series, sums: pd.DataFrame, index: str) -> pd.Series:
    # Theil's index inside each group, all groups at once: NaN in one without units
    at = sums.index.get_indexer(pd.Index(of))
    # a group without units has no shares: 0 / 0
    with np.errstate(divide="ignore", invalid="ignore"):
        units = spread.units.to_numpy() / sums["units"].to_numpy()[at]
        weight = spread.weight.to_numpy() / sums["weight"].to_numpy()[at]
        logarithm = np.log(units / weight)
        terms = np.where(units == 0, 0.0, units * logarithm) if index == "T" else -weight * logarithm
    return pd.Series(terms).groupby(at).sum(min_count=1).set_axis(sums.index)


def atkinson(spread: Spread, aversion: float) -> float:
    """
    Return Atkinson's index, 0 to 1; NaN where there are no units.

    Parameters
    ----------
    spread
        Units and weights.
    aversion
        Above 0; the higher, the more the worst-off count. From 1 up an area without units makes the index 1.
    """
    if not aversion > 0:
        message = f"aversion to inequality must be above zero; found {aversion}"
        raise ValueError(message)
    if not _has_units(spread):
        return float("nan")
    units, weight = _shares(spread)
    relative = units / weight
    if aversion >= 1 and (relative == 0).any():
        return 1.0
    if aversion == 1:
        return float(1 - np.exp((weight * np.log(relative)).sum()))
    power = 1 - aversion
    return float(1 - (weight * relative**power).sum() ** (1 / power))


def tenths(spread: Spread, tenth: float = 0.1) -> tuple[float, float]:
    """
    Return the mean rate of the worst and of the best tenth of people, in units a unit of weight.

    An area across the border of a tenth is split there, at its own rate. NaN where there are no units.
    """
    if not 0 < tenth <= 1:
        message = f"a share of people lies between 0 and 1; found {tenth}"
        raise ValueError(message)
    curve = lorenz(spread)
    if curve.empty:
        return float("nan"), float("nan")
    x, y = curve["share_of_weight"].to_numpy(), curve["share_of_units"].to_numpy()
    mean = spread.units.sum() / spread.weight.sum()
    worst = float(np.interp(tenth, x, y)) / tenth * mean
    best = (1 - float(np.interp(1 - tenth, x, y))) / tenth * mean
    return worst, best


def agglomeration(units: pd.Series, people: pd.Series, area_km2: pd.Series) -> pd.DataFrame:
    """
    Return how densely resources lie on the land, against how densely people do.

    Parameters
    ----------
    units, people, area_km2
        By area code, on one index; NA = unknown.

    Returns
    -------
    agglomeration
        `hrad` (share of units over share of land: 1 = the whole's density), `pad` (the same of people), `ratio`
        (`hrad` / `pad`, the location quotient: below 1 means fewer units than people). Shares are of the areas where
        all three numbers are known; NA elsewhere.
    """
    table = pd.DataFrame(
        {"units": units, "people": people, "area_km2": area_km2}, index=units.index
    ).astype("Float64")  # fmt: skip
    table = table.where(table.notna().all(axis=1))
    shares = table / table.sum()
    land, residents = shares["area_km2"], shares["people"]
    hrad, pad = shares["units"] / land.where(land > 0), residents / land.where(land > 0)
    return pd.DataFrame({"hrad": hrad, "pad": pad, "ratio": hrad / pad.where(pad > 0)})


def after_closing(spread: Spread, benchmark_rate: float, areas: int) -> Spread:
    """
    Return the spread after the areas that lack most units are brought up to a rate.

    Parameters
    ----------
    spread
        Units and weights.
    benchmark_rate
        Units a unit of weight.
    areas
        How many of those that lack most are filled up; others stay as they are, and nothing is taken from anyone.
    """
    lacking = (benchmark_rate * spread.weight - spread.units).clip(lower=0)
    order = lacking.sort_values(ascending=False, kind="stable").index[:areas]
    added = lacking.where(lacking.index.isin(order), 0.0)
    return Spread(spread.units + added, spread.weight, spread.n_unknown, spread.weight_unknown)


def closing_of_draws(draws: Numbers, weight: Numbers, benchmark_rate: float, areas: int) -> tuple[Numbers, Numbers]:
    """
    Return `after_closing` for each draw of an ensemble, or each resample of a bootstrap.

    Parameters
    ----------
    draws, weight
        As for `indices`.
    benchmark_rate, areas
        As for `after_closing`; in each draw other areas may lack most.

    Returns
    -------
    after
        Units, one row a draw and one column an area.
    added
        Units that it takes, by draw.
    """
    lacking = np.clip(benchmark_rate * weight - draws, 0, None)
    order = np.argsort(-lacking, axis=1, kind="stable")[:, :areas]
    added = np.zeros_like(lacking)
    np.put_along_axis(added, order, np.take_along_axis(lacking, order, axis=1), axis=1)
    return draws + added, added.sum(axis=1)


def parts_of_draws(draws: Numbers, weight: Numbers, group: npt.NDArray[np.int64]) -> tuple[Numbers, Numbers, Numbers]:
    """
    Split Theil's T into parts between groups and within each, for each draw or resample, as `theil_parts` does.

    Parameters
    ----------
    draws, weight
        As for `indices`.
    group
        Number of each area's group, from 0: one row for all draws, or one a draw.

    Returns
    -------
    between
        Share of Theil's T that lies between the groups, by draw; NaN where nothing is unequal.
    share
        Share that lies within each group, one row a draw and one column a group.
    theil
        Theil's T inside each group; NaN in a group without units.
    """
    units, size, of = np.broadcast_arrays(np.asarray(draws, dtype=np.float64), weight, group)
    shape = (len(units), int(of.max()) + 1)
    flat = (of + np.arange(shape[0])[:, None] * shape[1]).ravel()

    def sums(values: Numbers) -> Numbers:
        return np.bincount(flat, values.ravel(), shape[0] * shape[1]).reshape(shape).astype(np.float64)

    held = sums(units)
    inner, outer = sums(_theil_terms(units, size)), _theil_terms(held, sums(size))
    whole = inner.sum(axis=1, keepdims=True)
    within, total = inner - outer, units.sum(axis=1, keepdims=True)
    between = np.divide(outer.sum(axis=1, keepdims=True), whole, out=np.full((shape[0], 1), np.nan), where=whole > 0)
    share = np.divide(within, whole, out=np.full(shape, np.nan), where=whole > 0)
    theil = np.divide(within * total, held, out=np.full(shape, np.nan), where=held > 0)
    return between[:, 0], share, theil


def _theil_terms(units: Numbers, size: Numbers) -> Numbers:
    total = units.sum(axis=1, keepdims=True)
    share = np.divide(units, total, out=np.zeros(units.shape), where=total > 0)
    part = size / size.sum(axis=1, keepdims=True)
    ratio = np.divide(share, part, out=np.ones(units.shape), where=(part > 0) & (share > 0))
    found: Numbers = share * np.log(ratio)
    return found


def resampled(
    spread: Spread, measure: Callable[[Spread], float], seed: int, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """
    Return the range of a measure when its areas are drawn anew with replacement: what the choice of areas is worth.

    Says nothing of errors in the counts themselves. The same seed gives the same range; NaN where there is no area.

    Returns
    -------
    range
        The 5 % and the 95 % quantile over the resamples that have units.
    """
    if not _has_units(spread):
        return float("nan"), float("nan")
    random = np.random.default_rng(seed)
    found = []
    for _ in range(resamples):
        at = random.integers(0, spread.n, spread.n)
        drawn = Spread(
            spread.units.iloc[at].reset_index(drop=True), spread.weight.iloc[at].reset_index(drop=True), 0, 0.0
        )
        found.append(measure(drawn))
    low, high = np.nanquantile(np.array(found), QUANTILES)
    return float(low), float(high)


def _has_units(spread: Spread) -> bool:
    return bool(spread.n) and float(spread.units.sum()) > 0


def _shares(spread: Spread) -> tuple[Numbers, Numbers]:
    units, weight = spread.units.to_numpy(), spread.weight.to_numpy()
    return units / units.sum(), weight / weight.sum()


def _t_terms(spread: Spread) -> Numbers:
    units, weight = _shares(spread)
    logarithm = np.log(np.divide(units, weight, out=np.ones_like(units), where=units > 0))
    terms: Numbers = units * logarithm
    return terms


def theil_contributions(spread: Spread) -> pd.Series:
    """Return what each area adds to Theil's T: above zero where it has more than its share; they sum to the index."""
    terms = _t_terms(spread) if _has_units(spread) else np.full(spread.n, np.nan)
    return pd.Series(terms, index=spread.units.index, name="contribution")


#: what `indices` holds, in this order
INDICES: Final = ("gini", "theil_t", "theil_l", "atkinson", "worst_tenth", "best_tenth", "ratio")


def indices(draws: Numbers, weight: Numbers, aversion: float) -> pd.DataFrame:
    """
    Return every index of inequality for each draw of an ensemble, or each resample of a bootstrap.

    Parameters
    ----------
    draws
        Counts, one row a draw and one column an area; no NaN.
    weight
        Of the areas, above zero: one row for all draws, or one a draw.
    aversion
        Of Atkinson's index.

    Returns
    -------
    indices
        A row a draw, columns as in `INDICES`: what `gini`, `theil_t`, `theil_l`, `atkinson` and `tenths` give, and
        the best tenth's rate over the worst's (infinite where the worst have none); NaN for a draw without units.
    """
    units, size = np.broadcast_arrays(np.asarray(draws, dtype=np.float64), np.asarray(weight, dtype=np.float64))
    order = np.argsort(units / size, axis=1, kind="stable")
    units, size = np.take_along_axis(units, order, axis=1), np.take_along_axis(size, order, axis=1)
    total = units.sum(axis=1, keepdims=True)
    share = np.divide(units, total, out=np.full(units.shape, np.nan), where=total > 0)
    part = size / size.sum(axis=1, keepdims=True)
    relative = share / part
    logarithm = np.log(relative, out=np.full(units.shape, -np.inf), where=relative > 0)
    held = np.cumsum(share, axis=1)
    power = 1 - aversion
    # from an aversion of one up a single area without units is all that counts
    with np.errstate(divide="ignore"):
        inner = (part * logarithm).sum(axis=1) if aversion == 1 else (part * relative**power).sum(axis=1)
        level = np.exp(inner) if aversion == 1 else inner ** (1 / power)
    none = np.isnan(share).any(axis=1)
    worst = _held_by(part, share, 0.1) / 0.1
    best = (1 - _held_by(part, share, 0.9)) / 0.1
    rate = (total / size.sum(axis=1, keepdims=True))[:, 0]
    found = {
        "gini": 1 - (part * (2 * held - share)).sum(axis=1),
        "theil_t": np.where(relative > 0, share * np.where(relative > 0, logarithm, 0), 0).sum(axis=1),
        "theil_l": -(part * logarithm).sum(axis=1),
        "atkinson": 1 - level,
        "worst_tenth": worst * rate,
        "best_tenth": best * rate,
        "ratio": np.divide(best, worst, out=np.full(len(best), np.inf), where=worst > 0),
    }
    return pd.DataFrame({name: np.where(none, np.nan, values) for name, values in found.items()})


def _held_by(part: Numbers, share: Numbers, lowest: float) -> Numbers:
    # what the lowest share of weight holds of the units; an area across the border is split at its own rate
    added = np.cumsum(part, axis=1)
    at = np.minimum((added < lowest).sum(axis=1), part.shape[1] - 1)[:, None]
    before, width = (np.take_along_axis(one, at, axis=1) for one in (added - part, part))
    inside = np.clip((lowest - before) / width, 0, 1) * np.take_along_axis(share, at, axis=1)
    whole = np.where(np.arange(part.shape[1]) < at, share, 0).sum(axis=1, keepdims=True)
    found: Numbers = (whole + inside)[:, 0]
    return found


def drawn(spread: Spread, seed: int, n: int = RESAMPLES) -> npt.NDArray[np.int64]:
    """Return which areas `resamples` draws: their places, one row a resample."""
    return np.random.default_rng(seed).integers(0, spread.n, (n, spread.n))


def resamples(spread: Spread, seed: int, n: int = RESAMPLES) -> tuple[Numbers, Numbers]:
    """
    Draw the areas of a spread anew, with replacement; the same seed draws the same.

    Returns
    -------
    units, weight
        One row a resample, one column a draw of an area.
    """
    at = drawn(spread, seed, n)
    return spread.units.to_numpy()[at], spread.weight.to_numpy()[at]
