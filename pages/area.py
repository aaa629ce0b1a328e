"""What do we know about this one area, and its neighbours?"""

import streamlit as st

from mhgis.i18n import translator
from mhgis.ui import profile
from mhgis.ui.part import session, shell

v = session.current()
_ = translator(v.lang)
with session.guard():
    found = profile.gather(v)
    profile.style()
    shell.header(v, found.headline)
    profile.picker(v, found.place)
    left, middle, right = st.columns([3, 3, 4])
    with left:
        profile.map_of(found, v.lang)
    with middle:
        st.subheader(_("People and size"), anchor=False)
        profile.facts(found, v.lang)
    with right:
        st.subheader(_("What is not known"), anchor=False)
        profile.not_known(found, v.lang)
        profile.ways_on(v, found)
    if found.place.is_applicable:
        with st.container(border=True, key="mh_card_lines"):
            st.subheader(_("Every indicator, {year}").format(year=v.year), anchor=False)
            profile.small_numbers(v)
            profile.indicators_table(found, v.lang)
            profile.origin(found, v.lang)
    profile.facilities_table(found, v.lang)
    with st.container(border=True, key="mh_card_neighbours"):
        st.subheader(_("Beside its neighbours, {year}").format(year=v.year), anchor=False)
        profile.side_by_side(v, found)
        profile.parts(v, found)
        profile.origin(found, v.lang)
    with st.container(border=True, key="mh_card_past"):
        st.subheader(_("Over the years"), anchor=False)
        profile.past(found, v.lang)
        profile.origin(found, v.lang)
