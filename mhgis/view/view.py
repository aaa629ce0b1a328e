"""
A view: what is being looked at, each part as what it means and never as the text of a link.

Pure. How a link is read and written: `mhgis.view.links`.
"""

from dataclasses import dataclass, field
from typing import Final, Literal, Self, get_args

from mhgis.i18n import Language
from mhgis.indicators import DEFAULT, Level
from mhgis.measures.access import AccessQuestion
from mhgis.measures.benchmarks import Benchmark, Own
from mhgis.measures.equity import EquityQuestion
from mhgis.measures.gaps import SortKey
from mhgis.measures.small_numbers import SureQuestion
from mhgis.planning.alliances import AllianceQuestion
from mhgis.planning.sites import SitesQuestion
from mhgis.planning.targets import TargetQuestion
from mhgis.view.selection import Selection

#: how two maps stand to each other: beside, or one over the other under a line
Mode = Literal["side", "swipe"]
MODES: Final[tuple[Mode, ...]] = get_args(Mode)
#: what the map of a model shows: how likely its areas are to be short, or their values
Shade = Literal["chance", "value"]
SHADES: Final[tuple[Shade, ...]] = get_args(Shade)
_SEPARATOR: Final = ","


@dataclass(frozen=True)
class Other:
    """
    What the second map shows, and whether it stands beside the first or lies under it, to be swiped.

    `written` is the text of the link it was read from, where that is not the one that would be written today.
    """

    mode: Mode
    dataset: str
    indicator: str
    year: int
    written: str = field(default="", compare=False, repr=False)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read the text of a link, such as `side,a-dataset,facilities,2010`; None where it is not one."""
        said, dataset, indicator, year, *rest = [*text.split(_SEPARATOR), "", "", ""]
        mode = next((mode for mode in MODES if mode == said), None)
        if mode is None or not (year.isascii() and year.isdigit()) or any(rest):
            return None
        other = cls(mode, dataset, indicator, int(year))
        return other if str(other) == text else cls(mode, dataset, indicator, int(year), text)

    def __str__(self) -> str:
        """Return the text of a link."""
        return self.written or _SEPARATOR.join([self.mode, self.dataset, self.indicator, str(self.year)])


@dataclass(frozen=True)
class Camera:
    """Where the map looks, as it says it itself: longitude and latitude in degrees, and zoom; empty for all of it."""

    text: str = ""

    @classmethod
    def to(cls, lon: float, lat: float, zoom: float) -> Self:
        """Return the camera that looks there, to some ten metres."""
        return cls(f"{lon:.4f},{lat:.4f},{zoom:.3f}")

    @property
    def at(self) -> tuple[float, float, float] | None:
        """Longitude, latitude and zoom; None where nothing is said that is a place."""
        try:
            lon, lat, zoom = (float(part) for part in self.text.split(_SEPARATOR))
        except ValueError:
            return None
        return lon, lat, zoom

    def __str__(self) -> str:
        """Return the text of a link."""
        return self.text


@dataclass(frozen=True)
class View:
    """
    What is being looked at. All of it is in the link, so a link opens the same view in either language.

    `dataset` is empty and `year` 0 until it is settled what a first visit shows; `area` is the selected area, at
    `level` or above it, empty for the country; `within` the province or prefecture that tables are limited to, empty
    for the whole country; `benchmark` is an id, `none` for none, empty for the one to be shown first; `sort` orders
    tables, the first key first; `chosen` limits lists; `top` is how many rows of a list are shown, 0 for all; `near` is
    up to how many kilometres away a neighbour is next door; `versus` is what is compared with; `swipe` is the share, in
    per cent from the left, that the first of two maps under a line has; `show` names what a page lists; `own` is a
    benchmark of the user's own. What the pages are asked: `reach` of access, `even` of equity, `ally` of alliances,
    `next` of next sites, `goal` of targets; `sure` says how sure rates have to be; `shade` what a model's map shows.
    `plan` are the ids of the scenario that is kept (`mhgis.planning.scenario_store`), and of the one that it is
    compared with.
    """

    dataset: str = ""
    level: Level = "province"
    area: str = ""
    within: str = ""
    indicator: str = DEFAULT
    year: int = 0
    benchmark: str = ""
    lang: Language = "en"
    classes: str = "auto"
    shade: Shade = "chance"
    sort: tuple[SortKey, ...] = ()
    camera: Camera = Camera()
    chosen: Selection = field(default=Selection())
    top: int = 0
    near: int = 50
    versus: Other | None = None
    swipe: int = 50
    show: tuple[str, ...] = ()
    own: Own | None = None
    reach: AccessQuestion = field(default=AccessQuestion())
    even: EquityQuestion = field(default=EquityQuestion())
    sure: SureQuestion = field(default=SureQuestion())
    plan: tuple[str, ...] = ()
    ally: AllianceQuestion = field(default=AllianceQuestion())
    next: SitesQuestion = field(default=SitesQuestion())
    goal: TargetQuestion = field(default=TargetQuestion())

    def own_of(self, indicator: str) -> Benchmark | None:
        """Return the user's own benchmark where it is one of this indicator."""
        return self.own.benchmark if self.own and self.own.benchmark.indicator == indicator else None
