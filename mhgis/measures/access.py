"""
Who is out of reach of care: distance and access of every area as a range with a status, from one ground.

A *ground* is where people are, where care is, and how one gets there. Over the draws of a model every measure has a
range of draws; where figures were reported it has a range wherever an area, or a way, that nobody knows is near. Puts
`mhgis.measures.distance` together. Pure.
"""

import itertools
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, Final, Literal, Self
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.spatial.distance import cdist

from mhgis.i18n import N_
from mhgis.measures import distance
from mhgis.measures.distance import Flags, Matrix
from mhgis.measures.neighbours import arc_km, unit_vectors
from mhgis.measures.question import Between, Checked, Question

Numbers = npt.NDArray[np.float64]

#: zones of the E2SFCA as shares of the catchment, and their weights: Luo and Qi 2009, the slow decay
ZONES: Final = ((1 / 3, 2 / 3, 1.0), (1.0, 0.68, 0.22))
#: access is told for so many people
PER: Final = 100_000
#: steps of the curve of people by distance, km or minutes
STEP: Final = 5
LAST: Final = 300

_DECAYS: Final = {"two_step": distance.step, "zones": distance.zones(*ZONES), "gaussian": distance.gaussian}

Measure = Literal["nearest", "two_step", "zones", "gaussian", "own"]
Unit = Literal["km", "min"]
Borders = Literal["open", "closed"]

MEASURE_NAMES: Final[dict[Measure, str]] = {
    "nearest": N_("Distance to the nearest"),
    "two_step": N_("Within reach, all alike (2SFCA)"),
    "zones": N_("Within reach, by zones (E2SFCA)"),
    "gaussian": N_("Within reach, falling off (Gaussian)"),
    "own": N_("Within reach, by steps of your own"),
}
UNIT_NAMES: Final[dict[Unit, str]] = {"km": N_("km, straight line"), "min": N_("minutes, estimated")}
BORDERS_NAMES: Final[dict[Borders, str]] = {"open": N_("Across borders"), "closed": N_("Within the province only")}

#: steps of the weights of a user's own: each up to a distance or time, and the weight in per cent
Steps = tuple[tuple[int, int], ...]
STEPS: Final[Steps] = ((30, 100), (60, 60), (100, 20))
MOST_STEPS: Final = 12
_STEP: Final = re.compile(r"([1-9]\d{0,3}):(\d{1,3})", re.ASCII)
#: what is kept of a user's, by id (`mhgis.importing.travel_tables`)
KEPT_ID: Final = re.compile(r"[0-9a-f]{12}", re.ASCII)
_LONGEST_SITE: Final = 120


def steps_of(text: str) -> Steps | None:
    """
    Read steps such as `30:100/60:50`, each up to a distance or time and its weight in per cent.

    None where the text is none, ends do not rise, or weights do not fall from at most 100 and from above 0.
    """
    found = [_STEP.fullmatch(part.strip()) for part in re.split(r"[/;；]", text.replace("：", ":").replace(" ", ""))]
    if not 0 < len(found) <= MOST_STEPS or not all(found):
        return None
    steps = tuple((int(one[1]), int(one[2])) for one in found if one)
    rises = all(one[0] < other[0] for one, other in itertools.pairwise(steps))
    falls = all(one[1] >= other[1] for one, other in itertools.pairwise(steps)) and 0 < steps[0][1] <= 100  # noqa: PLR2004
    return steps if rises and falls else None


@dataclass(frozen=True)
class Falling:
    """Steps of weights: a kind of part of a question."""

    def read(self, text: str) -> Steps | None:
        """Return the steps; None where the text is none."""
        return steps_of(unquote(text))

    def write(self, name: str, value: Steps) -> str:
        """Return the part of a link."""
        return f"{name}-{'/'.join(f'{end}:{weight}' for end, weight in value)}"


@dataclass(frozen=True)
class AccessQuestion(Question):
    """
    What is asked of access.

    `threshold` is in `unit`s and says what is too far; `catchment` is how far people go where what is within reach is
    measured; `borders` whether they go to another province; `speed` (km/h) and `detour` (per cent of the straight line)
    turn minutes into kilometres. `floor` is how many units for 100,000 people are too few; `steps` the weights of the
    measure `own`. `matrix` and `points` are ids of what a user supplied (`mhgis.importing.travel_tables`): with a
    matrix, threshold, catchment and steps are in its unit. `site` is the place of care whose catchment is shown.
    """

    measure: Measure = "nearest"
    threshold: Annotated[int, Between(1, 2_000)] = 100
    unit: Unit = "km"
    catchment: Annotated[int, Between(1, 1_000)] = 100
    borders: Borders = "open"
    speed: Annotated[int, Between(5, 200)] = 60
    detour: Annotated[int, Between(100, 300)] = 130
    floor: Annotated[int, Between(1, 1_000)] = 10
    steps: Annotated[Steps, Falling()] = STEPS
    matrix: Annotated[str, Checked(lambda text: KEPT_ID.fullmatch(text) is not None)] = ""
    points: Annotated[str, Checked(lambda text: KEPT_ID.fullmatch(text) is not None)] = ""
    site: Annotated[str, Checked(lambda text: 0 < len(text) <= _LONGEST_SITE and text.isprintable())] = ""

    @property
    def is_of_reach(self) -> bool:
        """Say whether units within reach are asked for, not the distance to the nearest."""
        return self.measure != "nearest"

    @property
    def radius(self) -> int:
        """How far people go where what is within reach is measured: the catchment, or the last step."""
        return self.steps[-1][0] if self.measure == "own" else self.catchment

    @property
    def threshold_km(self) -> float:
        """What is too far, in kilometres of straight line."""
        return self.to_km(self.threshold) if self.unit == "min" else float(self.threshold)

    def to_km(self, minutes: float) -> float:
        """Return the straight line that is travelled in so many minutes."""
        return minutes / 60 * self.speed / (self.detour / 100)


@dataclass(frozen=True, eq=False)
class Ground:
    """
    Where people are and where care is.

    Attributes
    ----------
    origins
        By code of an area or of a finer point: `lon`, `lat` (degrees, EPSG:4326), `people` (NA = unknown),
        `area_code` of the area it lies in, `province_code`.
    sites
        By code: `lon`, `lat`, `amount` (NA = unknown), `province_code`, `area_code` of the area it lies in.
    draws
        Units, one row a draw and one column a site; None where figures are not a model's.
    matrix
        How long or how far the ways are, by a table of travel; None for straight lines.
    """

    origins: pd.DataFrame
    sites: pd.DataFrame
    draws: npt.NDArray[np.int32] | None = None
    matrix: Matrix | None = None

    @property
    def unit(self) -> Literal["km", "min"]:
        """Return what ways are measured in."""
        return self.matrix.unit if self.matrix else "km"

    @property
    def covered(self) -> float | None:
        """Return the share of people from where the matrix gives any way; None without a matrix, or without people."""
        people = self.origins["people"].astype("Float64").to_numpy("float64", na_value=0.0)
        if self.matrix is None or not people.sum():
            return None
        return float(people[self.matrix.covered].sum() / people.sum())

    @property
    def is_modelled(self) -> bool:
        """Say whether what the sites hold is a model's."""
        return self.draws is not None

    @property
    def n_unknown(self) -> int:
        """Return how many sites are unknown; none of a model's is."""
        return 0 if self.is_modelled else int(self.sites["amount"].isna().sum())

    @property
    def is_known(self) -> bool:
        """Say whether anything is known of any site."""
        return self.is_modelled or bool(self.sites["amount"].notna().any())


def sites_of(areas: pd.DataFrame, facilities: pd.DataFrame) -> pd.DataFrame:
    """
    Say where care is: at facilities with coordinates, and for what is left of an area's units at the area's point.

    Parameters
    ----------
    areas
        By area code: `lon`, `lat`, `amount` (NA = unknown), `province_code`.
    facilities
        `facility_id`, `lon`, `lat`, `amount` (NA = unknown), `area_code`; those without coordinates are left to their
        area.

    Returns
    -------
    sites
        As `Ground.sites` has them; areas that are known to have nothing are among them, with amount 0.
    """
    placed = facilities[facilities["lon"].notna() & facilities["lat"].notna()]
    placed = placed[placed["area_code"].isin(areas.index) & placed["amount"].notna()]
    located = placed.groupby("area_code")["amount"].sum().reindex(areas.index).fillna(0)
    left = (areas["amount"].astype("Float64") - located).clip(lower=0)
    points = areas.assign(amount=left, area_code=areas.index)
    one_by_one = placed.assign(
        province_code=areas["province_code"].reindex(placed["area_code"]).to_numpy(),
        amount=placed["amount"].astype("Float64"),
    ).set_index("facility_id")
    columns = ["lon", "lat", "amount", "province_code", "area_code"]
    return pd.concat([points[columns], one_by_one[columns]])


def origins_of(areas: pd.DataFrame, points: pd.DataFrame | None = None) -> pd.DataFrame:
    """
    Say where people are: at finer points where there are any, else at the point of their area.

    Parameters
    ----------
    areas
        By area code: `lon`, `lat`, `people` (NA = unknown), `province_code`.
    points
        By code: `lon`, `lat`, `people` (NA = unknown), `area_code`; those of other areas are left out. None for none.

    Returns
    -------
    origins
        As `Ground.origins` has them; an area without a point of its own has the area's.
    """
    columns = ["lon", "lat", "people", "province_code", "area_code"]
    whole = areas.assign(area_code=areas.index)[columns]
    if points is None:
        return whole
    finer = points[points["area_code"].isin(areas.index)]
    finer = finer.assign(
        province_code=areas["province_code"].reindex(finer["area_code"]).to_numpy(),
        people=finer["people"].astype("Float64"),
    )
    rest = whole[~whole.index.isin(finer["area_code"])]
    return pd.concat([rest.astype({"people": "Float64"}), finer[columns]])


@dataclass(frozen=True, eq=False)
class Found(ABC):
    """
    What was measured from each origin.

    Attributes
    ----------
    least, most
        One row a draw (one row where figures are no model's) and one column an origin, in order; infinite: see the two
        kinds.
    status
        By origin: `modelled`, `reported`, `zero`, or `not_reported` where the two ends differ.
    site
        By origin: the nearest place known to have care; NA in a model, where none is, and for what is within reach.
    """

    least: Numbers
    most: Numbers
    status: pd.Series
    site: pd.Series

    @property
    def index(self) -> pd.Index:
        """Return the codes of the origins."""
        return self.status.index

    @property
    def draws(self) -> Numbers | None:
        """Return the least of each draw of a model; None where there is no model."""
        return self.least if self.status.eq("modelled").any() else None

    @property
    def table(self) -> pd.DataFrame:
        """Return, by origin, `lower`, `value`, `upper`: the quantiles over draws, or a value where both ends agree."""
        lower, upper, value = (
            distance.quantiles(end)[at] for end, at in ((self.least, 0), (self.most, 2), (self.most, 1))
        )
        agrees = (self.least == self.most).all(axis=0)
        return pd.DataFrame({"lower": lower, "value": np.where(agrees, value, np.nan), "upper": upper}, self.index)

    def only(self, at: Flags) -> Self:
        """Return what was found of some origins."""
        most = self.most[:, at]
        least = most if self.least is self.most else self.least[:, at]
        return type(self)(least, most, self.status[at], self.site[at])

    def flags(self, limit: float) -> tuple[Flags, Flags]:
        """Return who surely fails a limit and who may: one table twice where nothing is left open."""
        surely = self.surely(limit)
        return surely, surely if self.least is self.most else self.perhaps(limit)

    @abstractmethod
    def surely(self, limit: float) -> Flags:
        """Say in each draw which origins surely fail a limit."""

    @abstractmethod
    def perhaps(self, limit: float) -> Flags:
        """Say in each draw which origins may fail a limit, those that surely do among them."""


class Distances(Found):
    """How far each origin is from care, in the unit of the ground; infinite = no care however far."""

    def surely(self, limit: float) -> Flags:
        """Say in each draw which origins are surely further than a limit."""
        found: Flags = self.least > limit
        return found

    def perhaps(self, limit: float) -> Flags:
        """Say in each draw which origins may be further than a limit."""
        found: Flags = self.most > limit
        return found


class Reached(Found):
    """Units within reach of each origin, for 100,000 people; the most is infinite where even that is unknown."""

    def surely(self, limit: float) -> Flags:
        """Say in each draw which origins surely have fewer than a limit."""
        found: Flags = self.most < limit
        return found

    def perhaps(self, limit: float) -> Flags:
        """Say in each draw which origins may have fewer than a limit."""
        found: Flags = self.least < limit
        return found


def limit_of(ground: Ground, question: AccessQuestion) -> float:
    """Return what is too far, in the unit of the ground, or how many units for 100,000 people are too few."""
    if question.is_of_reach:
        return float(question.floor)
    return float(question.threshold) if ground.matrix else question.threshold_km


def radius_of(ground: Ground, question: AccessQuestion) -> float:
    """Return how far a catchment goes, in the unit of the ground."""
    return float(question.radius) if question.is_of_reach else limit_of(ground, question)


def _borders(ground: Ground, question: AccessQuestion) -> tuple[pd.Series, pd.Series] | None:
    if question.borders == "open":
        return None
    return ground.origins["province_code"], ground.sites["province_code"]


def measure(ground: Ground, question: AccessQuestion) -> Found:
    """Measure what is asked: the distance to the nearest, or the units within reach."""
    return within_reach(ground, question) if question.is_of_reach else distances(ground, question)


def distances(ground: Ground, question: AccessQuestion) -> Distances:
    """Find how far each origin is from the nearest care, across borders or within them."""
    borders, codes = _borders(ground, question), ground.origins.index
    site = pd.Series(pd.NA, codes, dtype="str")
    if ground.matrix is not None:
        if ground.draws is not None:
            supplied = possible = ground.draws > 0
        else:
            amount = ground.sites["amount"].astype("Float64")
            supplied = amount.gt(0).fillna(value=False).to_numpy(bool)[None, :]
            possible = supplied | amount.isna().to_numpy(bool)[None, :]
        least, most, at = distance.nearest_by_matrix(ground.matrix, supplied, possible, borders)
        if ground.draws is None:
            site[at >= 0] = ground.sites.index.to_numpy()[at[at >= 0]]
    elif ground.draws is not None:
        least = most = distance.nearest_of_draws(ground.origins, ground.sites, ground.draws, borders)
    else:
        one = distance.nearest(ground.origins, ground.sites, borders)
        ends = one[["at_least_km", "at_most_km"]].fillna(np.inf).to_numpy("float64")
        least, most, site = ends[:, 0][None, :], ends[:, 1][None, :], one["site"]
    return Distances(least, most, _status(ground, least, most, is_zero_told=False), site)


def _status(ground: Ground, least: Numbers, most: Numbers, *, is_zero_told: bool) -> pd.Series:
    codes = ground.origins.index
    if ground.is_modelled:
        return pd.Series("modelled", codes, dtype="str")
    found = pd.Series("reported", codes, dtype="str").mask(least[0] != most[0], "not_reported")
    return found.mask((most[0] == 0) & (least[0] == 0), "zero") if is_zero_told else found


def beyond(ground: Ground, found: Found, limit: float, group: pd.Series | None = None) -> pd.DataFrame:
    """Count the people who are too far, or have too few within reach: as of `mhgis.measures.distance.people_where`."""
    return distance.people_where(*found.flags(limit), ground.origins["people"], group)


def by_area(ground: Ground, found: Found, limit: float) -> pd.DataFrame:
    """
    Return what was found of each area: of its one point, or the mean over the people of its points.

    Returns
    -------
    areas
        By area code: `lower`, `value`, `upper` (over draws the quantiles; else a value where both ends agree; infinite
        = no care), `status`, `site`, `beyond` (per cent: of draws in which it is beyond the limit, of people in finer
        points, or both; NA where it depends on what is unknown).
    """
    area = ground.origins["area_code"].reindex(found.index)
    often = [100 * flags.mean(axis=0)[None, :] for flags in found.flags(limit)]
    ends = [found.least, found.most]
    codes = pd.Index(found.index, name="area_code")
    status, site = found.status, found.site
    if not area.is_unique:
        codes = pd.Index(sorted(area.unique()), name="area_code")
        weights = _of_areas(
            ground.origins["people"].reindex(found.index), codes.get_indexer(pd.Index(area)), len(codes)
        )
        ends, often = ([_mean(one, weights) for one in pair] for pair in (ends, often))
        status = _status_of_areas(found.status, area).reindex(codes)
        site = pd.Series(pd.NA, codes, dtype="str")
    lower, value, upper = distance.quantiles(ends[0])[0], distance.quantiles(ends[1])[1], distance.quantiles(ends[1])[2]
    agrees = (ends[0] == ends[1]).all(axis=0)
    table = pd.DataFrame({"lower": lower, "upper": upper, "value": np.where(agrees, value, np.nan)}, index=codes)
    same = np.isclose(often[0][0], often[1][0], rtol=0, atol=1e-9)
    beyond = pd.Series(np.where(same, often[0][0], np.nan), index=codes).astype("Float64")
    return table.assign(status=status.to_numpy(), site=site.to_numpy(), beyond=beyond.mask(beyond.isna()))


def _of_areas(people: pd.Series, place: npt.NDArray[np.intp], areas: int) -> sparse.csr_array:
    # of an area without people, or where nobody knows them, every point counts alike
    number = people.astype("Float64").to_numpy("float64", na_value=0.0)
    held = np.bincount(place, number, areas)
    number = np.where(held[place] > 0, number, 1.0)
    held = np.bincount(place, number, areas)
    return sparse.csr_array((number / held[place], (np.arange(len(place)), place)), shape=(len(place), areas))


def _mean(draws: Numbers, weights: sparse.csr_array) -> Numbers:
    endless = np.isinf(draws)
    mean: Numbers = np.where(endless, 0.0, draws) @ weights
    return np.where(endless.astype(np.float64) @ weights > 0, np.inf, mean)


def _status_of_areas(status: pd.Series, area: pd.Series) -> pd.Series:
    ranked = status.map({"zero": 0, "reported": 1, "not_reported": 2, "modelled": 3})
    return ranked.groupby(area.to_numpy()).max().map({0: "zero", 1: "reported", 2: "not_reported", 3: "modelled"})


def curve(ground: Ground, found: Distances) -> pd.DataFrame:
    """
    Return the share of people within each distance of care.

    Returns
    -------
    curve
        `distance` (in the unit of the ground), `lower`, `value`, `upper` (per cent of the people that are known;
        `value` NaN where there is only a range).
    """
    steps = [float(step) for step in range(0, LAST + 1, STEP)]
    people = ground.origins["people"]
    near = distance.people_within(found.least, people, steps)
    far = near if found.least is found.most else distance.people_within(found.most, people, steps)
    ends = {
        "lower": distance.quantiles(far)[0],
        "value": distance.quantiles(far)[1],
        "upper": distance.quantiles(near)[2],
    }
    table = pd.DataFrame({"distance": steps, **ends})
    table["value"] = table["value"].where((near == far).all(axis=0))
    total = float(people.sum())
    table[list(ends)] *= 100 / total if total else np.nan
    return table


def _decay(question: AccessQuestion) -> distance.Decay:
    steps = question.steps
    if question.measure != "own":
        return _DECAYS[question.measure]
    return distance.zones([end / steps[-1][0] for end, _ in steps], [weight / 100 for _, weight in steps])


def within_reach(ground: Ground, question: AccessQuestion) -> Reached:
    """
    Return the units within reach, for 100,000 people, of every origin.

    Over draws each draw's; else the unknown as none and as their province's mean, with one value only where no unknown
    site is in reach.
    """
    borders, radius, decay = _borders(ground, question), float(question.radius), _decay(question)
    codes, people = ground.origins.index, ground.origins["people"]
    perhaps = None
    if ground.matrix is not None:
        within, perhaps = distance.reach_by_matrix(
            ground.matrix, codes, ground.sites.index, radius, decay=decay, groups=borders
        )
    else:
        within = distance.reach(ground.origins, ground.sites, radius, decay, borders)
    site = pd.Series(pd.NA, codes, dtype="str")
    if ground.draws is not None:
        units = ground.draws.astype(np.float64).T * PER
        shares = distance.shares(within, people, perhaps)
        least = np.ascontiguousarray((shares[0] @ units).T)
        most = least if shares[0] is shares[1] else np.ascontiguousarray((shares[1] @ units).T)
        return Reached(least, most, _status(ground, least, most, is_zero_told=True), site)
    found = distance.floating_catchment_range(within, ground.sites["amount"], people, assumed(ground), perhaps)
    least = found["lower"].to_numpy("float64")[None, :] * PER
    most = found["upper"].astype("Float64").to_numpy("float64", na_value=np.inf)[None, :] * PER
    # where nothing unknown is in reach both ends are one number, whatever their sums were rounded to
    most = np.where(found["rests_on_unknown"], most, least)
    status = _status(ground, least, most, is_zero_told=True).mask(found["rests_on_unknown"], "not_reported")
    return Reached(least, most, status, site)


def assumed(ground: Ground) -> pd.Series:
    """Return what an unknown site would hold at its province's mean rate; NA where nothing of the province is known."""
    sites = ground.sites
    of_area = sites["amount"].astype("Float64").groupby(sites["area_code"]).agg(lambda units: units.sum(skipna=False))
    of = ground.origins["area_code"].to_numpy()
    people = ground.origins["people"].astype("Float64").groupby(of).sum(min_count=1)
    province = ground.origins["province_code"].groupby(of).first()
    both = pd.DataFrame({"units": of_area.reindex(people.index), "people": people}).dropna()
    sums = both.groupby(province.reindex(both.index)).sum()
    rate = (sums["units"] / sums["people"]).where(sums["people"].gt(0))
    held = province.map(rate).astype("Float64") * people
    return pd.Series(held.reindex(sites["area_code"]).array, index=sites.index)


def catchment(ground: Ground, code: str, question: AccessQuestion) -> pd.DataFrame:
    """
    Return what an area reaches within the catchment or the threshold, nearest first.

    Returns
    -------
    reached
        `site`, `area_code`, `distance` (in the unit of the ground, from the nearest of its points; the least of a way
        that the matrix leaves out), `is_given` (False for such a way), `lower`, `value`, `upper` (units; NA = unknown):
        over draws the quantiles.
    """
    at = np.flatnonzero(ground.origins["area_code"].eq(code))
    here, radius = ground.origins.iloc[at], radius_of(ground, question)
    least, most = _ways(ground, at, question)
    near, is_given = least.min(axis=0), np.isfinite(most.min(axis=0))
    place = np.flatnonzero(near <= radius * (1 + 1e-12)) if len(here) else np.zeros(0, dtype=np.int64)
    rows = ground.sites.iloc[place]
    if ground.draws is not None and len(place):
        lower, value, upper = distance.quantiles(ground.draws[:, place].astype(np.float64))
        held = pd.DataFrame({"lower": lower, "value": value, "upper": upper}, index=rows.index)
    else:
        amount = rows["amount"].astype("Float64")
        held = pd.DataFrame({"lower": amount, "value": amount, "upper": amount})
    table = held.assign(
        site=rows.index, area_code=rows["area_code"], distance=near[place], is_given=is_given[place]
    )  # fmt: skip
    ordered = table.sort_values(["distance", "site"], kind="stable", ignore_index=True)
    return ordered[["site", "area_code", "distance", "is_given", "lower", "value", "upper"]]


def _ways(ground: Ground, at: npt.NDArray[np.intp], question: AccessQuestion) -> tuple[Numbers, Numbers]:
    """Return the least and the most from some origins to every site; infinite across a closed border."""
    here = ground.origins.iloc[at]
    if ground.matrix is not None:
        least, most = ground.matrix.ends(at)
    else:
        least = arc_km(cdist(unit_vectors(here["lon"], here["lat"]),
                             unit_vectors(ground.sites["lon"], ground.sites["lat"])))  # fmt: skip
        most = least.copy()
    if question.borders == "closed":
        apart = here["province_code"].to_numpy()[:, None] != ground.sites["province_code"].to_numpy()[None, :]
        least[apart] = most[apart] = np.inf
    return least, most


def served(ground: Ground, site: str, question: AccessQuestion) -> Distances:
    """Find how far each origin is from one place of care, across borders or within them."""
    one = ground.sites.index.get_loc(site)
    column = [one] if isinstance(one, int) else np.flatnonzero(ground.sites.index == site)[:1].tolist()
    alone = Ground(ground.origins, ground.sites.iloc[column], None, ground.matrix and ground.matrix.to_site(column[0]))
    least, most = (end.min(axis=1)[None, :] for end in _ways(alone, np.arange(len(ground.origins)), question))
    status = pd.Series("reported", ground.origins.index, dtype="str").mask(least[0] != most[0], "not_reported")
    return Distances(least, most, status, pd.Series(site, ground.origins.index, dtype="str"))
