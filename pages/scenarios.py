"""What would happen if: which gaps close, for how many people, with how many units, and at what cost?"""

import streamlit as st

from mhgis.i18n import translator
from mhgis.ui.page import present, scenario_forms, scenarios
from mhgis.ui.part import figure, session, shell

v = scenarios.settled(session.current())
_ = translator(v.lang)
with session.guard():
    shown = scenarios.seen(v)
    headline = scenarios.told(v, shown)
    shell.header(v, headline, scenarios.note(v, *shown) if shown else "", scenario=bool(shown))
    scenario_forms.say()
    scenario_forms.choose(v)
    if shown is None:
        scenario_forms.begin(v)
    else:
        one, other = shown
        left, right = st.columns([6, 5])
        with left.container(key="mh_map"):
            scenarios.draw_map(v, one, headline, other)
        with right:
            st.subheader(_("Side by side") if other else _("Before and after"), anchor=False)
            if other:
                scenarios.draw_both(v, one, other)
            else:
                scenarios.draw_figures(v, one)
        scenario_forms.draw(v, shown)
        scenarios.draw_list(v, one, other)
        present.slides_of(v, scenarios.saved_view(v, one.ledger.name))
        figure.caption(scenarios.about(v, one, headline), v.lang)
