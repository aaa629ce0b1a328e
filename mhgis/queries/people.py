"""Residents: how many of which year, how they were come by, and which year of them a dataset divides by."""

from typing import Final

import pandas as pd

from mhgis.queries.tables import table

_OF_YEAR: Final = "SELECT area_code, people, origin_id FROM population WHERE level = ? AND year = ? ORDER BY area_code"
_OF_AREA: Final = """
SELECT year, people, status, method, origin_id FROM population WHERE level = ? AND area_code = ? ORDER BY year
"""
_YEARS: Final = "SELECT DISTINCT year FROM population WHERE level = ? AND people IS NOT NULL ORDER BY year"
_LATEST: Final = "SELECT max(year) AS year FROM population WHERE level = ?"
_METHODS: Final = """
SELECT DISTINCT method FROM population WHERE level = ? AND year = ? AND people IS NOT NULL ORDER BY method
"""
_ESTIMATED: Final = "SELECT status FROM population WHERE level = 'country' AND year = ?"
_ORIGINS: Final = "SELECT DISTINCT origin_id FROM population WHERE origin_id IS NOT NULL ORDER BY origin_id"
_OTHERWISE: Final = """
SELECT DISTINCT origin_id FROM population_otherwise WHERE level = ? AND year = ? ORDER BY origin_id
"""
_OWN_YEAR: Final = "SELECT people_year FROM dataset_year WHERE dataset_id = ? AND year = ?"


def of_year(level: str, year: int) -> pd.DataFrame:
    """Return the people of every area of a level: `area_code`, `people` (NaN = not known), `origin_id`, by code."""
    return table(_OF_YEAR, level, year)


def of_latest_year(level: str) -> pd.Series:
    """Return the people of the last year there is, by area code (NaN = not known)."""
    year = table(_LATEST, level)["year"].fillna(0).iloc[0]
    return of_year(level, int(year)).set_index("area_code")["people"]


def of_area(level: str, area: str) -> pd.DataFrame:
    """
    Return the people of an area, year by year.

    Returns
    -------
    people
        `year`, `people` (NaN = not known), `status`, `method` (how they were come by), `origin_id`.
    """
    return table(_OF_AREA, level, area)


def known_years(level: str) -> list[int]:
    """Return the years in which the people of some areas of a level are known, ascending."""
    return [int(year) for year in table(_YEARS, level)["year"]]


def methods(level: str, year: int) -> list[str]:
    """Return how the known people of a level and year were come by, in order."""
    return [str(method) for method in table(_METHODS, level, year)["method"]]


def is_estimated(year: int) -> bool:
    """Return whether the people of the whole country of a year are an estimate."""
    return bool(table(_ESTIMATED, year)["status"].eq("modelled").any())


def origins() -> list[str]:
    """Return the ids of the sources of people, in order."""
    return [str(origin_id) for origin_id in table(_ORIGINS)["origin_id"]]


def other_origins(level: str, year: int) -> list[str]:
    """Return the ids of the other sources that count the people of a level and year, in order."""
    return [str(origin_id) for origin_id in table(_OTHERWISE, level, year)["origin_id"]]


def own_year(dataset: str, year: int) -> int:
    """Return the year of the people that a dataset itself divides counts of a year by: an import takes the nearest."""
    found = table(_OWN_YEAR, dataset, year)["people_year"]
    return year if found.empty else int(found.iloc[0])
