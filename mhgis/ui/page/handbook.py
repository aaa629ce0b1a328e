"""The handbook in the app: its index, and a page of it in the reader's language; `show` of a link names the page."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from mhgis.i18n import Language, translator
from mhgis.indicators import REGISTRY
from mhgis.queries import tables
from mhgis.ui.page import sources
from mhgis.ui.part import session as views
from mhgis.view import links
from mhgis.view.view import View
from mhgis.words import handbook
from mhgis.words.handbook import Page

#: what a link calls the index
_INDEX: Final = "index"
_PICTURE: Final = re.compile(r"^!\[(?P<said>[^\]]*)\]\((?P<file>[^)\s]+)\)\s*$", re.MULTILINE)


def pages(lang: Language) -> Mapping[str, Page]:
    """Return the pages of the handbook for the country in view, by name."""
    return handbook.pages(lang, tables.country().pack)


def is_open(view: View) -> bool:
    """Say whether a view's link names a page of the handbook, or its index."""
    return named(view) == _INDEX or named(view) in pages(view.lang)


def named(view: View) -> str:
    """Return the one thing that a view's link names to be shown; empty where it names none, or several."""
    return view.show[0] if len(view.show) == 1 else ""


def draw(view: View) -> None:
    """Draw the page that the view names, or the index."""
    known = pages(view.lang)
    page = known.get(named(view))
    if page is None:
        _index(view, known)
    else:
        _page(view, page, known)


def _link(name: str, label: str, where: str) -> None:
    # a link to the page one is on would not be written to the browser's address
    st.button(label, key=f"book_{where}_{name}", type="tertiary", on_click=views.change, kwargs={"show": (name,)})


def _index(view: View, known: Mapping[str, Page]) -> None:
    _ = translator(view.lang)
    for group, words in handbook.GROUPS.items():
        st.subheader(_(words), anchor=False)
        with st.container(gap="xxsmall"):
            for page in known.values():
                if page.group == group:
                    # a page of one language only may have a title that is a word of ours
                    _link(page.name, _(page.title), "index")
        if group == "methods":
            # what a pack says of its own figures stands in the pack
            for title, text in sources.methods_of_pack(view.lang):
                with st.expander(title):
                    st.markdown(text)


def _page(view: View, page: Page, known: Mapping[str, Page]) -> None:
    _ = translator(view.lang)
    _link(_INDEX, _("‹ All pages of the handbook"), "back")
    st.header(page.title, anchor=False)
    text = handbook.in_app(page, known, lambda name: f"?{urlencode(links.to_query(replace(view, show=(name,))))}")
    with st.container(key="mh_handbook"):
        _text(page, sources.with_tables(_as_read(text, view.lang), view.lang))
    named = {one.name: one for one in handbook.linked(page, known).values() if one.name != page.name}
    if named:
        heading = _("Pages named here")
        st.markdown(f"**{heading}**")
        with st.container(horizontal=True, gap="small"):
            for one in named.values():
                _link(one.name, one.title, "named")


def _as_read(text: str, lang: Language) -> str:
    # heads below the page's own; an indicator by its name, where the file has its id
    _ = translator(lang)
    named = {f"`{name}`": _(indicator.name) for name, indicator in REGISTRY.items()}
    lower = re.sub(r"^##", "###", text, flags=re.MULTILINE)
    return re.sub(r"`\w+`", lambda code: named.get(code[0], code[0]), lower)


def _text(page: Page, text: str) -> None:
    at = 0
    for picture in _PICTURE.finditer(text):
        st.markdown(text[at : picture.start()])
        st.image(page.file.parent / picture["file"], caption=picture["said"])
        at = picture.end()
    st.markdown(text[at:])
