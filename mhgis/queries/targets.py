"""What is known of an indicator over the years, area by area, and where its count changed its meaning."""

from typing import Final

import pandas as pd

from mhgis.queries.tables import table

_SERIES: Final = """
SELECT v.area_code, v.year, v.value, v.status, v.people, v.origin_id FROM indicator_value v
JOIN area a ON a.level = v.level AND a.area_code = v.area_code
WHERE v.dataset_id = ? AND v.indicator = ? AND v.level = ? AND (? = '' OR a.province_code = ? OR a.parent_code = ?)
ORDER BY v.area_code, v.year
"""
_BREAKS: Final = "SELECT DISTINCT year FROM published_rate WHERE indicator = ? AND is_main AND is_break ORDER BY year"


def series(dataset: str, indicator: str, level: str, within: str = "") -> pd.DataFrame:
    """
    Return every year of an indicator, of all areas of a level or of those within a province or prefecture.

    Returns
    -------
    series
        `area_code`, `year`, `value` (the indicator's unit; NaN = not known), `status`, `people` (residents of the year;
        NaN = not known), `origin_id`, by code and year.
    """
    return table(_SERIES, dataset, indicator, level, within, within, within)


def years_of_breaks(rate: str) -> tuple[int, ...]:
    """Return the years from which on a published rate counts something else than before, ascending."""
    return tuple(int(year) for year in table(_BREAKS, rate)["year"])
