"""Benchmarks of an indicator: all of them, and those to be offered, in the one order there is."""

from typing import Final

import pandas as pd

from mhgis import store
from mhgis.queries.tables import kept, table

_REGIONAL: Final = "SELECT DISTINCT indicator FROM benchmark WHERE applies_to IS NOT NULL ORDER BY indicator"

#: the country's own value in the series that a benchmark is of, or is computed from: the same measure, the same source
_OWN_IN_SERIES: Final = """
SELECT own.* FROM benchmark b
JOIN benchmark own ON own.measure = b.measure AND own.group_type = 'country' AND own.group_name = ?
    AND (own.source = b.source OR own.source IN (SELECT part_id FROM origin_part WHERE origin_id = b.source))
WHERE b.benchmark_id = ? AND b.benchmark_id <> own.benchmark_id AND b.group_type <> 'country'
ORDER BY own.last_year DESC, own.benchmark_id LIMIT 1
"""


def own_in_series(benchmark_id: str, country: str) -> pd.DataFrame:
    """
    Return what a country has in the series that a benchmark is of: its latest value there.

    Such a value is counted as those of the benchmark are, and of its years; ours may be counted another way.

    Returns
    -------
    benchmark
        A row as of `of_indicator`, or none.
    """
    return table(_OWN_IN_SERIES, country, benchmark_id)


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
