"""
What the pages of access and of equity are asked, as plain values and as the text of a link.

Pure. A text names only what differs from the first choice: `threshold-50,unit-min`; an empty one asks the first choice.
"""

from dataclasses import dataclass, fields, replace
from typing import Final, Literal, Self, get_args

from mhgis.i18n import N_

Measure = Literal["nearest", "two_step", "zones", "gaussian"]
Unit = Literal["km", "min"]
Borders = Literal["open", "closed"]
Neighbouring = Literal["queen", "nearest", "band"]
Rates = Literal["shrunken", "plain"]

MEASURE_NAMES: Final[dict[Measure, str]] = {
    "nearest": N_("Distance to the nearest"),
    "two_step": N_("Within reach, all alike (2SFCA)"),
    "zones": N_("Within reach, by zones (E2SFCA)"),
    "gaussian": N_("Within reach, falling off (Gaussian)"),
}
UNIT_NAMES: Final[dict[Unit, str]] = {"km": N_("km, straight line"), "min": N_("minutes, estimated")}
BORDERS_NAMES: Final[dict[Borders, str]] = {"open": N_("Across borders"), "closed": N_("Within the province only")}
NEIGHBOURING_NAMES: Final[dict[Neighbouring, str]] = {
    "queen": N_("Share a border or a corner"),
    "nearest": N_("The nearest areas"),
    "band": N_("Within a distance"),
}
RATES_NAMES: Final[dict[Rates, str]] = {"shrunken": N_("Steadied for small populations"), "plain": N_("As they are")}

#: the words each part may be, and the least and the most each number may be
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "measure": get_args(Measure),
    "unit": get_args(Unit),
    "borders": get_args(Borders),
    "neighbouring": get_args(Neighbouring),
    "rates": get_args(Rates),
}
LIMITS: Final[dict[str, tuple[int, int]]] = {
    "threshold": (1, 2_000),
    "catchment": (1, 1_000),
    "speed": (5, 200),
    "detour": (100, 300),
    "closed": (1, 500),
    "aversion": (1, 300),
    "k": (1, 30),
    "band": (1, 2_000),
}


@dataclass(frozen=True)
class _Question:
    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read the text of a link; None where it is not one."""
        asked: dict[str, str | int] = {}
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
            least, most = LIMITS[name]
            if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
                return None
            asked[name] = int(value)
        return replace(cls(), **asked)

    def __str__(self) -> str:
        """Return the text of a link: what differs from the first choice."""
        said = {field.name: (getattr(self, field.name), field.default) for field in fields(self)}
        return ",".join(f"{name}-{value}" for name, (value, first) in said.items() if value != first)


@dataclass(frozen=True)
class AccessQuestion(_Question):
    """
    What is asked of access.

    `threshold` is in `unit`s and says what is too far; `catchment` (km) is how far people go where what is within reach
    is measured; `borders` whether they go to another province; `speed` (km/h) and `detour` (per cent of the straight
    line) turn minutes into kilometres.
    """

    measure: Measure = "nearest"
    threshold: int = 100
    unit: Unit = "km"
    catchment: int = 100
    borders: Borders = "open"
    speed: int = 60
    detour: int = 130

    @property
    def threshold_km(self) -> float:
        """What is too far, in kilometres of straight line."""
        return self.to_km(self.threshold) if self.unit == "min" else float(self.threshold)

    @property
    def too_far_km(self) -> float:
        """Beyond which distance someone is counted as out of reach: the threshold, or the catchment."""
        return self.threshold_km if self.measure == "nearest" else float(self.catchment)

    def to_km(self, minutes: float) -> float:
        """Return the straight line that is travelled in so many minutes."""
        return minutes / 60 * self.speed / (self.detour / 100)


@dataclass(frozen=True)
class EquityQuestion(_Question):
    """
    What is asked of equity and clusters.

    `closed` is how many of the largest gaps are closed; `aversion` (per cent) that of Atkinson's index; `neighbouring`
    with `k` or `band` (km) says who is whose neighbour; `rates` whether rates of small populations are steadied.
    """

    closed: int = 5
    aversion: int = 50
    neighbouring: Neighbouring = "queen"
    k: int = 6
    band: int = 150
    rates: Rates = "shrunken"
