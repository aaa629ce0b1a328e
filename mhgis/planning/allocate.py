"""
Next sites: where to put k new facilities, keeping what exists, and how far from the best that can be proven.

Four questions: most people covered within a distance (`most_covered`), least mean distance (`least_mean`), fewest sites
for a share of people (`fewest_sites`), least worst distance (`least_worst`). Every answer carries a bound that no
answer can pass, and the gap to it; zero means proven best. Pure, and the same for the same input on any machine: work
is limited by steps, never by the clock.

Sources of the methods: maximal covering, Church and ReVelle 1974; set covering, Toregas et al. 1971; p-median, Hakimi
1964 with Teitz and Bart's exchange 1968; greedy bound, Nemhauser, Wolsey and Fisher 1978. Programs are solved by HiGHS.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from mhgis.errors import MhgisError
from mhgis.i18n import N_

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: a gap up to here ends the search
GOOD_GAP: Final = 0.005
#: links up to which a case is solved to proven optimality
SMALL: Final = 4_000
#: links up to which branch and bound is worth its time where the gap is not fair, and its nodes
MEDIUM: Final = 25_000
NODES: Final = 200
#: exchanges of one local search
EXCHANGES: Final = 400
#: how often the search is shaken and resumed, which shares of the sites are closed in turn, how much worse a choice may
#: be to go on from, and how a site that the relaxed solution leaves closed is favoured against one it opens
SHAKES: Final = 6
SHAKEN: Final = (0.04, 0.08, 0.15)
STEP_BACK: Final = 0.0002
UNLIKELY: Final = 0.02
#: the relaxed solution opens a site up to here not at all
UNOPENED: Final = 1e-6
#: how many neighbouring sites are closed and chosen anew together, and the gap and nodes of each such choice
WINDOW: Final = 9
WINDOW_GAP: Final = 0.002
WINDOW_NODES: Final = 20
#: how often among the sites the relaxed solution opens at all, and how many such choices in vain end it
WINDOWS: Final = 140
IN_VAIN: Final = 40
#: how often among all sites; of more than `MEDIUM` links only where the gap is still above this one
WIDE_WINDOWS: Final = 40
FAIR_GAP: Final = 0.0095
#: relative difference below which two values are the same
_SAME: Final = 1e-9


class UnsolvableError(MhgisError, ArithmeticError):
    """
    No choice of sites meets what was asked for: the message says which condition cannot hold.

    `saying` is its message id, for the reader's language, and `facts` what is put into it.
    """

    def __init__(self, saying: str, **facts: str) -> None:
        self.saying, self.facts = saying, facts
        super().__init__(saying.format(**facts))


@dataclass(frozen=True)
class Case:
    """
    What is to be decided.

    Parameters
    ----------
    weight
        Of each origin, by code: residents, or residents times a weight for equity; known and from 0 up.
    links
        `origin`, `site`, `distance_km`: pairs that may serve each other; a pair that is not there is out of reach.
    existing
        Sites that stay open.
    candidates
        Sites that may open; forbidden ones are simply left out.
    forced
        Candidates that must open; they count among the k.
    group
        Group of each candidate (its province, say), for quotas.
    quota
        The most new sites in a group; a group without one has no limit.
    """

    weight: pd.Series
    links: pd.DataFrame
    existing: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    forced: tuple[str, ...] = ()
    group: Mapping[str, str] = field(default_factory=dict)
    quota: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what cannot be: unknown or negative weights, sites of two kinds, links that repeat."""
        if self.weight.isna().any() or self.weight.lt(0).any():
            message = "every origin needs a known weight from zero up; leave unknown ones out and say how many they are"
            raise ValueError(message)
        if set(self.forced) - set(self.candidates) or set(self.existing) & set(self.candidates):
            message = "forced sites must be candidates, and existing ones cannot be"
            raise ValueError(message)
        if self.links.duplicated(["origin", "site"]).any() or not self.links["distance_km"].ge(0).all():
            message = "a pair of origin and site stands once, with a distance from zero up"
            raise ValueError(message)


@dataclass(frozen=True)
class Answer:
    """
    The sites to open, in the order of `Case.candidates`, and what they achieve.

    `value` is people covered, mean km, number of sites or worst km; `before` the same without new sites (NaN where it
    is not defined); `bound` what no choice can pass; `gap` their difference over the larger of both (0 = proven best).
    """

    sites: tuple[str, ...]
    value: float
    before: float
    bound: float
    gap: float

    @property
    def is_proven(self) -> bool:
        """Say whether no other choice can be better."""
        return self.gap <= _SAME


def most_covered(case: Case, k: int, limit_km: float) -> Answer:
    """
    Choose `k` sites so that most people are within a distance of any site, old or new.

    Raises
    ------
    UnsolvableError
        If forced sites or quotas leave no choice of `k`.
    """
    near = case.links[case.links["distance_km"].le(limit_km)]
    served = set(near.loc[near["site"].isin(case.existing), "origin"])
    before = float(case.weight[case.weight.index.isin(served)].sum())
    open_links = near[~near["origin"].isin(served)]
    savings = _matrix(case, open_links, case.weight.reindex(open_links["origin"]).to_numpy("float64"))
    chosen, gain, bound = _choose(case, k, savings)
    return _answer(case, chosen, before + gain, before, before + bound)


def chosen_by_weights(case: Case, k: int, limit_km: float, weights: Numbers) -> list[tuple[str, ...]]:
    """
    Choose `k` sites as `most_covered` does, once for each of several weights of the same people, without a bound.

    Parameters
    ----------
    case, k, limit_km
        As for `most_covered`; the weights of the case are not used, and it has no existing sites.
    weights
        One row a choice, one column an origin in the order of `case.weight`; from zero up.

    Returns
    -------
    chosen
        The sites of each choice, found by greedy start and exchange: good, not proven best.
    """
    near = case.links[case.links["distance_km"].le(limit_km)]
    serves, rules = _matrix(case, near, np.ones(len(near))), _rules(case, k)
    names = np.array(case.candidates, dtype=object)
    found = []
    for weight in weights:
        savings = serves.copy()
        savings.data = weight[savings.indices]
        savings.eliminate_zeros()
        chosen = _exchange(savings, rules, _greedy(savings, rules))
        holders = _two_best(savings, chosen)[2]
        found.append(tuple(names[np.unique(holders[holders >= 0])]))
    return found


def most_served(case: Case, k: int, limit_km: float, holds: Mapping[str, float]) -> Answer:
    """
    Choose `k` sites so that most people are served within a distance, no site serving more than it holds.

    Parameters
    ----------
    case, k, limit_km
        As for `most_covered`; people of one origin may be divided between sites.
    holds
        How many people (in the unit of the weights) each candidate and each existing site can serve; one that is not
        named serves nobody.

    Raises
    ------
    UnsolvableError
        If forced sites or quotas leave no choice of `k`.

    Notes
    -----
    The capacitated maximal covering location problem (Current and Storbeck 1988). Up to `SMALL` links it is solved to
    proven optimality. Above, the relaxed program opens the sites that count most in it, and its value is the bound.
    """
    rules = _rules(case, k)
    near = case.links[case.links["distance_km"].le(limit_km)]
    sites = (*case.candidates, *case.existing)
    row = case.weight.index.get_indexer(pd.Index(near["origin"]))
    column = pd.Index(sites).get_indexer(pd.Index(near["site"]))
    kept = (row >= 0) & (column >= 0)
    room = np.array([holds.get(site, 0.0) for site in sites])
    flows = _Flows(row[kept], column[kept], case.weight.to_numpy("float64"), room)
    old = np.arange(len(sites)) >= len(case.candidates)
    before = flows.served(old)
    if len(flows.row) <= SMALL:
        chosen, bound = flows.solve(rules, whole=True)
    else:
        opened, bound = flows.solve(rules, whole=False)
        chosen = _largest(opened, rules)
    value = flows.served(np.concatenate([chosen, np.ones(len(case.existing), dtype=bool)]))
    return _answer(case, np.flatnonzero(chosen), value, before, max(bound, value))


def least_mean(case: Case, k: int, farthest_km: float) -> Answer:
    """
    Choose `k` sites so that the mean distance of people to the nearest site is least.

    Parameters
    ----------
    case, k
        What is to be decided.
    farthest_km
        The distance that counts for people without any site in reach.

    Raises
    ------
    UnsolvableError
        If forced sites or quotas leave no choice of `k`.
    """
    total = float(case.weight.sum())
    start = pd.Series(farthest_km, index=case.weight.index, dtype="float64")
    old = case.links[case.links["site"].isin(case.existing)].groupby("origin")["distance_km"].min()
    start.update(old.clip(upper=farthest_km))
    before = float((start * case.weight).sum())
    nearer = case.links[case.links["distance_km"].to_numpy() < start.reindex(case.links["origin"]).to_numpy()]
    saved = start.reindex(nearer["origin"]).to_numpy("float64") - nearer["distance_km"].to_numpy("float64")
    savings = _matrix(case, nearer, saved * case.weight.reindex(nearer["origin"]).to_numpy("float64"))
    chosen, gain, bound = _choose(case, k, savings)
    if total == 0:
        return _answer(case, chosen, np.nan, np.nan, np.nan)
    return _answer(case, chosen, (before - gain) / total, before / total, (before - bound) / total)


def fewest_sites(case: Case, limit_km: float, share: float = 1.0) -> Answer:
    """
    Choose as few sites as cover a share of people within a distance, existing sites included.

    Raises
    ------
    UnsolvableError
        If all candidates together do not reach the share; the message says how far they would.
    """
    if not 0 < share <= 1:
        message = f"a share of people lies above 0 and up to 1; found {share}"
        raise ValueError(message)
    near = case.links[case.links["distance_km"].le(limit_km)]
    served = set(near.loc[near["site"].isin(case.existing), "origin"])
    covered = float(case.weight[case.weight.index.isin(served)].sum())
    open_links = near[~near["origin"].isin(served)]
    savings = _matrix(case, open_links, case.weight.reindex(open_links["origin"]).to_numpy("float64"))
    need = share * float(case.weight.sum()) - covered
    chosen, bound = _cover(case, savings, need, covered)
    return _answer(case, chosen, float(len(chosen)), 0.0 if need <= 0 else np.nan, bound)


def least_worst(case: Case, k: int) -> Answer:
    """
    Choose `k` sites so that the farthest of all people with weight are as near to a site as can be.

    Raises
    ------
    UnsolvableError
        If `k` sites cannot bring everyone into reach at any distance of `links`.
    """
    old = case.links[case.links["site"].isin(case.existing)].groupby("origin")["distance_km"].min()
    counted = case.weight.index[case.weight.gt(0)]
    before = float(old.reindex(counted).max(skipna=False)) if len(counted) else 0.0
    steps = np.unique(np.concatenate([[0.0], case.links["distance_km"].to_numpy("float64")]))
    low, high, floor = 0, len(steps) - 1, 0.0
    best: tuple[tuple[str, ...], float] | None = None
    while low <= high:
        middle = (low + high) // 2
        sites, fewest = _enough(case, float(steps[middle]))
        if sites is not None and len(sites) <= k:
            best, high = (sites, float(steps[middle])), middle - 1
        else:
            low = middle + 1
            # only a bound above k proves that this distance is out of reach
            floor = float(steps[min(low, len(steps) - 1)]) if fewest > k else floor
    if best is None:
        saying = N_("{k} sites cannot bring everyone into reach: widen the distances, or allow more sites.")
        raise UnsolvableError(saying, k=str(k))
    return Answer(best[0], best[1], before, min(floor, best[1]), _gap(best[1], min(floor, best[1])))


def _enough(case: Case, limit_km: float) -> tuple[tuple[str, ...] | None, float]:
    """Return the fewest sites found that bring everyone within a distance (None: no choice does), and their bound."""
    try:
        found = fewest_sites(replace(case, weight=case.weight.gt(0).astype("float64")), limit_km)
    except UnsolvableError:
        return None, float("inf")
    return found.sites, found.bound


def _answer(case: Case, chosen: Places, value: float, before: float, bound: float) -> Answer:
    return Answer(tuple(case.candidates[at] for at in sorted(chosen)), value, before, bound, _gap(value, bound))


def _gap(value: float, bound: float) -> float:
    size = max(abs(value), abs(bound))
    return abs(value - bound) / size if size > 0 and abs(value - bound) > _SAME * size else 0.0


def _matrix(case: Case, links: pd.DataFrame, saving: Numbers) -> sparse.csc_array:
    row = case.weight.index.get_indexer(pd.Index(links["origin"]))
    column = pd.Index(case.candidates).get_indexer(pd.Index(links["site"]))
    keep = (row >= 0) & (column >= 0) & (saving > 0)
    shape = (len(case.weight), len(case.candidates))
    found = sparse.coo_array((saving[keep], (row[keep], column[keep])), shape=shape)
    return sparse.csc_array(found)


@dataclass(frozen=True)
class _Rules:
    """The conditions on a choice, as arrays over candidates: how many, which must, and the most of each group."""

    k: int
    forced: Flags
    group: Places
    most: Places

    def room(self, chosen: Flags) -> Flags:
        """Return which candidates may be added."""
        used = np.bincount(self.group[chosen], minlength=len(self.most))
        found: Flags = ~chosen & (used < self.most)[self.group]
        return found


def _rules(case: Case, k: int) -> _Rules:
    n = len(case.candidates)
    names = sorted({case.group.get(site, "") for site in case.candidates})
    place = {name: at for at, name in enumerate(names)}
    group = np.array([place[case.group.get(site, "")] for site in case.candidates], dtype=np.int64)
    most = np.array([case.quota.get(name, n) for name in names], dtype=np.int64)
    forced = np.isin(np.array(case.candidates, dtype=object), np.array(case.forced, dtype=object))
    possible = int(np.minimum(np.bincount(group, minlength=len(names)), most).sum()) if n else 0
    too_many = n and (np.bincount(group[forced], minlength=len(names)) > most).any()
    if too_many or forced.sum() > k or k > possible:
        saying = N_(
            "{k} new sites cannot be chosen: {forced} are forced, and candidates and quotas allow {possible}. "
            "Change the number, the quotas or the forced sites."
        )
        raise UnsolvableError(saying, k=str(k), forced=str(int(forced.sum())), possible=str(possible))
    return _Rules(k, forced, group, most)


def _choose(case: Case, k: int, savings: sparse.csc_array) -> tuple[Places, float, float]:
    """Return the positions chosen, what they save, and a bound on what any choice can."""
    if k < 0:
        message = f"the number of new sites cannot be negative; found {k}"
        raise ValueError(message)
    rules = _rules(case, k)
    if k == 0 or savings.nnz == 0:
        chosen = _greedy(savings, rules)
        return np.flatnonzero(chosen), 0.0, 0.0
    if savings.nnz <= SMALL:
        chosen, bound = _branch(savings, rules, 0.0, None)
        return np.flatnonzero(chosen), _worth(savings, chosen), bound
    relaxed, bound = _relax(savings, rules)
    chosen = _searched(savings, rules, relaxed, bound)
    if _gap(_worth(savings, chosen), bound) > FAIR_GAP and savings.nnz <= MEDIUM:
        exact, proven = _branch(savings, rules, GOOD_GAP / 2, NODES)
        chosen = max(chosen, exact, key=lambda one: _worth(savings, one))
        bound = min(bound, proven)
    return np.flatnonzero(chosen), _worth(savings, chosen), bound


def _held(savings: sparse.csc_array, chosen: Flags) -> Numbers:
    """Return what each origin saves: the most that any chosen site offers it."""
    part = savings[:, np.flatnonzero(chosen)]
    if part.shape[1] == 0:
        return np.zeros(savings.shape[0])
    return np.asarray(part.max(axis=1).todense(), dtype=np.float64).ravel()


def _worth(savings: sparse.csc_array, chosen: Flags) -> float:
    return float(_held(savings, chosen).sum())


def _gains(savings: sparse.csc_array, held: Numbers) -> Numbers:
    more = np.maximum(savings.data - held[savings.indices], 0)
    sums = np.concatenate([[0.0], np.cumsum(more)])
    found: Numbers = sums[savings.indptr[1:]] - sums[savings.indptr[:-1]]
    return found


def _greedy(savings: sparse.csc_array, rules: _Rules, favour: Numbers | None = None) -> Flags:
    """Open the site that adds most, one after the other; `favour` weighs candidates by the relaxed solution."""
    chosen = rules.forced.copy()
    held = _held(savings, chosen)
    for _ in range(rules.k - int(chosen.sum())):
        gains = _gains(savings, held)
        score = gains if favour is None else gains * (favour + 1e-6)
        best = int(np.where(rules.room(chosen), score, -1.0).argmax())
        chosen[best] = True
        _raise(savings, held, best)
    return chosen


def _raise(savings: sparse.csc_array, held: Numbers, site: int) -> None:
    span = slice(savings.indptr[site], savings.indptr[site + 1])
    rows = savings.indices[span]
    held[rows] = np.maximum(held[rows], savings.data[span])


def _exchange(savings: sparse.csc_array, rules: _Rules, chosen: Flags) -> Flags:
    """Close one site and open a better one for as long as that helps (Teitz and Bart)."""
    chosen = chosen.copy()
    best, second, holder = _two_best(savings, chosen)
    left, tried = EXCHANGES, 0
    turn = [int(site) for site in np.flatnonzero(chosen & ~rules.forced)]
    while turn and tried < len(turn) and left:
        site = turn.pop(0)
        chosen[site] = False
        held = np.where(holder == site, second, best)
        gains = np.where(rules.room(chosen), _gains(savings, held), -1.0)
        entering = int(gains.argmax())
        better = held.sum() + gains[entering] > best.sum() * (1 + _SAME)
        kept = entering if better else site
        chosen[kept] = True
        turn.append(kept)
        tried = 0 if better else tried + 1
        if better:
            left -= 1
            best, second, holder = _two_best(savings, chosen)
    return chosen


def _two_best(savings: sparse.csc_array, chosen: Flags) -> tuple[Numbers, Numbers, Places]:
    """Return the most and the second most that chosen sites offer each origin, and which site offers the most."""
    n = savings.shape[0]
    best, second, holder = np.zeros(n), np.zeros(n), np.full(n, -1, dtype=np.int64)
    for site in np.flatnonzero(chosen):
        span = slice(savings.indptr[site], savings.indptr[site + 1])
        rows, offer = savings.indices[span], savings.data[span]
        wins = offer > best[rows]
        second[rows] = np.where(wins, best[rows], np.maximum(second[rows], offer))
        best[rows] = np.where(wins, offer, best[rows])
        holder[rows[wins]] = site
    return best, second, holder


def _searched(savings: sparse.csc_array, rules: _Rules, relaxed: Numbers, bound: float) -> Flags:
    """
    Search by exchange, shake the choice in one place, and search again, until it is near the bound.

    A shake closes some sites that serve the same surroundings and opens others, favouring those the relaxed solution
    opens. The numbers drawn are the same for the same case.
    """
    random = np.random.default_rng(0)
    serves = sparse.csc_array((np.ones_like(savings.data), savings.indices, savings.indptr), shape=savings.shape)
    best = max(
        (_exchange(savings, rules, _greedy(savings, rules, favour)) for favour in (None, relaxed)),
        key=lambda one: _worth(savings, one),
    )
    most = _worth(savings, best)
    current = best
    for round_ in range(SHAKES):
        if _gap(most, bound) <= GOOD_GAP:
            break
        number = max(2, int(SHAKEN[round_ % len(SHAKEN)] * (rules.k - int(rules.forced.sum()))))
        shaken, _around = _shaken(serves, rules, current, number, random)
        found = _exchange(savings, rules, _refilled(savings, rules, shaken, relaxed, random))
        worth = _worth(savings, found)
        if worth >= _worth(savings, current) * (1 - STEP_BACK):
            current = found
        if worth > most:
            best, most = found, worth
    likely = relaxed > UNOPENED
    best = _chosen_anew(savings, rules, best, bound, random, eligible=likely, times=WINDOWS, goal=GOOD_GAP)
    everywhere = np.ones_like(likely)
    return _chosen_anew(
        savings, rules, best, bound, random, eligible=everywhere, times=WIDE_WINDOWS,
        goal=GOOD_GAP if savings.nnz <= MEDIUM else FAIR_GAP,
    )  # fmt: skip


def _chosen_anew(
    savings: sparse.csc_array,
    rules: _Rules,
    chosen: Flags,
    bound: float,
    random: np.random.Generator,
    *,
    eligible: Flags,
    times: int,
    goal: float,
) -> Flags:
    """
    Close a few neighbouring sites and choose as many anew around them, by the program; keep the better.

    Those closed and the `eligible` may be chosen; it ends at a gap of `goal`, after so many `times`, or in vain.
    """
    serves = sparse.csc_array((np.ones_like(savings.data), savings.indices, savings.indptr), shape=savings.shape)
    best, most, in_vain = chosen, _worth(savings, chosen), 0
    for _ in range(times):
        if _gap(most, bound) <= goal or in_vain >= IN_VAIN:
            break
        kept, around = _shaken(serves, rules, best, WINDOW, random, rings=3)
        free = int(best.sum() - kept.sum())
        columns = np.flatnonzero((around > 0) & rules.room(kept) & (eligible | best))
        part = sparse.csc_array(savings[:, columns])
        part.data = np.maximum(part.data - _held(savings, kept)[part.indices], 0)
        part.eliminate_zeros()
        origins = np.unique(part.indices)
        used = np.bincount(rules.group[kept], minlength=len(rules.most))
        inner = _Rules(free, np.zeros(len(columns), dtype=bool), rules.group[columns], rules.most - used)
        if not free or not part.nnz:
            continue
        opened, _reached = _branch(sparse.csc_array(part.tocsr()[origins]), inner, WINDOW_GAP, WINDOW_NODES)
        found = kept.copy()
        found[columns[opened]] = True
        worth = _worth(savings, found)
        in_vain = 0 if worth > most * (1 + _SAME) else in_vain + 1
        if worth >= most:
            best, most = found, worth
    return best


def _shaken(
    serves: sparse.csc_array,
    rules: _Rules,
    chosen: Flags,
    number: int,
    random: np.random.Generator,
    *,
    rings: int = 2,
) -> tuple[Flags, Numbers]:
    """
    Close some of the chosen sites, those around one of them: whoever serves the same origins, or next to them.

    Returns what stays open, and how near each candidate is to that one: 0 beyond so many `rings` of common origins.
    """
    around, shaken = np.zeros(serves.shape[1]), chosen.copy()
    open_ones = np.flatnonzero(chosen & ~rules.forced)
    if not len(open_ones):
        return shaken, around
    around[random.choice(open_ones)] = 1.0
    for _ in range(rings):
        around = serves.T @ (serves @ around)
    nearest = open_ones[np.argsort(-around[open_ones], kind="stable")]
    shaken[nearest[:number]] = False
    return shaken, around


def _refilled(
    savings: sparse.csc_array, rules: _Rules, chosen: Flags, relaxed: Numbers, random: np.random.Generator
) -> Flags:
    favour = (relaxed + UNLIKELY) * random.random(len(relaxed))
    return _greedy(savings, replace(rules, forced=chosen), favour)


@dataclass(frozen=True)
class _Program:
    """A covering program: the first `sites` columns open sites, the others give people what they save."""

    worth: Numbers
    constraints: sparse.csr_array
    lower: Numbers
    upper: Numbers
    least: Numbers
    sites: int


def _program(savings: sparse.csc_array, rules: _Rules) -> _Program:
    """
    Write down the choice as a linear program.

    Sites that offer an origin the same saving share a column of its own, won where one of them is open; an origin wins
    one column at most. With one saving an origin this is the maximal covering model, with one site a column the
    p-median.
    """
    n = savings.shape[1]
    by_origin = sparse.coo_array(savings.tocsr())
    offers = pd.DataFrame({"origin": by_origin.row, "site": by_origin.col, "saving": by_origin.data})
    won = offers.groupby(["origin", "saving"], sort=True).ngroup().to_numpy()
    first = offers.assign(won=won).drop_duplicates("won").sort_values("won")
    columns = len(first)
    able = sparse.coo_array((np.ones(len(offers)), (won, offers["site"])), shape=(columns, n))
    several = first[first["origin"].duplicated(keep=False)]
    origin, _ = pd.factorize(several["origin"])
    origins = int(origin.max(initial=-1)) + 1
    once = sparse.coo_array((np.ones(len(several)), (origin, n + several["won"])), shape=(origins, n + columns))
    count = sparse.coo_array((np.ones(n), (np.zeros(n, dtype=np.int64), np.arange(n))), shape=(1, n + columns))
    groups = sparse.coo_array((np.ones(n), (rules.group, np.arange(n))), shape=(len(rules.most), n + columns))
    rows = [count, sparse.hstack([able, -sparse.eye_array(columns)]), once, groups]
    return _Program(
        np.concatenate([np.zeros(n), first["saving"].to_numpy("float64")]),
        sparse.csr_array(sparse.vstack(rows)),
        np.concatenate([[rules.k], np.zeros(columns), np.full(origins + len(rules.most), -np.inf)]),
        np.concatenate([[rules.k], np.full(columns, np.inf), np.ones(origins), rules.most.astype(np.float64)]),
        np.concatenate([rules.forced.astype(np.float64), np.zeros(columns)]),
        n,
    )


def _relax(savings: sparse.csc_array, rules: _Rules) -> tuple[Numbers, float]:
    """Return how far each site is opened in the linear relaxation, and its value: a bound for whole sites."""
    program = _program(savings, rules)
    is_equal = program.lower == program.upper
    below = np.isfinite(program.lower) & ~is_equal
    above = np.isfinite(program.upper) & ~is_equal
    found = linprog(
        -program.worth,
        A_ub=sparse.vstack([-program.constraints[below], program.constraints[above]]),
        b_ub=np.concatenate([-program.lower[below], program.upper[above]]),
        A_eq=program.constraints[is_equal],
        b_eq=program.lower[is_equal],
        bounds=np.column_stack([program.least, np.ones(len(program.least))]),
        method="highs",
    )
    if found.status != 0:
        message = f"the relaxed program was not solved: {found.message}"
        raise ArithmeticError(message)
    return np.asarray(found.x[: program.sites]), float(-found.fun)


def _branch(savings: sparse.csc_array, rules: _Rules, gap: float, nodes: int | None) -> tuple[Flags, float]:
    """Solve the program for whole sites, to a gap or a number of nodes; return the choice and the bound reached."""
    program = _program(savings, rules)
    whole = np.concatenate([np.ones(program.sites), np.zeros(len(program.worth) - program.sites)])
    options = {"mip_rel_gap": gap} | ({"node_limit": nodes} if nodes is not None else {})
    found = milp(
        -program.worth,
        integrality=whole,
        bounds=Bounds(program.least, np.ones(len(program.least))),
        constraints=LinearConstraint(program.constraints, program.lower, program.upper),
        options=options,
    )
    if found.x is None:
        # stopped before it had any answer of its own
        return _greedy(savings, rules), float("inf")
    chosen = np.asarray(found.x[: program.sites]) > 0.5  # noqa: PLR2004  whole numbers up to rounding
    bound = -float(found.mip_dual_bound) if found.mip_dual_bound is not None else float(-found.fun)
    return chosen, max(bound, _worth(savings, chosen))


def _cover(case: Case, savings: sparse.csc_array, need: float, covered: float) -> tuple[Places, float]:
    """Return the fewest sites that save `need`, and a bound on how few can."""
    n = len(case.candidates)
    rules = _rules(case, len(case.forced))
    reachable = np.asarray(savings.max(axis=1).todense()).ravel() if savings.nnz else np.zeros(savings.shape[0])
    slack = _SAME * max(1.0, float(case.weight.sum()))
    if need > reachable.sum() + slack:
        total = float(case.weight.sum())
        saying = N_(
            "All candidates together cover {most} of people; expected {asked}. "
            "Ask for a smaller share, a longer distance or more candidates."
        )
        most, asked = (f"{(covered + part) / total:.1%}" for part in (reachable.sum(), need))
        raise UnsolvableError(saying, most=most, asked=asked)
    if need <= slack:
        return np.flatnonzero(rules.forced), float(rules.forced.sum())
    program = _program(savings, _Rules(n, rules.forced, rules.group, rules.most))
    enough = sparse.csr_array(program.worth[None, :])
    # the first row fixes the number of sites; here the number is what is least
    rows = sparse.csr_array(sparse.vstack([program.constraints[1:], enough]))
    lower = np.concatenate([program.lower[1:], [need - slack]])
    upper = np.concatenate([program.upper[1:], [np.inf]])
    whole = np.concatenate([np.ones(n), np.zeros(len(program.worth) - n)])
    options: dict[str, float] = {} if savings.nnz <= SMALL else {"mip_rel_gap": GOOD_GAP, "node_limit": NODES}
    found = milp(
        whole,
        integrality=whole,
        bounds=Bounds(program.least, np.ones(len(whole))),
        constraints=LinearConstraint(rows, lower, upper),
        options=options,
    )
    if found.x is None:
        saying = N_(
            "No choice of sites within the quotas reaches the share. Raise the quotas or ask for a smaller share."
        )
        raise UnsolvableError(saying)
    bound = float(found.mip_dual_bound) if found.mip_dual_bound is not None else float(found.fun)
    # a number of sites is whole, so a bound may be rounded up
    return np.flatnonzero(found.x[:n] > 0.5), float(np.ceil(bound - 1e-6))  # noqa: PLR2004


def _largest(opened: Numbers, rules: _Rules) -> Flags:
    """Open the sites of the highest share, as far as the conditions allow."""
    chosen = rules.forced.copy()
    for site in np.argsort(-opened, kind="stable"):
        if chosen.sum() < rules.k and rules.room(chosen)[site]:
            chosen[site] = True
    return chosen


@dataclass(frozen=True, eq=False)
class _Flows:
    """Who may be served where: pairs of origin (`row`) and site (`column`), people of origins, room of sites."""

    row: Places
    column: Places
    people: Numbers
    room: Numbers

    def served(self, is_open: Flags) -> float:
        """Return how many people open sites serve at most."""
        kept = is_open[self.column]
        if not kept.any():
            return 0.0
        row, column = self.row[kept], self.column[kept]
        n, ones = int(kept.sum()), np.ones(int(kept.sum()))
        by = [
            sparse.coo_array((ones, (at, np.arange(n))), shape=(len(most), n))
            for at, most in ((row, self.people), (column, self.room))
        ]
        found = linprog(
            -ones, A_ub=sparse.csr_array(sparse.vstack(by)), b_ub=np.concatenate([self.people, self.room]),
            method="highs",
        )  # fmt: skip
        return float(-found.fun)

    def solve(self, rules: _Rules, *, whole: bool) -> tuple[Any, float]:
        """Solve the program for whole sites or relaxed; return how far each candidate is opened, and the bound."""
        n, links, sites = len(rules.forced), len(self.row), len(self.room)
        flow = np.arange(links)
        # columns: candidates open, then people of each pair
        by_origin = sparse.coo_array((np.ones(links), (self.row, n + flow)), shape=(len(self.people), n + links))
        by_site = sparse.coo_array((np.ones(links), (self.column, n + flow)), shape=(sites, n + links))
        opens = sparse.coo_array((-self.room[:n], (np.arange(n), np.arange(n))), shape=(sites, n + links))
        of_new = np.flatnonzero(self.column < n)
        most = np.minimum(self.people[self.row], self.room[self.column])
        pairs = np.arange(len(of_new))
        tight = sparse.coo_array((np.ones(len(of_new)), (pairs, n + of_new)), shape=(len(of_new), n + links))
        tight = tight - sparse.coo_array((most[of_new], (pairs, self.column[of_new])), shape=tight.shape)
        count = sparse.coo_array((np.ones(n), (np.zeros(n, dtype=np.int64), np.arange(n))), shape=(1, n + links))
        groups = sparse.coo_array((np.ones(n), (rules.group, np.arange(n))), shape=(len(rules.most), n + links))
        old_room = np.where(np.arange(sites) < n, 0.0, self.room)
        rows = sparse.csr_array(sparse.vstack([count, by_origin, by_site + opens, tight, groups]))
        free = len(self.people) + sites + len(of_new) + len(rules.most)
        found = milp(
            np.concatenate([np.zeros(n), -np.ones(links)]),
            integrality=np.concatenate([np.ones(n) if whole else np.zeros(n), np.zeros(links)]),
            bounds=Bounds(
                np.concatenate([rules.forced.astype(np.float64), np.zeros(links)]),
                np.concatenate([np.ones(n), most]),
            ),
            constraints=LinearConstraint(
                rows,
                np.concatenate([[rules.k], np.full(free, -np.inf)]),
                np.concatenate([[rules.k], self.people, old_room, np.zeros(len(of_new)), rules.most]),
            ),
            options={"mip_rel_gap": 0.0},
        )
        if found.x is None:
            message = f"the program was not solved: {found.message}"
            raise ArithmeticError(message)
        opened = np.asarray(found.x[:n])
        bound = -float(found.mip_dual_bound) if whole and found.mip_dual_bound is not None else float(-found.fun)
        return (opened > 0.5 if whole else opened), bound  # noqa: PLR2004  whole numbers up to rounding
