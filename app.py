"""Mental Health Resource Atlas: where a country's mental-health care is missing. Start with `make run`."""

import streamlit as st

from mhgis.i18n import N_, translator
from mhgis.ui import memory
from mhgis.ui.map import pending
from mhgis.ui.page import map_panel
from mhgis.ui.part import session, share, shell
from mhgis.view.saved_views import START

#: group -> page file, its title; the first is where a visitor lands
PAGES = {
    N_("Explore"): {"overview": N_("Overview"), "map": N_("Map"), "gaps": N_("Gap list"), "area": N_("Area")},
    N_("Analyse"): {
        "access": N_("Access"),
        "equity": N_("Equity"),
        "benchmarks": N_("Benchmarks"),
        "audit": N_("Printed figures"),
    },
    N_("Plan"): {
        "scenarios": N_("Scenarios"),
        "sites": N_("Next sites"),
        "targets": N_("Targets"),
        "alliances": N_("Alliances"),
    },
    N_("Share"): {"present": N_("Present")},
    N_("Data"): {
        "import_data": N_("Import"),
        "coverage": N_("Coverage"),
        "sources": N_("Sources and methods"),
    },
}

shell.configure()
with session.guard(), session.opened():
    v = session.moved(lambda: map_panel.follow(pending("map")))
    _ = translator(v.lang)
    groups = {
        _(group): [
            st.Page(
                f"pages/{name}.py", title=_(title), url_path=name if name != START else "start", default=name == START
            )
            for name, title in pages.items()
        ]
        for group, pages in PAGES.items()
    }
    # the start page's address has no name in it; typed with its name it opens all the same
    typed = st.Page(f"pages/{START}.py", title=_("Overview"), url_path=START)
    page = st.navigation({**groups, "": [typed]}, position="hidden")
    share.stand_at(page)
    shell.name_tab(page.title, v.lang)
    shell.sidebar(v, groups)
    shell.notice()
    page.run()
    shell.footer(v)
    memory.set_modules_aside()
