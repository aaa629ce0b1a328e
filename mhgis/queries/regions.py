"""What is published of the country's regions: their provinces, shares and counts, and who divides it so."""

from typing import Final

import pandas as pd

from mhgis.queries.tables import table

_SHARES: Final = "SELECT region, share, origin_id FROM region_share WHERE resource = ? AND year = ? ORDER BY region"
_TOTALS: Final = """
SELECT year, value, origin_id FROM resource
WHERE dataset_id = ? AND level = 'country' AND resource = ? AND value IS NOT NULL ORDER BY year DESC
"""
_PROVINCES: Final = """
SELECT a.area_code, a.region, p.people, r.value AS count, r.origin_id, p.origin_id AS people_origin
FROM area a
JOIN population p ON p.area_code = a.area_code AND p.level = a.level AND p.year = ?
LEFT JOIN resource r ON r.area_code = a.area_code AND r.level = a.level AND r.year = p.year
 AND r.dataset_id = ? AND r.resource = ?
WHERE a.level = 'province' ORDER BY a.area_code
"""
_MEMBERS: Final = "SELECT region, name_zh, name_en FROM area WHERE level = 'province' ORDER BY area_code"
#: the source of the division into regions, by the name that a pack gives it
_DIVIDED_BY: Final = "SELECT origin_id FROM origin WHERE starts_with(origin_id, 'regions') ORDER BY origin_id"


def shares(resource: str, year: int) -> pd.DataFrame:
    """Return published shares of regions in the country's count: `region`, `share` (of 1), `origin_id`."""
    return table(_SHARES, resource, year)


def totals(dataset: str, resource: str) -> pd.DataFrame:
    """Return the known counts of the country, the latest first: `year`, `value` (units), `origin_id`."""
    return table(_TOTALS, dataset, resource)


def provinces(dataset: str, resource: str, year: int) -> pd.DataFrame:
    """
    Return people and units of each province of a year, by code.

    Returns
    -------
    provinces
        `area_code`, `region` (NA for none), `people` (residents; NaN = not known), `count` (units; NaN = not known),
        `origin_id` of the count, `people_origin`. Empty where there are no people of that year.
    """
    return table(_PROVINCES, year, dataset, resource)


def members() -> pd.DataFrame:
    """Return the provinces with the region each lies in, by code: `region` (NA for none), names."""
    return table(_MEMBERS)


def divided_by() -> list[str]:
    """Return the ids of the sources of the division into regions; empty where the pack names none."""
    return [str(origin_id) for origin_id in table(_DIVIDED_BY)["origin_id"]]
