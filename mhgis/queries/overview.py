"""What is known of the country as a whole: its figures, year by year, and the rates that were published of it."""

from typing import Final

import pandas as pd

from mhgis.queries.tables import table

_KNOWN: Final = """
SELECT indicator, year, value, status, origin_id FROM indicator_value
WHERE dataset_id = ? AND level = 'country' AND value IS NOT NULL
ORDER BY indicator, year
"""
_SERIES: Final = """
SELECT year, value, status, origin_id FROM indicator_value
WHERE dataset_id = ? AND level = 'country' AND indicator = ? ORDER BY year
"""
_LATER: Final = "SELECT * FROM later_figure ORDER BY year, item"
_RATES: Final = """
SELECT year, value, is_break, note_en, note_zh, origin_id FROM published_rate
WHERE indicator = ? AND is_main ORDER BY year
"""


def known(dataset: str) -> pd.DataFrame:
    """
    Return what a dataset knows of the country.

    Returns
    -------
    known
        `indicator`, `year`, `value` (the indicator's unit), `status`, `origin_id`; what is not known has no row.
    """
    return table(_KNOWN, dataset)


def latest(dataset: str, indicator: str) -> pd.DataFrame:
    """Return the latest figure of the country there is: a row as of `known`, or none."""
    rows = known(dataset)
    return rows[rows["indicator"].eq(indicator)].tail(1)


def series(dataset: str, indicator: str) -> pd.DataFrame:
    """Return an indicator of the country by year: `year`, `value` (NaN = not known), `status`, `origin_id`."""
    return table(_SERIES, dataset, indicator)


def read_later() -> pd.DataFrame:
    """
    Return the country's figures of years after those of the series, read second-hand and defined otherwise.

    Returns
    -------
    figures
        `year`, `item`, `label_en`, `label_zh`, `value` (a count, or a share of 1), `unit`, `how_read_en`,
        `how_read_zh`, `note_en`, `note_zh` (NA for none), `origin_id`; by year and item.
    """
    return table(_LATER)


def published_rates(indicator: str) -> pd.DataFrame:
    """
    Return the rate of the country as published over the years.

    Returns
    -------
    rates
        `year`, `value` (the indicator's unit), `is_break` (does not compare with the year before), `note_en`,
        `note_zh` (NA for none), `origin_id`.
    """
    return table(_RATES, indicator)
