"""
Scenarios: a ledger of actions on the counts of a dataset, and what they change against the baseline.

A ledger is a small readable file that another person opens and gets the same numbers from. Actions apply to areas, one
after the other. Unknown stays unknown: units added where nobody knows what there is make no known count, and such an
area is reported as one whose change cannot be told. Pure: nothing is read or written here but the text of a ledger.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal, get_args

import pandas as pd

from mhgis import rates
from mhgis.errors import Fault, SchemaError, UnknownChoiceError
from mhgis.indicators import LEVELS, RESOURCES, Level

FORMAT: Final = "mhgis-scenario"
VERSION: Final = 1
FILE: Final = "scenario.json"
PER_100K: Final = 100_000
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
        Longitude and latitude (EPSG:4326) of a facility that opens; None: the area's own point.
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
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse an action that says too little or too much."""
        wanted = {"move": 2, "reach": max(1, len(self.areas))}.get(self.do, 1)
        if self.do not in DOES or len(self.areas) != wanted or (self.do == "move" and len(set(self.areas)) == 1):
            message = f"{self.do!r} of {len(self.areas)} areas is no action of a scenario"
            raise ValueError(message)
        unknown = [name for name, _ in self.units if name not in RESOURCES]
        if unknown or len({name for name, _ in self.units}) < len(self.units):
            message = f"units are {', '.join(RESOURCES)}, each once; found {[name for name, _ in self.units]}"
            raise ValueError(message)
        if self.do in {"open", "close", "move", "recruit"} and any(number < 0 for _, number in self.units):
            message = f"{self.do!r} takes units from zero up; found {dict(self.units)}"
            raise ValueError(message)
        if self.do == "reach" and (self.resource not in RESOURCES or not self.rate >= 0):
            message = f"a rate to reach is of a resource, from zero up; found {self.rate} of {self.resource!r}"
            raise ValueError(message)
        if self.years < 1:
            message = f"recruiting takes at least one year; found {self.years}"
            raise ValueError(message)

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
        return Action("add", self.areas, tuple((name, -number * self.years) for name, number in self.units))


@dataclass(frozen=True)
class Ledger:
    """
    What is done, in order, to which dataset.

    `undone` holds actions taken back, the last one first, until something new is done. `build` and `dataset` say which
    baseline the numbers are of; `year` is that of its counts and `level` that of its areas. `costs` holds money a unit
    by resource, the user's own figures; `asked` the parts of a link (see `mhgis.links.KEYS`) that the numbers were
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


def apply(ledger: Ledger, counts: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """
    Return the counts after every action.

    Parameters
    ----------
    ledger
        What is done.
    counts
        The baseline: one row an area, by code, a column a resource (whole numbers; NA = unknown).
    people
        Residents by area code (NA = unknown): what a rate to reach is of.

    Returns
    -------
    counts
        As given, changed where known; an unknown count stays unknown whatever is added to it. A rate is not reached
        where count or people are unknown.

    Raises
    ------
    UnknownChoiceError
        If an action names an area or a resource that the baseline does not have.
    SchemaError
        If more is taken from an area than it has, naming the action.
    """
    after = counts.astype("Int64")
    for at, action in enumerate(ledger.actions, start=1):
        _refuse_strangers(at, action, after)
        after = after + _change(action, after, people)
        _refuse_less_than_nothing(ledger, at, action, after)
    return after


def _refuse_strangers(at: int, action: Action, counts: pd.DataFrame) -> None:
    strangers = [area for area in action.areas if area not in counts.index]
    if strangers:
        message = f"Action {at} names the area {strangers[0]}, which the dataset does not have."
        raise UnknownChoiceError(message)


def _refuse_less_than_nothing(ledger: Ledger, at: int, action: Action, counts: pd.DataFrame) -> None:
    left = _long(counts.loc[list(action.areas)], "units")
    below = left[left["units"].lt(0).fillna(value=False)]
    if len(below):
        area, resource, units = below.iloc[0]
        found = f"{resource} of area {area} at {units} after {action.do!r}"
        raise SchemaError([Fault(ledger.name or FILE, at, str(resource), found, "no more taken than there is")])


def _long(counts: pd.DataFrame, value: str) -> pd.DataFrame:
    return counts.rename_axis("area_code").reset_index().melt("area_code", var_name="resource", value_name=value)


def _change(action: Action, counts: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """Return what an action adds, in the shape of `counts`: zero where it does nothing."""
    change = pd.DataFrame(0, index=counts.index, columns=counts.columns, dtype="Int64")
    if action.do == "reach":
        if action.resource not in counts:
            message = f"The dataset has no {action.resource}."
            raise UnknownChoiceError(message)
        areas = list(action.areas)
        lacking = rates.shortfall_to(action.rate, counts.loc[areas, action.resource], people.reindex(areas), PER_100K)
        # where the lack is not known nothing can be said to be reached, and nothing is added
        change.loc[lacking.dropna().index, action.resource] = lacking.dropna()
        return change
    facility = {"facilities": 1} if action.do in {"open", "close"} else {}
    units = {name: number * action.years for name, number in (facility | dict(action.units)).items() if name in counts}
    signs = {"close": (-1,), "move": (-1, 1)}.get(action.do, (1,))
    for area, sign in zip(action.areas, signs, strict=True):
        change.loc[area, list(units)] = [sign * number for number in units.values()]
    return change


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

    Areas below the benchmark `before` and `after`, with the people in them; those `closed`; those unknown both before
    and after, which are in neither; `added` units by resource; `cost` of them (None where a unit cost is missing);
    `untold`: areas an action touches whose count is unknown.
    """

    before: int
    after: int
    closed: tuple[str, ...]
    people_before: int
    people_after: int
    unknown: int
    added: Mapping[str, int]
    cost: float | None
    untold: tuple[str, ...]


def effect(
    ledger: Ledger,
    counts: pd.DataFrame,
    people: pd.Series,
    *,
    resource: str,
    benchmark: float,
    unit_costs: Mapping[str, float] | None = None,
) -> Effect:
    """
    Say what a scenario changes: gaps closed, people in them, units and money.

    Parameters
    ----------
    ledger, counts, people
        As for `apply`.
    resource, benchmark
        What is compared, with how many per 100,000; an area at the benchmark meets it. Zero is below any.
    unit_costs
        Resource -> money a unit, the user's own figures.
    """
    after = apply(ledger, counts, people)
    short = {name: _short(table[resource], people, benchmark) for name, table in (("b", counts), ("a", after))}
    known = people.reindex(counts.index).astype("Int64")
    changed = changes(counts, after)
    added = {str(name): int(part["change"].sum()) for name, part in changed.groupby("resource", sort=True)}
    costs = unit_costs or {}
    money = [costs[name] * number for name, number in added.items() if name in costs]
    cost = float(sum(money)) if len(money) == len(added) else None
    touched = list(dict.fromkeys(area for action in ledger.actions for area in action.areas))
    untold = tuple(area for area in touched if counts.loc[area, _touched(ledger, area)].isna().any())
    return Effect(
        before=int(short["b"].eq(True).sum()),  # noqa: FBT003  three answers: yes, no, not known
        after=int(short["a"].eq(True).sum()),  # noqa: FBT003
        closed=tuple(counts.index[(short["b"].eq(True) & short["a"].eq(False)).fillna(value=False)]),  # noqa: FBT003
        people_before=int(known[short["b"].fillna(value=False)].sum()),
        people_after=int(known[short["a"].fillna(value=False)].sum()),
        unknown=int(short["a"].isna().sum()),
        added=added,
        cost=cost,
        untold=untold,
    )


def _touched(ledger: Ledger, area: str) -> list[str]:
    named = {
        name
        for action in ledger.actions
        if area in action.areas
        for name in (*dict(action.units), action.resource, "facilities" if action.do in {"open", "close"} else "")
    }
    return sorted(named & set(RESOURCES))


def _short(count: pd.Series, people: pd.Series, benchmark: float) -> pd.Series:
    rate = rates.rate(count, people.reindex(count.index))
    return (rate.lt(benchmark) | rate.eq(0)).astype("boolean")


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


def digest(ledger: Ledger) -> str:
    """Return what names the content of a ledger: the first 12 hexadecimal digits of the SHA-256 of its file."""
    return hashlib.sha256(to_json(ledger).encode()).hexdigest()[:12]


def _rows(actions: Sequence[Action]) -> list[dict[str, Any]]:
    rows = [{name: value for name, value in asdict(action).items() if value not in (None, "", ())}
            for action in actions]  # fmt: skip
    for row in rows:
        row["units"] = dict(row["units"]) if "units" in row else {}
    return rows


def from_json(text: str, file: str = FILE) -> Ledger:
    """
    Read the text of a ledger.

    Raises
    ------
    SchemaError
        If it is no such text; all faults at once. `row` of a fault is the number of the action, from 1.
    """
    try:
        says = json.loads(text)
    except ValueError as error:
        raise SchemaError([Fault(file, getattr(error, "lineno", None), None, "no JSON", "a scenario")]) from error
    if not isinstance(says, dict) or says.get("format") != FORMAT or says.get("version") != VERSION:
        raise SchemaError([Fault(file, None, None, "another kind of file", f"{FORMAT}, version {VERSION}")])
    faults = _faults_of_head(says, file)
    actions: dict[str, list[Action]] = {"actions": [], "undone": []}
    for part, found in actions.items():
        rows = says.get(part, [])
        for at, row in enumerate(rows if isinstance(rows, list) else [], start=1):
            try:
                found.append(_action(row))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                faults.append(Fault(file, at, None, f"{row!r:.80} ({error})", "an action as this app exports it"))
    if faults:
        raise SchemaError(faults)
    name, dataset, build, note = (str(says.get(key, "")) for key in ("name", "dataset", "build", "note"))
    ledger = Ledger(
        name, dataset, build, says["year"], tuple(actions["actions"]), tuple(actions["undone"]), note,
        level=says.get("level", Ledger.level), asked=tuple(says.get("asked", {}).items()),
    )  # fmt: skip
    return ledger.costing(says.get("unit_costs", {}))


def _faults_of_head(says: Mapping[str, Any], file: str) -> list[Fault]:
    if not isinstance(says.get("actions"), list) or not isinstance(says.get("year"), int):
        return [Fault(file, None, None, "no actions or no year", "a scenario as this app exports it")]
    level, asked, costs = says.get("level", Ledger.level), says.get("asked", {}), says.get("unit_costs", {})
    faults = []
    if level not in LEVELS:
        faults.append(Fault(file, None, "level", repr(level), ", ".join(LEVELS)))
    if not isinstance(asked, dict) or not all(isinstance(part, str) for part in asked.values()):
        faults.append(Fault(file, None, "asked", f"{asked!r:.80}", "the parts of a link, each a text"))
    if not isinstance(costs, dict) or not all(name in RESOURCES and _is_money(one) for name, one in costs.items()):
        faults.append(Fault(file, None, "unit_costs", f"{costs!r:.80}", f"money a unit of {', '.join(RESOURCES)}"))
    return faults


def _is_money(one: object) -> bool:
    return isinstance(one, int | float) and not isinstance(one, bool) and 0 <= one < float("inf")


def _action(row: Mapping[str, Any]) -> Action:
    point = row.get("point")
    return Action(
        row["do"],
        tuple(str(area) for area in row["areas"]),
        tuple((str(name), _whole(number)) for name, number in row.get("units", {}).items()),
        _whole(row.get("years", 1)),
        str(row.get("resource", "")),
        float(row.get("rate", 0.0)),
        (float(point[0]), float(point[1])) if point else None,
        str(row.get("note", "")),
    )


def _whole(number: object) -> int:
    if not isinstance(number, int) or isinstance(number, bool):
        message = f"{number!r} is no whole number"
        raise TypeError(message)
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
