"""
Clusters: whether neighbours are alike, and which areas stand in a group of high or low values, or apart from theirs.

Areas whose value is unknown are left out, shown as such and counted; neither they nor areas without a known neighbour
ever get a class. Weights say who is whose neighbour; each area's neighbours count alike. Significance comes from
permutations with a seed, the same on any number of cores, and is held against false discoveries. Pure.

Sources of the methods: Moran 1950; local Moran's I and its conditional permutations, Anselin 1995; Getis-Ord Gi*, Ord
and Getis 1995; false discovery rate, Benjamini and Hochberg 1995, for clusters Caldas de Castro and Singer 2006.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, get_args

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy import sparse
from scipy.spatial import cKDTree

from mhgis.i18n import N_
from mhgis.measures.neighbours import chord_of, unit_vectors

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

#: of the whole: one question, held against 5 %
PERMUTATIONS: Final = 999
#: of every area: the least p must be below 5 % divided by thousands of areas, or no discovery could be told
LOCAL_PERMUTATIONS: Final = 99_999
#: expected share of false ones among the clusters shown
FALSE_DISCOVERY: Final = 0.05
#: numbers drawn at a time, which bounds memory
_AT_ONCE: Final = 4_000_000
#: sums of standard scores that differ by less are equal but for rounding
_EQUAL: Final = 1e-9

Cluster = Literal[
    "low_low", "high_high", "low_high", "high_low", "not_significant", "no_neighbours", "unknown"
]  # fmt: skip
CLUSTERS: Final[tuple[Cluster, ...]] = get_args(Cluster)

#: what a reader is told of each class
CLUSTER_LABELS: Final[dict[Cluster, str]] = {
    "low_low": N_("Low, and neighbours low as well"),
    "high_high": N_("High, and neighbours high as well"),
    "low_high": N_("Low among high neighbours"),
    "high_low": N_("High among low neighbours"),
    "not_significant": N_("No clear pattern"),
    "no_neighbours": N_("No neighbour with a known value"),
    "unknown": N_("Not known: in no cluster"),
}

Spot = Literal["cold", "hot", "not_significant", "no_neighbours", "unknown"]

#: what a reader is told of each class of Gi*
SPOT_LABELS: Final[dict[Spot, str]] = {
    "cold": N_("Low, area and neighbours together (cold spot)"),
    "hot": N_("High, area and neighbours together (hot spot)"),
    "not_significant": CLUSTER_LABELS["not_significant"],
    "no_neighbours": CLUSTER_LABELS["no_neighbours"],
    "unknown": CLUSTER_LABELS["unknown"],
}
#: both, in the order of a legend: what lies together, what lies apart, then what is in no cluster
LABELS: Final[dict[str, str]] = {
    "cold": SPOT_LABELS["cold"],
    "hot": SPOT_LABELS["hot"],
    **{str(kind): said for kind, said in CLUSTER_LABELS.items()},
}


@dataclass(frozen=True)
class Weights:
    """
    Who is whose neighbour.

    `links` has shape (areas, areas), 1 for a neighbour and 0 else, with zeros on the diagonal; `codes` are those of
    rows and columns. Links need not go both ways.
    """

    codes: pd.Index
    links: sparse.csr_array

    @property
    def counts(self) -> Places:
        """Return how many neighbours each area has."""
        found: Places = np.diff(self.links.indptr).astype(np.int64)
        return found


def queen(shapes: gpd.GeoDataFrame, points: pd.DataFrame) -> Weights:
    """
    Link areas that share a border or a corner; islands are linked with the nearest area, both ways.

    Parameters
    ----------
    shapes
        `area_code` and `geometry` (EPSG:4326), a valid coverage: neighbours have the same vertices where they meet.
    points
        `lon`, `lat` (degrees) by area code, for islands.
    """
    codes = pd.Index(shapes["area_code"])
    vertex, area = shapely.get_coordinates(shapes.geometry.to_numpy(), return_index=True)
    # hashing tells equal vertices in a tenth of the time that sorting them takes
    east, north = (pd.factorize(vertex[:, axis])[0].astype(np.int64) for axis in (0, 1))
    number, _ = pd.factorize(east * (north.max(initial=0) + 1) + north)
    shape = (len(codes), int(number.max(initial=-1)) + 1)
    touches = sparse.coo_array((np.ones(len(area)), (area, number)), shape=shape).tocsr()
    return _attached(Weights(codes, _binary(touches @ touches.T)), points)


def nearest_k(points: pd.DataFrame, k: int) -> Weights:
    """
    Link each area with the `k` nearest by great circle between points (`lon`, `lat` in degrees, by area code).

    Raises
    ------
    ValueError
        If there are not `k` other areas, or `k` is below 1.
    """
    if not 1 <= k < len(points):
        message = f"each of {len(points)} areas can have 1 to {len(points) - 1} nearest; found {k}"
        raise ValueError(message)
    vectors = unit_vectors(points["lon"], points["lat"])
    _, at = cKDTree(vectors).query(vectors, k + 1)
    # an area's own point is among its nearest, but not always first where two lie in one place
    row = np.repeat(np.arange(len(points)), k + 1)
    others = at.ravel() != row
    row, column = row[others], at.ravel()[others]
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    row, column = row[rank < k], column[rank < k]
    links = sparse.coo_array((np.ones(len(row)), (row, column)), shape=(len(points), len(points)))
    return Weights(points.index, _binary(links))


def distance_band(points: pd.DataFrame, radius_km: float) -> Weights:
    """
    Link areas whose points are within a radius; an area without any is linked with the nearest, both ways.

    Raises
    ------
    ValueError
        If the radius is not above zero.
    """
    if not 0 < radius_km < np.inf:
        message = f"a radius must be a distance above zero; found {radius_km}"
        raise ValueError(message)
    tree = cKDTree(unit_vectors(points["lon"], points["lat"]))
    pairs = tree.query_pairs(float(chord_of(np.array([radius_km]))[0]), output_type="ndarray")
    links = sparse.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(points), len(points)))
    return _attached(Weights(points.index, _binary(links + links.T)), points)


def _binary(links: sparse.sparray) -> sparse.csr_array:
    found = sparse.csr_array(links)
    found.setdiag(0)
    found.eliminate_zeros()
    found.sort_indices()
    found.data = np.ones_like(found.data)
    return found


def _attached(weights: Weights, points: pd.DataFrame) -> Weights:
    alone = np.flatnonzero(weights.counts == 0)
    if not len(alone) or len(weights.codes) < 2:  # noqa: PLR2004  one area has nobody to be attached to
        return weights
    nearest = nearest_k(points.reindex(weights.codes), 1).links
    mask = sparse.csr_array(sparse.diags_array((weights.counts == 0).astype(float)))
    bridges = mask @ nearest
    return Weights(weights.codes, _binary(weights.links + bridges + bridges.T))


def among(weights: Weights, known: pd.Series) -> Weights:
    """Return the weights among known areas only; `known` is true or false by area code."""
    keep = known.reindex(weights.codes, fill_value=False).to_numpy(bool)
    return Weights(weights.codes[keep], _binary(weights.links[keep][:, keep]))


@dataclass(frozen=True)
class Moran:
    """
    Whether neighbours are alike over the whole.

    `value` is Moran's I (NaN where it is not defined: fewer than two areas, no links, or all values equal), `expected`
    what chance gives, `p` twice the share of permutations at least as far out on the same side, at most 1: chance
    alone gives a p of up to 5 % in 5 % of cases. `n` areas took part, and `n_unknown` were left out, as were `n_alone`
    without a known neighbour.
    """

    value: float
    expected: float
    p: float
    n: int
    n_unknown: int
    n_alone: int


def global_moran(values: pd.Series, weights: Weights, seed: int, permutations: int = PERMUTATIONS) -> Moran:
    """
    Compute Moran's I, each area's neighbours counting alike.

    Parameters
    ----------
    values
        By area code; NA = unknown.
    weights
        Who is whose neighbour.
    seed, permutations
        Of the random permutations of values over areas.
    """
    scores, linked, n_unknown, n_alone = _scores(values, weights)
    n = len(scores)
    if n < 2 or not np.any(scores):  # noqa: PLR2004  one area has nobody to be like
        return Moran(np.nan, np.nan, np.nan, n, n_unknown, n_alone)
    rows = _standardised(linked)
    observed = float(scores @ (rows @ scores) / (scores @ scores))
    random = np.random.default_rng(seed)
    drawn = np.column_stack([random.permutation(scores) for _ in range(permutations)])
    simulated = (drawn * (rows @ drawn)).sum(axis=0) / (scores @ scores)
    above, below = (simulated >= observed - _EQUAL).sum(), (simulated <= observed + _EQUAL).sum()
    p = float(_two_sided(above, below, permutations))
    return Moran(observed, -1 / (n - 1), p, n, n_unknown, n_alone)


def local_clusters(
    values: pd.Series,
    weights: Weights,
    seed: int,
    permutations: int = LOCAL_PERMUTATIONS,
    false_discovery: float = FALSE_DISCOVERY,
) -> pd.DataFrame:
    """
    Find clusters and outliers by local Moran's I, and hot and cold spots by Getis-Ord Gi*.

    Parameters
    ----------
    values
        By area code; NA = unknown. Rates of small populations should be shrunken before (`mhgis.measures.intervals`).
    weights
        Who is whose neighbour, for the same areas or more.
    seed, permutations
        Of the conditional permutations: an area keeps its value while its neighbours' are drawn from all others.
    false_discovery
        The expected share of false ones among the clusters shown.

    Returns
    -------
    clusters
        By area code, in the order of `values`: `score` (standard deviations from the mean), `lag` (mean score of the
        neighbours), `local_i`, `gi_star` (standard score of the area and its neighbours together), `p` (two-sided),
        `is_significant`, `cluster` (one of `CLUSTERS`). Numbers are NaN for areas that are unknown or have no known
        neighbour; the seed and not the number of cores decides.

    Notes
    -----
    Gi* holds the area's own value fixed, so its permutations order the draws as those of the neighbours' mean do, and
    both statistics have one p: twice the share of draws at least as far out on the same side, at most 1. The draws
    of an area are those of all others in which its own place stands for none of its neighbours.
    """
    table = pd.DataFrame(index=values.index, columns=["score", "lag", "local_i", "gi_star", "p"], dtype="float64")
    table["is_significant"] = False
    table["cluster"] = "unknown"
    known = values.notna()
    table.loc[known, "cluster"] = "no_neighbours"
    scores, linked, _, _ = _scores(values, weights)
    if not np.any(scores):
        table.loc[linked.codes, "cluster"] = "not_significant"
        return table
    lag = _standardised(linked) @ scores
    p = _conditional_p(scores, lag, linked, seed, permutations)
    significant = _discoveries(p, false_discovery)
    quadrant = np.where(scores > 0, np.where(lag > 0, "high_high", "high_low"),
                        np.where(lag > 0, "low_high", "low_low"))  # fmt: skip
    table.loc[linked.codes, ["score", "lag", "local_i", "gi_star", "p"]] = np.column_stack(
        [scores, lag, scores * lag, _gi_star(scores, lag, linked.counts), p]
    )
    table.loc[linked.codes, "is_significant"] = significant
    table.loc[linked.codes, "cluster"] = np.where(significant, quadrant, "not_significant")
    return table


def spots(table: pd.DataFrame) -> pd.Series:
    """
    Name the hot and cold spots of Getis-Ord Gi* in a table of `local_clusters`.

    An area is a spot where its p is a discovery, and area and neighbours together stand on the side on which the
    neighbours do: a high area among unusually low neighbours is none, however high the sum.

    Returns
    -------
    spots
        By area code, in the order of the table: one of `Spot`; `unknown` and `no_neighbours` as in the table.
    """
    together, around = table["gi_star"], table["lag"]
    found = table["cluster"].where(table["cluster"].isin(["unknown", "no_neighbours"]), "not_significant")
    found = found.mask(table["is_significant"] & together.gt(0) & around.gt(0), "hot")
    return found.mask(table["is_significant"] & together.lt(0) & around.lt(0), "cold")


def _scores(values: pd.Series, weights: Weights) -> tuple[Numbers, Weights, int, int]:
    known = values.notna()
    inside = among(weights, known)
    has = inside.counts > 0
    linked = among(inside, pd.Series(has, index=inside.codes))
    taken = values.reindex(linked.codes).to_numpy("float64")
    spread = taken.std() if len(taken) else 0.0
    # equal values differ by rounding only; their scores are zero, not noise
    is_flat = not len(taken) or spread <= 1e-12 * max(1.0, float(np.abs(taken).max()))
    scores = np.zeros(len(taken)) if is_flat else (taken - taken.mean()) / spread
    return scores, linked, int((~known).sum()), int(known.sum()) - len(taken)


def _standardised(weights: Weights) -> sparse.csr_array:
    return sparse.csr_array(sparse.diags_array(1 / weights.counts) @ weights.links)


def _gi_star(scores: Numbers, lag: Numbers, counts: Places) -> Numbers:
    # the standard score of Ord and Getis for weights of one; scores have mean 0 and variance 1
    n, k = len(scores), counts + 1
    together = scores + lag * counts
    room = (n * k - k**2) / (n - 1)
    found: Numbers = np.divide(together, np.sqrt(room), out=np.full(n, np.nan), where=room > 0)
    return found


def _conditional_p(scores: Numbers, lag: Numbers, weights: Weights, seed: int, permutations: int) -> Numbers:
    n, counts = len(scores), weights.counts
    above, below = np.zeros(n), np.zeros(n)
    for drawn in _draws(n, int(counts.max()) + 1, seed, permutations):
        sums = np.cumsum(scores[drawn], axis=1)
        for k in np.unique(counts):
            areas, ordered = np.flatnonzero(counts == k), np.sort(sums[:, k - 1])
            above[areas] += len(ordered) - np.searchsorted(ordered, lag[areas] * k - _EQUAL, "left")
            below[areas] += np.searchsorted(ordered, lag[areas] * k + _EQUAL, "right")
        # an area is not its own neighbour: where its own place was drawn for one, the next that was drawn stands in
        draw, at = np.nonzero(np.arange(drawn.shape[1]) < counts[drawn])
        area = drawn[draw, at]
        k = counts[area]
        own, observed = sums[draw, k - 1], lag[area] * k
        instead = own - scores[area] + scores[drawn[draw, k]]
        least, most = observed - _EQUAL, observed + _EQUAL
        above += np.bincount(area, (instead >= least).astype(float) - (own >= least), n)
        below += np.bincount(area, (instead <= most).astype(float) - (own <= most), n)
    return _two_sided(above, below, permutations)


def _draws(n: int, size: int, seed: int, permutations: int) -> Iterator[Places]:
    """Draw `size` different places of `n`, as rows, so many at a time; one order of all places is cut into draws."""
    random, left = np.random.default_rng(seed), permutations
    rows = n // size
    while left:
        orders = min(max(1, _AT_ONCE // n), -(-left // rows))
        shuffled = random.permuted(np.tile(np.arange(n), (orders, 1)), axis=1)
        drawn = shuffled[:, : rows * size].reshape(-1, size)[:left]
        left -= len(drawn)
        yield drawn


def _two_sided(above: npt.ArrayLike, below: npt.ArrayLike, permutations: int) -> Numbers:
    # what lies as far out on either side is as surprising, so the nearer tail counts twice
    nearer = np.minimum(np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64))
    found: Numbers = np.minimum(1.0, 2 * (nearer + 1) / (permutations + 1))
    return found


def _discoveries(p: Numbers, share: float) -> npt.NDArray[np.bool_]:
    order = np.argsort(p, kind="stable")
    passes = np.flatnonzero(p[order] <= share * np.arange(1, len(p) + 1) / len(p))
    limit = p[order][passes[-1]] if len(passes) else -1.0
    found: npt.NDArray[np.bool_] = p <= limit
    return found
