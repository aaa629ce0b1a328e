"""What is known of one area: its figures, its siblings, neighbours and parts, its past, what was published of it."""

from typing import Final

import pandas as pd

from mhgis.queries.tables import table

_AREA: Final = """
SELECT a.*, p.name_zh AS province_zh, p.name_en AS province_en FROM area a
LEFT JOIN area p ON p.level = 'province' AND p.area_code = a.province_code WHERE a.level = ? AND a.area_code = ?
"""
_SIBLINGS: Final = """
SELECT s.area_code, s.name_zh, s.name_en FROM area a
JOIN area s ON s.level = a.level AND s.parent_code = a.parent_code AND s.parent_level = a.parent_level
WHERE a.level = ? AND a.area_code = ? ORDER BY s.area_code
"""
_NEIGHBOURS: Final = """
SELECT n.neighbour_code AS area_code, n.border_km, a.name_zh, a.name_en, a.parent_code, a.province_code
FROM neighbour n JOIN area a ON a.level = n.level AND a.area_code = n.neighbour_code
WHERE n.level = ? AND n.area_code = ? ORDER BY n.border_km DESC, n.neighbour_code
"""
_PARTS: Final = """
SELECT level, area_code, name_zh, name_en FROM area
WHERE parent_level = ? AND parent_code = ? AND area_code <> ? ORDER BY area_code
"""
#: figures, each with the people of its year by another source; NULL where it divides by those of another year
_OF_FIGURES: Final = """
SELECT v.level, v.area_code, indicator, value, lower, upper, v.status, v.people, other.people AS people_otherwise,
       v.origin_id
FROM indicator_value v
LEFT JOIN population own ON own.level = v.level AND own.area_code = v.area_code AND own.year = v.year
LEFT JOIN population_otherwise other
    ON other.level = v.level AND other.area_code = v.area_code AND other.year = v.year AND own.people = v.people
"""
_FIGURES: Final = f"""{_OF_FIGURES}
WHERE dataset_id = ? AND v.level = ? AND v.area_code = ? AND v.year = ? ORDER BY indicator
"""
_FIGURES_AROUND: Final = f"""{_OF_FIGURES}
WHERE dataset_id = ? AND v.year = ? AND (v.level = 'country' OR v.level = 'province' AND v.area_code = ?
  OR v.level = ? AND (v.area_code = ?
    OR v.area_code IN (SELECT area_code FROM area WHERE parent_level = ? AND parent_code = ?)
    OR v.area_code IN (SELECT neighbour_code FROM neighbour n WHERE n.level = ? AND n.area_code = ?)))
ORDER BY v.level, v.area_code, indicator
"""
_FIGURE: Final = """
SELECT level, value, lower, upper FROM indicator_value
WHERE dataset_id = ? AND indicator = ? AND area_code = ? AND year = ? ORDER BY level
"""
#: changes that moved a border, after which what was counted before stands in other units
_MOVED: Final = """
SELECT (SELECT max(boundary_year) FROM area WHERE level = ?) AS boundaries, count(DISTINCT area_code) AS n
FROM area_change WHERE level_now = ? AND last_listed >= ? AND kind IN ('succeeded', 'divided', 'ceded')
"""
_HISTORY: Final = """
SELECT indicator, year, value FROM indicator_value WHERE dataset_id = ? AND level = ? AND area_code = ?
ORDER BY indicator, year
"""
_COUNTIES: Final = """
SELECT counties_without_facility AS without, counties, year FROM province_published WHERE area_code = ?
AND counties_without_facility IS NOT NULL AND counties IS NOT NULL ORDER BY year DESC
"""


def row_of(level: str, code: str) -> pd.DataFrame:
    """Return the row of an area: the columns of `area`, and the names of its province (NA for the country)."""
    return table(_AREA, level, code)


def siblings(level: str, code: str) -> pd.DataFrame:
    """Return the areas below the same parent, the area itself among them: `area_code` and names, by code."""
    return table(_SIBLINGS, level, code)


def neighbours(level: str, code: str) -> pd.DataFrame:
    """
    Return the areas of the same level that share a border, the longest border first.

    Returns
    -------
    neighbours
        `area_code`, `border_km` (km along great circles), names, `parent_code`, `province_code`.
    """
    return table(_NEIGHBOURS, level, code)


def parts(level: str, code: str) -> pd.DataFrame:
    """Return the areas that lie directly in an area: `level`, `area_code` and names, by code."""
    rows = table(_PARTS, level, code, code)
    if level == "province" and rows.empty:
        # a municipality: its counties lie below its own prefecture row
        return table(_PARTS, "prefecture", code, code)
    return rows


def figures(dataset: str, level: str, code: str, year: int) -> pd.DataFrame:
    """
    Return every indicator of an area in a year.

    Returns
    -------
    figures
        `level`, `area_code`, `indicator`, `value`, `lower`, `upper` (the indicator's unit; NaN = not known), `status`,
        `people` (residents; NaN = not known), `origin_id`.
    """
    return table(_FIGURES, dataset, level, code, year)


def figures_around(dataset: str, year: int, area: pd.Series) -> pd.DataFrame:
    """
    Return every indicator of an area, its siblings, its neighbours, its province and the country.

    Parameters
    ----------
    dataset, year
        What is shown.
    area
        `level`, `area_code`, `parent_level`, `parent_code` and `province_code` of the area (NA for none).

    Returns
    -------
    figures
        As `figures`, by level, code and indicator.
    """
    level, code, parent_level, parent, province = (
        "" if pd.isna(area[name]) else str(area[name])
        for name in ("level", "area_code", "parent_level", "parent_code", "province_code")
    )
    return table(_FIGURES_AROUND, dataset, year, province, level, code, parent_level, parent, level, code)


def history(dataset: str, level: str, code: str) -> pd.DataFrame:
    """Return every indicator of an area over the years: `indicator`, `year`, `value` (NaN = not known)."""
    return table(_HISTORY, dataset, level, code)


def counties_published(code: str) -> pd.DataFrame:
    """
    Return how many counties of a province, or of the country, had no facility, as published, the latest year first.

    Returns
    -------
    counties
        `without` and `counties` (units of the year), `year`; years of which either is not known have no row.
    """
    return table(_COUNTIES, code)


def figure(dataset: str, indicator: str, code: str, year: int) -> pd.DataFrame:
    """
    Return one indicator of the areas that have a code: a municipality is a province and a prefecture at once.

    Returns
    -------
    figure
        `level`, `value`, `lower`, `upper` (the indicator's unit; NaN = not known), by level in alphabetical order.
    """
    return table(_FIGURE, dataset, indicator, code, year)


def moved_since(level: str, year: int) -> tuple[int | None, int]:
    """Return the year of a level's boundaries, None where not told, and how many areas got others since a year."""
    moved = table(_MOVED, level, level, year).iloc[0]
    return None if pd.isna(moved["boundaries"]) else int(moved["boundaries"]), int(moved["n"])
