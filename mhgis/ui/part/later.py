"""
What the country came to after the year of a headline, in a clause: a number of a past year does not stand alone.

Draws nothing.
"""

from typing import Final

from mhgis.country import say
from mhgis.indicators import REGISTRY
from mhgis.queries import overview, tables
from mhgis.queries.names import is_imported
from mhgis.view.view import View
from mhgis.words import sentences

#: what is told of the country where an indicator itself is not known later: how many areas have nothing
_ELSE: Final = "counties_without_facility"


def told(view: View, headline: str) -> str:
    """Return a headline that names the year of its figures with what is known of the country since, if anything."""
    if is_imported(view) or str(view.year) not in headline:
        return headline
    published, country = tables.country().published, say(tables.country().names, view.lang)
    for name in (view.indicator, _ELSE):
        for year, value in overview.latest(published, name)[["year", "value"]].itertuples(index=False):
            if year > view.year and str(year) not in headline:
                since = sentences.Told(float(value), int(year))
                return sentences.later(headline, country, REGISTRY[name], since, view.lang)
    return headline
