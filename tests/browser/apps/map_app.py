"""A page with nothing but the map, on a small made-up country: 2 provinces of 4 prefectures of 4 counties each."""

import numpy as np
import streamlit as st

from mhgis.ui.map import ClassStyle, Details, Facility, Layer, choropleth, pending, wire_order

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
    if event.found:
        state["level"], state["selected"] = event.found

boxes = st.columns(5)
lang = boxes[0].radio("lang", ["en", "zh"])
level = boxes[1].radio("level", ["county", "prefecture", "province"], key="level")
shift = boxes[2].number_input("shift", 0, 6, 0)
compare = boxes[3].radio("compare", ["one", "side", "swipe"])
dots = boxes[4].radio("dots", ["none", "some"])

codes = wire_order(level)


def layer(moved: int) -> Layer:
    """Every class in turn, the first area having class `moved`."""
    classes = ((np.arange(len(codes)) + moved) % len(KINDS)).astype(np.uint8)
    known = np.where(classes < 4, classes * 10.0, np.nan)
    rows = [
        ClassStyle(f"class {i}", colour, int((classes == i).sum()), f"{i} m", kind)
        for i, (colour, kind) in enumerate(zip(COLOURS, KINDS, strict=True))
    ]
    words = {s: s.upper() for s in STATUS}
    details = Details(known, [STATUS[c] for c in classes], words, lower=known / 2, upper=known * 2)
    return Layer(classes, rows, "Beds", "beds", f"Shift {moved}", details, "Made up", modelled=moved == 0)


#: three near each other in the north-east, one far from them
FACILITIES = [
    Facility(114.0, 42.0, "First", 12),
    Facility(114.1, 42.1, "Second", 0),
    Facility(114.2, 42.0, "Third"),
    Facility(94.0, 42.0, "Far away", 30),
]

scope = state.get("scope")
first = layer(shift)
said = choropleth(
    key="map",
    level=level,
    values=first.values,
    classes=first.classes,
    legend_title=first.legend_title,
    unit=first.unit,
    lang=lang,
    sentence=f"A sentence of shift {shift}.",
    scope=scope,
    details=first.details,
    selected=state.get("selected"),
    crumbs=[("100000", "Country"), (scope, scope)] if scope else [("100000", "Country")],
    badge=first.badge,
    modelled=True,
    height=500,
    heading=first.heading,
    other=None if compare == "one" else layer(shift + 1),
    mode="swipe" if compare == "swipe" else "side",
    facilities=FACILITIES if dots == "some" else (),
)
assert said == event
st.text(f"events: {state.get('events', [])}")
