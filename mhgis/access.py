"""
Access: how far people live from care, and how much of it is within their reach (2SFCA and E2SFCA).

From *origins* (where people are) to *sites* (where care is). Pure arithmetic on points, people and amounts. What a site
holds may be unknown; then distance and access are ranges, for the unknown site may have care or none. Distances are
straight lines over the ground unless an origin-destination matrix is given; travel time from them is an estimate.

Sources of the methods: two-step floating catchment area, Luo and Wang 2003; enhanced with weights by zone, Luo and Qi
2009; Gaussian decay as written by Dai 2010.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.spatial import cKDTree

from mhgis.neighbours import arc_km, chord_of, unit_vectors

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

#: turns shares of the catchment's radius (0 to 1) into weights (1 to 0)
Decay = Callable[[Numbers], Numbers]

#: roads are longer than straight lines by about this factor where no matrix says otherwise; the user may change it
DETOUR: Final = 1.3
#: how many of the nearest sites are looked at before a search among all
_LOOKED_AT: Final = 120
#: mean speed on the way to care, the user's to change
SPEED_KMH: Final = 60.0


def step(share: Numbers) -> Numbers:
    """Weigh everyone in the catchment alike: the plain 2SFCA."""
    return np.ones_like(share)


def gaussian(share: Numbers) -> Numbers:
    """Weigh by a bell that falls from 1 at the site to 0 at the catchment's edge (Dai 2010)."""
    edge = np.exp(-0.5)
    found: Numbers = (np.exp(-0.5 * share**2) - edge) / (1 - edge)
    return np.clip(found, 0, 1)


def zones(edges: Sequence[float], weights: Sequence[float]) -> Decay:
    """
    Return a decay by zones: the E2SFCA.

    Parameters
    ----------
    edges
        Outer edges of the zones as shares of the catchment's radius, rising, the last one 1; an edge is inside its
        zone.
    weights
        One a zone, from 0 up.

    Raises
    ------
    ValueError
        If edges do not rise to 1, or weights are not one a zone and from 0 up.
    """
    inner = np.asarray(edges, dtype=np.float64)
    of_zone = np.asarray(weights, dtype=np.float64)
    if not len(inner) or inner[0] <= 0 or (np.diff(inner) <= 0).any() or inner[-1] != 1:
        message = f"zones need edges that rise to 1; found {list(edges)}"
        raise ValueError(message)
    if len(of_zone) != len(inner) or not (of_zone >= 0).all():
        message = f"zones need one weight each, from 0 up; found {list(weights)} for {len(inner)} zones"
        raise ValueError(message)

    def decay(share: Numbers) -> Numbers:
        weight: Numbers = of_zone[np.minimum(np.searchsorted(inner, share, side="left"), len(inner) - 1)]
        return weight

    return decay


def travel_minutes(distance_km: pd.Series, detour: float = DETOUR, speed_kmh: float = SPEED_KMH) -> pd.Series:
    """
    Estimate minutes of travel from straight lines: times the detour, over the speed. NaN stays NaN.

    Raises
    ------
    ValueError
        If the detour is below 1 or the speed not above 0.
    """
    if not detour >= 1 or not speed_kmh > 0:
        message = f"a detour is at least 1 and a speed above 0; found {detour} and {speed_kmh} km/h"
        raise ValueError(message)
    return (distance_km * detour / speed_kmh * 60).rename("minutes")


def nearest(
    origins: pd.DataFrame, sites: pd.DataFrame, borders: tuple[pd.Series, pd.Series] | None = None
) -> pd.DataFrame:
    """
    Find how far each origin is from care: at least, and at most.

    Parameters
    ----------
    origins
        `lon`, `lat` (degrees, EPSG:4326) by code.
    sites
        `lon`, `lat`, `amount` by code; amount NA = unknown, 0 = known to have none.
    borders
        Group of each origin and of each site; where given, only sites of an origin's own group count.

    Returns
    -------
    nearest
        By origin: `site` (the nearest site known to have care; NA = none is) and `at_most_km` to it; `at_least_km`, to
        the nearest site that has care or may have it, so that an unknown site is never taken for an empty one. NaN
        where there is no such site. Of sites equally near the one that comes first.
    """
    amount = sites["amount"].astype("Float64")
    supplied = amount.gt(0).fillna(value=False).to_numpy(bool)
    possible = supplied | amount.isna().to_numpy(bool)
    found = pd.DataFrame(
        {"site": pd.Series(pd.NA, index=origins.index, dtype="str"), "at_most_km": np.nan, "at_least_km": np.nan}
    )
    for here, there in _inside(origins, sites, borders):
        at_most, site = _nearest(origins[here], sites[there & supplied])
        found.loc[here, "site"], found.loc[here, "at_most_km"] = site, at_most
        found.loc[here, "at_least_km"] = _nearest(origins[here], sites[there & possible])[0]
    return found


def _inside(
    origins: pd.DataFrame, sites: pd.DataFrame, borders: tuple[pd.Series, pd.Series] | None
) -> list[tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]]:
    """Say which origins and which sites belong together: all of them, or those of each group."""
    if borders is None:
        return [(np.ones(len(origins), dtype=bool), np.ones(len(sites), dtype=bool))]
    of_origin, of_site = borders[0].reindex(origins.index), borders[1].reindex(sites.index)
    return [(of_origin.eq(one).to_numpy(bool), of_site.eq(one).to_numpy(bool)) for one in of_origin.dropna().unique()]


def nearest_of_draws(
    origins: pd.DataFrame,
    sites: pd.DataFrame,
    draws: npt.NDArray[np.int32],
    borders: tuple[pd.Series, pd.Series] | None = None,
) -> Numbers:
    """
    Find how far each origin is from care in each draw of an ensemble.

    Parameters
    ----------
    origins, sites
        `lon`, `lat` (degrees, EPSG:4326) by code.
    draws
        Units, one row a draw and one column a site; a site has care where they are above zero.
    borders
        As for `nearest`.

    Returns
    -------
    distance_km
        One row a draw and one column an origin; infinite where no site has care.
    """
    found = np.full((len(draws), len(origins)), np.inf)
    for here, there in _inside(origins, sites, borders):
        found[:, here] = _nearest_of_draws(origins[here], sites[there], draws[:, there] > 0)
    return found


def _nearest_of_draws(origins: pd.DataFrame, sites: pd.DataFrame, supplied: npt.NDArray[np.bool_]) -> Numbers:
    found = np.full((len(supplied), len(origins)), np.inf)
    if not len(sites) or not len(origins):
        return found
    homes, places = unit_vectors(origins["lon"], origins["lat"]), unit_vectors(sites["lon"], sites["lat"])
    # the nearest sites of all are the same in every draw: look at a few in all draws at once, search only for the rest
    asked = min(_LOOKED_AT, len(sites))
    chord, at = (part.reshape(len(origins), asked) for part in cKDTree(places).query(homes, asked))
    km, by_site, by_origin = arc_km(chord), np.ascontiguousarray(supplied.T), np.ascontiguousarray(found.T)
    for rank in range(asked):
        np.copyto(by_origin, km[:, rank, None], where=by_site[at[:, rank]] & np.isinf(by_origin))
    found = np.ascontiguousarray(by_origin.T)
    for draw, has in enumerate(supplied):
        rest = np.isinf(found[draw])
        if has.any() and rest.any():
            further, _ = cKDTree(places[has]).query(homes[rest])
            found[draw, rest] = arc_km(further)
    return found


def _nearest(origins: pd.DataFrame, sites: pd.DataFrame) -> tuple[Numbers, pd.Series]:
    if not len(sites) or not len(origins):
        return np.full(len(origins), np.nan), pd.Series(pd.NA, index=origins.index, dtype="str")
    chord, at = cKDTree(unit_vectors(sites["lon"], sites["lat"])).query(unit_vectors(origins["lon"], origins["lat"]))
    return arc_km(chord), pd.Series(sites.index.to_numpy()[at], index=origins.index, dtype="str")


def people_beyond(
    distances: pd.DataFrame, people: pd.Series, thresholds_km: Sequence[float], group: pd.Series | None = None
) -> pd.DataFrame:
    """
    Count the people who live further from care than each threshold.

    Parameters
    ----------
    distances
        As of `nearest`.
    people
        Residents by origin; NA = unknown: such origins are counted apart.
    thresholds_km
        A distance equal to the threshold is within it.
    group
        What to count by, such as the province of each origin; None for all together (group `all`).

    Returns
    -------
    beyond
        A row a group and threshold: `group`, `threshold_km`, `at_least` and `at_most` people (whole numbers: with the
        unknown sites as care, and as none), `people` (all that are known), `origins_beyond` (those surely beyond),
        `origins_unknown` (beyond or not, it depends on unknown sites), `people_unknown` (origins without a population
        figure).
    """
    of = pd.Series("all", index=distances.index) if group is None else group.reindex(distances.index)
    number = people.reindex(distances.index).astype("Float64")
    rows = []
    for threshold in thresholds_km:
        # where no site is known to have care everyone is beyond any distance
        surely = distances["at_least_km"].gt(threshold) | distances["at_least_km"].isna()
        perhaps = distances["at_most_km"].gt(threshold) | distances["at_most_km"].isna()
        table = pd.DataFrame(
            {
                "at_least": number.where(surely, 0),
                "at_most": number.where(perhaps, 0),
                "people": number,
                "origins_beyond": surely.astype("int64"),
                "origins_unknown": (perhaps & ~surely).astype("int64"),
                "people_unknown": number.isna().astype("int64"),
            }
        )
        sums = table.groupby(of, sort=True).sum().rename_axis("group").reset_index()
        rows.append(sums.assign(threshold_km=float(threshold)))
    found = pd.concat(rows, ignore_index=True)
    whole = ["at_least", "at_most", "people"]
    columns = ["group", "threshold_km", *whole, "origins_beyond", "origins_unknown", "people_unknown"]
    return found.astype(dict.fromkeys(whole, "int64"))[columns]


def people_beyond_of_draws(
    distance_km: Numbers, people: pd.Series, threshold_km: float, group: pd.Series | None = None
) -> pd.DataFrame:
    """
    Count, over the draws of an ensemble, the people who live further from care than a threshold.

    Parameters
    ----------
    distance_km
        One row a draw and one column an origin; infinite = no care at all.
    people
        Residents by origin, in the order of the columns; NA = unknown: such origins are counted apart.
    threshold_km
        A distance equal to the threshold is within it.
    group
        As for `people_beyond`.

    Returns
    -------
    beyond
        A row a group: `group`, `lower`, `value`, `upper` (5 %, 50 % and 95 % quantile of the people beyond), `people`
        (all that are known), `people_unknown` (origins without a population figure).
    """
    of = pd.Series("all", index=people.index) if group is None else group.reindex(people.index)
    number, codes = people.astype("Float64").to_numpy("float64", na_value=0.0), pd.Index(sorted(of.dropna().unique()))
    place = codes.get_indexer(pd.Index(of))
    holds = sparse.csr_array(
        (number[place >= 0], (np.flatnonzero(place >= 0), place[place >= 0])), shape=(len(number), len(codes))
    )
    lower, value, upper = quantiles((distance_km > threshold_km).astype(np.float64) @ holds)
    unknown = people.isna().groupby(of).sum().reindex(codes)
    return pd.DataFrame(
        {"group": codes, "lower": lower, "value": value, "upper": upper, "people": holds.sum(axis=0),
         "people_unknown": unknown.to_numpy()}
    ).astype(dict.fromkeys(("lower", "value", "upper", "people", "people_unknown"), "int64"))  # fmt: skip


def quantiles(draws: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return the 5 %, the 50 % and the 95 % quantile over the rows of draws; each is the value of some draw."""
    ranks = [int(np.ceil(share * len(draws))) - 1 for share in (0.05, 0.5, 0.95)]
    ordered = np.partition(np.ascontiguousarray(draws.T), ranks, axis=1)
    return ordered[:, ranks[0]], ordered[:, ranks[1]], ordered[:, ranks[2]]


def people_within_of_draws(distance_km: Numbers, people: pd.Series, steps_km: Sequence[float]) -> pd.DataFrame:
    """
    Return the curve of people by distance from care over the draws of an ensemble.

    Returns
    -------
    curve
        `distance_km` (the steps), `lower`, `value`, `upper` (5 %, 50 % and 95 % quantile of the people within it).
    """
    number = people.astype("Float64").to_numpy("float64", na_value=0.0)
    place = np.searchsorted(np.asarray(steps_km, dtype=np.float64), distance_km, side="left")
    width = len(steps_km) + 1
    flat = place + np.arange(len(distance_km))[:, None] * width
    counted = np.bincount(flat.ravel(), np.tile(number, len(distance_km)), len(distance_km) * width)
    within = counted.reshape(len(distance_km), width).cumsum(axis=1)[:, :-1]
    lower, value, upper = quantiles(within)
    return pd.DataFrame({"distance_km": list(steps_km), "lower": lower, "value": value, "upper": upper})


def people_by_distance(distance_km: pd.Series, people: pd.Series) -> pd.DataFrame:
    """
    Return the curve of people by distance from care.

    Returns
    -------
    curve
        `distance_km`, rising, and `people_within` it, a running sum; origins without a distance or a population figure
        are not on it.
    """
    table = pd.DataFrame({"distance_km": distance_km, "people": people.reindex(distance_km.index)}).dropna()
    ordered = table.astype("float64").groupby("distance_km", sort=True)["people"].sum().cumsum()
    return ordered.rename("people_within").reset_index()


@dataclass(frozen=True)
class Reach:
    """
    Who reaches what: `weights` of shape (origins, sites), zero out of reach.

    `origins` and `sites` are the codes of rows and columns.
    """

    origins: pd.Index
    sites: pd.Index
    weights: sparse.csr_array


def reach(
    origins: pd.DataFrame,
    sites: pd.DataFrame,
    catchment_km: float,
    decay: Decay = step,
    borders: tuple[pd.Series, pd.Series] | None = None,
) -> Reach:
    """
    Weigh every pair of origin and site that are within a catchment, by straight line.

    Parameters
    ----------
    origins, sites
        `lon`, `lat` (degrees, EPSG:4326) by code.
    catchment_km
        Radius; a pair at just this distance is within it.
    decay
        Turns shares of the radius into weights.
    borders
        Group of each origin and of each site (provinces, say); where given, only pairs of one group reach each other.

    Raises
    ------
    ValueError
        If the catchment is not above zero.
    """
    if not 0 < catchment_km < np.inf:
        message = f"a catchment must be a distance above zero; found {catchment_km}"
        raise ValueError(message)
    radius = float(chord_of(np.array([catchment_km * (1 + 1e-12)]))[0])
    trees = [cKDTree(unit_vectors(table["lon"], table["lat"])) for table in (origins, sites)]
    pairs = trees[0].sparse_distance_matrix(trees[1], radius, output_type="ndarray")
    if borders is not None:
        of_origin, of_site = borders[0].reindex(origins.index), borders[1].reindex(sites.index)
        pairs = pairs[of_origin.to_numpy()[pairs["i"]] == of_site.to_numpy()[pairs["j"]]]
    share = np.clip(arc_km(pairs["v"]) / catchment_km, 0, 1)
    return _weigh(origins.index, sites.index, pairs["i"], pairs["j"], decay(share))


def reach_by_cost(costs: pd.DataFrame, origins: pd.Index, sites: pd.Index, limit: float, decay: Decay = step) -> Reach:
    """
    Weigh pairs by an origin-destination matrix instead of straight lines.

    Parameters
    ----------
    costs
        `origin`, `site`, `cost` (minutes or km); a pair that is not there cannot be travelled.
    origins, sites
        All codes; the order of rows and columns.
    limit
        The catchment, in the unit of the costs.

    Raises
    ------
    ValueError
        If a code is unknown, a pair repeats, a cost is negative or NaN, or the limit is not above zero.
    """
    if not limit > 0:
        message = f"a catchment must be above zero; found {limit}"
        raise ValueError(message)
    row, column = origins.get_indexer(pd.Index(costs["origin"])), sites.get_indexer(pd.Index(costs["site"]))
    wrong = (row < 0) | (column < 0) | ~costs["cost"].ge(0).to_numpy(bool)
    if wrong.any() or costs.duplicated(["origin", "site"]).any():
        message = "every pair of the matrix needs a known origin and site, once, and a cost from zero up"
        raise ValueError(message)
    within = costs["cost"].le(limit).to_numpy(bool)
    share = costs["cost"].to_numpy("float64")[within] / limit
    return _weigh(origins, sites, row[within], column[within], decay(share))


def _weigh(origins: pd.Index, sites: pd.Index, row: Places, column: Places, weight: Numbers) -> Reach:
    weights = sparse.coo_array((weight, (row, column)), shape=(len(origins), len(sites))).tocsr()
    return Reach(origins, sites, weights)


def floating_catchment(within: Reach, amount: pd.Series, people: pd.Series) -> pd.Series:
    """
    Return two-step floating catchment access: units within reach for each person, shared with all who reach them.

    First each site's units are divided by the weighted people who reach it, then each origin adds up, weighted, what
    it reaches. With all people, the sum of access times people is the sum of units that anyone reaches.

    Parameters
    ----------
    within
        Who reaches what.
    amount
        Units by site; every one known (see `floating_catchment_range` where some are not).
    people
        Residents by origin; NA = unknown: they ask for nothing here, and the caller says how many they are.

    Returns
    -------
    access
        Units a person, by origin; 0 where nothing is in reach.

    Raises
    ------
    ValueError
        If an amount is unknown.
    """
    units = amount.reindex(within.sites).astype("Float64")
    if units.isna().any():
        message = f"units are unknown at {list(units.index[units.isna()])[:5]}; ask for the range"
        raise ValueError(message)
    found = floating_catchment_of_draws(within, np.asarray(units, dtype=np.float64)[None, :], people)
    return pd.Series(found[0], index=within.origins, name="access")


def floating_catchment_of_draws(within: Reach, draws: Numbers, people: pd.Series) -> Numbers:
    """
    Return access for each draw of an ensemble.

    Parameters
    ----------
    within, people
        As for `floating_catchment`.
    draws
        Units, one row a draw and one column a site.

    Returns
    -------
    access
        Units a person, one row a draw and one column an origin.
    """
    residents = people.reindex(within.origins).astype("Float64").to_numpy("float64", na_value=0.0)
    asking = within.weights.T @ residents
    a_head = np.divide(draws, asking, out=np.zeros_like(draws, dtype=np.float64), where=asking > 0)
    found: Numbers = (within.weights @ a_head.T).T
    return found


def floating_catchment_range(within: Reach, amount: pd.Series, people: pd.Series, assumed: pd.Series) -> pd.DataFrame:
    """
    Return access where some sites are unknown, as a range.

    Parameters
    ----------
    within, people
        As for `floating_catchment`.
    amount
        Units by site; NA = unknown.
    assumed
        What an unknown site is taken to hold for the upper end, such as the province's mean rate times its people; NA
        where even that is not known: then the upper end is unknown too, for every origin that reaches the site.

    Returns
    -------
    access
        `lower` (the unknown as none), `upper` (the unknown as assumed; NA where that is unknown), `rests_on_unknown`
        (whether an unknown site is in reach), by origin.
    """
    units = amount.reindex(within.sites).astype("Float64")
    unknown = units.isna()
    filled = units.fillna(assumed.reindex(within.sites).astype("Float64"))
    low = floating_catchment(within, units.mask(unknown, 0), people)
    # zero stands in only to compute: every origin that reaches such a site gets NA below
    high = floating_catchment(within, filled.fillna(0), people).astype("Float64")
    touches = _reaches(within, unknown)
    return pd.DataFrame(
        {"lower": low, "upper": high.mask(_reaches(within, filled.isna())), "rests_on_unknown": touches}
    )


def _reaches(within: Reach, sites: pd.Series) -> pd.Series:
    touched = (within.weights > 0) @ sites.to_numpy("float64")
    return pd.Series(np.asarray(touched) > 0, index=within.origins)
