"""How does our own register or survey get onto the map, safely?"""

from mhgis.ui import importing, own, view

v = view.current()
with view.guard():
    importing.header(v)
    importing.draw(v)
    own.draw(v)
