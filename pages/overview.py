"""How does the country stand, and where is it worst?"""

import streamlit as st

from mhgis.i18n import translator
from mhgis.ui import country, coverage
from mhgis.ui.part import list_files, session, shell, small_numbers

v = session.current()
_ = translator(v.lang)
with session.guard():
    shell.header(v, country.headline(v), country.what_is_known(v.lang))
    small_numbers.not_used(v)
    country.cards(v)
    coverage.link(v)
    provinces = country.by_province(v)
    worst = country.worst(provinces)
    left, right = st.columns(2)
    with left.container(border=True, height="stretch", key="mh_card_trend"):
        country.trend(v)
    with right.container(border=True, height="stretch", key="mh_card_worst"):
        country.bars(provinces)
        with st.expander(_("Show as table")):
            country.list_worst(provinces, worst)
            list_files.menu(provinces, "worst", country.sheet)
