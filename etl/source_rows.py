"""
The rows of a data pack's tables as they were entered, so that a figure can be followed down to them without the tables.

One row a cell that a figure can rest on: where it stands, what it counts, what was entered, and what was used in its
place where it was corrected. Frames in, one frame out; changes no value.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import pandas as pd

Tables = Mapping[str, pd.DataFrame]

COLUMNS: Final = (
    "file", "line", "row_key", "area_level", "area_code", "year", "quantity", "entered", "used", "reason", "place",
    "note_en", "note_zh", "part_of", "origin_id",
)  # fmt: skip

#: measures that are sums over a country's own, whichever of them it reports
_SUMS: Final[dict[str, tuple[str, ...]]] = {
    "beds_mental_plus_general_plus_community_residential": (
        "beds_mental_plus_general_hospital", "beds_community_residential",
    ),
}  # fmt: skip
#: the column of a country's row that says whether it belongs to a group of countries; the world takes all
_GROUPS: Final[dict[str, str]] = {"income_group": "income_group", "who_region": "who_region"}

_TEXTS: Final = ("level", "area_code", "quantity", "place", "note_en", "note_zh", "part_of")
#: the first row stands below the headings
_FIRST_LINE: Final = 2


class _Form(NamedTuple):
    """
    Where a table has what a source row tells: names of its columns, or texts in quotes for what is the same in all.

    `entered` names the columns of the value as entered, joined by a blank; the first of them is the one that a
    correction of it would name.
    """

    key: tuple[str, ...]
    quantity: str
    entered: tuple[str, ...] = ("value",)
    level: str = ""
    area_code: str = "area_code"
    year: str = "year"
    place: str = ""
    note_en: str = ""
    note_zh: str = ""
    corrected: str = "value"


_FORMS: Final[dict[str, _Form]] = {
    "population": _Form(
        ("level", "area_code", "year"), "'people'", ("people",), "level", note_en="method", corrected="people"
    ),
    "resources": _Form(("level", "area_code", "year", "resource"), "resource", level="level", note_en="status"),
    "county_population": _Form(
        ("area_code",), "'people'", ("people",), "'county'", year="'2020'", place="census_units", note_en="method",
        corrected="people",
    ),
    "province_population": _Form(
        ("area_code", "year"), "'people'", ("people",), "'province'", corrected="people"
    ),
    "population_otherwise": _Form(
        ("level", "area_code", "year"), "'people otherwise'", ("people",), "level", note_en="note_en",
        note_zh="note_zh", corrected="people",
    ),
    "province_resources": _Form(("area_code", "resource", "year"), "resource", level="'province'"),
    "national_resources": _Form(
        ("year", "measure", "place", "source_id"), "measure", level="'country'", area_code="", place="place",
        note_en="note",
    ),
    "national_rates": _Form(
        ("year", "indicator", "place", "source_id"), "indicator", ("as_printed", "unit_printed"), "'country'", "",
        place="place", note_en="note_en", note_zh="note_zh",
    ),
    "national_later": _Form(
        ("year", "item", "source_id"), "item", level="'country'", area_code="", note_en="note_en", note_zh="note_zh",
    ),
    "benchmarks": _Form(
        ("benchmark_id",), "indicator", ("value", "unit"), area_code="", place="label_en", note_en="note",
    ),
    "who_country_values": _Form(
        ("iso3", "measure"), "indicator", area_code="", place="country", note_en="flag",
    ),
    "published_figures": _Form(
        ("id",), "'published_figures'", ("as_printed",), area_code="", year="", place="document", note_en="claim",
        note_zh="claim_zh", corrected="as_printed",
    ),
    "published_figure_parts": _Form(
        ("figure_id", "part"), "'published_figures'", area_code="", year="", note_en="label_en", note_zh="label_zh",
    ),
}  # fmt: skip


def source_rows(tables: Tables, country_code: str) -> pd.DataFrame:
    """
    List the cells of the sourced tables that figures rest on.

    Parameters
    ----------
    tables
        Every sourced table as read, corrections not applied; `corrections` among them.
    country_code
        Code of the country's own rows.

    Returns
    -------
    rows
        `file` (name of the table), `line` (row of the file, the headings being row 1), `row_key` (the columns that make
        the row unique, `column=value` joined by a semicolon), `area_level`, `area_code`, `year` (NA where the row is of
        no area or year), `quantity` (a resource, `people`, a measure or an indicator), `entered` (the cell as text; NA
        = empty), `used` and `reason` (what a correction put in its place, and why; NA where there is none), `place`
        (where in the source), `note_en`, `note_zh`, `part_of` (ids of the benchmarks that are computed from the row,
        joined by a semicolon; NA = none), `origin_id`.
    """
    of_countries = _with_indicators(tables, "who_country_values")
    tables = dict(tables) | {
        "benchmarks": _with_indicators(tables, "benchmarks"),
        "who_country_values": of_countries.assign(part_of=_medians(of_countries, tables["benchmarks"])),
    }
    parts = [_of_table(name, form, tables[name], country_code) for name, form in _FORMS.items() if len(tables[name])]
    rows = pd.concat(parts, ignore_index=True).rename(columns={"level": "area_level"})
    return _corrected(rows, tables["corrections"])[list(COLUMNS)]


def _with_indicators(tables: Tables, name: str) -> pd.DataFrame:
    # a benchmark is of a source's own measure, which says what indicator it can be held against
    of = tables["benchmark_definitions"].set_index("measure")["indicator"]
    return tables[name].assign(indicator=tables[name]["measure"].map(of))


def _medians(countries: pd.DataFrame, benchmarks: pd.DataFrame) -> pd.Series:
    # which medians each country's value goes into
    found: list[list[str]] = [[] for _ in range(len(countries))]
    for one in benchmarks[benchmarks["status"].eq("computed")].to_dict("records"):
        parts = _SUMS.get(one["measure"], (one["measure"],))
        is_part = countries["measure"].isin(parts)
        # of a sum, a country that does not report every part is no part
        is_part &= is_part.groupby(countries["iso3"]).transform("sum").eq(len(parts))
        if one["group_type"] in _GROUPS:
            is_part &= countries[_GROUPS[one["group_type"]]].eq(one["group_printed"]).fillna(value=False)
        for at in is_part.to_numpy().nonzero()[0]:
            found[at].append(str(one["benchmark_id"]))
    return pd.Series([";".join(ids) or None for ids in found], countries.index, dtype="str")


def _of_table(name: str, form: _Form, table: pd.DataFrame, country_code: str) -> pd.DataFrame:
    entered = _text(table[form.entered[0]])
    for column in form.entered[1:]:
        entered = entered + " " + table[column].astype("str")
    found: dict[str, Any] = {
        "file": name, "line": range(_FIRST_LINE, _FIRST_LINE + len(table)), "row_key": _keys(table, form.key),
        "entered": entered, "corrected": form.corrected, "origin_id": table["source_id"],
    }  # fmt: skip
    for column in ("level", "year", "quantity", "place", "note_en", "note_zh"):
        found[column] = _cells(table, getattr(form, column))
    found["part_of"] = table.get("part_of")
    at_country = country_code if form.level == "'country'" else pd.NA
    found["area_code"] = table[form.area_code] if form.area_code else at_country
    rows = pd.DataFrame(found).astype({"year": "Int64"})
    return rows.astype(dict.fromkeys(_TEXTS, "str"))


def _cells(table: pd.DataFrame, name: str) -> Any:  # noqa: ANN401 - a column or one value for all
    if not name:
        return pd.NA
    quoted = name.strip("'")
    if quoted == name:
        return table[name]
    return int(quoted) if quoted.isdigit() else quoted


def _keys(table: pd.DataFrame, names: tuple[str, ...]) -> list[str]:
    columns = [_text(table[name]) for name in names]
    return [";".join(map("=".join, zip(names, cells, strict=True))) for cells in zip(*columns, strict=True)]


def _text(cells: pd.Series) -> pd.Series:
    # a whole number that a float carries is written as it was entered
    if pd.api.types.is_float_dtype(cells.dtype):
        return pd.Series([pd.NA if pd.isna(cell) else f"{cell:.10g}" for cell in cells], cells.index, dtype="str")
    return cells.astype("str")


def _corrected(rows: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    entries = {
        (entry["table"], entry["column"], frozenset(str(entry["key"]).split(";"))): entry
        for entry in corrections.to_dict("records")
    }
    found = [
        entries.get((file, column, frozenset(key.split(";"))), {})
        for file, column, key in zip(rows["file"], rows["corrected"], rows["row_key"], strict=True)
    ]
    return rows.assign(
        used=pd.Series([entry.get("correct") for entry in found], rows.index, dtype="str"),
        reason=pd.Series([entry.get("reason") for entry in found], rows.index, dtype="str"),
    )
