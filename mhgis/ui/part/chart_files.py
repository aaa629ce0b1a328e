"""
A figure to the clipboard, and charts into files, by the browser itself.

Of a map the server draws the picture, as for its files; a chart is taken as it stands on the page, with its title,
status and source in it. Holds no drawing.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import streamlit as st
from streamlit.components.v2 import component

from mhgis.i18n import Language, translator
from mhgis.ui.map.component import base_path
from mhgis.ui.part import served

#: files of our own type family, by weight; put in place by every build
_FONTS: Final = {400: "fonts/noto-sans-sc-400.woff2", 600: "fonts/noto-sans-sc-600.woff2"}


def copy_button(key: str, lang: Language, draw: Callable[[], bytes]) -> None:
    """
    Draw the button that copies a picture.

    Parameters
    ----------
    key
        Widget key.
    lang
        Of the page.
    draw
        Returns the PNG; called when somebody has asked for it.
    """
    asked = (st.session_state.get(key) or {}).get("asked")
    picture = served.hand_out(draw(), "image/png", key) if asked else ""
    _show(key, lang, {"acts": ["copy"], "picture": picture})


def chart_menu(chart: str, lang: Language) -> None:
    """
    Draw what can be done with a chart as a picture: copy it, or save it as PNG or SVG.

    Parameters
    ----------
    chart
        Key of the chart, drawn by `st.plotly_chart` on the same page; names the files, too.
    lang
        Of the page.
    """
    _ = translator(lang)
    with st.popover(_("Save picture")):
        fonts = [[weight, f"/{base_path()}app/static/{path}"] for weight, path in _FONTS.items()]
        what = {"chart": chart, "file": chart.replace("_", "-"), "fonts": fonts}
        _show(f"picture_{chart}", lang, {"acts": ["copy", "png", "svg"], **what})
        st.caption(_("As it stands on the page, with its title, what it is made of and its source."))


def _show(key: str, lang: Language, data: dict[str, Any]) -> None:
    _ = translator(lang)
    text = {
        "copy": _("Copy picture"),
        "png": _("PNG, for screens and print"),
        "svg": _("SVG, to be edited"),
        "wait": _("Making the picture …"),
        "copied": _("Copied"),
        "refused": _(
            "This browser does not let the page copy pictures. Save it as PNG and insert the file; copying needs an "
            "https address and your permission."
        ),
        "failed": _("The picture could not be made. Reload the page and try again."),
    }
    _mount()(
        key=key,
        data={"base": f"/{base_path()}app/static/", "text": text, "picture": "", "chart": "", **data},
        on_asked_change=_nothing,
    )


def _nothing() -> None:
    """Ask Streamlit for the trigger; it is read from the session before the button is drawn."""


@cache
def _mount() -> Callable[..., Any]:
    here = Path(__file__)
    return component(
        "mhgis.picture",
        js=here.with_name("chart_files.js").read_text("utf-8"),
        css=here.with_name("chart_files.css").read_text("utf-8"),
    )
