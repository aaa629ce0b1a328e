"""How does the country stand, and where is it worst?"""

import streamlit as st

from mhgis.i18n import translator
from mhgis.ui.page import coverage, overview
from mhgis.ui.part import list_files, session, shell, small_numbers

v = session.current()
_ = translator(v.lang)
with session.guard():
    shell.header(v, overview.headline(v), overview.what_is_known(v.lang))
    small_numbers.not_used(v)
    overview.cards(v)
    coverage.link(v)
    provinces = overview.by_province(v)
    worst = overview.worst(provinces)
    left, right = st.columns(2)
    with left.container(border=True, height="stretch", key="mh_card_trend"):
        overview.trend(v)
        overview.list_later(v)
    with right.container(border=True, height="stretch", key="mh_card_worst"):
        overview.bars(provinces)
        with st.expander(_("Show as table")):
            overview.list_worst(provinces, worst)
            list_files.menu(provinces, "worst", overview.sheet)
