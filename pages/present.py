"""Which views do we show in the meeting, and how do they get onto the screen or into slides?"""

from mhgis.ui import present, shell, view

v = view.current()
with view.guard():
    shell.header(v, present.headline(v.lang), of_dataset=False)
    present.draw(v)
