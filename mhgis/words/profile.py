"""
What is known of one area, beside the country, its province and its siblings; and what is not known, in sentences.

Pure: frames in, plain values out. A count is compared with what the area would hold at the rate of the country or of
the province, so that large and small areas compare. Holds no drawing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from mhgis import formats
from mhgis.i18n import N_, Language, ngettext, translator
from mhgis.indicators import DEFAULT, LEVELS, RATE_OF, REGISTRY, RESOURCES, Direction, Indicator, Level
from mhgis.status import Status
from mhgis.view.links import Offer, level_of, settle
from mhgis.view.view import Camera, View
from mhgis.words import sentences

#: what is special about an area's place in the hierarchy, by the word in the table of areas
SPECIAL: Final[dict[str, str]] = {
    "municipality": N_("A municipality: it has no prefecture tier, its districts lie directly below it."),
    "city_without_counties": N_("A city without counties: it is its own and only county-level unit."),
    "directly_administered": N_(
        "Administered directly by the province: it is its own prefecture unit and not counted among the prefectures."
    ),
    "reserve": N_("A reserve with a code of its own, not counted among the prefectures."),
    "founded_after_census": N_("Founded after the census of 2020."),
    "no_census_figure": N_("Not in the tables of the census of 2020."),
}


@dataclass(frozen=True)
class Place:
    """
    An area and where it lies.

    `province` is the name of its province, empty for the country and for a province itself; `special` the word of the
    table of areas, empty for none.
    """

    level: Level
    area_code: str
    name: str
    province: str = ""
    special: str = ""
    is_applicable: bool = True


@dataclass(frozen=True)
class Mark:
    """A benchmark as it is held against an indicator: its value in the indicator's unit and its name."""

    value: float
    name: str


@dataclass(frozen=True)
class Line:
    """
    One indicator of an area.

    Attributes
    ----------
    indicator, value, lower, upper, status
        As published; numbers are None where not known.
    benchmark, country, province
        What it is compared with, in the same unit; of a count, what the area would hold at that rate.
    rank
        Best and worst place among the siblings (1 = furthest short) that the ranges allow; None where not known.
    siblings
        How many of them are known, the area included.
    """

    indicator: Indicator
    value: float | None
    lower: float | None
    upper: float | None
    status: Status
    benchmark: Mark | None = None
    country: float | None = None
    province: float | None = None
    rank: tuple[int, int] | None = None
    siblings: int = 0

    @property
    def is_known(self) -> bool:
        """Say whether there is a number."""
        return self.value is not None

    @property
    def is_range(self) -> bool:
        """Say whether the number is one of a range; a mean may differ though 90 % of the draws agree."""
        is_ranged = self.lower is not None and self.upper is not None
        return is_ranged and not self.lower == self.upper == self.value

    @property
    def is_count(self) -> bool:
        """Say whether it is compared with what the area would hold at another's rate."""
        return self.indicator.id in RATE_OF


def link(view: View, offer: Offer, area: str, level: Level | None = None) -> View:
    """
    Return the view whose link opens the page of an area.

    Parameters
    ----------
    view
        What is shown now; dataset, year and language stay.
    offer
        What the build has.
    area
        A code of any level.
    level
        For a code that stands at two levels; by default the level of the view, else the highest that has it.
    """
    at = level or level_of(offer, area, view.level) or next((x for x in LEVELS if (x, area) in offer.parents), None)
    if at is None or at == "country":
        return settle(replace(view, area="", within="", camera=Camera()), offer)
    indicator = view.indicator if at in offer.levels(view.dataset, view.indicator) else DEFAULT
    benchmark = view.benchmark if indicator == view.indicator else ""
    wanted = replace(view, level=at, area=area, indicator=indicator, benchmark=benchmark, camera=Camera())
    return settle(wanted, offer)


def gather(
    rows: pd.DataFrame, place: Place, province_code: str, siblings: Collection[str], marks: Mapping[str, Mark]
) -> tuple[Line, ...]:
    """
    Put together every indicator of an area.

    Parameters
    ----------
    rows
        One dataset and year: `level`, `area_code`, `indicator`, `value` (NaN = not known), `lower`, `upper`, `status`,
        `people` (NA = not known); the area's, its siblings', its province's and the country's.
    place
        The area.
    province_code
        Of the province it lies in; empty for none.
    siblings
        Codes of the areas of its level in the same parent, itself included.
    marks
        The benchmark of each indicator that has one.

    Returns
    -------
    lines
        In the order of the registry; those that mean nothing at the area's level are not there.
    """
    own = _of(rows, place.level, place.area_code)
    country = _of(rows, "country") if place.level != "country" else {}
    province = _of(rows, "province", province_code) if place.level not in {"country", "province"} else {}
    peers = rows[rows["level"].eq(place.level) & rows["area_code"].isin(list(siblings))]
    lines = []
    for name, row in own.items():
        indicator = REGISTRY[name]
        alike = peers[peers["indicator"].eq(name)]
        lines.append(
            replace(
                line_of(row, indicator),
                benchmark=_mark(own, indicator, marks),
                country=_reference(own, country, name),
                province=_reference(own, province, name),
                rank=rank_range(alike, place.area_code, indicator.direction),
                siblings=int(alike["value"].notna().sum()),
            )
        )
    return tuple(sorted(lines, key=lambda line: list(REGISTRY).index(line.indicator.id)))


def line_of(row: Mapping[str, Any], indicator: Indicator) -> Line:
    """Return a published row as a line that is compared with nothing."""
    value, lower, upper = (_number(row[part]) for part in ("value", "lower", "upper"))
    return Line(indicator, value, lower, upper, row["status"])


def _of(rows: pd.DataFrame, level: str, code: str | None = None) -> dict[str, Any]:
    # of the country there is one
    found = rows[rows["level"].eq(level) & rows["indicator"].isin(list(REGISTRY))]
    found = found if code is None else found[found["area_code"].eq(code)]
    return {str(row["indicator"]): row for row in found.to_dict("records")}


def _number(value: Any) -> float | None:  # noqa: ANN401 - a cell
    return None if formats.is_missing(value) else float(value)


def _value(rows: Mapping[str, Any], name: str) -> float | None:
    return _number(rows[name]["value"]) if name in rows else None


def _base(own: Mapping[str, Any], name: str) -> float | None:
    """Return what a rate is multiplied by to give the area's count: its people, or its counties; None = not known."""
    rate = REGISTRY[RATE_OF[name]]
    if rate.denominator == "people":
        people = _number(own[name]["people"])
        return None if people is None else people / rate.scale
    count, share = _value(own, name), _value(own, rate.id)
    return count / share if count is not None and share else None


def _at_rate(own: Mapping[str, Any], name: str, rate: float | None) -> float | None:
    base = _base(own, name)
    return None if rate is None or base is None else rate * base


def _reference(own: Mapping[str, Any], other: Mapping[str, Any], name: str) -> float | None:
    if name in RATE_OF:
        return _at_rate(own, name, _value(other, RATE_OF[name]))
    return _value(other, name)


def _mark(own: Mapping[str, Any], indicator: Indicator, marks: Mapping[str, Mark]) -> Mark | None:
    mark = marks.get(RATE_OF.get(indicator.id, indicator.id))
    if mark is None or indicator.id not in RATE_OF:
        return mark
    value = _at_rate(own, indicator.id, mark.value)
    return None if value is None else Mark(value, mark.name)


def rank_range(rows: pd.DataFrame, code: str, direction: Direction) -> tuple[int, int] | None:
    """
    Return the best and the worst place an area can have among its siblings.

    Parameters
    ----------
    rows
        One indicator: `area_code`, `value` (NaN = not known), `lower`, `upper` (NaN where the value is exact).
    code
        The area.
    direction
        Of the indicator; place 1 is the furthest short.

    Returns
    -------
    places
        Only siblings whose whole range lies on one side are surely before or after; equal values share their places.
        None where the area is not known, or is the only one that is.
    """
    known = rows[rows["value"].notna()]
    own = known[known["area_code"].eq(code)]
    if own.empty or len(known) == 1:
        return None
    low = known["lower"].astype("Float64").fillna(known["value"].astype("Float64"))
    high = known["upper"].astype("Float64").fillna(known["value"].astype("Float64"))
    at = own.index[0]
    below, above = int((high < low[at]).sum()), int((low > high[at]).sum())
    before, after = (below, above) if direction == "more_is_better" else (above, below)
    return 1 + before, len(known) - after


def figure_of(line: Line, value: float | None) -> str:
    """Return a number as an indicator is printed, with the sign of per cent where it is one; no unit."""
    text = formats.number(value, line.indicator.decimals)
    return f"{text} %" if value is not None and line.indicator.unit.startswith("%") else text


def span_of(line: Line, lang: Language) -> str:
    """Return the range of a modelled value; empty where there is none."""
    if not line.is_range:
        return ""
    text = formats.interval(line.lower, line.upper, line.indicator.decimals)
    text = f"{text} %" if line.indicator.unit.startswith("%") else text
    return translator(lang)("90 %: {value}").format(value=text) if line.lower == line.upper else text


def rank_words(line: Line) -> str:
    """Return the place among the siblings: `3 / 31`, or the places that the ranges allow: `1–14 / 23`."""
    if line.rank is None:
        return formats.NOTHING
    first, last = line.rank
    return f"{formats.interval(first, last)} / {formats.number(line.siblings)}"


def headline(place: Place, line: Line | None, year: int, lang: Language, *, imported: bool = False) -> str:
    """
    Return what stands over the page: the chosen indicator of the area beside the country's.

    A modelled number is given as its range, for the model says nothing certain about any one area. Of `imported`
    figures nothing was published, so what is missing is called unknown.
    """
    _ = translator(lang)
    if not place.is_applicable:
        return _("{area}: outside the statistics used here").format(area=place.name)
    if line is None or not line.is_known:
        name = _(line.indicator.name) if line else _("Figures")
        said = _("{name} of {area}, {year}: not published")
        if imported:
            said = _("{name} of {area}, {year}: not known")
        if line and line.status == "suppressed":
            said = _("{name} of {area}, {year}: too few to be shown")
        return said.format(name=name, area=place.name, year=year)
    parts = {"name": _(line.indicator.name), "area": place.name, "year": year, "value": figure_of(line, line.value)}
    if line.status == "modelled":
        return _modelled(line, parts, lang)
    if line.country is None or line.is_count:
        return _("{name} in {area}, {year}: {value}").format(**parts)
    said = _("{name} in {area}, {year}: {value}; in the whole country {country}")
    return said.format(**parts, country=figure_of(line, line.country))


def _modelled(line: Line, parts: Mapping[str, object], lang: Language) -> str:
    _ = translator(lang)
    if not line.is_range:
        return _("{name} in {area}, {year}: {value} (model estimate)").format(**parts)
    ends = {"lower": figure_of(line, line.lower), "upper": figure_of(line, line.upper)}
    said = _("{name} in {area}, {year}: between {lower} and {upper} (model estimate)")
    if line.lower == line.upper:
        said = _("{name} in {area}, {year}: {lower} in 90 % of the draws, {value} on average (model estimate)")
    return said.format(**parts, **ends)


def unknowns(
    place: Place,
    published: pd.DataFrame,
    population: pd.DataFrame,
    without: tuple[int, int, int] | None,
    lang: Language,
    *,
    imported: bool = False,
) -> list[str]:
    """
    Return what is not known of an area, in sentences.

    Parameters
    ----------
    place
        The area.
    published
        What the published dataset, or the imported one, has of it: `indicator`, `year`, `value` (NaN = not known).
    population
        `year`, `people` (NA = not known).
    without
        Of the province of a county or prefecture: counties without a facility, all counties, and their year.
    lang
        Language of the sentences.
    imported
        Whether the figures are of an imported dataset.
    """
    _ = translator(lang)
    if not place.is_applicable:
        said = _("The mental-health statistics used here do not reach {area}: it is drawn on maps and counted nowhere.")
        return [said.format(area=place.name)]
    found = _never(place, published, lang, imported=imported) + _gaps_in_time(place, published, lang, imported=imported)
    if without is not None and place.level in {"county", "prefecture"}:
        found.append(_which_counties(place, without, lang))
    return found + _people_unknown(place, population, lang)


def _years(published: pd.DataFrame, name: str, *, known: bool) -> list[int]:
    rows = published[published["indicator"].eq(name)]
    return sorted(int(year) for year in rows.loc[rows["value"].notna() == known, "year"])


def _never(place: Place, published: pd.DataFrame, lang: Language, *, imported: bool) -> list[str]:
    _ = translator(lang)
    names = [_(REGISTRY[name].name) for name in RESOURCES if not _years(published, name, known=True)]
    if not names:
        return []
    said = _("Never published for {area}, in any year: {names}.")
    if imported:
        said = _("Not told by the imported figures for {area}: {names}.")
    return [said.format(area=place.name, names=_listed(names, lang))]


def _gaps_in_time(place: Place, published: pd.DataFrame, lang: Language, *, imported: bool) -> list[str]:
    _, found = translator(lang), []
    for name in (*RESOURCES, "counties_without_facility"):
        there, missing = (_years(published, name, known=known) for known in (True, False))
        if there and missing and place.level != "country":
            said = _("{name}: published for {there}, not for {missing}.")
            if imported:
                said = _("{name}: known for {there}, not for {missing}.")
            years = {"there": _listed(there, lang), "missing": _listed(missing, lang)}
            found.append(said.format(name=_(REGISTRY[name].name), **years))
    return found


def _which_counties(place: Place, without: tuple[int, int, int], lang: Language) -> str:
    _ = translator(lang)
    none, counties, year = without
    if none in {0, counties}:
        everyone = _(
            "In {year}, every county of {province} had a facility; which, and with how many beds, is not known."
        )
        nobody = _("In {year}, none of the counties of {province} had a facility.")
        return (nobody if none else everyone).format(year=year, province=place.province)
    if place.level == "county":
        said = _(
            "Whether {area} has a facility was never published. In {year}, {none} of the {counties} counties of "
            "{province} had none; which ones is not known."
        )
    else:
        said = _(
            "How many counties of {area} have no facility was never published. In {year}, {none} of the {counties} "
            "counties of {province} had none; which ones is not known."
        )
    return said.format(area=place.name, province=place.province, year=year, none=none, counties=counties)


def _people_unknown(place: Place, population: pd.DataFrame, lang: Language) -> list[str]:
    _ = translator(lang)
    missing = [int(year) for year in population.loc[population["people"].isna(), "year"]]
    if len(missing) == len(population):
        said = _("How many people live in {area} is not known, so no rate can be given.")
        return [said.format(area=place.name)]
    if missing:
        said = _("How many people lived in {area} in {years} is not known at today's boundaries.")
        return [said.format(area=place.name, years=_listed(missing, lang))]
    return []


def _listed(parts: Sequence[object], lang: Language) -> str:
    return translator(lang)(", ").join(map(str, parts))


def history(rows: pd.DataFrame) -> pd.DataFrame:
    """
    Return what is known of an area in each year, where there is more than one.

    Parameters
    ----------
    rows
        One dataset and area: `indicator`, `year`, `value` (NaN = not known).

    Returns
    -------
    history
        One row an indicator in the order of the registry, one column a year; NaN = not known. Empty where no indicator
        is known in two years.
    """
    wide = rows[rows["indicator"].isin(list(REGISTRY))].pivot_table(index="indicator", columns="year", values="value")
    wide = wide.reindex([name for name in REGISTRY if name in wide.index])
    several = wide[wide.notna().sum(axis=1).ge(2)]
    return several.dropna(axis="columns", how="all")


def facilities_known(n: int, lang: Language, *, imported: bool = False) -> str:
    """Return of how many single facilities of an area a dataset knows name and place."""
    _ = translator(lang)
    if not n and imported:
        return _("The imported figures name no facility here.")
    if not n:
        return _("No single facility is known by name and place: this dataset names none.")
    said = ngettext(lang, "{n} facility is known by name and place.", "{n} facilities are known by name and place.", n)
    return said.format(n=formats.number(n))


def where(place: Place, above: Sequence[str], lang: Language) -> str:
    """Return where an area lies, from the top down, and its level."""
    return " › ".join([*above, translator(lang)(sentences.LEVEL_NAMES[place.level])])
