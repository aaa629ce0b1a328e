"""
The pipeline: snapshot -> shapes -> harmonise -> model -> measure -> publish.

Each stage reads files of earlier ones, calls functions that are tested without files, and writes files.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from etl import (
    adjacency,
    areas,
    boundaries,
    contract,
    harmonise,
    measure,
    model,
    pack,
    place_names,
    publish,
    source_rows,
    tables,
)
from etl.build import Folders, Stage, build, checksum, file_checksums
from mhgis import country, paths
from mhgis.exports import static_files
from mhgis.figures import fonts
from mhgis.indicators import REGISTRY, Level, require_rules
from mhgis.measures import downscale, weightings
from mhgis.measures import tables as measures

#: the tables of the model alone
_OF_MODEL: Final = ("model_without", "model_adjustment", "model_calibration", "ensemble_count")

#: what the web files are simplified to, degrees
SCREEN_TOLERANCE: Final = 0.02


def sources() -> dict[str, str]:
    """Return the SHA-256 of everything the build reads from outside: the pack's files and its boundary set."""
    folder = paths.tables()
    borders = pack.read(folder).borders
    found = {f"data/{name}": digest for name, digest in file_checksums(folder).items()}
    used = boundaries.source_files(borders, folder) if borders.package else []
    return found | {f"{borders.package}/{path.name}": checksum(path.read_bytes()) for path in used}


def _sources_digest() -> str:
    return checksum(json.dumps(sources(), sort_keys=True))


def _boundary_digest() -> str:
    folder = paths.tables()
    files = [folder / pack.FILE, folder / "areas.csv", *boundaries.source_files(pack.read(folder).borders, folder)]
    return checksum(*(file.read_bytes() if file.is_file() else b"" for file in files))


def _publish_digest() -> str:
    folder = paths.tables()
    says = country.rows_of(pack.read(folder).country).to_csv()
    counts = folder / tables.ROW_COUNTS
    return checksum(*publish.check_texts(folder).values(), counts.read_bytes() if counts.is_file() else b"", says)


def snapshot(folders: Folders) -> None:
    """Read every source as it is and check it, and the registry of indicators with it; write down what was read."""
    require_rules(REGISTRY.values())
    tables.read_all(paths.tables())
    (folders.out / "sources.json").write_text(json.dumps(sources(), indent=1, sort_keys=True))


def shapes(folders: Folders) -> None:
    """Read, mend, dissolve and simplify the boundaries; write one file a level and tolerance."""
    folder = paths.tables()
    own = pack.read(folder)
    smallest, attributes = areas.place(boundaries.read(own.borders, folder), tables.read("areas", folder), own)
    attributes.to_parquet(folders.out / "attributes.parquet")
    full = boundaries.clean_coverage(smallest)
    _neighbours(full, own.levels).to_parquet(folders.out / "neighbour.parquet")
    *upper, finest = own.levels
    for tolerance in (0.0, *boundaries.TOLERANCES):
        smallest = full if tolerance == 0 else boundaries.simplify(full, tolerance)
        by_level = {level: boundaries.dissolve(smallest, f"{level}_code") for level in upper}
        by_level[finest] = smallest[["area_code", "geometry"]]
        for level, frame in by_level.items():
            frame.to_parquet(folders.out / f"{level}-{tolerance}.parquet")
    boundaries.read_lines(own.borders, folder).to_parquet(folders.out / "lines.parquet")


def _neighbours(smallest: gpd.GeoDataFrame, levels: Sequence[Level]) -> pd.DataFrame:
    """List the areas of every level but the country that share a border."""
    codes = smallest.set_index("area_code")
    holders: dict[str, dict[str, str]] = {level: codes[f"{level}_code"].to_dict() for level in levels[1:-1]}
    return adjacency.by_level(adjacency.shared_borders(smallest), holders, levels[-1])


def harmonised(folders: Folders) -> None:
    """Give every table our codes, names and types, with corrections applied; write one file a table."""
    folder = paths.tables()
    own = pack.read(folder)
    entered = tables.read_all(folder)
    sourced = harmonise.apply_corrections(entered)
    attributes = pd.read_parquet(folders.of("shapes", "attributes.parquet"))
    full = {
        level: gpd.read_parquet(folders.of("shapes", f"{level}-0.0.parquet")).merge(
            attributes[attributes["level"].eq(level)].drop(columns="level"), on="area_code", validate="one_to_one"
        )
        for level in own.levels
    }
    area = areas.build(full, sourced, own)
    found = harmonise.published_tables(sourced, area, own.years_of_all_levels, own.country_code)
    found["dataset"] = found["dataset"].assign(created_at=None)
    found |= place_names.published(sourced, area)
    found["source_row"] = source_rows.source_rows(entered, own.country_code)
    for name, table in (found | {"area": area, "national": sourced["national_resources"]}).items():
        table.to_parquet(folders.out / f"{name}.parquet")


def typeface(folders: Folders) -> None:
    """Cut the type family to the common characters and those of the names, for the browser; one file a weight."""
    names = pd.read_parquet(folders.of("shapes", "attributes.parquet"))["name_zh"]
    text = fonts.common_characters() + "".join(names)
    for weight in fonts.WEIGHTS:
        fonts.file_for("", weight)  # kept for figures, so that the first one need not wait
        shutil.copyfile(fonts.kept(text, weight, "woff2"), folders.out / f"noto-sans-sc-{weight}.woff2")
    (folders.out / "OFL.txt").write_text(fonts.licence(), "utf-8")


def modelled(folders: Folders) -> None:
    """Draw the ensemble under each weighting; write the published one's draws and the summaries of all, if any."""
    own = pack.read(paths.tables())
    frame = _reader(folders, "harmonise")
    if own.model is None:
        for name in _OF_MODEL:
            contract.empty(name).to_parquet(folders.out / f"{name}.parquet")
        return
    year = own.model["year"]
    people = frame("population").query("year == @year")
    counties = model.counties(frame("area"), people)
    provinces = model.provinces(frame("area"), frame("resource"), frame("province_published"), year)
    national = model.national(frame("national"), year, own.model["concentrated_region"])
    ensembles = {
        name: downscale.draw(
            counties, provinces, national, weighting, n_draws=own.model["draws"], seed=own.model["seed"]
        )
        for name, weighting in weightings.WEIGHTINGS.items()
    }
    groups = model.groups(counties, own.country_code)
    central = ensembles["central"]
    counts = measure.modelled_resources(central, groups)
    counts.to_parquet(folders.out / "counts.parquet")
    drawn = measure.Drawn(ensembles, people, groups)
    measure.modelled_indicators(drawn).to_parquet(folders.out / "indicators.parquet")
    county_people = counties.set_index("area_code")["people"]
    model.without_by_weighting(ensembles, county_people, groups).to_parquet(folders.out / "model_without.parquet")
    model.adjustments(central).to_parquet(folders.out / "model_adjustment.parquet")
    calibration = model.calibration(central, counties, model.priors(frame("national")))
    calibration.to_parquet(folders.out / "model_calibration.parquet")
    model.require_kept(ensembles, provinces, national)
    model.ensemble_counts(central, own.model["dataset_id"], year).to_parquet(folders.out / "ensemble_count.parquet")


def measured(folders: Folders) -> None:
    """Compute the indicators of the built datasets for every area; write counts and indicators."""
    own = pack.read(paths.tables())
    frame, drawn = _reader(folders, "harmonise"), _reader(folders, "model")
    found = [measure.published(frame("area"), frame("resource"), frame("province_published"), frame("population"), own)]
    if own.model:
        counts, values = drawn("counts"), drawn("indicators")
        found.append(measure.modelled(frame("area"), counts, values, frame("population"), own.model))
    for index, name in enumerate(("resource", "indicator_value")):
        pd.concat([pair[index] for pair in found], ignore_index=True).to_parquet(folders.out / f"{name}.parquet")


def published(folders: Folders) -> None:
    """Write the new file and the browser's files, check them, move the pointer, and drop builds that are too old."""
    name = folders.key[:12]
    folder = paths.published()
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"mhgis-{name}.duckdb.part"
    publish.write(part, _published_tables(folders, name))
    publish.check(part, paths.tables() / tables.ROW_COUNTS)
    final = folder / f"mhgis-{name}.duckdb"
    part.replace(final)
    manifest = static_files.build(paths.static(), *_web_frames(folders))
    static_files.put_fonts(paths.static(), folders.cache / "fonts")
    publish.move_pointer(final, name, json.loads(folders.of("snapshot", "sources.json").read_text()), manifest)
    publish.prune(folder, final)


def _published_tables(folders: Folders, build_id: str) -> dict[str, pd.DataFrame]:
    own = pack.read(paths.tables())
    frame, drawn, done = (_reader(folders, stage) for stage in ("harmonise", "model", "measure"))
    kept = (
        "area", "area_name", "area_change", "population", "population_otherwise", "province_published", "benchmark",
        "published_rate", "later_figure",
        "region_share", "published_figure", "published_figure_check", "published_figure_part", "alliance", "source_row",
        *harmonise.ALLIANCE_TABLES,
    )  # fmt: skip
    found = {name: frame(name) for name in (*kept, "dataset")}
    found |= {name: drawn(name) for name in _OF_MODEL}
    found |= {name: done(name) for name in ("resource", "indicator_value")}
    used = [found[name]["origin_id"] for name in ("resource", "indicator_value", "population")]
    origins, parts = measures.origins(frame("source"), frame("source_part"), used)
    return found | {
        "area_shape": publish.shapes(folders.cache / "shapes", own.levels, (0.0, *boundaries.TOLERANCES)),
        "neighbour": pd.read_parquet(folders.of("shapes", "neighbour.parquet")),
        "border_line": publish.lines(folders.of("shapes", "lines.parquet")),
        "indicator": publish.registry(REGISTRY, own.levels, is_modelled=own.model is not None),
        "indicator_offer": measures.offer(found["indicator_value"]),
        "facility": contract.empty("facility"),
        "origin": origins,
        "origin_part": parts,
        "pack": country.rows_of(own.country),
        "setting": pd.concat([publish.settings("map", own.view), frame("place_setting")], ignore_index=True),
        "build": publish.build_record(build_id),
    }


def _web_frames(
    folders: Folders,
) -> tuple[dict[str, gpd.GeoDataFrame], dict[str, pd.DataFrame], gpd.GeoDataFrame]:
    area = pd.read_parquet(folders.of("harmonise", "area.parquet"))
    levels: Sequence[str] = pack.read(paths.tables()).levels[:0:-1]
    names = {level: area[area["level"].eq(level)] for level in levels}
    shown: dict[str, gpd.GeoDataFrame] = {}
    for level, here in names.items():
        shape = gpd.read_parquet(folders.of("shapes", f"{level}-{SCREEN_TOLERANCE}.parquet"))
        shown[level] = shape.merge(here, on="area_code", validate="one_to_one")
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
    file = paths.tables() / tables.ROW_COUNTS
    file.write_text(publish.as_csv(publish.count_rows(part)), "utf-8")
    part.unlink()
    return file


STAGES: Final[tuple[Stage, ...]] = (
    Stage("snapshot", snapshot, (), _sources_digest),
    Stage("shapes", shapes, (), _boundary_digest),
    Stage("harmonise", harmonised, ("snapshot", "shapes")),
    Stage("fonts", typeface, ("shapes",)),
    Stage("model", modelled, ("harmonise",)),
    Stage("measure", measured, ("model",)),
    Stage("publish", published, ("measure", "fonts"), _publish_digest, publish.is_whole),
)
