"""
Access: how far people live from care, and how much of it is within their reach (2SFCA and E2SFCA).

From *origins* (where people are) to *sites* (where care is). Pure arithmetic on points, people and amounts. What a site
holds may be unknown; then distance and access are ranges, for the unknown site may have care or none. Distances are
straight lines over the ground unless an origin-destination matrix is given; a pair that a matrix leaves out is unknown.

Sources of the methods: two-step floating catchment area, Luo and Wang 2003; enhanced with weights by zone, Luo and Qi
2009; Gaussian decay as written by Dai 2010.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from mhgis.measures.neighbours import arc_km, chord_of, unit_vectors

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: turns shares of the catchment's radius (0 to 1) into weights (1 to 0)
Decay = Callable[[Numbers], Numbers]

#: how many of the nearest sites are looked at before a search among all
_LOOKED_AT: Final = 120
#: rows of a matrix that are worked on at a time
_BLOCK: Final = 256
#: nobody travels faster on a road than this, so a pair that a matrix of minutes leaves out takes at least as long
FASTEST_KMH: Final = 120.0

#: what is known of the pairs that a matrix leaves out: nothing, that each is further than those given from the same
#: origin, or that each is beyond a limit
LeftOut = Literal["unknown", "further", "beyond"]


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
) -> list[tuple[Flags, Flags]]:
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


def _nearest_of_draws(origins: pd.DataFrame, sites: pd.DataFrame, supplied: Flags) -> Numbers:
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
    # where all sites were looked at, whoever found none has none
    for draw, has in enumerate(supplied if asked < len(sites) else ()):
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


def people_where(surely: Flags, perhaps: Flags, people: pd.Series, group: pd.Series | None = None) -> pd.DataFrame:
    """
    Count people for whom something holds, surely or perhaps, over the draws of an ensemble or once.

    Parameters
    ----------
    surely, perhaps
        One row a draw (one row where there is no ensemble) and one column an origin; what is sure is possible, too.
    people
        Residents by origin, in the order of the columns; NA = unknown: such origins are counted apart.
    group
        What to count by, such as the province of each origin; None for all together (group `all`).

    Returns
    -------
    counted
        A row a group: `group`, `lower` (5 % quantile of those for whom it surely holds), `upper` (95 % quantile of
        those for whom it may), `value` (the median; NA where the two differ in some draw), `people` (all that are
        known), `people_unknown` (origins without a population figure).
    """
    of = pd.Series("all", index=people.index) if group is None else group.reindex(people.index)
    number, codes = people.astype("Float64").to_numpy("float64", na_value=0.0), pd.Index(sorted(of.dropna().unique()))
    place = codes.get_indexer(pd.Index(of))
    holds = sparse.csr_array(
        (number[place >= 0], (np.flatnonzero(place >= 0), place[place >= 0])), shape=(len(number), len(codes))
    )
    least = surely.astype(np.float64) @ holds
    most = least if perhaps is surely else perhaps.astype(np.float64) @ holds
    lower, middle, upper = quantiles(least)[0], quantiles(most)[1], quantiles(most)[2]
    unknown = people.isna().groupby(of).sum().reindex(codes)
    table = pd.DataFrame(
        {"group": codes, "lower": lower, "value": middle, "upper": upper, "people": holds.sum(axis=0),
         "people_unknown": unknown.to_numpy()}
    ).astype(dict.fromkeys(("lower", "value", "upper", "people", "people_unknown"), "Int64"))  # fmt: skip
    return table.assign(value=table["value"].where((least == most).all(axis=0)))


def quantiles(draws: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return the 5 %, the 50 % and the 95 % quantile over the rows of draws; each is the value of some draw."""
    ranks = [int(np.ceil(share * len(draws))) - 1 for share in (0.05, 0.5, 0.95)]
    ordered = np.partition(np.ascontiguousarray(draws.T), ranks, axis=1)
    return ordered[:, ranks[0]], ordered[:, ranks[1]], ordered[:, ranks[2]]


def people_within(distance: Numbers, people: pd.Series, steps: Sequence[float]) -> Numbers:
    """
    Count the people within each step of distance or time, in each draw.

    Parameters
    ----------
    distance
        One row a draw and one column an origin; infinite = no care at all.
    people
        Residents by origin, in the order of the columns; NA = unknown: they are not on the curve.
    steps
        Rising; a distance that equals a step is within it.

    Returns
    -------
    within
        One row a draw and one column a step.
    """
    number = people.astype("Float64").to_numpy("float64", na_value=0.0)
    place = np.searchsorted(np.asarray(steps, dtype=np.float64), distance, side="left")
    width = len(steps) + 1
    flat = place + np.arange(len(distance))[:, None] * width
    counted = np.bincount(flat.ravel(), np.tile(number, len(distance)), len(distance) * width)
    within: Numbers = counted.reshape(len(distance), width).cumsum(axis=1)[:, :-1]
    return within


_Pairs = tuple[Places, Places, Numbers]


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


@dataclass(frozen=True, eq=False)
class Matrix:
    """
    What a table of travel says of the ways from origins to sites, and what is known of those it leaves out.

    Attributes
    ----------
    unit
        Of what is given: minutes or km.
    given
        Of shape (origins, sites): a stored entry is what the pair takes, a stored zero too; no entry is unknown.
    unlisted
        By origin: a pair that is left out takes at least this, unless the site lies in the origin's own area.
    homes, places
        Unit vectors of origins and sites: no way is shorter than the straight line, nor faster than `FASTEST_KMH`.
    at_home
        Of shape (origins, sites): pairs within one area.
    unused
        Rows of the table that name other origins or sites than these.
    """

    unit: Literal["km", "min"]
    given: sparse.csr_array
    unlisted: Numbers
    homes: Numbers
    places: Numbers
    at_home: sparse.csr_array
    unused: int

    @property
    def covered(self) -> Flags:
        """Say of each origin whether the table gives any way from it."""
        found: Flags = np.diff(self.given.indptr) > 0
        return found

    def to_site(self, column: int) -> "Matrix":
        """Return the ways to one site only."""
        return replace(self, given=self.given[:, [column]], places=self.places[[column]],
                       at_home=self.at_home[:, [column]])  # fmt: skip

    def ends(self, rows: slice | Places) -> tuple[Numbers, Numbers]:
        """Return, for some origins, the least and the most that each site takes; the most of a pair left out is inf."""
        least = arc_km(cdist(self.homes[rows], self.places))
        if self.unit == "min":
            least *= 60 / FASTEST_KMH
        home = _cells(self.at_home[rows])
        near = least[home[:2]]
        np.maximum(least, self.unlisted[rows, None], out=least)
        least[home[:2]] = near
        most = np.full_like(least, np.inf)
        row, column, cost = _cells(self.given[rows])
        least[row, column] = most[row, column] = cost
        return least, most


def _cells(table: sparse.csr_array) -> tuple[Places, Places, Numbers]:
    return np.repeat(np.arange(table.shape[0]), np.diff(table.indptr)), table.indices.astype(np.int64), table.data


def matrix(
    costs: pd.DataFrame,
    unit: Literal["km", "min"],
    origins: pd.DataFrame,
    sites: pd.DataFrame,
    *,
    left_out: LeftOut = "unknown",
    limit: float = 0.0,
) -> Matrix:
    """
    Lay a table of travel over origins and sites.

    Parameters
    ----------
    costs
        `origin`, `site`, `cost` (minutes or km, from 0 up). A row that names an area is for every site in the area that
        has no row of its own; rows that name neither are counted and not used.
    unit
        Of the costs.
    origins, sites
        `lon`, `lat` (degrees, EPSG:4326) and `area_code` by code.
    left_out, limit
        What is known of pairs without a row; `limit` is that of `beyond`.

    Raises
    ------
    ValueError
        If a pair repeats, or a cost is negative, infinite or missing.
    """
    if costs.duplicated(["origin", "site"]).any() or not (costs["cost"].ge(0) & costs["cost"].lt(np.inf)).all():
        message = "every pair of the matrix stands once, with a cost from zero up"
        raise ValueError(message)
    has_own = sites.index.isin(costs["site"].unique())
    key = np.where(has_own, sites.index, sites["area_code"])
    named = pd.DataFrame({"site": key, "column": np.arange(len(sites))})
    pairs = costs.assign(row=origins.index.get_indexer(pd.Index(costs["origin"]))).merge(named, on="site", how="inner")
    pairs = pairs[pairs["row"].ge(0)]
    shape = (len(origins), len(sites))
    given = sparse.coo_array((pairs["cost"].to_numpy("float64"), (pairs["row"], pairs["column"])), shape=shape).tocsr()
    unlisted = np.zeros(len(origins))
    if left_out == "further":
        furthest = pairs.groupby("row")["cost"].max()
        unlisted[furthest.index] = furthest
    elif left_out == "beyond":
        # just beyond: a pair at the limit itself would have been in the table
        unlisted[:] = np.nextafter(limit, np.inf)
    areas = pd.Index(pd.unique(np.concatenate([origins["area_code"], sites["area_code"]])))
    held = [_holds(areas.get_indexer(pd.Index(table["area_code"])), len(areas)) for table in (origins, sites)]
    is_used = costs["origin"].isin(origins.index) & costs["site"].isin(set(key))
    return Matrix(
        unit, given, unlisted, unit_vectors(origins["lon"], origins["lat"]), unit_vectors(sites["lon"], sites["lat"]),
        (held[0] @ held[1].T).tocsr(), int((~is_used).sum()),
    )  # fmt: skip


def _holds(place: Places, areas: int) -> sparse.csr_array:
    return sparse.csr_array((np.ones(len(place)), (np.arange(len(place)), place)), shape=(len(place), areas))


def nearest_by_matrix(
    table: Matrix, supplied: Flags, possible: Flags, groups: tuple[pd.Series, pd.Series] | None = None
) -> tuple[Numbers, Numbers, Places]:
    """
    Find how far each origin is from care by a matrix, at least and at most, in each draw.

    Parameters
    ----------
    table
        The matrix.
    supplied, possible
        One row a draw and one column a site: whether it has care, and whether it may have.
    groups
        Group of each origin and of each site, in their order; where given, only sites of an origin's own group count.

    Returns
    -------
    least, most
        One row a draw and one column an origin; infinite where no site is known to have care, or none may have it.
    site
        By origin: which site the most of the first draw is the way to; -1 where none.
    """
    n = len(table.unlisted)
    least, most = (np.full((len(supplied), n), np.inf) for _ in range(2))
    site = np.full(n, -1)
    for start in range(0, n, _BLOCK):
        rows = slice(start, min(start + _BLOCK, n))
        low, high = table.ends(rows)
        if groups is not None:
            apart = groups[0].to_numpy()[rows, None] != groups[1].to_numpy()[None, :]
            low[apart] = high[apart] = np.inf
        least[:, rows], most[:, rows] = _least_of_draws(low, possible), _least_of_draws(high, supplied)
        first = np.where(supplied[0], high, np.inf)
        site[rows] = np.where(np.isfinite(first.min(axis=1)), first.argmin(axis=1), -1)
    return least, most, site


def _least_of_draws(costs: Numbers, has: Flags) -> Numbers:
    """Return the least cost of each row among the columns each draw has: of shape (draws, rows)."""
    if len(has) == 1:
        once: Numbers = np.where(has, costs, np.inf).min(axis=1)[None, :]
        return once
    asked = min(_LOOKED_AT, costs.shape[1])
    at = np.argpartition(costs, asked - 1, axis=1)[:, :asked]
    at = np.take_along_axis(at, np.take_along_axis(costs, at, axis=1).argsort(axis=1, kind="stable"), axis=1)
    cost, by_column = np.take_along_axis(costs, at, axis=1), np.ascontiguousarray(has.T)
    found = np.full((len(costs), len(has)), np.inf)
    for rank in range(asked):
        np.copyto(found, cost[:, rank, None], where=by_column[at[:, rank]] & np.isinf(found))
    # only a row whose last one looked at is finite may have more behind it
    for row in np.flatnonzero(np.isfinite(cost[:, -1]) & np.isinf(found).any(axis=1)):
        rest = np.isinf(found[row])
        found[row, rest] = np.where(has[rest], costs[row], np.inf).min(axis=1)
    return np.ascontiguousarray(found.T)


def reach_by_matrix(
    table: Matrix,
    origins: pd.Index,
    sites: pd.Index,
    limit: float,
    *,
    decay: Decay = step,
    groups: tuple[pd.Series, pd.Series] | None = None,
) -> tuple[Reach, Reach]:
    """
    Weigh pairs by an origin-destination matrix instead of straight lines.

    Parameters
    ----------
    table
        The matrix.
    origins, sites
        Codes of its rows and columns.
    limit
        The catchment, in the unit of the matrix; a pair at just this is within it.
    decay
        Turns shares of the limit into weights.
    groups
        As for `nearest_by_matrix`.

    Returns
    -------
    within
        Pairs that the table gives, within the limit.
    perhaps
        Pairs that it leaves out and that may be within, with the greatest weight they may have.

    Raises
    ------
    ValueError
        If the limit is not above zero.
    """
    if not 0 < limit < np.inf:
        message = f"a catchment must be above zero; found {limit}"
        raise ValueError(message)
    parts: tuple[list[_Pairs], list[_Pairs]] = ([], [])
    for start in range(0, len(origins), _BLOCK):
        rows = slice(start, min(start + _BLOCK, len(origins)))
        low, high = table.ends(rows)
        if groups is not None:
            low[groups[0].to_numpy()[rows, None] != groups[1].to_numpy()[None, :]] = np.inf
        near, is_given = low <= limit, np.isfinite(high)
        for part, those in zip(parts, (near & is_given, near & ~is_given), strict=True):
            row, column = np.nonzero(those)
            part.append((row + start, column, low[those]))
    within, perhaps = ([np.concatenate(one) for one in zip(*part, strict=True)] for part in parts)
    return (
        _weigh(origins, sites, within[0], within[1], decay(within[2] / limit)),
        _weigh(origins, sites, perhaps[0], perhaps[1], decay(perhaps[2] / limit)),
    )


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
    least, _ = shares(within, people)
    found: Numbers = (least @ draws.T).T
    return found


def shares(within: Reach, people: pd.Series, perhaps: Reach | None = None) -> tuple[sparse.csr_array, sparse.csr_array]:
    """
    Return which share of a site's units comes to one person of each origin, at least and at most.

    Parameters
    ----------
    within, people
        As for `floating_catchment`.
    perhaps
        Pairs that may be within reach too, with the greatest weight they may have; None for none. At least: none of
        them is of use to the origin, and all of them let others in. At most: all of one's own are, and no other's.

    Returns
    -------
    least, most
        Of shape (origins, sites); the same where nothing is left open.
    """
    residents = people.reindex(within.origins).astype("Float64").to_numpy("float64", na_value=0.0)
    asking = within.weights.T @ residents
    least = most = _scaled(within.weights, asking)
    if perhaps is not None and perhaps.weights.nnz:
        least = _scaled(within.weights, asking + perhaps.weights.T @ residents)
        pairs = perhaps.weights.tocoo()
        crowd = asking[pairs.col] + pairs.data * residents[pairs.row]
        own = np.divide(pairs.data, crowd, out=np.zeros_like(pairs.data), where=crowd > 0)
        most = (most + sparse.coo_array((own, (pairs.row, pairs.col)), shape=pairs.shape)).tocsr()
    return least, most


def _scaled(weights: sparse.csr_array, asking: Numbers) -> sparse.csr_array:
    each = np.divide(1.0, asking, out=np.zeros_like(asking), where=asking > 0)
    scaled = weights.copy()
    scaled.data = scaled.data * each[scaled.indices]
    return scaled


def floating_catchment_range(
    within: Reach, amount: pd.Series, people: pd.Series, assumed: pd.Series, perhaps: Reach | None = None
) -> pd.DataFrame:
    """
    Return access where some sites or some ways to them are unknown, as a range.

    Parameters
    ----------
    within, people
        As for `floating_catchment`.
    amount
        Units by site; NA = unknown.
    assumed
        What an unknown site is taken to hold for the upper end, such as the province's mean rate times its people; NA
        where even that is not known: then the upper end is unknown too, for every origin that reaches the site.
    perhaps
        As for `shares`.

    Returns
    -------
    access
        `lower` (the unknown as none), `upper` (the unknown as assumed; NA where that is unknown), `rests_on_unknown`
        (whether an unknown site or an unknown way is in reach), by origin.
    """
    units = amount.reindex(within.sites).astype("Float64")
    unknown = units.isna()
    filled = units.fillna(assumed.reindex(within.sites).astype("Float64"))
    least, most = shares(within, people, perhaps)
    # zero stands in only to compute: every origin that reaches such a site gets NA below
    low = pd.Series(least @ units.fillna(0).to_numpy("float64"), within.origins)
    high = pd.Series(most @ filled.fillna(0).to_numpy("float64"), within.origins).astype("Float64")
    is_open = (most - least) @ units.gt(0).fillna(value=True).to_numpy("float64") > 0
    # a site that nobody lives near has no share to give, and is in reach all the same
    near = within.weights if perhaps is None else within.weights + perhaps.weights
    touches = _reaches(near, unknown, within.origins)
    return pd.DataFrame(
        {
            "lower": low,
            "upper": high.mask(_reaches(near, filled.isna(), within.origins)),
            "rests_on_unknown": touches | is_open,
        }
    )


def _reaches(weights: sparse.csr_array, sites: pd.Series, origins: pd.Index) -> pd.Series:
    touched = (weights > 0) @ sites.to_numpy("float64")
    return pd.Series(np.asarray(touched) > 0, index=origins)
