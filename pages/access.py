"""Who lives too far from care, where, and how sure is that?"""

import streamlit as st

from mhgis.i18n import translator
from mhgis.ui import access, figure, shell, view

v = access.settled(view.current())
_ = translator(v.lang)
with view.guard():
    got = access.answer(v)
    headline = access.headline(v, got)
    shell.header(v, headline, access.note(v, got))
    access.controls(v, got)
    if not got.ground.is_known:
        access.other_ways(v)
    else:
        left, right = st.columns([7, 4])
        with left.container(key="mh_map"):
            access.draw_map(v, got, headline)
        with right:
            st.subheader(_("People too far"), anchor=False)
            access.thresholds(v, got)
            access.by_part(v, got)
        access.listed(v, got)
        one, two = st.columns([3, 2])
        with one.container(border=True, key="mh_card_curve"):
            access.draw_curve(v, got)
        with two.container(border=True, key="mh_card_reached"):
            access.reached(v, got)
        figure.caption(access.about(v, got, headline), v.lang)
