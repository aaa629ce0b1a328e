"""
The 2015 model: which counties may have had the published facilities, beds and staff.

Facilities and beds of 2015 are published by province, kinds of facility for the country, staff for the country and one
region of it. An ensemble of seeded draws puts them into counties; every draw reproduces every published total, and has
a weighting of its own, so what varies between draws is what is not known. It says nothing certain about any single
county. Method: `docs/methods/downscale-2015.en.md`.

Holds the draws and their summaries. Does not read or write files, and does not compute rates: see
`mhgis.measures.rates`.
"""

import itertools
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from mhgis.errors import ConservationError
from mhgis.indicators import RESOURCES, STAFF
from mhgis.measures import facility_kinds
from mhgis.measures.facility_kinds import Kind, Labels
from mhgis.measures.weightings import Mixture, Weighting

Counts = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.str_]
Columns = npt.NDArray[np.intp]

#: the limits of the published range, in per cent of the draws
LOWER_PERCENT: Final = 5
UPPER_PERCENT: Final = 95

#: what a facility adds to the need for staff besides its beds, as so many beds: its outpatients
OUTPATIENT_BEDS: Final = 10

#: the streams of random numbers that belong to no province; 0 and 1 are those of the staff inside and outside a region
_OF_WEIGHTING: Final = 2
_OF_KINDS: Final = 3


@dataclass(frozen=True)
class National:
    """
    Staff published for the country (persons), the share of it in the provinces of one region, and kinds of facility.

    Shares are of 1. `region` is the id of that region, in which staff is concentrated. `kinds` begin with the hospitals
    of their own; without any, all facilities are of one kind, and have beds.
    """

    psychiatrists: int
    nurses: int
    share_psychiatrists: float
    share_nurses: float
    region: str
    kinds: tuple[Kind, ...] = ()

    def total(self, resource: str) -> int:
        """Return the published number of `psychiatrists` or `nurses`."""
        return {"psychiatrists": self.psychiatrists, "nurses": self.nurses}[resource]

    def inside(self, resource: str) -> int:
        """Return the number in the region: the published share of the total, rounded to whole persons."""
        share = {"psychiatrists": self.share_psychiatrists, "nurses": self.share_nurses}[resource]
        return round(Fraction(str(share)) * self.total(resource))


@dataclass(frozen=True)
class Ensemble:
    """
    Draws of county counts, all equally likely.

    `area_code` and `province_code` have shape (n_counties,), sorted by province and code; the four resources are
    read-only int32 arrays of shape (n_draws, n_counties). `adjustments` has one row for each province whose published
    number of counties without a facility today's units cannot meet: see `adjust`. `facilities_of_kind` and
    `beds_of_kind` are the country's in each draw, shape (n_draws, n_kinds).
    """

    area_code: Codes
    province_code: Codes
    facilities: Counts
    beds: Counts
    psychiatrists: Counts
    nurses: Counts
    weighting: Weighting | Mixture
    seed: int
    adjustments: pd.DataFrame = field(repr=False)
    facilities_of_kind: npt.NDArray[np.int64] = field(repr=False, default_factory=lambda: np.zeros((0, 0), np.int64))
    beds_of_kind: npt.NDArray[np.int64] = field(repr=False, default_factory=lambda: np.zeros((0, 0), np.int64))

    @property
    def n_draws(self) -> int:
        """Return the number of draws."""
        return int(self.facilities.shape[0])

    def counts(self, resource: str) -> Counts:
        """Return the draws of one resource, shape (n_draws, n_counties)."""
        return {
            "facilities": self.facilities,
            "beds": self.beds,
            "psychiatrists": self.psychiatrists,
            "nurses": self.nurses,
        }[resource]


class _Task(NamedTuple):
    """One province with facilities: what is published of it, its random numbers and the weights of its counties."""

    code: str
    columns: slice
    with_facility: int
    facilities: int
    beds: int
    log_weight: Floats
    stream: np.random.Generator


class _Places(NamedTuple):
    """
    Every facility of every draw, by province and county; arrays have shape (n_draws, n_facilities).

    `county` is its column among the counties, `kind` an index into the kinds.
    """

    county: Columns
    kind: Labels
    beds: npt.NDArray[np.int64]


def adjust(provinces: pd.DataFrame, counties_now: Mapping[str, int]) -> pd.DataFrame:
    """
    Reconcile the published number of counties without a facility with today's number of counties.

    The published number is kept. Where the counties left over are more than the facilities there are, the excess has
    no facility either.

    Parameters
    ----------
    provinces
        `area_code`, `facilities`, `beds`, `counties_without_facility`; none missing.
    counties_now
        Number of today's counties of each province code.

    Returns
    -------
    provinces
        One row a province, sorted by code: `province_code`, `counties`, `facilities`, `beds`, `published_without`,
        `used_without`, `excess` (of used over published; 0 nearly everywhere).

    Raises
    ------
    ConservationError
        If a province still cannot be met; all of them at once.
    """
    columns = ["facilities", "beds", "counties_without_facility"]
    if provinces[columns].isna().any(axis=None) or provinces["area_code"].duplicated().any():
        message = "A province figure of 2015 is missing or given twice; expected one row a province with "
        raise ConservationError(message + ", ".join(columns) + ".")
    table = pd.DataFrame(
        {
            "province_code": provinces["area_code"].astype("str"),
            "counties": [counties_now.get(code, 0) for code in provinces["area_code"]],
            "facilities": provinces["facilities"].astype("int64"),
            "beds": provinces["beds"].astype("int64"),
            "published_without": provinces["counties_without_facility"].astype("int64"),
        }
    )
    least = (table["counties"] - table["facilities"]).clip(lower=0)
    table["used_without"] = table["published_without"].where(table["published_without"] >= least, least)
    table["excess"] = table["used_without"] - table["published_without"]
    _require_possible(table)
    return table.sort_values("province_code", ignore_index=True)


def _require_possible(table: pd.DataFrame) -> None:
    faults: list[str] = []
    for row in table.to_dict("records"):
        having = row["counties"] - row["used_without"]
        if min(row["facilities"], row["beds"], row["published_without"]) < 0:
            faults.append(f"{row['province_code']}: found a count below zero")
        elif having < 0:
            faults.append(f"{row['province_code']}: {row['published_without']} without, of {row['counties']} counties")
        elif having == 0 and row["facilities"] > 0:
            faults.append(f"{row['province_code']}: {row['facilities']} facilities, but every county is without one")
        elif row["facilities"] == 0 and row["beds"] > 0:
            faults.append(f"{row['province_code']}: {row['beds']} beds, but no facility to hold them")
    if faults:
        message = "The published totals of 2015 cannot be met in today's counties. "
        raise ConservationError(message + "; ".join(faults) + ". Check the province table and the hierarchy.")


def draw(
    counties: pd.DataFrame,
    provinces: pd.DataFrame,
    national: National,
    weighting: Weighting | Mixture,
    *,
    n_draws: int = 1_000,
    seed: int = 2015,
) -> Ensemble:
    """
    Draw county counts that reproduce every published total of 2015.

    In each draw and province: the counties with a facility are a successive sample by weight (one after the other,
    each in proportion to its weight among those left); each gets one facility, the others fall on them multinomially
    by weight. Then the country's kinds of facility fall on the facilities, hospitals more often on seats and on
    provinces with many beds for a facility; a drawn number of each kind has beds. The beds of a province fall on
    those, at least one on each, by random sizes that are scaled so that each kind holds its published part. Staff of
    the region and of the rest is spread over provinces, then counties, in proportion to beds and facilities with some
    dispersion. A `Mixture` gives each draw a weighting of its own.

    Each province has a random stream of its own, keyed by seed, province code and weighting: its facilities depend
    neither on the order of rows nor on other provinces. Kinds, and with them beds, and staff are published for the
    country and do.

    Parameters
    ----------
    counties
        `area_code`, `province_code`, `people` (mid-2015; NA = unknown: the county then has the smallest known weight
        of its province), `is_urban_district`, `is_prefecture_seat`.
    provinces
        `area_code`, `region`, `facilities`, `beds`, `counties_without_facility`.
    national
        Published staff of the country, the share of one region, and kinds of facility.
    weighting
        Where facilities are likelier.
    n_draws, seed
        Number of draws, and the seed of all streams.

    Returns
    -------
    ensemble
        The draws; the same arguments give the same bytes.

    Raises
    ------
    ConservationError
        If the published totals cannot be met.
    """
    counties = _sorted_counties(counties, provinces)
    adjusted = adjust(provinces, _number_of_counties(counties["province_code"]))
    kinds = _kinds(national, adjusted)
    drawn = weighting.drawn(_stream(seed, _OF_WEIGHTING, weighting.name), n_draws)
    tasks = list(_tasks(counties, adjusted, drawn, seed))
    facilities = np.zeros((n_draws, len(counties)), np.int32)
    for task in tasks:
        _put_facilities(facilities[:, task.columns], task)
    stream = _stream(seed, _OF_KINDS, weighting.name)
    places = _places(stream, facilities, tasks, counties, kinds=kinds, weighting=drawn)
    beds = _by_county(places.beds, places.county, len(counties))
    shares = _staff_of_provinces(adjusted, provinces, national, drawn, n_draws=n_draws, seed=seed)
    staff = {resource: np.zeros_like(facilities) for resource in STAFF}
    for task in tasks:
        need = beds[:, task.columns] + float(OUTPATIENT_BEDS) * facilities[:, task.columns]
        for resource, counts in staff.items():
            _put_staff(counts[:, task.columns], task, shares[resource][task.code], need, drawn)
    for array in (facilities, beds, *staff.values()):
        array.flags.writeable = False
    return Ensemble(
        area_code=counties["area_code"].to_numpy(np.str_),
        province_code=counties["province_code"].to_numpy(np.str_),
        facilities=facilities,
        beds=beds,
        psychiatrists=staff["psychiatrists"],
        nurses=staff["nurses"],
        weighting=weighting,
        seed=seed,
        adjustments=adjusted[adjusted["excess"] > 0].reset_index(drop=True),
        facilities_of_kind=facility_kinds.count_by_kind(np.ones_like(places.beds), places.kind, len(kinds)),
        beds_of_kind=facility_kinds.count_by_kind(places.beds, places.kind, len(kinds)),
    )


def _kinds(national: National, adjusted: pd.DataFrame) -> tuple[Kind, ...]:
    """Return the kinds of facility, which add up to the facilities of the provinces; one kind if none is published."""
    facilities = int(adjusted["facilities"].sum())
    kinds = national.kinds or (Kind("facilities", facilities, int(adjusted["beds"].sum()), (1.0, 1.0)),)
    total = sum(kind.facilities for kind in kinds)
    if total != facilities:
        message = f"{total} facilities are published by kind and {facilities} by province; expected one number."
        raise ConservationError(message)
    return kinds


def _sorted_counties(counties: pd.DataFrame, provinces: pd.DataFrame) -> pd.DataFrame:
    """Sort by province, then county: a province's counties become neighbouring columns."""
    unknown = sorted(set(counties["province_code"]) - set(provinces["area_code"]))
    if unknown or counties["area_code"].duplicated().any():
        message = f"Counties must be unique and of a published province; found province(s) without figures: {unknown}."
        raise ConservationError(message)
    return counties.sort_values(["province_code", "area_code"], ignore_index=True)


def _number_of_counties(province_code: pd.Series) -> dict[str, int]:
    return {str(code): int(number) for code, number in province_code.value_counts().items()}


def _stream(seed: int, code: int, name: str) -> np.random.Generator:
    key = np.random.SeedSequence((seed, code, zlib.crc32(name.encode())))
    return np.random.Generator(np.random.Philox(key))


def _tasks(counties: pd.DataFrame, adjusted: pd.DataFrame, weighting: Weighting, seed: int) -> Iterator[_Task]:
    """Yield what there is to draw; provinces without a facility have nothing to draw."""
    where = counties.groupby("province_code", sort=True).indices
    for row in adjusted[adjusted["facilities"] > 0].to_dict("records"):
        index = where[row["province_code"]]
        columns = slice(int(index[0]), int(index[-1]) + 1)
        yield _Task(
            code=str(row["province_code"]),
            columns=columns,
            with_facility=int(row["counties"] - row["used_without"]),
            facilities=int(row["facilities"]),
            beds=int(row["beds"]),
            log_weight=np.atleast_2d(log_weights(counties.iloc[columns], weighting)),
            stream=_stream(seed, int(row["province_code"]), weighting.name),
        )


def log_weights(counties: pd.DataFrame, weighting: Weighting) -> Floats:
    """
    Return the natural logarithm of each county's weight, for the counties of one province.

    Of shape (n_counties,), or (n_draws, n_counties) where each draw has a weighting of its own. A county of unknown
    population has the smallest weight among those known; where none is known all weigh the same. Fewer than one person
    counts as one.
    """
    people = counties["people"].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    weight = weighting.population_exponent * np.log(np.maximum(people, 1))
    weight = weight + weighting.urban_log_odds * counties["is_urban_district"].to_numpy(dtype=bool)
    weight = weight + weighting.seat_log_odds * counties["is_prefecture_seat"].to_numpy(dtype=bool)
    known = ~np.isnan(people)
    if not known.any():
        return np.zeros_like(weight)
    return np.where(known, weight, weight[..., known].min(axis=-1, keepdims=True))


def _put_facilities(counts: Counts, task: _Task) -> None:
    """Draw which counties of a province have a facility, and how many, into its columns of the draws."""
    log_weight = np.broadcast_to(task.log_weight, counts.shape)
    # the k largest of log weight + Gumbel noise are a successive sample by weight
    keys = log_weight + task.stream.gumbel(size=counts.shape)
    chosen = np.sort(np.argsort(-keys, axis=1, kind="stable")[:, : task.with_facility], axis=1)
    weight = np.take_along_axis(np.exp(log_weight - log_weight.max(axis=1, keepdims=True)), chosen, axis=1)
    further = _multinomial(task.stream, task.facilities - task.with_facility, weight)
    np.put_along_axis(counts, chosen, 1 + further, axis=1)


def _places(
    stream: np.random.Generator,
    facilities: Counts,
    tasks: list[_Task],
    counties: pd.DataFrame,
    *,
    kinds: tuple[Kind, ...],
    weighting: Weighting,
) -> _Places:
    """Draw the kind and the beds of every facility."""
    n_draws, n_counties = facilities.shape
    n_places = sum(task.facilities for task in tasks)
    county = np.repeat(np.tile(np.arange(n_counties), n_draws), facilities.ravel()).reshape(n_draws, n_places)
    where = _columns_of_places(tasks)
    is_seat = counties["is_prefecture_seat"].to_numpy(dtype=bool)
    favour = weighting.seat_hospital_log_odds * is_seat[county]
    for task in tasks:
        favour[:, where[task.code]] += np.log(max(task.beds, 1) / task.facilities)
    kind, has_beds = facility_kinds.arrange(stream, kinds, favour)
    filled = [(where[task.code], task) for task in tasks if task.beds]
    has_beds = facility_kinds.with_a_bed_each(has_beds, favour, (columns for columns, _ in filled))
    size = stream.standard_gamma(weighting.size_shape, size=county.shape) * has_beds
    size *= np.take_along_axis(_sizes(counties, weighting, n_draws), county, axis=1)
    beds = np.zeros(county.shape, np.int64)
    for columns, task in filled:
        # at least one bed to each that has beds, where they suffice
        beds[:, columns] = has_beds[:, columns] & (task.beds >= task.facilities)
    size = facility_kinds.rake(size, kind, kinds, [(columns, task.beds) for columns, task in filled], beds)
    for columns, task in filled:
        left = task.beds - beds[:, columns].sum(axis=1)
        beds[:, columns] += _multinomial(task.stream, left, size[:, columns])
    return _Places(county, kind, beds)


def _columns_of_places(tasks: list[_Task]) -> dict[str, slice]:
    """Return which columns of the places are a province's: the same in every draw, for its facilities are given."""
    ends = np.cumsum([0, *(task.facilities for task in tasks)]).tolist()
    return {task.code: slice(*span) for task, span in zip(tasks, itertools.pairwise(ends), strict=True)}


def _sizes(counties: pd.DataFrame, weighting: Weighting, n_draws: int) -> Floats:
    """Return how large facilities of each county are on average, shape (n_draws, n_counties)."""
    urban = np.where(counties["is_urban_district"].to_numpy(dtype=bool), weighting.urban_size, 1.0)
    sizes = urban * np.where(counties["is_prefecture_seat"].to_numpy(dtype=bool), weighting.seat_size, 1.0)
    return np.broadcast_to(sizes, (n_draws, len(counties)))


def _by_county(counts: npt.NDArray[np.int64], county: Columns, n_counties: int) -> Counts:
    """Add up what stands at every place to counties, shape (n_draws, n_counties)."""
    cell = np.arange(len(county))[:, np.newaxis] * n_counties + county
    sums = np.bincount(cell.ravel(), weights=counts.ravel(), minlength=len(county) * n_counties)
    return np.rint(sums).reshape(len(county), n_counties).astype(np.int32)


def _put_staff(counts: Counts, task: _Task, total: npt.NDArray[np.int64], need: Floats, weighting: Weighting) -> None:
    """Draw the staff of a province's counties with a facility into its columns of the draws."""
    chosen = np.nonzero(need)[1].reshape(len(counts), task.with_facility)
    weight = np.take_along_axis(need, chosen, axis=1)
    weight = weight * task.stream.standard_gamma(weighting.staff_shape, size=weight.shape)
    np.put_along_axis(counts, chosen, _multinomial(task.stream, total, weight), axis=1)


def _multinomial(stream: np.random.Generator, total: int | npt.NDArray[np.int64], weight: Floats) -> Counts:
    return stream.multinomial(total, weight / weight.sum(axis=1, keepdims=True)).astype(np.int32)


def _staff_of_provinces(
    adjusted: pd.DataFrame,
    provinces: pd.DataFrame,
    national: National,
    weighting: Weighting,
    *,
    n_draws: int,
    seed: int,
) -> dict[str, dict[str, npt.NDArray[np.int64]]]:
    """Return the staff of each province in each draw: resource -> province code -> shape (n_draws,)."""
    region = provinces.set_index("area_code")["region"]
    able = adjusted[adjusted["facilities"] > 0]
    is_inside = able["province_code"].map(region).eq(national.region)
    found: dict[str, dict[str, npt.NDArray[np.int64]]] = {resource: {} for resource in STAFF}
    for stream_code, group in enumerate((able[is_inside], able[~is_inside])):
        stream = _stream(seed, stream_code, weighting.name)
        need = (group["beds"] + OUTPATIENT_BEDS * group["facilities"]).to_numpy(np.float64)
        for resource in STAFF:
            inside = national.inside(resource)
            total = national.total(resource) - inside if stream_code else inside
            if group.empty and total:
                message = f"{total} {resource} are published for a part of the country without any facility."
                raise ConservationError(message)
            if group.empty:
                continue
            weight = need * stream.standard_gamma(weighting.staff_shape, size=(n_draws, len(group)))
            drawn = stream.multinomial(total, weight / weight.sum(axis=1, keepdims=True))
            found[resource].update(zip(group["province_code"], drawn.T, strict=True))
    return found


def summarise(ensemble: Ensemble, groups: pd.Series) -> pd.DataFrame:
    """
    Summarise the draws for groups of counties: the county itself, its prefecture, its province, the country.

    A quantile is the smallest drawn value that at least that share of the draws does not exceed (the inverse of the
    empirical distribution function), so each is a count that was drawn.

    Parameters
    ----------
    ensemble
        The draws.
    groups
        Group of each county, on an index of `area_code`. Counties whose group is NA or absent are left out.

    Returns
    -------
    summary
        `group`, `resource`, `value` (median), `lower` (5 %), `upper` (95 %), Int64; by group and resource.
    """
    parts = []
    for resource in RESOURCES:
        names, draws = add_up(ensemble, ensemble.counts(resource), groups)
        parts.append(_quantiles(draws, names).assign(resource=resource))
    table = pd.concat(parts).sort_values(["group", "resource"], ignore_index=True, kind="stable")
    return table[["group", "resource", "value", "lower", "upper"]]


def add_up(
    ensemble: Ensemble, figures: npt.NDArray[np.integer | np.bool_], groups: pd.Series
) -> tuple[list[str], npt.NDArray[np.int64]]:
    """
    Add up figures of counties to groups, each draw for itself.

    Parameters
    ----------
    ensemble
        The draws.
    figures
        Of shape (n_draws, n_counties), or (1, n_counties) for what is the same in every draw; whole numbers.
    groups
        As in `summarise`.

    Returns
    -------
    names
        The groups, ascending.
    sums
        Of shape (n_draws, n_groups), or (1, n_groups).
    """
    order, starts, names = _grouping(ensemble, groups)
    return names, np.add.reduceat(figures[:, order], starts, axis=1, dtype=np.int64)


def probability_without(ensemble: Ensemble, groups: pd.Series | None = None) -> pd.DataFrame:
    """
    Return in what share of the draws there is no facility.

    Parameters
    ----------
    ensemble
        The draws.
    groups
        As in `summarise`; each county by itself if None.

    Returns
    -------
    shares
        `area_code` (of the group), `probability` (0 to 1).
    """
    own = pd.Series(ensemble.area_code, index=ensemble.area_code, dtype="str")
    names, facilities = add_up(ensemble, ensemble.facilities, own if groups is None else groups)
    share = (facilities == 0).sum(axis=0) / ensemble.n_draws
    return pd.DataFrame({"area_code": pd.Series(names, dtype="str"), "probability": share})


def people_without(ensemble: Ensemble, people: pd.Series, groups: pd.Series) -> pd.DataFrame:
    """
    Count the people of counties without a facility, for groups of counties.

    Parameters
    ----------
    ensemble
        The draws.
    people
        Residents of each county on an index of `area_code`; NA = unknown.
    groups
        As in `summarise`.

    Returns
    -------
    summary
        `group`, `value` (median of the draws), `lower` (5 %), `upper` (95 %), `expected` (mean of the draws),
        `people` (all residents of the group's counties of known population), `counties_unknown` (counties of unknown
        population, which the other columns leave out). A group of which nothing is known has NA.
    """
    names, draws = people_without_by_draw(ensemble, people, groups)
    residents = people.reindex(ensemble.area_code).astype("Int64")
    known = residents.to_numpy(dtype=np.int64, na_value=0)  # left out of the sums, and counted as unknown
    table = _quantiles(draws, names)
    table["expected"] = pd.array(draws.mean(axis=0), dtype="Float64")
    table["people"] = pd.array(add_up(ensemble, known[np.newaxis], groups)[1][0], dtype="Int64")
    table["counties_unknown"] = add_up(ensemble, residents.isna().to_numpy(dtype=bool)[np.newaxis], groups)[1][0]
    table.loc[np.isnan(draws[0]), ["expected", "people"]] = pd.NA
    return table


def people_without_by_draw(ensemble: Ensemble, people: pd.Series, groups: pd.Series) -> tuple[list[str], Floats]:
    """
    Count the people of counties without a facility in each draw, for groups of counties.

    Parameters
    ----------
    ensemble, people, groups
        As in `people_without`; a county of unknown population is left out of the sums.

    Returns
    -------
    names
        The groups, ascending.
    sums
        Of shape (n_draws, n_groups); NaN where the population of none of the group's counties is known.
    """
    residents = people.reindex(ensemble.area_code).astype("Int64")
    known = residents.to_numpy(dtype=np.int64, na_value=0)
    names, sums = add_up(ensemble, np.where(ensemble.facilities == 0, known, 0), groups)
    _, n_known = add_up(ensemble, residents.notna().to_numpy(dtype=bool)[np.newaxis], groups)
    return names, np.where(n_known > 0, sums.astype(np.float64), np.nan)


def _grouping(ensemble: Ensemble, groups: pd.Series) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], list[str]]:
    """Return the columns ordered by group, where each group starts, and the groups' names."""
    group = groups.reindex(ensemble.area_code)
    labels, names = pd.factorize(group.to_numpy(dtype=object), sort=True)
    order = np.argsort(labels, kind="stable")
    order = order[labels[order] >= 0]
    starts = np.searchsorted(labels[order], np.arange(len(names)))
    return order, starts, [str(name) for name in names]


def quantiles(draws: npt.NDArray[np.integer] | Floats) -> dict[str, Floats]:
    """
    Return what is published of draws: `value`, their median, and `lower` and `upper`, the limits of their range.

    Parameters
    ----------
    draws
        Of shape (n_draws, n_groups). NaN is unknown.

    Returns
    -------
    quantiles
        By name, of shape (n_groups,); each is one of the draws, see `summarise`. NaN where any draw is unknown: the
        others' quantiles would hold under a condition that the number does not tell.
    """
    n = draws.shape[0]
    ranks = {"value": 50, "lower": LOWER_PERCENT, "upper": UPPER_PERCENT}
    ordered = np.sort(draws, axis=0)
    is_unknown = np.isnan(ordered[-1])  # sorted behind all numbers
    # the rank, rounded up
    return {name: np.where(is_unknown, np.nan, ordered[-(-n * percent // 100) - 1]) for name, percent in ranks.items()}


def _quantiles(draws: npt.NDArray[np.integer] | Floats, names: list[str]) -> pd.DataFrame:
    """Return the median and the published range of each column of whole numbers, shape (n_draws, n_groups)."""
    columns = {name: pd.Series(numbers).astype("Int64") for name, numbers in quantiles(draws).items()}
    return pd.DataFrame({"group": pd.Series(names, dtype="str"), **columns})


def violations(ensemble: Ensemble, provinces: pd.DataFrame, national: National) -> pd.DataFrame:
    """
    Find published totals that a draw does not reproduce.

    Parameters
    ----------
    ensemble
        The draws.
    provinces, national
        What was published: as in `draw`.

    Returns
    -------
    violations
        One row for each broken rule and province (`country` for all of it): `province_code`, `rule`, `draws` (how
        many break it), `first_draw`, `found` and `expected` in that draw. Empty when all draws keep all rules.
    """
    rows: list[dict[str, object]] = []
    counties_now = _number_of_counties(pd.Series(ensemble.province_code))
    for row in adjust(provinces, counties_now).to_dict("records"):
        here = ensemble.province_code == row["province_code"]
        checks = {
            "counties without a facility": ((ensemble.facilities[:, here] == 0).sum(axis=1), row["used_without"]),
            "facilities": (ensemble.facilities[:, here].sum(axis=1), row["facilities"]),
            "beds": (ensemble.beds[:, here].sum(axis=1), row["beds"]),
        }
        rows += _broken(str(row["province_code"]), checks)
    return pd.DataFrame(
        rows + _broken("country", _country_checks(ensemble, provinces, national)),
        columns=["province_code", "rule", "draws", "first_draw", "found", "expected"],
    )


def _country_checks(
    ensemble: Ensemble, provinces: pd.DataFrame, national: National
) -> dict[str, tuple[npt.NDArray[np.int64], int]]:
    of_region = provinces.loc[provinces["region"].eq(national.region), "area_code"].to_numpy(np.str_)
    is_inside = np.isin(ensemble.province_code, of_region)
    none = ensemble.facilities == 0
    checks: dict[str, tuple[npt.NDArray[np.int64], int]] = {}
    for resource in STAFF:
        counts = ensemble.counts(resource)
        checks[resource] = (counts.sum(axis=1), national.total(resource))
        checks[f"{resource} of the region"] = (counts[:, is_inside].sum(axis=1), national.inside(resource))
    for index, kind in enumerate(national.kinds):
        checks[kind.name] = (ensemble.facilities_of_kind[:, index], kind.facilities)
    for resource in RESOURCES:
        counts = ensemble.counts(resource)
        checks[f"counties with {resource} below zero"] = ((counts < 0).sum(axis=1), 0)
        checks[f"counties with {resource} but no facility"] = (((counts > 0) & none).sum(axis=1), 0)
    return checks


def _broken(code: str, checks: Mapping[str, tuple[npt.NDArray[np.int64], int]]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for rule, (found, expected) in checks.items():
        wrong = np.flatnonzero(found != expected)
        if wrong.size:
            first = int(wrong[0])
            rows.append(
                {
                    "province_code": code,
                    "rule": rule,
                    "draws": int(wrong.size),
                    "first_draw": first,
                    "found": int(found[first]),
                    "expected": int(expected),
                }
            )
    return rows
