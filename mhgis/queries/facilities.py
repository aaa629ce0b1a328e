"""Single facilities, where a dataset names any: what they have, where they are, which lie in an area."""

from typing import Final

import pandas as pd

from mhgis.indicators import HELD, RESOURCES
from mhgis.queries.tables import table

_OF_DATASET: Final = """
SELECT 1 AS facilities, * FROM facility WHERE dataset_id = ? AND year = ? ORDER BY facility_id
"""
_NAMES: Final = """
SELECT facility_id, name FROM facility WHERE dataset_id = ? AND year = ? ORDER BY name, facility_id
"""
_WITHIN: Final = """
SELECT f.*, c.name_zh, c.name_en
FROM facility f JOIN area c ON c.level = 'county' AND c.area_code = f.area_code
WHERE f.dataset_id = ? AND f.year = ? AND (? = '' OR ? IN (f.area_code, c.parent_code, c.province_code))
ORDER BY f.area_code, f.facility_id
"""

_POINTS: Final = """
SELECT f.lon, f.lat, f.name, f.beds FROM facility f JOIN area c ON c.level = 'county' AND c.area_code = f.area_code
WHERE f.dataset_id = ? AND f.year = ? AND f.lon IS NOT NULL AND f.lat IS NOT NULL
  AND (? = '' OR ? IN (f.area_code, c.parent_code, c.province_code))
ORDER BY f.area_code, f.facility_id LIMIT ?
"""


def of_dataset(dataset: str, year: int) -> pd.DataFrame:
    """
    Return the facilities of a dataset's year, by id.

    Returns
    -------
    facilities
        `facility_id`, `name` (NA = none), `area_code`, `lon`, `lat` (degrees, EPSG:4326; NaN = not known), a column a
        resource (units; NaN or NA = not known; of `facilities` each is 1), `sponsor`. Empty where the dataset names
        none.
    """
    columns = ["facility_id", "name", "area_code", "lon", "lat", *RESOURCES, "sponsor"]
    return table(_OF_DATASET, dataset, year)[columns]


def names(dataset: str, year: int) -> dict[str, str]:
    """Return the name of each facility by its id, in the order of names; the id where it has none."""
    rows = table(_NAMES, dataset, year)
    return dict(zip(rows["facility_id"], rows["name"].fillna(rows["facility_id"]), strict=True))


def within(dataset: str, year: int, area: str = "") -> pd.DataFrame:
    """
    Return the facilities that lie in an area, or in the whole country, by county and id.

    Returns
    -------
    facilities
        `facility_id`, `name`, `kind`, `grade` (NA = none), `area_code` and names of the county, `lon`, `lat` (degrees,
        EPSG:4326; NaN = not known), a column a resource that a facility holds (units; NaN or NA = not known).
    """
    columns = ["facility_id", "name", "kind", "grade", "area_code", "lon", "lat", *HELD, "name_zh", "name_en"]
    return table(_WITHIN, dataset, year, area, area)[columns]


def points(dataset: str, year: int, area: str, most: int) -> pd.DataFrame:
    """
    Return at most so many of the facilities in an area, or in the whole country, of which it is known where they are.

    Returns
    -------
    points
        `lon`, `lat` (degrees, EPSG:4326), `name` (NA = none), `beds` (NaN or NA = not known), by county and id.
    """
    return table(_POINTS, dataset, year, area, area, most)
