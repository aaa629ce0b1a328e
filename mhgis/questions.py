"""
What the pages of access, of equity and of next sites are asked, as plain values and as the text of a link.

Pure. A text names only what differs from the first choice: `threshold-50,unit-min`; an empty one asks the first choice.
"""

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, Self, get_args
from urllib.parse import quote, unquote

from mhgis.i18n import N_

Measure = Literal["nearest", "two_step", "zones", "gaussian", "own"]
Unit = Literal["km", "min"]
Borders = Literal["open", "closed"]
Neighbouring = Literal["queen", "nearest", "band"]
Rates = Literal["shrunken", "plain"]
Statistic = Literal["moran", "star"]
Goal = Literal["covered", "mean", "fewest", "worst"]
Part = Literal["plan", "exist", "models"]
Leading = Literal["enough", "any"]
Room = Literal["kept", "ignored"]

MEASURE_NAMES: Final[dict[Measure, str]] = {
    "nearest": N_("Distance to the nearest"),
    "two_step": N_("Within reach, all alike (2SFCA)"),
    "zones": N_("Within reach, by zones (E2SFCA)"),
    "gaussian": N_("Within reach, falling off (Gaussian)"),
    "own": N_("Within reach, by steps of your own"),
}
UNIT_NAMES: Final[dict[Unit, str]] = {"km": N_("km, straight line"), "min": N_("minutes, estimated")}
BORDERS_NAMES: Final[dict[Borders, str]] = {"open": N_("Across borders"), "closed": N_("Within the province only")}
NEIGHBOURING_NAMES: Final[dict[Neighbouring, str]] = {
    "queen": N_("Share a border or a corner"),
    "nearest": N_("The nearest areas"),
    "band": N_("Within a distance"),
}
STATISTIC_NAMES: Final[dict[Statistic, str]] = {
    "moran": N_("Alike or apart (local Moran)"),
    "star": N_("Hot and cold spots (Getis-Ord Gi*)"),
}
RATES_NAMES: Final[dict[Rates, str]] = {"shrunken": N_("Steadied for small populations"), "plain": N_("As they are")}

GOAL_NAMES: Final[dict[Goal, str]] = {
    "covered": N_("Most people within reach"),
    "mean": N_("Least mean distance"),
    "fewest": N_("Fewest sites for a share of people"),
    "worst": N_("Least worst distance"),
}

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

#: the words each part may be, and the least and the most each number may be
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "measure": get_args(Measure),
    "unit": get_args(Unit),
    "borders": get_args(Borders),
    "neighbouring": get_args(Neighbouring),
    "rates": get_args(Rates),
    "statistic": get_args(Statistic),
    "goal": get_args(Goal),
    "part": get_args(Part),
    "lead": get_args(Leading),
    "room": get_args(Room),
}
LIMITS: Final[dict[str, tuple[int, int]]] = {
    "threshold": (1, 2_000),
    "catchment": (1, 1_000),
    "speed": (5, 200),
    "detour": (100, 300),
    "floor": (1, 1_000),
    "closed": (1, 500),
    "aversion": (1, 300),
    "k": (1, 30),
    "band": (1, 2_000),
    "sites": (1, 500),
    "reach": (5, 400),
    "share": (1, 100),
    "weight": (100, 1_000),
    "quota": (0, 500),
    "beds": (0, 5_000),
    "by": (1_990, 2_100),
    "aim": (0, 1_000_000_000),
    "vertical": (1, 1_000),
    "horizontal": (1, 3_000),
    "remote": (1, 10_000),
    "size": (1, 5_000),
    "load": (1, 1_000),
}
#: parts that name areas or a region: codes with a dot between them
_CODES: Final = frozenset({"forced", "forbidden"})
_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,20}", re.ASCII)
MOST_CODES: Final = 40

#: steps of the weights of a user's own: each up to a distance or time, and the weight in per cent
STEPS: Final = "30:100/60:60/100:20"
MOST_STEPS: Final = 12
_STEP: Final = re.compile(r"([1-9]\d{0,3}):(\d{1,3})", re.ASCII)
#: what is kept of a user's, by id (`mhgis.importing.travel_tables`)
KEPT_ID: Final = re.compile(r"[0-9a-f]{12}", re.ASCII)
_LONGEST_SITE: Final = 120


def steps_of(text: str) -> tuple[tuple[int, int], ...] | None:
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


#: parts that are texts, and whether a text is one
_TEXTS: Final[dict[str, Callable[[str], bool]]] = {
    "steps": lambda text: steps_of(text) is not None,
    "matrix": lambda text: KEPT_ID.fullmatch(text) is not None,
    "points": lambda text: KEPT_ID.fullmatch(text) is not None,
    "site": lambda text: 0 < len(text) <= _LONGEST_SITE and text.isprintable(),
}


@dataclass(frozen=True)
class _Question:
    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read the text of a link; None where it is not one."""
        asked: dict[str, Any] = {}
        known = {field.name for field in fields(cls)}
        for part in text.split(",") if text else ():
            name, _, value = part.partition("-")
            if name not in known or name in asked:
                return None
            if name in _WORDS:
                if value not in _WORDS[name]:
                    return None
                asked[name] = value
                continue
            if name in _CODES or name == "region":
                codes = tuple(value.split("."))
                if not all(map(_CODE.fullmatch, codes)) or len(codes) > (MOST_CODES if name in _CODES else 1):
                    return None
                asked[name] = codes if name in _CODES else value
                continue
            if name in _TEXTS:
                if not _TEXTS[name](unquote(value)):
                    return None
                asked[name] = unquote(value)
                continue
            least, most = LIMITS[name]
            if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
                return None
            asked[name] = int(value)
        return replace(cls(), **asked)

    def __str__(self) -> str:
        """Return the text of a link: what differs from the first choice."""
        said = {field.name: (getattr(self, field.name), field.default) for field in fields(self)}
        texts = {
            name: ".".join(value) if isinstance(value, tuple) else quote(str(value), safe=":/")
            for name, (value, first) in said.items()
            if value != first
        }
        return ",".join(f"{name}-{text}" for name, text in texts.items())


@dataclass(frozen=True)
class AccessQuestion(_Question):
    """
    What is asked of access.

    `threshold` is in `unit`s and says what is too far; `catchment` is how far people go where what is within reach is
    measured; `borders` whether they go to another province; `speed` (km/h) and `detour` (per cent of the straight line)
    turn minutes into kilometres. `floor` is how many units for 100,000 people are too few; `steps` the weights of the
    measure `own`. `matrix` and `points` are ids of what a user supplied (`mhgis.importing.travel_tables`): with a
    matrix, threshold, catchment and steps are in its unit. `site` is the place of care whose catchment is shown.
    """

    measure: Measure = "nearest"
    threshold: int = 100
    unit: Unit = "km"
    catchment: int = 100
    borders: Borders = "open"
    speed: int = 60
    detour: int = 130
    floor: int = 10
    steps: str = STEPS
    matrix: str = ""
    points: str = ""
    site: str = ""

    @property
    def is_of_reach(self) -> bool:
        """Say whether units within reach are asked for, not the distance to the nearest."""
        return self.measure != "nearest"

    @property
    def radius(self) -> int:
        """How far people go where what is within reach is measured: the catchment, or the last step."""
        found = steps_of(self.steps) if self.measure == "own" else None
        return found[-1][0] if found else self.catchment

    @property
    def threshold_km(self) -> float:
        """What is too far, in kilometres of straight line."""
        return self.to_km(self.threshold) if self.unit == "min" else float(self.threshold)

    def to_km(self, minutes: float) -> float:
        """Return the straight line that is travelled in so many minutes."""
        return minutes / 60 * self.speed / (self.detour / 100)


@dataclass(frozen=True)
class EquityQuestion(_Question):
    """
    What is asked of equity and clusters.

    `closed` is how many of the largest gaps are closed; `aversion` (per cent) that of Atkinson's index; `neighbouring`
    with `k` or `band` (km) says who is whose neighbour; `rates` whether rates of small populations are steadied;
    `statistic` what tells a cluster.
    """

    closed: int = 5
    aversion: int = 50
    neighbouring: Neighbouring = "queen"
    k: int = 6
    band: int = 150
    rates: Rates = "shrunken"
    statistic: Statistic = "moran"


@dataclass(frozen=True)
class SitesQuestion(_Question):
    """
    What is asked of next sites.

    `sites` new ones within `reach` (km) of whom they serve, for a `goal`; `share` (per cent of people) is that of the
    goal `fewest`. People of areas below the benchmark count `weight` per cent of others. `quota` is the most in one
    province, 0 for no limit; `beds` what one site holds, 0 for enough for all who reach it. `region` limits the place
    to one region; `forced` and `forbidden` are codes of areas that get a site, or none.
    """

    goal: Goal = "covered"
    sites: int = 10
    reach: int = 100
    share: int = 95
    borders: Borders = "open"
    weight: int = 100
    quota: int = 0
    beds: int = 0
    region: str = ""
    forced: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class TargetQuestion(_Question):
    """What is asked of targets: `aim`, hundredths of a unit (0 = the benchmark), `by` the end of a year."""

    by: int = 2030
    aim: int = 0


@dataclass(frozen=True)
class AllianceQuestion(_Question):
    """
    What is asked of alliances: the part of the page, and the rules of the planner (`mhgis.planning.alliances.plan`).

    `vertical`, `horizontal` and `remote` are km: how far a hub of the same prefecture, of the same province (anywhere,
    where `borders` are open) and any hub may be. `lead` says which areas can be hubs, `size` how many beds one has at
    least. A hub supports `load` thousand people for each of its psychiatrists, its own people first; `room` says
    whether that limits whom it is given.
    """

    part: Part = "plan"
    vertical: int = 100
    horizontal: int = 300
    remote: int = 1_500
    borders: Borders = "closed"
    lead: Leading = "enough"
    size: int = 50
    load: int = 100
    room: Room = "kept"
