"""
Import: 1,000,000 points matched, against `geopandas.sjoin` of the same points. Budgets: 1.5 x, 2,000 MB.

Reading in the cage, against reading the same bytes in this process: a register and a short list. Budget: 1.1 x.
"""

import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator

import geopandas as gpd
import numpy as np
import pandas as pd

from mhgis import store
from mhgis.importing import gazetteer, places, read

#: what `ru_maxrss` counts in: bytes on macOS, KiB elsewhere
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
N_POINTS = 1_000_000
N_NAMED = 300_000
N_READ = 300_000
TURNS = 5


def draw_points(shapes: gpd.GeoDataFrame) -> tuple[pd.Series, pd.Series]:
    """Return points, as many about each county, spread over its window; some lie in the next one, some nowhere."""
    rng = np.random.default_rng(2015)
    windows = shapes.bounds.to_numpy()[rng.integers(0, len(shapes), N_POINTS)]
    lon = windows[:, 0] + (windows[:, 2] - windows[:, 0]) * rng.random(N_POINTS)
    lat = windows[:, 1] + (windows[:, 3] - windows[:, 1]) * rng.random(N_POINTS)
    return pd.Series(lon), pd.Series(lat)


def bench_import_points() -> Iterator[tuple[str, float, str]]:
    """Match points, the index made anew, then join them bare with the same shapes."""
    shapes = store.shapes("county", 0)
    lon, lat = draw_points(shapes)
    known = gazetteer.load()
    begun = time.perf_counter()
    found = places.match_points(known, lon, lat)
    seconds = time.perf_counter() - begun
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT / 1e6
    begun = time.perf_counter()
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=shapes.crs)
    gpd.sjoin(points, shapes, predicate="intersects")
    bare = time.perf_counter() - begun
    yield "import_points", seconds, "s"
    yield "import_points_bare_sjoin", bare, "s"
    yield "import_points_to_bare", seconds / bare, "x"
    yield "import_points_peak_memory", memory_mb, "MB"
    yield "import_points_asked_about", found["question"].notna().mean() * 100, "%"


def bench_import_names() -> Iterator[tuple[str, float, str]]:
    """Match rows by code, names and point together."""
    known = gazetteer.load()
    counties = known.areas[known.areas["level"].eq("county") & known.areas["is_applicable"]]
    rows = counties.sample(N_NAMED, replace=True, random_state=2015).reset_index(drop=True)
    rows = pd.DataFrame({"code": rows["area_code"], "county": rows["name_zh"], "lon": rows["lon"], "lat": rows["lat"]})
    begun = time.perf_counter()
    places.match(known, rows, level="county")
    yield "import_names_300k", time.perf_counter() - begun, "s"


def bench_import_read() -> Iterator[tuple[str, float, str]]:
    """Read a register in the cage and bare by turns, then a list of twenty rows."""
    lines = [f"医院{n},甘肃省,兰州市,城关区,{n % 90},{n % 7},103.{n % 1000:03},36.{n % 1000:03}" for n in range(N_READ)]
    header = "机构名称,省,市,县,精神科床位数,精神科医师,经度,纬度"
    for name, rows in (("register", lines), ("list", lines[:20])):
        data = "\n".join([header, *rows]).encode()
        read.read(data, "warm.csv")
        caged, bare = [], []
        for _ in range(TURNS):
            caged.append(_seconds(lambda data=data: read.read(data, "a.csv")))
            bare.append(_seconds(lambda data=data: read.read_here(data, "a.csv", "en", lambda _share, _message: None)))
        yield f"import_read_{name}_in_cage", statistics.median(caged), "s"
        yield f"import_read_{name}_bare", statistics.median(bare), "s"
        yield f"import_read_{name}_in_cage_to_bare", statistics.median(caged) / statistics.median(bare), "x"


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
