"""
The page of alliances, its drafts: one page for each hub and those it would lead, as PDF and DOCX.

Puts the words together; the writers are `mhgis.exports.memorandum` and `mhgis.exports.memorandum_pdf`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from mhgis import formats, store
from mhgis.exports import csv_json, memorandum
from mhgis.exports import memorandum_pdf as sheets
from mhgis.exports.memorandum import MOST_MEMBERS, Memo
from mhgis.i18n import ENDONYMS, LANGUAGES, N_, Language, translator
from mhgis.planning.alliance_words import MODEL_NAMES, MODEL_WORDS, MODELS, Model
from mhgis.queries import tables
from mhgis.queries.names import is_modelled, kind_of
from mhgis.ui.page import alliance_facts
from mhgis.ui.page import alliances as planner
from mhgis.ui.page.alliances import Answer
from mhgis.ui.part import figure, shell
from mhgis.view.view import View

#: to be settled whatever the model
_OPEN: Final = (
    N_("Who pays for visits, consultations and transport, and what insurance covers."),
    N_("How records and results are shared, and who answers for a mistake."),
    N_("Whether the lead has the staff and the beds in truth, and whether each member agrees."),
)
#: how many known difficulties of a model stand beside those
_DIFFICULTIES: Final = 1
_MOST_MODELS: Final = 3
#: ending -> label, media type, what writes it
_WRITERS: Final[dict[str, tuple[str, str, Callable[[Memo, date], bytes]]]] = {
    "pdf": (N_("PDF, one page"), "application/pdf", lambda memo, _day: sheets.render(memo)),
    "docx": (
        N_("DOCX, to be edited"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        memorandum.to_docx,
    ),
}  # fmt: skip


def memo_of(view: View, got: Answer, hub_id: str) -> Memo:
    """Return the draft for a hub and all that it would lead, in the language of the view."""
    _, lang = translator(view.lang), view.lang
    names, hub = planner.hub_names(got, lang), got.whole.hubs.loc[hub_id]
    led = got.whole.gaps[got.whole.gaps["hub_id"].eq(hub_id)].join(got.areas.drop(columns="people"))
    led = led.assign(order=led["model"].map(MODELS.index)).sort_values(["order", "distance_km"], kind="stable")
    kinds = [one for one in MODELS if led["model"].eq(one).any()]
    indicator = figure.indicator_of(view)
    what = planner.about(view, got, names[hub_id])
    models = _("; ").join(
        _("{model}: {n}").format(model=_(MODEL_NAMES[one]), n=int(led["model"].eq(one).sum())) for one in kinds
    )
    heads = [_("Gap area"), _("People"), _(indicator.name), _("Model"), _("Distance, km"), _("Second choice")]
    if got.stands is not None:
        heads.append(_("Gap in, of 100 draws"))
    shown = led.head(MOST_MEMBERS)
    members = [_member(view, got, names, row) for row in shown.reset_index().to_dict("records")]
    return Memo(
        lang=lang,
        title=_("Alliance led by {hub}").format(hub=names[hub_id]),
        subtitle=" · ".join((models, what.named, str(view.year))),
        badge=_badge(view),
        facts=_facts(view, got, hub_id, hub),
        members_title=_("Members: {n} gap areas").format(n=formats.number(len(led))),
        heads=tuple(heads),
        members=tuple(members),
        n_members=len(led),
        sections=_sections(_most_led(led["model"], kinds), lang),
        sources=tuple(
            one for one in (
                _("Figures: {origins}").format(origins=_("; ").join(one.cite(lang) for one in what.sources)),
                alliance_facts.source_of_models(lang),
            ) if one
        ),
        foot=(
            _("Rules: {rules}.").format(rules=planner.in_words(view, got)),
            _("Distances are straight lines; nothing is known here of roads, agreements or will."),
            _("Data of build {build}, {date}.").format(build=what.build, date=what.built_on),
        ),
        signatures=(_("For the lead:"), _("For the members:"), _("Health authority:"), _("Date:")),
    )  # fmt: skip


def _most_led(models: pd.Series, kinds: list[Model]) -> list[Model]:
    # the models of most members, in their own order: a page has no room for the roles of all
    most = sorted(kinds, key=lambda one: -int(models.eq(one).sum()))[:_MOST_MODELS]
    return [one for one in kinds if one in most]


def _badge(view: View) -> str:
    _, kind = translator(view.lang), kind_of(view)
    return {"modelled": _(shell.MODELLED), "imported": _(shell.IMPORTED)}.get(kind, _(shell.PUBLISHED))


def _facts(view: View, got: Answer, hub_id: str, hub: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401 - a row
    _, lang, unit = translator(view.lang), view.lang, formats.status_word("modelled", view.lang)
    lies_in = figure.lies_in(got.areas.loc[[hub["area_code"]]], lang)
    status = f" ({unit})" if is_modelled(view) else ""

    def number(value: Any) -> str:  # noqa: ANN401 - a cell
        return _("not known") if formats.is_missing(value) else f"{formats.number(round(float(value)))}{status}"

    capacity, load = hub["capacity"], int(hub["load"])
    if formats.is_missing(capacity):
        verdict = _("not known: its psychiatrists are not")
    elif hub["is_overloaded"]:
        verdict = _("no: short by {n} people").format(n=formats.number(load - float(capacity)))
    else:
        verdict = _("yes: room for {n} more people").format(n=formats.number(float(capacity) - load))
    found = [
        (_("Lead"), planner.hub_names(got, lang)[hub_id]),
        *([] if lies_in.isna().all() else [(_("Lies in"), str(lies_in.iloc[0]))]),
        (_("Psychiatric beds"), number(hub["beds"])),
        (_("Psychiatrists"), number(hub["psychiatrists"])),
        (_("Own people"), _("not known") if formats.is_missing(hub["own_people"])
         else formats.number(round(float(hub["own_people"])))),
        (_("People of the members"), formats.number(load)),
        (_("Could carry them"), verdict),
    ]  # fmt: skip
    if got.stands is not None and hub["area_code"] in got.stands.index:
        often = got.stands["hub"][hub["area_code"]]
        found.append((_("Is a hub in"), _("not known") if formats.is_missing(often)
                      else _("{n} of 100 draws of the model").format(n=round(float(often)))))  # fmt: skip
    return tuple(found)


def _member(view: View, got: Answer, names: Mapping[str, str], row: Mapping[Any, Any]) -> tuple[str, ...]:
    _, lang = translator(view.lang), view.lang
    model: Model = row["model"]
    second = names[row["second_hub"]] if isinstance(row["second_hub"], str) else formats.NOTHING
    cells = [
        str(row[f"name_{lang}"]), formats.number(row["people"]),
        formats.number(row["value"], figure.indicator_of(view).decimals), _(MODEL_WORDS[model]),
        formats.number(row["distance_km"]), second,
    ]  # fmt: skip
    if got.stands is not None:
        often = got.stands["gap"].get(row["area_code"])
        cells.append(formats.NOTHING if formats.is_missing(often) else formats.number(often))
    return tuple(cells)


def _sections(kinds: list[Model], lang: Language) -> tuple[tuple[str, tuple[str, ...]], ...]:
    _ = translator(lang)
    roles: list[str] = []
    routes: list[str] = []
    hard: list[str] = []
    for kind in kinds:
        said, name = alliance_facts.texts_of(kind, lang), _(MODEL_WORDS[kind])
        for part, label in (("lead_role", _("lead")), ("member_role", _("member"))):
            roles += [_("{model}, {role}: {text}").format(model=name, role=label, text=one) for one in said[part]]
        routes += [_("{model}: {text}").format(model=name, text=one) for one in said["referral"]]
        hard += said["difficulty"][:_DIFFICULTIES]
    roles = roles or [
        _("Lead: cases the members cannot treat, guidance and training. Members: the rest, and follow-up.")
    ]
    routes = routes or [_("Up by appointment to the lead; down with a plan of treatment to the member.")]
    return (
        (_("Who does what"), tuple(roles)),
        (_("Referral"), tuple(routes)),
        (_("To be settled before anybody signs"), (*hard, *(_(one) for one in _OPEN))),
    )


def draw(view: View, got: Answer) -> None:
    """Draw the choice of a hub and its draft, to be taken away as PDF or DOCX in either language."""
    _, lang, table = translator(view.lang), view.lang, got.here.hubs
    st.subheader(_("Draft memorandum"), anchor=False)
    if table.empty:
        st.caption(_("No hub leads anybody here."))
        return
    lies_in, of_area = figure.lies_in(got.areas, lang), got.whole.hubs["area_code"]
    held_in = {str(hub): str(lies_in.get(area, "")) for hub, area in of_area.items()}
    names = formats.distinct(planner.hub_names(got, lang), held_in)
    ordered = [str(one) for one in table.sort_values("n_gaps", ascending=False, kind="stable").index]
    led_by = got.here.gaps["hub_id"].get(view.area)
    first = next((one for one in ordered if one == led_by or table["area_code"][one] == view.area), ordered[0])
    with st.container(horizontal=True, vertical_alignment="bottom", key="mh_memo"):
        hub = st.selectbox(_("Alliance led by"), ordered, index=ordered.index(first), format_func=names.__getitem__,
                           key=f"memo_hub_{view.area}_{view.within}_{lang}", width=320)  # fmt: skip
        chosen = st.segmented_control(
            _("Language"), tables.country().languages, default=lang, format_func=ENDONYMS.__getitem__,
            key=f"memo_lang_{lang}", required=True,
        )  # fmt: skip
        other = replace(view, lang=chosen if chosen in LANGUAGES else lang)
        built = date.fromisoformat(store.current().built_at[:10])
        named = ["memorandum", view.dataset, str(view.year), hub]
        for suffix, (label, mime, write) in _WRITERS.items():
            st.download_button(
                _(label), partial(_written, other, got, hub, write),
                file_name=csv_json.file_name([*named, other.lang], built, suffix),
                mime=mime, on_click="ignore", key=f"memo_{suffix}",
            )  # fmt: skip
    st.caption(
        _("One page: members, roles, the way of referral, numbers and what they are, sources. Marked as a draft.")
    )


def _written(view: View, got: Answer, hub: str, write: Callable[[Memo, date], bytes]) -> bytes:
    return write(sheets.fit(memo_of(view, got, hub)), date.fromisoformat(store.current().built_at[:10]))
