"""
The page of next sites: where the next k units go, whom they reach, how near to the best that is, and who is left.

Puts together what `mhgis.planning.sites` computes; computes nothing of its own. What was found is kept in memory by
build, dataset, resource, place and question.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from mhgis import formats, store
from mhgis.country import say
from mhgis.figures import palette
from mhgis.figures.classify import Classes, Kind, LegendRow
from mhgis.figures.static_map import MapView
from mhgis.i18n import N_, translator
from mhgis.indicators import LEVELS, WORDS, Indicator, Measured
from mhgis.measures.access import BORDERS_NAMES, AccessQuestion
from mhgis.planning import scenario_store
from mhgis.planning.scenario import Action, Ledger
from mhgis.planning.sites import FARTHEST_KM, GOAL_NAMES, MOST_CODES, Proposal, SitesQuestion, below, propose
from mhgis.queries import tables
from mhgis.queries.names import dataset_titles, is_imported, scopes
from mhgis.ui.map import ClassStyle, Details, choropleth, wire_order
from mhgis.ui.page import access
from mhgis.ui.part import figure, list_files, map_files
from mhgis.ui.part import session as views
from mhgis.ui.part.list_files import Sheet
from mhgis.view import links
from mhgis.view.saved_views import SavedView
from mhgis.view.view import Camera, View
from mhgis.words import sentences
from mhgis.words.provenance import About, Processing

#: in the link of a saved view
PAGE: Final = "sites"
_MAP_PX: Final = 600
_KEPT: Final = 16
#: what a new site holds where nothing else is said
_UNITS: Final = 50

#: what becomes of an area, in the order of the legend: its name, colour and kind
FATES: Final[dict[str, tuple[str, str, Kind]]] = {
    "site": (N_("New site"), palette.CLUSTERS["high_high"], "class"),
    "new": (N_("Comes within reach"), palette.CLUSTERS["high_low"], "class"),
    "before": (N_("Within reach already"), palette.CLUSTERS["not_significant"], "class"),
    "left": (N_("Still out of reach"), palette.CLUSTERS["low_low"], "class"),
    "unknown": (N_("Depends on places not known"), palette.NOT_REPORTED, "not_reported"),
}
#: what is shown is no indicator of the registry: it has a name and no unit
INDICATOR: Final = Indicator("next_sites", N_("Next sites"), "", "more_is_better", LEVELS, Measured())


def question_of(view: View) -> SitesQuestion:
    """Return what is asked, without a region that there is not, or that a province or prefecture stands in for."""
    known = view.next.region in tables.country().regions and not view.within
    return view.next if known else replace(view.next, region="")


@dataclass(frozen=True, eq=False)
class Answer:
    """
    What was found for a view.

    `rows` are the areas of the finest level with names; `inside` says by code which lie in the place; `fate` what
    becomes of each (missing outside the place).
    """

    question: SitesQuestion
    resource: str
    rows: pd.DataFrame
    inside: pd.Series
    found: Proposal
    is_modelled: bool

    @property
    def fate(self) -> pd.Series:
        """What becomes of each area, in the order of `rows`; missing outside the place."""
        return self.found.fate.reindex(self.rows["area_code"])


def is_known(view: View) -> bool:
    """Say whether anything is known of where care is."""
    return access.ground_of(view)[0].is_known


def answer(view: View) -> Answer:
    """
    Return what was found for a view.

    Raises
    ------
    UnsolvableError
        If the conditions leave no choice.
    """
    asked, ground, rows = question_of(view), *access.ground_of(view)
    _ = translator(view.lang)
    with st.spinner(_("Choosing sites")):
        found, inside = _proposal(store.fingerprint(), replace(_plain(view), next=asked))
    return Answer(asked, access.resource_of(view), rows, inside, found, ground.is_modelled)


def _plain(view: View) -> View:
    # what the choice of sites depends on
    asked = View(view.dataset, view.level, within=view.within, indicator=view.indicator, year=view.year)
    return replace(asked, benchmark=view.benchmark, own=view.own)


@lru_cache(maxsize=_KEPT)
def _proposal(build: str, view: View) -> tuple[Proposal, pd.Series]:
    del build  # part of the key only
    asked, (ground, rows) = view.next, access.ground_of(view)
    inside = rows["area_code"].isin(tables.limited(rows, view)["area_code"])
    if asked.region:
        inside &= rows["region"].eq(asked.region)
    here = pd.Series(inside.to_numpy(bool), index=rows["area_code"])
    norm = figure.benchmark_of(view)
    short = None if norm is None else below(ground, norm)
    distances = access.distances_of(view, AccessQuestion(borders=asked.borders))
    return propose(ground, distances, asked, here, below=short, benchmark=norm), here


def _place(view: View, asked: SitesQuestion) -> str:
    if asked.region:
        _ = translator(view.lang)
        return _("the {region}").format(region=say(tables.country().regions[asked.region], view.lang))
    return figure.scope_name(view) or tables.country().names[view.lang]


def headline(view: View, got: Answer) -> str:
    """Return where the next sites go and what they achieve, in a sentence."""
    _, lang, asked, one = translator(view.lang), view.lang, got.question, got.found.answer
    words = {
        "n": formats.number(len(one.sites)), "place": _place(view, asked), "km": formats.number(asked.reach),
        "care": _(WORDS[got.resource].nearest), "share": formats.number(asked.share),
        "people": formats.people(got.found.reached.value, lang), "before": formats.number(one.before, 1),
        "after": formats.number(one.value, 1),
    }  # fmt: skip
    if asked.goal == "fewest" and not one.sites:
        said = _("No new site is needed in {place}: {share} % of the people are within {km} km of {care} already")
    elif asked.goal == "fewest":
        said = _("{n} new sites bring {share} % of the people in {place} within {km} km of {care}")
    elif asked.goal == "mean":
        said = _(
            "With {n} new sites the people in {place} are {after} km from {care} on average, instead of {before} km"
        )
    elif asked.goal == "worst":
        said = _("With {n} new sites nobody in {place} is further than {after} km from {care}, instead of {before} km")
    else:
        said = _("{n} new sites in {place} bring {people} more within {km} km of {care}")
        if len(got.found.assured) and not got.is_modelled:
            # some of those who are not known of may be among those who are newly within reach
            said = _("{n} new sites in {place} bring at least {people} more within {km} km of {care}")
    text = said.format(**words)
    return _("Model estimate: {sentence}").format(sentence=text) if got.is_modelled else text


def note(view: View, got: Answer) -> str:
    """Return, beside the badge, how near to the best the choice is, and its range."""
    _, lang, span = translator(view.lang), view.lang, got.found.reached
    said = [gap_in_words(view, got)]
    if got.is_modelled:
        said.insert(0, _("newly within reach, in 90 of 100 draws: {least} to {most}").format(
            least=formats.people(span.lower, lang), most=formats.people(span.upper, lang)
        ))  # fmt: skip
    return " · ".join(said)


def gap_in_words(view: View, got: Answer) -> str:
    """Return how near to the best there can be the choice is; said with every choice."""
    _, one = translator(view.lang), got.found.answer
    if one.is_proven:
        return _("proven: no other choice is better")
    return _("within {gap} % of the best there can be, proven").format(gap=formats.number(max(100 * one.gap, 0.01), 2))


def controls(view: View, asked: SitesQuestion) -> None:
    """Draw what is asked: each change goes into the view, and so into the link."""
    _, lang, facts = translator(view.lang), view.lang, tables.country()
    with st.container(horizontal=True, vertical_alignment="bottom", key="mh_access"):
        st.session_state["sites_scope"] = view.within
        names = scopes(view)
        st.selectbox(_("Place"), list(names), format_func=names.__getitem__, key="sites_scope", on_change=_moved,
                     width=220)  # fmt: skip
        if not view.within and facts.regions:
            regions = {"": _("All regions"), **{code: say(text, lang) for code, text in facts.regions.items()}}
            _choose("region", _("Region"), regions, asked, width=180)
        goals = {goal: _(name) for goal, name in GOAL_NAMES.items()}
        _choose("goal", _("Goal"), goals, asked, width=260)
        if asked.goal == "fewest":
            _count("share", _("Share of the people, %"), asked, width=170)
        else:
            _count("sites", _("New sites"), asked, width=130)
        _count("reach", _("Within reach: up to, km"), asked, width=180)
    with st.expander(_("More conditions: {said}").format(said=in_words(view, asked))):
        _conditions(view, asked)


def _conditions(view: View, asked: SitesQuestion) -> None:
    _, lang = translator(view.lang), view.lang
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _choose("borders", _("Borders"), {one: _(name) for one, name in BORDERS_NAMES.items()}, asked, width=220)
        _count("quota", _("Most in one province, 0 = any"), asked, width=230)
        if view.benchmark != links.NO_BENCHMARK:
            _count("weight", _("Weight of people below the benchmark, %"), asked, width=290)
        if asked.goal == "covered" and access.resource_of(view) == "beds" and view.benchmark != links.NO_BENCHMARK:
            _count("beds", _("Beds a site, 0 = enough for all"), asked, width=240)
    rows = access.ground_of(view)[1]
    here = tables.limited(rows, view)
    called = here[f"name_{lang}"] + " · " + here[f"province_{lang}"]
    # one province has several districts of one name
    names = formats.distinct(
        dict(zip(here["area_code"], called, strict=True)),
        dict(zip(here["area_code"], here[f"parent_{lang}"].fillna(""), strict=True)),
    )
    for part, label in (("forced", _("These areas get a site")), ("forbidden", _("These areas get none"))):
        key = f"sites_{part}"
        st.session_state[key] = [code for code in getattr(asked, part) if code in names]
        st.multiselect(label, list(names), format_func=names.__getitem__, key=key, on_change=_asked, args=(part,),
                       max_selections=MOST_CODES)  # fmt: skip


def _moved() -> None:
    code = st.session_state["sites_scope"]
    asked = replace(question_of(views.kept()), region="", forced=(), forbidden=())
    views.change(area=code, within=code, camera=Camera(), next=asked)


def _choose(part: str, label: str, names: dict[Any, str], asked: SitesQuestion, *, width: int) -> None:
    key = f"sites_{part}"
    st.session_state[key] = getattr(asked, part)
    st.selectbox(label, list(names), format_func=names.__getitem__, key=key, on_change=_asked, args=(part,),
                 width=width)  # fmt: skip


def _count(part: str, label: str, asked: SitesQuestion, *, width: int) -> None:
    key, (least, most) = f"sites_{part}", asked.limits(part)
    st.session_state[key] = getattr(asked, part)
    st.number_input(label, least, most, key=key, on_change=_asked, args=(part,), width=width)


def _asked(part: str) -> None:
    value: Any = st.session_state[f"sites_{part}"]
    changed: dict[str, Any] = {part: tuple(value) if isinstance(value, list) else value}
    views.change(next=replace(question_of(views.kept()), **changed))


def in_words(view: View, asked: SitesQuestion) -> str:
    """Return the conditions as a reader reads them: every one that the answer rests on."""
    _ = translator(view.lang)
    said = [_(BORDERS_NAMES[asked.borders])]
    if asked.quota:
        said.append(_("at most {n} in one province").format(n=asked.quota))
    if asked.weight > 100 and view.benchmark != links.NO_BENCHMARK:  # noqa: PLR2004  per cent: counts like others
        said.append(_("people below the benchmark count {weight} %").format(weight=asked.weight))
    if asked.beds and view.benchmark != links.NO_BENCHMARK:
        said.append(_("{n} beds a site").format(n=formats.number(asked.beds)))
    for codes, text in ((asked.forced, _("{n} areas get a site")), (asked.forbidden, _("{n} areas get none"))):
        if codes:
            said.append(text.format(n=len(codes)))
    return _("; ").join(said)


def about(view: View, got: Answer, title: str) -> About:
    """Return what the figures of the page are about, with what must be said of how sites were chosen."""
    _, asked = translator(view.lang), got.question
    rows = got.rows[got.inside.reindex(got.rows["area_code"]).to_numpy(bool)]
    base = figure.about(replace(view, indicator=got.resource), rows, title, of_people=True)
    applicable = rows[rows["status"].ne("not_applicable")]
    warnings = [
        _("The choice: {said}.").format(said=note(view, got)),
        _("Chosen by arithmetic from people and straight lines: land, money, staff and patients' ways are not in it."),
        _("Distances are straight lines from a point inside each area, not from every door and not by road."),
    ]
    if got.is_modelled and asked.goal in {"mean", "worst"}:
        far = _("Distances before are the middle of the model's draws; further than {km} km counts as {km} km.")
        warnings.append(far.format(km=formats.number(FARTHEST_KM)))
    if got.found.areas_unknown:
        warnings.append(_("{n} areas of which it is not known are neither a gap nor a site.").format(
            n=formats.number(got.found.areas_unknown)
        ))  # fmt: skip
    processing: Processing = "modelled" if got.is_modelled else "computed_imported" if is_imported(view) else "computed"
    return replace(
        base, unit="", processing=processing, n=len(applicable),
        n_unknown=min(got.found.areas_unknown, len(applicable)), warnings=(*warnings, *base.warnings),
    )  # fmt: skip


def classes(got: Answer) -> tuple[Classes, Sequence[str]]:
    """Return the areas of the place in classes of what becomes of them, and their codes in the same order."""
    fate = got.found.fate
    people = got.found.need.table["people"].astype("Float64").to_numpy("float64", na_value=np.nan)
    present = [name for name in FATES if name in set(fate) or name == "site"]
    index = np.array([present.index(name) for name in fate], dtype=np.uint8)
    legend = []
    for at, name in enumerate(present):
        label, colour, kind = FATES[name]
        here = index == at
        known = people[here][~np.isnan(people[here])]
        legend.append(
            LegendRow(
                kind, colour, int(here.sum()), int(known.sum()) if len(known) or not here.any() else None, name=label
            )
        )
    return Classes("custom", index, tuple(legend), ()), tuple(fate.index)


def slide(view: View) -> MapView:
    """Return the map of a saved view under its sentence; that of the indicator where nobody knows where care is."""
    return paper(view) if is_known(view) else map_files.slide(view)


def paper(view: View, title: str | None = None) -> MapView:
    """Return what goes on paper and on slides for a view of this page."""
    got = answer(view)
    made, codes = classes(got)
    _, said = translator(view.lang), about(view, got, headline(view, got) if title is None else title)
    # a slide answers who is left, too
    left_out = [
        one for one in (_("{sentence}.").format(sentence=left_in_words(view, got)), left_where(view, got)) if one
    ]
    return MapView(
        replace(said, warnings=(*left_out, *said.warnings)), INDICATOR, made, codes, view.lang,
        dataset=dataset_titles(view.lang)[view.dataset],
        inset_name=say(tables.country().inset_name, view.lang),
        boundary_note=say(tables.country().boundaries, view.lang),
    )  # fmt: skip


def draw_map(view: View, got: Answer, sentence: str) -> None:
    """Draw the map of new sites, who comes within reach, and who is left."""
    _, lang = translator(view.lang), view.lang
    made, codes = classes(got)
    order = wire_order(view.level)
    place = dict(zip(codes, made.index.tolist(), strict=True))
    outside = len(made.legend)
    index = np.array([place.get(code, outside) for code in order], dtype=np.uint8)
    styles = [
        ClassStyle(_(row.name), row.colour, row.n_areas, formats.people(row.people, lang, unit=False), row.kind)
        for row in made.legend
    ]
    n_outside = int((index == outside).sum())
    if n_outside:
        styles.append(ClassStyle(_("Not in the place"), palette.NOT_APPLICABLE, n_outside, formats.NOTHING,
                                 "not_applicable"))  # fmt: skip
    rows = got.found.need.table.reindex(order)
    status = [
        "modelled" if got.is_modelled else "reported" if known else "not_reported" for known in rows["out"].notna()
    ]
    words: dict[str, str] = {name: formats.status_word(name, lang) for name in formats.STATUS_WORDS}
    choropleth(
        key="map", level=view.level, values=index, classes=styles, legend_title=_("Next sites"),
        unit=_("km to {care}").format(care=_(WORDS[got.resource].nearest)), lang=lang, sentence=sentence,
        scope=view.within or None,
        details=Details(rows["distance_km"].to_numpy("float64", na_value=np.nan), status, words, 0),
        selected=view.area or None, camera=view.camera.at, can_drill=False, modelled=got.is_modelled,
        height=_MAP_PX,
    )  # fmt: skip
    map_files.menu_of(
        view, lambda lang: paper(replace(view, lang=lang)), partial(map_files.shapes_for, view), "sites_picture"
    )


def sheet(view: View) -> Sheet:
    """Return the new sites of a view, most people first, as a reader sees them."""
    _, lang, got = translator(view.lang), view.lang, answer(view)
    rows = got.rows.set_index("area_code").loc[got.found.sites.index]
    shown = pd.DataFrame({
        _("New site in"): rows[f"name_{lang}"],
        _("People it brings within reach"): got.found.sites["people"],
        _("Chosen again, of 100 draws"): got.found.sites["again"].round(),
        _("Lies in"): figure.lies_in(rows, lang),
        _("Code"): rows.index,
    })  # fmt: skip
    shown = shown.loc[:, shown.notna().any() | (shown.columns == _("New site in"))]
    return Sheet(
        shown.reset_index(drop=True), tuple(got.found.sites.index), about(view, got, headline(view, got)),
        _("most people first"), asked_in_words(view, got),
    )  # fmt: skip


def left_sheet(view: View) -> Sheet:
    """Return the areas that are or may be still out of reach, most people first, as a reader sees them."""
    _, lang, got = translator(view.lang), view.lang, answer(view)
    table = got.found.need.table.assign(fate=got.found.fate)
    table = table[table["fate"].isin(["left", "unknown"]) & ~table.index.isin(got.found.assured)]
    order = table.assign(sure=table["out"].fillna(0) * table["people"].fillna(0).astype("Float64"), code=table.index)
    table = table.loc[order.sort_values(["sure", "code"], ascending=[False, True]).index]
    rows = got.rows.set_index("area_code").loc[table.index]
    often = _("Out of reach, of 100 draws") if got.is_modelled else _("Out of reach")
    told = [_("not known") if formats.is_missing(one) else _("yes") for one in table["out"]]
    shown = pd.DataFrame({
        _("Area"): rows[f"name_{lang}"],
        _("People"): rows["people"],
        often: (100 * table["out"]).round() if got.is_modelled else told,
        _("Lies in"): figure.lies_in(rows, lang),
        _("Code"): rows.index,
    })  # fmt: skip
    return Sheet(
        shown.reset_index(drop=True), tuple(table.index), about(view, got, left_in_words(view, got)),
        _("most people first"), asked_in_words(view, got),
    )  # fmt: skip


def asked_in_words(view: View, got: Answer) -> str:
    """Return the whole question as a reader reads it: goal, number, distance, place and conditions."""
    _, asked = translator(view.lang), got.question
    number = _("{n} % of the people").format(n=asked.share) if asked.goal == "fewest" else _("{n} new sites").format(
        n=asked.sites
    )  # fmt: skip
    reach = _("up to {km} km").format(km=formats.number(asked.reach))
    parts = [_(GOAL_NAMES[asked.goal]), number, reach, _place(view, asked), in_words(view, asked)]
    return _("; ").join(parts)


def left_in_words(view: View, got: Answer) -> str:
    """Return who is still out of reach, in a sentence, as a range where it is one; who is not known is told apart."""
    _, lang, span = translator(view.lang), view.lang, got.found.left
    people = formats.people(span.value, lang)
    said = _("{people} are still out of reach").format(people=people)
    if span.lower != span.upper:
        said = _("About {people} are still out of reach, in 90 of 100 draws {least} to {most}").format(
            people=people, least=formats.people(span.lower, lang), most=formats.people(span.upper, lang)
        )
    unknown = got.found.areas_unknown - len(got.found.assured)
    if unknown:
        said = _("; ").join([said, _("of {n} areas it is not known").format(n=formats.number(unknown))])
    return said


def listed(view: View, got: Answer) -> None:
    """Draw the new sites, with their files and the way to a scenario."""
    _ = translator(view.lang)
    made = sheet(view)
    _table(view, "sites", _("The new sites"), made, sheet)
    for said in _idle(view, got):
        st.caption(said)
    if got.is_modelled:
        st.caption(_("The map shows what holds in most draws; the numbers above are over all of them."))
    if got.found.sites["again"].notna().any():
        st.caption(
            _("Chosen again: in how many of 100 draws the same choice, made for that draw alone, opens this site.")
        )
    if got.found.sites.index.size:
        _to_scenario(view, got)


def _idle(view: View, got: Answer) -> list[str]:
    # which sites bring nobody, and which nobody who is known of
    _, assured = translator(view.lang), len(got.found.assured)
    nobody = got.found.sites["people"].eq(0)
    alone = nobody & got.found.sites["assured"].eq(0)
    said = []
    if alone.any() and got.question.goal == "covered":
        said.append(_("{n} of the sites bring nobody new within reach: fewer would do.").format(n=int(alone.sum())))
    if assured:
        told = _("Not known now, and surely within reach then: {n} of the areas; of them nobody is counted as new.")
        said.append(told.format(n=formats.number(assured)))
    served = int((nobody & ~alone).sum())
    if served and got.question.goal == "covered":
        said.append(_("{n} of the sites serve only areas of which it is not known now.").format(n=served))
    return said


def left(view: View, got: Answer) -> None:
    """Draw the areas that are still out of reach, with their files."""
    made = left_sheet(view)
    _table(view, "left", left_in_words(view, got), made, left_sheet)
    if where := left_where(view, got):
        st.caption(where)


def left_where(view: View, got: Answer) -> str:
    """Return in how many areas of which provinces people are still out of reach; empty where nobody is."""
    _, lang = translator(view.lang), view.lang
    rows = got.rows.set_index("area_code").loc[got.found.fate.index[got.found.fate.eq("left")]]
    if rows.empty:
        return ""
    counted = rows[f"province_{lang}"].value_counts().rename_axis("name").reset_index(name="n")
    counted = counted.sort_values(["n", "name"], ascending=[False, True], kind="stable")
    named = [_("{name} {n}").format(name=one, n=n) for one, n in zip(counted["name"], counted["n"], strict=True)]
    said = _("Still out of reach are {areas}: {named}.")
    if got.is_modelled:
        said = _("Still out of reach in most draws are {areas}: {named}.")
    counties = sentences.areas(len(rows), tables.country().finest, lang)
    return said.format(areas=counties, named=_(", ").join(named))


def saved_view(view: View) -> SavedView:
    """Return the view of the page as one that slides are made of."""
    return SavedView("0" * 12, PAGE, PAGE, tuple(links.to_query(view).items()))


def _table(view: View, name: str, title: str, made: Sheet, draw: Callable[[View], Sheet]) -> None:
    _ = translator(view.lang)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom",
                      key=f"mh_head_{name}"):  # fmt: skip
        st.subheader(title, anchor=False, width="content")
        if made.codes:
            list_files.menu(view, name, partial(draw))
    if not made.codes:
        st.caption(_("None."))
        return
    first, people = (str(column) for column in made.rows.columns[:2])
    forms = {
        first: st.column_config.TextColumn(pinned=True),
        people: st.column_config.NumberColumn(format="localized"),
    }
    st.dataframe(made.rows, hide_index=True, key=f"{name}_list", height=min(420, 36 * (len(made.rows) + 1)),
                 column_config=forms)  # fmt: skip


def _to_scenario(view: View, got: Answer) -> None:
    _ = translator(view.lang)
    with st.popover(_("Make it a scenario"), key="sites_scenario"):
        units = st.number_input(
            access.unit_name(got.resource, view.lang), 1, SitesQuestion.limits("beds")[1], got.question.beds or _UNITS,
            key="sites_units",
        )  # fmt: skip
        if st.button(_("Open these sites in a scenario"), type="primary", key="sites_keep"):
            plan = scenario_store.keep(ledger(view, got, int(units)), lang=view.lang)
            views.keep(replace(views.kept(), plan=(plan,)))
            st.switch_page("pages/scenarios.py", query_params=links.to_query(views.kept()))


def ledger(view: View, got: Answer, units: int) -> Ledger:
    """Return the scenario that opens the chosen sites, each with so many units of the resource."""
    held = ((got.resource, units),) if got.resource != "facilities" else ()
    actions = tuple(Action("open", (code,), held) for code in got.found.sites.index)
    name = headline(view, got)
    build, said = scenario_store.build_of(view.dataset), asked_in_words(view, got)
    return Ledger(name[:80], view.dataset, build, view.year, actions, note=said, level=view.level)
