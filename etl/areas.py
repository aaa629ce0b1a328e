"""
The areas of a country in their hierarchy: codes, names, kinds, parents, sizes and points.

Parents come from the pack's table of areas, or from the boundary set's own table and the special cases of
`area_special.csv`, never from slicing codes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from etl import boundaries
from etl.pack import Pack
from mhgis.errors import Fault, SchemaError
from mhgis.importing import area_names
from mhgis.indicators import Level

#: the columns of the published table, in its order
COLUMNS: Final = (
    "area_code", "level", "parent_code", "parent_level", "province_code", "name_zh", "name_en", "pinyin", "initials",
    "area_type", "region", "setting", "area_km2", "lon", "lat", "is_proper_prefecture", "is_applicable", "special",
    "boundary_year",
)  # fmt: skip
_FILE: Final = "areas.csv"


def build(shapes: Mapping[Level, gpd.GeoDataFrame], tables: dict[str, pd.DataFrame], country: Pack) -> pd.DataFrame:
    """
    Put the areas of all levels into one table.

    Parameters
    ----------
    shapes
        Level -> full shapes with `area_code`, `parent_code`, `province_code`, `name_zh`.
    tables
        The sourced tables: `areas`, or else `province_names`, `area_special`, `name_overrides`, `ethnic_names`; and
        `sources`.
    country
        The pack.

    Returns
    -------
    areas
        One row an area and level, ordered by level from the top, then code; see `COLUMNS`. `area_km2` on the ellipsoid
        from full shapes; `lon`, `lat` (EPSG:4326) the centroid where it lies inside, else a point that does.
    """
    upper: dict[Level, Level] = dict(zip(country.levels[1:], country.levels, strict=False))
    areas = pd.concat([_level(level, shapes[level], upper.get(level)) for level in country.levels], ignore_index=True)
    if tables["areas"].empty:
        areas = _with_specials(areas, tables["area_special"])
        areas = _with_names(areas, tables, country)
        regions = tables["province_names"].set_index("area_code")["region"]
        areas = areas.assign(region=areas["province_code"].map(regions))
    else:
        areas = _with_listed(areas, tables["areas"])
    setting = {kind: name for name, kinds in country.setting_kinds.items() for kind in kinds}
    year = tables["sources"].set_index("source_id").loc[country.borders.source_id, "year"]
    return areas.assign(setting=areas["area_type"].map(setting), boundary_year=int(str(year)[:4]))[list(COLUMNS)]


def place(smallest: gpd.GeoDataFrame, listed: pd.DataFrame, country: Pack) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """
    Say of the smallest areas which larger ones they lie in, and list the areas of every level.

    Parameters
    ----------
    smallest
        As `etl.boundaries.read` returns it.
    listed
        The pack's table `areas`; without a row where the boundary set's own attributes say it.
    country
        The pack.

    Returns
    -------
    shapes
        The smallest areas, ordered by code, with the code of what holds each, a column a level (`province_code`, ...).
    attributes
        Every area: `area_code`, `name_zh`, `level`, `parent_code`, `province_code`.

    Raises
    ------
    SchemaError
        If boundaries and areas do not fit: a code without a shape, a shape without a row, a parent that is not there.
    """
    if listed.empty:
        named = smallest.assign(country_code=country.country_code, country_name=country.name("zh"))
        return named.sort_values("area_code", ignore_index=True), _attributes(named, country.levels)
    faults = list(_hierarchy_faults(smallest, listed, country))
    if faults:
        raise SchemaError(faults)
    holder = {
        (str(level), str(code)): None if pd.isna(parent) else str(parent)
        for level, code, parent in zip(listed["level"], listed["area_code"], listed["parent_code"], strict=True)
    }
    found = smallest.copy()
    at = found["area_code"]
    for level, lower in zip(country.levels[-2::-1], country.levels[:0:-1], strict=True):
        at = pd.Series([holder[lower, code] for code in at], index=found.index, dtype="str")
        found[f"{level}_code"] = at
    rows = listed.assign(name_zh=listed["name_zh"].fillna(listed["name_en"]))
    rows["province_code"] = [_province_of(*key, holder, country.levels) for key in holder]
    columns = ["area_code", "name_zh", "level", "parent_code", "province_code"]
    return found.sort_values("area_code", ignore_index=True), rows[columns].astype("str")


def _province_of(
    level: str, code: str, holder: Mapping[tuple[str, str], str | None], levels: Sequence[str]
) -> str | None:
    if level == levels[0]:
        return None
    at: str | None = code
    for below in reversed(levels[2 : levels.index(level) + 1]):
        at = holder[below, str(at)]
    return at


def _hierarchy_faults(smallest: gpd.GeoDataFrame, listed: pd.DataFrame, country: Pack) -> Iterator[Fault]:
    lines = range(2, len(listed) + 2)
    levels, codes, parents = (listed[name].tolist() for name in ("level", "area_code", "parent_code"))
    upper = dict(zip(country.levels[1:], country.levels, strict=False))
    known = set(zip(levels, codes, strict=True))
    holders = set(zip((upper.get(level) for level in levels), parents, strict=True))
    drawn = set(smallest["area_code"])
    for line, level, code, parent in zip(lines, levels, codes, parents, strict=True):
        if level == "country" and code != country.country_code:
            yield Fault(_FILE, line, "area_code", code, f"{country.country_code}, the code that pack.toml has",
                        "Mend one of the two.")  # fmt: skip
        if level != "country" and (upper[level], parent) not in known:
            found = "no parent" if pd.isna(parent) else f"{parent}, which is no {upper[level]} of this file"
            yield Fault(_FILE, line, "parent_code", found, f"the code of the {upper[level]} it lies in",
                        "Mend the code, or add that area.")  # fmt: skip
        if level != country.levels[-1] and (level, code) not in holders:
            yield Fault(_FILE, line, "area_code", f"{code}, in which no area lies", "at least one area within",
                        "Add the areas it is made of.")  # fmt: skip
        if level == country.levels[-1] and code not in drawn:
            yield Fault(_FILE, line, "area_code", f"{code}, which has no shape", f"a code of {country.borders.file}",
                        "Mend the code, or draw the area.")  # fmt: skip
    if ("country", country.country_code) not in known:
        yield Fault(_FILE, None, "area_code", "no row for the country", f"a row of level country, code "
                    f"{country.country_code}", "Add it.")  # fmt: skip
    own = {code for level, code in known if level == country.levels[-1]}
    repeated = smallest["area_code"].duplicated()
    for row, (code, is_again) in enumerate(zip(smallest["area_code"], repeated, strict=True), start=1):
        if code not in own:
            yield Fault(country.borders.file, row, country.borders.code_column, code,
                        f"the code of a {country.levels[-1]} in {_FILE}", "Add its row, or mend the code.")  # fmt: skip
        if is_again:
            yield Fault(country.borders.file, row, country.borders.code_column, f"{code} a second time",
                        "each code once", "Unite the shapes of one area.")  # fmt: skip


def _attributes(smallest: pd.DataFrame, levels: tuple[Level, ...]) -> pd.DataFrame:
    """List the areas of every level as the boundary set's own table has them: code, name, parent, province."""
    parts = []
    for level, parent in zip(levels, (None, *levels), strict=False):
        code, name = ("area_code", f"{level}_name") if level == levels[-1] else (f"{level}_code", f"{level}_name")
        units = smallest.drop_duplicates(code)
        part = units[[code, name]].set_axis(["area_code", "name_zh"], axis=1).assign(level=level)
        part["parent_code"] = units[f"{parent}_code"] if parent else None
        part["province_code"] = units["province_code"] if level != "country" else None
        parts.append(part)
    return pd.concat(parts, ignore_index=True).astype("str")


def _level(level: Level, shapes: gpd.GeoDataFrame, upper: Level | None) -> pd.DataFrame:
    points = inner_points(shapes)
    return pd.DataFrame({
        "area_code": shapes["area_code"], "level": level, "parent_code": shapes["parent_code"],
        "parent_level": upper, "province_code": shapes["province_code"], "name_zh": shapes["name_zh"],
        "area_km2": boundaries.areas_km2(shapes).round(3), "lon": points[:, 0].round(5), "lat": points[:, 1].round(5),
    })  # fmt: skip


def inner_points(shapes: gpd.GeoDataFrame) -> np.ndarray:
    """Return a point inside each shape, shape (n, 2): its centroid where that lies inside, else one that does."""
    geometry = shapes.geometry.to_numpy()
    centroids = shapely.get_coordinates(shapely.centroid(geometry))
    inside = shapely.contains_xy(geometry, centroids[:, 0], centroids[:, 1])
    return np.where(inside[:, None], centroids, boundaries.label_points(shapes))


def _with_specials(areas: pd.DataFrame, special: pd.DataFrame) -> pd.DataFrame:
    listed = special.groupby(["level", "area_code"])["kind"].agg(";".join).rename("special")
    areas = areas.join(listed, on=["level", "area_code"])
    outside = special.loc[special["kind"] == "outside_mainland_statistics", "area_code"].unique()
    no_tier = {"municipality", "directly_administered", "reserve", "outside_mainland_statistics"}
    kinds = areas["special"].fillna("").str.split(";")
    return areas.assign(
        is_applicable=~areas["province_code"].isin(outside).astype(bool),
        is_proper_prefecture=areas["level"].eq("prefecture") & ~kinds.map(lambda found: bool(no_tier & set(found))),
    )


def _with_listed(areas: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    own = listed.set_index(["level", "area_code"])[["name_en", "area_type", "region", "is_applicable"]]
    areas = areas.join(own, on=["level", "area_code"])
    english = areas["name_en"].str.lower()
    outside = set(areas.loc[~areas["is_applicable"].astype(bool), "area_code"])
    return areas.assign(
        area_type=areas["area_type"].fillna(areas["level"]),
        pinyin=english.str.replace(r"[\W_]+", "", regex=True),
        initials=["".join(word[0] for word in str(name).replace("-", " ").split()) for name in english],
        is_applicable=areas["is_applicable"].astype(bool) & ~areas["province_code"].isin(outside),
        is_proper_prefecture=areas["level"].eq("prefecture"),
        special=pd.Series(pd.NA, index=areas.index, dtype="str"),
    )


def _with_names(areas: pd.DataFrame, tables: dict[str, pd.DataFrame], country: Pack) -> pd.DataFrame:
    overrides = area_names.overrides_from(tables["name_overrides"])
    ethnic = dict(zip(tables["ethnic_names"]["name_zh"], tables["ethnic_names"]["name_en"], strict=True))
    # a municipality's prefecture row bears its province's name
    official = dict(zip(tables["province_names"]["area_code"], tables["province_names"]["name_en"], strict=True))
    official[country.country_code] = country.name("en")
    rows = list(zip(areas["area_code"], areas["level"], areas["name_zh"], strict=True))
    keys = [area_names.search_keys(name, overrides) for _, _, name in rows]
    return areas.assign(
        name_en=[
            official.get(code) or area_names.romanise(name, level, overrides, ethnic, code)
            for code, level, name in rows
        ],
        pinyin=[pinyin for pinyin, _ in keys],
        initials=[initials for _, initials in keys],
        area_type=[_type(level, name, country.kinds.get(level, {})) for _, level, name in rows],
    )


def _type(level: str, name: str, endings: Mapping[str, str]) -> str:
    fitting = [ending for ending in endings if name.endswith(ending)]
    return endings[max(fitting, key=len)] if fitting else level
