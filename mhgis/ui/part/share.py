"""What a reader does with a view on any page: copy its link, and keep it under a name."""

from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from mhgis.errors import MhgisError
from mhgis.formats import LONGEST_NAME, plain
from mhgis.i18n import translator
from mhgis.indicators import REGISTRY
from mhgis.queries.names import uppermost_area_name
from mhgis.view import links, saved_views
from mhgis.view.view import View
from mhgis.words.sentences import LEVEL_NAMES

_PAGE: Final = "mhgis_page"


@dataclass(frozen=True)
class Standing:
    """The page that a run draws: its name in a link, its title (a message id), and whether a view of it is kept."""

    page_id: str
    title: str
    is_saved: bool


def stand_at(page: Standing) -> None:
    """Note which page this run draws."""
    st.session_state[_PAGE] = (page.page_id, page.title, page.is_saved)


def standing() -> Standing:
    """Return the page this run draws."""
    return Standing(*st.session_state[_PAGE])


def base() -> str:
    """Return the address of the app, without a page."""
    return (st.context.url or "/").split("?", 1)[0].rsplit("/", 1)[0]


def actions(view: View) -> None:
    """Draw what can be done with the view as a whole: its link, and a name for it."""
    _ = translator(view.lang)
    with st.container(horizontal=True, horizontal_alignment="right", gap="small", key="mh_share"):
        with st.popover(_("Copy link")):
            st.caption(_("This address opens exactly this view."))
            st.code(links.to_link(st.context.url or "", view), language=None, wrap_lines=True)
        if standing().is_saved:
            with st.popover(_("Save view")):
                _save(view)


def _save(view: View) -> None:
    _ = translator(view.lang)
    page = standing()
    suggested = named(view, page.title)
    with st.form("mh_save_view", border=False, clear_on_submit=False):
        name = st.text_input(_("Name of the view"), value=suggested, max_chars=LONGEST_NAME, key=f"save_{suggested}")
        asked = st.form_submit_button(_("Save"), type="primary")
    st.caption(_("Saved views are kept on this server for everyone who uses it. Show them under Present."))
    if asked:
        keep(saved_views.new(name or suggested, page.page_id, st.query_params.to_dict()), view)


def keep(one: saved_views.SavedView, view: View) -> None:
    """Save a view and say so; where that fails say why, and that nothing is lost."""
    _ = translator(view.lang)
    if change(lambda views: saved_views.add(views, one), view):
        st.success(_("Saved as “{name}”.").format(name=plain(one.name)))


def change(by: Any, view: View) -> bool:  # noqa: ANN401 - a function of views
    """Change the saved views; where that fails say why, and that nothing is lost. Return whether it was done."""
    _ = translator(view.lang)
    try:
        saved_views.change(by)
    except MhgisError as error:
        st.error(plain(error))
    except OSError as error:
        st.error(_("This could not be written; what was saved before is still there. {why}").format(why=error.strerror))
    else:
        return True
    return False


def named(view: View, title: str) -> str:
    """Return a name for a view of a page: the page's title, what is shown, of where, of when."""
    _ = translator(view.lang)
    scope = uppermost_area_name(view.within, view.lang)
    parts = [
        _(title),
        _(REGISTRY[view.indicator].name),
        *([scope] if scope else []),
        _(LEVEL_NAMES[view.level]),
        str(view.year),
    ]
    return " · ".join(parts)
