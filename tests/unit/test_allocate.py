"""Next sites: equal to trying every choice on small cases, with what exists kept and every condition held."""

from collections import Counter
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from mhgis.planning import allocate
from mhgis.planning.allocate import Case, UnsolvableError

CASES = 200
#: the first of the random cases are looked at in the quick tests too
QUICK = 20


def random_cases(n):
    return [seed if seed < QUICK else pytest.param(seed, marks=pytest.mark.slow) for seed in range(n)]


def random_case(seed):
    """Up to 9 origins, 7 candidates and 2 existing sites, with a forced one and a quota now and then."""
    random = np.random.default_rng(seed)
    origins = [f"o{at}" for at in range(random.integers(1, 10))]
    candidates = tuple(f"c{at}" for at in range(random.integers(1, 8)))
    existing = tuple(f"e{at}" for at in range(random.integers(0, 3)))
    pairs = [(origin, site) for origin in origins for site in (*candidates, *existing) if random.random() < 0.75]
    links = pd.DataFrame(pairs, columns=["origin", "site"]).assign(
        distance_km=random.integers(0, 12, len(pairs)) * 10.0
    )
    group = {site: f"g{at % 2}" for at, site in enumerate(candidates)}
    k = int(random.integers(0, len(candidates) + 1))
    quota = {"g0": int(random.integers(1, 4))} if random.random() < 0.5 else {}
    forced = (candidates[-1],) if random.random() < 0.3 else ()
    weight = pd.Series(random.integers(0, 50, len(origins)).astype(float), index=origins)
    return Case(weight, links, existing, candidates, forced, group, quota), k


class Tried:
    """What each choice of a case gives, by trying it on a plain table of distances."""

    def __init__(self, case):
        self.case = case
        sites = [*case.existing, *case.candidates]
        self.row = {site: at for at, site in enumerate(sites)}
        self.km = np.full((len(sites), len(case.weight)), np.inf)
        column = {origin: at for at, origin in enumerate(case.weight.index)}
        links = case.links[case.links["site"].isin(sites)]
        for origin, site, km in links[["origin", "site", "distance_km"]].itertuples(index=False):
            self.km[self.row[site], column[origin]] = km
        self.weight = case.weight.to_numpy()

    def choices(self, sizes):
        """Every choice that holds the conditions."""
        case = self.case
        for size in sizes:
            for some in combinations(case.candidates, size):
                used = Counter(case.group.get(site, "") for site in some)
                if set(case.forced) <= set(some) and all(used[name] <= most for name, most in case.quota.items()):
                    yield some

    def distances(self, some):
        """From each origin to its nearest open site; out of reach is infinitely far."""
        return self.km[[self.row[site] for site in (*self.case.existing, *some)]].min(axis=0, initial=np.inf)

    def covered(self, some, limit):
        return self.weight[self.distances(some) <= limit].sum()

    def mean_km(self, some, farthest):
        return (np.minimum(self.distances(some), farthest) * self.weight).sum() / self.weight.sum()

    def worst(self, some):
        """The distance of the farthest origin where anyone lives; infinite where one is out of reach."""
        return self.distances(some)[self.weight > 0].max(initial=0.0)


def solved(ask, *parameters):
    try:
        return ask(*parameters)
    except UnsolvableError:
        return None


def holds_to_rules(case, answer):
    assert set(case.forced) <= set(answer.sites) <= set(case.candidates)
    for name, most in case.quota.items():
        assert sum(case.group[site] == name for site in answer.sites) <= most


@pytest.mark.parametrize("seed", random_cases(CASES))
def test_most_covered_is_the_best_of_all_choices(seed):
    case, k = random_case(seed)
    answer = solved(allocate.most_covered, case, k, 40)
    tried = Tried(case)
    every = [tried.covered(some, 40) for some in tried.choices([k])]
    assert (answer is None) == (not every)
    if answer is not None:
        assert answer.value == pytest.approx(max(every))
        assert (answer.gap, len(answer.sites)) == (0, k)
        assert tried.covered(answer.sites, 40) == pytest.approx(answer.value)
        assert answer.before == tried.covered((), 40)
        holds_to_rules(case, answer)


@pytest.mark.parametrize("seed", random_cases(CASES))
def test_least_mean_is_the_best_of_all_choices(seed):
    case, k = random_case(seed)
    answer = solved(allocate.least_mean, case, k, 100)
    tried = Tried(case)
    every = [tried.mean_km(some, 100) for some in tried.choices([k])]
    assert (answer is None) == (not every)
    if answer is not None and case.weight.sum() > 0:
        assert answer.value == pytest.approx(min(every))
        assert answer.gap == 0
        assert tried.mean_km(answer.sites, 100) == pytest.approx(answer.value)
        holds_to_rules(case, answer)


@pytest.mark.parametrize("share", [0.6, 1.0])
@pytest.mark.parametrize("seed", random_cases(CASES // 2))
def test_fewest_sites_are_the_fewest_of_all_choices(seed, share):
    case, _ = random_case(seed)
    answer = solved(allocate.fewest_sites, case, 40, share)
    tried, need = Tried(case), share * case.weight.sum()
    every = tried.choices(range(len(case.candidates) + 1))
    enough = [len(some) for some in every if tried.covered(some, 40) >= need - 1e-9]
    assert (answer is None) == (not enough)
    if answer is not None:
        assert answer.value == len(answer.sites) == min(enough)
        assert tried.covered(answer.sites, 40) >= need - 1e-6
        holds_to_rules(case, answer)


@pytest.mark.parametrize("seed", random_cases(CASES))
def test_least_worst_is_the_best_of_all_choices(seed):
    case, k = random_case(seed)
    answer = solved(allocate.least_worst, case, k)
    tried = Tried(case)
    worst = [tried.worst(some) for some in tried.choices(range(k + 1))]
    reached = [km for km in worst if np.isfinite(km)]
    assert (answer is None) == (not reached)
    if answer is not None:
        assert answer.value == min(reached)
        assert answer.gap == 0
        # of those whom no site of today reaches nobody knows how far they are
        before = tried.worst(())
        assert answer.before == pytest.approx(before if np.isfinite(before) else np.nan, nan_ok=True)
        holds_to_rules(case, answer)


def most_flow(case, some, limit, holds):
    """The people that open sites can serve, by the maximum flow from people through sites."""
    origins, sites = list(case.weight.index), [*case.existing, *some]
    last = len(origins) + len(sites) + 1
    network = np.zeros((last + 1, last + 1), dtype=np.int32)
    network[0, 1 : len(origins) + 1] = case.weight
    network[len(origins) + 1 : last, last] = [holds[site] for site in sites]
    for origin, site, km in case.links.itertuples(index=False):
        if km <= limit and site in sites:
            network[1 + origins.index(origin), 1 + len(origins) + sites.index(site)] = 1_000
    return maximum_flow(csr_array(network), 0, last).flow_value


@pytest.mark.parametrize("seed", random_cases(CASES))
def test_most_served_is_the_best_of_all_choices(seed):
    case, k = random_case(seed)
    random = np.random.default_rng(seed + CASES)
    holds = {site: int(random.integers(0, 80)) for site in (*case.candidates, *case.existing)}
    answer = solved(allocate.most_served, case, k, 40, holds)
    every = [most_flow(case, some, 40, holds) for some in Tried(case).choices([k])]
    assert (answer is None) == (not every)
    if answer is not None:
        assert answer.value == pytest.approx(max(every))
        assert answer.before == pytest.approx(most_flow(case, (), 40, holds))
        assert most_flow(case, answer.sites, 40, holds) == pytest.approx(answer.value)
        assert answer.gap == 0
        holds_to_rules(case, answer)


def test_a_large_case_with_room_has_a_bound_that_holds():
    case = big_case()
    random = np.random.default_rng(3)
    holds = {site: float(random.integers(20_000, 200_000)) for site in case.candidates}
    answer = allocate.most_served(case, 12, 100, holds)
    assert len(answer.sites) == 12
    assert answer.value <= min(answer.bound * (1 + 1e-9), sum(holds[site] for site in answer.sites))
    # never more than without limits, and not far from the bound
    assert answer.value <= allocate.most_covered(replace(case, existing=()), 12, 100).bound
    assert answer.gap < 0.05


def test_choices_by_weights_are_those_of_each_weight_alone():
    case = replace(big_case(), existing=())
    random = np.random.default_rng(5)
    weights = random.integers(0, 1_000, (4, len(case.weight))) * (random.random((4, len(case.weight))) < 0.3)
    for weight, sites in zip(weights, allocate.chosen_by_weights(case, 6, 100, weights.astype(float)), strict=True):
        alone = replace(case, weight=pd.Series(weight.astype(float), index=case.weight.index))
        best = allocate.most_covered(alone, 6, 100)
        assert len(sites) == 6
        assert Tried(alone).covered(sites, 100) >= 0.97 * best.bound


def test_a_site_that_adds_nothing_is_not_chosen_by_weights():
    links = pd.DataFrame({"origin": ["a", "b"], "site": ["x", "y"], "distance_km": [1.0, 1.0]})
    case = Case(pd.Series({"a": 1.0, "b": 1.0}), links, candidates=("x", "y"))
    assert allocate.chosen_by_weights(case, 2, 40, np.array([[5.0, 0.0], [0.0, 0.0]])) == [("x",), ()]


def big_case(k_existing=5):
    random = np.random.default_rng(7)
    n = 300
    place = random.random((n, 2)) * 1_000
    km = np.hypot(*(place[:, None] - place[None, :]).T)
    row, column = np.nonzero(km <= 150)
    codes = np.array([f"{at:03d}" for at in range(n)])
    links = pd.DataFrame({"origin": codes[row], "site": codes[column], "distance_km": km[row, column]})
    weight = pd.Series(random.integers(1_000, 90_000, n).astype(float), index=codes)
    return Case(weight, links, tuple(codes[:k_existing]), tuple(codes[k_existing:]))


def test_a_large_case_has_a_bound_that_holds_and_is_near():
    case = big_case()
    answer = allocate.most_covered(case, 12, 100)
    assert len(answer.sites) == 12
    assert answer.before < answer.value <= answer.bound * (1 + 1e-9)
    assert answer.gap <= 0.01
    assert Tried(case).covered(answer.sites, 100) == pytest.approx(answer.value)


def test_more_sites_never_cover_fewer_people():
    case = big_case()
    values = [allocate.most_covered(case, k, 100).value for k in (0, 1, 3, 6)]
    assert values == sorted(values)


def test_the_same_case_has_the_same_answer():
    assert allocate.least_mean(big_case(), 8, 500) == allocate.least_mean(big_case(), 8, 500)


def test_more_sites_than_quotas_allow_are_refused_in_words():
    case = big_case()
    strict = Case(case.weight, case.links, case.existing, case.candidates, quota={"": 3})
    with pytest.raises(UnsolvableError, match="4 new sites cannot be chosen"):
        allocate.most_covered(strict, 4, 100)


def test_a_share_out_of_reach_says_how_far_all_candidates_go():
    links = pd.DataFrame({"origin": ["a"], "site": ["x"], "distance_km": [10.0]})
    case = Case(pd.Series({"a": 30.0, "b": 70.0}), links, candidates=("x",))
    with pytest.raises(UnsolvableError, match=r"30\.0% of people; expected 50\.0%"):
        allocate.fewest_sites(case, 40, 0.5)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weight": pd.Series({"a": np.nan})}, "known weight"),
        ({"weight": pd.Series({"a": -1.0})}, "known weight"),
        ({"forced": ("z",)}, "forced sites"),
        ({"existing": ("x",)}, "forced sites"),
    ],
)
def test_a_case_that_cannot_be_is_refused(change, said):
    given = {
        "weight": pd.Series({"a": 1.0}),
        "links": pd.DataFrame({"origin": ["a"], "site": ["x"], "distance_km": [1.0]}),
        "candidates": ("x",),
    }
    with pytest.raises(ValueError, match=said):
        Case(**(given | change))
