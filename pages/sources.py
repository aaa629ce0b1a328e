"""Where does each figure come from, how was it made, and what are its limits?"""

import streamlit as st

from mhgis.i18n import translator
from mhgis.queries import methods
from mhgis.queries.sources import shelved
from mhgis.ui.page import coverage, handbook, sources
from mhgis.ui.part import session, shell
from mhgis.words import sentences

v = session.current()
_ = translator(v.lang)
with session.guard():
    origins = shelved()
    shell.header(v, sentences.sources(v.lang, sources.count_sources(origins), methods.said_of_sources(v.lang)))
    book = _("Handbook")
    known, made, meant, covered, unknown = st.tabs(
        [_("Sources"), book, _("Indicators"), _("Coverage"), _("What is not known")],
        default=book if handbook.is_open(v) else None,
        # another page of the handbook brings its tab to the front
        key=f"shelf_{handbook.named(v)}",
    )
    with known:
        st.subheader(_("Datasets"), anchor=False)
        sources.list_datasets(v.lang)
        for shelf, title in sources.GROUPS.items():
            st.subheader(_(title).format(country=methods.country_name(v.lang)), anchor=False)
            sources.list_origins(origins[origins["shelf"].eq(shelf)], v.lang)
    with made:
        handbook.draw(v)
    with meant:
        sources.dictionary(v)
    with covered:
        coverage.draw(v)
    with unknown:
        st.markdown("\n".join(f"- {line}" for line in sources.what_is_not_known(v.lang)))
