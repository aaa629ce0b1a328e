"""
What counts make: a row for every area, the indicators, what can be chosen, and the sources that figures unite.

Frames in, frames out; the one code by which the build and an import come to their tables. Every area has a row for each
indicator that means something at its level, so that what is not known is a row that says so and never an area left out.
The same rules applied to the draws of a model are in `etl.measure`.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd

from mhgis.indicators import PEOPLE, REGISTRY, Count, Indicator, Rate, Ratio, Share, require_rules, unknown_rule
from mhgis.measures import rates
from mhgis.status import status_of

AREA_KEY: Final = ["level", "area_code"]

#: joins the ids of the origins a computed figure unites
AND: Final = "+"

RESOURCE_COLUMNS: Final = (
    "dataset_id", "area_code", "level", "year", "resource", "value", "lower", "upper", "status", "origin_id",
)  # fmt: skip
INDICATOR_COLUMNS: Final = (
    "dataset_id", "area_code", "level", "year", "indicator", "value", "lower", "upper", "status", "people", "origin_id",
)  # fmt: skip


def united(*origin_ids: pd.Series | str) -> pd.Series:
    """Unite columns of origin ids into one: each id once, in order of the alphabet, joined by `AND`; NA is left out."""
    index = next(ids.index for ids in origin_ids if isinstance(ids, pd.Series))
    columns = [ids if isinstance(ids, pd.Series) else pd.Series(ids, index=index) for ids in origin_ids]
    rows = zip(*(column.astype("object").where(column.notna(), None) for column in columns), strict=True)
    cache: dict[tuple[str | None, ...], str | None] = {}
    for row in rows:
        cache.setdefault(row, AND.join(sorted({part for ids in row if ids for part in ids.split(AND)})) or None)
    rows = zip(*(column.astype("object").where(column.notna(), None) for column in columns), strict=True)
    return pd.Series([cache[row] for row in rows], index=index, dtype="str")


def expand(areas: pd.DataFrame, published: pd.DataFrame, years: Iterable[int], kinds: Sequence[str]) -> pd.DataFrame:
    """
    Give every area a row for each kind of count and year; what was not published says so.

    Parameters
    ----------
    areas
        `level`, `area_code`, `is_applicable`.
    published
        Counts as published: `level`, `area_code`, `year`, `resource`, `value` (NA = not reported), `status`,
        `origin_id`; other years than `years` keep the rows they have.
    years
        Years in which every area gets a row.
    kinds
        Values of `resource` that every area gets.

    Returns
    -------
    counts
        `level`, `area_code`, `year`, `resource`, `value` (Float64), `status`, `origin_id`.
    """
    key = [*AREA_KEY, "year", "resource"]
    grid = areas[[*AREA_KEY, "is_applicable"]].merge(
        pd.MultiIndex.from_product([list(years), list(kinds)], names=["year", "resource"]).to_frame(index=False),
        how="cross",
    )
    found = published[[*key, "value", "status", "origin_id"]]
    counts = grid.merge(found, on=key, how="left", validate="one_to_one")
    counts["status"] = counts["status"].where(counts["status"].notna(), "not_reported")
    counts["status"] = counts["status"].where(counts["is_applicable"], "not_applicable")
    other_years = found[~found["year"].isin(list(years))]
    return pd.concat([counts.drop(columns="is_applicable"), other_years], ignore_index=True).astype(
        {"value": "Float64"}
    )


def indicators_of(counts: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """
    Compute every indicator that counts allow, each by its rule; those that only a model tells are left out.

    A rate, share or ratio is of one area and one year; it is `not_reported` where either part is not known,
    `suppressed` where either is, and `not_applicable` where its denominator is zero: see `status_of_rate` of
    `mhgis.measures.rates`.
    It has a row wherever its numerator has one, and the sources of both.

    Parameters
    ----------
    counts
        As `expand` returns; rows of everything in `mhgis.indicators.COUNTED`.
    population
        `level`, `area_code`, `year`, `people` (NA = no figure), `origin_id`.

    Returns
    -------
    values
        `level`, `area_code`, `year`, `indicator`, `value`, `status`, `people`, `origin_id`.

    Raises
    ------
    UnknownRuleError
        If the rule of an indicator is none of those applied here, or names what nothing counts.
    """
    require_rules(REGISTRY.values())
    people = population[[*AREA_KEY, "year", "people", "origin_id"]]
    counted = pd.concat([counts, _as_counts(people)], ignore_index=True)
    key = [*AREA_KEY, "year"]
    parts = [
        of_counts(indicator, counted)
        .merge(people.drop(columns="origin_id"), on=key, how="left", validate="one_to_one")
        .assign(indicator=indicator.id)
        for indicator in REGISTRY.values()
        if not indicator.modelled_only
    ]
    return pd.concat(parts, ignore_index=True)[[*key, "indicator", "value", "status", "people", "origin_id"]]


def _as_counts(people: pd.DataFrame) -> pd.DataFrame:
    table = people.rename(columns={"people": "value"}).astype({"value": "Float64"})
    return table.assign(resource=PEOPLE, status=status_of(table["value"]))


def of_counts(indicator: Indicator, counts: pd.DataFrame) -> pd.DataFrame:
    """
    Apply the rule of an indicator to counts, at the levels at which the indicator means something.

    Parameters
    ----------
    indicator
        What to compute.
    counts
        `level`, `area_code`, `year`, `resource` (a quantity, `people` among them), `value`, `status`, `origin_id`.

    Returns
    -------
    values
        `level`, `area_code`, `year`, `value` (Float64; NA where not known), `status`, `origin_id`.

    Raises
    ------
    UnknownRuleError
        If the rule is none of those applied here.
    """
    key = [*AREA_KEY, "year"]
    here = counts[counts["level"].isin(indicator.levels)].set_index("resource")
    rule = indicator.rule
    match rule:
        case Count():
            return here.loc[here.index == rule.numerator].reset_index(drop=True)
        case Rate() | Ratio() | Share():
            top, bottom = (here.loc[here.index == name] for name in (rule.numerator, rule.denominator))
            both = top.merge(bottom, on=key, how="left", validate="one_to_one", suffixes=("", "_below"))
            return _divide(both, rule.scale)
        case _:
            raise unknown_rule(indicator)


def _divide(both: pd.DataFrame, scale: float) -> pd.DataFrame:
    value = rates.rate(both["value"], both["value_below"], scale)
    return both.assign(
        value=value,
        status=rates.status_of_rate(both["status"], both["value_below"], both["status_below"]),
        origin_id=united(both["origin_id"], both["origin_id_below"]).where(value.notna()),
    ).drop(columns=["value_below", "status_below", "origin_id_below"])


def offer(values: pd.DataFrame) -> pd.DataFrame:
    """Count the areas and the known values of each dataset, indicator, level and year."""
    groups = values.groupby(["dataset_id", "indicator", "level", "year"], as_index=False)
    return groups.agg(n=("area_code", "size"), n_known=("value", "count"))


def origins(sources: pd.DataFrame, parts: pd.DataFrame, used: Sequence[pd.Series]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Add an origin for every union of sources that a figure came from.

    Parameters
    ----------
    sources
        The `origin` rows of the sources and of what was derived by name.
    parts
        Which sources each derived one unites: `origin_id`, `part_id`.
    used
        Columns of origin ids; a union is written as ids joined by `AND`.

    Returns
    -------
    origins, parts
        The tables `origin` and `origin_part`; parts are always sources, never unions of unions.
    """
    united = sorted({str(ids) for column in used for ids in column.dropna().unique() if AND in str(ids)})
    names = sources.set_index("origin_id")[["title", "title_zh", "short_en", "short_zh"]]
    inner = parts.groupby("origin_id")["part_id"].agg(list).to_dict()
    pairs = sorted({(ids, leaf) for ids in united for part in ids.split(AND) for leaf in inner.get(part, [part])})
    rows = [
        {
            "origin_id": ids, **names.loc[ids.split(AND)].agg(" + ".join).to_dict(),
            "publisher": "computed by this project", "publisher_zh": "本项目计算", "year": None, "identifier": None,
            "licence": "MIT", "licence_zh": "MIT",
            "how_read": "computed from the sources named", "how_read_zh": "由所列来源计算",
        }
        for ids in united
    ]  # fmt: skip
    computed = pd.DataFrame(rows, columns=list(sources.columns), dtype="str")
    new_parts = pd.DataFrame(pairs, columns=["origin_id", "part_id"], dtype="str")
    return pd.concat([sources, computed], ignore_index=True), pd.concat([parts, new_parts], ignore_index=True)


def with_dataset(table: pd.DataFrame, dataset: str, columns: Sequence[str]) -> pd.DataFrame:
    """Return the rows as the contract has them: the dataset named, ranges where there are any, origins where known."""
    known = table["value"].notna()
    ranges = {name: table[name] if name in table else pd.Series(pd.NA, table.index) for name in ("lower", "upper")}
    table = table.assign(
        dataset_id=dataset,
        origin_id=table["origin_id"].where(known),
        **{name: column.astype("Float64") for name, column in ranges.items()},
    )
    return table[list(columns)].reset_index(drop=True)
