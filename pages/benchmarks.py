"""How does an area compare with norms, targets and other countries, and how sure is that?"""

import streamlit as st

from mhgis.i18n import translator
from mhgis.ui import benchmarks, library, shell, view
from mhgis.ui import country as countrywide

v = benchmarks.settled(view.current())
_ = translator(v.lang)
with view.guard():
    mine = benchmarks.standing(v)
    shell.header(v, benchmarks.headline(v, mine))
    benchmarks.say_how_sure(v, mine)
    each, countries, sure, robust, regions, years = st.tabs(
        [_("Each benchmark"), _("Countries"), _("How sure"), _("Does it depend on the benchmark?"), _("By region"),
         _("Over the years")]
    )  # fmt: skip
    with each:
        benchmarks.controls(v)
        benchmarks.against_each(v, mine)
    with countries:
        benchmarks.ladder(v, mine)
    with sure:
        benchmarks.each_area(v, mine)
    with robust:
        benchmarks.robustness(v)
    with regions:
        benchmarks.regions(v)
    with years:
        countrywide.trend(v)
    library.ways_in(v)
