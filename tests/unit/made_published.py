"""A published file of the made-up country, small enough to be read by eye: for what is asked of the tables."""

import json
from itertools import count
from pathlib import Path

import pandas as pd

from etl.contract import TABLES
from mhgis import paths, store
from mhgis.country import Country, rows_of
from tests.made_country import AREAS, COUNTRY, ENGLISH

_BUILDS = count(1)

#: a municipality: a province and a prefecture at once, with one county
CITY = (
    ("province", "930000", "country", COUNTRY, "930000", "直市"),
    ("prefecture", "930000", "province", "930000", "930000", "直市"),
    ("county", "930101", "prefecture", "930000", "930000", "中区"),
)


def areas():
    rows = [row[:6] for row in AREAS] + list(CITY)
    names = ["level", "area_code", "parent_level", "parent_code", "province_code", "name_zh"]
    english = [*ENGLISH, "Made City", "Made City", "Middle District"]
    regions = {"910000": "east", "920000": "west", "930000": "east"}
    table = pd.DataFrame(rows, columns=names).assign(
        name_en=english, is_applicable=True, area_km2=100.0, lon=100.0, lat=30.0, boundary_year=2024
    )
    return table.assign(region=table["province_code"].map(regions))


def publish(**tables):
    """Write the tables into a new file and point at it; those that are not given are empty."""
    # what is kept in memory is kept by build
    build = f"made{next(_BUILDS)}"
    folder = paths.published()
    folder.mkdir(parents=True, exist_ok=True)
    file = Path(folder / f"mhgis-{build}.duckdb")
    frames = {"area": areas(), "pack": rows_of(Country(code=COUNTRY)), **tables}
    with store.create(file) as connection:
        for name, table in TABLES.items():
            columns = ", ".join(f'"{column}" {kind}' for column, (kind, _said) in table.columns.items())
            connection.execute(f'CREATE TABLE "{name}" ({columns})')
            if name in frames:
                connection.register("incoming", frames[name])
                connection.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM incoming')
                connection.unregister("incoming")
    says = {"file": file.name, "build": build, "built_at": "2026-11-30T00:00:00+00:00", "sources": {}}
    (folder / store.POINTER).write_text(json.dumps(says), "utf-8")
