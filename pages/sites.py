"""Where should the next units go, whom do they reach, and how near to the best is that?"""

import streamlit as st

from mhgis.i18n import translator
from mhgis.planning.allocate import UnsolvableError
from mhgis.ui.page import access, present, sites
from mhgis.ui.part import figure, session, shell

v = access.settled(session.current())
_ = translator(v.lang)
with session.guard():
    if not sites.is_known(v):
        shell.header(v, _("Not known from these figures: where the next sites should go"))
        access.other_ways(v)
        st.stop()
    top = st.container()
    sites.controls(v, sites.question_of(v))
    try:
        got = sites.answer(v)
    except UnsolvableError as error:
        with top:
            shell.header(v, _("These conditions leave no choice of sites"))
        st.error(_(error.saying).format(**error.facts))
        st.stop()
    headline = sites.headline(v, got)
    with top:
        shell.header(v, headline, sites.note(v, got))
    left, right = st.columns([7, 5])
    with left.container(key="mh_map"):
        sites.draw_map(v, got, headline)
    with right:
        sites.listed(v, got)
    sites.left(v, got)
    present.slides_of(v, sites.saved_view(v))
    figure.caption(sites.about(v, got, headline), v.lang, method="next-sites")
