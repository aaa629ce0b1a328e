"""Our map of all counties, and a button that gives it the next indicator."""

import os

import streamlit as st

from mhgis.ui.part import figure
from mhgis.view.view import View

STEPS = os.environ["BENCH_INDICATORS"].split(",")

st.set_page_config(layout="wide")
step = st.session_state.setdefault("step", 0)
st.button("next", on_click=lambda: st.session_state.update(step=step + 1))
view = View("cn-modelled-2015", "county", year=2015, indicator=STEPS[step % len(STEPS)])
figure.map_of(view, figure.ranked(view), STEPS[step % len(STEPS)], 620)
