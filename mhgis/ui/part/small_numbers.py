"""
How sure rates have to be, as a control: one for the map, lists, an area and benchmarks, and one text in the link.

Says in words what is on. What it does to figures: see `mhgis.measures.small_numbers`; where it is done:
`mhgis.ui.part.figure`.
"""

from dataclasses import replace
from typing import Any, Final

import streamlit as st

from mhgis.i18n import N_, translator
from mhgis.measures import small_numbers
from mhgis.queries import people
from mhgis.queries.names import is_modelled
from mhgis.ui.part import figure
from mhgis.ui.part import session as views
from mhgis.view.view import View

#: the people that a dataset itself divides by
_OWN_YEAR: Final = 0
_HIDES: Final = N_("areas left out that cannot be told")


def controls(view: View) -> None:
    """Draw the choices, where the view's indicator has any, and beside them what is on."""
    _, asked = translator(view.lang), view.sure
    if not small_numbers.is_rate_of_people(figure.indicator_of(view)):
        return
    with st.popover(_("Small numbers"), help=_("How sure a rate has to be, and whose people it divides by.")):
        st.session_state["sure_steadied"] = asked.steadied
        st.toggle(
            _("Steady rates of small populations"), key="sure_steadied", on_change=_changed, args=("steadied",),
            disabled=is_modelled(view),
            help=_(
                "Draws a rate towards the mean, the more the fewer people it rests on. The rate as counted stays "
                "beside it. A model's values are not steadied: they carry a range."
            ),
        )  # fmt: skip
        st.session_state["sure_hidden"] = asked.hidden
        st.toggle(
            _("Leave out areas that cannot be told"), key="sure_hidden", on_change=_changed, args=("hidden",),
            disabled=figure.benchmark_of(view) is None,
            help=_(
                "Areas whose band or range holds the benchmark: that of the people of either source, or of the model."
            ),
        )  # fmt: skip
        own = people.own_year(view.dataset, view.year)
        years = [year for year in people.known_years(view.level) if year != own]
        if years:
            st.session_state["sure_people"] = asked.people if asked.people in years else _OWN_YEAR
            st.selectbox(
                _("Divide by the people of"), [_OWN_YEAR, *years], key="sure_people", on_change=_changed,
                args=("people",),
                format_func=lambda year: str(year) if year else _("{year}, as the dataset does").format(year=own),
            )  # fmt: skip
    on = in_words(view)
    if on:
        st.markdown(f":green-badge[{on}]")


def in_words(view: View) -> str:
    """Return in few words what is on, for a badge; empty where nothing is."""
    _, asked = translator(view.lang), view.sure
    if not small_numbers.is_rate_of_people(figure.indicator_of(view)):
        return ""
    said = []
    if asked.steadied and not is_modelled(view):
        said.append(_(small_numbers.STEADIED))
    if asked.hidden and figure.benchmark_of(view) is not None:
        said.append(_(_HIDES))
    if asked.people in people.known_years(view.level):
        said.append(_("people of {year}").format(year=asked.people))
    text = _("; ").join(said)
    return text[:1].upper() + text[1:]


def not_used(view: View) -> None:
    """Draw, on a page whose figures rest on no choice of these, that what the link asks is not used there."""
    _, said = translator(view.lang), in_words(view)
    if said:
        form = _("“{what}” is chosen for rates on the map, in lists and of an area; this page does not use it.")
        st.caption(form.format(what=said))


def _changed(part: str) -> None:
    value: Any = st.session_state[f"sure_{part}"]
    views.change(sure=replace(views.kept().sure, **{part: value}))
