"""
Who is out of reach of care: distance and access of every area as a range with a status, from one ground.

A *ground* is where people are and where care is. Over the draws of a model every measure has a range of draws; where
figures were reported it has a range wherever an area that nobody knows is near. Puts `mhgis.access` together. Pure.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from mhgis import access
from mhgis.questions import AccessQuestion

Numbers = npt.NDArray[np.float64]

#: zones of the E2SFCA as shares of the catchment, and their weights: Luo and Qi 2009, the slow decay
ZONES: Final = ((1 / 3, 2 / 3, 1.0), (1.0, 0.68, 0.22))
#: access is told for so many people
PER: Final = 100_000
#: steps of the curve of people by distance, km
STEP_KM: Final = 5
LAST_KM: Final = 300

_DECAYS: Final = {"two_step": access.step, "zones": access.zones(*ZONES), "gaussian": access.gaussian}


@dataclass(frozen=True, eq=False)
class Ground:
    """
    Where people are and where care is.

    Attributes
    ----------
    origins
        By area code: `lon`, `lat` (degrees, EPSG:4326), `people` (NA = unknown), `province_code`.
    sites
        By code: `lon`, `lat`, `amount` (NA = unknown), `province_code`, `area_code` of the area it lies in.
    draws
        Units, one row a draw and one column a site; None where figures are not a model's.
    """

    origins: pd.DataFrame
    sites: pd.DataFrame
    draws: npt.NDArray[np.int32] | None = None

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


@dataclass(frozen=True, eq=False)
class Distances:
    """
    How far each origin is from care, km.

    `table` has, by origin, `lower`, `value`, `upper`, `status`, and `site` (code; NA in a model or where none is
    known): over draws the quantiles; else at least and at most, and a value where both agree. `draws` are those of the
    model, None else. Infinite = no care in any reach.
    """

    table: pd.DataFrame
    draws: Numbers | None = None


def _borders(ground: Ground, question: AccessQuestion) -> tuple[pd.Series, pd.Series] | None:
    if question.borders == "open":
        return None
    return ground.origins["province_code"], ground.sites["province_code"]


def distances(ground: Ground, question: AccessQuestion) -> Distances:
    """Find how far each origin is from the nearest care, across borders or within them."""
    borders = _borders(ground, question)
    if ground.draws is not None:
        found = access.nearest_of_draws(ground.origins, ground.sites, ground.draws, borders)
        lower, value, upper = access.quantiles(found)
        table = pd.DataFrame({"lower": lower, "value": value, "upper": upper}, index=ground.origins.index)
        return Distances(table.assign(status="modelled", site=pd.Series(pd.NA, table.index, dtype="str")), found)
    one = access.nearest(ground.origins, ground.sites, borders)
    table = pd.DataFrame({"lower": one["at_least_km"], "upper": one["at_most_km"]}).fillna(np.inf)
    agrees = table["lower"].eq(table["upper"])
    status = ["reported" if same else "not_reported" for same in agrees]
    return Distances(table.assign(value=table["lower"].where(agrees), status=status, site=one["site"]))


def beyond(ground: Ground, found: Distances, threshold_km: float, group: pd.Series | None = None) -> pd.DataFrame:
    """
    Count the people further from care than a threshold, by group or in all.

    Returns
    -------
    beyond
        A row a group: `group`, `lower`, `value` (NA where the range is not a model's and its ends differ), `upper`,
        `people` (all that are known), `people_unknown` (origins without a population figure).
    """
    people = ground.origins["people"]
    if found.draws is not None:
        return access.people_beyond_of_draws(found.draws, people, threshold_km, group)
    ends = pd.DataFrame({"at_least_km": found.table["lower"], "at_most_km": found.table["upper"]})
    rows = access.people_beyond(ends, people, [threshold_km], group)
    rows = rows.rename(columns={"at_least": "lower", "at_most": "upper"})
    value = rows["lower"].astype("Int64").where(rows["lower"].eq(rows["upper"]))
    return rows.assign(value=value)[["group", "lower", "value", "upper", "people", "people_unknown"]]


def how_often(found: Distances, threshold_km: float) -> pd.Series:
    """
    Return in how many of 100 cases an area is beyond a threshold.

    In a model's draws the share of draws; else 100 for surely, 0 for surely not, NA where it depends on unknown sites.
    """
    if found.draws is not None:
        share = 100 * (found.draws > threshold_km).mean(axis=0)
        return pd.Series(share, index=found.table.index, dtype="Float64")
    surely = found.table["lower"].gt(threshold_km)
    perhaps = found.table["upper"].gt(threshold_km)
    return surely.astype("Float64").mul(100).mask(perhaps & ~surely)


def curve(ground: Ground, found: Distances) -> pd.DataFrame:
    """
    Return the share of people within each distance of care.

    Returns
    -------
    curve
        `distance_km`, `lower`, `value`, `upper` (per cent of the people that are known; `value` NaN where there is
        only a range).
    """
    steps = [float(step) for step in range(0, LAST_KM + 1, STEP_KM)]
    people = ground.origins["people"]
    total = float(people.sum())
    if found.draws is not None:
        table = access.people_within_of_draws(found.draws, people, steps)
    else:
        number = people.astype("Float64").to_numpy("float64", na_value=0.0)
        within = {
            name: [float(number[found.table[column].to_numpy() <= step].sum()) for step in steps]
            for name, column in (("lower", "upper"), ("upper", "lower"))
        }
        table = pd.DataFrame({"distance_km": steps, **within})
        table["value"] = table["lower"].where(table["lower"].eq(table["upper"]))
    shares = table[["lower", "value", "upper"]] * (100 / total if total else np.nan)
    return pd.concat([table[["distance_km"]], shares], axis=1)


def within_reach(ground: Ground, question: AccessQuestion) -> pd.DataFrame:
    """
    Return the units within reach, for 100,000 people, of every origin.

    Returns
    -------
    access
        By origin: `lower`, `value`, `upper`, `status`. Over draws the quantiles; else the unknown as none and as their
        province's mean, with a value only where no unknown site is in reach.
    """
    decay = _DECAYS[question.measure]
    reached = access.reach(ground.origins, ground.sites, question.catchment, decay, _borders(ground, question))
    people = ground.origins["people"]
    if ground.draws is not None:
        draws = access.floating_catchment_of_draws(reached, ground.draws.astype(np.float64), people)
        low, middle, high = access.quantiles(draws * PER)
        table = pd.DataFrame({"lower": low, "value": middle, "upper": high}, index=ground.origins.index)
        return table.assign(status="modelled")
    found = access.floating_catchment_range(reached, ground.sites["amount"], people, assumed(ground))
    ends = found[["lower", "upper"]].astype("Float64") * PER
    value = ends["lower"].mask(found["rests_on_unknown"])
    status = ["not_reported" if rests else "zero" if one == 0 else "reported"
              for rests, one in zip(found["rests_on_unknown"], ends["lower"], strict=True)]  # fmt: skip
    return ends.assign(value=value, status=status)


def assumed(ground: Ground) -> pd.Series:
    """Return what an unknown site would hold at its province's mean rate; NA where nothing of the province is known."""
    sites = ground.sites
    of_area = sites["amount"].astype("Float64").groupby(sites["area_code"]).agg(lambda units: units.sum(skipna=False))
    people = ground.origins["people"].astype("Float64")
    both = pd.DataFrame({"units": of_area.reindex(people.index), "people": people}).dropna()
    sums = both.groupby(ground.origins["province_code"].reindex(both.index)).sum()
    rate = (sums["units"] / sums["people"]).where(sums["people"].gt(0))
    by_area = ground.origins["province_code"].map(rate).astype("Float64") * people
    return pd.Series(by_area.reindex(sites["area_code"]).array, index=sites.index)


def catchment(ground: Ground, code: str, question: AccessQuestion, radius_km: float) -> pd.DataFrame:
    """
    Return what an area reaches, nearest first.

    Returns
    -------
    reached
        `site`, `area_code`, `distance_km`, `lower`, `value`, `upper` (units; NA = unknown): over draws the quantiles.
    """
    here = ground.origins.loc[[code]]
    pairs = access.reach(here, ground.sites, radius_km, _kilometres(radius_km), _borders(ground, question))
    at = pairs.weights.indices
    km = pairs.weights.data
    rows = ground.sites.iloc[at]
    if ground.draws is not None and len(at):
        lower, value, upper = access.quantiles(ground.draws[:, at].astype(np.float64))
        held = pd.DataFrame({"lower": lower, "value": value, "upper": upper}, index=rows.index)
    else:
        amount = rows["amount"].astype("Float64")
        held = pd.DataFrame({"lower": amount, "value": amount, "upper": amount})
    table = held.assign(site=rows.index, area_code=rows["area_code"], distance_km=km)
    ordered = table.sort_values(["distance_km", "site"], kind="stable", ignore_index=True)
    return ordered[["site", "area_code", "distance_km", "lower", "value", "upper"]]


def _kilometres(radius_km: float) -> access.Decay:
    return lambda share: share * radius_km
