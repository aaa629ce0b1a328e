"""A small dataset to import, with made-up values: 甘肃 with known, zero, unknown and suppressed counties."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from mhgis import store
from mhgis.importing import library
from mhgis.importing.aggregate import Complete

PROVINCE = "620000"
TITLE = "Made-up register for a test"
THRESHOLD = 3


@contextmanager
def own_data(folder: Path, published: store.Published) -> Iterator[Path]:
    """Make a folder the data folder, with the published file in it and room for imports of its own."""
    (folder / "published").symlink_to(published.file.parent.resolve())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MHGIS_DATA", str(folder))
        yield folder


def counties():
    """Codes of the counties of the province, in order."""
    areas = store.areas("county")
    return areas.loc[areas["province_code"].eq(PROVINCE), "area_code"].tolist()


def facilities():
    """Sixty facilities: four in each of the first ten counties, two in each of the next ten; one of unknown beds."""
    codes = counties()
    held = [*(code for code in codes[:10] for _ in range(4)), *(code for code in codes[10:20] for _ in range(2))]
    areas = store.areas("county").set_index("area_code")
    rows = [
        {
            "facility_id": f"t{at:03}", "name": f"测试机构{at}", "kind": "hospital", "sponsor": "test", "grade": "2",
            "area_code": code, "lon": areas.loc[code, "lon"], "lat": areas.loc[code, "lat"],
            "beds": None if at == 0 else 20 + at, "psychiatrists": 4, "nurses": None, "year": 2023,
        }
        for at, code in enumerate(held)
    ]  # fmt: skip
    return pd.DataFrame(rows).astype(dict.fromkeys(("beds", "psychiatrists", "nurses"), "Float64"))


def draft(**other):
    """The draft of it: complete for the province but for its last prefecture."""
    areas = store.areas("prefecture")
    stated = areas.loc[areas["province_code"].eq(PROVINCE), "area_code"].tolist()[:-1]
    parts = {
        "title_zh": "测试用虚构登记册", "title_en": TITLE, "publisher": "Test office", "created_on": "2026-11-22",
        "year": 2023, "file": "register.csv", "original": b"made up", "counts": library.no_counts(),
        "facilities": facilities(), "complete": Complete(tuple(("prefecture", code) for code in stated)),
    }  # fmt: skip
    return library.Draft(**(parts | other))
