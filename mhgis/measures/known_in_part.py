"""
What is known of a total of which a part is not: at least so many, from so many of its counties.

A register that names some counties of a province leaves the others unknown, and so the province's total; what the named
ones have is known all the same. Pure; the parts are counted by `mhgis.importing.aggregate.coverage`.
"""

from typing import Final

import pandas as pd

from mhgis import formats
from mhgis.i18n import Language, translator
from mhgis.indicators import REGISTRY, RESOURCES, Indicator

#: what `with_parts` adds
COLUMNS: Final = ("at_least", "parts_known", "parts")


def resource_of(indicator: Indicator) -> str | None:
    """Return the resource that an indicator counts, by itself or for each resident; None for any other."""
    return indicator.numerator if indicator.numerator in RESOURCES else None


def with_parts(rows: pd.DataFrame, coverage: pd.DataFrame, indicator: Indicator, level: str, year: int) -> pd.DataFrame:
    """
    Say of areas whose value is not known what is known of their counties.

    Parameters
    ----------
    rows
        Areas of one level: `area_code`, `value` (NA = not known).
    coverage
        As of `mhgis.store.coverage`; empty for a dataset that was not imported.
    indicator, level, year
        What the rows show.

    Returns
    -------
    rows
        With `at_least` (the count of the indicator's resource in the counties that are known, Int64), `parts_known` and
        `parts` (counties that are known, and all; Int64). NA where the value is known, or nothing of the counties is;
        where that is so of every area, `rows` as they are.
    """
    wanted = coverage[
        coverage["resource"].eq(resource_of(indicator) or "") & coverage["level"].eq(level) & coverage["year"].eq(year)
    ].set_index("area_code")
    found = wanted[["known", "parts_known", "parts"]].reindex(rows["area_code"]).set_index(rows.index)
    is_partly = rows["value"].isna() & found["known"].notna()
    if not is_partly.any():
        return rows
    found = found.where(is_partly).astype("Float64").astype("Int64")
    return rows.assign(at_least=found["known"], parts_known=found["parts_known"], parts=found["parts"])


def said(rows: pd.DataFrame, indicator: Indicator, lang: Language) -> list[str]:
    """
    Return what is known of each area in words; empty where there is nothing to say.

    Parameters
    ----------
    rows
        As of `with_parts`; those without its columns have nothing to say.
    indicator, lang
        What the rows show, and the language of the words.
    """
    resource = resource_of(indicator)
    if resource is None or "at_least" not in rows.columns:
        return [""] * len(rows)
    _ = translator(lang)
    form = _("{name}: at least {n}, from {known} of {all} counties")
    return [
        ""
        if formats.is_missing(least)
        else form.format(
            name=_(REGISTRY[resource].name), n=formats.number(int(least)), known=formats.number(int(known)),
            all=formats.number(int(every)),
        )
        for least, known, every in rows[list(COLUMNS)].itertuples(index=False, name=None)
    ]  # fmt: skip
