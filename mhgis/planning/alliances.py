"""
Who should team up with whom: for every gap area the model of alliance that fits, a hub that could lead it, and why.

Pure: frames and rules in, frames out; the same input gives the same plan. A proposal by distance and room, not a
decision: it knows nothing of roads, of agreements that exist, or of what a hospital is willing to do. What an area
lacks says `mhgis.measures.gaps`; unknown areas are neither gaps nor hubs, and are counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from mhgis.i18n import N_
from mhgis.indicators import Resource
from mhgis.measures import gaps, neighbours, rates
from mhgis.measures.access import Borders
from mhgis.measures.question import Between, Question
from mhgis.planning.alliance_words import MODELS, PRIVATE

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

#: what a hub leads by: what it holds, and who works there
COUNTED: Final[tuple[Resource, ...]] = ("beds", "psychiatrists")
#: distances are compared to the metre, so that every machine takes the same hub
_DECIMALS: Final = 3
#: further than anything on the ground: a worse model is never taken for being nearer
_STEP_KM: Final = 100_000.0
_THOUSAND: Final = 1_000

Part = Literal["plan", "exist", "models"]
Leading = Literal["enough", "any"]
Room = Literal["kept", "ignored"]

PART_NAMES: Final[dict[Part, str]] = {
    "plan": N_("Who with whom"),
    "exist": N_("What exists"),
    "models": N_("The models"),
}
LEADING_NAMES: Final[dict[Leading, str]] = {
    "enough": N_("Areas that are no gap"),
    "any": N_("Any area with more beds"),
}
ROOM_NAMES: Final[dict[Room, str]] = {"kept": N_("Only as many as they can carry"), "ignored": N_("Whatever the load")}


@dataclass(frozen=True)
class AllianceQuestion(Question):
    """
    What is asked of alliances: the part of the page, and the rules of the planner (`plan`).

    `vertical`, `horizontal` and `remote` are km: how far a hub of the same prefecture, of the same province (anywhere,
    where `borders` are open) and any hub may be. `lead` says which areas can be hubs, `size` how many beds one has at
    least. A hub supports `load` thousand people for each of its psychiatrists, its own people first; `room` says
    whether that limits whom it is given.
    """

    part: Part = "plan"
    vertical: Annotated[int, Between(1, 1_000)] = 100
    horizontal: Annotated[int, Between(1, 3_000)] = 300
    remote: Annotated[int, Between(1, 10_000)] = 1_500
    borders: Borders = "closed"
    lead: Leading = "enough"
    size: Annotated[int, Between(1, 5_000)] = 50
    load: Annotated[int, Between(1, 1_000)] = 100
    room: Room = "kept"


@dataclass(frozen=True, eq=False)
class Plan:
    """
    Who would team up with whom.

    Attributes
    ----------
    gaps
        By area code, every gap area: `model`, `hub_id` and `distance_km` (NA where `model` is `none`), `was_full`
        (a nearer or better hub had no room for all its people), `is_over` (none had room: it was given to its best hub
        all the same), `second_hub`, `second_model`, `second_km` (the best other hub, room or not; NA where there is
        none), `has_option` (no public hub is near: a private chain is an option), `option_hub` (the nearest private
        hub in reach; NA = the chain would have to found one) and `people` (NA = unknown).
    hubs
        By hub id, every hub: `area_code`, `name`, `is_facility`, `is_private`, `beds`, `psychiatrists`, `own_people`,
        `capacity` (people it could support beside its own; NA = its psychiatrists or people are unknown; below zero:
        short for its own), `n_gaps`, `load` (people of its gap areas), `n_load_unknown` (gap areas without a figure of
        people, in no load), `room` (capacity less load) and `is_overloaded` (load above capacity).
    n_unknown
        How many areas are not known, or have a population but no point: neither gap nor hub.
    n_enough
        How many are known and no gap.
    """

    gaps: pd.DataFrame
    hubs: pd.DataFrame
    n_unknown: int
    n_enough: int

    @property
    def leading(self) -> pd.DataFrame:
        """Return the hubs that have at least one gap area."""
        return self.hubs[self.hubs["n_gaps"].gt(0)]


def plan(areas: pd.DataFrame, rules: AllianceQuestion, facilities: pd.DataFrame | None = None) -> Plan:
    """
    Give every gap area a model of alliance, a hub and a reason.

    For each pair of a gap area and a hub the first rule that holds says the model: in the same prefecture within
    `rules.vertical` km, vertical; in the same province (or anywhere, if `rules.borders` is `open`) within
    `rules.horizontal` km, horizontal; else within `rules.remote` km, remote; a private hub within that, chain. In
    rounds each area without a hub asks the best hub that has room for all its people, by model and then by distance; a
    hub takes the best of those that ask, as long as it has room. An area for which no hub has room is given to its
    best hub at the end, and flagged.

    Parameters
    ----------
    areas
        By area code: `reason` (see `mhgis.measures.gaps`), `people` (residents; NA = unknown), `beds`, `psychiatrists`
        (NA = unknown), `lon`, `lat` (degrees, EPSG:4326), `prefecture_code` (NA where the area lies in none),
        `province_code`, `name`.
    rules
        What counts as near, what as a hub, and how much a hub can carry.
    facilities
        `facility_id`, `name`, `area_code`, `lon`, `lat` (NA: at its area's point), `beds`, `psychiatrists` (NA =
        unknown), `sponsor` (NA = unknown: taken for public); None or empty where the figures are by area.

    Returns
    -------
    plan
        All gap areas and all hubs, ordered by code and by id.
    """
    table = areas.sort_index()
    placed = table["lon"].notna() & table["lat"].notna()
    known = table["reason"].isin(rates.GAPS | gaps.ENOUGH)
    is_gap, is_enough = (table["reason"].isin(kind) & placed for kind in (rates.GAPS, gaps.ENOUGH))
    n_unknown = int((table["reason"].isin(gaps.UNKNOWN) | (known & ~placed)).sum())
    here = table[is_gap]
    hubs = _hubs(table, is_gap, is_enough, rules, facilities)
    distance = _distances(here, hubs)
    tier = _tiers(here, hubs, distance, rules)
    key = np.where(tier < len(MODELS) - 1, tier * _STEP_KM + distance, np.inf)
    load = here["people"].to_numpy("float64", na_value=0.0)
    capacity = hubs["capacity"].to_numpy("float64", na_value=np.inf)
    room = capacity if rules.room == "kept" else np.full(len(hubs), np.inf)
    chosen, is_over = _assign(key, load, room)
    return Plan(_gap_table(here, hubs, key, chosen, is_over), _hub_table(here, hubs, chosen), n_unknown,
                int(is_enough.sum()))  # fmt: skip


def _hubs(
    table: pd.DataFrame, is_gap: pd.Series, is_enough: pd.Series, rules: AllianceQuestion,
    facilities: pd.DataFrame | None,
) -> pd.DataFrame:  # fmt: skip
    can_lead = is_enough if rules.lead == "enough" else is_gap | is_enough
    columns = ["area_code", "name", "lon", "lat", *COUNTED, "own_people", "is_facility", "is_private"]
    areas = table[can_lead].assign(
        area_code=table.index[can_lead], own_people=table["people"], is_facility=False, is_private=False
    )  # fmt: skip
    parts = [areas[columns]]
    if facilities is not None and len(facilities):
        held = facilities[facilities["area_code"].isin(areas.index)].set_index("facility_id").sort_index()
        held = held[held["beds"].ge(rules.size).fillna(value=False)]
        own = areas.reindex(held["area_code"]).set_axis(held.index)
        staff = held["psychiatrists"].astype("Float64")
        # the people of an area are shared by its facilities as its psychiatrists are
        together = staff.groupby(held["area_code"]).transform(lambda part: part.sum(skipna=False))
        share = staff / together.where(together.gt(0))
        lead = held.assign(
            lon=held["lon"].where(held["lat"].notna()).fillna(own["lon"]),
            lat=held["lat"].where(held["lon"].notna()).fillna(own["lat"]),
            own_people=own["people"].astype("Float64") * share,
            is_facility=True,
            is_private=held["sponsor"].str.contains(PRIVATE, regex=True).fillna(value=False).astype(bool),
        )
        parts = [areas.loc[~areas.index.isin(held["area_code"]), columns], lead[columns]]
    found = pd.concat(parts).sort_index().rename_axis("hub_id")
    found = found[found["beds"].ge(rules.size).fillna(value=False).astype(bool)]
    supported = found["psychiatrists"].astype("Float64") * (rules.load * _THOUSAND)
    place = table.loc[found["area_code"], ["prefecture_code", "province_code"]].set_axis(found.index)
    return found.join(place).assign(capacity=supported - found["own_people"].astype("Float64"))


def _distances(here: pd.DataFrame, hubs: pd.DataFrame) -> Numbers:
    one, two = (neighbours.unit_vectors(frame["lon"], frame["lat"]) for frame in (here, hubs))
    chord = np.sqrt(np.clip(2 - 2 * one @ two.T, 0, None))
    return np.asarray(neighbours.arc_km(chord).round(_DECIMALS))


def _tiers(here: pd.DataFrame, hubs: pd.DataFrame, distance: Numbers, rules: AllianceQuestion) -> npt.NDArray[np.int8]:
    def same(column: str) -> Flags:
        codes = pd.concat([here[column], hubs[column]]).factorize()[0]
        one, two = codes[: len(here), None], codes[None, len(here) :]
        return np.asarray((one == two) & (one >= 0))

    private = hubs["is_private"].to_numpy(bool)[None, :]
    in_prefecture, in_province = same("prefecture_code"), same("province_code")
    tier = np.full(distance.shape, MODELS.index("none"), dtype=np.int8)
    in_reach = distance <= rules.remote
    tier[in_reach] = MODELS.index("remote")
    around = in_province | (rules.borders == "open")
    tier[around & (distance <= rules.horizontal)] = MODELS.index("horizontal")
    tier[in_prefecture & (distance <= rules.vertical)] = MODELS.index("vertical")
    tier[np.broadcast_to(private, tier.shape) & (tier < MODELS.index("none"))] = MODELS.index("chain")
    # nobody leads itself, nor whoever holds more
    itself = here.index.to_numpy()[:, None] == hubs["area_code"].to_numpy()[None, :]
    own, theirs = (frame["beds"].to_numpy("float64", na_value=np.nan) for frame in (here, hubs))
    tier[itself | (own[:, None] >= theirs[None, :])] = MODELS.index("none")
    return tier


def _assign(key: Numbers, load: Numbers, room: Numbers) -> tuple[Places, Flags]:
    """Return the hub of each area (-1 for none), and whether no hub had room for it."""
    chosen, is_over = np.full(len(key), -1, dtype=np.intp), np.zeros(len(key), dtype=bool)
    if not key.size:
        return chosen, is_over
    # room only shrinks, so a hub that has none for an area never has any again: each area goes down its own list once
    listed = np.argsort(key, axis=1, kind="stable")
    n_listed, at, left = np.isfinite(key).sum(axis=1), np.zeros(len(key), dtype=np.intp), room.copy()
    asking = np.flatnonzero(n_listed)
    while len(asking):
        asked = listed[asking, at[asking]]
        turned_away = asking[load[asking] > left[asked]]
        if len(turned_away):
            fits = left[listed[turned_away]] >= load[turned_away, None]
            fits &= np.arange(key.shape[1])[None, :] < n_listed[turned_away, None]
            at[turned_away], nobody = fits.argmax(axis=1), ~fits.any(axis=1)
            is_over[turned_away[nobody]] = True
            asking = asking[~is_over[asking]]
            asked = listed[asking, at[asking]]
        order = np.lexsort((asking, key[asking, asked], asked))
        rows, asked = asking[order], asked[order]
        added = pd.Series(load[rows]).groupby(asked).cumsum().to_numpy()
        taken = added <= left[asked]
        chosen[rows[taken]] = asked[taken]
        np.subtract.at(left, asked[taken], load[rows[taken]])
        asking = np.sort(rows[~taken])
    chosen[is_over] = listed[is_over, 0]
    return chosen, is_over


def _gap_table(here: pd.DataFrame, hubs: pd.DataFrame, key: Numbers, chosen: Places, is_over: Flags) -> pd.DataFrame:
    rows = np.arange(len(here))
    has_hub = chosen >= 0
    at = np.where(has_hub, chosen, 0)
    mine = np.where(has_hub, key[rows, at], np.inf) if len(hubs) else np.full(len(here), np.inf)
    others = key.copy()
    others[rows[has_hub], at[has_hub]] = np.inf
    second = others.argmin(axis=1) if len(hubs) else at
    second_key = others[rows, second] if len(hubs) else mine
    near = MODELS.index("remote") * _STEP_KM
    public_near = (key < near).any(axis=1)
    private = hubs["is_private"].to_numpy(bool)
    of_private = np.where(private[None, :], key, np.inf)
    option = of_private.argmin(axis=1) if len(hubs) else at
    option_key = of_private[rows, option] if len(hubs) else mine
    wants = ~public_near
    best = key.min(axis=1, initial=np.inf)
    return pd.DataFrame({
        "people": here["people"].astype("Int64").array,
        "model": _models(mine), "hub_id": _ids(hubs, at, has_hub), "distance_km": _kilometres(mine),
        "was_full": has_hub & ~is_over & (best < mine), "is_over": is_over,
        "second_hub": _ids(hubs, second, np.isfinite(second_key)), "second_model": _models(second_key),
        "second_km": _kilometres(second_key), "has_option": wants,
        "option_hub": _ids(hubs, option, wants & np.isfinite(option_key)),
    }, index=here.index)  # fmt: skip


def _models(key: Numbers) -> list[str]:
    last = len(MODELS) - 1
    tier = np.where(np.isfinite(key), np.minimum(np.nan_to_num(key, posinf=0) // _STEP_KM, last), last).astype(int)
    return [MODELS[one] for one in tier]


def _kilometres(key: Numbers) -> Any:  # noqa: ANN401 - an array of pandas
    # the model is left out again, to the metre
    km = np.round(np.where(np.isfinite(key), np.nan_to_num(key, posinf=0) % _STEP_KM, np.nan), _DECIMALS)
    return pd.Series(km).astype("Float64").array


def _ids(hubs: pd.DataFrame, at: Places, known: Flags) -> Any:  # noqa: ANN401 - an array of pandas
    if not len(hubs):
        return pd.Series(pd.NA, index=range(len(at)), dtype="str").array
    return pd.Series(hubs.index.to_numpy()[at], dtype="str").where(known).array


def _hub_table(here: pd.DataFrame, hubs: pd.DataFrame, chosen: Places) -> pd.DataFrame:
    led = chosen[chosen >= 0]
    people = here["people"].to_numpy("float64", na_value=np.nan)[chosen >= 0]
    n, size = np.bincount(led, minlength=len(hubs)), len(hubs)
    load = np.bincount(led, weights=np.nan_to_num(people), minlength=size)
    unknown = np.bincount(led[np.isnan(people)], minlength=size)
    carried = pd.Series(load, index=hubs.index).round().astype("Int64")
    room = hubs["capacity"] - carried.astype("Float64")
    over = (room < 0).fillna(value=False).astype(bool) & (n > 0)
    return hubs.assign(n_gaps=n, load=carried, n_load_unknown=unknown, room=room, is_overloaded=over)


def areas_of(view: "Plan", codes: Sequence[str]) -> Plan:
    """Return the part of a plan that concerns some areas: their rows, and the hubs that lead them; loads stay whole."""
    rows = view.gaps[view.gaps.index.isin(codes)]
    led = set(rows["hub_id"].dropna())
    return Plan(rows, view.hubs[view.hubs.index.isin(led)], view.n_unknown, view.n_enough)


def summed(draws: npt.NDArray[np.int32], codes: pd.Index, holder: pd.Series) -> tuple[pd.Index, npt.NDArray[np.int64]]:
    """
    Return draws of the finest areas summed over the areas that hold them.

    Parameters
    ----------
    draws
        Counts of shape (draws, areas).
    codes
        Of the areas, in the order of the columns.
    holder
        By code, the area that holds each.
    """
    places, names = holder.loc[codes].factorize(sort=True)
    found = np.zeros((len(draws), len(names)), dtype=np.int64)
    np.add.at(found.T, places, draws.T)
    return pd.Index(names, dtype="str"), found


def stands(
    units: npt.NDArray[np.integer],
    beds: npt.NDArray[np.integer],
    people: pd.Series,
    *,
    scale: float,
    benchmark: float | None,
    least_beds: int,
) -> pd.DataFrame:
    """
    Say in how many of 100 draws of a model an area is a gap, and in how many it could be a hub.

    Parameters
    ----------
    units, beds
        Counts of what the gap is of, and of beds; of shape (draws, areas).
    people
        By area code, in the order of the columns; NA = unknown.
    scale
        What the rate is for: 100,000 people.
    benchmark
        The rate; None: a gap has none at all.
    least_beds
        A hub has at least as many beds, and is no gap.

    Returns
    -------
    share
        By area code: `gap` and `hub`, from 0 to 100; NA where the people are unknown and a benchmark is asked for.
    """
    number = people.to_numpy("float64", na_value=np.nan)
    short = units == 0
    if benchmark is not None:
        # the product first: a rate that equals the benchmark meets it
        short = short | (units * scale < benchmark * np.nan_to_num(number)[None, :])
    share = pd.DataFrame(
        {"gap": 100 * short.mean(axis=0), "hub": 100 * (~short & (beds >= least_beds)).mean(axis=0)},
        index=people.index,
    ).astype("Float64")
    return share if benchmark is None else share[~np.isnan(number)].reindex(people.index)
