"""
From a figure down to the rows it rests on: which cells of the sourced tables stand behind an indicator of an area.

Pure; takes the rows as the published file has them (`source_row`). Holds no rows and draws nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pandas as pd

from mhgis.i18n import N_
from mhgis.indicators import ALLOCATED_FROM, REGISTRY, RESOURCES, WORDS

#: an area: its level and its code
Area = tuple[str, str]

PEOPLE: Final = "people"
ABSENCE: Final = ("counties", "counties_without_facility")

#: what is counted, where it is no indicator of its own
QUANTITY_WORDS: Final[dict[str, str]] = {
    PEOPLE: N_("People"),
    "counties": N_("County-level units"),
    "beds_in_hospitals": N_("Beds of psychiatric hospitals"),
    "psychiatric_hospitals": N_("Psychiatric hospitals"),
    "general_hospital_departments": N_("Psychiatric departments of general hospitals"),
    "grass_roots_institutions": N_("Grass-roots institutions with mental health services"),
    "general_clinics": N_("General clinics with mental health services"),
    "mental_health_clinics": N_("Mental health clinics"),
    "rehabilitation_centres": N_("Mental rehabilitation centres"),
    "beds_in_psychiatric_hospitals": N_("Beds of psychiatric hospitals"),
    "beds_in_general_hospital_departments": N_("Beds of psychiatric departments of general hospitals"),
    "beds_in_grass_roots_institutions": N_("Psychiatric beds of grass-roots institutions"),
    "beds_in_general_clinics": N_("Psychiatric beds of general clinics"),
    "beds_in_mental_health_clinics": N_("Beds of mental health clinics"),
    "beds_in_rehabilitation_centres": N_("Beds of mental rehabilitation centres"),
    "prefectures": N_("Prefectures"),
    "prefectures_without_beds": N_("Prefectures without beds"),
    "counties_with_beds": N_("Counties with beds"),
    "counties_without_beds": N_("Counties without beds"),
    **{f"east_share_{resource}": words.share_of_east for resource, words in WORDS.items()},
    "published_figures": N_("Printed figure"),
    **{name: indicator.name for name, indicator in REGISTRY.items()},
}


def quantities(indicators: Iterable[str], *, is_modelled: bool, is_series: bool = False) -> tuple[str, ...]:
    """
    Return what is counted for indicators: their numerators and denominators, or what the model allocates from.

    Parameters
    ----------
    indicators
        Ids; one that is not in the registry stands for itself.
    is_modelled
        Whether the figures are a model's: then the published totals behind them are named.
    is_series
        Whether the figure tells of several years: then it may hold rates as they were printed, which go by the
        indicator's own name.

    Returns
    -------
    quantities
        Each once, in the order met.
    """
    found: list[str] = []
    for name in indicators:
        indicator = REGISTRY.get(name)
        if indicator is None:
            found.append(name)
            continue
        parts = [indicator.numerator, *([indicator.denominator] if indicator.denominator else [])]
        if is_modelled:
            counted = [part for part in parts if part in RESOURCES] or ["facilities"]
            found += [given for part in counted for given in ALLOCATED_FROM[part]]
            found += [PEOPLE]
        else:
            found += [*parts, *([name] if is_series else [])]
    return tuple(dict.fromkeys(found))


def rows_behind(
    rows: pd.DataFrame,
    wanted: Sequence[str],
    areas: Sequence[Area],
    year: int | None,
    above: Mapping[Area, Sequence[Area]],
    *,
    is_modelled: bool = False,
) -> pd.DataFrame:
    """
    Return the rows that figures of areas rest on.

    An area's own rows; where it has none, those of its largest parts that have any; where it has neither and the
    figures are a model's, those of the nearest area that holds it. People of a year that nobody counted rest on the
    nearest years before and after it; where an area has not both, on its holder's as well.

    Parameters
    ----------
    rows
        `area_level`, `area_code`, `year`, `quantity` and whatever else is to be told of a row.
    wanted
        As of `quantities`.
    areas
        Of the figures.
    year
        Of the figures; None for every year.
    above
        The areas that hold each area, the nearest first.
    is_modelled
        Whether the figures are a model's.

    Returns
    -------
    found
        Rows of `rows`, each once: quantities in the order wanted, then as they stand in the tables.
    """
    parts = []
    for quantity in wanted:
        pool = rows[rows["quantity"].eq(quantity) & rows["area_level"].notna()]
        pool = pool if year is None else pool[pool["year"].isin(_years(pool["year"], year, exact=quantity != PEOPLE))]
        places = list(zip(pool["area_level"], pool["area_code"], strict=True))
        years: dict[Area, set[int]] = {}
        for place, at in zip(places, pool["year"], strict=True):
            years.setdefault(place, set()).add(int(at))
        kept = _places(areas, years, above, is_modelled=is_modelled or quantity == PEOPLE)
        parts.append(pool[pd.Series([place in kept for place in places], pool.index, dtype="bool")])
    found = pd.concat(parts) if parts else rows.iloc[:0]
    return found[~found.index.duplicated()]


def parts_of(rows: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """
    Return the rows that benchmarks were computed from, as the countries' values are that a median is of.

    Parameters
    ----------
    rows
        Of the published file: `row_key`, `part_of` (ids of benchmarks, joined by a semicolon; NA = none).
    held
        The rows a figure rests on; those of benchmarks are known by their key.

    Returns
    -------
    parts
        Rows of `rows`, each once, as they stand in the tables; none where no benchmark was computed from rows.
    """
    asked = set(held["row_key"])
    of = rows["part_of"].fillna("").astype(str).str.split(";")
    is_part = [any(f"benchmark_id={one}" in asked for one in ids) for ids in of]
    return rows[pd.Series(is_part, rows.index, dtype="bool")]


def _years(known: pd.Series, year: int, *, exact: bool) -> set[int]:
    years = {int(one) for one in known.dropna()}
    if exact or year in years:
        return {year}
    before, after = [one for one in years if one < year], [one for one in years if one > year]
    return {*([max(before)] if before else []), *([min(after)] if after else [])}


def _places(
    areas: Sequence[Area], years: Mapping[Area, set[int]], above: Mapping[Area, Sequence[Area]], *, is_modelled: bool
) -> set[Area]:
    # the areas whose rows stand behind figures of `areas`
    needed: set[int] = set().union(*years.values())
    inside: dict[Area, list[Area]] = {}
    for place in years:
        for holder in above.get(place, ()):
            inside.setdefault(holder, []).append(place)
    kept: set[Area] = set()
    for area in areas:
        have: set[int] = set()
        if area in years:
            own = [area]
        else:
            # the level nearest below: what holds no other of them
            below = frozenset(inside.get(area, ()))
            own = [place for place in below if below.isdisjoint(above.get(place, ()))]
        for place in own:
            have |= years[place]
        if is_modelled and have != needed:
            own = [*own, *[holder for holder in above.get(area, ()) if years.get(holder, set()) > have][:1]]
        kept |= set(own)
    return kept
