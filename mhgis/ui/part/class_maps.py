"""
Maps with classes of their own, such as distances or clusters, as they go on paper: the same classes as on the screen.

Maps of an indicator go by `mhgis.ui.part.map_files.menu`. Holds no drawing: see `mhgis.figures.static_map`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mhgis.country import say
from mhgis.figures.classify import Classes, LegendRow
from mhgis.figures.static_map import MapView
from mhgis.i18n import Language
from mhgis.indicators import LEVELS, Indicator, Level, Measured
from mhgis.queries import tables
from mhgis.queries.names import dataset_titles
from mhgis.ui.map import ClassStyle
from mhgis.ui.part import map_files
from mhgis.view.view import View
from mhgis.words.provenance import About


@dataclass(frozen=True, eq=False)
class Painted:
    """
    A map as the screen has it.

    Attributes
    ----------
    about
        What it is about; its title is the picture's.
    title, unit
        Of the legend, in the language of the page.
    codes, index, people
        Of each area in the place: its code, its place in `styles`, its people (NA = not known).
    styles
        The rows of the legend.
    level
        Of the areas.
    """

    about: About
    title: str
    unit: str
    codes: Sequence[str]
    index: NDArray[np.uint8]
    people: pd.Series
    styles: Sequence[ClassStyle]
    level: Level


def on_paper(view: View, map_: Painted) -> MapView:
    """Return what goes on paper: the rows of the legend that have an area, counted over the areas that are drawn."""
    people = map_.people.astype("Float64").to_numpy("float64", na_value=np.nan)
    used = [at for at in range(len(map_.styles)) if (map_.index == at).any()]
    legend = []
    for at in used:
        style, here = map_.styles[at], map_.index == at
        known = people[here & ~np.isnan(people)]
        counted = int(known.sum()) if len(known) else None
        legend.append(LegendRow(style.kind, style.colour, int(here.sum()), counted, name=style.label))
    facts, lang = tables.country(), view.lang
    return MapView(
        replace(map_.about, unit=map_.unit, level=map_.level),
        Indicator("", map_.title, map_.unit, "more_is_better", LEVELS, Measured()),
        Classes("custom", np.searchsorted(used, map_.index).astype(np.uint8), tuple(legend), ()),
        tuple(map_.codes),
        lang,
        dataset=dataset_titles(lang)[view.dataset],
        inset_name=say(facts.inset_name, lang),
        boundary_note=say(facts.boundaries, lang),
    )


def slide(view: View, map_: Painted | None) -> MapView:
    """Return a page's own map as it goes on a slide; the map of the view's indicator where there is none."""
    return map_files.slide(view) if map_ is None else on_paper(view, map_)


def menu(view: View, painted: Callable[[View], Painted], key: str) -> None:
    """Draw the menu of pictures of a map; `painted` gives it in the language of the view it is given."""

    def page(lang: Language) -> MapView:
        other = replace(view, lang=lang)
        return on_paper(other, painted(other))

    level = painted(view).level
    tolerance = map_files.FINE_TOLERANCE if view.within else map_files.TOLERANCE
    map_files.menu_of(view, page, partial(map_files.shapes, level, tolerance), key)
