"""What growth does a target take, against the growth that was seen, and who makes it at today's pace?"""

from mhgis.i18n import translator
from mhgis.ui.page import targets
from mhgis.ui.part import figure, session, shell

v = session.current()
_ = translator(v.lang)
with session.guard():
    target = targets.target_of(v)
    if target is None:
        shell.header(v, _("Set a target to see what it takes"))
        targets.controls(v, target)
    else:
        got = targets.answer(v, target)
        headline = targets.headline(v, got)
        shell.header(v, headline, targets.note(v, got))
        targets.controls(v, target)
        targets.draw_fan(v, got)
        targets.listed(v)
        figure.caption(targets.about(v, got, headline), v.lang, method="targets")
