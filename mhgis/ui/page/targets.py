"""
The page of targets: the yearly growth that a target takes, against the growth that was seen, area by area.

Puts together what `mhgis.planning.targets` computes; computes nothing of its own. Arithmetic, not a forecast, and said
so.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st
from markupsafe import Markup

from mhgis import formats
from mhgis.figures import charts
from mhgis.figures import targets as pictures
from mhgis.formats import plain
from mhgis.i18n import translator
from mhgis.indicators import rate_of
from mhgis.planning import targets
from mhgis.planning.targets import VERDICTS, Target, TargetQuestion
from mhgis.queries import tables
from mhgis.queries import targets as series_of
from mhgis.queries.names import area_names, benchmark_labels
from mhgis.ui.part import chart_files, figure, list_files
from mhgis.ui.part import session as views
from mhgis.ui.part.list_files import Sheet
from mhgis.view.view import View
from mhgis.words.provenance import About

#: hundredths of a unit: what the link counts the target in
_HUNDREDTHS: Final = 100
_CHART_PX: Final = 340

#: a swatch and what it means
_KEY: Final = Markup(
    '<span style="display:inline-flex;align-items:center;gap:6px;margin-right:16px">'
    '<i style="width:14px;height:4px;background:{colour}"></i>{text}</span>'
)


@dataclass(frozen=True, eq=False)
class Answer:
    """
    What was found for a view.

    `whole` is the country, `parts` the areas of the view's level; `series` is what is known of all of them, `judged`
    how each stands to the target; `broken` are years from which on something else is counted than before.
    """

    question: TargetQuestion
    target: Target
    series: pd.DataFrame
    judged: pd.DataFrame
    whole: str
    broken: tuple[int, ...]

    @property
    def parts(self) -> pd.DataFrame:
        """How the areas stand, without the country."""
        return self.judged.drop(index=self.whole, errors="ignore")


def question_of(view: View) -> TargetQuestion:
    """Return what is asked; a link that asks nothing that can be read asks the first question."""
    return view.goal


def target_of(view: View) -> Target | None:
    """Return the target: the user's own value, else the view's benchmark; None where there is neither."""
    asked, indicator = question_of(view), figure.indicator_of(view)
    value = asked.aim / _HUNDREDTHS if asked.aim else figure.benchmark_of(view)
    return None if value is None else Target(float(value), asked.by, indicator.direction)


def answer(view: View, target: Target) -> Answer:
    """Return how the country and the areas of a view stand to a target."""
    indicator = figure.indicator_of(view)
    country = series_of.series(view.dataset, indicator.id, "country")
    within = view.within if view.level != "province" else ""
    parts = series_of.series(view.dataset, indicator.id, view.level, within)
    series = pd.concat([country, parts], ignore_index=True)
    series = series[series["status"].ne("not_applicable")]
    is_published = view.dataset == tables.country().published
    broken = series_of.years_of_breaks(rate_of(indicator)) if is_published else ()
    judged = targets.judge(series, target, broken)
    return Answer(question_of(view), target, series, judged, tables.offer().country, broken)


def headline(view: View, got: Answer) -> str:
    """Return what the target takes of the country, against what was seen, in a sentence."""
    _, lang, indicator = translator(view.lang), view.lang, figure.indicator_of(view)
    words = {
        "country": tables.country().names[lang], "name": _(indicator.name), "year": got.target.year,
        "aim": formats.number(got.target.value, indicator.decimals),
    }  # fmt: skip
    if got.whole not in got.judged.index or got.judged["verdict"][got.whole] == "cannot_tell":
        return _("{name}: what {aim} by {year} would take").format(**words)
    one = got.judged.loc[got.whole].to_dict()
    words |= {
        "seen": formats.number(one["seen"], 1), "needed": formats.number(one["needed"], 1), "from": one["seen_from"],
        "to": one["year"], "value": formats.number(one["value"], indicator.decimals),
    }  # fmt: skip
    if one["verdict"] == "met":
        return _("{name}: {country} has met {aim} already, with {value} in {to}").format(**words)
    if pd.isna(one["needed"]):
        return _("{name}: {country} had {value} in {to}, against a target of {aim} by {year}").format(**words)
    said = _("{name}: {aim} by {year} takes {needed} % a year in {country}; {from} to {to} it was {seen} %")
    return said.format(**words)


def note(view: View, got: Answer) -> str:
    """Return, beside the badge, how many areas make it at today's pace."""
    _, parts = translator(view.lang), got.parts
    if parts.empty:
        return ""
    counts = parts["verdict"].value_counts()
    said = [f"{_(VERDICTS[name])}: {counts[name]}" for name in VERDICTS if name in counts.index]
    return _("Areas: {said}").format(said=_("; ").join(said))


def controls(view: View, target: Target | None) -> None:
    """Draw what is asked: each change goes into the view, and so into the link."""
    _, asked, indicator = translator(view.lang), question_of(view), figure.indicator_of(view)
    with st.container(horizontal=True, vertical_alignment="bottom", key="mh_access"):
        own = _("Target, {unit}; 0 = the benchmark").format(unit=_(indicator.unit))
        st.session_state["targets_aim"] = asked.aim / _HUNDREDTHS
        most = TargetQuestion.limits("aim")[1] / _HUNDREDTHS
        st.number_input(own, 0.0, most, step=1.0, key="targets_aim", on_change=_aimed, width=320)
        st.session_state["targets_by"] = asked.by
        st.number_input(_("By the year"), *TargetQuestion.limits("by"), key="targets_by", on_change=_dated, width=130)
    if target is not None and not asked.aim:
        label = benchmark_labels(view)[view.benchmark]
        st.caption(_("The target is the benchmark: {label}").format(label=plain(label)))


def _aimed() -> None:
    aim = round(st.session_state["targets_aim"] * _HUNDREDTHS)
    views.change(goal=replace(views.kept().goal, aim=aim))


def _dated() -> None:
    views.change(goal=replace(views.kept().goal, by=int(st.session_state["targets_by"])))


def about(view: View, got: Answer, title: str) -> About:
    """Return what the figures of the page are about: all years, and what must be said of a pace carried on."""
    _ = translator(view.lang)
    latest = got.series.sort_values("year").drop_duplicates("area_code", keep="last")
    made = figure.about(view, got.series, title)
    warnings = [_("Arithmetic, not a forecast: the growth of the last period seen, carried on year by year.")]
    if got.broken:
        years = ", ".join(str(year) for year in got.broken)
        warnings.append(_("What is counted changed in {years}: no pace is taken over such a year.").format(years=years))
    unknown = int(got.judged["value"].isna().sum())
    return replace(made, year=None, n=len(latest), n_unknown=unknown, warnings=(*warnings, *made.warnings))


def draw_fan(view: View, got: Answer) -> None:
    """Draw what was seen, and where today's pace would lead."""
    _, named = translator(view.lang), names_of(view)
    if got.series["value"].isna().all():
        st.info(_("No figure is known here, so there is no pace to draw."))
        return
    title = _("{name}: as seen, and at today's pace").format(name=_(figure.indicator_of(view).name))
    drawn = pictures.fan(
        targets.fan(got.series, got.judged, got.target), got.judged, got.target,
        replace(about(view, got, title), warnings=()), view.lang, indicator=figure.indicator_of(view),
        names=named, bold=view.area if view.area in got.judged.index else got.whole, width_px=_CHART_PX,
    )  # fmt: skip
    st.plotly_chart(drawn, config=charts.CONFIG, theme=None, key="targets_fan", alt=title)
    chart_files.chart_menu("targets_fan", view.lang)
    _legend(view, got)


def _legend(view: View, got: Answer) -> None:
    _ = translator(view.lang)
    present = [name for name in VERDICTS if got.judged["verdict"].eq(name).any()]
    st.html(Markup(" ").join(_KEY.format(colour=pictures.COLOURS[name], text=_(VERDICTS[name])) for name in present))
    st.caption(_("Solid: as published or imported. Dashed: at today's pace. The thick line is {area}.").format(
        area=names_of(view)[view.area if view.area in got.judged.index else got.whole]
    ))  # fmt: skip


def names_of(view: View) -> dict[str, str]:
    """Return the names of the areas of a page, the country's among them, by code."""
    named = {code: name for (_level, code), name in area_names(view.lang, view.level).items()}
    return named | {tables.offer().country: tables.country().names[view.lang]}


def sheet(view: View) -> Sheet:
    """Return how each area stands to the target, the country first, as a reader sees it."""
    _, indicator = translator(view.lang), figure.indicator_of(view)
    target = target_of(view)
    if target is None:
        message = "a page without a target has no list"
        raise ValueError(message)
    got = answer(view, target)
    order = {name: at for at, name in enumerate(("will_not", "cannot_tell", "will", "met"))}
    rows = got.judged.assign(code=got.judged.index, rank=got.judged["verdict"].map(order))
    rows.loc[rows["code"].eq(got.whole), "rank"] = -1
    rows = rows.sort_values(["rank", "value", "code"], kind="stable")
    named, unit, verdicts = names_of(view), _(indicator.unit), {name: _(text) for name, text in VERDICTS.items()}
    shown = pd.DataFrame({
        _("Area"): [named.get(code, code) for code in rows["code"]],
        _("Standing"): rows["verdict"].map(verdicts),
        _("Last known, {unit}").format(unit=unit): rows["value"].round(indicator.decimals + 1),
        _("Year"): rows["year"],
        _("Seen since"): rows["seen_from"],
        _("Growth seen, % a year"): rows["seen"].round(1),
        _("Growth needed, % a year"): rows["needed"].round(1),
        _("Needed a year, {unit}").format(unit=unit): rows["yearly"].round(indicator.decimals + 1),
        _("In {year} at today's pace, {unit}").format(year=target.year, unit=unit):
            rows["then"].round(indicator.decimals),
        _("Meets it in"): rows["reached"],
        _("Code"): rows["code"],
    })  # fmt: skip
    title = headline(view, got)
    asked = _("target {aim} by {year}").format(aim=formats.number(target.value, indicator.decimals), year=target.year)
    return Sheet(shown.reset_index(drop=True), tuple(rows["code"]), about(view, got, title),
                 _("the country first, then who does not make it"), asked)  # fmt: skip


def listed(view: View) -> None:
    """Draw how each area stands to the target, with its files."""
    _, made = translator(view.lang), sheet(view)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom",
                      key="mh_head_targets"):  # fmt: skip
        st.subheader(_("Area by area"), anchor=False, width="content")
        list_files.menu(view, "targets", partial(sheet))
    st.dataframe(made.rows, hide_index=True, key="targets_list", placeholder=formats.NOTHING,
                 height=min(520, 36 * (len(made.rows) + 1)),
                 column_config={_("Area"): st.column_config.TextColumn(pinned=True)})  # fmt: skip
    level_years(view)


def level_years(view: View) -> None:
    """Say where no pace was seen because only one year is known at the view's level."""
    _ = translator(view.lang)
    years = tables.offer().years.get((view.dataset, view.indicator, view.level), {})
    known = [year for year, is_known in years.items() if is_known]
    if len(known) == 1:
        said = _(
            "By area only {year} is known of this indicator, so that no pace was seen; others may have more years."
        )
        st.caption(said.format(year=known[0]))
