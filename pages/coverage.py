"""Of how many people do the figures tell anything, where, and whose report would tell most?"""

import streamlit as st

from mhgis.i18n import translator
from mhgis.ui.page import coverage
from mhgis.ui.part import session, shell

v = session.current()
_ = translator(v.lang)
with session.guard():
    headline = coverage.headline(v)
    shell.header(v, headline)
    left, right = st.columns([7, 4])
    with left.container(key="mh_map"):
        coverage.draw_map(v, headline)
    with right:
        coverage.most_telling(v)
        coverage.explain(v.lang)
    coverage.caption(v)
    st.subheader(_("Every dataset"), anchor=False)
    coverage.of_each_dataset(v)
    with st.expander(_("By province")):
        coverage.by_province(v)
