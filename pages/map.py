"""What does this indicator look like, here, at this level?"""

import streamlit as st

from mhgis.i18n import translator
from mhgis.queries import tables
from mhgis.ui.page import map_page, map_panel
from mhgis.ui.part import figure, list_files, map_files, session, shell

v = session.current()
_ = translator(v.lang)
with session.guard():
    ranked = figure.ranked(v)
    shown = tables.limited(ranked, v)
    headline = figure.headline(v, shown)
    about = figure.about(v, shown, headline)
    shell.header(v, headline)
    if not shown["value"].notna().any():
        shell.other_ways(v)
    map_page.controls(v)
    left, right = map_page.places(v)
    with left:
        map_page.draw(v, ranked, about, height=620)
        map_files.menu(v, ranked, about)
    with right:
        map_panel.draw(v, ranked, about)
    table = st.expander(_("Show as table"), on_change="rerun", key="map_table")
    if table.open:
        with table:
            figure.table(v, list_files.of_level(v).rows, "map_rows", alt=headline)
            list_files.menu(v, "map", list_files.of_level)
