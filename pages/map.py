"""What does this indicator look like, here, at this level?"""

import streamlit as st

from mhgis.i18n import translator
from mhgis.ui import download, export, figure, mapping, panel, shell, view

v = view.current()
_ = translator(v.lang)
with view.guard():
    ranked = figure.ranked(v)
    shown = view.limited(ranked, v)
    headline = figure.headline(v, shown)
    about = figure.about(v, shown, headline)
    shell.header(v, headline)
    if not shown["value"].notna().any():
        shell.other_ways(v)
    mapping.controls(v)
    left, right = mapping.places(v)
    with left:
        mapping.draw(v, ranked, about, height=620)
        download.menu(v, ranked, about)
    with right:
        panel.draw(v, ranked, about)
    table = st.expander(_("Show as table"), on_change="rerun", key="map_table")
    if table.open:
        with table:
            figure.table(v, export.of_level(v).rows, "map_rows", alt=headline)
            export.menu(v, "map", export.of_level)
