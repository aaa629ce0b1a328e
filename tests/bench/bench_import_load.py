"""Import of a whole register: 1,000,000 rows loaded, against `sjoin` and reading. Budgets: 1.5 x, 2,000 MB."""

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from unittest import mock

import geopandas as gpd
import numpy as np
import pandas as pd

from mhgis import paths, store
from mhgis.importing import gazetteer, library, places, reference
from mhgis.importing.plan import Choices, Plan, prepare
from mhgis.importing.read import read

#: what `ru_maxrss` counts in: bytes on macOS, KiB elsewhere
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
N_CSV = 1_000_000
N_XLSX = 300_000
JITTER_DEGREES = 0.002
TODAY = date(2026, 11, 22)
#: rows drawn beside those wanted, for points too near a border are asked about
SPARE = 10_000
#: beds are drawn without regard to what a province has
CONFIRMED = ("above_province", "units_mixed")


def register(rows: int) -> pd.DataFrame:
    """Return a register with points in the counties."""
    rng = np.random.default_rng(2015)
    areas = store.areas("county")
    inside = areas[areas["is_applicable"]].sample(rows, replace=True, random_state=2015)
    return pd.DataFrame(
        {
            "机构编号": [f"F{n:07}" for n in range(rows)],
            "机构名称": [f"第{n}医院" for n in range(rows)],
            "经度": (inside["lon"].to_numpy() + rng.normal(0, JITTER_DEGREES, rows)).round(6),
            "纬度": (inside["lat"].to_numpy() + rng.normal(0, JITTER_DEGREES, rows)).round(6),
            "精神科床位数": rng.integers(0, 400, rows),
            "精神科医师": rng.integers(0, 40, rows),
            "年份": 2023,
        }
    )


def without_questions(rows: pd.DataFrame, wanted: int) -> pd.DataFrame:
    """Return the first rows whose points are asked about nowhere."""
    found = places.match_points(gazetteer.load(), rows["经度"], rows["纬度"])
    return rows[found["area_code"].notna()].head(wanted)


def planned(file: Path, known: reference.Reference) -> Plan:
    """Read and plan a file."""
    chosen = Choices(system="WGS-84", confirmed=CONFIRMED)
    return prepare(read(file), chosen, known, lang="zh", today=TODAY)


def bench_import_register() -> Iterator[tuple[str, float, str]]:
    """Read, plan and load a register, the index of shapes made anew; then read it and join it bare."""
    shapes = store.shapes("county", 0)
    known = reference.load()
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(paths, "datasets", return_value=Path(folder) / "own"),
    ):
        file = Path(folder) / "register.csv"
        without_questions(register(N_CSV + SPARE), N_CSV).to_csv(file, index=False)
        begun, cpu = time.perf_counter(), time.process_time()
        made = planned(file, known)
        planned_s = time.perf_counter() - begun
        library.save(made.to_draft(file.read_bytes(), TODAY.isoformat()))
        seconds, cpu_s = time.perf_counter() - begun, time.process_time() - cpu
        memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT / 1e6
        begun, cpu = time.perf_counter(), time.process_time()
        bare_rows = pd.read_csv(file)
        points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(bare_rows["经度"], bare_rows["纬度"]), crs=shapes.crs)
        gpd.sjoin(points, shapes, predicate="intersects")
        bare, bare_cpu = time.perf_counter() - begun, time.process_time() - cpu
    yield "import_register_1m", seconds, "s"
    yield "import_register_1m_planned", planned_s, "s"
    yield "import_register_bare", bare, "s"
    yield "import_register_to_bare", seconds / bare, "x"
    yield "import_register_to_bare_cpu", cpu_s / bare_cpu, "x"
    yield "import_register_peak_memory", memory_mb, "MB"
    yield "import_register_loaded", len(made.facilities) / N_CSV * 100, "%"


def bench_import_xlsx() -> Iterator[tuple[str, float, str]]:
    """Read and plan a register kept as XLSX."""
    known = reference.load()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "register.xlsx"
        register(N_XLSX).to_excel(file, index=False, engine="xlsxwriter")
        begun = time.perf_counter()
        made = planned(file, known)
        yield "import_xlsx_300k", time.perf_counter() - begun, "s"
    yield "import_xlsx_300k_loaded", made.tally["loaded"] / N_XLSX * 100, "%"
