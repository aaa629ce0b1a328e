"""
The page of access: who lives too far from care, on which ground, where, and how sure that is.

Puts together what `mhgis.outreach` computes; computes nothing of its own. What was found is kept in memory by build,
dataset, resource and question.
"""

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from mhgis import classify, formats, gaps, links, outreach, store
from mhgis.classify import LegendRow
from mhgis.figures import access as pictures
from mhgis.figures import charts
from mhgis.i18n import N_, Language, translator
from mhgis.indicators import LEVELS, RESOURCES, Indicator, Level
from mhgis.links import View
from mhgis.outreach import Distances, Ground
from mhgis.provenance import About, Processing
from mhgis.questions import BORDERS_NAMES, LIMITS, MEASURE_NAMES, UNIT_NAMES, AccessQuestion
from mhgis.ui import export, figure, shell
from mhgis.ui import view as views
from mhgis.ui.export import Sheet
from mhgis.ui.map import ClassStyle, Details, choropleth, wire_order

_CHART_PX: Final = 340
_MAP_PX: Final = 560
#: grounds and answers kept in memory: each holds 500 draws of all areas
_GROUNDS_KEPT: Final = 6
_FOUND_KEPT: Final = 8
#: breaks of distance on the map, km, and the thresholds told beside the one that is asked
_EDGES_KM: Final = (25, 50, 100)
_FEW_AREAS: Final = 8

#: what people live far from
NEAREST: Final[dict[str, str]] = {
    "beds": N_("the nearest psychiatric bed"),
    "facilities": N_("the nearest mental-health facility"),
    "psychiatrists": N_("the nearest psychiatrist"),
    "nurses": N_("the nearest psychiatric nurse"),
}
#: what is counted
_UNITS: Final[dict[str, str]] = {
    "beds": N_("Psychiatric beds"),
    "facilities": N_("Mental-health facilities"),
    "psychiatrists": N_("Psychiatrists"),
    "nurses": N_("Psychiatric nurses"),
}

_DISTANCE: Final = Indicator(
    "distance_km", N_("Distance to the nearest"), N_("km"), "less_is_better", LEVELS, "beds", decimals=0
)
_ACCESS: Final = Indicator(
    "access", N_("Units within reach"), N_("per 100,000 people"), "more_is_better", LEVELS, "beds", decimals=1
)

_FACILITIES: Final = """
SELECT facility_id, area_code, lon, lat, beds, psychiatrists, nurses, 1 AS facilities FROM facility
WHERE dataset_id = ? AND year = ? ORDER BY facility_id
"""


def settled(view: View) -> View:
    """Return the view at the finest level and with an indicator of a resource, which access is asked of."""
    resource = resource_of(view)
    offer, finest = views.offer(), views.country().finest
    indicator = view.indicator
    if figure.indicator_of(view).parts is None or finest not in offer.levels(view.dataset, indicator):
        indicator = f"{resource}_per_100k"
    wanted = replace(view, level=finest, indicator=indicator)
    fitting = links.settle(wanted, offer)
    if fitting != view:
        views.keep(fitting)
        st.rerun()
    return fitting


def resource_of(view: View) -> str:
    """Return the resource whose distance is asked: that of the view's indicator, beds where it has none."""
    indicator = figure.indicator_of(view)
    return str(indicator.parts) if indicator.parts in RESOURCES else "beds"


def question_of(view: View) -> AccessQuestion:
    """Return what is asked of access; a link that asks nothing that can be read asks the first question."""
    return AccessQuestion.parse(view.reach) or AccessQuestion()


@dataclass(frozen=True, eq=False)
class Answer:
    """
    What was found for a view, over its whole place.

    `ground` is where people are and where care is; `found` the distances of its origins; `areas` the names of all
    areas of the finest level; `rows` a row an area of that level, with `lower`, `value`, `upper` and `status` of what
    is measured and `beyond` (cases of 100 in which it is beyond the threshold); `inside` says which lie in the place.
    """

    question: AccessQuestion
    resource: str
    ground: Ground
    found: Distances
    rows: pd.DataFrame
    inside: pd.Series
    total: pd.Series

    @property
    def is_modelled(self) -> bool:
        """Say whether the answer is a model's."""
        return self.ground.is_modelled


def answer(view: View) -> Answer:
    """Return what was found for a view."""
    question, resource = question_of(view), resource_of(view)
    _ = translator(view.lang)
    with st.spinner(_("Measuring distances")):
        ground, rows, found = _found(
            store.fingerprint(), (view.dataset, view.level, view.year, resource), _of_measure(question)
        )
    limited = views.limited(rows, view)
    inside = pd.Series(rows["area_code"].isin(limited["area_code"]).to_numpy(), index=rows["area_code"])
    here = _here(ground, found, inside)
    total = outreach.beyond(*here, question.too_far_km).iloc[0]
    often = outreach.how_often(found, question.too_far_km)
    rows = rows.assign(beyond=often.reindex(rows["area_code"]).array)
    return Answer(question, resource, ground, found, rows, inside, total)


def _of_measure(question: AccessQuestion) -> AccessQuestion:
    # how far is too far changes nothing that is measured
    plain = replace(question, threshold=AccessQuestion.threshold, unit="km", speed=60, detour=130)
    return plain if question.measure != "nearest" else replace(plain, catchment=AccessQuestion.catchment)


def _here(ground: Ground, found: Distances, inside: pd.Series) -> tuple[Ground, Distances]:
    at = inside.reindex(ground.origins.index).to_numpy(bool)
    draws = None if found.draws is None else found.draws[:, at]
    return replace(ground, origins=ground.origins[at]), Distances(found.table[at], draws)


def unit_name(resource: str, lang: Language) -> str:
    """Return what is counted of a resource, as a heading."""
    return translator(lang)(_UNITS[resource])


def ground_of(view: View) -> tuple[Ground, pd.DataFrame]:
    """Return the ground of a view, and the rows of all areas of its level."""
    return _ground(store.fingerprint(), _shown(view))


def distances_of(view: View, question: AccessQuestion) -> Distances:
    """Return how far the people of a view's ground are from care, over the whole country."""
    return _distances(store.fingerprint(), _shown(view), AccessQuestion(borders=question.borders))


def _shown(view: View) -> tuple[str, str, int, str]:
    return view.dataset, view.level, view.year, resource_of(view)


@lru_cache(maxsize=_GROUNDS_KEPT)
def _ground(build: str, shown: tuple[str, str, int, str]) -> tuple[Ground, pd.DataFrame]:
    del build  # part of the key only
    dataset, level, year, resource = shown
    rows = store.indicator_values(dataset, level, year, resource)
    place = store.areas(level).set_index("area_code")[["lon", "lat", "is_applicable"]]
    areas = rows.set_index("area_code").join(place)
    areas = areas[areas["status"].ne("not_applicable")].assign(amount=lambda t: t["value"].astype("Float64"))
    codes, draws = store.ensemble(dataset, resource, year)
    if len(draws):
        areas = areas.loc[codes]
        sites = areas.assign(area_code=areas.index)
        return Ground(areas, sites, draws), rows
    facilities = store.query(_FACILITIES, [dataset, year])
    facilities = facilities.assign(amount=facilities[resource].astype("Float64"))
    return Ground(areas, outreach.sites_of(areas, facilities)), rows


@lru_cache(maxsize=_FOUND_KEPT)
def _distances(build: str, shown: tuple[str, str, int, str], question: AccessQuestion) -> Distances:
    return outreach.distances(_ground(build, shown)[0], question)


@lru_cache(maxsize=_FOUND_KEPT)
def _found(
    build: str, shown: tuple[str, str, int, str], question: AccessQuestion
) -> tuple[Ground, pd.DataFrame, Distances]:
    ground, rows = _ground(build, shown)
    found = _distances(build, shown, AccessQuestion(borders=question.borders))
    measured = found.table if question.measure == "nearest" else outreach.within_reach(ground, question)
    columns = measured[["lower", "value", "upper", "status"]].reindex(rows["area_code"])
    site = found.table["site"].reindex(rows["area_code"])
    shown_rows = rows.assign(
        lower=columns["lower"].astype("Float64").array, value=columns["value"].astype("Float64").array,
        upper=columns["upper"].astype("Float64").array,
        status=columns["status"].fillna("not_applicable").array, site=site.array,
    )  # fmt: skip
    return ground, shown_rows, found


def _place(view: View) -> str:
    return figure.scope_name(view) or views.country().names[view.lang]


def _far(question: AccessQuestion, lang: Language) -> str:
    _ = translator(lang)
    if question.measure == "nearest" and question.unit == "min":
        return _("{n} minutes").format(n=formats.number(question.threshold))
    return _("{n} km").format(n=formats.number(question.too_far_km))


def headline(view: View, got: Answer) -> str:
    """Return how many people live too far from care, in a sentence, as a range where it is one."""
    _, lang, one = translator(view.lang), view.lang, got.total
    words = {"place": _place(view), "far": _far(got.question, lang), "care": _(NEAREST[got.resource])}
    if not got.ground.is_known:
        return _("Not known from these figures: how many people in {place} live more than {far} from {care}").format(
            **words
        )
    numbers = {
        "least": formats.people(int(one["lower"]), lang), "most": formats.people(int(one["upper"]), lang),
    }  # fmt: skip
    if got.is_modelled:
        middle = formats.people(int(one["value"]), lang)
        return _("Model estimate: about {middle} in {place} live more than {far} from {care}").format(
            middle=middle, **words
        )
    if one["lower"] == one["upper"]:
        return _("{least} in {place} live more than {far} from {care}").format(**numbers, **words)
    return _("At least {least}, at most {most} in {place} live more than {far} from {care}").format(**numbers, **words)


def note(view: View, got: Answer) -> str:
    """Return, beside the badge, the range and the share of all people."""
    _, lang, one = translator(view.lang), view.lang, got.total
    if not got.ground.is_known or not one["people"]:
        return ""
    low, high = (100 * one[name] / one["people"] for name in ("lower", "upper"))
    share = formats.interval(low, high, 1, "%")
    if got.is_modelled:
        return _("In 90 of 100 draws between {least} and {most}, {share} of the people").format(
            least=formats.people(int(one["lower"]), lang), most=formats.people(int(one["upper"]), lang), share=share
        )
    return _("{share} of the people").format(share=share)


def other_ways(view: View) -> None:
    """Draw, where nothing is known, what the model says and the way to it."""
    _, lang = translator(view.lang), view.lang
    found = views.table("SELECT dataset_id, year FROM dataset WHERE kind = 'modelled' ORDER BY dataset_id")
    with st.container(border=True):
        st.markdown(
            _(
                "Which areas have any was never published, so distances cannot be told. An area without a figure is "
                "not an area without care."
            )
        )
        for dataset, year in zip(found["dataset_id"], found["year"], strict=True):
            other = replace(view, dataset=str(dataset), year=int(year))
            if (other.dataset, other.indicator, other.level) not in views.offer().years:
                continue
            one = answer(other).total
            said = _("**{title}**: about {middle}, in 90 of 100 draws between {least} and {most}").format(
                title=shell.dataset_titles(lang)[other.dataset],
                **{word: formats.people(int(one[name]), lang)
                   for word, name in (("middle", "value"), ("least", "lower"), ("most", "upper"))},
            )  # fmt: skip
            st.markdown(f":orange-badge[{_(shell.MODELLED)}] {said}")
            st.button(
                _("Show the model estimate: map and list"), type="primary", on_click=views.change,
                kwargs={"dataset": other.dataset, "year": other.year}, key=f"access_to_{dataset}",
            )  # fmt: skip


def controls(view: View, got: Answer) -> None:
    """Draw what is asked: each change goes into the view, and so into the link."""
    _, asked = translator(view.lang), got.question
    with st.container(horizontal=True, vertical_alignment="bottom", key="mh_access"):
        st.session_state["access_scope"] = view.within
        names = shell.scopes(view)
        st.selectbox(_("Place"), list(names), format_func=names.__getitem__, key="access_scope",
                     on_change=_moved, width=220)  # fmt: skip
        st.session_state["access_resource"] = got.resource
        offered = [one for one in RESOURCES if f"{one}_per_100k" in views.offer().indicators(view.dataset)]
        st.selectbox(_("Care"), offered, format_func=lambda one: _(_UNITS[one]), key="access_resource",
                     on_change=_chose_resource, width=220)  # fmt: skip
        _choose("measure", _("Measure"), MEASURE_NAMES, asked, view.lang, width=260)
        if asked.measure == "nearest":
            _count("threshold", _("Too far: more than"), asked, width=140)
            _choose("unit", _("Unit"), UNIT_NAMES, asked, view.lang, width=200)
            if asked.unit == "min":
                _count("speed", _("Speed, km/h"), asked, width=120)
                _count("detour", _("Detour, % of the straight line"), asked, width=220)
        else:
            _count("catchment", _("Catchment, km"), asked, width=140)
        _choose("borders", _("Borders"), BORDERS_NAMES, asked, view.lang, width=220)
    if asked.measure == "nearest" and asked.unit == "min":
        st.caption(
            _("{minutes} minutes are taken for {km} km in a straight line: an estimate, not a measured travel time.")
            .format(minutes=asked.threshold, km=formats.number(asked.threshold_km, 1))
        )  # fmt: skip


def _moved() -> None:
    code = st.session_state["access_scope"]
    views.change(area=code, within=code, camera="")


def _chose_resource() -> None:
    views.change(indicator=f"{st.session_state['access_resource']}_per_100k")


def _choose(part: str, label: str, names: dict[Any, str], asked: AccessQuestion, lang: Language, *, width: int) -> None:
    key = f"access_{part}"
    st.session_state[key] = getattr(asked, part)
    st.selectbox(label, list(names), format_func=lambda one: translator(lang)(names[one]), key=key, on_change=_asked,
                 args=(part,), width=width)  # fmt: skip


def _count(part: str, label: str, asked: AccessQuestion, *, width: int) -> None:
    key, (least, most) = f"access_{part}", LIMITS[part]
    st.session_state[key] = getattr(asked, part)
    st.number_input(label, least, most, step=5 if least > 1 else 25, key=key, on_change=_asked, args=(part,),
                    width=width)  # fmt: skip


def _asked(part: str) -> None:
    now = question_of(views.kept())
    views.change(reach=str(replace(now, **{part: st.session_state[f"access_{part}"]})))


def _indicator(question: AccessQuestion) -> Indicator:
    return _DISTANCE if question.measure == "nearest" else _ACCESS


def _title(view: View, got: Answer) -> str:
    _ = translator(view.lang)
    if got.question.measure == "nearest":
        care = _(NEAREST[got.resource])
        return _("Distance to {care}").format(care=care)
    return _("{units} within {km} km").format(units=_(_UNITS[got.resource]), km=got.question.catchment)


def about(view: View, got: Answer, title: str) -> About:
    """Return what the figures of the page are about, with what must be said of how they were measured."""
    _ = translator(view.lang)
    indicator = _indicator(got.question)
    rows = got.rows[got.inside.to_numpy()]
    made = figure.about(replace(view, indicator=got.resource), views.limited(views.values(view), view), title)
    applicable = rows[rows["status"].ne("not_applicable")]
    processing: Processing = (
        "modelled" if got.is_modelled else "computed_imported" if shell.is_imported(view) else "computed"
    )
    warnings = [_("Distances are straight lines from a point inside each area, not from every door and not by road.")]
    placed = got.ground.sites.index.difference(got.ground.origins.index)
    if len(placed):
        warnings.append(
            _("{n} facilities are at their own coordinates, the rest at the point of their area.").format(n=len(placed))
        )
    else:
        warnings.append(_("Care is taken to be at the point of its area; within that area the distance is 0."))
    if got.ground.n_unknown:
        warnings.append(
            _("{n} places of care are not known: the least distance takes them for care, the greatest for none.")
            .format(n=formats.number(got.ground.n_unknown))
        )  # fmt: skip
    unplaced = int(got.total["people_unknown"])
    if unplaced:
        warnings.append(_("{n} areas have no population figure and are in no count.").format(n=unplaced))
    return replace(
        made, unit=_(indicator.unit), processing="modelled" if got.is_modelled else processing, n=len(applicable),
        n_unknown=int(applicable["status"].isin(gaps.UNKNOWN).sum()), warnings=(*warnings, *made.warnings),
    )  # fmt: skip


def thresholds(view: View, got: Answer) -> None:
    """Draw how many people are beyond each of a few distances."""
    _, lang = translator(view.lang), view.lang
    here = _here(got.ground, got.found, got.inside)
    asked = sorted({*_EDGES_KM, got.question.too_far_km})
    rows = []
    for km in asked:
        one = outreach.beyond(*here, km).iloc[0]
        rows.append({_("Further than"): f"{formats.number(km, int(km % 1 > 0))} km", **_counted(one, got, lang)})
    st.table(pd.DataFrame(rows).set_index(_("Further than")))


def _counted(one: Any, got: Answer, lang: Language) -> dict[str, str]:  # noqa: ANN401 - a row of a frame
    _ = translator(lang)
    people = int(one["people"])
    low, high = (100 * one[name] / people if people else None for name in ("lower", "upper"))
    least, most = (formats.people(int(one[name]), lang, unit=False) for name in ("lower", "upper"))
    span = least if least == most else _("{least} to {most}").format(least=least, most=most)
    heading = _("People, 5 % to 95 % of draws") if got.is_modelled else _("People, at least to at most")
    return {heading: span, _("Of all people"): formats.interval(low, high, 0, "%")}


def by_part(view: View, got: Answer) -> None:
    """Draw how many people are too far, by province or by prefecture, most first."""
    _, lang = translator(view.lang), view.lang
    level: Level = "prefecture" if view.within else "province"
    rows = got.rows.set_index("area_code")
    group = rows["parent_code"] if view.within else rows["province_code"]
    ground, found = _here(got.ground, got.found, got.inside)
    table = outreach.beyond(ground, found, got.question.too_far_km, group.reindex(ground.origins.index))
    if len(table) <= 1:
        return
    names = {code: name for (at, code), name in shell.area_names(lang).items() if at == level}
    names |= dict(zip(rows.index, rows[f"name_{lang}"], strict=True))
    table = table.sort_values(["upper", "lower"], ascending=False, kind="stable")
    shown = pd.DataFrame([
        {_("Area"): names.get(one["group"], one["group"]), **_counted(one, got, lang)}
        for one in table.to_dict("records")
    ])  # fmt: skip
    st.subheader(_("By prefecture") if view.within else _("By province"), anchor=False)
    st.dataframe(shown, hide_index=True, key="access_parts", height=min(300, 36 * (len(shown) + 1)),
                 column_config={_("Area"): st.column_config.TextColumn(pinned=True)})  # fmt: skip


def draw_map(view: View, got: Answer, sentence: str) -> None:
    """Draw the map of what is measured; what depends on unknown places is hatched, with its range in the tooltip."""
    _, lang, indicator = translator(view.lang), view.lang, _indicator(got.question)
    placed = got.rows.set_index("area_code").reindex(wire_order(view.level)).reset_index()
    finite = placed.assign(value=placed["value"].astype("Float64").replace(np.inf, outreach.LAST_KM * 10.0))
    modelled = got.is_modelled
    if got.question.measure == "nearest":
        edges = sorted({*_EDGES_KM, got.question.threshold_km})
        found = classify.classify(finite, "custom", edges=edges, decimals=0, direction="less_is_better")
    else:
        found = classify.classify(finite, "quantile", decimals=1)
    counted = got.inside.reindex(placed["area_code"]).to_numpy(bool)
    people = placed["people"].to_numpy("float64", na_value=np.nan)
    styles = [
        ClassStyle(
            _legend(row, got, lang), row.colour, int(here.sum()),
            formats.people(float(np.nansum(people[here])), lang, unit=False) if here.any() else formats.NOTHING,
            row.kind,
        )
        for at, row in enumerate(found.legend)
        for here in [counted & (found.index == at)]
    ]  # fmt: skip
    ends: dict[str, np.ndarray] = {
        name: placed[name].astype("Float64").replace(np.inf, np.nan).to_numpy("float64", na_value=np.nan)
        for name in ("lower", "value", "upper")
    }
    words: dict[str, str] = {status: formats.status_word(status, lang) for status in formats.STATUS_WORDS}
    words["not_reported"] = _("depends on places not known")
    choropleth(
        key="map", level=view.level, values=found.index, classes=styles, legend_title=_title(view, got),
        unit=_(indicator.unit), lang=lang, sentence=sentence, scope=view.within or None,
        details=Details(ends["value"], placed["status"].tolist(), words, indicator.decimals, ends["lower"],
                        ends["upper"]),
        selected=view.area or None, camera=figure.camera_of(view), can_drill=False, modelled=modelled, height=_MAP_PX,
    )  # fmt: skip


def _legend(row: LegendRow, got: Answer, lang: Language) -> str:
    _ = translator(lang)
    if row.kind == "not_reported":
        return _("Depends on places not known")
    if row.kind == "zero" and got.question.measure == "nearest":
        return _("0: in the area itself")
    if row.kind == "zero":
        return _("None within reach")
    return classify.label(row, lang, _indicator(got.question), modelled=got.is_modelled)


def draw_curve(view: View, got: Answer) -> None:
    """Draw the share of people within each distance of care."""
    _, here = translator(view.lang), _here(got.ground, got.found, got.inside)
    title = _("Share of the people of {place} within a distance of {care}").format(
        place=_place(view), care=_(NEAREST[got.resource])
    )
    band = _("Band: 5 % to 95 % of the draws.") if got.is_modelled else _("Band: from least to most.")
    drawn = pictures.curve(
        outreach.curve(*here), replace(about(view, got, title), warnings=()), view.lang,
        threshold_km=got.question.too_far_km, notes=[band], width_px=_CHART_PX,
    )  # fmt: skip
    st.plotly_chart(drawn, config=charts.CONFIG, theme=None, key="access_curve", alt=title)


def sheet(view: View) -> Sheet:
    """Return the areas of a view that are or may be too far, most people first, as a reader sees them."""
    _, lang, got = translator(view.lang), view.lang, answer(view)
    indicator = _indicator(got.question)
    rows = got.rows[got.inside.to_numpy() & got.rows["status"].ne("not_applicable").to_numpy()]
    rows = rows[rows["beyond"].isna() | rows["beyond"].gt(0)]
    weight = rows["people"].astype("Float64") * rows["beyond"].fillna(50)
    rows = rows.assign(weight=weight.fillna(0)).sort_values(["weight", "area_code"], ascending=[False, True])
    often = _("Beyond, of 100 draws") if got.is_modelled else _("Beyond")
    told = {100.0: _("yes"), 0.0: _("no")}
    value = _(indicator.name)

    def ends(name: str) -> pd.Series:
        return rows[name].astype("Float64").replace(np.inf, np.nan).round(indicator.decimals + 1)

    low, high = (_("5 %"), _("95 %")) if got.is_modelled else (_("At least"), _("At most"))
    names = dict(zip(got.rows["area_code"], got.rows[f"name_{lang}"], strict=True))
    place = got.ground.sites["area_code"]
    nearest = [None if formats.is_missing(site) else names.get(place.get(site)) for site in rows["site"]]
    shown = pd.DataFrame({
        _("Area"): rows[f"name_{lang}"], _("Lies in"): rows[f"province_{lang}"].str.cat(rows[f"parent_{lang}"], " · "),
        _("People"): rows["people"],
        often: rows["beyond"].round() if got.is_modelled
        else [_("not known") if formats.is_missing(one) else told[float(one)] for one in rows["beyond"]],
        f"{value}, {_(indicator.unit)}": ends("value"), low: ends("lower"), high: ends("upper"),
        _("Nearest area with any"): nearest, _("Code"): rows["area_code"],
    })  # fmt: skip
    shown = shown.loc[:, shown.notna().any() | (shown.columns == _("Area"))]
    title = headline(view, got)
    decimals = {f"{value}, {_(indicator.unit)}": indicator.decimals, low: indicator.decimals, high: indicator.decimals}
    return Sheet(
        shown.reset_index(drop=True), tuple(rows["area_code"]), about(view, got, title),
        _("most people first, by how often they are too far"), in_words(view, got), decimals,
    )  # fmt: skip


def in_words(view: View, got: Answer) -> str:
    """Return what was asked, as a reader reads it: every parameter that the answer rests on."""
    _, asked = translator(view.lang), got.question
    said = [_(MEASURE_NAMES[asked.measure]), _(_UNITS[got.resource])]
    if asked.measure == "nearest":
        said.append(_("too far: more than {far}").format(far=_far(asked, view.lang)))
        if asked.unit == "min":
            said.append(_("detour {detour} %, {speed} km/h").format(detour=asked.detour, speed=asked.speed))
    else:
        said.append(_("catchment {km} km").format(km=asked.catchment))
    return _("; ").join([*said, _(BORDERS_NAMES[asked.borders])])


def listed(view: View, got: Answer) -> None:
    """Draw the areas that are or may be too far, with their files."""
    _ = translator(view.lang)
    made = sheet(view)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom", key="mh_head_access"
    ):
        st.subheader(_("Where: {n} areas are or may be too far").format(n=formats.number(len(made.codes))),
                     anchor=False, width="content")  # fmt: skip
        if made.codes:
            export.menu(view, "access", partial(sheet))
    if not made.codes:
        st.caption(_("No area is further than that."))
        return
    forms = {
        _("Area"): st.column_config.TextColumn(pinned=True),
        _("People"): st.column_config.NumberColumn(format="localized"),
    }
    st.dataframe(made.rows, hide_index=True, key="access_list", height=420, column_config=forms)
    if got.is_modelled:
        st.caption(_("A model says nothing certain about any one county: read the list as where to look first."))


def reached(view: View, got: Answer) -> None:
    """Draw what the selected area reaches; says how to select one where none is."""
    _, lang, code = translator(view.lang), view.lang, view.area
    st.subheader(_("What one area reaches"), anchor=False)
    if code not in got.ground.origins.index:
        st.caption(_("Click an area on the map to see what care lies around it."))
        return
    radius = got.question.too_far_km
    found = outreach.catchment(got.ground, code, got.question, radius)
    held = found[found["upper"].isna() | found["upper"].gt(0)].head(_FEW_AREAS)
    names = dict(zip(got.rows["area_code"], got.rows[f"name_{lang}"], strict=True))
    st.markdown(
        _("**{area}**: {n} places with care, or that may have it, within {km} km").format(
            area=names[code], n=int((found["upper"].isna() | found["upper"].gt(0)).sum()), km=formats.number(radius)
        )
    )
    units = _(_UNITS[got.resource])
    table = pd.DataFrame([
        {
            _("Area"): names.get(one["area_code"], one["area_code"]),
            _("Distance, km"): formats.number(one["distance_km"]),
            units: _("not known") if formats.is_missing(one["upper"]) else formats.interval(one["lower"], one["upper"]),
        }
        for one in held.to_dict("records")
    ])  # fmt: skip
    if len(table):
        st.table(table.set_index(_("Area")))
