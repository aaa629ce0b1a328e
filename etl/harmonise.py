"""
From the sourced tables to the columns of the published file: names, units, types and corrections; no value is invented.

Frames in, frames out. Upstream errors are mended here and only here, each by an entry of `corrections.csv` that fails
once upstream no longer has the error.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import pandas as pd

from etl import audit
from etl.schemas import SCHEMAS
from mhgis.errors import Fault, SchemaError
from mhgis.indicators import REGISTRY, RESOURCES
from mhgis.measures import population
from mhgis.measures.tables import AND
from mhgis.status import status_of

Tables = Mapping[str, pd.DataFrame]

#: what `corrections.csv` calls the attribute table of the boundary set
BOUNDARIES: Final = "boundaries"

#: years for which people can be given: the two censuses, and the middle of the year of the province table
YEARS: Final = (2010, 2015, 2020)

#: what a printed rate is multiplied by to be in the unit of our indicators
_RATE_UNITS: Final = {
    "per 100,000 population": 1, "per 100,000 inhabitants": 1, "per 1,000 population": 100, "% of counties": 1,
}  # fmt: skip
#: the unit of a number of units, which a plan may ask for
_COUNT: Final = "count"
#: how a benchmark came to us; what only a republisher prints is not shown
_SHOWN: Final = ("read", "computed")

_AREA_SPLIT: Final = "zone_area_split"
#: shares are printed to three decimals, so those of a zone need not sum to 1 exactly
_SHARE_ROUNDING: Final = 0.005

#: what `national_resources.csv` calls the share of a region
_SHARE_OF_REGION: Final = rf"^(?P<region>[a-z]+)_share_(?P<resource>{'|'.join(RESOURCES)})$"

_RESOURCE_COLUMNS: Final = [
    "dataset_id", "area_code", "level", "year", "resource", "value", "lower", "upper", "status", "origin_id",
]  # fmt: skip
_POPULATION_COLUMNS: Final = ["area_code", "level", "year", "people", "status", "method", "origin_id"]


class _Basis(NamedTuple):
    """What a figure of people rests on."""

    status: str
    method: str
    origin_id: str


_CENSUS_2010: Final = _Basis("reported", population.METHOD_CENSUS, "census2010")
_CENSUS_2020: Final = _Basis("reported", population.METHOD_CENSUS, "census2020")
_SUM_2020: Final = _Basis("reported", population.METHOD_SUM, "census2020-sums")
_SPLIT_2020: Final = _Basis("modelled", population.METHOD_AREA_SPLIT, "census2020-split")
_MIDYEAR: Final = _Basis("modelled", population.METHOD_INTERPOLATED, "midyear-2015")
_SHARES: Final = _Basis("modelled", population.METHOD_SHARE, "midyear-2015")
_SUM_OF_SHARES: Final = _Basis("modelled", population.METHOD_SUM_OF_SHARES, "midyear-2015")


#: the tables beside that of the alliances, as published and as sourced
ALLIANCE_TABLES: Final = {
    "alliance_dimension": "alliance_dimensions",
    "alliance_place": "alliance_places",
    "alliance_model": "alliance_models",
    "alliance_foreign": "alliance_foreign",
    "alliance_policy": "alliance_policies",
    "alliance_survey": "alliance_survey",
    "alliance_note": "alliance_notes",
}


def published_tables(
    tables: Tables, areas: pd.DataFrame, years: Sequence[int], country_code: str
) -> dict[str, pd.DataFrame]:
    """
    Return every table of the published file that the sourced tables alone give, corrections applied before.

    Parameters
    ----------
    tables
        The sourced tables, corrected.
    areas
        As `harmonise_population` takes them.
    years
        Years for which every area has a row of `population`.
    country_code
        Code of the country's own rows.
    """
    source, source_part = harmonise_origins(tables)
    figures, checks, parts = harmonise_published_figures(tables)
    if tables["areas"].empty:
        people = harmonise_population(tables, areas, years)
        counts = harmonise_resources(tables, country_code)
        counties = harmonise_province_published(tables, country_code)
    else:
        people = plain_population(tables["population"], areas, years)
        counts = plain_resources(tables)
        counties = plain_counties(tables["resources"])
    return {
        "population": people,
        "population_otherwise": people_otherwise(tables["population_otherwise"], areas),
        "resource": counts,
        "province_published": counties,
        "published_rate": harmonise_published_rates(tables, country_code),
        "later_figure": tables["national_later"].rename(columns={"source_id": "origin_id"}),
        "benchmark": harmonise_benchmarks(tables),
        "region_share": harmonise_region_shares(tables),
        "published_figure": figures,
        "published_figure_check": checks,
        "published_figure_part": parts,
        "alliance": harmonise_alliances(tables),
        **{name: tables[of].rename(columns={"source_id": "origin_id"}) for name, of in ALLIANCE_TABLES.items()},
        "dataset": tables["datasets"].rename(columns={"source_id": "origin_id"}),
        "source": source,
        "source_part": source_part,
    }


# corrections


def apply_corrections(tables: Tables, corrections: pd.DataFrame | None = None) -> dict[str, pd.DataFrame]:
    """
    Mend upstream errors.

    Parameters
    ----------
    tables
        Any of the sourced tables by name, or the boundary set's attributes as `boundaries`. Entries for tables that are
        not given are left for a later call.
    corrections
        `correction_id`, `table`, `key` (`column=value`, joined with semicolons), `column`, `expect` (the wrong value),
        `correct` (NA = not known), `reason`; by default the table of that name.

    Returns
    -------
    corrected
        All tables given, those with entries as corrected copies.

    Raises
    ------
    SchemaError
        Where an entry names an unknown table or column, finds no row or several, or finds another value than it
        expects, because upstream has mended or changed it; all faults at once.
    """
    faults: list[Fault] = []
    corrected = dict(tables)
    entries = tables["corrections"] if corrections is None else corrections
    for line, entry in enumerate(entries.to_dict("records"), start=2):
        name = str(entry["table"])
        if name not in {*SCHEMAS, BOUNDARIES}:
            faults.append(_correction_fault(line, "table", name, "a table of this folder, or boundaries"))
        elif name in corrected:
            corrected[name] = _correct(corrected[name], entry, line, faults)
    if faults:
        raise SchemaError(faults)
    return corrected


def _correct(table: pd.DataFrame, entry: dict[Any, Any], line: int, faults: list[Fault]) -> pd.DataFrame:
    key = dict(part.split("=", 1) for part in str(entry["key"]).split(";"))
    unknown = [column for column in (*key, entry["column"]) if column not in table]
    if unknown:
        faults.append(_correction_fault(line, "key", ", ".join(unknown), f"columns of {entry['table']}"))
        return table
    rows = pd.Series(data=True, index=table.index)
    for column, value in key.items():
        rows &= table[column].astype("str") == value
    if rows.sum() != 1:
        faults.append(_correction_fault(line, "key", f"{rows.sum()} rows for {entry['key']}", "one row"))
        return table
    found = table.loc[rows, entry["column"]].iloc[0]
    if not _same(found, entry["expect"]):
        state = "mended" if _same(found, entry["correct"]) else "changed"
        todo = f"Upstream has {state} it: check the value and remove or renew this entry."
        value = f"{found} in {entry['table']} ({entry['key']})"
        faults.append(Fault("corrections.csv", line, "expect", value, f"{entry['expect']}, the error to correct", todo))
        return table
    mended = table.copy()
    mended.loc[rows, entry["column"]] = _typed(entry["correct"], table[entry["column"]].dtype)
    return mended


def _correction_fault(line: int, column: str, found: str, expected: str) -> Fault:
    return Fault("corrections.csv", line, column, found, expected, "Mend the entry, or remove it.")


def _same(found: Any, text: Any) -> bool:  # noqa: ANN401 - a cell of any type
    if pd.isna(found) or pd.isna(text):
        return bool(pd.isna(found) and pd.isna(text))
    return found == text if isinstance(found, str) else float(found) == float(text)


def _typed(text: Any, dtype: Any) -> Any:  # noqa: ANN401 - a cell of any type
    if pd.isna(text):
        return pd.NA
    return text if pd.api.types.is_string_dtype(dtype) else pd.array([float(text)]).astype(dtype)[0]


# counts


def harmonise_resources(tables: Tables, country_code: str) -> pd.DataFrame:
    """
    Return the counts of facilities, beds, psychiatrists and nurses as published, for the country and its provinces.

    Beds "of hospitals" of 2004 are another quantity than beds and are left to `harmonise_published_rates`.

    Returns
    -------
    resources
        `dataset_id`, `area_code`, `level`, `year`, `resource`, `value` (Float64), `lower`, `upper` (all NA), `status`,
        `origin_id`; only what is printed, so no row means nothing published.

    Raises
    ------
    SchemaError
        If two sources print different national numbers for the same year and resource, corrections applied.
    """
    national = _national(tables["national_resources"], RESOURCES).rename(columns={"measure": "resource"})
    provinces = tables["province_resources"]
    provinces = provinces[provinces["resource"].isin(RESOURCES)]
    rows = pd.concat(
        [national.assign(level="country", area_code=country_code), provinces.assign(level="province")],
        ignore_index=True,
    ).rename(columns={"source_id": "origin_id"})
    value = rows["value"].astype("Float64")
    unknown = pd.array([pd.NA] * len(rows), dtype="Float64")
    rows = rows.assign(
        dataset_id=_published_dataset(tables), value=value, lower=unknown, upper=unknown, status=status_of(value)
    )
    return _ordered(rows, _RESOURCE_COLUMNS, ["level", "area_code", "year", "resource"])


def harmonise_province_published(tables: Tables, country_code: str) -> pd.DataFrame:
    """
    Return the published numbers of county-level units, in the units of their year.

    The country's `counties` of 2015 are the sum of the province table (2,853); xie2018's percentage implies 2,854. For
    2020 no number of counties is printed.

    Returns
    -------
    published
        `area_code`, `level`, `year`, `counties`, `counties_without_facility` (Int64, NA = not printed), `origin_id`.

    Raises
    ------
    SchemaError
        If the provinces' counties without a facility do not sum to the number printed for the country.
    """
    measures = ["counties", "counties_without_facility"]
    long = tables["province_resources"]
    long = long[long["resource"].isin(measures)]
    provinces = long.pivot_table(
        index=["area_code", "year", "source_id"], columns="resource", values="value", aggfunc="first"
    )
    provinces = provinces.reset_index().assign(level="province")
    sums = provinces.groupby("year", as_index=False)[measures].sum(min_count=1)
    national = _national(tables["national_resources"], ("counties_without_facility",)).rename(
        columns={"value": "printed"}
    )
    country = national.merge(sums, on="year", how="left")
    _require_equal(country)
    country = country.assign(
        area_code=country_code, level="country", counties_without_facility=country["printed"].astype("Int64"),
        source_id=country["year"].map(provinces.groupby("year")["source_id"].first()).fillna(country["source_id"]),
    )  # fmt: skip
    rows = pd.concat([country, provinces], ignore_index=True).rename(columns={"source_id": "origin_id"})
    rows = rows.astype(dict.fromkeys(measures, "Int64"))
    return _ordered(rows, ["area_code", "level", "year", *measures, "origin_id"], ["level", "area_code", "year"])


def harmonise_published_rates(tables: Tables, country_code: str) -> pd.DataFrame:
    """
    Return the national rates as published, with the breaks of each series.

    Returns
    -------
    rates
        `area_code`, `level`, `year`, `indicator`, `value` (in the indicator's unit), `as_printed`, `unit_printed`,
        `is_main` (one a year and indicator: the one to draw), `is_break` (not comparable with the year drawn before),
        `note_en`, `note_zh`, `origin_id`.
    """
    rates = tables["national_rates"].rename(columns={"source_id": "origin_id"})
    rates = rates.assign(area_code=country_code, level="country")
    columns = [
        "area_code", "level", "year", "indicator", "value", "as_printed", "unit_printed", "place", "is_main",
        "is_break", "note_en", "note_zh", "origin_id",
    ]  # fmt: skip
    return _ordered(rates, columns, ["indicator", "year", "origin_id", "place"])


def harmonise_region_shares(tables: Tables) -> pd.DataFrame:
    """
    Return the published shares of regions in the country's counts.

    Returns
    -------
    shares
        `region`, `resource`, `year`, `share` (of 1), `origin_id`.
    """
    national = tables["national_resources"]
    names = national["measure"].astype("str").str.extract(_SHARE_OF_REGION)
    rows = national.assign(region=names["region"], resource=names["resource"]).dropna(subset=["region"])
    rows = rows.rename(columns={"value": "share", "source_id": "origin_id"})
    return _ordered(rows, ["region", "resource", "year", "share", "origin_id"], ["resource", "region", "year"])


def _national(national: pd.DataFrame, measures: tuple[str, ...]) -> pd.DataFrame:
    """Return one row a year and measure: the printed numbers agree, or it is a fault."""
    table = national[national["measure"].isin(measures)]
    faults = [
        Fault(
            "national_resources.csv", None, "value",
            f"{measure} of {year} printed as {', '.join(f'{value:g}' for value in sorted(set(group['value'])))}",
            "one number", "Enter a correction for the one that is wrong.",
        )
        for (year, measure), group in table.groupby(["year", "measure"])
        if len(set(group["value"])) > 1
    ]  # fmt: skip
    if faults:
        raise SchemaError(faults)
    return table.drop_duplicates(["year", "measure"])[["year", "measure", "value", "source_id"]]


def _require_equal(country: pd.DataFrame) -> None:
    summed = country["counties_without_facility"]
    faults = [
        Fault(
            "province_resources.csv", None, "value", f"{total} counties without a facility in {year} in all provinces",
            f"{printed:g}, as printed for the country", "Mend the province rows, or enter a correction.",
        )
        for year, total, printed in zip(country["year"], summed, country["printed"], strict=True)
        if pd.notna(total) and total != printed
    ]  # fmt: skip
    if faults:
        raise SchemaError(faults)


def _published_dataset(tables: Tables) -> str:
    datasets = tables["datasets"]
    return str(datasets.loc[datasets["kind"] == "published", "dataset_id"].iloc[0])


# a pack's plain tables


def plain_population(listed: pd.DataFrame, areas: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """
    Give every area a row for each year, from the people that a pack lists.

    An area that is not listed is the sum of its parts where all of them are known; areas outside the country's
    statistics count as no parts.

    Parameters
    ----------
    listed
        `level`, `area_code`, `year`, `people` (NA = nobody has counted), `method`, `source_id`.
    areas
        As `harmonise_population` takes them, and `parent_level`.
    years
        Years for which every area has a row.

    Returns
    -------
    population
        As of `harmonise_population`.

    Raises
    ------
    SchemaError
        As `require_years`.
    """
    require_years(listed, years)
    rows = listed.rename(columns={"source_id": "origin_id"})
    parts = areas[areas["is_applicable"].astype(bool)]
    for upper, lower in _steps_up(areas):
        own = rows[rows["level"].eq(lower)]
        of = parts.loc[parts["level"].eq(lower), ["area_code", "parent_code"]]
        each = of.merge(pd.DataFrame({"year": list(years)}), how="cross")
        whole = each.merge(own, on=["area_code", "year"], how="left")
        groups = whole.groupby(["parent_code", "year"], sort=True)
        sums = groups.agg(people=("people", lambda n: n.sum(min_count=len(n))), origin_id=("origin_id", _united))
        sums = sums[sums["people"].notna()].reset_index().rename(columns={"parent_code": "area_code"})
        sums = sums.assign(level=upper, method=population.METHOD_PARTS)
        known = rows.set_index(["level", "area_code", "year"]).index
        is_new = ~sums.set_index(["level", "area_code", "year"]).index.isin(known)
        rows = pd.concat([rows, sums[is_new]], ignore_index=True)
    rows = rows.assign(status="reported")[_POPULATION_COLUMNS]
    return _every_area(rows, areas, years, population.METHOD_NOT_COVERED)


def require_years(listed: pd.DataFrame, years: Sequence[int]) -> None:
    """
    Make sure that people are of years the pack has.

    Raises
    ------
    SchemaError
        If a row is of another year; all of them at once.
    """
    faults = [
        Fault("population.csv", line, "year", str(year), f"one of the years of pack.toml: {', '.join(map(str, years))}",
              "Add the year to years.all_levels, or remove the row.")
        for line, year in enumerate(listed["year"], start=2)
        if year not in years
    ]  # fmt: skip
    if faults:
        raise SchemaError(faults)


def _steps_up(areas: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the pairs of levels, the lowest first."""
    pairs = areas.loc[areas["parent_level"].notna(), ["parent_level", "level"]].drop_duplicates()
    return [(str(upper), str(lower)) for upper, lower in pairs.iloc[::-1].itertuples(index=False)]


def _united(ids: pd.Series) -> str | None:
    return AND.join(sorted(set(ids.dropna()))) or None


def plain_resources(tables: Tables) -> pd.DataFrame:
    """
    Return the counts that a pack lists; columns as of `harmonise_resources`.

    Raises
    ------
    SchemaError
        If a value does not fit its status: above zero where reported, 0 where zero, empty where there is none.
    """
    listed = tables["resources"]
    expected = {"reported": "a number above zero", "zero": "0", "not_reported": "an empty cell",
                "suppressed": "an empty cell"}  # fmt: skip
    faults = []
    for line, (value, status) in enumerate(zip(listed["value"], listed["status"], strict=True), start=2):
        found = "suppressed" if pd.isna(value) else "zero" if value == 0 else "reported"
        if status != found and not (pd.isna(value) and status == "not_reported"):
            cell = "an empty cell" if pd.isna(value) else f"{value:g}"
            faults.append(Fault("resources.csv", line, "value", f"{cell} with status {status}", expected[str(status)],
                                "Mend the value or the status."))  # fmt: skip
    if faults:
        raise SchemaError(faults)
    rows = listed[listed["resource"].isin(RESOURCES)].rename(columns={"source_id": "origin_id"})
    unknown = pd.array([pd.NA] * len(rows), dtype="Float64")
    rows = rows.assign(dataset_id=_published_dataset(tables), lower=unknown, upper=unknown)
    return _ordered(rows, _RESOURCE_COLUMNS, ["level", "area_code", "year", "resource"])


def plain_counties(listed: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of the smallest areas, and of those without a facility, that a pack lists for larger ones."""
    measures = ["counties", "counties_without_facility"]
    key = ["area_code", "level", "year"]
    long = listed[listed["resource"].isin(measures) & listed["value"].notna()]
    wide = long.pivot_table(index=[*key, "source_id"], columns="resource", values="value", aggfunc="first")
    rows = wide.reindex(columns=measures).reset_index().rename(columns={"source_id": "origin_id"})
    rows = rows.astype(dict.fromkeys(measures, "Int64"))
    return _ordered(rows, [*key, *measures, "origin_id"], ["level", "area_code", "year"])


# evidence


def harmonise_benchmarks(tables: Tables) -> pd.DataFrame:
    """
    Return the reference values that can be held against one of our indicators, in its unit.

    Left out are values that only a republisher prints, measures that are none of our indicators, and counts other than
    those a plan asks for: such a target is held against the count itself.

    Returns
    -------
    benchmarks
        `benchmark_id`, `indicator`, `measure` (the source's own), `group_type`, `group_name`, `group_name_zh`, `value`
        (in the indicator's unit), `unit`, `year` (text: a year or a span), `last_year`, `statistic`, `statistic_zh`,
        `status`, `source` (a row of `origin`), `note`, `definition`, `definition_zh`, `comparability`,
        `comparability_zh`, `comparability_class` (like, wider, narrower, other), `applies_to` (regions the value is
        meant for, joined with semicolons; NA = any), `label_en`, `label_zh`, `short_en`, `short_zh` (the
        label where there is none shorter), `is_listed`, `rank` (NA = not listed).
    """
    definitions = tables["benchmark_definitions"].drop(columns="source_id")
    definitions = definitions.rename(columns={
        "comparability": "comparability_class", "comparability_en": "comparability", "definition_en": "definition",
    })  # fmt: skip
    table = tables["benchmarks"].merge(definitions, on="measure", how="left", validate="many_to_one")
    for lang in ("en", "zh"):
        table[f"short_{lang}"] = table[f"short_{lang}"].fillna(table[f"label_{lang}"])
    counted = table["indicator"].map({name: one.numerator for name, one in REGISTRY.items()})
    is_target = table["unit"].eq(_COUNT) & table["group_type"].eq("planning_norm")
    table = table.assign(indicator=table["indicator"].mask(is_target, counted))
    is_ours = table["unit"].isin(list(_RATE_UNITS)) | is_target
    table = table[is_ours & table["indicator"].notna() & table["status"].isin(_SHOWN)]
    factor = table["unit"].map({**_RATE_UNITS, _COUNT: 1}).astype("Float64")
    printed = "Printed as " + table["value"].astype("str") + " " + table["unit"] + "."
    note = table["note"].str.cat(printed, sep="; ").fillna(printed)
    table = table.assign(
        value=(table["value"] * factor).round(6), note=table["note"].where(factor == 1, note),
        unit=table["indicator"].map({name: indicator.unit for name, indicator in REGISTRY.items()}),
    )  # fmt: skip
    table = table.rename(columns={"year": "last_year", "period": "year", "source_id": "source"})
    columns = [
        "benchmark_id", "indicator", "measure", "group_type", "group_name", "group_name_zh", "value", "unit", "year",
        "last_year", "statistic", "statistic_zh", "status", "source", "note", "definition", "definition_zh",
        "comparability", "comparability_zh", "comparability_class", "applies_to", "label_en", "label_zh", "short_en",
        "short_zh", "is_listed", "rank",
    ]  # fmt: skip
    return _ordered(table, columns, ["benchmark_id"])


def harmonise_published_figures(tables: Tables) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """
    Return the audit of printed figures, recomputed, with `source_id` as `origin_id`.

    Returns
    -------
    figures, checks, parts
        In the order of the compilation (`place`): the figures with their verdicts, the arithmetic of each, and the
        numbers it starts from; see `etl.audit.audit`.
    """
    parts = tables["published_figure_parts"]
    figures, checks = audit.audit(tables["published_figures"], tables["published_figure_checks"], parts)
    renamed = {"source_id": "origin_id"}
    figures = figures.rename(columns=renamed).assign(place=range(1, len(figures) + 1))
    return figures, checks, parts.rename(columns=renamed).assign(place=range(1, len(parts) + 1))


def harmonise_alliances(tables: Tables) -> pd.DataFrame:
    """
    Return the alliances as printed; `established` is the date in ISO 8601 as far as printed.

    Member counts overlap and are never to be added.
    """
    table = tables["alliances"].rename(columns={"established": "established_printed", "source_id": "origin_id"})
    return table.rename(columns={"established_iso": "established"})


def harmonise_origins(tables: Tables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Return the origins, and which sources each computed one unites.

    Returns
    -------
    origin, origin_part
        `origin_id`, `title`, `publisher`, `year`, `identifier`, `licence`, `licence_zh` (`licence` where a table has
        none), `how_read`, `kind`, `title_zh`, `publisher_zh`, `how_read_zh`, `short_en`, `short_zh`; and `origin_id`,
        `part_id`.
    """
    sources = tables["sources"].rename(columns={"source_id": "origin_id"})
    sources["licence_zh"] = sources["licence_zh"].fillna(sources["licence"])
    united = sources.loc[sources["parts"].notna(), ["origin_id", "parts"]]
    parts = united.assign(part_id=united["parts"].str.split(";")).explode("part_id")[["origin_id", "part_id"]]
    return sources.drop(columns="parts"), parts.sort_values(["origin_id", "part_id"], ignore_index=True)


# people


def harmonise_population(tables: Tables, areas: pd.DataFrame, years: Sequence[int] = YEARS) -> pd.DataFrame:
    """
    Give every area a row for each year: its people, how they were come by, or that there is no figure.

    2020: counties as compiled, prefectures as sums of counties, provinces the census's own rows, the country their sum.
    2010: provinces and country. 2015: provinces interpolated to 1 July, counties by their share of the counties of
    their province in 2020, prefectures as sums; each level sums to the same total to the person.

    Parameters
    ----------
    tables
        `county_population`, `province_population`.
    areas
        `level`, `area_code`, `parent_code`, `province_code`, `is_applicable`.
    years
        Years for which every area has a row.

    Returns
    -------
    population
        `area_code`, `level`, `year`, `people` (Int64, NA = no figure), `status`, `method`, `origin_id` (NA with NA).

    Raises
    ------
    SchemaError
        If a county of the boundary set has no row in `county_population.csv`, or the other way round.
    """
    county = _counties(tables["county_population"], areas)
    provinces = tables["province_population"].pivot_table(index="area_code", columns="year", values="people")
    provinces = provinces.astype("Int64")
    days = (population.CENSUS_DATES[2010], population.CENSUS_DATES[2020])
    provinces[2015] = population.interpolate(provinces[2010], provinces[2020], days, population.midyear(2015))
    shares = population.share_out(provinces[2015], county["people"], county["province_code"])
    rows = [
        _county_rows_2020(county),
        _prefecture_rows_2020(county),
        _rows("county", 2015, shares, _SHARES),
        _rows("prefecture", 2015, population.sum_up(shares, county["parent_code"]), _SUM_OF_SHARES),
        *_upper_rows(provinces, str(areas.loc[areas["level"] == "country", "area_code"].iloc[0])),
    ]
    return _every_area(pd.concat(rows, ignore_index=True), areas, years)


def people_otherwise(listed: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """
    Return the people that another source counts of areas and years, and of areas all of whose parts it counts.

    Parameters
    ----------
    listed
        `level`, `area_code`, `year`, `people`, `note_en`, `note_zh`, `source_id`.
    areas
        `level`, `area_code`, `parent_level`, `parent_code`, `is_applicable`.

    Returns
    -------
    people
        `level`, `area_code`, `year`, `people` (Int64), `note_en`, `note_zh` (NA = nothing to add), `origin_id`; a
        parent that the source does not list is the sum of its parts where it counts every one of them.
    """
    own = listed.rename(columns={"source_id": "origin_id"})
    key = ["parent_level", "parent_code"]
    parts = areas.loc[areas["is_applicable"].astype(bool) & areas["parent_code"].notna()]
    n_parts = parts.groupby([*key, "level"]).size().rename("n_parts").reset_index()
    counted = own.merge(parts[["level", "area_code", *key]], on=["level", "area_code"])
    sums = counted.groupby([*key, "level", "year"], as_index=False).agg(
        people=("people", "sum"), n=("people", "size"), origin_id=("origin_id", "first")
    )
    sums = sums.merge(n_parts, on=[*key, "level"]).query("n == n_parts")
    sums = sums[[*key, "year", "people", "origin_id"]].rename(
        columns=dict(zip(key, ("level", "area_code"), strict=True))
    )
    every = pd.concat([own, sums], ignore_index=True).drop_duplicates(["level", "area_code", "year"])
    columns = ["level", "area_code", "year", "people", "note_en", "note_zh", "origin_id"]
    return _ordered(every.astype({"people": "Int64"}), columns, ["level", "area_code", "year"])


def _counties(compiled: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    counties = areas[areas["level"] == "county"].set_index("area_code")
    known = compiled.set_index("area_code")
    faults = [
        Fault("county_population.csv", None, "area_code", f"no row for {code}", "a row for each county", "Add the row.")
        for code in sorted(set(counties.index) - set(known.index))
    ] + [
        Fault("county_population.csv", None, "area_code", code, "a county of the boundary set", "Remove the row.")
        for code in sorted(set(known.index) - set(counties.index))
    ]
    if faults:
        raise SchemaError(faults)
    return counties[["parent_code", "province_code"]].join(known[["people", "method", "census_units"]])


def _county_rows_2020(county: pd.DataFrame) -> pd.DataFrame:
    is_split = county["method"].str.contains(_AREA_SPLIT)
    return pd.concat([
        _rows("county", 2020, county.loc[~is_split, "people"], _CENSUS_2020),
        _rows("county", 2020, county.loc[is_split, "people"], _SPLIT_2020),
    ])  # fmt: skip


def _prefecture_rows_2020(county: pd.DataFrame) -> pd.DataFrame:
    sums = population.sum_up(county["people"], county["parent_code"])
    is_cut = sums.index.isin(_prefectures_of_cut_zones(county))
    return pd.concat([
        _rows("prefecture", 2020, sums[~is_cut], _SUM_2020), _rows("prefecture", 2020, sums[is_cut], _SPLIT_2020)
    ])  # fmt: skip


def _prefectures_of_cut_zones(county: pd.DataFrame) -> set[str]:
    """Return the prefectures that hold only a part of a zone that was divided by area: their sums are estimates too."""
    units = county["census_units"].dropna().str.split(";").explode()
    shares = units.str.extract(r"^(?P<zone>\d{6}).*:(?P<share>[\d.]+)$").dropna()
    shares = shares.assign(share=shares["share"].astype("float64"), prefecture=county["parent_code"])
    within = shares.groupby(["zone", "prefecture"])["share"].sum()
    return set(within[within < 1 - _SHARE_ROUNDING].index.get_level_values("prefecture"))


def _upper_rows(provinces: pd.DataFrame, country_code: str) -> list[pd.DataFrame]:
    rows = []
    for year, basis in {2010: _CENSUS_2010, 2015: _MIDYEAR, 2020: _CENSUS_2020}.items():
        country = pd.Series([provinces[year].sum()], index=[country_code], dtype="Int64")
        rows += [_rows("country", year, country, basis), _rows("province", year, provinces[year], basis)]
    return rows


def _rows(level: str, year: int, people: pd.Series, basis: _Basis) -> pd.DataFrame:
    table = pd.DataFrame({"area_code": people.index, "level": level, "year": year, "people": people.array})
    return table.assign(status=basis.status, method=basis.method, origin_id=basis.origin_id)


def _every_area(
    rows: pd.DataFrame, areas: pd.DataFrame, years: Sequence[int], not_covered: str = population.METHOD_OUTSIDE
) -> pd.DataFrame:
    grid = areas[["level", "area_code", "is_applicable"]].merge(pd.DataFrame({"year": list(years)}), how="cross")
    table = grid.merge(rows, on=["level", "area_code", "year"], how="left", validate="one_to_one")
    unknown = table["people"].isna()
    outside = ~table["is_applicable"].astype(bool)
    status = table["status"].mask(unknown, "not_reported").mask(outside, "not_applicable")
    method = table["method"].mask(unknown, population.METHOD_NONE).mask(outside, not_covered)
    table = table.assign(
        people=table["people"].astype("Int64"), status=status, method=method,
        origin_id=table["origin_id"].mask(unknown, None),
    )  # fmt: skip
    return _ordered(table, _POPULATION_COLUMNS, ["level", "area_code", "year"])


def _ordered(table: pd.DataFrame, columns: list[str], by: list[str]) -> pd.DataFrame:
    return table[columns].sort_values(by, ignore_index=True)
