"""
The tables of the two built datasets: what was published, and what the model's draws have in common.

Frames in, frames out. What any counts make is in `mhgis.measures.tables`; here is what only the build does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.pack import Pack
from mhgis.indicators import (
    COUNTED,
    LEVELS,
    REGISTRY,
    RESOURCES,
    Count,
    Indicator,
    Level,
    Probability,
    Rate,
    Ratio,
    Share,
    require_rules,
    unknown_rule,
)
from mhgis.measures import downscale, drawn
from mhgis.measures.tables import AREA_KEY, INDICATOR_COLUMNS, RESOURCE_COLUMNS, expand, indicators_of, with_dataset
from mhgis.status import status_of

Floats = npt.NDArray[np.float64]

_NUMBERS = ("value", "lower", "upper")


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
        `level`, `area_code`, `resource`, `value` (mean, which adds up over areas), `lower`, `upper` (5-95 %).
    """
    counted = _counted(ensemble, {}, groups)
    parts = [
        _numbers(counted.areas(level), drawn.told(counted.quantity(resource, level))).assign(
            level=level, resource=resource
        )
        for level in LEVELS
        for resource in sorted(RESOURCES)
    ]
    table = pd.concat(parts)[[*AREA_KEY, "resource", *_NUMBERS]]
    order = table["level"].map({level: at for at, level in enumerate(LEVELS)})
    by_area = table.assign(order=order).sort_values(["order", "area_code", "resource"], kind="stable")
    return by_area.drop(columns="order").reset_index(drop=True)


def _counted(
    ensemble: downscale.Ensemble, people: Mapping[str, pd.Series], groups: Mapping[str, pd.Series]
) -> drawn.Drawn:
    counts: dict[str, npt.NDArray[np.int32]] = {name: ensemble.counts(name) for name in RESOURCES}
    return drawn.Drawn(ensemble.area_code.astype(object), counts, people, groups)


@dataclass(frozen=True, eq=False)
class Drawn:
    """
    What a model counts of the areas of each level, in each of its draws.

    Attributes
    ----------
    ensembles
        Weighting -> draws; figures come from `central`.
    people
        `level`, `area_code`, `people` of the model's year (NA = no figure).
    groups
        Level -> code of the area of that level each county lies in, on an index of county codes.
    """

    ensembles: Mapping[str, downscale.Ensemble]
    people: pd.DataFrame
    groups: Mapping[str, pd.Series]

    @property
    def counted(self) -> drawn.Drawn:
        """What the draws count that figures come from."""
        people = {
            level: self.people[self.people["level"].eq(level)].set_index("area_code")["people"] for level in self.groups
        }
        return _counted(self.ensembles["central"], people, self.groups)


def modelled_indicators(model: Drawn) -> pd.DataFrame:
    """
    Compute every indicator of the modelled dataset from its draws, each by its rule.

    Returns
    -------
    values
        `level`, `area_code`, `indicator`, `value`, `lower`, `upper` (Float64; NA where not known), `status`.

    Raises
    ------
    UnknownRuleError
        If the rule of an indicator is none of those applied here, or names what nothing counts.
    """
    require_rules(REGISTRY.values())
    parts = [
        of_draws(indicator, model, level).assign(level=level, indicator=indicator.id)
        for indicator in REGISTRY.values()
        for level in indicator.levels
    ]
    return pd.concat(parts, ignore_index=True)[[*AREA_KEY, "indicator", *_NUMBERS, "status"]]


def of_draws(indicator: Indicator, model: Drawn, level: Level) -> pd.DataFrame:
    """
    Apply the rule of an indicator to the draws of a model, each draw for itself, at one level.

    The value is the mean of what the draws give and the range is from their 5 % to their 95 % quantile; those of a
    probability are the lowest and the highest under the weightings. A rate, share or ratio is `not_reported` where a
    part is unknown, and `not_applicable` where no draw has anything to divide by. Where some draws have and some have
    not, whether there is a ratio is itself not known: it is `not_reported`, for a mean of the rest would hold only
    under a condition that the number does not tell.

    Returns
    -------
    values
        `area_code`, `value`, `lower`, `upper` (Float64; NA where not known), `status`.

    Raises
    ------
    UnknownRuleError
        If the rule is none of those applied here.
    """
    counted = model.counted
    match indicator.rule:
        case Count() | Rate() | Ratio() | Share():
            top, bottom = drawn.parts(indicator, counted, level)
            numbers = drawn.told(drawn.divide(top, bottom, indicator.scale))
            return _summary(counted.areas(level), numbers, _status(top, bottom))
        case Probability():
            return _probability(model, level)
        case _:
            raise unknown_rule(indicator)


def _status(top: Floats, bottom: Floats | None = None) -> npt.NDArray[np.str_]:
    """Say of each area what is known of its draws, or of a quotient of two."""
    below = np.ones_like(top[:1]) if bottom is None else bottom
    is_unknown = np.isnan(top).any(axis=0) | np.isnan(below).any(axis=0)
    is_empty, is_ever_empty = (below <= 0).all(axis=0), (below <= 0).any(axis=0)
    return np.select(
        [is_unknown, is_empty, is_ever_empty], ["not_reported", "not_applicable", "not_reported"], "modelled"
    )


def _summary(areas: Sequence[str], numbers: Mapping[str, Floats], status: npt.NDArray[np.str_]) -> pd.DataFrame:
    known = status == "modelled"
    table = _numbers(areas, numbers)
    return table.assign(**{name: table[name].where(known) for name in _NUMBERS}, status=pd.Series(status, dtype="str"))


def _numbers(areas: Sequence[str], numbers: Mapping[str, Floats]) -> pd.DataFrame:
    columns = {name: pd.Series(numbers[name], dtype="Float64") for name in _NUMBERS}
    return pd.DataFrame({"area_code": pd.Series(areas, dtype="str"), **columns})


def _probability(model: Drawn, level: Level) -> pd.DataFrame:
    shares = [
        downscale.probability_without(ensemble, model.groups[level])["probability"].to_numpy() * 100
        for ensemble in model.ensembles.values()
    ]
    central = shares[list(model.ensembles).index("central")]
    numbers = {"value": central, "lower": np.min(shares, axis=0), "upper": np.max(shares, axis=0)}
    return _summary(model.counted.areas(level), numbers, _status(np.stack(shares)))


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
    known = pd.concat([resources, numbers.dropna(subset="value")])
    counts = expand(areas, known, country.years_of_all_levels, COUNTED)
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

    A figure of an area that is in no draw is `not_reported`; every number is `modelled`.

    Returns
    -------
    resource, indicator_value
        With the contract's columns.
    """
    year, origin = settings["year"], settings["origin_id"]
    counts = counts.assign(status="modelled")
    counted = _of_every_area(areas, counts, "resource", dict.fromkeys(RESOURCES, LEVELS))
    valued = _of_every_area(areas, values, "indicator", {name: one.levels for name, one in REGISTRY.items()})
    people = population.loc[population["year"].eq(year), [*AREA_KEY, "people"]]
    valued = valued.merge(people, on=AREA_KEY, how="left", validate="many_to_one")
    counted, valued = (table.assign(year=year, origin_id=origin) for table in (counted, valued))
    dataset = settings["dataset_id"]
    return (
        with_dataset(counted, dataset, RESOURCE_COLUMNS),
        with_dataset(valued, dataset, INDICATOR_COLUMNS),
    )


def _of_every_area(
    areas: pd.DataFrame, figures: pd.DataFrame, column: str, levels: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Give every area of the levels of each `column` a row, with its figure and status or the one that says why not."""
    grid = pd.concat(
        [
            areas.loc[areas["level"].isin(where), [*AREA_KEY, "is_applicable"]].assign(**{column: name})
            for name, where in levels.items()
        ],
        ignore_index=True,
    )
    table = grid.merge(figures, on=[*AREA_KEY, column], how="left", validate="one_to_one")
    status = table["status"].where(table["status"].notna(), "not_reported")
    return table.assign(status=status.where(table["is_applicable"], "not_applicable"))
