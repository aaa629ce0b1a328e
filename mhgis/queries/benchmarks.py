"""Benchmarks of an indicator: all of them, and those to be offered, in the one order there is."""

from typing import Final

import pandas as pd

from mhgis import store
from mhgis.queries.tables import kept, table

_REGIONAL: Final = "SELECT DISTINCT indicator FROM benchmark WHERE applies_to IS NOT NULL ORDER BY indicator"


def of_indicator(indicator: str) -> pd.DataFrame:
    """
    Return every benchmark that an indicator can be held against, by id.

    Returns
    -------
    benchmarks
        The columns of `benchmark`; `value` in the indicator's unit, `applies_to` NA where it is meant for any region.
    """
    return kept(store.benchmarks, indicator).sort_values("benchmark_id", ignore_index=True)


def listed(indicator: str) -> pd.DataFrame:
    """Return the benchmarks of an indicator that a reader is offered, in that order: as `of_indicator`."""
    rows = kept(store.benchmarks, indicator)
    return rows[rows["is_listed"]].reset_index(drop=True)


def indicators_by_region() -> list[str]:
    """Return the indicators that have benchmarks meant for some regions only, in order."""
    return [str(name) for name in table(_REGIONAL)["indicator"]]
