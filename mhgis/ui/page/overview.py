"""The country at a glance: six figures against their benchmarks, and the provinces furthest short."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
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
#: decimals beyond which a difference of two numbers is noise of the arithmetic
_NOISE: Final = 9
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
    """Draw six figures, the latest of each, with what to hold it against, its year, its source and the years before."""
    rows = known(view)
    for first in range(0, len(OF_COUNTRY), _CARDS_A_ROW):
        for column, name in zip(st.columns(_CARDS_A_ROW), OF_COUNTRY[first : first + _CARDS_A_ROW], strict=True):
            with column, st.container(border=True, height="stretch", key=f"mh_card_{name}"):
                _card(view, REGISTRY[name], rows[rows["indicator"].eq(name)])


def _card(view: View, indicator: Indicator, rows: pd.DataFrame) -> None:
    _ = translator(view.lang)
    name = _(indicator.name)
    # the latest figure there is leads; the years before it stand beside it
    year = int(rows["year"].max()) if len(rows) else view.year
    value = value_of(rows, indicator.id, year)
    lines = []
    if value is None:
        st.metric(name, formats.status_word("not_reported", view.lang))
        lines.append(_partly(view, indicator))
    else:
        held = _held_against(view, indicator, value, rows[rows["year"].le(year)])
        st.metric(
            name, formats.number(value, indicator.decimals), held.delta, delta_description=held.against or None,
            delta_color="normal" if held.notes else "off", delta_arrow="auto" if held.delta else "off",
        )  # fmt: skip
        lines += held.notes or [_share(view, indicator, year)]
    own = rows.loc[rows["year"].eq(year), "origin_id"].tolist()
    lines.append(" · ".join([str(year), *(o.brief(view.lang) for o in sources.origins(own, view.lang))]))
    lines += [_printed(view, indicator, year, value), _before(view, indicator, rows[rows["year"].lt(year)])]
    st.caption("  \n".join(line for line in lines if line))
    # what it is held against, and the other years, are numbers of the card, too
    offered = benchmarks.listed(indicator.id)["benchmark_id"].tolist()
    drawer(_about_country(replace(view, indicator=indicator.id), rows, name), view.lang, benchmarks=offered[:1],
           links_method=False)  # fmt: skip


def _before(view: View, indicator: Indicator, rows: pd.DataFrame) -> str:
    _ = translator(view.lang)
    rows = rows.iloc[::-1]
    said = (
        _("{year}: {value}").format(year=year, value=formats.number(float(value), indicator.decimals))
        for year, value in zip(rows["year"], rows["value"], strict=True)
    )
    return " · ".join(said)


def _printed(view: View, indicator: Indicator, year: int, value: float | None) -> str:
    # the rate that the source itself prints, where other people make it another number
    _ = translator(view.lang)
    rates = country_figures.published_rates(indicator.id)
    printed = rates.loc[rates["year"].eq(year), "value"]
    if is_imported(view) or value is None or printed.empty:
        return ""
    shown = formats.number(float(printed.iloc[0]), indicator.decimals)
    if shown == formats.number(value, indicator.decimals):
        return ""
    return _("Printed as {value}: the source divides by other people").format(value=shown)


def _partly(view: View, indicator: Indicator) -> str:
    # what the counties have that an import knows of
    country = replace(view, indicator=indicator.id, level="country")
    return known_in_part.said(figure.values(country), indicator, view.lang)[0] if is_imported(view) else ""


def _about_country(view: View, rows: pd.DataFrame, title: str) -> About:
    made = figure.about(view, rows, title)
    return replace(made, level="country", year=None, n=1, n_unknown=int(rows.empty))


def _share(view: View, indicator: Indicator, year: int) -> str:
    # a number of counties says little without the number of all
    share_of = f"share_{indicator.id}"
    share = value_of(known(view), share_of, year)
    if share is None:
        return ""
    _ = translator(view.lang)
    return _("{name}: {value}").format(name=_(REGISTRY[share_of].name), value=formats.percent(share, 1))


@dataclass(frozen=True)
class _Held:
    """How far a number lies from what it is held against: the distance, from what, and lines that say what that is."""

    delta: str | None = None
    against: str = ""
    notes: Sequence[str] = ()


def _held_against(view: View, indicator: Indicator, value: float, rows: pd.DataFrame) -> _Held:
    # a benchmark for whole countries if there is one, else an earlier year
    _ = translator(view.lang)
    offered = benchmarks.listed(indicator.id)
    usable = offered[offered["applies_to"].isna()]
    if view.indicator == indicator.id and view.benchmark in set(offered["benchmark_id"]):
        usable = offered[offered["benchmark_id"].eq(view.benchmark)]
    if len(usable):
        return _against_benchmark(view, indicator, value, usable.iloc[0])
    before = rows.iloc[:-1].tail(1)
    if before.empty:
        return _Held()
    said = _("since {year}").format(year=int(before["year"].iloc[0]))
    return _Held(_signed(value - float(before["value"].iloc[0]), indicator.decimals), said)


def _against_benchmark(view: View, indicator: Indicator, value: float, one: pd.Series) -> _Held:
    # like with like: where the benchmark's own series has the country, its value there is the one that is held against
    _, level = translator(view.lang), float(one["value"])
    shown = formats.number(level, indicator.decimals)
    own = benchmarks.own_in_series(str(one["benchmark_id"]), say(tables.country().names, "en"))
    if own.empty or is_imported(view):
        said = _("against {benchmark}").format(benchmark=shown)
        return _Held(_signed(value - level, indicator.decimals), said, [str(one[f"label_{view.lang}"])])
    there = float(own["value"].iloc[0])
    told = _("Like with like, in the benchmark's own series: {value} ({year}) against {benchmark}").format(
        value=formats.number(there, indicator.decimals), year=own["year"].iloc[0], benchmark=shown
    )
    notes = [told, str(one[f"label_{view.lang}"]), str(one[f"comparability{'_zh' if view.lang == 'zh' else ''}"])]
    return _Held(_signed(there - level, indicator.decimals), _("like with like"), notes)


def _signed(difference: float, decimals: int) -> str:
    # half up, as a reader rounds; a plain hyphen is what the card takes for a minus
    exact = Decimal(repr(round(difference, _NOISE)))
    return f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):+,}"


def headline(view: View) -> str:
    """Return how the country stands, in a sentence: the latest there is, and what it was before."""
    name = say(tables.country().names, view.lang)
    rows = known(view)
    beds = _told(rows, "beds_per_100k")
    without = _told(rows, "counties_without_facility", None if beds is None else beds.year)
    share = None if without is None else value_of(rows, "share_counties_without_facility", without.year)
    return sentences.overview(name, view.lang, beds, without, share)


def _told(rows: pd.DataFrame, indicator: str, year: int | None = None) -> sentences.Told | None:
    found = rows[rows["indicator"].eq(indicator) & rows["value"].notna()].sort_values("year")
    found = found[found["year"].le(year)] if year else found
    if found.empty or (year and found["year"].iloc[-1] != year):
        return None
    value, at = float(found["value"].iloc[-1]), int(found["year"].iloc[-1])
    if len(found) == 1:
        return sentences.Told(value, at)
    return sentences.Told(value, at, float(found["value"].iloc[-2]), int(found["year"].iloc[-2]))


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


def list_later(view: View) -> None:
    """Draw, closed, the country's figures of later years: second-hand, defined otherwise, and joined to no line."""
    _, lang, rows = translator(view.lang), view.lang, country_figures.read_later()
    if rows.empty or is_imported(view):
        return
    cited = sources.short_names(lang)
    with st.expander(_("After {year}: figures read second-hand").format(year=int(rows["year"].min()) - 1)):
        st.caption(_("They are defined otherwise than the figures above, so no line joins them and no rate uses them."))
        shown = pd.DataFrame({
            _("Year"): rows["year"].astype(str), _("What"): rows[f"label_{lang}"],
            _("Figure"): [
                formats.percent(100 * value, 0) if unit == "share" else formats.number(value)
                for value, unit in zip(rows["value"], rows["unit"], strict=True)
            ],
            _("How it was read"): rows[f"how_read_{lang}"],
            _("Note"): rows[f"note_{lang}"].fillna(formats.NOTHING),
            _("Source"): [cited.get(one, one) for one in rows["origin_id"]],
        })  # fmt: skip
        st.dataframe(shown, hide_index=True, key="overview_later", height="content")


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
