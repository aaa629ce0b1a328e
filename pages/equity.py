"""How unequally is care spread, between whom, who adds most to it, and where are the clusters?"""

import streamlit as st

from mhgis.i18n import translator
from mhgis.ui.page import equity
from mhgis.ui.part import figure, session, shell, small_numbers
from mhgis.ui.part.drawer import drawer

v = session.current()
_ = translator(v.lang)
with session.guard():
    got = equity.found(v)
    headline = equity.headline(v, got)
    shell.header(v, headline, equity.note(v, got))
    small_numbers.not_used(v)
    if not got.is_known:
        shell.other_ways(v)
    else:
        left, right = st.columns(2)
        with left.container(border=True, key="mh_card_lorenz"):
            equity.curves(v, got)
            drawer(equity.about(v, got, headline), v.lang, method="equity")
        with right:
            st.subheader(_("Between whom"), anchor=False)
            equity.parts(v, got)
            st.subheader(_("Over the years"), anchor=False)
            equity.over_years(v, got)
            st.subheader(_("What closing gaps would do"), anchor=False)
            equity.closing(v, got)
        st.subheader(_("How unequal, by every index"), anchor=False)
        equity.indices_table(v, got)
        equity.contributions(v, got)
        st.subheader(_("Clusters: where high and low lie together"), anchor=False)
        equity.cluster_controls(v, got)
        them = equity.groups(v, got)
        equity.cluster_words(v, got, them)
        one, two = st.columns(2)
        with one.container(key="mh_map"):
            equity.cluster_map(v, got, them)
        with two.container(border=True, key="mh_card_scatter"):
            equity.scatter(v, got, them)
            drawer(equity.about(v, got, headline), v.lang, method="clusters")
        equity.cluster_list(v)
        figure.caption(equity.about(v, got, headline), v.lang, method="equity")
