"""Who should team up with whom, what alliances exist, and which models are there?"""

import streamlit as st

from mhgis.i18n import translator
from mhgis.ui.page import alliance_facts, alliances, memoranda
from mhgis.ui.part import figure, session, shell
from mhgis.ui.part.drawer import drawer

v = alliances.settled(session.current())
_ = translator(v.lang)
with session.guard():
    got = alliances.answer(v)
    headline = alliances.headline(v, got)
    part = alliances.question_of(v).part if alliance_facts.is_there() else "plan"
    if part == "plan":
        shell.header(v, headline, alliances.note(v, got))
    else:
        titles = {"exist": _("Medical alliances that are described"), "models": _("Models of alliance")}
        alliance_facts.header(v, titles[part])
    if alliance_facts.is_there():
        alliances.parts(v)
    if part == "exist":
        alliance_facts.exist(v)
    elif part == "models":
        alliance_facts.models(v)
    elif not got.is_known:
        shell.other_ways(v)
    else:
        alliances.controls(v)
        left, right = st.columns([7, 5])
        with left.container(border=True, key="mh_card_alliances"):
            alliances.draw_map(v, got)
            drawer(alliances.about(v, got, headline), v.lang, method="alliances")
        with right:
            alliances.hubs(v, got)
            memoranda.draw(v, got)
        alliances.listed(v)
        figure.caption(alliances.about(v, got, headline), v.lang, method="alliances")
