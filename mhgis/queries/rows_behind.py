"""What stands behind a figure: the rows it was entered in, and those of an import."""

from typing import Final

import pandas as pd

from mhgis.queries.tables import table

_ENTERED: Final = "SELECT * FROM source_row ORDER BY file, line"
_AREAS: Final = """
SELECT area_code FROM area
WHERE level = ? AND is_applicable AND (? = '' OR ? IN (area_code, parent_code, province_code)) ORDER BY area_code
"""
_COUNTS: Final = """
SELECT r.level, r.area_code, r.year, r.resource, r.value, r.status FROM resource r
WHERE r.dataset_id = ? AND r.year = ? AND r.status <> 'not_applicable' ORDER BY ALL
"""


def entered() -> pd.DataFrame:
    """
    Return every row of the data pack's tables, as it was entered.

    Returns
    -------
    rows
        The columns of `source_row`, by `file` and `line`; `entered` is NA for an empty cell, `used` for what was not
        corrected.
    """
    return table(_ENTERED)


def areas_of(level: str, within: str = "") -> list[str]:
    """Return the codes of the areas of a level that the statistics reach, of all or of those within an area."""
    return [str(code) for code in table(_AREAS, level, within, within)["area_code"]]


def counts(dataset: str, year: int) -> pd.DataFrame:
    """Return the counts of a dataset's year: `level`, `area_code`, `year`, `resource`, `value` (NaN), `status`."""
    return table(_COUNTS, dataset, year)
