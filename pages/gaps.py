"""Which areas fall short of the chosen benchmark, why, and how many units do they lack?"""

from mhgis.measures import gaps
from mhgis.ui.page import gaps as gaplist
from mhgis.ui.part import figure, session, shell

v = session.current()
with session.guard():
    rows = gaplist.rows(v)
    now = gaplist.as_of_year(rows)
    headline = gaplist.headline(v, now, gaps.tally(rows))
    shell.header(v, headline, gaplist.without_facility(v))
    if not now["value"].notna().any():
        shell.other_ways(v)
    gaplist.chosen_among_all(v, rows)
    gaplist.controls(v, rows)
    gaplist.lists(v, rows)
    figure.caption(figure.about(v, now, headline), v.lang)
