"""
Scenarios: a ledger of actions on the counts of a dataset, and what they change against the baseline.

A ledger is a small readable file that another person opens and gets the same numbers from. Actions apply to areas, one
after the other. Unknown stays unknown: units added where nobody knows what there is make no known count, only an "at
least". A model's draws are each changed by the same actions. Pure: nothing is read or written here but the text of a
ledger.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from mhgis import cage
from mhgis.cage import Answer
from mhgis.errors import Fault, SchemaError, UnknownChoiceError
from mhgis.i18n import N_, Language, translator
from mhgis.indicators import LEVELS, RESOURCES, Level
from mhgis.measures import rates

Numbers = npt.NDArray[np.float64]

FORMAT: Final = "mhgis-scenario"
VERSION: Final = 1
#: of the file of a ledger
MOST_BYTES: Final = 4 * 2**20
FILE: Final = "scenario.json"
PER_100K: Final = 100_000
#: units that one action names at the most, and years that it takes
MOST_UNITS: Final = 1_000_000_000
MOST_YEARS: Final = 100
#: letters of what was found that a message shows
_SHOWN: Final = 80
#: what the id of a ledger that is kept is made of; a link names one, or two with a comma between that are compared
ID: Final = re.compile(r"[0-9a-f]{12}", re.ASCII)

#: `open` and `close` a facility with what it holds, `add` units (or take them: negative), `move` units from one area to
#: another, `recruit` so many a year, `reach` a rate per 100,000 in each of some areas
Do = Literal["open", "close", "add", "move", "recruit", "reach"]
DOES: Final[tuple[Do, ...]] = get_args(Do)


@dataclass(frozen=True)
class Action:
    """
    One thing that is done.

    Parameters
    ----------
    do
        What kind: see `Do`.
    areas
        Codes: one area; `move` has two, from and to; `reach` any number.
    units
        Resource -> whole number: what a facility holds, what is added, or what is recruited in a year. `open` and
        `close` count one facility of themselves; `reach` names no units.
    years
        Of `recruit`.
    resource, rate
        Of `reach`: what is brought up to how many per 100,000 residents.
    point
        Longitude and latitude (EPSG:4326) of a facility that opens, or moves to; None: the area's own point.
    facility
        Id of the facility of the dataset that closes, moves or is given units; empty where none is meant.
    note
        The user's own words.
    """

    do: Do
    areas: tuple[str, ...]
    units: tuple[tuple[str, int], ...] = ()
    years: int = 1
    resource: str = ""
    rate: float = 0.0
    point: tuple[float, float] | None = None
    facility: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse an action that says too little or too much: `ActionError`."""
        wanted = {"move": 2, "reach": max(1, len(self.areas))}.get(self.do, 1)
        if self.do not in DOES:
            raise ActionError(self.do, N_("one of open, close, add, move, recruit, reach"))
        if len(self.areas) != wanted or (self.do == "move" and len(set(self.areas)) == 1):
            raise ActionError(self.areas, N_("one area; two different ones of a move"))
        names = [name for name, _ in self.units]
        if set(names) - set(RESOURCES) or len(set(names)) < len(names):
            raise ActionError(names, N_("units of known resources, each once"))
        if any(abs(number) > MOST_UNITS for _, number in self.units):
            raise ActionError(dict(self.units), N_("no more than a thousand million units"))
        if self.do in {"open", "close", "move", "recruit"} and any(number < 0 for _, number in self.units):
            raise ActionError(dict(self.units), N_("units from zero up"))
        if self.do == "reach" and (self.resource not in RESOURCES or not 0 <= self.rate <= PER_100K):
            raise ActionError([self.resource, self.rate], N_("a resource, and a rate from 0 to 100,000"))
        if not 1 <= self.years <= MOST_YEARS:
            raise ActionError(self.years, N_("from 1 to 100 years"))
        if self.point is not None and not (abs(self.point[0]) <= 180 and abs(self.point[1]) <= 90):  # noqa: PLR2004
            raise ActionError(self.point, N_("a longitude and a latitude in degrees"))

    def inverse(self) -> "Action":
        """
        Return the action that takes this one back.

        Raises
        ------
        ValueError
            For `reach`: what it adds depends on what is there, so it is taken back by undoing it.
        """
        if self.do == "reach":
            message = "a rate that was reached is taken back by undoing it"
            raise ValueError(message)
        if self.do in {"open", "close"}:
            return replace(self, do="close" if self.do == "open" else "open")
        if self.do == "move":
            return replace(self, areas=self.areas[::-1])
        taken = tuple((name, -number * self.years) for name, number in self.units)
        return Action("add", self.areas, taken, facility=self.facility)

    @property
    def resources(self) -> frozenset[str]:
        """What the action changes: resources by name."""
        facility = {"facilities"} if self.do in {"open", "close"} else set()
        return frozenset({*dict(self.units), *facility, *({self.resource} - {""})})


class ActionError(ValueError):
    """What makes no action of a scenario; `found` is what was said, `expected` the message id of what should be."""

    def __init__(self, found: object, expected: str) -> None:
        self.found, self.expected = _said(found), expected
        super().__init__(f"found {self.found}; expected {expected}")


class ShortageError(SchemaError):
    """More is taken from an area than it has; `action` is its number from 1, `resource` what is taken."""

    def __init__(self, ledger: str, action: int, resource: str, found: str) -> None:
        super().__init__([Fault(ledger or FILE, action, resource, found, "no more taken than there is")])
        self.action, self.resource = action, resource


@dataclass(frozen=True)
class Ledger:
    """
    What is done, in order, to which dataset.

    `undone` holds actions taken back, the last one first, until something new is done. `build` and `dataset` say which
    baseline the numbers are of; `year` is that of its counts and `level` that of its areas. `costs` holds money a unit
    by resource, the user's own figures; `asked` the parts of a link (see `mhgis.view.links.KEYS`) that the numbers were
    last looked at with, such as the benchmark.
    """

    name: str
    dataset: str
    build: str
    year: int
    actions: tuple[Action, ...] = ()
    undone: tuple[Action, ...] = ()
    note: str = ""
    level: Level = "county"
    costs: tuple[tuple[str, float], ...] = ()
    asked: tuple[tuple[str, str], ...] = ()

    def named(self, name: str, note: str | None = None) -> "Ledger":
        """Return the ledger under another name, and with another note if one is given."""
        return replace(self, name=name, note=self.note if note is None else note)

    def costing(self, costs: Mapping[str, float]) -> "Ledger":
        """Return the ledger with money a unit by resource; a resource without a cost is left out."""
        return replace(self, costs=tuple((name, float(costs[name])) for name in RESOURCES if name in costs))

    def do(self, action: Action) -> "Ledger":
        """Return the ledger with one more action; what was undone is forgotten."""
        return replace(self, actions=(*self.actions, action), undone=())

    def undo(self) -> "Ledger":
        """Return the ledger without its last action, which `redo` brings back; unchanged where there is none."""
        if not self.actions:
            return self
        return replace(self, actions=self.actions[:-1], undone=(self.actions[-1], *self.undone))

    def redo(self) -> "Ledger":
        """Return the ledger with the action that was undone last; unchanged where there is none."""
        if not self.undone:
            return self
        return replace(self, actions=(*self.actions, self.undone[0]), undone=self.undone[1:])

    def move(self, at: int, to: int) -> "Ledger":
        """Return the ledger with the action at one place put at another. Raises `UnknownChoiceError`."""
        rest = list(self.actions)
        action = rest.pop(self._place(at))
        rest.insert(min(max(to, 0), len(rest)), action)
        return replace(self, actions=tuple(rest), undone=())

    def remove(self, at: int) -> "Ledger":
        """Return the ledger without the action at a place. Raises `UnknownChoiceError`."""
        place = self._place(at)
        return replace(self, actions=self.actions[:place] + self.actions[place + 1 :], undone=())

    def annotate(self, at: int, note: str) -> "Ledger":
        """Return the ledger with the user's words on an action. Raises `UnknownChoiceError`."""
        place = self._place(at)
        noted = replace(self.actions[place], note=note)
        return replace(self, actions=(*self.actions[:place], noted, *self.actions[place + 1 :]))

    def rebased(self, dataset: str, build: str, year: int) -> "Ledger":
        """Return the ledger on another baseline: the same actions, whose numbers will differ."""
        return replace(self, dataset=dataset, build=build, year=year)

    def _place(self, at: int) -> int:
        if not 0 <= at < len(self.actions):
            message = f"There is no action {at + 1} in this scenario of {len(self.actions)}."
            raise UnknownChoiceError(message)
        return at


@dataclass(frozen=True, eq=False)
class State:
    """
    What there is after every action: by area code, a column a resource.

    Attributes
    ----------
    counts
        Int64; NA where the baseline is unknown, whatever is added.
    least
        Int64: how many there are at the least; the count where it is known, else what was added, never below zero.
    change
        Int64, never NA: what the actions add in all, of the areas that they name.
    put
        The same without what moves: what has to be made or paid for.
    """

    counts: pd.DataFrame
    least: pd.DataFrame
    change: pd.DataFrame
    put: pd.DataFrame


def run(ledger: Ledger, counts: pd.DataFrame, people: pd.Series) -> State:
    """
    Return what there is after every action.

    Parameters
    ----------
    ledger
        What is done.
    counts
        The baseline: one row an area, by code, a column a resource (whole numbers; NA = unknown).
    people
        Residents by area code (NA = unknown): what a rate to reach is of.

    Raises
    ------
    UnknownChoiceError
        If an action names an area or a resource that the baseline does not have.
    ShortageError
        If more is taken from an area than it has, naming the action.
    """
    for at, action in enumerate(ledger.actions, start=1):
        _refuse_strangers(at, action, counts)
    areas, names = _named(ledger), [str(name) for name in counts.columns]
    here = counts.loc[areas].astype("Int64").astype(object)
    held: dict[tuple[str, str], int | None] = {
        (area, name): None if pd.isna(count) else int(count)
        for area, row in zip(areas, here.to_numpy(), strict=True)
        for name, count in zip(names, row, strict=True)
    }
    change, put = dict.fromkeys(held, 0), dict.fromkeys(held, 0)
    for at, action in enumerate(ledger.actions, start=1):
        for cell, number in _change(action, held, people).items():
            change[cell] += number
            put[cell] += number if action.do != "move" else 0
            known = held[cell]
            held[cell] = None if known is None else known + number
        _refuse_less_than_nothing(ledger, at, action, held)
    least = {cell: max(0, change[cell]) if count is None else count for cell, count in held.items()}
    after = counts.astype("Int64")
    changed, put_in, so_many, at_least = (_table(one, areas, names) for one in (change, put, held, least))
    for name in names:
        after.loc[areas, name] = so_many[name].array
    least_of_all = after.fillna(0)
    for name in names:
        least_of_all.loc[areas, name] = at_least[name].array
    return State(after, least_of_all, changed, put_in)


def _table(cells: Mapping[tuple[str, str], int | None], areas: list[str], names: list[str]) -> pd.DataFrame:
    rows = {name: pd.array([cells[area, name] for area in areas], dtype="Int64") for name in names}
    return pd.DataFrame(rows, index=pd.Index(areas, dtype="str"))


def apply(ledger: Ledger, counts: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """
    Return the counts after every action: `run`'s `counts`, with its parameters and errors.

    An unknown count stays unknown whatever is added to it. A rate is not reached where count or people are unknown.
    """
    return run(ledger, counts, people).counts


def _refuse_strangers(at: int, action: Action, counts: pd.DataFrame) -> None:
    strangers = [area for area in action.areas if area not in counts.index]
    if strangers:
        message = f"Action {at} names the area {strangers[0]}, which the dataset does not have."
        raise UnknownChoiceError(message)
    if action.do == "reach" and action.resource not in counts:
        message = f"The dataset has no {action.resource}."
        raise UnknownChoiceError(message)


def _refuse_less_than_nothing(
    ledger: Ledger, at: int, action: Action, held: Mapping[tuple[str, str], int | None]
) -> None:
    for (area, resource), count in held.items():
        if area in action.areas and count is not None and count < 0:
            found = f"{resource} of area {area} at {count} after {action.do!r}"
            raise ShortageError(ledger.name, at, resource, found)


def _long(counts: pd.DataFrame, value: str) -> pd.DataFrame:
    return counts.rename_axis("area_code").reset_index().melt("area_code", var_name="resource", value_name=value)


def _change(
    action: Action, held: Mapping[tuple[str, str], int | None], people: pd.Series
) -> dict[tuple[str, str], int]:
    """Return what an action adds, by area and resource; nothing where a lack is not known."""
    if action.do == "reach":
        areas = list(action.areas)
        count = pd.Series([held[area, action.resource] for area in areas], index=areas, dtype="Int64")
        lacking = rates.shortfall_to(action.rate, count, people.reindex(areas), PER_100K).dropna()
        return {(str(area), action.resource): int(number) for area, number in lacking.items()}
    units = _units(action)
    return {
        (area, name): sign * number
        for area, sign in _signs(action)
        for name, number in units.items()
        if (area, name) in held
    }


def _units(action: Action) -> dict[str, int]:
    # what an action puts or takes in all, a facility that opens or closes counting itself
    facility = {"facilities": 1} if action.do in {"open", "close"} else {}
    return {name: number * action.years for name, number in (facility | dict(action.units)).items()}


def _signs(action: Action) -> list[tuple[str, int]]:
    signs = {"close": (-1,), "move": (-1, 1)}.get(action.do, (1,))
    return list(zip(action.areas, signs, strict=True))


def run_draws(ledger: Ledger, draws: Mapping[str, Numbers], areas: pd.Index, people: pd.Series) -> dict[str, Numbers]:
    """
    Return a model's draws after every action: each draw is changed as the counts are.

    Parameters
    ----------
    ledger
        What is done.
    draws
        Resource -> counts, one row a draw and one column an area.
    areas
        Code of each column; what is done elsewhere changes no draw, but for what moves here from there.
    people
        Residents by area code; a rate is not reached where they are unknown.

    Returns
    -------
    draws
        New arrays. Where a draw has less than is taken, all it has is taken, and no more arrives where it is moved to.
    """
    after = {name: drawn.astype(np.float64) for name, drawn in draws.items()}
    place = {str(code): at for at, code in enumerate(areas)}
    for action in ledger.actions:
        if action.do == "reach":
            _reach_draws(action, after, place, people)
            continue
        for name, number in _units(action).items():
            if name in after:
                _give_draws(action, after[name], place, number)
    return after


def _reach_draws(action: Action, after: dict[str, Numbers], place: Mapping[str, int], people: pd.Series) -> None:
    if action.resource not in after:
        return
    areas = [area for area in action.areas if area in place]
    none = pd.Series(0, index=areas)
    need = rates.shortfall_to(action.rate, none, people.reindex(areas), PER_100K).fillna(0).to_numpy(np.float64)
    at = [place[area] for area in areas]
    after[action.resource][:, at] = np.maximum(after[action.resource][:, at], need)


def _give_draws(action: Action, drawn: Numbers, place: Mapping[str, int], number: int) -> None:
    moved: Numbers | float = float(number)
    for area, sign in _signs(action):
        if area not in place:
            continue
        column = drawn[:, place[area]]
        step = sign * moved
        if np.any(np.asarray(step) < 0):
            taken = np.minimum(column, -np.asarray(step))
            column -= taken
            moved = taken if action.do == "move" else moved
        else:
            column += step


def changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """
    List what differs between two states of the same areas.

    Returns
    -------
    changes
        `area_code`, `resource`, `before`, `after`, `change`, where the counts differ; ordered as the areas are.
    """
    both = _long(before, "before").merge(
        _long(after, "after"), on=["area_code", "resource"], how="inner", validate="one_to_one"
    )
    both["change"] = both["after"] - both["before"]
    differs = both["change"].ne(0).fillna(value=False).astype(bool)
    order = {code: at for at, code in enumerate(before.index)}
    return both[differs].sort_values("area_code", key=lambda code: code.map(order), kind="stable", ignore_index=True)


@dataclass(frozen=True)
class Effect:
    """
    What a scenario does to a gap.

    Attributes
    ----------
    before, after
        Areas below the benchmark.
    closed, opened
        Codes of those that reach it, and of those that fall below it.
    people_before, people_after
        People in the areas below it.
    unknown
        Areas that are unknown before and after, and are in none of these.
    assured, people_assured
        Codes of unknown areas that are at the benchmark by what is added alone, and their people.
    changed
        Codes of the areas in which any count is changed.
    untold
        Those of them that an action touches in a count that is unknown.
    added
        Units by resource, net, moved ones left out.
    cost
        Of what is put in, area by area; what closes gives nothing back. None where a unit cost is missing.
    """

    before: int
    after: int
    closed: tuple[str, ...]
    opened: tuple[str, ...]
    people_before: int
    people_after: int
    unknown: int
    assured: tuple[str, ...]
    people_assured: int
    changed: tuple[str, ...]
    untold: tuple[str, ...]
    added: Mapping[str, int]
    cost: float | None

    @property
    def covered(self) -> int:
        """People newly at or above the benchmark, less those who fell below it; below zero where more fell."""
        return self.people_before - self.people_after


def effect(
    ledger: Ledger,
    counts: pd.DataFrame,
    people: pd.Series,
    *,
    resource: str,
    benchmark: float,
    unit_costs: Mapping[str, float] | None = None,
    within: pd.Index | None = None,
) -> Effect:
    """
    Say what a scenario changes: gaps closed, people in them, units and money.

    Parameters
    ----------
    ledger, counts, people
        As for `run`.
    resource, benchmark
        What is compared, with how many per 100,000; an area at the benchmark meets it. Zero is below any.
    unit_costs
        Resource -> money a unit, the user's own figures; those of the ledger if not given.
    within
        Codes of the areas that are looked at, where that is not all: what is done elsewhere is not told.
    """
    state = run(ledger, counts, people)
    if within is not None:
        counts, state = counts.loc[within], _limited(state, within)
    known = people.reindex(counts.index).astype("Int64")
    short, still = (is_short(table[resource], known, benchmark) for table in (counts, state.counts))
    was, now = (one.eq(True).fillna(value=False).astype(bool) for one in (short, still))  # noqa: FBT003  NA is neither
    surely = is_short(state.least[resource], known, benchmark).eq(False).fillna(value=False)  # noqa: FBT003
    assured = short.isna() & known.notna() & surely.astype(bool)
    added = {str(name): int(number) for name, number in state.put.sum().items() if number}
    costs = dict(ledger.costs) if unit_costs is None else unit_costs
    paid = {str(name): int(number) for name, number in state.put.clip(lower=0).sum().items() if number}
    moved = state.change.ne(0).any(axis=1)
    changed = tuple(str(code) for code in state.change.index[moved.astype(bool)])
    return Effect(
        before=int(was.sum()),
        after=int(now.sum()),
        closed=tuple(counts.index[was & still.eq(False).fillna(value=False).astype(bool)]),  # noqa: FBT003
        opened=tuple(counts.index[now & short.eq(False).fillna(value=False).astype(bool)]),  # noqa: FBT003
        people_before=int(known[was].sum()),
        people_after=int(known[now].sum()),
        unknown=int(short.isna().sum()),
        assured=tuple(counts.index[assured]),
        people_assured=int(known[assured].sum()),
        changed=changed,
        untold=tuple(
            str(area) for area in state.change.index if counts.loc[area, _touched(ledger, area, counts)].isna().any()
        ),
        added=added,
        cost=float(sum(costs[name] * n for name, n in paid.items())) if all(name in costs for name in paid) else None,
    )


def _limited(state: State, within: pd.Index) -> State:
    touched = state.change.index[state.change.index.isin(within)]
    return State(state.counts.loc[within], state.least.loc[within], state.change.loc[touched], state.put.loc[touched])


def _named(ledger: Ledger) -> list[str]:
    return list(dict.fromkeys(area for action in ledger.actions for area in action.areas))


def _touched(ledger: Ledger, area: str, counts: pd.DataFrame) -> list[str]:
    named = {name for action in ledger.actions if area in action.areas for name in action.resources}
    return sorted(named & set(counts.columns))


def is_short(count: pd.Series, people: pd.Series, benchmark: float) -> pd.Series:
    """
    Say of each area whether it is below a benchmark (boolean; NA = count or people unknown, or nobody lives there).

    `benchmark` is per 100,000 people; having nothing is below any.
    """
    rate = rates.rate(count, people.reindex(count.index))
    return (rate.lt(benchmark) | rate.eq(0)).astype("boolean")


@dataclass(frozen=True)
class Range:
    """A number over a model's draws: the 5 % quantile, the middle one, the 95 % quantile."""

    lower: float
    value: float
    upper: float


def over_draws(numbers: Numbers) -> Range:
    """Return the range of one number a draw; each end is a number that some draw has."""
    low, middle, high = np.quantile(numbers, (0.05, 0.5, 0.95), method="lower")
    return Range(float(low), float(middle), float(high))


@dataclass(frozen=True)
class EffectOfDraws:
    """
    What a scenario does to a gap over a model's draws, as in `Effect`; every difference pairs each draw with itself.

    `more` is the areas below the benchmark after, less those before.
    """

    before: Range
    after: Range
    people_before: Range
    people_after: Range
    covered: Range
    closed: Range
    opened: Range
    more: Range


def effect_of_draws(before: Numbers, after: Numbers, people: Numbers, benchmark: float) -> EffectOfDraws:
    """
    Say what a scenario changes over a model's draws.

    Parameters
    ----------
    before, after
        Counts of one resource, one row a draw and one column an area.
    people
        Residents of the areas; NaN or 0 = in no rate.
    benchmark
        Per 100,000 people; having nothing is below any.
    """
    lived = people > 0
    here, number = people[lived], [one[:, lived] * PER_100K / people[lived] for one in (before, after)]
    was, now = ((rate < benchmark) | (rate == 0) for rate in number)
    people_before, people_after = was @ here, now @ here
    return EffectOfDraws(
        before=over_draws(was.sum(axis=1)),
        after=over_draws(now.sum(axis=1)),
        people_before=over_draws(people_before),
        people_after=over_draws(people_after),
        covered=over_draws(people_before - people_after),
        closed=over_draws((was & ~now).sum(axis=1)),
        opened=over_draws((now & ~was).sum(axis=1)),
        more=over_draws(now.sum(axis=1) - was.sum(axis=1)),
    )


def facilities_after(ledger: Ledger, facilities: pd.DataFrame) -> pd.DataFrame:
    """
    Return the facilities of a dataset after every action that names one of them or opens one.

    Parameters
    ----------
    ledger
        What is done.
    facilities
        `facility_id`, `area_code`, `lon`, `lat` (degrees; NA = not known) and a column a resource (NA = not known).

    Returns
    -------
    facilities
        The same columns. One that closes is gone; one that moves lies at its new point, or nowhere if none is given;
        one that opens at a point is there under an id of its own. What is not known stays so whatever is added.
    """
    after = facilities.set_index("facility_id").astype({name: "Int64" for name in RESOURCES if name in facilities})
    for at, action in enumerate(ledger.actions):
        units = _units(action)
        if action.do == "open" and action.point is not None:
            row = {"area_code": action.areas[0], "lon": action.point[0], "lat": action.point[1]}
            row |= {name: units.get(name, 0) for name in RESOURCES if name in after}
            after = pd.concat([after, pd.DataFrame([row], index=[f"opened-{at}"])[list(after.columns)]])
        if action.facility not in after.index:
            continue
        if action.do == "close":
            after = after.drop(index=action.facility)
        elif action.do == "move":
            lon, lat = action.point or (None, None)
            after.loc[action.facility, ["area_code", "lon", "lat"]] = [action.areas[1], lon, lat]
        else:
            for name in sorted(units.keys() & set(after.columns)):
                after[name] = after[name].mask(after.index == action.facility, after[name] + units[name])
    return after.rename_axis("facility_id").reset_index()


def to_json(ledger: Ledger, *, with_undone: bool = False) -> str:
    """
    Return a ledger as the text of its file: the same ledger gives the same text.

    What was undone is no part of the file, unless it is the one that this machine keeps.
    """
    says = {"format": FORMAT, "version": VERSION, "name": ledger.name, "note": ledger.note,
            "dataset": ledger.dataset, "build": ledger.build, "year": ledger.year, "level": ledger.level,
            "asked": dict(ledger.asked), "unit_costs": dict(ledger.costs),
            "actions": _rows(ledger.actions)}  # fmt: skip
    if with_undone and ledger.undone:
        says["undone"] = _rows(ledger.undone)
    return json.dumps(says, ensure_ascii=False, indent=1) + "\n"


def digest(ledger: Ledger, *, with_undone: bool = False) -> str:
    """
    Return what names the content of a ledger: the first 12 hexadecimal digits of the SHA-256 of its file.

    With what was undone it names the state that can be undone and redone from, too.
    """
    return hashlib.sha256(to_json(ledger, with_undone=with_undone).encode()).hexdigest()[:12]


def _rows(actions: Sequence[Action]) -> list[dict[str, Any]]:
    rows = [{name: value for name, value in asdict(action).items() if value not in (None, "", ())}
            for action in actions]  # fmt: skip
    for row in rows:
        row["units"] = dict(row["units"]) if "units" in row else {}
    return rows


def from_json(text: str, file: str = FILE, lang: Language = "en") -> Ledger:
    """
    Read the text of a ledger.

    Parameters
    ----------
    text
        As `to_json` writes it.
    file
        What the file is called in a message.
    lang
        The language of the parts of a fault.

    Raises
    ------
    SchemaError
        If it is no such text; all faults at once. `row` of a fault is the number of the action, from 1.
    """
    reader = _Reader(file, lang)
    says = reader.head(text)
    actions, undone = (reader.actions(says.get(part, [])) for part in ("actions", "undone"))
    if reader.faults:
        raise SchemaError(reader.faults)
    name, dataset, build, note = (str(says.get(key, "")) for key in ("name", "dataset", "build", "note"))
    ledger = Ledger(
        name, dataset, build, says["year"], actions, undone, note,
        level=says.get("level", Ledger.level), asked=tuple(says.get("asked", {}).items()),
    )  # fmt: skip
    return ledger.costing(says.get("unit_costs", {}))


def from_upload(content: bytes, file: str, lang: Language = "en") -> Ledger:
    """
    Read a file of a ledger that somebody brought, in the cage.

    Parameters
    ----------
    content
        The file.
    file, lang
        As for `from_json`; so is what is raised, and a file of more than `MOST_BYTES` is a fault.
    """
    return cage.call_on_text(f"{__name__}:in_cage", content, file, lang, most_bytes=MOST_BYTES, into=from_json)


def in_cage(content: bytes, file: str, lang: Language, tell: object) -> Answer:
    """Return a file of a ledger as `to_json` writes it, in the cage."""
    del tell
    return Answer(to_json(from_json(content.decode("utf-8", errors="replace"), file, lang), with_undone=True))


_FILE: Final = N_("a file of a scenario, as this app exports it")
_ACTION: Final = N_("an action as this app exports it")


class _Reader:
    """Reads the text of a ledger and collects what is wrong with it, in one language."""

    def __init__(self, file: str, lang: Language) -> None:
        self.file, self._ = file, translator(lang)
        self.faults: list[Fault] = []

    def fault(self, row: int | None, column: str | None, found: str, expected: str) -> None:
        self.faults.append(Fault(self.file, row, column, found, self._(expected)))

    def head(self, text: str) -> dict[str, Any]:
        """Return what a text says; nothing where it is no ledger's."""
        try:
            says = json.loads(text)
            # a half of a character can be read, but not be written
            json.dumps(says, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", 1)
            self.fault(None, None, self._("a text that breaks off at line {line}").format(line=line), _FILE)
            return {}
        if not isinstance(says, dict) or says.get("format") != FORMAT or says.get("version") != VERSION:
            self.fault(None, None, self._("another kind of JSON"), _FILE)
            return {}
        self.parts(says)
        return says

    def parts(self, says: Mapping[str, Any]) -> None:
        """Collect what is wrong with all but the actions."""
        year, level, asked = says.get("year"), says.get("level", Ledger.level), says.get("asked", {})
        costs = says.get("unit_costs", {})
        if not isinstance(says.get("actions"), list):
            self.fault(None, "actions", _said(says.get("actions")), N_("a list of actions"))
        if not isinstance(year, int) or isinstance(year, bool):
            self.fault(None, "year", _said(year), N_("a year such as 2020"))
        if level not in LEVELS:
            self.fault(None, "level", _said(level), ", ".join(LEVELS))
        if not isinstance(asked, dict) or not all(isinstance(part, str) for part in asked.values()):
            self.fault(None, "asked", _said(asked), N_("the parts of a link, each a text"))
        if not isinstance(costs, dict) or not all(name in RESOURCES and _is_money(one) for name, one in costs.items()):
            self.fault(None, "unit_costs", _said(costs), N_("money a unit, from zero up, by resource"))

    def actions(self, rows: object) -> tuple[Action, ...]:
        """Return the actions of a list; what is none is a fault."""
        found = []
        for at, row in enumerate(rows if isinstance(rows, list) else [], start=1):
            try:
                found.append(_action(row))
            except ActionError as error:
                self.fault(at, None, error.found, error.expected)
            except (ValueError, TypeError, LookupError, AttributeError, OverflowError):
                self.fault(at, None, _said(row), _ACTION)
        return tuple(found)


def _said(found: object) -> str:
    text = json.dumps(found, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _is_money(one: object) -> bool:
    return isinstance(one, int | float) and not isinstance(one, bool) and 0 <= one < float("inf")


def _action(row: Mapping[str, Any]) -> Action:
    point = row.get("point")
    if row.keys() - _KEYS:
        raise ActionError(sorted(row.keys() - _KEYS), _ACTION)
    if not isinstance(row["areas"], list):
        raise ActionError(row["areas"], N_("a list of codes of areas"))
    return Action(
        row["do"],
        tuple(str(area) for area in row["areas"]),
        tuple((str(name), _whole(number)) for name, number in row.get("units", {}).items()),
        _whole(row.get("years", 1)),
        str(row.get("resource", "")),
        float(row.get("rate", 0.0)),
        (float(point[0]), float(point[1])) if point else None,
        str(row.get("facility", "")),
        str(row.get("note", "")),
    )


_KEYS: Final = frozenset(field.name for field in fields(Action))


def _whole(number: object) -> int:
    if not isinstance(number, int) or isinstance(number, bool):
        raise ActionError(number, N_("a whole number"))
    return number


def is_of(ledger: Ledger, dataset: str, build: str) -> bool:
    """Say whether a ledger's numbers are of this dataset and build; if not, offer `Ledger.rebased`."""
    return (ledger.dataset, ledger.build) == (dataset, build)


def opened(ledgers: Sequence[Ledger]) -> pd.DataFrame:
    """Return the facilities that open at a point of their own: `area_code`, `lon`, `lat`, and what they hold."""
    rows = [
        {"area_code": action.areas[0], "lon": action.point[0], "lat": action.point[1], **dict(action.units)}
        for ledger in ledgers
        for action in ledger.actions
        if action.do == "open" and action.point is not None
    ]
    return pd.DataFrame(rows, columns=["area_code", "lon", "lat", *RESOURCES[1:]])
