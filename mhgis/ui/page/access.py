"""
The page of access: who lives too far from care, on which ground, where, and how sure that is.

Puts together what `mhgis.measures.access` computes; computes nothing of its own. What was found is kept in memory by
build, dataset, resource and question.
"""

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
import streamlit as st

from mhgis import formats, indicators, store
from mhgis.figures import access as pictures
from mhgis.figures import charts, classify
from mhgis.figures.classify import LegendRow
from mhgis.figures.static_map import MapView
from mhgis.formats import plain
from mhgis.i18n import N_, Language, translator
from mhgis.importing import travel_tables
from mhgis.importing.travel_tables import Kept
from mhgis.indicators import LEVELS, RATE_OF, REGISTRY, RESOURCES, WORDS, Indicator, Level, Measured
from mhgis.measures import access, distance, gaps
from mhgis.measures.access import (
    BORDERS_NAMES,
    MEASURE_NAMES,
    UNIT_NAMES,
    AccessQuestion,
    Distances,
    Found,
    Ground,
    Steps,
    Unit,
)
from mhgis.queries import tables
from mhgis.queries.facilities import names as facility_names
from mhgis.queries.facilities import of_dataset
from mhgis.queries.names import dataset_titles, datasets, is_imported, scopes
from mhgis.ui.map import ClassStyle, Details, choropleth, wire_order
from mhgis.ui.part import chart_files, class_maps, figure, list_files, shell
from mhgis.ui.part import session as views
from mhgis.ui.part.class_maps import Painted
from mhgis.ui.part.list_files import Sheet
from mhgis.view import links
from mhgis.view.view import Camera, View
from mhgis.words.provenance import About, Processing

_CHART_PX: Final = 340
_MAP_PX: Final = 560
#: columns of the table of parts, so that the share is in sight beside the map
_AREA_PX: Final = 130
_SHARE_PX: Final = 76
#: grounds and answers kept in memory: each holds 1,000 draws of all areas
_GROUNDS_KEPT: Final = 4
_FOUND_KEPT: Final = 4
#: breaks of distance or time on the map, and the thresholds told beside the one that is asked
_EDGES: Final[dict[Unit, tuple[int, ...]]] = {"km": (25, 50, 100), "min": (30, 60, 120)}
#: shares of a catchment that its map tells apart, and of a rate that is told beside the one that is asked
_PARTS_OF_CATCHMENT: Final = (0.25, 0.5, 1.0)
_PARTS_OF_FLOOR: Final = (0.5, 1.0, 2.0)
_FEW_AREAS: Final = 8
#: digits of a model's number of people
_DIGITS: Final = 3
#: numbers of people that `mhgis.formats.people` prints in full
_IN_FULL_BELOW: Final[dict[Language, int]] = {"en": 1_000_000, "zh": 10_000}
#: parts that are listed at once; more are in a list that scrolls
_FEW_PARTS: Final = 8
_PARTS_PX: Final = 300

_DISTANCE: Final = Indicator(
    "distance_km", N_("Distance to the nearest"), N_("km"), "less_is_better", LEVELS, Measured(), decimals=0
)
_MINUTES: Final = Indicator(
    "travel_min", N_("Time to the nearest"), N_("minutes"), "less_is_better", LEVELS, Measured(), decimals=0
)
_ACCESS: Final = Indicator(
    "access", N_("Units within reach"), N_("per 100,000 people"), "more_is_better", LEVELS, Measured(), decimals=1
)


def settled(view: View) -> View:
    """Return the view at the finest level and with an indicator of a resource, which access is asked of."""
    resource = resource_of(view)
    offer, finest = tables.offer(), tables.country().finest
    indicator = view.indicator
    if figure.indicator_of(view).parts is None or finest not in offer.levels(view.dataset, indicator):
        indicator = RATE_OF[resource]
    wanted = replace(view, level=finest, indicator=indicator)
    fitting = links.settle(wanted, offer)
    if fitting != view:
        views.keep_anew(fitting)
    return fitting


def resource_of(view: View) -> str:
    """Return the resource whose distance is asked: that of the view's indicator, beds where it has none."""
    return indicators.resource_of(figure.indicator_of(view))


def question_of(view: View) -> AccessQuestion:
    """Return what is asked of access."""
    return view.reach


@dataclass(frozen=True, eq=False)
class Answer:
    """
    What was found for a view, over its whole place.

    `ground` is where people are, where care is and how one gets there; `found` what was measured from each origin;
    `rows` a row an area of the finest level, with `lower`, `value`, `upper`, `status` and `beyond` of
    `mhgis.measures.access.by_area`; `inside` says by area which lie in the place; `limit` is what is too far, or too
    few; `total` the people of the place who fail it; `names` those of facilities, by id; `kept` what a user supplied
    that the answer rests on, `lost` ids that the link names and that are not here.
    """

    question: AccessQuestion
    resource: str
    ground: Ground
    found: Found
    rows: pd.DataFrame
    inside: pd.Series
    limit: float
    total: pd.Series
    names: dict[str, str]
    kept: tuple[Kept, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def is_modelled(self) -> bool:
        """Say whether the answer is a model's."""
        return self.ground.is_modelled

    @property
    def is_known(self) -> bool:
        """Say whether anything is known of where care is."""
        return self.ground.is_known


def answer(view: View) -> Answer:
    """Return what was found for a view."""
    asked, resource = question_of(view), resource_of(view)
    question, kept, lost = _supplied(asked)
    _ = translator(view.lang)
    shown = _shown(view)
    with st.spinner(_("Measuring distances")):
        ground, rows, found = _found(store.fingerprint(), shown, _of_measure(question))
        limit = access.limit_of(ground, question)
        rows = _by_area(store.fingerprint(), shown, _of_measure(question), limit)
    if question.site and question.site not in ground.sites.index:
        question, lost = replace(question, site=""), (*lost, question.site)
    limited = tables.limited(rows, view)
    inside = pd.Series(rows["area_code"].isin(limited["area_code"]).to_numpy(), index=rows["area_code"])
    total = access.beyond(*_here(ground, found, inside), limit).iloc[0]
    named = facility_names(view.dataset, view.year)
    return Answer(question, resource, ground, found, rows, inside, limit, total, named, kept, lost)


def _supplied(asked: AccessQuestion) -> tuple[AccessQuestion, tuple[Kept, ...], tuple[str, ...]]:
    """Return the question without what is not kept here, what is, and the ids of what is not."""
    here = {one.kept_id: one for kind in ("matrix", "points") for one in travel_tables.kept(kind)}
    wanted = {part: getattr(asked, part) for part in ("matrix", "points") if getattr(asked, part)}
    lost = {part: kept_id for part, kept_id in wanted.items() if kept_id not in here or here[kept_id].kind != part}
    used = tuple(here[kept_id] for part, kept_id in wanted.items() if part not in lost)
    matrix, points = ("" if part in lost else getattr(asked, part) for part in ("matrix", "points"))
    return replace(asked, matrix=matrix, points=points), used, tuple(lost.values())


def _of_measure(question: AccessQuestion) -> AccessQuestion:
    # what is too far or too few, and whose catchment is drawn, changes nothing that is measured
    first = AccessQuestion()
    kept = ("measure", "borders", "matrix", "points")
    more = {"nearest": (), "own": ("steps",)}.get(question.measure, ("catchment",))
    return replace(first, **{part: getattr(question, part) for part in (*kept, *more)})


def _here(ground: Ground, found: Found, inside: pd.Series) -> tuple[Ground, Found]:
    at = inside.reindex(ground.origins["area_code"]).to_numpy(bool)
    return replace(ground, origins=ground.origins[at], matrix=None), found.only(at)


@lru_cache(maxsize=_GROUNDS_KEPT)
def _ground(build: str, shown: tuple[str, Level, int, str], matrix: str, points: str) -> tuple[Ground, pd.DataFrame]:
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
    else:
        facilities = of_dataset(dataset, year)
        sites = access.sites_of(areas, facilities.assign(amount=facilities[resource].astype("Float64")))
    origins = access.origins_of(areas, travel_tables.table(points).set_index("code") if points else None)
    return Ground(origins, sites, draws if len(draws) else None, _matrix(matrix, origins, sites)), rows


def _matrix(kept_id: str, origins: pd.DataFrame, sites: pd.DataFrame) -> distance.Matrix | None:
    if not kept_id:
        return None
    kept = travel_tables.load(kept_id)
    unit: Unit = "min" if kept.unit == "min" else "km"
    return distance.matrix(
        travel_tables.table(kept_id), unit, origins, sites, left_out=kept.left_out, limit=kept.limit
    )  # fmt: skip


@lru_cache(maxsize=_FOUND_KEPT)
def _found(
    build: str, shown: tuple[str, Level, int, str], question: AccessQuestion
) -> tuple[Ground, pd.DataFrame, Found]:
    ground, rows = _ground(build, shown, question.matrix, question.points)
    return ground, rows, access.measure(ground, question)


@lru_cache(maxsize=_FOUND_KEPT)
def _by_area(build: str, shown: tuple[str, Level, int, str], question: AccessQuestion, limit: float) -> pd.DataFrame:
    ground, rows, found = _found(build, shown, question)
    areas = access.by_area(ground, found, limit).reindex(rows["area_code"])
    floats = {name: areas[name].astype("Float64").array for name in ("lower", "value", "upper", "beyond")}
    return rows.assign(**floats, status=areas["status"].fillna("not_applicable").array, site=areas["site"].array)


def _distances(view: View, got: Answer) -> Distances:
    """Return how far everyone is from care, whatever is measured."""
    asked = AccessQuestion(borders=got.question.borders, matrix=got.question.matrix, points=got.question.points)
    return distances_of(view, asked)


def unit_name(resource: str, lang: Language) -> str:
    """Return what is counted of a resource, as a heading."""
    return translator(lang)(REGISTRY[resource].name)


def ground_of(view: View) -> tuple[Ground, pd.DataFrame]:
    """Return the ground of a view by straight lines from its areas, and the rows of all areas of its level."""
    return _ground(store.fingerprint(), _shown(view), "", "")


def distances_of(view: View, question: AccessQuestion) -> Distances:
    """Return how far the people of a view's ground are from care, over the whole country."""
    asked = AccessQuestion(borders=question.borders, matrix=question.matrix, points=question.points)
    found = _found(store.fingerprint(), _shown(view), asked)[2]
    if not isinstance(found, Distances):
        message = "the first question about access is one of distance"
        raise TypeError(message)
    return found


def _shown(view: View) -> tuple[str, Level, int, str]:
    return view.dataset, view.level, view.year, resource_of(view)


def _place(view: View) -> str:
    return figure.scope_name(view) or tables.country().names[view.lang]


def _far(question: AccessQuestion, unit: Unit, lang: Language) -> str:
    """Return how far is too far, or how far a catchment goes, with its unit."""
    _ = translator(lang)
    number = question.radius if question.is_of_reach else question.threshold
    is_time = unit == "min" or (question.unit == "min" and not question.is_of_reach and not question.matrix)
    return _length(number, "min" if is_time else "km", lang)


def _length(number: float, unit: Unit, lang: Language) -> str:
    _ = translator(lang)
    form = _("{n} minutes") if unit == "min" else _("{n} km")
    return form.format(n=formats.number(number, int(number % 1 > 0)))


def headline(view: View, got: Answer) -> str:
    """Return how many people live too far from care, or have too little within reach, as a range where it is one."""
    _, lang, one = translator(view.lang), view.lang, got.total
    words = {
        "place": _place(view), "far": _far(got.question, got.ground.unit, lang), "care": _(WORDS[got.resource].nearest),
        "rate": formats.number(got.question.floor), "units": _(WORDS[got.resource].within),
    }  # fmt: skip
    is_of_reach = got.question.is_of_reach
    if not got.is_known:
        if is_of_reach:
            return _("Not known from these figures: what care people in {place} have within reach").format(**words)
        return _("Not known from these figures: how many people in {place} live more than {far} from {care}").format(
            **words
        )
    numbers = {
        "least": _people(one["lower"], got, lang), "most": _people(one["upper"], got, lang),
    }  # fmt: skip
    if not formats.is_missing(one["value"]) and got.is_modelled:
        form = _("Model estimate: about {middle} in {place} live more than {far} from {care}")
        if is_of_reach:
            form = _("Model estimate: about {middle} in {place} have fewer than {rate} {units} for 100,000 people "
                     "within {far}")  # fmt: skip
        return form.format(middle=_people(one["value"], got, lang), **words)
    if one["lower"] == one["upper"]:
        form = _("{least} in {place} live more than {far} from {care}")
        if is_of_reach:
            form = _("{least} in {place} have fewer than {rate} {units} for 100,000 people within {far}")
    else:
        form = _("At least {least}, at most {most} in {place} live more than {far} from {care}")
        if is_of_reach:
            form = _("At least {least}, at most {most} in {place} have fewer than {rate} {units} for 100,000 people "
                     "within {far}")  # fmt: skip
    said = form.format(**numbers, **words)
    return _("Model estimate: {said}").format(said=said) if got.is_modelled else said


def note(view: View, got: Answer) -> str:
    """Return, beside the badge, the range and the share of all people."""
    _, lang, one = translator(view.lang), view.lang, got.total
    if not got.is_known or not one["people"]:
        return ""
    low, high = (100 * one[name] / one["people"] for name in ("lower", "upper"))
    share = formats.interval(low, high, 1, "%")
    if got.is_modelled:
        return _("In 90 of 100 draws between {least} and {most}, {share} of the people").format(
            least=_people(one["lower"], got, lang), most=_people(one["upper"], got, lang), share=share
        )
    return _("{share} of the people").format(share=share)


def other_ways(view: View) -> None:
    """Draw, where nothing is known, what the model says and the way to it."""
    _, lang = translator(view.lang), view.lang
    found = datasets().query("kind == 'modelled'")
    with st.container(border=True):
        said = _("Which areas have any was never published, so distances cannot be told. An area without a figure is "
                 "not an area without care.")  # fmt: skip
        if is_imported(view):
            said = _("The imported figures do not say which areas have any, so distances cannot be told. An area "
                     "without a figure is not an area without care.")  # fmt: skip
        st.markdown(said)
        for dataset, year in zip(found["dataset_id"], found["year"], strict=True):
            other = replace(view, dataset=str(dataset), year=int(year))
            if (other.dataset, other.indicator, other.level) not in tables.offer().years:
                continue
            got = answer(other)
            title = dataset_titles(lang)[other.dataset]
            st.markdown(f":orange-badge[{_(shell.MODELLED)}] **{plain(title)}**  \n{plain(headline(other, got))}")
            st.caption(plain(note(other, got)))
            st.button(
                _("Show the model estimate: map and list"), type="primary", on_click=views.change,
                kwargs={"dataset": other.dataset, "year": other.year}, key=f"access_to_{dataset}",
            )  # fmt: skip


def controls(view: View, got: Answer) -> None:
    """Draw what is asked: each change goes into the view, and so into the link."""
    _, asked, unit = translator(view.lang), got.question, got.ground.unit
    for kept_id in got.lost:
        st.warning(
            _("{what} of this link is not kept here, so it is left out: what you see may differ from what was sent.")
            .format(what=plain(kept_id))
        )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", key="mh_access"):
        st.session_state["access_scope"] = view.within
        names = scopes(view)
        st.selectbox(_("Place"), list(names), format_func=names.__getitem__, key="access_scope",
                     on_change=_moved, width=220)  # fmt: skip
        st.session_state["access_resource"] = got.resource
        offered = [one for one in RESOURCES if RATE_OF[one] in tables.offer().indicators(view.dataset)]
        st.selectbox(_("Care"), offered, format_func=lambda one: _(REGISTRY[one].name), key="access_resource",
                     on_change=_chose_resource, width=220)  # fmt: skip
        _choose("measure", _("Measure"), MEASURE_NAMES, asked, view.lang, width=260)
        if not asked.is_of_reach:
            _of_distance(view, asked, unit)
        else:
            if asked.measure == "own":
                _steps(asked, unit, view.lang)
            else:
                _count("catchment", _("Catchment, minutes") if unit == "min" else _("Catchment, km"), asked, width=140)
            _count("floor", _("Too few: below, per 100,000"), asked, width=180)
        _choose("borders", _("Borders"), BORDERS_NAMES, asked, view.lang, width=220)
    if asked.unit == "min" and not asked.is_of_reach and not asked.matrix:
        st.caption(
            _("{minutes} minutes are taken for {km} km in a straight line: an estimate, not a measured travel time.")
            .format(minutes=asked.threshold, km=formats.number(asked.threshold_km, 1))
        )  # fmt: skip


def _of_distance(view: View, asked: AccessQuestion, unit: Unit) -> None:
    _ = translator(view.lang)
    if asked.matrix:
        _count("threshold", _("Too far: more than, minutes") if unit == "min" else _("Too far: more than, km"), asked,
               width=180)  # fmt: skip
        return
    _count("threshold", _("Too far: more than"), asked, width=140)
    _choose("unit", _("Unit"), UNIT_NAMES, asked, view.lang, width=200)
    if asked.unit == "min":
        _count("speed", _("Speed, km/h"), asked, width=120)
        _count("detour", _("Detour, % of the straight line"), asked, width=220)


def _steps(asked: AccessQuestion, unit: Unit, lang: Language) -> None:
    _ = translator(lang)
    st.session_state["access_steps"] = steps_in_words(asked.steps)
    st.text_input(
        _("Up to minutes: weight %") if unit == "min" else _("Up to km: weight %"), key="access_steps", width=240,
        on_change=_stepped,
        help=_("Steps with ; between them, each up to a distance or time and what it weighs in per cent. Weights fall: "
               "30: 100; 60: 60; 100: 20"),
    )  # fmt: skip


def steps_in_words(steps: Steps) -> str:
    """Return the steps of a user's own weights as they are typed: `30: 100; 60: 60`."""
    return "; ".join(f"{end}: {weight}" for end, weight in steps)


def _stepped() -> None:
    asked = views.kept().reach.typed("steps", st.session_state["access_steps"])
    if asked is None:
        _ = views.words()
        st.toast(
            _("These are no steps: write up to twelve such as 30: 100; 60: 60, with rising ends and falling weights."),
            icon=":material/warning:",
        )
        return
    views.change(reach=asked)


def _moved() -> None:
    code = st.session_state["access_scope"]
    views.change(area=code, within=code, camera=Camera())


def _chose_resource() -> None:
    views.change(indicator=RATE_OF[st.session_state["access_resource"]])


def _choose(part: str, label: str, names: dict[Any, str], asked: AccessQuestion, lang: Language, *, width: int) -> None:
    key = f"access_{part}"
    st.session_state[key] = getattr(asked, part)
    st.selectbox(label, list(names), format_func=lambda one: translator(lang)(names[one]), key=key, on_change=_asked,
                 args=(part,), width=width)  # fmt: skip


def _count(part: str, label: str, asked: AccessQuestion, *, width: int) -> None:
    key, (least, most) = f"access_{part}", asked.limits(part)
    st.session_state[key] = getattr(asked, part)
    st.number_input(label, least, most, step=5 if least > 1 else 25, key=key, on_change=_asked, args=(part,),
                    width=width)  # fmt: skip


def _asked(part: str) -> None:
    _ask(**{part: st.session_state[f"access_{part}"]})


def _ask(**parts: Any) -> None:  # noqa: ANN401 - the types are those of `AccessQuestion`
    views.change(reach=replace(views.kept().reach, **parts))


def _indicator(got: Answer) -> Indicator:
    if got.question.is_of_reach:
        return _ACCESS
    return _MINUTES if got.ground.unit == "min" else _DISTANCE


def _title(view: View, got: Answer) -> str:
    _ = translator(view.lang)
    if got.question.is_of_reach:
        far = _far(got.question, got.ground.unit, view.lang)
        return _("{units} within {far}").format(units=_(REGISTRY[got.resource].name), far=far)
    form = _("Time to {care}") if got.ground.unit == "min" else _("Distance to {care}")
    return form.format(care=_(WORDS[got.resource].nearest))


def about(view: View, got: Answer, title: str) -> About:
    """Return what the figures of the page are about, with what must be said of how they were measured."""
    _ = translator(view.lang)
    indicator = _indicator(got)
    rows = got.rows[got.inside.to_numpy()]
    seen = replace(view, indicator=got.resource, sure=View.sure)
    made = figure.about(seen, tables.limited(tables.values(view), view), title, of_people=True)
    applicable = rows[rows["status"].ne("not_applicable")]
    processing: Processing = (
        "modelled" if got.is_modelled
        else "computed_imported" if is_imported(view) or got.kept
        else "computed"
    )  # fmt: skip
    warnings = _of_ways(got, view.lang)
    placed = [code for code in got.ground.sites.index if code in got.names]
    if placed:
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
        made, unit=_(indicator.unit), processing=processing, n=len(applicable),
        n_unknown=int(applicable["status"].isin(gaps.UNKNOWN).sum()), warnings=(*warnings, *made.warnings),
        origins=(*made.origins, *(one.origin(view.lang) for one in got.kept)),
    )  # fmt: skip


def _of_ways(got: Answer, lang: Language) -> list[str]:
    """Return what must be said of where people are and of how the ways were measured."""
    _ = translator(lang)
    if got.ground.matrix is None:
        said = [_("Distances are straight lines from a point inside each area, not from every door and not by road.")]
    else:
        said = [
            _("Ways are by the travel table, which gives one from where {share} of the people live. A way it leaves "
              "out is unknown, never zero: no shorter than the straight line, no faster than 120 km/h.")
            .format(share=formats.percent(100 * (got.ground.covered or 0), 1))
        ]  # fmt: skip
        if got.ground.matrix.unused:
            said.append(_("{n} rows of the travel table name places that these figures do not have; they are not used.")
                        .format(n=formats.number(got.ground.matrix.unused)))  # fmt: skip
    if got.question.points:
        own = got.ground.origins.index == got.ground.origins["area_code"]
        said.append(
            _("People are at {n} points of the points' file, with its numbers of people; {rest} areas without a point "
              "of their own are at one point inside them.")
            .format(n=formats.number(int((~own).sum())), rest=formats.number(int(own.sum())))
        )  # fmt: skip
    return said


def thresholds(view: View, got: Answer) -> None:
    """Draw how many people are beyond each of a few distances, or below each of a few rates."""
    _, lang, unit = translator(view.lang), view.lang, got.ground.unit
    here = _here(got.ground, got.found, got.inside)
    is_of_reach = got.question.is_of_reach
    asked = {part * got.limit for part in _PARTS_OF_FLOOR} if is_of_reach else {*_EDGES[unit], got.limit}
    heading = _("Fewer than, per 100,000") if is_of_reach else _("Further than")
    rows = []
    for limit in sorted(asked):
        one = access.beyond(*here, limit).iloc[0]
        said = formats.number(limit, int(limit % 1 > 0)) if is_of_reach else _length(limit, unit, lang)
        rows.append({heading: said, **_counted(one, got, lang)})
    st.table(pd.DataFrame(rows).set_index(heading))


def _people(count: Any, got: Answer, lang: Language, *, unit: bool = True) -> str:  # noqa: ANN401 - a cell of a frame
    """Return a number of people in words; in a model to three digits, for more would be a precision it has not."""
    exact = int(count)
    # what is told in millions or ten thousands is rounded there, and once only
    is_in_full = got.is_modelled and exact < _IN_FULL_BELOW[lang]
    return formats.people(round(exact, _DIGITS - len(str(exact))) if is_in_full else exact, lang, unit=unit)


def _counted(one: Any, got: Answer, lang: Language) -> dict[str, str]:  # noqa: ANN401 - a row of a frame
    _ = translator(lang)
    people = int(one["people"])
    low, high = (100 * one[name] / people if people else None for name in ("lower", "upper"))
    least, most = (_people(one[name], got, lang, unit=False) for name in ("lower", "upper"))
    span = least if least == most else _("{least} to {most}").format(least=least, most=most)
    heading = _("People, 5 % to 95 %") if got.is_modelled else _("People, at least to at most")
    return {heading: span, _("Of all"): formats.interval(low, high, 0, "%")}


def by_part(view: View, got: Answer) -> None:
    """Draw how many people are too far, by province or by prefecture, most first."""
    _, lang = translator(view.lang), view.lang
    rows, part = got.rows.set_index("area_code"), "parent" if view.within else "province"
    group = rows[f"{part}_code"]
    ground, found = _here(got.ground, got.found, got.inside)
    of_origin = pd.Series(group.reindex(ground.origins["area_code"]).to_numpy(), index=ground.origins.index)
    table = access.beyond(ground, found, got.limit, of_origin)
    if len(table) <= 1:
        return
    # an area right below a province is a part of its own
    names = dict(zip(rows.index, rows[f"name_{lang}"], strict=True))
    names |= dict(zip(group, rows[f"{part}_{lang}"], strict=True))
    table = table.sort_values(["upper", "lower"], ascending=False, kind="stable")
    shown = pd.DataFrame([
        {_("Area"): names.get(one["group"], one["group"]), **_counted(one, got, lang)}
        for one in table.to_dict("records")
    ])  # fmt: skip
    st.subheader(_("By prefecture") if view.within else _("By province"), anchor=False)
    height: int | Literal["content"] = "content" if len(shown) <= _FEW_PARTS else _PARTS_PX
    st.dataframe(shown, hide_index=True, key="access_parts", height=height,
                 column_config={_("Area"): st.column_config.TextColumn(width=_AREA_PX, pinned=True),
                                _("Of all"): st.column_config.TextColumn(width=_SHARE_PX)})  # fmt: skip


def _mapped(view: View, got: Answer) -> tuple[Painted, pd.DataFrame, Indicator]:
    """Return the map of what is measured, or of a chosen catchment, over all areas; and what its tooltip says."""
    _, lang, indicator = translator(view.lang), view.lang, _indicator(got)
    placed, title = got.rows.set_index("area_code").reindex(wire_order(view.level)).reset_index(), _title(view, got)
    edges = sorted({*_EDGES[got.ground.unit], got.limit})
    is_distance, modelled = not got.question.is_of_reach, got.is_modelled
    if got.question.site:
        indicator = _MINUTES if got.ground.unit == "min" else _DISTANCE
        placed, title = _of_catchment(got, placed), _("Catchment of {site}").format(site=_site_name(got, lang))
        radius = access.radius_of(got.ground, got.question)
        edges, is_distance, modelled = [radius * part for part in _PARTS_OF_CATCHMENT], True, False
    finite = placed.assign(value=placed["value"].astype("Float64").replace(np.inf, access.LAST * 10.0))
    if is_distance:
        found = classify.classify(finite, "custom", edges=edges, decimals=0, direction="less_is_better")
    else:
        found = classify.classify(finite, "quantile", decimals=1)
    counted = got.inside.reindex(placed["area_code"]).to_numpy(bool)
    people = placed["people"].to_numpy("float64", na_value=np.nan)
    styles = [
        ClassStyle(
            _legend(row, indicator, lang, modelled=modelled), row.colour, int(here.sum()),
            formats.people(float(np.nansum(people[here])), lang, unit=False) if here.any() else formats.NOTHING,
            row.kind,
        )
        for at, row in enumerate(found.legend)
        for here in [counted & (found.index == at)]
    ]  # fmt: skip
    what = about(view, got, headline(view, got))
    map_ = Painted(what, title, _(indicator.unit), placed["area_code"].tolist(), found.index, placed["people"], styles,
                   view.level)  # fmt: skip
    return map_, placed, indicator


def seen(view: View) -> Painted | None:
    """Return the map of a saved view as it goes on a slide; None where its figures do not know where care is."""
    is_of_finest = view.level == tables.country().finest and figure.indicator_of(view).parts is not None
    return painted(view) if is_of_finest and answer(view).is_known else None


def slide(view: View) -> MapView:
    """Return the map of a saved view under its sentence."""
    return class_maps.slide(view, seen(view))


def painted(view: View) -> Painted:
    """Return the map of a view as it goes on paper: the areas of its place."""
    got = answer(view)
    map_, _placed, _indicator_of = _mapped(view, got)
    here = got.inside.reindex(list(map_.codes)).to_numpy(bool)
    codes = [code for code, is_in in zip(map_.codes, here, strict=True) if is_in]
    return replace(map_, codes=codes, index=map_.index[here], people=map_.people[here])


def draw_map(view: View, got: Answer, sentence: str) -> None:
    """Draw the map of what is measured, or of a chosen catchment; what depends on the unknown is hatched."""
    _, lang = translator(view.lang), view.lang
    map_, placed, indicator = _mapped(view, got)
    ends: dict[str, np.ndarray] = {
        name: placed[name].astype("Float64").replace(np.inf, np.nan).to_numpy("float64", na_value=np.nan)
        for name in ("lower", "value", "upper")
    }
    words: dict[str, str] = {status: formats.status_word(status, lang) for status in formats.STATUS_WORDS}
    words["not_reported"] = _("depends on places not known")
    choropleth(
        key="map", level=view.level, values=map_.index, classes=map_.styles, legend_title=map_.title, unit=map_.unit,
        lang=lang, sentence=sentence, scope=view.within or None,
        details=Details(ends["value"], placed["status"].tolist(), words, indicator.decimals, ends["lower"],
                        ends["upper"]),
        selected=view.area or None, camera=view.camera.at, can_drill=False, modelled=got.is_modelled,
        height=_MAP_PX,
    )  # fmt: skip
    class_maps.menu(view, painted, "access_picture")


def _of_catchment(got: Answer, placed: pd.DataFrame) -> pd.DataFrame:
    radius = access.radius_of(got.ground, got.question)
    found = access.served(got.ground, got.question.site, got.question)
    areas = access.by_area(got.ground, found, radius).reindex(placed["area_code"])
    floats = {name: areas[name].astype("Float64").array for name in ("lower", "value", "upper")}
    return placed.assign(**floats, status=areas["status"].fillna("not_applicable").array)


def _site_name(got: Answer, lang: Language) -> str:
    site = got.question.site
    of_area = dict(zip(got.rows["area_code"], got.rows[f"name_{lang}"], strict=True))
    return got.names.get(site) or of_area.get(site, site)


def choose_catchment(view: View, got: Answer) -> None:
    """Draw whose catchment is shown: none, the selected area's, or a facility's; and who lives in it."""
    _, lang = translator(view.lang), view.lang
    of_area = dict(zip(got.rows["area_code"], got.rows[f"name_{lang}"], strict=True))
    known = got.ground.sites.index
    held = got.ground.sites["area_code"]
    placed = [code for code in got.names if code in known and bool(got.inside.get(held[code], False))]
    chosen = [code for code in dict.fromkeys((got.question.site, view.area)) if code in known and code not in placed]
    words = {
        "": _("none: all of {place}").format(place=_place(view)),
        **{code: of_area.get(code, got.names.get(code, code)) for code in chosen},
        **{code: f"{got.names[code]} · {of_area.get(held[code], '')}" for code in placed},
    }
    words = formats.distinct(words)
    with st.container(horizontal=True, vertical_alignment="center", key="mh_catchment"):
        st.session_state["access_site"] = got.question.site
        st.selectbox(_("Catchment on the map"), list(words), format_func=words.__getitem__, key="access_site",
                     on_change=_asked, args=("site",), width=340,
                     help=_("A facility, or the area that is selected on the map"))  # fmt: skip
        if got.question.site:
            st.markdown(catchment_in_words(view, got))


def catchment_in_words(view: View, got: Answer) -> str:
    """Return, in Markdown, how many people live within the catchment shown, a range where some ways are not known."""
    _, lang = translator(view.lang), view.lang
    radius = access.radius_of(got.ground, got.question)
    found = access.served(got.ground, got.question.site, got.question)
    people = got.ground.origins["people"].astype("Float64").to_numpy("float64", na_value=0.0)
    least, most = (float(people[end[0] <= radius].sum()) for end in (found.most, found.least))
    areas = got.ground.origins["area_code"][found.least[0] <= radius].nunique()
    words = {
        "site": plain(_site_name(got, lang)), "far": _far(got.question, got.ground.unit, lang),
        "n": formats.number(areas),
        "least": formats.people(least, lang), "most": formats.people(most, lang),
    }  # fmt: skip
    if least == most:
        return _("**{least}** in {n} areas live within {far} of **{site}**.").format(**words)
    return _("At least **{least}**, at most **{most}** in {n} areas live within {far} of **{site}**.").format(**words)


def _legend(row: LegendRow, indicator: Indicator, lang: Language, *, modelled: bool) -> str:
    _ = translator(lang)
    if row.kind == "not_reported":
        return _("Depends on places not known")
    if row.kind == "zero":
        return _("None within reach") if indicator is _ACCESS else _("0: in the area itself")
    return classify.label(row, lang, indicator, modelled=modelled)


def draw_curve(view: View, got: Answer) -> None:
    """Draw the share of people within each distance of care."""
    _, found = translator(view.lang), _distances(view, got)
    at = got.inside.reindex(got.ground.origins["area_code"]).to_numpy(bool)
    ground, here = replace(got.ground, origins=got.ground.origins[at], matrix=None), found.only(at)
    title = _("Share of the people of {place} within a distance of {care}").format(
        place=_place(view), care=_(WORDS[got.resource].nearest)
    )
    at_hand = _MINUTES if got.ground.unit == "min" else _DISTANCE
    band = _("Band: 5 % to 95 % of the draws.") if got.is_modelled else _("Band: from least to most.")
    drawn = pictures.curve(
        access.curve(ground, here),
        replace(about(view, got, title), warnings=(), unit=_("per cent of people")), view.lang,
        threshold=access.radius_of(got.ground, got.question), unit=_(at_hand.unit),
        notes=[band], width_px=_CHART_PX,
    )  # fmt: skip
    st.plotly_chart(drawn, config=charts.CONFIG, theme=None, key="access_curve", alt=title)
    chart_files.chart_menu("access_curve", view.lang)


def sheet(view: View) -> Sheet:
    """Return the areas of a view that are or may be too far, most people first, as a reader sees them."""
    _, lang, got = translator(view.lang), view.lang, answer(view)
    indicator = _indicator(got)
    rows = got.rows[got.inside.to_numpy() & got.rows["status"].ne("not_applicable").to_numpy()]
    rows = rows[rows["beyond"].isna() | rows["beyond"].gt(0)]
    weight = rows["people"].astype("Float64") * rows["beyond"].fillna(50)
    rows = rows.assign(weight=weight.fillna(0)).sort_values(["weight", "area_code"], ascending=[False, True])
    often = _("Beyond, of 100 draws") if got.is_modelled else _("Beyond")
    if got.question.is_of_reach:
        often = _("Too few, of 100 draws") if got.is_modelled else _("Too few")
    told = {100.0: _("yes"), 0.0: _("no")}
    value = _(indicator.name)

    def ends(name: str) -> pd.Series:
        return rows[name].astype("Float64").replace(np.inf, np.nan).round(indicator.decimals + 1)

    low, high = (_("5 %"), _("95 %")) if got.is_modelled else (_("At least"), _("At most"))
    names = dict(zip(got.rows["area_code"], got.rows[f"name_{lang}"], strict=True))
    place = got.ground.sites["area_code"]
    nearest = [None if formats.is_missing(site) else got.names.get(site) or names.get(place.get(site))
               for site in rows["site"]]  # fmt: skip
    shown = pd.DataFrame({
        _("Area"): rows[f"name_{lang}"],
        _("Lies in"): rows[f"parent_{lang}"] if view.within
        else rows[f"province_{lang}"].str.cat(rows[f"parent_{lang}"], " · "),
        _("People"): rows["people"],
        often: rows["beyond"].round() if got.is_modelled
        else [_("not known") if formats.is_missing(one) else told.get(float(one), formats.percent(float(one), 0))
              for one in rows["beyond"]],
        f"{value}, {_(indicator.unit)}": ends("value"), low: ends("lower"), high: ends("upper"),
        _("Nearest place with any"): nearest, _("Code"): rows["area_code"],
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
    said = [_(MEASURE_NAMES[asked.measure]), _(REGISTRY[got.resource].name)]
    far = _far(asked, got.ground.unit, view.lang)
    if not asked.is_of_reach:
        said.append(_("too far: more than {far}").format(far=far))
        if asked.unit == "min" and not asked.matrix:
            said.append(_("detour {detour} %, {speed} km/h").format(detour=asked.detour, speed=asked.speed))
    else:
        said.append(_("catchment {far}").format(far=far))
        said.append(_("too few: below {rate} for 100,000 people").format(rate=formats.number(asked.floor)))
    if asked.measure == "own":
        said.append(_("weights {steps}").format(steps=steps_in_words(asked.steps)))
    said += [one.title for one in got.kept]
    return _("; ").join([*said, _(BORDERS_NAMES[asked.borders])])


def listed(view: View, got: Answer) -> None:
    """Draw the areas that are or may be too far, with their files."""
    _ = translator(view.lang)
    made = sheet(view)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom", key="mh_head_access"
    ):
        where = _("Where: {n} areas are or may be too far")
        if got.question.is_of_reach:
            where = _("Where: {n} areas have or may have too few")
        st.subheader(where.format(n=formats.number(len(made.codes))), anchor=False, width="content")
        if made.codes:
            list_files.menu(view, "access", partial(sheet))
    if not made.codes:
        st.caption(_("No area has too few.") if got.question.is_of_reach else _("No area is further than that."))
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
    if not got.ground.origins["area_code"].eq(code).any():
        st.caption(_("Click an area on the map to see what care lies around it."))
        return
    found = access.catchment(got.ground, code, got.question)
    may_have = found["upper"].isna() | found["upper"].gt(0)
    held = found[may_have].head(_FEW_AREAS)
    names = dict(zip(got.rows["area_code"], got.rows[f"name_{lang}"], strict=True))
    st.markdown(
        _("**{area}**: {n} places with care, or that may have it, within {far}").format(
            area=plain(names[code]),
            n=int(may_have.sum()),
            far=_length(access.radius_of(got.ground, got.question), got.ground.unit, lang),
        )
    )
    units = _(REGISTRY[got.resource].name)
    far = _("Minutes") if got.ground.unit == "min" else _("Distance, km")
    table = pd.DataFrame([
        {
            _("Place"): plain(got.names.get(one["site"]) or names.get(one["area_code"], one["area_code"])),
            far: formats.number(one["distance"]) if one["is_given"] else f"≥ {formats.number(one['distance'])}",
            units: _("not known") if formats.is_missing(one["upper"]) else formats.interval(one["lower"], one["upper"]),
        }
        for one in held.to_dict("records")
    ])  # fmt: skip
    if len(table):
        st.table(table.set_index(_("Place")))
