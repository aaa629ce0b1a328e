"""
The page of alliances, its planner: who would lead which gap area, by which model, why, and whether they could.

Puts together what `mhgis.planning.alliances` computes; computes nothing of its own. What was found is kept in memory by
build, dataset, level, benchmark and rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from mhgis import formats, store
from mhgis.figures import alliances as pictures
from mhgis.figures import charts, shapes
from mhgis.figures.alliances import Ground
from mhgis.i18n import N_, Language, translator
from mhgis.indicators import RATE_OF, RESOURCES, Level
from mhgis.measures.access import BORDERS_NAMES
from mhgis.measures.drawn import CHANCES
from mhgis.planning import alliances
from mhgis.planning.alliance_words import MODEL_NAMES, MODELS
from mhgis.planning.alliances import LEADING_NAMES, PART_NAMES, ROOM_NAMES, AllianceQuestion, Plan
from mhgis.queries import facilities, tables
from mhgis.queries.names import is_modelled, scopes
from mhgis.ui.part import chart_files, figure, list_files, map_files
from mhgis.ui.part import session as views
from mhgis.ui.part.list_files import Sheet
from mhgis.view import links
from mhgis.view.view import Camera, View
from mhgis.words.provenance import About

_CHART_PX: Final = 340
_KEPT: Final = 8
_LIST_PX: Final = 420
_COARSE: Final = 0.02
_HUNDRED: Final = 100
#: per cent of the draws from which on an area of a model is planned for as a gap
_HALF: Final = 50


def settled(view: View) -> View:
    """Return the view with an indicator that says of people what they have: beds for so many, unless one is chosen."""
    indicator = figure.indicator_of(view)
    if indicator.parts in RESOURCES and indicator.denominator == "people":
        return view
    fitting = links.settle(
        replace(view, indicator=RATE_OF["beds"], benchmark="", chosen=View.chosen, sort=View.sort), tables.offer()
    )
    if fitting != view:
        views.keep_anew(fitting)
    return fitting


def question_of(view: View) -> AllianceQuestion:
    """Return what is asked of alliances; a link that asks nothing that can be read asks the first question."""
    return view.ally


@dataclass(frozen=True, eq=False)
class Answer:
    """
    What was found for a view.

    `whole` is the plan of all areas, `here` the part of it that concerns the view's place; `areas` has an area a row,
    with its finding, names and numbers; `stands` by area in how many of 100 draws it is a gap and could be a hub, None
    where figures are not a model's; `inside` are the codes of the place.
    """

    question: AllianceQuestion
    whole: Plan
    here: Plan
    areas: pd.DataFrame
    stands: pd.DataFrame | None
    inside: pd.Index

    @property
    def is_known(self) -> bool:
        """Say whether anything is known of any area."""
        return len(self.whole.gaps) + self.whole.n_enough > 0

    @cached_property
    def facts(self) -> dict[str, dict[str, Any]]:
        """What a sentence needs of each hub: `province_code`, `capacity`."""
        found: Any = self.whole.hubs[["province_code", "capacity"]].to_dict("index")
        return dict(found)

    @property
    def n_unknown(self) -> int:
        """How many areas of the place are not known."""
        return int(self.areas.loc[self.inside, "reason"].isin(("not_reported", "suppressed", "stale")).sum())

    @property
    def n_enough(self) -> int:
        """How many areas of the place are known and no gap."""
        return int(self.areas.loc[self.inside, "reason"].isin(("meets", "no_benchmark")).sum())


def answer(view: View) -> Answer:
    """Return what was found for a view."""
    _, asked = translator(view.lang), question_of(view)
    shown = replace(View(), **{name: getattr(view, name) for name in ("dataset", "level", "indicator", "year", "own",
                                                                      "benchmark", "sure")})  # fmt: skip
    with st.spinner(_("Looking for partners")):
        areas, whole, stands = _planned(store.fingerprint(), shown, replace(asked, part="plan"))
    inside = pd.Index(tables.limited(areas.reset_index(), view)["area_code"])
    return Answer(asked, whole, alliances.areas_of(whole, inside), areas, stands, inside)


@lru_cache(maxsize=_KEPT)
def _planned(build: str, view: View, rules: AllianceQuestion) -> tuple[pd.DataFrame, Plan, pd.DataFrame | None]:
    areas = _areas(build, view)
    found = alliances.plan(areas.assign(name=areas["name_en"]), rules, facilities.of_dataset(view.dataset, view.year))
    return areas, found, _stands(build, view, rules.size)


@lru_cache(maxsize=_KEPT)
def _areas(build: str, view: View) -> pd.DataFrame:
    del build  # part of the key only
    ranked = figure.ranked(view)
    if figure.is_of_draws(ranked):
        # a plan has to take each area for one thing: what it is in at least half of the draws
        likelier = ranked["p_short"].ge(_HALF).map({True: "below_benchmark", False: "meets"})
        ranked = ranked.assign(reason=ranked["reason"].mask(ranked["reason"].isin(CHANCES), likelier))
    table = ranked[ranked["status"].ne("not_applicable")].set_index("area_code")
    place = store.areas(view.level).set_index("area_code")[["lon", "lat", "parent_level"]]
    table = table.join(place)
    offered = tables.offer().years
    for name in alliances.COUNTED:
        is_there = view.year in offered.get((view.dataset, name, view.level), {})
        values = store.indicator_values(view.dataset, view.level, view.year, name) if is_there else None
        held = None if values is None else values.set_index("area_code")["value"].astype("Float64")
        table[name] = pd.array([pd.NA] * len(table), dtype="Float64") if held is None else held.reindex(table.index)
    return table.assign(prefecture_code=table["parent_code"].where(table["parent_level"].eq("prefecture")))


@lru_cache(maxsize=_KEPT)
def _stands(build: str, view: View, least_beds: int) -> pd.DataFrame | None:
    resource, benchmark = str(figure.indicator_of(view).parts), figure.benchmark_of(view)
    codes, units = store.ensemble(view.dataset, resource, view.year)
    _codes, beds = store.ensemble(view.dataset, "beds", view.year)
    if not len(units) or not len(beds):
        return None
    if view.level != tables.country().finest:
        finest = store.areas(tables.country().finest).set_index("area_code")
        holder = finest["province_code" if view.level == "province" else "parent_code"]
        (summed, units_), (_same, beds_) = (alliances.summed(draws, codes, holder) for draws in (units, beds))
    else:
        summed, units_, beds_ = codes, units.astype(np.int64), beds.astype(np.int64)
    people = _areas(build, view)["people"].reindex(summed)
    return alliances.stands(units_, beds_, people, scale=figure.indicator_of(view).scale, benchmark=benchmark,
                            least_beds=least_beds)  # fmt: skip


# words


def hub_names(got: Answer, lang: Language) -> dict[str, str]:
    """Return what each hub is called: a facility by its name and area, an area by its name."""
    of_area = got.areas[f"name_{lang}"].to_dict()
    return {
        str(hub): f"{row['name']} · {of_area[row['area_code']]}"
        if row["is_facility"]
        else str(of_area[row["area_code"]])
        for hub, row in got.whole.hubs.iterrows()
    }


def why(row: Mapping[Any, Any], got: Answer, names: dict[str, str], lang: Language) -> str:
    """Return in a sentence or two why a gap area has its model and hub."""
    _, asked = translator(lang), got.question
    if row["model"] == "none":
        return _("No hub with {beds} beds or more within {km} km.").format(
            beds=formats.number(asked.size), km=formats.number(asked.remote)
        )
    is_same = got.facts[row["hub_id"]]["province_code"] == row["province_code"]
    words = {"hub": names[row["hub_id"]], "km": formats.number(row["distance_km"])}
    if row["model"] == "vertical":
        said = _("In the same prefecture, {km} km away: within {limit} km.").format(limit=asked.vertical, **words)
    elif row["model"] == "horizontal" and is_same:
        said = _("In the same province, {km} km away: within {limit} km.").format(limit=asked.horizontal, **words)
    elif row["model"] == "horizontal":
        said = _("In another province, {km} km away: within {limit} km, borders are open.").format(
            limit=asked.horizontal, **words
        )
    elif row["model"] == "remote" and is_same:
        said = _("In the same province, but {km} km away: beyond {limit} km.").format(limit=asked.horizontal, **words)
    elif row["model"] == "remote":
        said = _("In another province, {km} km away.").format(**words)
    else:
        said = _("No public hub in reach; a private one is {km} km away.").format(**words)
    # sentences follow each other without a blank in Chinese
    blank = "" if lang == "zh" else " "
    if row["is_over"]:
        over = _("No hub in reach has room for all its people: this one would be overloaded.")
        return f"{said}{blank}{over}"
    full = _("Hubs that come before have no room.")
    return f"{said}{blank}{full}" if row["was_full"] else said


def headline(view: View, got: Answer) -> str:
    """Return how many gap areas fit which model, and how many find no room or no hub."""
    _, lang, here = translator(view.lang), view.lang, got.here.gaps
    place = figure.scope_name(view) or tables.country().names[lang]
    if not got.is_known:
        return _("Not known from these figures: who should team up with whom in {place}").format(place=place)
    if here.empty:
        return _("No gap area in {place}: nobody needs a partner by this benchmark").format(place=place)
    counted = here["model"].value_counts()
    parts = [
        _("{n} {model}").format(n=formats.number(n), model=_((_SHORT_ONE if n == 1 else _SHORT)[model]))
        for model, n in ((model, int(counted[model])) for model in MODELS if model in counted.index)
    ]
    said = _("{n} gap areas of {place}: {parts}").format(
        n=formats.number(len(here)), place=place, parts=_(", ").join(parts)
    )
    if is_modelled(view):
        said = _("Model estimate: {said}").format(said=said)
    return said


_SHORT: Final[dict[str, str]] = {
    "vertical": N_("fit a vertical alliance"),
    "horizontal": N_("fit a horizontal one"),
    "remote": N_("fit a remote one"),
    "chain": N_("have private hubs only"),
    "none": N_("have no hub in reach"),
}
_SHORT_ONE: Final[dict[str, str]] = {
    "vertical": N_("fits a vertical alliance"),
    "horizontal": N_("fits a horizontal one"),
    "remote": N_("fits a remote one"),
    "chain": N_("has private hubs only"),
    "none": N_("has no hub in reach"),
}


def note(view: View, got: Answer) -> str:
    """Return, beside the badge, how many find no room, how many hubs would be overloaded, and what is not known."""
    _ = translator(view.lang)
    if not got.is_known:
        return ""
    over = int(got.here.gaps["is_over"].sum())
    said = [
        _("{n} find no hub with room").format(n=formats.number(over)) if over else _("all hubs have room"),
        _("{n} of {all} hubs overloaded").format(
            n=int(got.here.hubs["is_overloaded"].sum()), all=formats.number(len(got.here.hubs))
        ),
        _("{n} areas meet the benchmark").format(n=formats.number(got.n_enough)),
        _("{n} not known: neither gap nor hub").format(n=formats.number(got.n_unknown)),
    ]
    unstaffed = int(got.here.hubs["capacity"].isna().sum())
    if unstaffed:
        said[0] = _("of {n} hubs the room is not known").format(n=formats.number(unstaffed))
    return " · ".join(said)


def in_words(view: View, got: Answer) -> str:
    """Return the rules as a reader reads them: every parameter that the plan rests on."""
    _, asked = translator(view.lang), got.question
    vertical = _("vertical within {km} km in the prefecture").format(km=asked.vertical)
    return _("; ").join([
        *([vertical] if has_middle(view) else []), _("horizontal within {km} km").format(km=asked.horizontal),
        _(BORDERS_NAMES[asked.borders]), _("remote within {km} km").format(km=asked.remote),
        _(LEADING_NAMES[asked.lead]),
        _("at least {n} beds").format(n=asked.size),
        _("{n} thousand people for each psychiatrist").format(n=asked.load), _(ROOM_NAMES[asked.room]),
    ])  # fmt: skip


def has_middle(view: View) -> bool:
    """Say whether an area of the view can lie in a prefecture with others, which a vertical alliance takes."""
    return view.level == "county" and not store.areas("prefecture").empty


def about(view: View, got: Answer, title: str) -> About:
    """Return what a figure of the page is about, with what must be said of a plan."""
    _ = translator(view.lang)
    made = figure.about(view, got.areas.loc[got.inside].reset_index(), title)
    warnings = [
        _("A proposal by straight-line distance and room alone, not a decision: roads, existing agreements and whoever "
          "is willing are not in it."),
        _("Rules: {rules}.").format(rules=in_words(view, got)),
    ]  # fmt: skip
    if got.stands is not None:
        warnings.append(
            _(
                "A gap is what falls short in at least half of the model's draws, a hub goes by the means; the list "
                "says in how many draws each stands."
            )
        )
    processing = made.processing if made.processing != "published" else "computed"
    return replace(made, unit=_("gap areas"), processing=processing, warnings=(*warnings, *made.warnings))


# controls


def parts(view: View) -> None:
    """Draw the choice of the part of the page."""
    _, asked = translator(view.lang), question_of(view)
    st.session_state["ally_part"] = asked.part
    st.segmented_control(_("Part"), list(PART_NAMES), format_func=lambda one: _(PART_NAMES[one]), key="ally_part",
                         on_change=_asked, args=("part",), required=True, label_visibility="collapsed")  # fmt: skip


def controls(view: View) -> None:
    """Draw the place and the rules; each change goes into the view, and so into the link."""
    _, asked = translator(view.lang), question_of(view)
    with st.container(horizontal=True, vertical_alignment="bottom", key="mh_alliances"):
        st.session_state["ally_scope"] = view.within
        names = scopes(view)
        st.selectbox(_("Place"), list(names), format_func=names.__getitem__, key="ally_scope", on_change=_moved,
                     width=220)  # fmt: skip
        for part, label in (
            ("vertical", _("Vertical: within, km")), ("horizontal", _("Horizontal: within, km")),
            ("remote", _("Remote: within, km")), ("size", _("A hub's least beds")),
            ("load", _("Psychiatrist: people, 1,000")),
        ):  # fmt: skip
            if part != "vertical" or has_middle(view):
                _count(part, label, asked)
        for part, label, choices in (
            ("borders", _("Horizontal alliances"), dict(BORDERS_NAMES)), ("lead", _("Who can be a hub"),
             dict(LEADING_NAMES)), ("room", _("A hub is given"), dict(ROOM_NAMES)),
        ):  # fmt: skip
            key = f"ally_{part}"
            st.session_state[key] = getattr(asked, part)
            said = {one: _(name) for one, name in choices.items()}
            st.selectbox(label, list(said), format_func=said.__getitem__, key=key, on_change=_asked, args=(part,),
                         width=230)  # fmt: skip


def _count(part: str, label: str, asked: AllianceQuestion) -> None:
    key, (least, most) = f"ally_{part}", asked.limits(part)
    st.session_state[key] = getattr(asked, part)
    step = 50 if part in {"horizontal", "remote"} else 10
    st.number_input(label, least, most, step=step, key=key, on_change=_asked, args=(part,), width=170)


def _moved() -> None:
    code = st.session_state["ally_scope"]
    views.change(area=code, within=code, camera=Camera())


def _asked(part: str) -> None:
    views.change(ally=replace(views.kept().ally, **{part: st.session_state[f"ally_{part}"]}))


# the map


@lru_cache(maxsize=_KEPT)
def ground(build: str, level: Level, codes: tuple[str, ...]) -> Ground:
    """Return the outlines of some areas of a level, with the borders of provinces; of none, the provinces alone."""
    del build  # part of the key only
    settings = map_files.map_settings()
    own = store.shapes(level, _COARSE, codes) if codes else store.shapes("province", _COARSE)
    made = shapes.prepare(
        own, borders=store.shapes("province", _COARSE), lines=store.lines().geometry, projection=settings.projection
    )
    filled = dict(zip(made.codes, made.paths, strict=True))
    west, south, east, north = made.extent(made.codes)
    return Ground(
        settings.projection, filled if codes else {}, (*made.borders, *made.lines), (west, south, east, north)
    )


def draw_map(view: View, got: Answer) -> None:
    """Draw the gap areas and a line from each to its hub."""
    _, lang = translator(view.lang), view.lang
    title = _("Who would lead whom: {place}").format(place=figure.scope_name(view) or tables.country().names[lang])
    # thousands of outlines are more than a phone wants: then points and lines alone
    codes = tuple(sorted(got.inside)) if len(got.inside) <= 4 * _HUNDRED else ()
    drawn_on = ground(store.fingerprint(), view.level, codes)
    names = hub_names(got, lang)
    here, hubs = got.here.gaps.join(got.areas[["lon", "lat", "province_code"]]), got.here.hubs
    x, y = pictures.project(here["lon"], here["lat"], drawn_on.conic)
    hub_x, hub_y = pictures.project(hubs["lon"], hubs["lat"], drawn_on.conic)
    placed = hubs.assign(x=hub_x, y=hub_y)
    to = placed[["x", "y"]].reindex(here["hub_id"])
    of_area = got.areas[f"name_{lang}"]
    said = [
        _("{area} → {hub}: {why}").format(area=of_area[row["area_code"]], hub=names[row["hub_id"]],
                                           why=why(row, got, names, lang))
        if row["model"] != "none" else f"{of_area[row['area_code']]}: {why(row, got, names, lang)}"
        for row in here.reset_index().to_dict("records")
    ]  # fmt: skip
    marked = here.assign(x=x, y=y, hub_x=to["x"].to_numpy(), hub_y=to["y"].to_numpy(), said=said)
    told = [
        _("{hub}: {n} gap areas, {people} people").format(
            hub=names[str(hub)], n=row["n_gaps"], people=formats.people(int(row["load"]), lang, unit=False)
        )
        for hub, row in placed.iterrows()
    ]
    near = placed[placed.index.isin(here.loc[here["model"].isin(("vertical", "horizontal")), "hub_id"])]
    boxes = [drawn_on.window, *((one, two, one, two) for one, two in near[["x", "y"]].to_numpy())]
    shown = replace(drawn_on, window=pictures.window_of(boxes))
    notes = [_("Lines that leave the picture lead to hubs further away. Point at a mark to read why.")]
    what = replace(about(view, got, title), warnings=())
    drawn = pictures.links(shown, marked, placed.assign(said=told), what, lang, notes=notes, width_px=_CHART_PX)
    st.plotly_chart(drawn, config=charts.CONFIG, theme=None, key="alliances_map", alt=title)
    chart_files.chart_menu("alliances_map", view.lang)


# the lists


def sheet(view: View) -> Sheet:
    """Return the gap areas of a view, each with its model, hub and reason, as a reader sees them."""
    _, lang, got = translator(view.lang), view.lang, answer(view)
    here = got.here.gaps.join(got.areas.drop(columns="people"))
    names = hub_names(got, lang)
    here = here.assign(order=here["model"].map(MODELS.index)).sort_values(
        ["province_code", "parent_code", "order", "people"], ascending=[True, True, True, False], kind="stable"
    )
    records = here.reset_index().to_dict("records")
    number, beds = figure.indicator_of(view).decimals, f"{_(figure.indicator_of(view).name)}"
    shown: dict[str, Any] = {
        _("Area"): here[f"name_{lang}"], _("Lies in"): figure.lies_in(here, lang), _("People"): here["people"],
        beds: here["value"].astype("Float64").round(number + 1),
        _("Model"): [_(MODEL_NAMES[one]) for one in here["model"]],
        _("Led by"): [names.get(one) if isinstance(one, str) else None for one in here["hub_id"]],
        _("Distance, km"): here["distance_km"].astype("Float64").round(1),
        _("Why"): [why(row, got, names, lang) for row in records],
        _("Room"): [_room(row, got, lang) for row in records],
        _("Second choice"): [names.get(one) if isinstance(one, str) else None for one in here["second_hub"]],
        _("Second, model"): [None if one == "none" else _(MODEL_NAMES[one]) for one in here["second_model"]],
        _("Second, km"): here["second_km"].astype("Float64").round(1),
        _("Private chain"): [_option(row, names, lang) for row in records],
    }  # fmt: skip
    if got.stands is not None:
        shown[_("Gap in, of 100 draws")] = got.stands["gap"].reindex(here.index).round()
        led = got.whole.hubs["area_code"].reindex(here["hub_id"])
        shown[_("Hub in, of 100 draws")] = got.stands["hub"].reindex(led).round().array
    shown[_("Code")] = here.index.to_numpy()
    table = pd.DataFrame(shown).reset_index(drop=True)
    table = table.loc[:, table.notna().any() | (table.columns == _("Area"))]
    decimals = {_("Distance, km"): 0, _("Second, km"): 0, beds: number}
    return Sheet(table, tuple(here.index), about(view, got, headline(view, got)),
                 _("by province and prefecture, nearer forms first"), in_words(view, got),
                 {name: digits for name, digits in decimals.items() if name in table})  # fmt: skip


def _room(row: Mapping[Any, Any], got: Answer, lang: Language) -> str | None:
    _ = translator(lang)
    if row["model"] == "none":
        return None
    if formats.is_missing(got.facts[row["hub_id"]]["capacity"]):
        return _("not known")
    if row["is_over"]:
        return _("no: overloaded")
    return _("yes")


def _option(row: Mapping[Any, Any], names: dict[str, str], lang: Language) -> str | None:
    _ = translator(lang)
    if not row["has_option"]:
        return None
    if isinstance(row["option_hub"], str):
        return _("an option: {hub}").format(hub=names[row["option_hub"]])
    return _("an option: it would have to found one")


def listed(view: View) -> None:
    """Draw the gap areas with their files."""
    _ = translator(view.lang)
    made = sheet(view)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom",
                      key="mh_head_alliances"):  # fmt: skip
        st.subheader(_("Each gap area: model, hub and reason"), anchor=False, width="content")
        if made.codes:
            list_files.menu(view, "alliances", sheet)
    forms = {
        _("Area"): st.column_config.TextColumn(pinned=True),
        _("People"): st.column_config.NumberColumn(format="localized"),
        _("Why"): st.column_config.TextColumn(width="large"),
    }  # fmt: skip
    st.dataframe(made.rows, hide_index=True, key="alliances_list", column_config=forms, placeholder=formats.NOTHING,
                 height=min(_LIST_PX, 36 * (len(made.rows) + 1)))  # fmt: skip
    if is_modelled(view):
        st.caption(_("A model says nothing certain about any one county: read the list as where to look first."))


def hubs(view: View, got: Answer) -> None:
    """Draw the hubs that would lead, what each would carry, and which would be overloaded."""
    _, lang = translator(view.lang), view.lang
    table, names = got.here.hubs, hub_names(got, lang)
    st.subheader(_("What each hub would carry"), anchor=False)
    if table.empty:
        st.caption(_("No hub leads anybody here."))
        return
    here = got.here.gaps["hub_id"].value_counts()
    ordered = table.sort_values(["is_overloaded", "load"], ascending=[False, False], kind="stable")
    shown = pd.DataFrame({
        _("Hub"): [names[str(one)] for one in ordered.index],
        _("Verdict"): [_verdict(row, lang) for row in ordered.to_dict("records")],
        _("Gap areas"): ordered["n_gaps"].to_numpy(), _("of these here"): here.reindex(ordered.index).to_numpy(),
        _("Their people"): ordered["load"].to_numpy(),
        _("Could support beside its own"): ordered["capacity"].round().astype("Float64").to_numpy(),
        _("Psychiatric beds"): ordered["beds"].to_numpy(), _("Psychiatrists"): ordered["psychiatrists"].to_numpy(),
        _("Own people"): ordered["own_people"].round().to_numpy(),
    })  # fmt: skip
    forms: dict[str, Any] = {
        name: st.column_config.NumberColumn(format="localized") for name in shown.columns if shown[name].dtype != "str"
    }
    forms[_("Hub")] = st.column_config.TextColumn(pinned=True)
    st.dataframe(shown, hide_index=True, key="alliances_hubs", height=min(_LIST_PX, 36 * (len(shown) + 1)),
                 column_config=forms, placeholder=formats.NOTHING)  # fmt: skip
    said = _(
        "A hub supports {n} thousand people for each of its psychiatrists, its own people first; what is left is for "
        "its gap areas. A planning assumption, to be set above, not a norm. Loads count areas elsewhere, too."
    )
    st.caption(said.format(n=got.question.load))


def _verdict(row: Mapping[Any, Any], lang: Language) -> str:
    _ = translator(lang)
    if formats.is_missing(row["capacity"]):
        return _("room not known")
    return _("overloaded") if row["is_overloaded"] else _("has room")
