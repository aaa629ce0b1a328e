"""Which views do we show in the meeting, and how do they get onto the screen or into slides?"""

from mhgis.ui.page import present
from mhgis.ui.part import session, shell

v = session.current()
with session.guard():
    shell.header(v, present.headline(v.lang), of_dataset=False)
    present.draw(v)
