"""
Figures on a page: the map, tables and charts, each with what it shows and where it comes from.

Puts together what the pure modules compute; computes nothing of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from mhgis import formats, indicators, store
from mhgis.country import say
from mhgis.exports import listing
from mhgis.figures import classify
from mhgis.formats import plain
from mhgis.i18n import N_, Language, translator
from mhgis.indicators import Indicator, Level
from mhgis.measures import benchmarks, gaps, intervals, known_in_part, neighbours, small_numbers, year_warnings
from mhgis.measures.drawn import CHANCES, DrawnTally
from mhgis.measures.gaps import SortKey
from mhgis.measures.small_numbers import SureQuestion
from mhgis.queries import area, facilities, names, people, sources, tables
from mhgis.queries import drawn as draws
from mhgis.queries.benchmarks import listed
from mhgis.queries.names import dataset_titles, is_imported, is_modelled
from mhgis.ui.map import ClassStyle, Details, Facility, Layer, MapEvent, Mode, choropleth, wire_order
from mhgis.ui.part import session as views
from mhgis.ui.part.drawer import drawer
from mhgis.view import drill
from mhgis.view.links import level_of
from mhgis.view.view import View
from mhgis.words import provenance, sentences
from mhgis.words.provenance import About
from mhgis.words.sentences import Scene

#: breaks of the probability of no facility, in per cent
PROBABILITY_EDGES: Final = (5, 25, 50, 75, 95)
#: a table up to so many rows is shown in full, a longer one scrolls within so many pixels
_ROWS_IN_FULL: Final = 40
_TABLE_PX: Final = 600
#: frames of ranked areas kept in memory
_RANKED_KEPT: Final = 64
#: values of benchmarks kept in memory
_BENCHMARKS_KEPT: Final = 512
#: facilities of datasets kept as points, and how many a map can show at once
_FACILITIES_KEPT: Final = 16
_POINTS_SHOWN: Final = 5_000
#: what a question about small numbers can change of a row
_ASKED: Final = ("value", "raw", "lower", "upper", "status", "people", "people_otherwise", "origin_id")

#: the columns of a table of areas, in order: heading by name; the value is headed by its indicator
HEADINGS: Final[dict[str, str]] = {
    "rank": N_("Rank"),
    "rank_low": N_("Rank, from"),
    "rank_high": N_("Rank, to"),
    "name": N_("Area"),
    "holder": N_("Lies in"),
    "p_short": N_("Short in, % of draws"),
    "p_zero": N_("None in, % of draws"),
    "value": "",
    "raw": N_("As counted"),
    "low": N_("From, by other people counts"),
    "high": N_("To, by other people counts"),
    "lower": N_("5 %"),
    "upper": N_("95 %"),
    "benchmark": N_("Benchmark"),
    "ratio": N_("Ratio"),
    "units_lacking": N_("Units lacking, net"),
    "lacking_low": N_("Units lacking, 5 %"),
    "lacking_high": N_("Units lacking, 95 %"),
    "units_lacking_in_parts": N_("Units lacking, sum of parts"),
    "parts_reason": N_("About the sum of parts"),
    "people": N_("People"),
    "at_least": N_("Counted so far, at least"),
    "parts_known": N_("Counties that are counted"),
    "parts": N_("Counties in all"),
    "reason": N_("Finding"),
    "outcome": N_("Given its band"),
    "status": N_("Status"),
    "value_year": N_("Year of the figure"),
    "benchmarks_short": N_("Benchmarks missed"),
    "benchmarks_tried": N_("Benchmarks compared"),
    "service": N_("Neighbour test"),
    "nearest": N_("Nearest area with any"),
    "distance_km": N_("Distance, km"),
    "area_code": N_("Code"),
}


#: what a heading says when it is pointed at
HELP: Final[dict[str, str]] = {
    "units_lacking": N_("What the area as a whole lacks: a surplus in one part fills the gap of another."),
    "units_lacking_in_parts": N_(
        "What each part lacks by itself, added up: no part's surplus fills another's gap. It adds up over levels."
    ),
    "ratio": N_("The value divided by the benchmark; 1 = reached."),
    "raw": N_("The rate as counted, before it was steadied for small populations."),
    "low": N_("Lower end of the band that the rate has by the people of either source."),
    "high": N_("Upper end of the band that the rate has by the people of either source."),
    "at_least": N_("What the counties have that the file knows of; the others are not known, and not zero."),
    "outcome": N_("Below or above the benchmark with the whole band or range; otherwise it cannot be told."),
    "benchmarks_short": N_("Under how many of the listed benchmarks the area falls short."),
    "benchmarks_tried": N_("How many listed benchmarks are meant for the area's region."),
    "distance_km": N_("Straight line between points inside the two areas, not by road."),
}
#: the same where the figures are a model's
HELP_OF_DRAWS: Final[dict[str, str]] = {
    "value": N_("The mean of the model's draws: means add up to the published totals, and may lie beyond 5-95 %."),
    "rank_low": N_(
        "Between these two places the area lies in 90 % of the draws; 1 = furthest short. Areas that are equal in a "
        "draw share the middle of their places."
    ),
    "p_short": N_("In how many of a hundred draws of the model the area is short of the benchmark."),
    "p_zero": N_("In how many of a hundred draws of the model the area has nothing at all."),
    "units_lacking": N_("Worked out in each draw; the means add up to the total above the list."),
    "units_lacking_in_parts": N_("The means of what each county lacks, added up: no surplus fills another's gap."),
}
_HEADINGS_OF_DRAWS: Final[dict[str, str]] = {
    "rank": N_("Likeliest short first"),
    "lower": N_("5 % of draws"),
    "upper": N_("95 % of draws"),
    "units_lacking": N_("Units lacking, mean"),
    "units_lacking_in_parts": N_("Units lacking, sum of counties"),
    "reason": N_("By the draws"),
}
#: what a table of a model does not show: a place for each area, and the finding twice
_SILENT_OF_DRAWS: Final = ("rank", "outcome")

#: columns that are ordered by others, so that both languages have one order
_ORDERED_BY: Final = {"name": "name_en", "holder": "province_code", "nearest": "nearest_code"}
_WHOLE: Final = (
    "units_lacking", "units_lacking_in_parts", "people", "rank", "benchmarks_short", "benchmarks_tried",
    "at_least", "parts_known", "parts", "rank_low", "rank_high", "lacking_low", "lacking_high",
)  # fmt: skip


def indicator_of(view: View) -> Indicator:
    """Return the indicator of a view."""
    return indicators.get(view.indicator)


def benchmark_of(view: View) -> float | None:
    """Return the value of the view's benchmark, None where none is chosen."""
    if view.benchmark == benchmarks.OWN:
        own = view.own_of(view.indicator)
        return None if own is None else own.value
    return _benchmark(store.fingerprint(), view.indicator, view.benchmark)


@lru_cache(maxsize=_BENCHMARKS_KEPT)
def _benchmark(build: str, indicator: str, benchmark: str) -> float | None:
    del build  # part of the key only
    rows = listed(indicator)
    chosen = rows.loc[rows["benchmark_id"].eq(benchmark), "value"]
    return None if chosen.empty else float(chosen.iloc[0])


@lru_cache(maxsize=_RANKED_KEPT)
def _ranked(
    build: str, shown: tuple[str, Level, int, str], benchmark: float | None, sure: SureQuestion
) -> pd.DataFrame:
    del build  # part of the key only
    dataset, level, year, name = shown
    indicator = indicators.get(name)
    # another benchmark asks the published file nothing new
    view = View(dataset, level, indicator=name, year=year, sure=sure)
    found = with_draws(gaps.rank(values(view), indicator, benchmark), view, benchmark)
    return small_numbers.judge(found, indicator, benchmark, hidden=sure.hidden)


def with_draws(ranked_: pd.DataFrame, view: View, benchmark: float | None) -> pd.DataFrame:
    """Return ranked rows with what a model's draws say of each area; those of no model as they are."""
    summary = draws.summary(draws.asked(view, benchmark)) if is_modelled(view) else None
    return ranked_ if summary is None else gaps.with_draws(ranked_, summary, indicator_of(view).direction)


def drawn_tally(view: View, rows: pd.DataFrame) -> DrawnTally | None:
    """Return what rows of a view add up to over a model's draws, those left out left out; None where there are none."""
    if not is_modelled(view):
        return None
    shown = rows if "reason" not in rows.columns else rows[~small_numbers.is_left_out(rows)]
    return draws.tally(draws.asked(view, benchmark_of(view)), shown["area_code"].tolist())


def ranked(view: View) -> pd.DataFrame:
    """Return every area of the view's level, ranked against the view's benchmark, each with its interval."""
    shown = (view.dataset, view.level, view.year, view.indicator)
    return _ranked(store.fingerprint(), shown, benchmark_of(view), view.sure).copy()


def values(view: View, **other: Any) -> pd.DataFrame:  # noqa: ANN401 - the types are those of `View`
    """
    Return the rows of a view in all provinces as its reader wants rates: steadied, or by the people of another year.

    As `mhgis.queries.tables.values`; with `raw` where rates were steadied.
    """
    v = replace(view, **other)
    return as_asked(tables.values(v), v)


def as_asked(found: pd.DataFrame, view: View) -> pd.DataFrame:
    """Return rows of the published file, as of `mhgis.store.indicator_values`, as the view's reader wants rates."""
    indicator, asked = indicator_of(view), view.sure
    if is_imported(view):
        found = known_in_part.with_parts(found, store.coverage(view.dataset), indicator, view.level, view.year)
    if not small_numbers.is_rate_of_people(indicator) or asked == SureQuestion():
        return found
    own_year = people.own_year(view.dataset, view.year)
    if asked.people not in {0, own_year} and asked.people in people.known_years(view.level):
        own, wanted = (people.of_year(view.level, year) for year in (own_year, asked.people))
        found = small_numbers.with_people(found, indicator, own, wanted)
    return small_numbers.steady(found, indicator) if asked.steadied and not is_modelled(view) else found


def several_as_asked(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    """
    Return figures of some areas as the view's reader wants rates.

    Parameters
    ----------
    rows
        `level`, `area_code`, `indicator`, `value`, `lower`, `upper`, `status`, `people`, `origin_id`, of the view's
        dataset and year.
    view
        What is shown.

    Returns
    -------
    rows
        With `raw` where rates were steadied; each rate is steadied among all areas of its level, not these alone.
    """
    if view.sure == SureQuestion():
        return rows
    done = []
    for (level, name), part in rows.groupby(["level", "indicator"], sort=False):
        if name in indicators.REGISTRY and small_numbers.is_rate_of_people(indicators.get(str(name))):
            every = values(view, level=level, indicator=name).set_index("area_code")
            shared = [column for column in _ASKED if column in every.columns]
            found = every[shared].reindex(part["area_code"]).set_index(part.index)
            part = part.assign(**{column: found[column] for column in shared})  # noqa: PLW2901 - the part as asked
        done.append(part)
    return pd.concat(done).loc[rows.index] if done else rows


def ordered(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    """Return ranked rows in the view's order, the same in both languages; furthest short first where it names none."""
    keys = (replace(key, column=_ORDERED_BY.get(key.column, key.column)) for key in sort_keys(view))
    return gaps.order(rows, tuple(keys))


def sort_keys(view: View) -> list[SortKey]:
    """Return the columns that order a view's tables, the first one first."""
    return [key for key in view.sort if key.column in HEADINGS]


def scope_name(view: View) -> str:
    """Return the name of the province or prefecture that a view is limited to; empty for the country."""
    if not view.within or view.level == "province":
        return ""
    return area_name(view, view.within)


def area_name(view: View, code: str) -> str:
    """Return the name of an area as seen at the view's level, in the view's language."""
    level = level_of(tables.offer(), code, view.level)
    return names.area_name(str(level), code, view.lang)


def scene(view: View) -> Scene:
    """Return what the sentences of a page are about."""
    return Scene(
        view.lang, indicator_of(view), view.level, view.year, is_modelled(view), scope_name(view),
        benchmark_of(view), is_imported(view),
    )  # fmt: skip


#: indicators of which the published number of counties is the answer
_ABSENCE: Final = frozenset({"probability_no_facility", "counties_without_facility"})


def headline(view: View, rows: pd.DataFrame) -> str:
    """
    Return what a map says, in a sentence.

    Parameters
    ----------
    view
        What is shown.
    rows
        Ranked areas, limited to the view's province or prefecture.
    """
    said, counted = scene(view), gaps.tally(rows)
    if view.indicator in _ABSENCE:
        code = (view.within if view.level != "province" else "") or tables.offer().country
        source = view.dataset if is_imported(view) else tables.country().published
        without = area.figure(source, "counties_without_facility", code, view.year).head(1)["value"].dropna()
        concerned = area.figure(view.dataset, "people_without_facility", code, view.year)
        # where a municipality has a row as a prefecture, too, the province's is meant
        first = concerned.sort_values("level", key=lambda level: level.ne("province"), kind="stable").head(1)
        known = first[["value", "lower", "upper"]].dropna()
        if len(without):
            numbers = known.iloc[0].tolist() if len(known) else [None] * 3
            return sentences.absence(said, int(without.iloc[0]), *numbers)
    return sentences.headline(said, rows, counted, f"name_{view.lang}", drawn_tally(view, rows))


def about(view: View, rows: pd.DataFrame, title: str = "", *, of_people: bool = False) -> About:
    """
    Return what a figure of these rows is about.

    Parameters
    ----------
    view
        What is shown.
    rows
        Areas with `status` and `origin_id`.
    title
        In the language of the view; the indicator's name if empty.
    of_people
        Whether what is counted is held against people, whatever the indicator: then their year is told, too.
    """
    _, indicator, published = translator(view.lang), indicator_of(view), store.current()
    applicable = rows[rows["status"].ne("not_applicable")]
    return About(
        indicator=indicator.id,
        title=title or _(indicator.name),
        unit=_(indicator.unit),
        dataset=view.dataset,
        year=view.year,
        level=view.level,
        origins=sources.origins(_sources_of(view, rows), view.lang),
        processing=_processing(view, rows, indicator),
        warnings=(*_warnings(view, indicator, of_people=of_people), *sure_notes(view)),
        n=len(applicable),
        n_unknown=int(applicable["status"].isin(gaps.UNKNOWN).sum()),
        build=published.build,
        built_on=published.built_at[:10],
        dataset_title=dataset_titles(view.lang).get(view.dataset, ""),
    )


def _sources_of(view: View, rows: pd.DataFrame) -> list[str]:
    return rows["origin_id"].dropna().unique().tolist() or sources.of_dataset(view.dataset)


def _processing(view: View, rows: pd.DataFrame, indicator: Indicator) -> provenance.Processing:
    if rows["status"].eq("modelled").any():
        return "modelled"
    if is_imported(view):
        return "imported" if indicator.denominator is None else "computed_imported"
    return "published" if indicator.denominator is None else "computed"


def sure_notes(view: View) -> tuple[str, ...]:
    """Return, a sentence each, what a reader has asked of small numbers: see `mhgis.measures.small_numbers.notes`."""
    asked = view.sure
    if asked == SureQuestion():
        return ()
    _ = translator(view.lang)
    is_whole = view.level == "province"
    return small_numbers.notes(
        asked, indicator_of(view), view.lang,
        {
            "year": view.year, "modelled": is_modelled(view), "compared": benchmark_of(view) is not None,
            "group": say(tables.country().names, view.lang) if is_whole else _("their province"),
            "people_known": asked.people in people.known_years(view.level),
        },
    )  # fmt: skip


def _warnings(view: View, indicator: Indicator, *, of_people: bool) -> tuple[str, ...]:
    # what is said of the published figures does not hold of imported ones, whose years divide by other people
    _, of_import = translator(view.lang), is_imported(view)
    divides = of_people or indicator.denominator == "people"
    divided_by = people.own_year(view.dataset, view.year) if divides else None
    years = year_warnings.Years(
        view.year, divided_by, *area.moved_since(view.level, view.year),
        # of the built datasets the country's own words say so
        is_estimate=of_import and divided_by is not None and people.is_estimated(divided_by),
    )  # fmt: skip
    if of_import:
        return (_(listing.IMPORTED), *year_warnings.warnings(years, view.lang), *_band(view, indicator))
    rates = [one for one in indicators.REGISTRY.values() if of_people and one.denominator == "people"]
    names = [indicator.id, *(one.id for one in rates if one.numerator == indicator.id)]
    said = [text for name in names for text in tables.country().warn(name, view.lang)]
    return tuple(dict.fromkeys((*said, *year_warnings.warnings(years, view.lang), *_band(view, indicator))))


def _band(view: View, indicator: Indicator) -> tuple[str, ...]:
    """Return whose people the band of a counted rate rests on; nothing where it has none."""
    own = people.own_year(view.dataset, view.year)
    if is_modelled(view) or own != view.year or view.sure.people not in {0, own}:
        return ()
    cited, others = sources.short_names(view.lang), people.other_origins(view.level, view.year)
    if not others or not small_numbers.is_rate_of_people(indicator):
        return ()
    _ = translator(view.lang)
    said = _("The band of a rate reaches to what it is by the people of: {sources}.")
    return (said.format(sources=_("; ").join(cited.get(one, one) for one in others)),)


def caption(what: About, lang: Language, *, note: str = "", method: str = "") -> None:
    """
    Draw the small type under a figure, and the control that opens where it comes from.

    Unit, year, dataset, how many areas, how many unknown, source, warnings; `method` names the method page where it is
    not that of the indicator.
    """
    year = "" if what.year is None else str(what.year)
    first = " · ".join(part for part in (what.unit, year, what.named, what.unknown_line(lang)) if part)
    lines = [first, note, what.source_line(lang), *what.warnings]
    st.caption("  \n".join(plain(line) for line in lines if line))
    drawer(what, lang, method=method)


def classes_of(view: View, rows: pd.DataFrame) -> classify.Classes:
    """
    Put areas into the classes of a view; `auto` takes bands with a meaning where there are any, else quantiles.

    A map of a model shows how likely its areas are to be short, unless its values are asked for: see `shows_chance`.
    """
    indicator, benchmark = indicator_of(view), benchmark_of(view)
    if "reason" in rows.columns:
        left_out = small_numbers.is_left_out(rows)
        rows = rows.assign(
            status=rows["status"].mask(left_out, intervals.CANNOT_TELL), value=rows["value"].mask(left_out)
        )
    if shows_chance(view) and "p_short" in rows.columns:
        return classify.by_chance(rows)
    fitting = {"benchmark_ratio": bool(benchmark), "benchmark_bands": bool(indicator.bands), "auto": False}
    method: Any = view.classes
    if not fitting.get(view.classes, True):
        by_draws = isinstance(indicator.rule, indicators.Probability)
        method = "benchmark_bands" if indicator.bands else "custom" if by_draws else "quantile"
    is_drawn = "p_short" in rows.columns and rows["p_short"].notna().any()
    return classify.classify(
        rows,
        method,
        decimals=indicator.decimals,
        edges=PROBABILITY_EDGES if method == "custom" else None,
        bands=indicator.bands if method == "benchmark_bands" else None,
        benchmark=benchmark if method == "benchmark_ratio" else None,
        direction=indicator.direction,
        zero_apart=not (is_drawn and indicator.direction == "more_is_better"),
    )


def shows_chance(view: View) -> bool:
    """Say whether the map of a view shows how likely areas are to be short of its benchmark: a model's, by default."""
    can = offers_chance(view)
    return can and view.shade == "chance" and view.classes == View.classes


def offers_chance(view: View) -> bool:
    """Say whether there is a choice between how likely areas are to be short, and their values."""
    is_drawn = is_modelled(view) and not isinstance(indicator_of(view).rule, indicators.Probability)
    is_below = view.level not in {"country", "province"}
    return is_drawn and is_below and indicator_of(view).direction == "more_is_better" and benchmark_of(view) is not None


def counted_by_draw(view: View, classes: classify.Classes, rows: pd.DataFrame) -> classify.Classes:
    """
    Return classes by value of a model with what its draws put into each, within the view's place.

    Classes of how likely, and of what is no model's, come back as they are.
    """
    if not is_modelled(view) or classes.method == "chance" or not classes.legend:
        return classes
    what, zero = draws.asked(view, benchmark_of(view)), any(row.kind == "zero" for row in classes.legend)
    breaks = np.array(classes.breaks)
    if classes.method == "benchmark_ratio":
        breaks = breaks * (benchmark_of(view) or 0) / 100
    shown = tables.limited(rows, view)
    shown = shown if "reason" not in shown.columns else shown[~small_numbers.is_left_out(shown)]
    counted = draws.by_class(what, shown["area_code"].tolist(), breaks.tolist(), zero_apart=zero)
    has_classes = any(row.kind == "class" for row in classes.legend)
    return classes if counted is None or not has_classes else classify.with_draws(classes, counted)


def map_of(
    view: View,
    rows: pd.DataFrame,
    sentence: str,
    height: int,
    *,
    beside: View | None = None,
    mode: Mode = "side",
    pictures: Sequence[str] = ("", ""),
    key: str = "map",
) -> MapEvent | None:
    """
    Draw the map of a view, or of two, and return what the viewer did.

    Parameters
    ----------
    view
        What is shown.
    rows
        Every area of the level.
    sentence
        What the map shows, for screen readers.
    height
        Pixels.
    beside, mode
        What to compare with at the same level, and how.
    pictures
        For a browser that cannot draw maps: a picture of each view, as a path below the static folder.
    key
        Of the widget. What a viewer does to the page's own map, `map`, changes the view; to another, only that map.
    """
    shown = [(view, rows), *([(beside, ranked(beside))] if beside else [])]
    codes = wire_order(view.level)
    placed = [found.set_index("area_code").reindex(codes).reset_index() for _view, found in shown]
    layers = [
        _layer(one, found, classes, _heading(one) if beside else "", picture)
        for (one, _rows), found, classes, picture in zip(
            shown, placed, _classes_of_both([one for one, _rows in shown], placed), pictures, strict=False
        )
    ]
    first = layers[0]
    is_inside = view.within and view.level != "province"
    return choropleth(
        key=key,
        level=view.level,
        values=first.values,
        classes=first.classes,
        legend_title=first.legend_title,
        unit=first.unit,
        lang=view.lang,
        sentence=sentence,
        scope=view.within if is_inside else None,
        details=first.details,
        selected=view.area or None,
        camera=view.camera.at,
        crumbs=_crumbs(view) if is_inside else [],
        can_drill=view.level != "county",
        badge=first.badge,
        modelled=first.modelled,
        fallback_image=first.fallback_image,
        height=height,
        leaves=drill.leaves(tables.offer().parents, view.level),
        heading=first.heading,
        other=layers[1] if beside else None,
        mode=mode,
        swipe=view.swipe,
        facilities=_facilities(store.fingerprint(), view.dataset, view.year, view.within),
    )


@lru_cache(maxsize=_FACILITIES_KEPT)
def _facilities(build: str, dataset: str, year: int, within: str) -> tuple[Facility, ...]:
    # more than a map can show are not shown: where there are so many, the reader goes into a province first
    del build  # part of the key only
    rows = facilities.points(dataset, year, within, _POINTS_SHOWN + 1)
    if len(rows) > _POINTS_SHOWN:
        return ()
    beds = [None if formats.is_missing(beds) else int(beds) for beds in rows["beds"]]
    names = rows["name"].fillna("")
    return tuple(map(Facility, rows["lon"], rows["lat"], names, beds))


def _heading(view: View) -> str:
    _ = translator(view.lang)
    return f"{_(indicator_of(view).name)} · {view.year}"


def _classes_of_both(shown: Sequence[View], placed: Sequence[pd.DataFrame]) -> list[classify.Classes]:
    # of one indicator both maps have the same breaks, or equal colours would not be equal values
    if len({one.indicator for one in shown}) == len(shown) or any(map(shows_chance, shown)):
        return [classes_of(one, found) for one, found in zip(shown, placed, strict=True)]
    together = classes_of(shown[0], pd.concat(placed, ignore_index=True))
    return [replace(together, index=part) for part in np.split(together.index, len(shown))]


def _layer(view: View, placed: pd.DataFrame, classes: classify.Classes, heading: str, picture: str) -> Layer:
    counted = placed.index.isin(tables.limited(placed, view).index)
    people = placed["people"].to_numpy("float64", na_value=np.nan)
    legend = counted_by_draw(view, classes, placed).legend
    heading_, unit = legend_words(view, classes)
    return Layer(
        values=classes.index,
        classes=[
            ClassStyle(
                classify.label(row, view.lang, indicator_of(view), modelled=is_modelled(view)),
                row.colour,
                row.n_areas if row.spread else int(inside.sum()),
                formats.people(row.people if row.spread else _sum_known(people[inside]), view.lang, unit=False),
                row.kind,
            )
            for at, row in enumerate(legend)
            for inside in [counted & (classes.index == at)]
        ],
        legend_title=heading_,
        unit=unit,
        heading=heading,
        details=_details(view, placed),
        badge=dataset_titles(view.lang)[view.dataset] if heading else "",
        modelled=is_modelled(view),
        fallback_image=picture,
    )


def legend_words(view: View, classes: classify.Classes) -> tuple[str, str]:
    """Return what a legend is headed with, and the unit of its classes, in the language of the view."""
    _, indicator = translator(view.lang), indicator_of(view)
    if classes.method == "chance":
        return sentences.probability_of_short(scene(view)), _("% of the model's draws")
    return _(indicator.name), _(indicator.unit)


def _sum_known(people: NDArray[np.float64]) -> float | None:
    known = people[~np.isnan(people)]
    return None if len(people) > len(known) == 0 else float(known.sum())


def _details(view: View, placed: pd.DataFrame) -> Details:
    _, indicator = translator(view.lang), indicator_of(view)
    ends = ("low", "high") if placed["low"].notna().any() else ("lower", "upper")
    lower, upper = (placed[name].to_numpy("float64", na_value=np.nan) for name in ends)
    is_drawn, is_chance = "p_short" in placed.columns, shows_chance(view) and "p_short" in placed.columns
    known = not np.isnan(lower).all() and not is_chance
    finding, words = ("reason", gaps.REASON_LABELS) if is_drawn else ("outcome", dict(intervals.OUTCOME_WORDS))
    has_finding = placed["p_short"].notna() if is_drawn else placed["outcome"].notna()
    return Details(
        value=placed["p_short" if is_chance else "value"].to_numpy("float64", na_value=np.nan),
        status=placed["status"].tolist(),
        status_labels={status: formats.status_word(status, view.lang) for status in formats.STATUS_WORDS},
        decimals=0 if is_chance else indicator.decimals,
        lower=lower if known else None,
        upper=upper if known else None,
        span=_("By the people of either source") if "low" in ends else "",
        raw=placed["raw"].to_numpy("float64", na_value=np.nan) if "raw" in placed.columns else None,
        finding=[str(code) if there else "" for code, there in zip(placed[finding], has_finding, strict=True)],
        finding_labels={str(name): _(word) for name, word in words.items()},
        notes=_drawn_notes(view, placed) if is_drawn else known_in_part.said(placed, indicator, view.lang),
        has_rank=not is_drawn,
    )


def _drawn_notes(view: View, placed: pd.DataFrame) -> list[str]:
    # what the colour of a model's area does not say
    _, indicator = translator(view.lang), indicator_of(view)
    said = _("mean {value} (5-95 %: {span}); none in {zero} of the draws")
    if indicator.direction == "less_is_better" or not shows_chance(view):
        said = _("none in {zero} of the draws")
    return [
        ""
        if formats.is_missing(zero)
        else said.format(
            value=formats.number(value, indicator.decimals),
            span=formats.interval(lower, upper, indicator.decimals),
            zero=formats.percent(zero, 0),
        )
        for value, lower, upper, zero in placed[["value", "lower", "upper", "p_zero"]].itertuples(index=False)
    ]


def _crumbs(view: View) -> list[tuple[str, str]]:
    _, offer = translator(view.lang), tables.offer()
    level = level_of(offer, view.within, view.level) if view.within else None
    chain = list(reversed(offer.chain(level, view.within))) if level else [("country", offer.country)]
    whole = say(tables.country().whole, view.lang)
    return [(code, whole if at == "country" else area_name(view, code)) for at, code in chain]


def table_of(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """
    Return rows as a reader sees them: headings, names and words in the language of the view, in the given order.

    Columns that the rows do not have, or in which nothing is known, are left out.
    """
    _ = translator(view.lang)
    labels = {
        "parts_reason": gaps.PARTS_LABELS, "service": neighbours.SERVICE_LABELS, "outcome": intervals.OUTCOME_WORDS,
    }  # fmt: skip
    words: dict[str, Any] = {
        name: [None if formats.is_missing(one) else _(said[one]) for one in rows[name]]  # type: ignore[index]
        for name, said in labels.items()
        if name in rows.columns
    }
    shown = rows.assign(
        **words,
        name=rows[f"name_{view.lang}"],
        holder=_holder(rows, view.lang),
        reason=_findings(rows, view.lang),
        status=[formats.status_word(status, view.lang) for status in rows["status"]],
        value=_rounded(rows["value"], view),
        lower=_rounded(rows["lower"], view),
        upper=_rounded(rows["upper"], view),
        **{name: _rounded(rows[name], view) for name in ("raw", "low", "high") if name in rows.columns},
        ratio=rows["ratio"].astype("Float64").round(2),
    )
    if is_of_draws(rows):
        shown = shown.drop(columns=[name for name in _SILENT_OF_DRAWS if name in shown.columns])
    kept = [name for name in HEADINGS if name in shown.columns and shown[name].notna().any()]
    return shown[kept].rename(columns=headings(view))


def is_of_draws(rows: pd.DataFrame) -> bool:
    """Say whether rows are told by a model's draws."""
    return "p_short" in rows.columns


def headings(view: View) -> dict[str, str]:
    """Return the heading of each column of a table of areas; the value's is its indicator, in a model its mean."""
    _ = translator(view.lang)
    named = {**HEADINGS, **(_HEADINGS_OF_DRAWS if is_modelled(view) else {})}
    own = _(indicator_of(view).name)
    own = _("{name}, mean").format(name=own) if is_modelled(view) else own
    return {name: _(heading) if heading else own for name, heading in named.items()}


def _findings(rows: pd.DataFrame, lang: Language) -> list[str]:
    _ = translator(lang)
    findings = {reason: _(label) for reason, label in gaps.REASON_LABELS.items()}
    modelled = _("{finding} (model)")
    # a model's own words say that it is one
    return [
        modelled.format(finding=findings[reason])
        if status == "modelled" and reason not in CHANCES
        else findings[reason]
        for reason, status in zip(rows["reason"], rows["status"], strict=True)
    ]


def _holder(rows: pd.DataFrame, lang: Language) -> pd.Series:
    # the way from the province down; a province lies in nothing that need be said
    parent, province = rows[f"parent_{lang}"], rows[f"province_{lang}"]
    both = province.str.cat(parent, sep=" · ")
    deeper = rows["parent_code"].ne(rows["province_code"]) & rows["parent_code"].ne(tables.offer().country)
    return both.where(deeper, province).where(rows["area_code"].ne(rows["province_code"]))


def _rounded(values: pd.Series, view: View) -> pd.Series:
    # two digits more than a reader needs, so that a file can be checked
    return values.astype("Float64").round(indicator_of(view).decimals + 2)


def table(
    view: View, shown: pd.DataFrame, key: str, *, alt: str = "", enter: Callable[[int], None] | None = None
) -> None:
    """
    Draw a table whose headings sort it, through the view, so that a file has the order that is seen.

    Parameters
    ----------
    view
        What is shown.
    shown
        The rows as a reader sees them.
    key
        Widget key.
    alt
        What the table is, for screen readers.
    enter
        Called with the position of a row whose name is clicked; None where there is nothing to go to.
    """
    number = f"%.{indicator_of(view).decimals}f" if indicator_of(view).decimals else "localized"
    forms = dict.fromkeys(("value", "raw", "low", "high", "lower", "upper", "benchmark"), number)
    forms |= {"ratio": "%.2f", **dict.fromkeys(_WHOLE, "localized"), "value_year": "%d", "distance_km": "%.0f"}
    forms |= dict.fromkeys(("p_short", "p_zero"), "%.1f")
    if is_modelled(view):
        # means are no whole numbers: a digit more than of a count
        forms |= dict.fromkeys(("units_lacking", "units_lacking_in_parts"), "%.1f")
        forms |= {} if indicator_of(view).decimals else {"value": "%.1f"}
    _, named = translator(view.lang), headings(view)
    helps = {name: _(text) for name, text in {**HELP, **(HELP_OF_DRAWS if is_modelled(view) else {})}.items()}
    config: dict[str, Any] = {
        named[name]: st.column_config.NumberColumn(format=form, help=helps.get(name)) for name, form in forms.items()
    }
    told = _("Click a name to open the page of the area.") if enter else None
    config[named["name"]] = st.column_config.TextColumn(pinned=True, help=told)
    at = f"{key}_{','.join(map(str, view.sort))}_{view.lang}"
    st.dataframe(
        shown,
        hide_index=True,
        height="content" if len(shown) <= _ROWS_IN_FULL else _TABLE_PX,
        key=at,
        column_config=config,
        on_select=lambda: _select(at, {heading: name for name, heading in named.items()}, view.sort, enter),
        selection_mode=["single-column", "single-cell"] if enter else "single-column",
        placeholder=formats.NOTHING,
        alt=alt or None,
    )


def order_in_words(view: View) -> str:
    """Return the order of a view's tables in words: by which column, up or down."""
    _ = translator(view.lang)
    return _("; ").join(key_in_words(view, key) for key in sort_keys(view) or [SortKey("rank")])


def key_in_words(view: View, key: SortKey) -> str:
    """Return one sort key in words: the heading of its column, up or down."""
    _ = translator(view.lang)
    said = _("{column}, descending") if key.falls else _("{column}, ascending")
    return said.format(column=headings(view)[key.column])


def _select(key: str, names: Mapping[str, str], sort: Sequence[SortKey], enter: Callable[[int], None] | None) -> None:
    chosen = st.session_state[key]["selection"]
    if chosen["columns"]:
        rises = SortKey(names[chosen["columns"][0]])
        views.change(sort=(replace(rises, falls=sort == (rises,)),))
    for row, heading in chosen.get("cells", ()):
        if enter and names[heading] == "name":
            enter(row)


def lies_in(rows: pd.DataFrame, lang: Language) -> pd.Series:
    """Return the way to each area from the province down; `rows` are by code. Missing for a province itself."""
    deeper = rows["parent_code"].ne(rows["province_code"]) & rows["parent_code"].ne(tables.offer().country)
    both = rows[f"province_{lang}"].str.cat(rows[f"parent_{lang}"], sep=" · ")
    return both.where(deeper, rows[f"province_{lang}"]).where(rows["province_code"].ne(rows.index.to_series()))
