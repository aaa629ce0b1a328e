"""Which areas fall short of the chosen benchmark, why, and how many units do they lack?"""

from mhgis import gaps, sentences
from mhgis.ui import figure, shell, view

v = view.current()
with view.guard():
    ranked = view.limited(figure.ranked(v), v)
    headline = sentences.shortfalls(figure.scene(v), ranked, gaps.tally(ranked), f"name_{v.lang}")
    shell.header(v, headline)
    if not ranked["value"].notna().any():
        shell.other_ways(v)
    figure.gap_lists(v, ranked)
    figure.caption(figure.about(v, ranked, headline), v.lang)
