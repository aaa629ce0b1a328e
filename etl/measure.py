"""
The tables of the two built datasets: what was published, and what the model's draws have in common.

Frames in, frames out. What any counts make is in `mhgis.measures.tables`; here is what only the build does.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from etl.pack import Pack
from mhgis.indicators import LEVELS, REGISTRY, RESOURCES, Indicator
from mhgis.measures import downscale, rates
from mhgis.measures.tables import AREA_KEY, INDICATOR_COLUMNS, RESOURCE_COLUMNS, expand, indicators_of, with_dataset
from mhgis.status import status_of


def modelled_resources(ensemble: downscale.Ensemble, groups: dict[str, pd.Series]) -> pd.DataFrame:
    """
    Summarise the draws' counts at each level.

    Parameters
    ----------
    ensemble
        The draws.
    groups
        Level -> code of the area of that level each county lies in, on an index of county codes.

    Returns
    -------
    counts
        `level`, `area_code`, `resource`, `value` (median), `lower`, `upper` (5-95 %).
    """
    parts = [
        downscale.summarise(ensemble, groups[level]).rename(columns={"group": "area_code"}).assign(level=level)
        for level in LEVELS
    ]
    return pd.concat(parts, ignore_index=True).astype({"value": "Float64", "lower": "Float64", "upper": "Float64"})


def modelled_indicators(
    ensembles: Mapping[str, downscale.Ensemble],
    counts: pd.DataFrame,
    people: pd.DataFrame,
    groups: dict[str, pd.Series],
) -> pd.DataFrame:
    """
    Compute every indicator of the modelled dataset from its draws.

    Quantiles of a rate are those of its count, for the denominator is the same in each draw; ratios of two drawn counts
    are taken draw by draw. The range of a probability is the lowest and the highest under the weightings.

    Parameters
    ----------
    ensembles
        Weighting -> draws; figures come from `central`.
    counts, groups
        What `modelled_resources` returned for `central`, and what it was given.
    people
        `level`, `area_code`, `people` of the model's year (NA = no figure).

    Returns
    -------
    values
        `level`, `area_code`, `indicator`, `value`, `lower`, `upper`; NA where a denominator is not known or zero.
    """
    ensemble = ensembles["central"]
    county_people = people[people["level"].eq("county")].set_index("area_code")["people"]
    by_resource: dict[str, pd.DataFrame] = {name: counts[counts["resource"].eq(name)] for name in RESOURCES}
    sources = by_resource | {
        "counties_without_facility": _counties_without(ensemble, groups),
        "people without a facility in their county": _people_without(ensemble, county_people, groups),
        "draws without a facility": _probability(ensembles),
    }
    parts = [_of_draws(i, sources, people, ensemble, groups) for i in REGISTRY.values()]
    return pd.concat(parts, ignore_index=True)[[*AREA_KEY, "indicator", "value", "lower", "upper"]]


def _of_draws(
    indicator: Indicator,
    sources: dict[str, pd.DataFrame],
    people: pd.DataFrame,
    ensemble: downscale.Ensemble,
    groups: dict[str, pd.Series],
) -> pd.DataFrame:
    if indicator.denominator == "psychiatrists":
        table = _ratio_by_draw(ensemble, indicator, groups)
    else:
        table = sources[indicator.numerator]
        table = table[table["level"].isin(indicator.levels)].copy()
        if indicator.denominator in {"people", "counties"}:
            by = people if indicator.denominator == "people" else _counties(ensemble, groups)
            denominator = table[AREA_KEY].merge(by, on=AREA_KEY, how="left")[indicator.denominator]
            denominator = denominator.set_axis(table.index)
            for column in ("value", "lower", "upper"):
                table[column] = rates.rate(table[column], denominator, indicator.scale)
    return table.assign(indicator=indicator.id)


def _ratio_by_draw(ensemble: downscale.Ensemble, indicator: Indicator, groups: dict[str, pd.Series]) -> pd.DataFrame:
    parts = []
    for level in indicator.levels:
        codes, starts, order = _columns(ensemble, groups[level])
        top, bottom = (
            np.add.reduceat(ensemble.counts(resource)[:, order], starts, axis=1, dtype=np.float64)
            for resource in ("beds", "psychiatrists")
        )
        ratio = np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)
        # where no draw has a denominator there is no ratio; mixed cases do not occur at these levels
        low, mid, high = np.quantile(ratio, [0.05, 0.5, 0.95], axis=0, method="inverted_cdf")
        parts.append(pd.DataFrame({"area_code": codes, "value": mid, "lower": low, "upper": high}).assign(level=level))
    return pd.concat(parts, ignore_index=True).astype(dict.fromkeys(("value", "lower", "upper"), "Float64"))


def _columns(ensemble: downscale.Ensemble, group: pd.Series) -> tuple[list[str], np.ndarray, np.ndarray]:
    labels, codes = pd.factorize(group.reindex(ensemble.area_code).to_numpy(), sort=True)
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(len(codes)))
    return [str(code) for code in codes], starts, order


def _counties(ensemble: downscale.Ensemble, groups: dict[str, pd.Series]) -> pd.DataFrame:
    parts = [
        groups[level].reindex(ensemble.area_code).value_counts().rename_axis("area_code").rename("counties")
        .reset_index().assign(level=level)
        for level in ("country", "province")
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _counties_without(ensemble: downscale.Ensemble, groups: dict[str, pd.Series]) -> pd.DataFrame:
    parts = []
    for level in ("country", "province"):
        codes, starts, order = _columns(ensemble, groups[level])
        without = np.add.reduceat(ensemble.facilities[:, order] == 0, starts, axis=1, dtype=np.int64)
        low, mid, high = np.quantile(without, [0.05, 0.5, 0.95], axis=0, method="inverted_cdf")
        parts.append(pd.DataFrame({"area_code": codes, "value": mid, "lower": low, "upper": high}).assign(level=level))
    return pd.concat(parts, ignore_index=True).astype(dict.fromkeys(("value", "lower", "upper"), "Float64"))


def _people_without(ensemble: downscale.Ensemble, people: pd.Series, groups: dict[str, pd.Series]) -> pd.DataFrame:
    parts = [
        downscale.people_without(ensemble, people, groups[level])
        .rename(columns={"group": "area_code"})
        .drop(columns="people")
        .assign(level=level)
        for level in ("country", "province", "prefecture")
    ]
    return pd.concat(parts, ignore_index=True).astype(dict.fromkeys(("value", "lower", "upper"), "Float64"))


def _probability(ensembles: Mapping[str, downscale.Ensemble]) -> pd.DataFrame:
    by_weighting = pd.DataFrame(
        {name: downscale.probability_without(draws).set_index("area_code")["probability"] * 100
         for name, draws in ensembles.items()}
    ).astype("Float64")  # fmt: skip
    return pd.DataFrame(
        {"value": by_weighting["central"], "lower": by_weighting.min(axis=1), "upper": by_weighting.max(axis=1)}
    ).rename_axis("area_code").reset_index().assign(level="county")  # fmt: skip


def published(
    areas: pd.DataFrame, resources: pd.DataFrame, counties: pd.DataFrame, population: pd.DataFrame, country: Pack
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Build the published dataset: its counts and its indicators, with a row for every area.

    Parameters
    ----------
    areas, resources, counties, population
        The harmonised tables; `counties` is `province_published`.
    country
        The pack: which dataset, and which years every area gets rows for.

    Returns
    -------
    resource, indicator_value
        With the contract's columns.
    """
    numbers = counties.melt(
        ["area_code", "level", "year", "origin_id"], ["counties", "counties_without_facility"], "resource", "value"
    ).assign(status=lambda t: status_of(t["value"]))
    kinds = [*RESOURCES, "counties", "counties_without_facility"]
    counts = expand(areas, pd.concat([resources, numbers.dropna(subset="value")]), country.years_of_all_levels, kinds)
    values = indicators_of(counts, population)
    dataset = country.country.published
    return (
        with_dataset(counts[counts["resource"].isin(RESOURCES)], dataset, RESOURCE_COLUMNS),
        with_dataset(values, dataset, INDICATOR_COLUMNS),
    )


def modelled(
    areas: pd.DataFrame,
    counts: pd.DataFrame,
    values: pd.DataFrame,
    population: pd.DataFrame,
    settings: Mapping[str, Any],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Build the modelled dataset from the model's summaries, with a row for every area.

    A figure that cannot be computed (no population, no psychiatrist to divide by) is `not_reported` or
    `not_applicable`; every number is `modelled`.

    Returns
    -------
    resource, indicator_value
        With the contract's columns.
    """
    year, origin = settings["year"], settings["origin_id"]
    counted = _grid(areas, "resource", dict.fromkeys(RESOURCES, LEVELS)).merge(
        counts, on=[*AREA_KEY, "resource"], how="left", validate="one_to_one"
    )
    levels = {indicator.id: indicator.levels for indicator in REGISTRY.values()}
    valued = _grid(areas, "indicator", levels).merge(
        values, on=[*AREA_KEY, "indicator"], how="left", validate="one_to_one"
    )
    people = population.loc[population["year"].eq(year), [*AREA_KEY, "people"]]
    valued = valued.merge(people, on=AREA_KEY, how="left", validate="many_to_one")
    tables = [table.assign(year=year, status=_modelled_status(table), origin_id=origin) for table in (counted, valued)]
    dataset = settings["dataset_id"]
    return (
        with_dataset(tables[0], dataset, RESOURCE_COLUMNS),
        with_dataset(tables[1], dataset, INDICATOR_COLUMNS),
    )


def _grid(areas: pd.DataFrame, column: str, levels: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    parts = [
        areas.loc[areas["level"].isin(where), [*AREA_KEY, "is_applicable"]].assign(**{column: name})
        for name, where in levels.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _modelled_status(table: pd.DataFrame) -> pd.Series:
    status = pd.Series("modelled", index=table.index, dtype="str").where(table["value"].notna(), "not_reported")
    if "indicator" in table:
        no_divisor = table["indicator"].map(lambda i: REGISTRY[i].denominator == "psychiatrists")
        status = status.where(table["value"].notna() | ~no_divisor, "not_applicable")
    return status.where(table["is_applicable"], "not_applicable")
