"""Import: 1,000,000 points matched, against `geopandas.sjoin` of the same points. Budgets: 1.5 x, 2,000 MB."""

import resource
import sys
import time
from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd

from mhgis import store
from mhgis.importing import gazetteer, places

#: what `ru_maxrss` counts in: bytes on macOS, KiB elsewhere
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
N_POINTS = 1_000_000
N_NAMED = 300_000


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
