"""
What changes a scenario: choosing or starting one, its actions one by one, their order, its file.

Each change is one step of `mhgis.planning.scenario_store.change`. Holds no figures: see `mhgis.ui.page.scenarios`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from mhgis import formats
from mhgis.errors import Fault, MhgisError, SchemaError, UnknownChoiceError
from mhgis.formats import LONGEST_NAME, plain
from mhgis.i18n import N_, Language, translator
from mhgis.indicators import HELD, LEVELS, RESOURCES, STAFF, WORDS
from mhgis.planning import scenario, scenario_store
from mhgis.planning.scenario import Action, Ledger, ShortageError
from mhgis.queries import tables
from mhgis.queries.names import dataset_titles
from mhgis.ui.page import scenarios
from mhgis.ui.page.scenarios import Baseline, Found
from mhgis.ui.part import figure, shell
from mhgis.ui.part import session as views
from mhgis.view import links
from mhgis.view.view import View
from mhgis.words import sentences
from mhgis.words.sentences import LEVEL_NAMES

#: what can be done, by the form's id; those of a facility are offered where the dataset has facilities
FORMS: Final[dict[str, str]] = {
    "add": N_("Add units to an area"),
    "open": N_("Open a facility"),
    "close": N_("Close a facility"),
    "expand": N_("Expand a facility"),
    "move": N_("Move a facility or units"),
    "recruit": N_("Recruit over years"),
    "reach": N_("Reach a benchmark"),
}
_OF_FACILITIES: Final = ("expand",)
_SAID: Final = "mhgis_plan_said"
_MADE: Final = "mhgis_plan_made"
_FORM: Final = "plan_form"
_NONE: Final = ""
#: actions shown at once; with more a page is chosen
_ROWS: Final = 20
_MOST_UNITS: Final = 1_000_000
#: faults of a file that are told at once
_FAULTS: Final = 10


def told(error: Exception, lang: Language) -> str:
    """Return why something was not done to a scenario, in the reader's language."""
    _ = translator(lang)
    if isinstance(error, ShortageError):
        said = _("Action {n} takes more of “{resource}” than there is, so it cannot be done.")
        return said.format(n=error.action, resource=_(WORDS[error.resource].short))
    if isinstance(error, SchemaError):
        return "  \n".join(plain(_fault(fault, lang)) for fault in error.faults[:_FAULTS])
    if isinstance(error, UnknownChoiceError):
        return _("This cannot be done to the scenario as it is now; someone may have changed or deleted it meanwhile.")
    return _("This could not be written; what was saved before is still there. {why}").format(
        why=getattr(error, "strerror", None) or error
    )


def _fault(fault: Fault, lang: Language) -> str:
    # `row` is the number of an action, `found` and `expected` are in the reader's language
    _ = translator(lang)
    whole = _("{file}: found {found}; expected {expected}.")
    if fault.row is not None:
        whole = _("{file}, action {n}: found {found}; expected {expected}.")
    elif fault.column is not None:
        whole = _("{file}, {column}: found {found}; expected {expected}.")
    return whole.format(
        file=fault.file, n=fault.row, column=fault.column, found=fault.found, expected=fault.expected
    )  # fmt: skip


def _do(plan_id: str, by: Callable[[Ledger], Ledger], *seen: str) -> None:
    """Change a ledger; where that cannot be done, remember why. For callbacks, which run before the page does."""
    lang = views.kept().lang
    try:
        made = scenario_store.change(plan_id, by, seen=seen, lang=lang)
    except (MhgisError, OSError) as error:
        st.session_state[_SAID] = told(error, lang)
    else:
        st.session_state[_MADE] = scenario.digest(made, with_undone=True)


def _step(plan_id: str, by: Callable[[Ledger], Ledger], seen: str) -> None:
    # who presses twice before the page has followed means the state that the first press made
    _do(plan_id, by, seen, st.session_state.get(_MADE, seen))


def _keep(ledger: Ledger) -> str:
    lang = views.kept().lang
    try:
        return scenario_store.keep(ledger, lang=lang)
    except (MhgisError, OSError) as error:
        st.session_state[_SAID] = told(error, lang)
        return ""


def _loaded(plan_id: str) -> Ledger | None:
    # None, with a word on why, where it was deleted or damaged since the page was drawn
    lang = views.kept().lang
    try:
        return scenario_store.load(plan_id, lang=lang)
    except (MhgisError, OSError) as error:
        st.session_state[_SAID] = told(error, lang)
        return None


def say() -> None:
    """Draw once why the last change was not made."""
    if _SAID in st.session_state:
        st.error(st.session_state.pop(_SAID))


def choose(view: View) -> None:
    """Draw which scenario is open, the one it is held against, and the way to a new one."""
    _ = translator(view.lang)
    if torn := scenario_store.damaged():
        st.warning(plain(_(
            "Scenarios whose file cannot be read are left out: {names}. Put the files back from a backup of the data "
            "folder ({folder}), or delete them."
        ).format(names=", ".join(f"{name}.json" for name in torn), folder=scenario_store.FOLDER)))  # fmt: skip
    kept = {plan.plan_id: plan.ledger for plan in scenario_store.listed()}
    # one whose file is damaged is told below, and cannot be chosen
    shown = [one for one in scenarios.ids(view) if one in kept]
    titles = dataset_titles(view.lang)

    labels = formats.distinct({
        one: f"{ledger.name or _('Without a name')} · {titles.get(ledger.dataset, ledger.dataset)}, {ledger.year}"
        for one, ledger in kept.items()
    }) | {_NONE: _("none")}  # fmt: skip
    name = labels.__getitem__
    with st.container(horizontal=True, vertical_alignment="bottom", key="mh_plans"):
        if kept:
            st.session_state["plan_open"] = shown[0] if shown else _NONE
            st.selectbox(_("Scenario"), [_NONE, *kept], format_func=name, key="plan_open", on_change=_opened, width=340)
        if shown:
            alike = [one for one, ledger in kept.items() if one != shown[0] and scenarios.fits(ledger, view)]
            st.session_state["plan_other"] = shown[1] if shown[1:] and shown[1] in alike else _NONE
            st.selectbox(_("Compare with"), [_NONE, *alike], format_func=name, key="plan_other", on_change=_compared,
                         width=300)  # fmt: skip
        _start(view)
        if shown:
            _rest(view, shown[0], kept[shown[0]])
        _file(view, kept.get(shown[0]) if shown else None)


def _opened() -> None:
    plan_id = st.session_state["plan_open"]
    if not plan_id:
        views.change(plan=())
    elif (ledger := _loaded(plan_id)) is not None:
        open_plan(plan_id, ledger)


def open_plan(plan_id: str, ledger: Ledger) -> None:
    """Change the view to a scenario: its dataset, level and year, where they are here."""
    offer = tables.offer()
    if ledger.dataset in offer.datasets() and ledger.level in LEVELS:
        views.change(plan=(plan_id,), dataset=ledger.dataset, level=ledger.level, year=ledger.year)
    else:
        views.change(plan=(plan_id,))


def _compared() -> None:
    first, other = views.kept().plan[:1], st.session_state["plan_other"]
    views.change(plan=(*first, other) if other else first)


def _start(view: View) -> None:
    _ = translator(view.lang)
    with st.popover(_("New scenario"), key="plan_new", type="primary" if not view.plan else "secondary"):
        suggested = _("Scenario {n}").format(n=len(scenario_store.listed()) + 1)
        st.text_input(_("Name"), suggested, max_chars=LONGEST_NAME, key="plan_new_name")
        st.button(_("Start"), type="primary", key="plan_start", on_click=_started)
        title = dataset_titles(view.lang)[view.dataset]
        said = _("It starts from: {dataset}, {level}, {year}. It is kept on this server for everyone who uses it.")
        st.caption(said.format(dataset=title, level=_(LEVEL_NAMES[view.level]), year=view.year))


def _started() -> None:
    view = views.kept()
    dataset, build, year, level = scenarios.base_of(view)
    plan_id = _keep(Ledger(st.session_state["plan_new_name"], dataset, build, year, level=level))
    if plan_id:
        views.change(plan=(plan_id,))


def _rest(view: View, plan_id: str, ledger: Ledger) -> None:
    _ = translator(view.lang)
    with st.popover(_("Name, note, costs"), key="plan_rest"):
        with st.form("plan_words", border=False):
            name = st.text_input(_("Name"), ledger.name, max_chars=LONGEST_NAME)
            note = st.text_area(_("Note"), ledger.note, max_chars=2_000)
            st.caption(_("Money a unit, in your own currency; empty where it is not known."))
            columns, held = st.columns(2), dict(ledger.costs)
            costs: dict[str, float | None] = {
                one: columns[at % 2].number_input(
                    _(WORDS[one].short), min_value=0.0, value=held.get(one), key=f"plan_cost_{one}_{plan_id}"
                )
                for at, one in enumerate(RESOURCES)
            }
            if st.form_submit_button(_("Save"), type="primary"):
                given = {one: cost for one, cost in costs.items() if cost is not None}
                _do(plan_id, lambda now: now.named(name, note).costing(given))
                st.rerun()
        with st.container(horizontal=True):
            st.button(_("Duplicate"), key="plan_copy", on_click=_copied, args=(plan_id,))
            st.button(_("Delete"), key="plan_delete", on_click=_deleted, args=(plan_id,))


def _copied(plan_id: str) -> None:
    ledger, _ = _loaded(plan_id), translator(views.kept().lang)
    other = _keep(ledger.named(_("{name}, copy").format(name=ledger.name))) if ledger else ""
    if other:
        views.change(plan=(other,))


def _deleted(plan_id: str) -> None:
    scenario_store.remove(plan_id)
    views.change(plan=tuple(one for one in views.kept().plan if one != plan_id))


#: the parts of a link that a scenario's numbers depend on, beside its baseline
_ASKED: Final = ("ind", "bench", "own", "reach", "in")


def _asked(view: View) -> tuple[tuple[str, str], ...]:
    said = links.to_query(view)
    return tuple((key, said[key]) for key in _ASKED if key in said)


def _file(view: View, ledger: Ledger | None) -> None:
    _ = translator(view.lang)
    with st.popover(_("File"), key="plan_file"):
        if ledger is not None:
            whole = replace(ledger, asked=_asked(view))
            st.download_button(
                _("Save as a file (JSON)"), scenario.to_json(whole), mime="application/json", on_click="ignore",
                file_name=f"mhgis-scenario-{scenario.digest(whole)}.json", key="plan_download", width="stretch",
            )  # fmt: skip
            st.caption(_("Who opens it on the same build of the data gets the same numbers."))
        brought = st.file_uploader(_("Open a file of a scenario"), type="json", key="plan_brought",
                                   max_upload_size=scenario.MOST_BYTES // 2**20)  # fmt: skip
        if brought is not None and st.button(_("Open it"), key="plan_bring", type="primary"):
            _bring(view, brought.getvalue(), brought.name)


def _bring(view: View, content: bytes, file: str) -> None:
    try:
        ledger = scenario.from_upload(content, file, view.lang)
    except SchemaError as error:
        st.error(told(error, view.lang))
        return
    plan_id = _keep(ledger)
    if plan_id:
        says = {
            **links.to_query(view), "data": ledger.dataset, "level": ledger.level, "year": str(ledger.year),
            **{key: part for key, part in ledger.asked if key in _ASKED}, "plan": plan_id,
        }  # fmt: skip
        views.keep(links.parse(says, tables.offer(), view.lang).view)
    st.rerun()


def other_base(view: View, plan_id: str, ledger: Ledger) -> None:
    """Draw that a scenario was made on other figures than those in view, and what can be done about it."""
    _, titles = translator(view.lang), dataset_titles(view.lang)
    dataset, build, year, level = scenarios.base_of(view)
    named = {
        "name": ledger.name, "dataset": titles.get(ledger.dataset, ledger.dataset), "year": ledger.year,
        "level": _(LEVEL_NAMES[ledger.level]), "build": ledger.build, "here": build,
    }  # fmt: skip
    is_same = (ledger.dataset, ledger.year, ledger.level) == (dataset, year, level)
    if is_same:
        said = _("“{name}” was made on build {build} of the data; here is build {here}. Its numbers may differ.")
    elif ledger.dataset not in tables.offer().datasets():
        said = _("“{name}” was made on the dataset {dataset}, which is not here.")
    else:
        said = _("“{name}” is of another view of the data: {dataset}, {level}, {year}.")
    with st.container(border=True):
        st.markdown(plain(said.format(**named)))
        with st.container(horizontal=True):
            if not is_same and ledger.dataset in tables.offer().datasets():
                st.button(_("Show it there"), type="primary", key=f"plan_there_{plan_id}", on_click=open_plan,
                          args=(plan_id, ledger))  # fmt: skip
            if ledger.level == level:
                st.button(
                    _("Rebase it on what is in view"), key=f"plan_rebase_{plan_id}", on_click=_do,
                    args=(plan_id, partial(Ledger.rebased, dataset=dataset, build=build, year=year)),
                    type="primary" if is_same else "secondary",
                )  # fmt: skip
        if ledger.level == level:
            st.caption(
                _("Rebasing keeps the actions and takes the figures in view as the baseline: numbers may differ.")
            )


def ledger_of(view: View, plan_id: str, ledger: Ledger, base: Baseline, heading: Callable[[str], str] = str) -> None:
    """Draw the actions in order, with what can be done to each; `heading` may add whose they are."""
    _, n, seen = translator(view.lang), len(ledger.actions), scenario.digest(ledger, with_undone=True)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom", key="mh_head_actions"
    ):
        st.subheader(heading(_("Actions: {n}").format(n=formats.number(n))), anchor=False, width="content")
        with st.container(horizontal=True, width="content"):
            st.button(_("Undo"), key="plan_undo", on_click=_step, args=(plan_id, Ledger.undo, seen),
                      disabled=not n)  # fmt: skip
            st.button(_("Redo"), key="plan_redo", on_click=_step, args=(plan_id, Ledger.redo, seen),
                      disabled=not ledger.undone)  # fmt: skip
    names, start = scenarios.names_of(base, view.lang), 0
    if n > _ROWS:
        pages = -(-n // _ROWS)
        page = st.number_input(
            _("Page of the actions, of {n}").format(n=pages), 1, pages, pages, key=f"plan_page_{pages}"
        )
        start = (int(page) - 1) * _ROWS
    for at, action in list(enumerate(ledger.actions))[start : start + _ROWS]:
        _row(view, plan_id, at, action, sentences.action(action, names, view.lang), n, seen)


def _row(view: View, plan_id: str, at: int, action: Action, said: str, n: int, seen: str) -> None:  # noqa: PLR0917
    _ = translator(view.lang)
    with st.container(horizontal=True, vertical_alignment="center", key=f"mh_action_{at}"):
        with st.container(width="stretch"):
            st.markdown(plain(f"{at + 1}. {said}") + (f"  \n:gray[{plain(action.note)}]" if action.note else ""))
        for label, help_, by, off in (
            ("↑", _("Up"), partial(Ledger.move, at=at, to=at - 1), at == 0),
            ("↓", _("Down"), partial(Ledger.move, at=at, to=at + 1), at == n - 1),
            ("✕", _("Remove"), partial(Ledger.remove, at=at), False),
        ):
            st.button(label, help=help_, key=f"plan_{label}_{at}", on_click=_do, args=(plan_id, by, seen), disabled=off)
        with st.popover(_("Note"), key=f"plan_note_{at}"):
            note = st.text_input(_("Why"), action.note, max_chars=300, key=f"plan_why_{at}_{seen}")
            if st.button(_("Save"), key=f"plan_noted_{at}"):
                _do(plan_id, partial(Ledger.annotate, at=at, note=note), seen)
                st.rerun()


def act(view: View, plan_id: str, ledger: Ledger, base: Baseline) -> None:
    """Draw the form of one action."""
    _ = translator(view.lang)
    has_facilities = not base.facilities.empty
    kinds = [one for one in FORMS if has_facilities or one not in _OF_FACILITIES]
    st.subheader(_("Add an action"), anchor=False)
    kind = st.selectbox(_("What is done"), kinds, format_func=lambda one: _(FORMS[one]), key="plan_kind")
    form = _Form(view, base)
    with st.form(f"{_FORM}_{kind}", border=True):
        asked = form.fields(kind)
        note = st.text_input(_("Why (optional)"), max_chars=300, key=f"{_FORM}_{kind}_note")
        done = st.form_submit_button(_("Add it"), type="primary")
    if not done:
        return
    try:
        action = replace(asked(), note=note)
        scenario.run(ledger.do(action), base.counts, base.people)
    except _UnusableError as fault:
        st.error(str(fault))
        return
    except MhgisError as error:
        st.error(told(error, view.lang))
        return
    _do(plan_id, lambda now: now.do(action))
    st.rerun()


class _UnusableError(ValueError):
    """What was entered makes no action; the message is for the reader."""


class _Form:
    """The fields of one action; each method draws them and returns what makes the action once they are sent."""

    def __init__(self, view: View, base: Baseline) -> None:
        self.view, self.base, self._ = view, base, translator(view.lang)
        limited = tables.limited(base.rows.reset_index(), view)["area_code"]
        counted = base.counts.index
        self.codes = list(counted[counted.isin(limited)])
        rows, lang = base.rows, view.lang
        within = rows[f"province_{lang}"].where(rows.index != rows["province_code"], "")
        parent = rows[f"parent_{lang}"].where(rows["parent_code"].ne(rows["province_code"]), "")
        labels = {
            str(code): " · ".join(part for part in (name, two, one) if isinstance(part, str) and part)
            for code, name, one, two in zip(rows.index, rows[f"name_{lang}"], within, parent, strict=True)
        }
        self.labels = formats.distinct(labels)

    def fields(self, kind: str) -> Callable[[], Action]:
        drawn: dict[str, Callable[[], Callable[[], Action]]] = {
            "add": self.add, "open": self.open, "close": self.close, "expand": self.expand, "move": self.move,
            "recruit": self.recruit, "reach": self.reach,
        }  # fmt: skip
        return drawn[kind]()

    def area(self, label: str, key: str, codes: Sequence[str] | None = None) -> str | None:
        offered = list(codes or self.codes)
        at = offered.index(self.view.area) if self.view.area in offered else None
        chosen: str | None = st.selectbox(
            label, offered, index=at, format_func=lambda code: self.labels.get(code, code),
            key=f"{_FORM}_{key}_{self.view.level}_{self.view.within}_{self.view.area}",
            placeholder=self._("Type a name"),
        )  # fmt: skip
        return chosen

    def facility(self, key: str, *, optional: bool = False) -> str | None:
        rows = self.base.facilities[self.base.facilities["area_code"].isin(self.codes)]
        called = rows["name"] + " · " + rows["area_code"].map(self.labels)
        names = formats.distinct(dict(zip(rows["facility_id"], called, strict=True)))
        label = self._("Facility of the dataset (optional)") if optional else self._("Facility")
        chosen: str | None = st.selectbox(label, list(names), index=None, format_func=names.__getitem__,
                                          key=f"{_FORM}_{key}", placeholder=self._("Type a name"))  # fmt: skip
        return chosen

    def units(self, key: str, *, least: int = 0, names: Sequence[str] | None = None) -> dict[str, int]:
        shown = [name for name in (names or HELD) if name in self.base.counts]
        columns = st.columns(max(1, len(shown)))
        return {
            name: int(
                column.number_input(self._(WORDS[name].short), least, _MOST_UNITS, 0, key=f"{_FORM}_{key}_{name}")
            )
            for name, column in zip(shown, columns, strict=True)
        }

    def place(self, area: str | None) -> str:
        if area is None:
            raise _UnusableError(self._("Choose an area first."))
        return area

    def some(self, units: dict[str, int]) -> tuple[tuple[str, int], ...]:
        kept = tuple((name, number) for name, number in units.items() if number)
        if not kept:
            raise _UnusableError(self._("Enter how many first."))
        return kept

    def held(self, facility: str) -> tuple[str, tuple[tuple[str, int], ...]]:
        # what is known of a facility: where it is, and the units that are told
        row = self.base.facilities.set_index("facility_id").loc[facility]
        known = {name: row[name] for name in HELD if name in self.base.counts}
        return str(row["area_code"]), tuple(
            (name, int(number)) for name, number in known.items() if not formats.is_missing(number) and number
        )

    def add(self) -> Callable[[], Action]:
        area = self.area(self._("Area"), "add")
        units = self.units("add", least=-_MOST_UNITS)
        st.caption(self._("A negative number takes units away."))
        return lambda: Action("add", (self.place(area),), self.some(units))

    def open(self) -> Callable[[], Action]:
        area = self.area(self._("Area"), "open")
        units = self.units("open")
        point = st.text_input(
            self._("Longitude, latitude (optional)"), key=f"{_FORM}_open_point", placeholder="103.83, 36.06"
        )
        return lambda: Action("open", (self.place(area),), _kept(units), point=self.point(point))

    def point(self, text: str) -> tuple[float, float] | None:
        if not text.strip():
            return None
        try:
            lon, lat = (float(part) for part in text.replace("，", ",").split(","))
            Action("open", ("x",), point=(lon, lat))
        except ValueError as error:
            raise _UnusableError(
                self._("A point is a longitude and a latitude in degrees, such as 103.83, 36.06.")
            ) from error
        return lon, lat

    def close(self) -> Callable[[], Action]:
        if not self.base.facilities.empty:
            facility = self.facility("close_facility")

            def of_dataset() -> Action:
                if facility is None:
                    raise _UnusableError(self._("Choose a facility first."))
                area, held = self.held(facility)
                return Action("close", (area,), held, facility=facility)

            st.caption(self._("It closes with all the units that are known of it."))
            return of_dataset
        area = self.area(self._("Area"), "close")
        units = self.units("close")
        st.caption(self._("Enter what closes with it."))
        return lambda: Action("close", (self.place(area),), _kept(units))

    def expand(self) -> Callable[[], Action]:
        facility = self.facility("expand_facility")
        units = self.units("expand", least=-_MOST_UNITS)

        def made() -> Action:
            if facility is None:
                raise _UnusableError(self._("Choose a facility first."))
            return Action("add", (self.held(facility)[0],), self.some(units), facility=facility)

        return made

    def move(self) -> Callable[[], Action]:
        facility = None if self.base.facilities.empty else self.facility("move_facility", optional=True)
        area = self.area(self._("From"), "move_from")
        to = self.area(self._("To"), "move_to", list(self.base.counts.index))
        units = self.units("move", names=RESOURCES)

        def made() -> Action:
            if facility is not None:
                place, held = self.held(facility)
                count = (("facilities", 1),) if "facilities" in self.base.counts else ()
                ends, held, name = (place, self.place(to)), (*count, *held), facility
            else:
                ends, held, name = (self.place(area), self.place(to)), self.some(units), ""
            if ends[0] == ends[1]:
                raise _UnusableError(self._("From and to are the same area."))
            return Action("move", ends, held, facility=name)

        return made

    def recruit(self) -> Callable[[], Action]:
        area = self.area(self._("Area"), "recruit")
        names = [name for name in STAFF if name in self.base.counts] or ["beds"]
        units = self.units("recruit", names=names)
        years = st.number_input(self._("Years"), 1, 50, 5, key=f"{_FORM}_recruit_years")
        st.caption(self._("So many each year; the scenario shows the state after the last year."))
        return lambda: Action("recruit", (self.place(area),), self.some(units), years=int(years))

    def reach(self) -> Callable[[], Action]:
        # the areas can be named one by one, or all that fall short in the place in view
        scope = figure.scope_name(self.view) or tables.country().names[self.view.lang]
        whole = self._("All areas of {place} that fall short").format(place=scope)
        now = [self.view.area] if self.view.area in self.codes else []
        areas = st.multiselect(
            self._("Areas"), self.codes, default=now, format_func=lambda code: self.labels[code], placeholder=whole,
            key=f"{_FORM}_reach_areas_{self.view.level}_{self.view.within}_{self.view.area}",
        )  # fmt: skip
        offered = list(self.base.counts.columns)
        seen = str(figure.indicator_of(self.view).parts)
        one, two = st.columns(2)
        resource = one.selectbox(
            self._("Resource"), offered, index=offered.index(seen) if seen in offered else 0,
            format_func=lambda name: self._(WORDS[name].short), key=f"{_FORM}_reach_resource_{seen}",
        )  # fmt: skip
        rate = two.number_input(self._("Per 100,000 people"), 0.0, 10_000.0, figure.benchmark_of(self.view) or 30.0,
                                key=f"{_FORM}_reach_rate_{self.view.benchmark}")  # fmt: skip

        def made() -> Action:
            chosen = tuple(areas)
            if not chosen:
                here = pd.Index(self.codes)
                short = scenario.is_short(self.base.counts.loc[here, resource], self.base.people, float(rate))
                chosen = tuple(here[short.fillna(value=False).astype(bool)])
            if not chosen:
                raise _UnusableError(self._("No area is known to fall short of that."))
            return Action("reach", chosen, resource=resource, rate=float(rate))

        return made


def _kept(units: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((name, number) for name, number in units.items() if number)


def begin(view: View) -> None:
    """Draw, where no scenario is shown, why not and what to do: start one, follow one to its figures, mend one."""
    _, shown = translator(view.lang), scenarios.ids(view)
    if view.plan and len(shown) < len(view.plan):
        st.warning(_("A scenario that the link names is not kept here; it may have been deleted. Its file opens it."))
    for plan_id in shown:
        try:
            ledger = scenario_store.load(plan_id, lang=view.lang)
            if not scenarios.fits(ledger, view):
                other_base(view, plan_id, ledger)
                continue
            scenarios.found(view, ledger)
        except (SchemaError, UnknownChoiceError) as error:
            st.error(told(error, view.lang))
            if isinstance(error, ShortageError):
                ledger_of(view, plan_id, ledger, scenarios.baseline(view))
    if not shown:
        if scenarios.baseline(view).counts.isna().to_numpy().all():
            shell.other_ways(view)
        with st.container(border=True):
            st.markdown(
                _(
                    "A scenario is a list of actions on the figures in view. Start one above, then add actions: what "
                    "changes against the baseline stands here at once, on the map, in numbers and area by area. "
                    "Nothing that was published or imported is altered."
                )
            )


def draw(view: View, shown: tuple[Found, Found | None]) -> None:
    """Draw the actions of the scenario that is open, and the form of the next."""
    plan_id, (got, other) = scenarios.ids(view)[0], shown
    left, right = st.columns(2)
    with left:
        ledger_of(view, plan_id, got.ledger, got.base, lambda said: scenarios.heading(view, got, said, other))
    with right:
        act(view, plan_id, got.ledger, got.base)
