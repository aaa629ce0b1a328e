"""
How much of the people a dataset reports on: by dataset and level, on a map of provinces, and whose report tells most.

Puts together what `mhgis.measures.coverage` computes; computes nothing of its own.
"""

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from mhgis import formats
from mhgis.figures import palette
from mhgis.figures.classify import Kind
from mhgis.figures.static_map import MapView
from mhgis.formats import plain
from mhgis.i18n import N_, Language, translator
from mhgis.measures import coverage
from mhgis.queries import tables
from mhgis.queries.names import dataset_titles
from mhgis.ui.map import ClassStyle, Details, choropleth, wire_order
from mhgis.ui.part import class_maps, figure
from mhgis.ui.part.class_maps import Painted
from mhgis.view import links
from mhgis.view.view import View
from mhgis.words import sentences
from mhgis.words.provenance import About
from mhgis.words.sentences import LEVEL_NAMES

PAGE: Final = "pages/coverage.py"
_MAP_PX: Final = 540

#: what each class of the map says, from the first to the last: see `mhgis.measures.coverage.classes`
_CLASS_WORDS: Final = (
    N_("0 %: nobody has a report"), N_("> 0 – 25 %"), N_("25 – 50 %"), N_("50 – 75 %"), N_("75 – < 100 %"),
    N_("100 %: everybody has"), N_("Not applicable"),
)  # fmt: skip
_KINDS: Final[tuple[Kind, ...]] = ("not_reported", "class", "class", "class", "class", "class", "not_applicable")


def headline(view: View) -> str:
    """Return what share of people lives in areas with a report."""
    _, indicator = translator(view.lang), figure.indicator_of(view)
    row = coverage.share_of_people(tables.values(view)).iloc[0]
    said = _("{name}, {year}: {share} of people live in areas with a report, {reported} of {areas}")
    if not row["areas_reported"]:
        said = _("{name}, {year}: nobody lives in an area with a report, for none of {areas} has one")
    return said.format(
        name=_(indicator.name), year=view.year, share=formats.percent(row["share"], 1),
        reported=formats.number(int(row["areas_reported"])),
        areas=sentences.areas(int(row["areas"]), view.level, view.lang),
    )  # fmt: skip


def slide(view: View) -> MapView:
    """Return the map of a saved view under its sentence."""
    return class_maps.slide(view, painted(view))


def painted(view: View) -> Painted:
    """Return the map of which share of each province's people lives in areas of the view's level with a report."""
    _ = translator(view.lang)
    rows = tables.values(view)
    placed = coverage.share_of_people(rows, "province_code").set_index("province_code").reindex(wire_order("province"))
    place = coverage.classes(placed["share"])
    fill = palette.colours("sequential", coverage.N_SHARES)
    colours = (palette.NOT_REPORTED, *fill, palette.NOT_APPLICABLE)
    people = placed["people"].to_numpy("float64", na_value=np.nan)
    legend = []
    used = [at for at in range(len(colours)) if (place == at).any()]
    for at in used:
        inside = place == at
        counted = people[inside & ~np.isnan(people)]
        told = formats.people(float(counted.sum()) if len(counted) else None, view.lang, unit=False)
        legend.append(ClassStyle(_(_CLASS_WORDS[at]), colours[at], int(inside.sum()), told, _KINDS[at]))
    return Painted(
        replace(_about(view), title=headline(view)), _("People in areas with a report"), _("% of people"),
        wire_order("province"), np.searchsorted(used, place).astype(np.uint8), placed["people"], legend, "province",
    )  # fmt: skip


def draw_map(view: View, sentence: str) -> None:
    """Draw which share of the people of each province lives in areas of the view's level with a report."""
    map_ = painted(view)
    shares = coverage.share_of_people(tables.values(view), "province_code").set_index("province_code")["share"]
    share = shares.reindex(list(map_.codes))
    choropleth(
        key="coverage_map", level="province", values=map_.index, classes=map_.styles, legend_title=map_.title,
        unit=map_.unit, lang=view.lang, sentence=sentence,
        details=Details(
            value=share.to_numpy("float64", na_value=np.nan),
            status=["reported" if one else "not_applicable" for one in share.notna()],
            status_labels={"reported": "", "not_applicable": formats.status_word("not_applicable", view.lang)},
            decimals=1,
        ),
        can_drill=False, height=_MAP_PX,
    )  # fmt: skip
    class_maps.menu(view, painted, "coverage_picture")


def draw(view: View) -> None:
    """Draw the coverage of every dataset for the view's indicator, and of the view's own by province."""
    _, indicator = translator(view.lang), figure.indicator_of(view)
    link(view)
    st.subheader(_("People in areas with a report: {name}").format(name=_(indicator.name)), anchor=False)
    explain(view.lang)
    of_each_dataset(view)
    most_telling(view)
    with st.expander(_("By province")):
        by_province(view)
    caption(view)


def link(view: View) -> None:
    """Draw the way to the page of coverage."""
    _ = translator(view.lang)
    st.page_link(PAGE, label=_("Coverage on a map"), query_params=links.to_query(view), width="content")


def explain(lang: Language) -> None:
    """Draw what counts as a report."""
    _ = translator(lang)
    st.caption(_("A zero is a report. A model's estimate is none, and neither is a suppressed value."))


def _about(view: View) -> About:
    rows = tables.values(view)
    # what the page shows is whether there is a report, and a model's estimate is none
    reported = int(rows["status"].isin(sorted(coverage.REPORTED)).sum())
    made = figure.about(replace(view, sure=View.sure), rows)
    return replace(made, n_unknown=made.n - reported)


def caption(view: View) -> None:
    """Draw the small type: which areas, which sources."""
    figure.caption(_about(view), view.lang)


def of_each_dataset(view: View) -> None:
    """Draw a table of all datasets and levels that have the view's indicator, imported ones among them."""
    _ = translator(view.lang)
    st.table(_of_each_dataset(view).set_index(_("Dataset")))


def most_telling(view: View) -> None:
    """Draw the areas whose report would reduce the unknown most."""
    _ = translator(view.lang)
    rows = tables.values(view)
    named = dataset_titles(view.lang)[view.dataset]
    level = _(LEVEL_NAMES[view.level])
    st.markdown("**" + _("{dataset}, {level}, {year}").format(dataset=plain(named), level=level, year=view.year) + "**")
    telling = coverage.most_telling(rows)
    if telling.empty:
        st.markdown(_("Every area has a report."))
    else:
        lines = [
            _("{name}: {people} people, {share} of those of whom nothing is reported").format(
                name=row[f"name_{view.lang}"], people=formats.number(row["people"]),
                share=formats.percent(row["share_of_unknown"], 1),
            )
            for row in telling.to_dict("records")
        ]  # fmt: skip
        st.markdown(_("A report from these would reduce the unknown most:"))
        st.markdown("\n".join(f"1. {line}" for line in lines))


def by_province(view: View) -> None:
    """Draw the table that says the same as the map."""
    st.dataframe(
        _by_province(view, tables.values(view)), hide_index=True, key="coverage_provinces", placeholder=formats.NOTHING
    )


def _of_each_dataset(view: View) -> pd.DataFrame:
    _, offer = translator(view.lang), tables.offer()
    titles = dataset_titles(view.lang)
    found = []
    for dataset in offer.datasets():
        for level in offer.levels(dataset, view.indicator):
            years = offer.known_years(dataset, view.indicator, level)
            year = view.year if view.year in years else years[-1]
            sums = coverage.share_of_people(tables.values(replace(view, dataset=dataset, level=level, year=year)))
            if sums.empty:
                continue
            row = sums.iloc[0]
            found.append({
                _("Dataset"): plain(titles[dataset]), _("Level"): _(LEVEL_NAMES[level]), _("Year"): str(year),
                _("Areas with a report"): _("{n} of {all}").format(
                    n=formats.number(int(row["areas_reported"])), all=formats.number(int(row["areas"]))
                ),
                _("Share of people"): formats.percent(row["share"], 1),
            })  # fmt: skip
    return pd.DataFrame(found)


def _by_province(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    _ = translator(view.lang)
    name = f"province_{view.lang}"
    sums = coverage.share_of_people(rows, name).sort_values(["share", name], ascending=[True, True])
    return pd.DataFrame({
        _("Province"): sums[name], _("Areas with a report"): sums["areas_reported"], _("Areas"): sums["areas"],
        _("People"): sums["people"], _("Share of people"): sums["share"].round(1),
    })  # fmt: skip
