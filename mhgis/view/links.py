"""
The link of a view: the query string of an address read into a `mhgis.view.view.View`, and written from one.

Pure. Holds no screen and reads no file: what exists in a build comes in as an `Offer`. Every part of a link is read
here, once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final
from urllib.parse import urlencode

import pandas as pd

from mhgis.country import Country
from mhgis.errors import MhgisError
from mhgis.i18n import LANGUAGES, N_, Language
from mhgis.indicators import LEVELS, REGISTRY, Level
from mhgis.measures import benchmarks, gaps
from mhgis.measures.access import AccessQuestion
from mhgis.measures.equity import EquityQuestion
from mhgis.measures.question import Between, Question, Words
from mhgis.measures.small_numbers import SureQuestion
from mhgis.planning import scenario
from mhgis.planning.alliances import AllianceQuestion
from mhgis.planning.sites import SitesQuestion
from mhgis.planning.targets import TargetQuestion
from mhgis.view import selection
from mhgis.view.selection import Selection
from mhgis.view.view import SHADES, Camera, Other, View

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
    "shade": "shade",
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
    "shade": N_("map of a model"),
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
_QUESTIONS: Final[dict[str, type[Question]]] = {
    "reach": AccessQuestion, "even": EquityQuestion, "sure": SureQuestion, "ally": AllianceQuestion,
    "next": SitesQuestion, "goal": TargetQuestion,
}  # fmt: skip
#: keys of which a link may say more; how sure rates have to be is said in few words
_LONG: Final = {"f", "own", *_QUESTIONS} - {"sure"}
_SORT_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz_0123456789-,")
_CAMERA_LETTERS: Final = frozenset("0123456789.,-/")
_LETTERS: Final = {"sort": _SORT_LETTERS, "vs": _SORT_LETTERS, "show": _SORT_LETTERS, "cam": _CAMERA_LETTERS}
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "lang": LANGUAGES, "level": LEVELS[1:], "ind": tuple(REGISTRY), "cls": CLASS_METHODS, "shade": SHADES,
}  # fmt: skip
#: a part that is compared with nothing
_NOTHING: Final = ""


class _UnusableError(MhgisError, ValueError):
    """A part of a link that cannot be used."""


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
    wanted: dict[str, Any] = {"lang": lang}
    for key, attribute in KEYS.items():
        if key not in query:
            continue
        try:
            wanted[attribute] = _value(key, query[key])
        except MhgisError:
            ignored.append(key)
    if wanted.get("area") == offer.country:
        wanted["area"] = ""
    first = View(level=offer.facts.start.level, indicator=offer.facts.start.indicator)
    view = settle(replace(first, **wanted), offer)
    for key, attribute in KEYS.items():
        if attribute in wanted and key in query and getattr(view, attribute) != wanted[attribute]:
            ignored.append(key)
    return Reading(view, tuple(dict.fromkeys(ignored)))


def _value(key: str, text: str) -> Any:  # noqa: ANN401 - the types are those of `View`
    # what needs no build: a word of a fixed list, a number, an alphabet, a question
    if len(text) > (_LONGEST_FILTER if key in _LONG else _LONGEST) or not set(text) <= _LETTERS.get(key, set(text)):
        raise _UnusableError(text)
    if key == "vs" and text == _NOTHING:
        return None
    read: Callable[[str], Any] = _READERS.get(key, str)
    if key in LIMITS:
        read = Between(*LIMITS[key]).read
    elif key in _WORDS:
        read = Words(_WORDS[key]).read
    elif key in _QUESTIONS:
        read = _QUESTIONS[key].parse
    value = read(text)
    if value is None:
        raise _UnusableError(text)
    return value


def _own(text: str) -> benchmarks.Own | None:
    own = benchmarks.Own.parse(text)
    return own if own and own.benchmark.indicator in REGISTRY else None


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def _plan(text: str) -> tuple[str, ...] | None:
    ids = tuple(text.split(",", 1))
    return ids if all(map(scenario.ID.fullmatch, ids)) else None


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "f": selection.parse, "own": _own, "plan": _plan, "sort": gaps.parse_order, "show": _tokens, "vs": Other.parse,
    "cam": Camera,
}  # fmt: skip


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
        benchmark=_benchmark_of(offer, view, indicator),
        area=_area_at(offer, view.area, level),
        within=_within_at(offer, view.within, level),
        chosen=_chosen_of(offer, view.chosen),
        versus=view.versus if view.versus and _is_offered(offer, view.versus) else None,
    )


def _is_offered(offer: Offer, other: Other) -> bool:
    # one of another level or year is made to fit where it is drawn
    return other.dataset in offer.datasets() and other.indicator in REGISTRY


def _chosen_of(offer: Offer, asked: Selection) -> Selection:
    # a province or a region that the build does not have limits nothing
    known = {"province": {code for level, code in offer.parents if level == "province"}, "region": offer.facts.regions}
    there = (
        (key, tuple(value for value in values if key not in known or value in known[key]))
        for key, values in asked.choices
    )
    return replace(asked, choices=tuple((key, values) for key, values in there if values))


def _benchmark_of(offer: Offer, view: View, indicator: str) -> str:
    mine = (benchmarks.OWN,) if view.own_of(indicator) else ()
    choices = (*mine, *offer.benchmarks.get(indicator, ()), NO_BENCHMARK)
    return view.benchmark if view.benchmark in choices else choices[0]


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
            written[key] = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return written


def to_link(address: str, view: View) -> str:
    """Return the address of a page with the query string that opens this view."""
    return f"{address.split('?', 1)[0]}?{urlencode(to_query(view), safe=',/:;')}"


def language_of(locale: str | None) -> Language:
    """Return the language for a browser's locale such as `zh-CN`: Chinese for any Chinese one, else English."""
    return "zh" if (locale or "").lower().startswith("zh") else "en"
