"""
The picture of a map to take away: the view as PNG, SVG or PDF, drawn on the server when it is asked for.

Classes, colours and counts are those of the screen. Holds no drawing: see `mhgis.figures.static_map`.
"""

import json
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from mhgis import export, store
from mhgis.classify import Classes
from mhgis.country import say
from mhgis.figures import static_map
from mhgis.figures.shapes import Albers, Bounds, Shapes, prepare
from mhgis.figures.static_map import Format, MapView
from mhgis.i18n import N_, translator
from mhgis.indicators import Level
from mhgis.links import View
from mhgis.provenance import About
from mhgis.ui import figure, shell
from mhgis.ui import view as views

#: what shapes on paper are simplified to, degrees: of the whole country as on the screen, of a part of it finer
TOLERANCE: Final = 0.02
FINE_TOLERANCE: Final = 0.005

#: whose borders are drawn over the areas of a level
_BORDERS: Final[dict[Level, Level]] = {"province": "country", "prefecture": "province", "county": "province"}


class Kind(NamedTuple):
    """A file on offer: its label (message id), format, dots per inch and media type."""

    label: str
    form: Format
    dpi: int
    mime: str


KINDS: Final = (
    Kind(N_("PNG for screens (150 dpi)"), "png", 150, "image/png"),
    Kind(N_("PNG for print (300 dpi)"), "png", 300, "image/png"),
    Kind(N_("SVG, to be edited"), "svg", 72, "image/svg+xml"),
    Kind(N_("PDF, for documents"), "pdf", 72, "application/pdf"),
)


@dataclass(frozen=True)
class MapSettings:
    """How the country is put on paper: its conic, the windows of the main map and of the inset, if any (degrees)."""

    projection: Albers
    view: Bounds
    inset: Bounds | None


def map_settings() -> MapSettings:
    """Return the settings of maps as published with the figures."""
    rows = store.query("SELECT key, value FROM setting WHERE starts_with(key, 'map.')")
    says = {key.removeprefix("map."): json.loads(value) for key, value in zip(rows["key"], rows["value"], strict=True)}
    (one, two), (lon, lat) = says["standard_parallels"], says["centre"]
    inset = _bounds(says["inset"]) if "inset" in says else None
    return MapSettings(Albers((one, two), (lon, lat)), _bounds(says["view"]), inset)


def _bounds(numbers: list[float]) -> Bounds:
    west, south, east, north = numbers
    return west, south, east, north


def shapes(level: Level, tolerance: float = TOLERANCE) -> Shapes:
    """Return the shapes of a level of the current build, ready to be drawn; made once."""
    return _shapes(store.fingerprint(), level, tolerance)


@lru_cache(maxsize=2 * len(_BORDERS))
def _shapes(build: str, level: Level, tolerance: float) -> Shapes:
    del build  # part of the key only
    settings = map_settings()
    return prepare(
        store.shapes(level, tolerance),
        borders=store.shapes(_BORDERS[level], tolerance),
        lines=store.lines().geometry,
        projection=settings.projection,
        window=settings.view,
        inset=settings.inset,
    )


def page_of(view: View, rows: pd.DataFrame, about: About) -> MapView:
    """
    Return what goes on paper for a view.

    Parameters
    ----------
    view
        What is shown.
    rows
        Every area of the level, as the map on the screen gets them.
    about
        What the figure of the view is about; its title is the picture's.

    Returns
    -------
    page
        The areas within the view's scope, in the classes of the whole level; the legend counts those within.
    """
    inside = rows["area_code"].isin(views.limited(rows, view)["area_code"]).to_numpy()
    people = rows["people"].to_numpy("float64", na_value=np.nan)
    return MapView(
        about,
        figure.indicator_of(view),
        _within(figure.classes_of(view, rows), inside, people),
        tuple(rows.loc[inside, "area_code"]),
        view.lang,
        dataset=shell.dataset_titles(view.lang)[view.dataset],
        inset_name=say(views.country().inset_name, view.lang),
        boundary_note=say(views.country().boundaries, view.lang),
    )


def _within(classes: Classes, inside: NDArray[np.bool_], people: NDArray[np.float64]) -> Classes:
    """Keep the areas inside and count them anew; the classes stay those of all areas."""
    legend = []
    for at, row in enumerate(classes.legend):
        here = inside & (classes.index == at)
        known = people[here][~np.isnan(people[here])]
        is_unknown = bool(here.any()) and len(known) == 0
        legend.append(replace(row, n_areas=int(here.sum()), people=None if is_unknown else int(known.sum())))
    return replace(classes, index=classes.index[inside], legend=tuple(legend))


def draw(view: View, rows: pd.DataFrame, about: About, kind: Kind) -> bytes:
    """Draw the picture of a view; parameters as of `page_of`."""
    tolerance = FINE_TOLERANCE if view.within else TOLERANCE
    return static_map.render(page_of(view, rows, about), shapes(view.level, tolerance), kind.form, kind.dpi)


def file_name(view: View, kind: Kind) -> str:
    """Return the name of a picture's file: what it shows, in which classes, its language and the date of the build."""
    classes = "" if view.classes == View.classes else view.classes
    parts = [view.dataset, view.indicator, view.level, str(view.year), view.within, classes, view.lang]
    size = [str(kind.dpi)] if kind.form == "png" else []
    return export.file_name([*parts, *size], date.fromisoformat(store.current().built_at[:10]), kind.form)


def menu(view: View, rows: pd.DataFrame, about: About) -> None:
    """Draw the menu of pictures; each file is made when it is asked for. Parameters as of `page_of`."""
    _ = translator(view.lang)
    with st.popover(_("Save picture")):
        for kind in KINDS:
            st.download_button(
                _(kind.label),
                partial(draw, view, rows, about, kind),
                file_name=file_name(view, kind),
                mime=kind.mime,
                on_click="ignore",
                key=f"picture_{kind.form}_{kind.dpi}",
                width="stretch",
            )
        st.caption(_("Classes and colours as on the screen, with title, legend, source and date."))
