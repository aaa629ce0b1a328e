"""Mental Health Resource Atlas: where a country's mental-health care is missing. Start with `make run`."""

import streamlit as st

from mhgis.i18n import translator
from mhgis.ui import memory, pages
from mhgis.ui.map import pending
from mhgis.ui.page import map_panel
from mhgis.ui.part import session, share, shell
from mhgis.ui.part.share import Standing

shell.configure()
with session.guard(), session.opened():
    v = session.moved(lambda: map_panel.follow(pending("map")))
    _ = translator(v.lang)
    drawn = {
        entry.page_id: st.Page(
            entry.file,
            title=_(entry.title),
            url_path="start" if entry is pages.FIRST else entry.page_id,
            default=entry is pages.FIRST,
        )
        for entry in pages.PAGES
    }
    # the start page's address has no name in it; typed with its name it opens all the same
    typed = st.Page(pages.FIRST.file, title=_(pages.FIRST.title), url_path=pages.FIRST.page_id)
    page = st.navigation([*drawn.values(), typed], position="hidden")
    here = pages.find(page.url_path) or pages.FIRST
    share.stand_at(Standing(here.page_id, here.title, here.is_saved))
    shell.name_tab(page.title, v.lang)
    groups = {
        _(group): [(drawn[entry.page_id], entry.question) for entry in entries]
        for group, entries in pages.by_group().items()
    }
    shell.sidebar(v, groups, here.selectors)
    shell.notice()
    page.run()
    shell.footer(v)
    memory.set_modules_aside()
