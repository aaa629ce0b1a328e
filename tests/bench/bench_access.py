"""Access, equity and clusters: the pages, and the measures beside pysal's `access` and `esda` in the same run."""

import time
from collections.abc import Callable, Iterator

import esda
import geopandas as gpd
import libpysal
import numpy as np
import pandas as pd
from access import fca
from streamlit.testing.v1 import AppTest

from mhgis import paths, store
from mhgis.measures import clusters, distance

TIMES = 5
AREAS, SITES, CATCHMENT_KM = 2_852, 3_000, 100
TIMEOUT_S = 60


def _best_ms(work: Callable[[], object]) -> float:
    found = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - begun))
    return min(found)


def bench_floating_catchment() -> Iterator[tuple[str, float, str]]:
    """2SFCA over all counties and 3,000 facilities; budget 50 ms. The library is given the pairs for nothing."""
    areas = store.areas("county").query("is_applicable").set_index("area_code")
    random = np.random.default_rng(1)
    at = random.integers(0, len(areas), SITES)
    sites = areas.iloc[at][["lon", "lat"]].set_axis([f"s{i}" for i in range(SITES)])
    units, people = pd.Series(random.integers(1, 300, SITES), sites.index), pd.Series(500_000, areas.index)

    def ours() -> pd.Series:
        return distance.floating_catchment(distance.reach(areas, sites, CATCHMENT_KM), units, people)

    yield "access_2sfca", _best_ms(ours), "ms"
    pairs = distance.reach(areas, sites, CATCHMENT_KM).weights.tocoo()
    costs = pd.DataFrame({"origin": areas.index[pairs.row], "dest": sites.index[pairs.col], "cost": 1.0})
    demand, supply = pd.DataFrame({"people": people}), pd.DataFrame({"units": units})

    def theirs() -> pd.Series:
        return fca.two_stage_fca(
            demand, supply, costs, CATCHMENT_KM, demand_name="people", supply_name="units",
            demand_index=True, supply_index=True,
        )  # fmt: skip

    yield "access_2sfca_pysal", _best_ms(theirs), "ms"


def bench_permutations() -> Iterator[tuple[str, float, str]]:
    """Local Moran over all counties, with the permutations of the page (budget 3 s) and with 999."""
    areas = store.areas("county").query("is_applicable").set_index("area_code")
    weights = clusters.nearest_k(areas[["lon", "lat"]], 6)
    values = pd.Series(np.random.default_rng(2).normal(size=len(areas)), areas.index)
    yield "clusters_99999", _best_ms(lambda: clusters.local_clusters(values, weights, 1)), "ms"
    yield "clusters_999", _best_ms(lambda: clusters.local_clusters(values, weights, 1, permutations=999)), "ms"
    points = gpd.GeoSeries.from_xy(areas["lon"], areas["lat"])
    graph = libpysal.weights.KNN.from_dataframe(points.to_frame("geometry").reset_index(drop=True), k=6)
    graph.transform = "r"
    esda.Moran_Local(values.to_numpy(), graph, permutations=9, n_jobs=1)
    yield "clusters_999_esda", _best_ms(
        lambda: esda.Moran_Local(values.to_numpy(), graph, permutations=999, n_jobs=1, seed=1)
    ), "ms"  # fmt: skip


def bench_access_page() -> Iterator[tuple[str, float, str]]:
    """Change each parameter of the national page of counties once, warm; budget 1 s for any of them."""
    app = AppTest.from_file(str(paths.ROOT / "app.py"), default_timeout=TIMEOUT_S)
    app.query_params["data"], app.query_params["level"] = "cn-modelled-2015", "county"
    app.run()
    app.switch_page("pages/access.py").run()
    changes: dict[str, Callable[[], AppTest]] = {
        "threshold": lambda: app.number_input(key="access_threshold").set_value(50),
        "unit": lambda: app.selectbox(key="access_unit").set_value("min"),
        "speed": lambda: app.number_input(key="access_speed").set_value(40),
        "borders": lambda: app.selectbox(key="access_borders").set_value("closed"),
        "measure": lambda: app.selectbox(key="access_measure").set_value("gaussian"),
        "catchment": lambda: app.number_input(key="access_catchment").set_value(150),
        "resource": lambda: app.selectbox(key="access_resource").set_value("psychiatrists"),
    }
    for name, change in changes.items():
        change()
        begun = time.perf_counter()
        app.run()
        yield f"access_page_{name}", 1000 * (time.perf_counter() - begun), "ms"
    if app.exception:
        raise RuntimeError(app.exception[0].message)


def bench_equity_page() -> Iterator[tuple[str, float, str]]:
    """Open the page of equity for the first time and again, modelled and published; budget 1 s of processor time."""
    views = {
        "published_provinces": {"data": "cn-published", "level": "province"},
        "published_counties": {"data": "cn-published", "level": "county"},
        "modelled_counties": {"data": "cn-modelled-2015", "level": "county"},
    }
    for name, view in views.items():
        app = AppTest.from_file(str(paths.ROOT / "app.py"), default_timeout=TIMEOUT_S)
        for key, value in view.items():
            app.query_params[key] = value
        app.run()
        for visit in ("first", "again"):
            begun = time.process_time()
            (app.switch_page("pages/equity.py") if visit == "first" else app).run()
            yield f"equity_page_{name}_{visit}", 1000 * (time.process_time() - begun), "ms of processor"
        changes = {"statistic": "star", "neighbouring": "nearest"} if "modelled" in name else {}
        for part, value in changes.items():
            app.selectbox(key=f"equity_{part}").set_value(value)
            begun = time.process_time()
            app.run()
            yield f"equity_page_{name}_{part}", 1000 * (time.process_time() - begun), "ms of processor"
        if app.exception:
            raise RuntimeError(app.exception[0].message)
