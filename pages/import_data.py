"""How does our own register or survey get onto the map, safely?"""

from mhgis.ui.page import import_page, own_datasets
from mhgis.ui.part import session

v = session.current()
with session.guard():
    import_page.header(v)
    import_page.draw(v)
    own_datasets.draw(v)
