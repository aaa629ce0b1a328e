"""
A view and its link: what is being looked at, as plain values, and as the query string of an address.

Pure. Holds no screen and reads no file: what exists in a build comes in as an `Offer`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Final, Literal
from urllib.parse import urlencode

import pandas as pd

from mhgis.country import Country
from mhgis.errors import MhgisError
from mhgis.i18n import LANGUAGES, N_, Language
from mhgis.indicators import DEFAULT, LEVELS, REGISTRY, Level
from mhgis.measures import benchmarks
from mhgis.measures.access import AccessQuestion
from mhgis.measures.equity import EquityQuestion
from mhgis.measures.small_numbers import SureQuestion
from mhgis.planning import scenario
from mhgis.planning.alliances import AllianceQuestion
from mhgis.planning.sites import SitesQuestion
from mhgis.planning.targets import TargetQuestion
from mhgis.view import selection

NO_BENCHMARK: Final = "none"

#: the methods of `mhgis.figures.classify` that need no further input, and `auto`, which takes bands where there are any
CLASS_METHODS: Final[tuple[str, ...]] = (
    "auto",
    "benchmark_bands",
    "benchmark_ratio",
    "quantile",
    "natural_breaks",
    "equal_interval",
    "std_dev",
    "pretty",
    "logarithmic",
)


@dataclass(frozen=True)
class View:
    """
    What is being looked at. All of it is in the link, so a link opens the same view in either language.

    `dataset` is empty and `year` 0 until it is settled what a first visit shows; `area` is the selected area, at
    `level` or above it, empty for the country; `within` the province or prefecture that tables are limited to, empty
    for the whole country; `benchmark` is an id, `none` for none, empty for the one to be shown first; `sort`
    names columns, with a leading `-` for descending and a comma between two; `chosen` is the text of a
    `mhgis.view.selection.Selection`; `top` is how many rows of a list are shown, 0 for all; `near` is up to how many
    kilometres away a neighbour is next door; `versus` is the text of a `mhgis.view.compare.Other`, empty where nothing
    is compared; `swipe` is the share, in per cent from the left, that the first of two maps under a line has; `show`
    names what a page lists; `own` is the text of a benchmark of the user's own (`mhgis.measures.benchmarks.own_text`);
    `reach` and `even` are the texts of what the pages of access and of equity are asked, `sure`
    that of how sure rates have to be (`mhgis.measures.small_numbers.SureQuestion`); `plan` is the id of a
    scenario that is kept (`mhgis.planning.scenario_store`), or two with a comma between that are compared; `ally` and
    `next` are the texts of what the pages of alliances and of next sites are asked, `goal` that of targets;
    `camera` is the map's own text.
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
    sort: str = ""
    camera: str = ""
    chosen: str = ""
    top: int = 0
    near: int = 50
    versus: str = ""
    swipe: int = 50
    show: str = ""
    own: str = ""
    reach: str = ""
    even: str = ""
    sure: str = ""
    plan: str = ""
    ally: str = ""
    next: str = ""
    goal: str = ""


#: the keys of the query string, in the order in which they are written
KEYS: Final[dict[str, str]] = {
    "lang": "lang",
    "data": "dataset",
    "level": "level",
    "ind": "indicator",
    "year": "year",
    "bench": "benchmark",
    "area": "area",
    "in": "within",
    "cls": "classes",
    "f": "chosen",
    "sort": "sort",
    "top": "top",
    "near": "near",
    "vs": "versus",
    "swipe": "swipe",
    "show": "show",
    "own": "own",
    "reach": "reach",
    "even": "even",
    "sure": "sure",
    "plan": "plan",
    "ally": "ally",
    "next": "next",
    "goal": "goal",
    "cam": "camera",
}

#: written even where they are what a first visit shows: a changed default must not change an old link
_ALWAYS: Final = frozenset({"lang", "data", "level", "ind", "year", "bench"})

#: the least and the most that a number of a link may be
LIMITS: Final[dict[str, tuple[int, int]]] = {
    "year": (1, 9_999),
    "top": (1, 9_999),
    "near": (1, 5_000),
    "swipe": (0, 100),
}

#: what each part of a link is called when it cannot be used
PARTS: Final[dict[str, str]] = {
    "lang": N_("language"),
    "data": N_("dataset"),
    "level": N_("level"),
    "ind": N_("indicator"),
    "year": N_("year"),
    "bench": N_("benchmark"),
    "area": N_("area"),
    "in": N_("province"),
    "cls": N_("classes"),
    "f": N_("filter"),
    "sort": N_("order"),
    "top": N_("number of rows"),
    "near": N_("distance to a neighbour"),
    "vs": N_("comparison"),
    "swipe": N_("dividing line"),
    "show": N_("what is listed"),
    "own": N_("own benchmark"),
    "reach": N_("question about access"),
    "even": N_("question about equity"),
    "sure": N_("small numbers"),
    "plan": N_("scenario"),
    "ally": N_("question about alliances"),
    "next": N_("question about next sites"),
    "goal": N_("target"),
    "cam": N_("map position"),
}

_LONGEST: Final = 80
_LONGEST_FILTER: Final = 600
_Asked = AccessQuestion | EquityQuestion | AllianceQuestion | SitesQuestion | TargetQuestion
_QUESTIONS: Final[dict[str, type[_Asked]]] = {
    "reach": AccessQuestion, "even": EquityQuestion, "ally": AllianceQuestion, "next": SitesQuestion,
    "goal": TargetQuestion,
}  # fmt: skip
#: how two maps stand to each other
COMPARED: Final[tuple[Literal["side", "swipe"], ...]] = ("side", "swipe")
_SORT_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz_0123456789-,")
_CAMERA_LETTERS: Final = frozenset("0123456789.,-/")


@dataclass(frozen=True)
class Offer:
    """
    What one build has to choose from.

    `years` holds, by (dataset, indicator, level), each year that has rows and how many areas are known in it;
    `benchmarks` the ids by indicator, the first to be shown first; `parents` the (level, code) one step up of each
    (level, code), None for the country; `facts` are the country's: what a first visit shows, its
    languages and regions.
    """

    years: Mapping[tuple[str, str, str], Mapping[int, int]]
    benchmarks: Mapping[str, tuple[str, ...]]
    parents: Mapping[tuple[str, str], tuple[str, str] | None] = field(repr=False)
    facts: Country = field(repr=False, default_factory=Country)

    @classmethod
    def of(
        cls,
        offered: pd.DataFrame,
        benchmarks: pd.DataFrame,
        areas: pd.DataFrame,
        facts: Country | None = None,
    ) -> "Offer":
        """
        Build an offer from the tables of a published file.

        Parameters
        ----------
        offered
            `dataset_id`, `indicator`, `level`, `year`, `n_known`.
        benchmarks
            `benchmark_id`, `indicator`, in the order to offer them.
        areas
            `area_code`, `level`, `parent_code`, `parent_level`.
        facts
            What the country's pack says of it.
        """
        years: dict[tuple[str, str, str], dict[int, int]] = {}
        for dataset, indicator, level, year, known in zip(
            *(offered[name] for name in ("dataset_id", "indicator", "level", "year", "n_known")), strict=True
        ):
            if indicator in REGISTRY:
                years.setdefault((dataset, indicator, level), {})[int(year)] = int(known)
        by_indicator: dict[str, tuple[str, ...]] = {}
        for benchmark_id, indicator in zip(benchmarks["benchmark_id"], benchmarks["indicator"], strict=True):
            if indicator in REGISTRY:
                by_indicator[indicator] = (*by_indicator.get(indicator, ()), benchmark_id)
        parents = {
            (level, code): None if pd.isna(parent) else (str(parent_level), str(parent))
            for level, code, parent, parent_level in zip(
                *(areas[name] for name in ("level", "area_code", "parent_code", "parent_level")), strict=True
            )
        }
        return cls(years, by_indicator, parents, facts or Country())

    @property
    def country(self) -> str:
        """The code of the country's own row; empty where there is none."""
        return next((code for level, code in self.parents if level == "country"), "")

    def datasets(self) -> tuple[str, ...]:
        """Return the datasets that have rows."""
        return tuple(dict.fromkeys(dataset for dataset, _, _ in self.years))

    def indicators(self, dataset: str) -> tuple[str, ...]:
        """Return the indicators a dataset has rows of, in the registry's order."""
        found = {indicator for d, indicator, _ in self.years if d == dataset}
        return tuple(indicator for indicator in REGISTRY if indicator in found)

    def levels(self, dataset: str, indicator: str) -> tuple[Level, ...]:
        """Return the levels below the country at which an indicator of a dataset has rows."""
        return tuple(level for level in LEVELS[1:] if (dataset, indicator, level) in self.years)

    def known_years(self, dataset: str, indicator: str, level: str) -> tuple[int, ...]:
        """Return the years in which at least one area is known, or all years with rows if there is none; ascending."""
        years = self.years.get((dataset, indicator, level), {})
        return tuple(sorted(year for year, known in years.items() if known)) or tuple(sorted(years))

    def chain(self, level: str, code: str) -> tuple[tuple[str, str], ...]:
        """Return an area and all that hold it, from itself up to the country; empty if there is no such area."""
        found: list[tuple[str, str]] = []
        at: tuple[str, str] | None = (level, code) if (level, code) in self.parents else None
        while at is not None:
            found.append(at)
            at = self.parents.get(at)
        return tuple(found)


def level_of(offer: Offer, code: str, level: Level) -> Level | None:
    """
    Return the level of a code as seen at `level`: that level if it has such an area, else the highest above it.

    A code may stand at two levels (Beijing is a province and a prefecture row). None if no such level has it.
    """
    above = LEVELS[: LEVELS.index(level)]
    return next((at for at in (level, *above) if (at, code) in offer.parents), None)


@dataclass(frozen=True)
class Reading:
    """A view read from a link, and the parts of the link (keys of `PARTS`) that could not be used."""

    view: View
    ignored: tuple[str, ...]


def parse(query: Mapping[str, str], offer: Offer, lang: Language) -> Reading:
    """
    Read a view from a query string; what cannot be used is left out and named, never an error.

    Parameters
    ----------
    query
        Keys as in `KEYS`; unknown keys are not ours and are let be.
    offer
        What the build has.
    lang
        The language where the link names none.
    """
    ignored: list[str] = []
    wanted: dict[str, str | int] = {"lang": lang}
    for key, attribute in KEYS.items():
        if key not in query:
            continue
        value = _plain(key, query[key])
        if key == "area" and value == offer.country:
            value = ""
        if value is None:
            ignored.append(key)
        else:
            wanted[attribute] = value
    first = View(level=offer.facts.start.level, indicator=offer.facts.start.indicator)
    asked = replace(first, **wanted)  # type: ignore[arg-type]
    view = settle(asked, offer)
    for key, attribute in KEYS.items():
        if attribute in wanted and key in query and getattr(view, attribute) != wanted[attribute]:
            ignored.append(key)
    return Reading(view, tuple(dict.fromkeys(ignored)))


def _plain(key: str, text: str) -> str | int | None:
    # the checks that need no build: a word of a fixed list, a number, an alphabet
    if len(text) > (_LONGEST_FILTER if key in {"f", "own", *_QUESTIONS} else _LONGEST):
        return None
    fixed: dict[str, tuple[str, ...]] = {
        "lang": LANGUAGES, "level": LEVELS[1:], "ind": tuple(REGISTRY), "cls": CLASS_METHODS,
    }  # fmt: skip
    if key in fixed:
        return text if text in fixed[key] else None
    if key in LIMITS:
        least, most = LIMITS[key]
        return int(text) if text.isascii() and text.isdigit() and least <= int(text) <= most else None
    checks: dict[str, Callable[[str], str | None]] = {"f": _selection, "plan": _plan, "sure": _sure}
    if key in checks or key in _QUESTIONS:
        return checks[key](text) if key in checks else _question(key, text)
    if key == "own":
        indicator = text.partition(";")[0]
        return text if indicator in REGISTRY and benchmarks.own(text, indicator) else None
    letters = {"sort": _SORT_LETTERS, "vs": _SORT_LETTERS, "show": _SORT_LETTERS, "cam": _CAMERA_LETTERS}.get(key)
    return text if letters is None or set(text) <= letters else None


def _question(key: str, text: str) -> str | None:
    asked = _QUESTIONS[key].parse(text)
    return None if asked is None else str(asked)


def _sure(text: str) -> str | None:
    asked = SureQuestion.parse(text)
    return None if asked is None else str(asked)


def _plan(text: str) -> str | None:
    return text if all(scenario.ID.fullmatch(one) for one in text.split(",", 1)) else None


def _selection(text: str) -> str | None:
    try:
        return str(selection.parse(text))
    except MhgisError:
        return None


def settle(view: View, offer: Offer) -> View:
    """
    Return the nearest view that this build can show: each choice in turn made to fit the ones before it.

    The dataset comes first, then the indicator, the level, the year, the benchmark and the areas. A choice that fits is
    kept. A year that does not fit becomes the latest that is known, an area below the level the one that holds it.
    """
    dataset = view.dataset if view.dataset in offer.datasets() else _first(offer.datasets(), offer.facts.start.dataset)
    indicator = view.indicator if view.indicator in offer.indicators(dataset) else offer.facts.start.indicator
    levels = offer.levels(dataset, indicator)
    level = view.level if view.level in levels else _nearest(view.level, levels)
    years = offer.years.get((dataset, indicator, level), {})
    known = offer.known_years(dataset, indicator, level)
    wanted = view.year or offer.facts.start.year
    year = wanted if wanted in years else (known[-1] if known else offer.facts.start.year)
    lang = view.lang if view.lang in offer.facts.languages else offer.facts.languages[0]
    settled = replace(view, dataset=dataset, indicator=indicator, level=level, year=year, lang=lang)
    return replace(
        settled,
        benchmark=_benchmark_of(offer, view.benchmark, indicator, view.own),
        area=_area_at(offer, view.area, level),
        within=_within_at(offer, view.within, level),
        chosen=_chosen_of(offer, view.chosen),
        versus=view.versus if _is_offered(offer, view.versus) else "",
    )


def _is_offered(offer: Offer, versus: str) -> bool:
    # the text of a `mhgis.view.compare.Other`; one of another level or year is made to fit where it is drawn
    mode, dataset, indicator, year, *rest = [*versus.split(","), "", "", ""]
    names_both = dataset in offer.datasets() and indicator in REGISTRY
    return mode in COMPARED and names_both and year.isascii() and year.isdigit() and not any(rest)


def _chosen_of(offer: Offer, text: str) -> str:
    # a province or a region that the build does not have limits nothing
    if not text:
        return text
    asked = selection.parse(text)
    known = {"province": {code for level, code in offer.parents if level == "province"}, "region": offer.facts.regions}
    choices = {
        key: tuple(value for value in values if key not in known or value in known[key])
        for key, values in asked.choices
    }
    return str(selection.select({column: str(condition) for column, condition in asked.numbers}, choices))


def _benchmark_of(offer: Offer, wanted: str, indicator: str, own: str) -> str:
    mine = (benchmarks.OWN,) if benchmarks.own(own, indicator) else ()
    choices = (*mine, *offer.benchmarks.get(indicator, ()), NO_BENCHMARK)
    return wanted if wanted in choices else choices[0]


def _first(found: tuple[str, ...], preferred: str) -> str:
    return preferred if preferred in found or not found else found[0]


def _nearest(level: Level, levels: tuple[Level, ...]) -> Level:
    if not levels:
        return View.level
    at = LEVELS.index(level)
    return min(levels, key=lambda other: (abs(LEVELS.index(other) - at), LEVELS.index(other)))


def _area_at(offer: Offer, code: str, level: Level) -> str:
    if code in {"", offer.country}:
        return ""
    if level_of(offer, code, level) is not None:
        return code
    allowed = LEVELS[: LEVELS.index(level) + 1]
    for below in LEVELS[LEVELS.index(level) + 1 :]:
        for at, holder in offer.chain(below, code):
            if at in allowed:
                return "" if at == "country" else holder
    return ""


def _within_at(offer: Offer, code: str, level: Level) -> str:
    if ("province", code) in offer.parents:
        return code
    if level == "county" and ("prefecture", code) in offer.parents:
        return code
    return next((c for at, c in offer.chain("prefecture", code) if at == "province"), "")


def to_query(view: View) -> dict[str, str]:
    """
    Return the query string of a view, as a dict in a fixed order.

    The language, dataset, level, indicator, year and benchmark are always written; the rest where it differs from
    what a first visit shows.
    """
    plain = {f.name: f.default for f in fields(View)}
    written = {}
    for key, attribute in KEYS.items():
        value = getattr(view, attribute)
        if key in _ALWAYS or value != plain[attribute]:
            written[key] = str(value)
    return written


def to_link(address: str, view: View) -> str:
    """Return the address of a page with the query string that opens this view."""
    return f"{address.split('?', 1)[0]}?{urlencode(to_query(view), safe=',/:;')}"


def language_of(locale: str | None) -> Language:
    """Return the language for a browser's locale such as `zh-CN`: Chinese for any Chinese one, else English."""
    return "zh" if (locale or "").lower().startswith("zh") else "en"
