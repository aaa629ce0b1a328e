"""Which printed figures can be trusted, and what is right where they cannot?"""

from mhgis.ui.page import audit
from mhgis.ui.part import session, shell

v = session.current()
with session.guard():
    found = audit.figures()
    shell.header(v, audit.headline(found, v.lang), of_dataset=False)
    audit.first_of_all(found, v.lang)
    chosen = audit.choose(found, v)
    audit.list_figures(found, chosen, v)
    audit.caption(found, v.lang)
