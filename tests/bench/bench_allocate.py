"""Next sites on all counties: gap and time for some k; one case beside `spopt` in the same run. Budget: 15 s, 1 %."""

import time
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pulp
from spopt.locate import MCLP

from mhgis import store
from mhgis.measures import distance
from mhgis.planning import allocate
from mhgis.planning.allocate import Case

NUMBERS = (1, 10, 50, 75, 100, 110, 125, 140, 150, 175, 200)
REACHES_KM = (50, 100)
#: the case that both solve: k, km
SAME = (20, 100)
#: far, for whoever is out of reach in a full matrix, km
FAR = 1e6


def _case(reach_km: float, region: str | None = None) -> tuple[Case, np.ndarray]:
    areas = store.areas("county").query("is_applicable").set_index("area_code")
    areas = areas[areas["region"].eq(region)] if region else areas
    people = store.query("SELECT area_code, people FROM population WHERE level = 'county' AND year = 2015")
    weight = people.set_index("area_code")["people"].reindex(areas.index).fillna(0).astype(float)
    pairs = distance.reach(areas, areas, reach_km, lambda share: share * reach_km).weights.tocoo()
    links = pd.DataFrame({"origin": areas.index[pairs.row], "site": areas.index[pairs.col], "distance_km": pairs.data})
    full = np.full((len(areas), len(areas)), FAR)
    full[pairs.row, pairs.col] = pairs.data
    return Case(weight, links, (), tuple(areas.index)), full


def bench_next_sites() -> Iterator[tuple[str, float, str]]:
    """Cover most people of all counties with k sites, as if there were none: the hardest case there is."""
    for reach_km in REACHES_KM:
        case, _full = _case(reach_km)
        for k in NUMBERS:
            begun, cpu = time.perf_counter(), time.process_time()
            answer = allocate.most_covered(case, k, reach_km)
            yield f"sites_{reach_km}km_{k}", time.perf_counter() - begun, "s"
            yield f"sites_{reach_km}km_{k}_processor", time.process_time() - cpu, "s"
            yield f"sites_{reach_km}km_{k}_gap", 100 * answer.gap, "%"


def bench_next_sites_beside_spopt() -> Iterator[tuple[str, float, str]]:
    """Solve one case of the western counties twice; the library is given the matrix for nothing, not the model."""
    k, reach_km = SAME
    case, full = _case(reach_km, "west")
    begun = time.perf_counter()
    answer = allocate.most_covered(case, k, reach_km)
    yield "sites_west", time.perf_counter() - begun, "s"
    yield "sites_west_people", answer.value, "people"
    begun = time.perf_counter()
    model = MCLP.from_cost_matrix(full, case.weight.to_numpy(), service_radius=reach_km, p_facilities=k)
    model.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=allocate.GOOD_GAP))
    yield "sites_west_spopt", time.perf_counter() - begun, "s"
    yield "sites_west_spopt_people", float(model.problem.objective.value()), "people"
