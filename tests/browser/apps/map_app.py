"""A page with nothing but the map, on a small made-up country: 2 provinces of 4 prefectures of 4 counties each."""

import numpy as np
import streamlit as st

from mhgis.ui.map import ClassStyle, Details, choropleth, pending, wire_order

COLOURS = ("#C9DFF0", "#5393C8", "#0A2F5C", "#C2185B", "#A8A8A8", "#6B6B6B", "#FFFFFF")
KINDS = ("class", "class", "class", "zero", "not_reported", "suppressed", "not_applicable")
STATUS = ("reported", "reported", "reported", "zero", "not_reported", "suppressed", "not_applicable")

state = st.session_state
event = pending("map")
if event:
    state["events"] = [*state.get("events", []), event]
    if event.selected:
        state["selected"] = event.selected
    if event.drill:
        state["scope"] = None if event.drill == "100000" else event.drill

lang = st.radio("lang", ["en", "zh"], horizontal=True)
level = st.radio("level", ["county", "prefecture", "province"], horizontal=True)
shift = st.number_input("shift", 0, 6, 0)

codes = wire_order(level)
classes = ((np.arange(len(codes)) + shift) % len(KINDS)).astype(np.uint8)
rows = [
    ClassStyle(f"class {i}", colour, int((classes == i).sum()), f"{i} m", kind)
    for i, (colour, kind) in enumerate(zip(COLOURS, KINDS, strict=True))
]
known = np.where(classes < 4, classes * 10.0, np.nan)
scope = state.get("scope")
said = choropleth(
    key="map",
    level=level,
    values=classes,
    classes=rows,
    legend_title="Beds",
    unit="beds",
    lang=lang,
    sentence=f"A sentence of shift {shift}.",
    scope=scope,
    details=Details(
        known, [STATUS[c] for c in classes], {s: s.upper() for s in STATUS}, lower=known / 2, upper=known * 2
    ),
    selected=state.get("selected"),
    crumbs=[("100000", "Country"), (scope, scope)] if scope else [("100000", "Country")],
    badge="Made up",
    modelled=True,
    height=500,
)
assert said == event
st.text(f"events: {state.get('events', [])}")
