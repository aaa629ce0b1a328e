"""Who lives too far from care, where, and how sure is that?"""

import streamlit as st

from mhgis.i18n import translator
from mhgis.ui.page import access, travel_upload
from mhgis.ui.part import figure, session, shell, small_numbers
from mhgis.ui.part.drawer import drawer

v = access.settled(session.current())
_ = translator(v.lang)
with session.guard():
    got = access.answer(v)
    headline = access.headline(v, got)
    shell.header(v, headline, access.note(v, got))
    small_numbers.not_used(v)
    access.controls(v, got)
    travel_upload.supply(v, got.ground.sites.index)
    if not got.is_known:
        access.other_ways(v)
    else:
        left, right = st.columns([7, 4])
        with left.container(key="mh_map"):
            access.choose_catchment(v, got)
            access.draw_map(v, got, headline)
        with right:
            st.subheader(_("People with too few") if got.question.is_of_reach else _("People too far"), anchor=False)
            access.thresholds(v, got)
            access.by_part(v, got)
        access.listed(v, got)
        one, two = st.columns([3, 2])
        with one.container(border=True, key="mh_card_curve"):
            access.draw_curve(v, got)
            drawer(access.about(v, got, headline), v.lang, method="access")
        with two.container(border=True, key="mh_card_reached"):
            access.reached(v, got)
            drawer(access.about(v, got, headline), v.lang, method="access")
        figure.caption(access.about(v, got, headline), v.lang, method="access")
