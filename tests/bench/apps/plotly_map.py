"""Plotly's map of all counties, and a button that gives it the next indicator; geometry inline, or by its address."""

import json
import os
from pathlib import Path

import plotly.express as px
import streamlit as st

from mhgis import store

STEPS = os.environ["BENCH_INDICATORS"].split(",")
GEOMETRY = os.environ["BENCH_GEOMETRY"]


@st.cache_resource
def geometry():
    # an address is Plotly's to fetch
    return GEOMETRY if GEOMETRY.startswith("/app/") else json.loads(Path(GEOMETRY).read_text("utf-8"))


@st.cache_data
def values(indicator):
    return store.indicator_values("cn-modelled-2015", "county", 2015, indicator)[["area_code", "value"]]


st.set_page_config(layout="wide")
step = st.session_state.setdefault("step", 0)
st.button("next", on_click=lambda: st.session_state.update(step=step + 1))
drawn = px.choropleth_map(
    values(STEPS[step % len(STEPS)]), geojson=geometry(), locations="area_code", color="value", map_style="white-bg",
    center={"lon": 104.3, "lat": 37.5}, zoom=3.1, height=620,
)  # fmt: skip
drawn.update_layout(meta=step, uirevision="same", margin={"l": 0, "r": 0, "t": 0, "b": 0})
st.plotly_chart(drawn, key="map", width="stretch")
