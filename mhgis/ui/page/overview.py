"""The country at a glance: six figures against their benchmarks, and the provinces furthest short."""

import math
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import pandas as pd
import streamlit as st

from mhgis import formats, store
from mhgis.country import say
from mhgis.figures import charts
from mhgis.figures.static_map import MapView
from mhgis.i18n import Language, translator
from mhgis.indicators import DEFAULT, OF_COUNTRY, REGISTRY, Indicator, rate_of
from mhgis.measures import gaps, known_in_part
from mhgis.queries import benchmarks, people, sources, tables
from mhgis.queries import overview as country_figures
from mhgis.queries.names import is_imported
from mhgis.ui.part import chart_files, figure, list_files, map_files
from mhgis.ui.part.drawer import drawer
from mhgis.ui.part.list_files import Sheet
from mhgis.view.links import settle
from mhgis.view.view import View
from mhgis.words import sentences
from mhgis.words.provenance import About

WORST: Final = 10
_CARDS_A_ROW: Final = 3
#: charts kept drawn: some indicators in two languages
_CHARTS_KEPT: Final = 64
#: the width of a phone, for the words in a chart: on a desk they have room to spare
_CHART_PX: Final = 330


def known(view: View) -> pd.DataFrame:
    """Return what is known of the country: `indicator`, `year`, `value`, `status`, `origin_id`."""
    return country_figures.known(view.dataset)


def value_of(rows: pd.DataFrame, indicator: str, year: int) -> float | None:
    """Return one value of the country, None where it is not known."""
    found = rows.loc[rows["indicator"].eq(indicator) & rows["year"].eq(year), "value"]
    return None if found.empty else float(found.iloc[0])


def cards(view: View) -> None:
    """Draw the six figures of the view's year, each with what to hold it against, its year and its source."""
    rows = known(view)
    for first in range(0, len(OF_COUNTRY), _CARDS_A_ROW):
        for column, name in zip(st.columns(_CARDS_A_ROW), OF_COUNTRY[first : first + _CARDS_A_ROW], strict=True):
            with column, st.container(border=True, height="stretch", key=f"mh_card_{name}"):
                _card(view, REGISTRY[name], rows[rows["indicator"].eq(name)])


def _card(view: View, indicator: Indicator, rows: pd.DataFrame) -> None:
    _ = translator(view.lang)
    name = _(indicator.name)
    value = value_of(rows, indicator.id, view.year)
    lines = []
    if value is None:
        st.metric(name, formats.status_word("not_reported", view.lang))
        lines.append(_partly(view, indicator))
    else:
        delta, against, benchmark = _held_against(view, indicator, value, rows)
        st.metric(
            name, formats.number(value, indicator.decimals), delta, delta_description=against or None,
            delta_color="normal" if benchmark else "off", delta_arrow="auto" if delta else "off",
        )  # fmt: skip
        lines.append(benchmark or _share(view, indicator))
    own = rows.loc[rows["year"].eq(view.year), "origin_id"].tolist()
    lines.append(" · ".join([str(view.year), *(o.brief(view.lang) for o in sources.origins(own, view.lang))]))
    latest = rows[rows["year"].ne(view.year)].tail(1)
    lines += [
        _("{year}: {value}").format(year=year, value=formats.number(float(other), indicator.decimals))
        for year, other in zip(latest["year"], latest["value"], strict=True)
    ]
    st.caption("  \n".join(line for line in lines if line))
    # what it is held against, and the other year, are numbers of the card, too
    offered = benchmarks.listed(indicator.id)["benchmark_id"].tolist()
    shown = rows[rows["year"].isin([view.year, *latest["year"]])]
    drawer(_about_country(replace(view, indicator=indicator.id), shown, name), view.lang, benchmarks=offered[:1],
           links_method=False)  # fmt: skip


def _partly(view: View, indicator: Indicator) -> str:
    # what the counties have that an import knows of
    country = replace(view, indicator=indicator.id, level="country")
    return known_in_part.said(figure.values(country), indicator, view.lang)[0] if is_imported(view) else ""


def _about_country(view: View, rows: pd.DataFrame, title: str) -> About:
    made = figure.about(view, rows, title)
    return replace(made, level="country", year=None, n=1, n_unknown=int(rows.empty))


def _share(view: View, indicator: Indicator) -> str:
    # a number of counties says little without the number of all
    share_of = f"share_{indicator.id}"
    share = value_of(known(view), share_of, view.year)
    if share is None:
        return ""
    _ = translator(view.lang)
    return _("{name}: {value}").format(name=_(REGISTRY[share_of].name), value=formats.percent(share, 1))


def _held_against(view: View, indicator: Indicator, value: float, rows: pd.DataFrame) -> tuple[str | None, str, str]:
    # how far from what, in figures and in words: a benchmark for whole countries if there is one, else an earlier year
    _ = translator(view.lang)
    offered = benchmarks.listed(indicator.id)
    usable = offered[offered["applies_to"].isna()]
    if view.indicator == indicator.id and view.benchmark in set(offered["benchmark_id"]):
        usable = offered[offered["benchmark_id"].eq(view.benchmark)]
    if len(usable):
        one = usable.iloc[0]
        level = float(one["value"])
        said = _("against {benchmark}").format(benchmark=formats.number(level, indicator.decimals))
        return _signed(value - level, indicator.decimals), said, str(one[f"label_{view.lang}"])
    before = rows[rows["year"].lt(view.year)].tail(1)
    if before.empty:
        return None, "", ""
    said = _("since {year}").format(year=int(before["year"].iloc[0]))
    return _signed(value - float(before["value"].iloc[0]), indicator.decimals), said, ""


def _signed(difference: float, decimals: int) -> str:
    # a plain hyphen is what the card takes for a minus
    return f"{difference:+,.{decimals}f}"


def headline(view: View) -> str:
    """Return how the country stands, in a sentence."""
    name = say(tables.country().names, view.lang)
    return sentences.overview(name, view.lang, view.year, *headline_numbers(view))


def headline_numbers(view: View) -> tuple[float | None, tuple[int | None, float | None]]:
    """Return beds per 100,000 people, and counties without a facility with their share, of the view's year."""
    rows = known(view)
    without = value_of(rows, "counties_without_facility", view.year)
    return (
        value_of(rows, "beds_per_100k", view.year),
        (None if without is None else int(without), value_of(rows, "share_counties_without_facility", view.year)),
    )


def slide(view: View) -> MapView:
    """Return the map of the provinces under the country's sentence."""
    return map_files.slide(by_province(view), headline(view))


def by_province(view: View) -> View:
    """Return the view of provinces that the list of the worst shows: the latest year known, beds if there is none."""
    offer = tables.offer()
    for indicator in (view.indicator, DEFAULT):
        years = offer.years.get((view.dataset, indicator, "province"), {})
        if any(years.values()):
            year = view.year if years.get(view.year) else max(year for year, n in years.items() if n)
            same = indicator == view.indicator
            benchmark = view.benchmark if same else offer.benchmarks.get(indicator, ("none",))[0]
            return View(
                view.dataset, "province", "", "", indicator, year, benchmark, view.lang, sort=(gaps.SortKey("rank"),)
            )  # fmt: skip
    return settle(View(tables.country().published, "province", lang=view.lang), offer)


def worst(view: View) -> pd.DataFrame:
    """Return the provinces furthest short, worst first, ranked as `mhgis.measures.gaps.rank` does."""
    ranked = gaps.order(figure.ranked(view))
    return ranked[ranked["rank"].notna()].head(WORST)


def trend(view: View) -> None:
    """Draw what was published of the country over the years, with the years that do not compare kept apart."""
    shown = next((name for name in (view.indicator, DEFAULT) if _is_known(name)), "")
    if not shown:
        st.caption(formats.status_word("not_reported", view.lang))
        return
    published = View(dataset=tables.country().published, indicator=shown, lang=view.lang)
    drawn, what = _trend(store.fingerprint(), published)
    st.plotly_chart(drawn, config=charts.CONFIG, theme=None, key="trend", alt=what.title)
    chart_files.chart_menu("trend", view.lang)
    drawer(what, view.lang)


def _is_known(indicator: str) -> bool:
    return bool(country_figures.series(tables.country().published, indicator)["value"].notna().any())


@lru_cache(maxsize=_CHARTS_KEPT)
def _trend(build: str, view: View) -> tuple[Any, About]:
    del build  # part of the key only
    _, indicator, lang = translator(view.lang), figure.indicator_of(view), view.lang
    # an office's own figures are no part of what was published
    dataset = tables.country().published if is_imported(view) else view.dataset
    own = country_figures.series(dataset, indicator.id)
    rates = country_figures.published_rates(rate_of(indicator))
    # before there are people to divide by a count is no rate; that none was printed with it goes without saying
    counted = min(people.known_years("country"), default=math.inf)
    own = own[own["value"].notna() | own["year"].ge(counted)]
    printed = rates.assign(status="reported") if indicator.id == rate_of(indicator) and len(rates) else own
    series = pd.concat([printed, own[~own["year"].isin(printed["year"])]], ignore_index=True)
    title = _("{name} of {country}, as published").format(
        name=_(indicator.name), country=say(tables.country().names, lang)
    )
    known = series[series["value"].notna()].assign(status="reported")
    about = replace(_about_country(view, known, title), processing="published", warnings=())
    drawn = charts.trend(
        series, about, indicator, lang, breaks=_breaks(series, rates, lang),
        bands=indicator.bands, width_px=_CHART_PX,
    )  # fmt: skip
    return drawn, about


def _breaks(series: pd.DataFrame, rates: pd.DataFrame, lang: Language) -> list[charts.Break]:
    years = sorted(series.loc[series["value"].notna(), "year"].astype(int))
    found = []
    for year, why in rates.loc[rates["is_break"].astype(bool), ["year", f"note_{lang}"]].itertuples(index=False):
        before = [other for other in years if other < year]
        if year in years and before:
            found.append(charts.Break(before[-1], int(year), str(why)))
    return found


def sheet(view: View) -> Sheet:
    """Return the list of the worst as it is seen."""
    rows = worst(view)
    return list_files.sheet_of(view, rows, figure.about(view, rows, sentences.worst(figure.scene(view), len(rows))))


def bars(view: View) -> None:
    """Draw the worst as bars against the benchmark."""
    if worst(view).empty:
        st.caption(formats.status_word("not_reported", view.lang))
        return
    drawn, what = _bars(store.fingerprint(), view)
    st.plotly_chart(drawn, config=charts.CONFIG, theme=None, key="worst", alt=what.title)
    chart_files.chart_menu("worst", view.lang)
    drawer(what, view.lang)


@lru_cache(maxsize=_CHARTS_KEPT)
def _bars(build: str, view: View) -> tuple[Any, About]:
    del build  # part of the key only
    _, said, rows = translator(view.lang), figure.scene(view), worst(view)
    about = figure.about(view, rows, sentences.worst(said, len(rows)))
    drawn = charts.bars_with_benchmark(
        rows.assign(name=rows[f"name_{view.lang}"]).dropna(axis="columns", how="all"),
        about,
        said.indicator,
        view.lang,
        benchmark=None if said.benchmark is None else charts.Mark(said.benchmark, _("Benchmark")),
        width_px=_CHART_PX,
    )
    return drawn, about


def list_worst(view: View, rows: pd.DataFrame) -> None:
    """Draw the list of the worst: place, province, value, what it lacks, who lives there."""
    _, indicator, lang = translator(view.lang), figure.indicator_of(view), view.lang
    columns = {
        _("Province"): rows[f"name_{lang}"],
        _(indicator.name): [formats.number(value, indicator.decimals) for value in rows["value"]],
        _("Units lacking"): [formats.number(n) for n in rows["units_lacking"]],
        _("People"): [formats.people(n, lang, unit=False) for n in rows["people"]],
    }
    if rows["units_lacking"].isna().all():
        del columns[_("Units lacking")]
    shown = pd.DataFrame({name: pd.Series(values, dtype="str").to_numpy() for name, values in columns.items()})
    shown.index = pd.RangeIndex(1, len(shown) + 1)
    st.table(shown, border="horizontal")


def what_is_known(lang: Language) -> str:
    """Return what is published and what is modelled, in one sentence."""
    return say(tables.country().known, lang)
