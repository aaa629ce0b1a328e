"""How much of the people a dataset reports on: by dataset and level, by province, and whose report would tell most."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from mhgis import coverage, formats
from mhgis.i18n import translator
from mhgis.links import View
from mhgis.sentences import LEVEL_NAMES
from mhgis.ui import figure, shell
from mhgis.ui import view as views


def draw(view: View) -> None:
    """Draw the coverage of every dataset for the view's indicator, and of the view's own by province."""
    _, indicator = translator(view.lang), figure.indicator_of(view)
    st.subheader(_("People in areas with a report: {name}").format(name=_(indicator.name)), anchor=False)
    st.caption(_("A zero is a report. A model's estimate is none, and neither is a suppressed value."))
    st.table(_of_each_dataset(view).set_index(_("Dataset")))
    rows = views.values(view)
    named = shell.dataset_titles(view.lang)[view.dataset]
    level = _(LEVEL_NAMES[view.level])
    st.markdown("**" + _("{dataset}, {level}, {year}").format(dataset=named, level=level, year=view.year) + "**")
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
    with st.expander(_("By province")):
        st.dataframe(_by_province(view, rows), hide_index=True, key="coverage_provinces", placeholder=formats.NOTHING)
    figure.caption(figure.about(view, rows), view.lang)


def _of_each_dataset(view: View) -> pd.DataFrame:
    _, offer = translator(view.lang), views.offer()
    titles = shell.dataset_titles(view.lang)
    found = []
    for dataset in offer.datasets():
        for level in offer.levels(dataset, view.indicator):
            years = offer.known_years(dataset, view.indicator, level)
            year = view.year if view.year in years else years[-1]
            sums = coverage.share_of_people(views.values(replace(view, dataset=dataset, level=level, year=year)))
            if sums.empty:
                continue
            row = sums.iloc[0]
            found.append({
                _("Dataset"): titles[dataset], _("Level"): _(LEVEL_NAMES[level]), _("Year"): str(year),
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
