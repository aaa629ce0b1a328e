"""
The picture of a map to take away: the view as PNG, SVG or PDF or on the clipboard, in one language or two.

Drawn on the server when it is asked for. Classes, colours and counts are those of the screen. Holds no drawing: see
`mhgis.figures.static_map`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from mhgis import store
from mhgis.country import say
from mhgis.exports import csv_json
from mhgis.figures import static_map
from mhgis.figures.classify import Classes
from mhgis.figures.shapes import Albers, Bounds, Shapes, prepare
from mhgis.figures.static_map import Format, MapView
from mhgis.i18n import ENDONYMS, N_, Language, translator
from mhgis.indicators import Level
from mhgis.queries import tables
from mhgis.queries.names import dataset_titles
from mhgis.queries.settings import settings_of_maps
from mhgis.ui.part import chart_files, figure, later
from mhgis.view.view import View
from mhgis.words.provenance import About

#: what shapes on paper are simplified to, degrees: of the whole country as on the screen, of a part of it finer
TOLERANCE: Final = 0.02
FINE_TOLERANCE: Final = 0.005

#: whose borders are drawn over the areas of a level
_BORDERS: Final[dict[Level, Level]] = {"province": "country", "prefecture": "province", "county": "province"}


#: what a figure is written in, by the choice's id; the first language is the large one
CHOICES: Final[dict[str, tuple[Language, ...]]] = {
    "zh": ("zh",), "en": ("en",), "zh+en": ("zh", "en"), "en+zh": ("en", "zh"),
}  # fmt: skip


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
    says = settings_of_maps()
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
    inside = rows["area_code"].isin(tables.limited(rows, view)["area_code"]).to_numpy()
    people = rows["people"].to_numpy("float64", na_value=np.nan)
    classes = _within(figure.classes_of(view, rows), inside, people)
    heading, unit = figure.legend_words(view, classes)
    is_chance = classes.method == "chance"
    return MapView(
        about,
        figure.indicator_of(view),
        figure.counted_by_draw(view, classes, rows),
        tuple(rows.loc[inside, "area_code"]),
        view.lang,
        legend_title=heading if is_chance else "",
        legend_unit=unit if is_chance else "",
        dataset=dataset_titles(view.lang)[view.dataset],
        inset_name=say(tables.country().inset_name, view.lang),
        boundary_note=say(tables.country().boundaries, view.lang),
    )


def slide(view: View, sentence: str | None = None) -> MapView:
    """Return the map of a view's indicator under a sentence, by default the one that the map's page says of it."""
    rows = figure.ranked(view)
    shown = tables.limited(rows, view)
    title = figure.headline(view, shown) if sentence is None else sentence
    return page_of(view, rows, figure.about(view, shown, later.told(view, title)))


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
    """Draw the picture of a view in its language; parameters as of `page_of`."""
    return draw_pages([page_of(view, rows, about)], partial(shapes_for, view), kind)


def draw_pages(pages: Sequence[MapView], shapes_of: Callable[[], Shapes], kind: Kind) -> bytes:
    """Draw one map in the languages of its pages, the first large; `shapes_of` returns the shapes of its level."""
    also = [static_map.words_of(page) for page in pages[1:]]
    return static_map.render(pages[0], shapes_of(), kind.form, kind.dpi, also)


def shapes_for(view: View) -> Shapes:
    """Return the shapes of a view as they go on paper: finer where only a part of the country is shown."""
    return shapes(view.level, FINE_TOLERANCE if view.within else TOLERANCE)


def file_name(view: View, kind: Kind, choice: str = "") -> str:
    """Return the name of a picture's file: what it shows, in which classes, its languages and the date of the build."""
    classes = "" if view.classes == View.classes else view.classes
    shade = "" if view.shade == View.shade or not figure.offers_chance(view) else view.shade
    parts = [
        view.dataset,
        view.indicator,
        view.level,
        str(view.year),
        tables.limit_of(view),
        classes,
        shade,
        (choice or view.lang).replace("+", "-"),
    ]
    size = [str(kind.dpi)] if kind.form == "png" else []
    return csv_json.file_name([*parts, *size], date.fromisoformat(store.current().built_at[:10]), kind.form)


def choices() -> dict[str, str]:
    """Return what a figure can be written in: the label of each choice of languages by its id."""
    spoken = set(tables.country().languages)
    return {
        choice: " + ".join(ENDONYMS[lang] for lang in langs)
        for choice, langs in CHOICES.items()
        if spoken.issuperset(langs)
    }


def menu(view: View, rows: pd.DataFrame, about: About) -> None:
    """Draw the menu of pictures of a map; each is made when it is asked for. Parameters as of `page_of`."""

    def page(lang: Language) -> MapView:
        if lang == view.lang:
            return page_of(view, rows, about)
        other = replace(view, lang=lang)
        found = figure.ranked(other)
        shown = tables.limited(found, other)
        return page_of(other, found, figure.about(other, shown, figure.headline(other, shown)))

    menu_of(view, page, partial(shapes_for, view))


@st.fragment
def menu_of(
    view: View, page: Callable[[Language], MapView], shapes_of: Callable[[], Shapes], key: str = "picture"
) -> None:
    """
    Draw the menu of pictures of any map; nothing else on the page runs when it is used.

    Parameters
    ----------
    view
        Names the files and gives the language of the page.
    page
        Returns what goes on paper, in a language.
    shapes_of
        Returns the shapes of its level.
    key
        Begins the widget keys.
    """
    _ = translator(view.lang)
    with st.popover(_("Save picture")):
        labels, key_of_choice = choices(), f"{key}_langs_{view.lang}"
        if len(labels) > 1:
            st.session_state.setdefault(key_of_choice, view.lang)
            st.segmented_control(
                _("Language of the picture"), tuple(labels), format_func=labels.__getitem__, key=key_of_choice,
                required=True,
            )  # fmt: skip
        choice = str(st.session_state.get(key_of_choice, view.lang))
        langs = CHOICES[choice]

        def made(kind: Kind) -> bytes:
            return draw_pages([page(lang) for lang in langs], shapes_of, kind)

        for kind in KINDS:
            st.download_button(
                _(kind.label),
                partial(made, kind),
                file_name=file_name(view, kind, choice),
                mime=kind.mime,
                on_click="ignore",
                key=f"{key}_{kind.form}_{kind.dpi}",
                width="stretch",
            )
        chart_files.copy_button(f"{key}_copy", view.lang, partial(made, KINDS[0]))
        st.caption(_("Classes and colours as on the screen, with title, legend, source and date."))
