"""
The map on its page: one view or two to compare, with the controls of the second.

For a browser that cannot draw maps it has pictures made, and only then. Holds no classes or colours: see
`mhgis.ui.part.figure`; what is compared is worked out in `mhgis.view.compare`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import pandas as pd
import streamlit as st

from mhgis import store
from mhgis.i18n import N_, translator
from mhgis.indicators import REGISTRY
from mhgis.queries import tables
from mhgis.queries.names import dataset_titles, year_word
from mhgis.ui.part import figure, map_files, served, small_numbers
from mhgis.ui.part import session as views
from mhgis.view import compare
from mhgis.view.view import MODES, SHADES, Other, Shade, View
from mhgis.words.provenance import About

#: set once a browser has said that it cannot draw maps
_PICTURES: Final = "mhgis_pictures"
#: what was compared before the second map was put away
_COMPARED: Final = "mhgis_compared"
_PICTURES_KEPT: Final = 16
_LEGEND_PX: Final = 100
#: widths at which all that is asked of the second map stands in one line on a desk
_CHOICE_PX: Final = {"dataset": 230, "indicator": 230, "year": 160}

SHADE_NAMES: Final[dict[Shade, str]] = {"chance": N_("How likely short"), "value": N_("Values (means)")}
MODE_NAMES: Final = {"side": N_("Side by side"), "swipe": N_("Swipe")}


def places(view: View) -> Sequence[Any]:
    """Return where the map and the panel go: beside each other, or the panel under two maps."""
    if compare.of(view, tables.offer()):
        return st.container(key="mh_map"), st.container(key="mh_under")
    left, right = st.columns([7, 3])
    return left.container(key="mh_map"), right


def draw(view: View, rows: pd.DataFrame, about: About, height: int) -> None:
    """
    Draw the map of a view, and beside it what it is compared with; under them their captions, in the same order.

    Parameters
    ----------
    view
        What is shown.
    rows
        Every area of the level, ranked.
    about
        What the map is about; its title is what the map shows, for screen readers.
    height
        Pixels; two maps, whose legends stand under them, are less tall.
    """
    other = compare.of(view, tables.offer())
    beside = compare.view_of(view, other, tables.offer()) if other else None
    shown = [one for one in (view, beside) if one]
    wanted = st.session_state.get(_PICTURES, False)
    drawn = [_picture(store.fingerprint(), _plain(one)) for one in shown if wanted]
    pictures = [served.hand_out(picture, "image/png") for picture in drawn] or [""] * len(shown)
    mode, tall = (other.mode, height - _LEGEND_PX) if other else ("side", height)
    figure.map_of(view, rows, about.title, tall, beside=beside, mode=mode, pictures=pictures)
    figure.caption(about, view.lang)
    if beside:
        with st.container(key="mh_second_caption"):
            second = figure.ranked(beside)
            figure.caption(figure.about(beside, tables.limited(second, beside)), view.lang)


def want_pictures() -> None:
    """Remember that this browser cannot draw maps."""
    st.session_state[_PICTURES] = True


def _plain(view: View) -> View:
    # what the picture does not show makes no other picture
    return replace(
        view, area=View.area, camera=View.camera, versus=View.versus, swipe=View.swipe, sort=View.sort,
        chosen=View.chosen, top=0, near=0,
    )  # fmt: skip


@lru_cache(maxsize=_PICTURES_KEPT)
def _picture(build: str, view: View) -> bytes:
    del build  # part of the key only
    rows = figure.ranked(view)
    shown = tables.limited(rows, view)
    about = figure.about(view, shown, figure.headline(view, shown))
    return map_files.draw(view, rows, about, map_files.KINDS[0])


def controls(view: View) -> None:
    """Draw the switch that puts a second map beside the first, and what that one shows."""
    _, offer, other = translator(view.lang), tables.offer(), compare.of(view, tables.offer())
    with st.container(horizontal=True, vertical_alignment="bottom", key="mh_compare"):
        st.session_state["compare"] = other is not None
        st.toggle(_("Compare"), key="compare", on_change=_switch)
        small_numbers.controls(view)
        if figure.offers_chance(view):
            st.session_state["map_shade"] = "chance" if figure.shows_chance(view) else "value"
            st.segmented_control(
                _("The map shows"), SHADES, format_func=lambda shade: _(SHADE_NAMES[shade]), key="map_shade",
                on_change=_shade, required=True, label_visibility="collapsed",
            )  # fmt: skip
        if other is None:
            return
        titles = dataset_titles(view.lang)
        st.session_state["compare_mode"] = other.mode
        st.segmented_control(
            _("Arrangement"), MODES, format_func=lambda mode: _(MODE_NAMES[mode]), key="compare_mode",
            on_change=_choose, args=("mode",), required=True, label_visibility="collapsed",
        )  # fmt: skip
        _choice(_("Second dataset"), "dataset", offer.datasets(), other, titles.__getitem__)
        names = [name for name in offer.indicators(other.dataset) if (other.dataset, name, view.level) in offer.years]
        _choice(_("Second indicator"), "indicator", names, other, lambda name: _(REGISTRY[name].name))
        years = offer.years.get((other.dataset, other.indicator, view.level), {})
        word = year_word(replace(view, dataset=other.dataset))
        _choice(_("Second year"), "year", sorted(years), other, lambda year: word(year, years[year]))


def _choice(label: str, part: str, options: Sequence[Any], other: Other, name: Callable[[Any], str]) -> None:
    key = f"compare_{part}"
    st.session_state[key] = getattr(other, part)
    st.selectbox(label, options, format_func=name, key=key, on_change=_choose, args=(part,), width=_CHOICE_PX[part])


def _switch() -> None:
    view, offer = views.kept(), tables.offer()
    if st.session_state["compare"]:
        views.change(versus=compare.again(st.session_state.get(_COMPARED), view, offer))
    else:
        st.session_state[_COMPARED] = view.versus
        views.change(versus=None)


def _shade() -> None:
    # classes that were asked for are of values
    views.change(shade=st.session_state["map_shade"], classes=View.classes)


def _choose(part: str) -> None:
    view, offer = views.kept(), tables.offer()
    other = compare.of(view, offer)
    if other is not None:
        chosen = replace(other, **{part: st.session_state[f"compare_{part}"]})
        views.change(versus=compare.fit(chosen, view, offer))
