"""A page of texts that strangers wrote, in each kind of place that Streamlit reads as Markdown."""

import pandas as pd
import streamlit as st

from mhgis.formats import plain
from tests import hostile

for number, (text, _) in enumerate(hostile.SHOWN.values()):
    escaped = plain(text)
    with st.container(key=f"prose-{number}"):
        st.markdown(f"**{escaped}** :gray[{escaped}] :violet-badge[{escaped}]  \n{escaped}")
    with st.container(key=f"line-{number}"):
        st.caption(escaped)
    with st.container(key=f"list-{number}"):
        st.markdown(f"- {escaped}")
    with st.container(key=f"cell-{number}"):
        st.markdown(f"| {escaped} |\n| --- |")
    with st.container(key=f"notice-{number}"):
        st.error(escaped)
    with st.container(key=f"label-{number}"):
        st.button(escaped, key=f"button-{number}")
    with st.container(key=f"heading-{number}"):
        st.subheader(escaped, anchor=False)
    with st.container(key=f"table-{number}"):
        st.table(pd.DataFrame({escaped: [escaped]}), hide_index=True)

for number, text in enumerate(hostile.TEXTS[name] for name in hostile.TURNED):
    with st.container(key=f"raw-{number}"):
        st.markdown(text)
