"""What do we know about this one area, and its neighbours?"""

import streamlit as st

from mhgis.i18n import translator
from mhgis.ui.page import area
from mhgis.ui.part import session, shell

v = session.current()
_ = translator(v.lang)
with session.guard():
    found = area.gather(v)
    area.style()
    shell.header(v, found.headline)
    area.picker(v, found.place)
    left, middle, right = st.columns([3, 3, 4])
    with left:
        area.map_of(found, v.lang)
    with middle:
        st.subheader(_("People and size"), anchor=False)
        area.facts(found, v.lang)
    with right:
        st.subheader(_("What is not known"), anchor=False)
        area.not_known(found, v.lang)
        area.ways_on(v, found)
    if found.place.is_applicable:
        with st.container(border=True, key="mh_card_lines"):
            st.subheader(_("Every indicator, {year}").format(year=v.year), anchor=False)
            area.small_numbers(v)
            area.indicators_table(found, v.lang)
            area.origin(found, v.lang)
    area.facilities_table(found, v.lang)
    with st.container(border=True, key="mh_card_neighbours"):
        st.subheader(_("Beside its neighbours, {year}").format(year=v.year), anchor=False)
        area.side_by_side(v, found)
        area.parts(v, found)
        area.origin(found, v.lang)
    with st.container(border=True, key="mh_card_past"):
        st.subheader(_("Over the years"), anchor=False)
        area.past(found, v.lang)
        area.origin(found, v.lang)
