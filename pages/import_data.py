"""How does our own register or survey get onto the map, safely?"""

from mhgis.ui import importing, own
from mhgis.ui.part import session

v = session.current()
with session.guard():
    importing.header(v)
    importing.draw(v)
    own.draw(v)
