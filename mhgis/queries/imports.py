"""What an imported dataset knows, as far as it decides from where it is best seen."""

from typing import Final

import pandas as pd

from mhgis.queries.tables import table

_KNOWN: Final = """
SELECT v.indicator, v.level, max(v.year) AS year, count(*) AS n, any_value(a.province_code) AS province,
       count(DISTINCT a.province_code) AS provinces
FROM indicator_value v JOIN area a USING (level, area_code)
WHERE v.dataset_id = ? AND v.value IS NOT NULL AND v.level <> 'country'
GROUP BY v.indicator, v.level ORDER BY v.indicator, v.level
"""


def known(dataset: str) -> pd.DataFrame:
    """
    Return of which indicators and levels below the country a dataset knows a figure.

    Returns
    -------
    known
        `indicator`, `level`, `year` (the latest), `n` figures, `province` (the code of one that has any), in how many
        `provinces`.
    """
    return table(_KNOWN, dataset)
