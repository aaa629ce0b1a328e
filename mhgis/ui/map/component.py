"""
What a page says to the map and what the map says back.

Holds no classes, colours or sentences: the page brings them. Holds no geometry: see `mhgis.wire` and
`mhgis.static_files`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from mhgis.i18n import Language
from mhgis.indicators import Level

Kind = Literal["class", "zero", "not_reported", "suppressed", "not_applicable"]

#: longitude, latitude (degrees, EPSG:4326) and MapLibre zoom
Camera = tuple[float, float, float]

#: the byte of an area that no class holds; drawn as bare ground
NO_CLASS: Final = 255


@dataclass(frozen=True)
class ClassStyle:
    """
    One row of the legend.

    `people_label` is a formatted number in the language of the page, or a dash where unknown; `n_areas` counts all
    areas of the row, so that the rows add up to all areas of the map.
    """

    label: str
    colour: str
    n_areas: int
    people_label: str
    kind: Kind = "class"


@dataclass(frozen=True)
class Details:
    """
    What the tooltip says, one entry an area in wire order; fetched by the browser at the first hover, not before.

    `value`, `lower` and `upper` are floats, NaN where there is none; `status` is one of `mhgis.status.STATUSES`;
    `status_labels` names each status in the language of the page; `decimals` is how many are shown.
    """

    value: NDArray[np.float64]
    status: Sequence[str]
    status_labels: dict[str, str]
    decimals: int = 0
    lower: NDArray[np.float64] | None = None
    upper: NDArray[np.float64] | None = None
    more_is_better: bool = True


@dataclass(frozen=True)
class MapEvent:
    """
    What the viewer did since the last run; a field is None where nothing happened.

    `selected` is the clicked area's code; `drill` the code of the area to go to, down or up (100000 is the country);
    `camera` is where the view came to rest.
    """

    selected: str | None = None
    drill: str | None = None
    camera: Camera | None = None


def wire_order(level: Level) -> list[str]:
    """Return the area codes of a level in the order in which the browser holds them: ascending."""
    raise NotImplementedError(level)


def pending(key: str) -> MapEvent | None:
    """
    Return what the viewer did on the map `key`, before the map of this run is drawn.

    Call it at the top of a page, move the view, then draw: one run instead of two.
    """
    del key
    return None


def choropleth(
    *,
    key: str,
    level: Level,
    values: NDArray[np.uint8],
    classes: Sequence[ClassStyle],
    legend_title: str,
    unit: str,
    lang: Language,
    sentence: str,
    scope: str | None = None,
    details: Details | None = None,
    selected: str | None = None,
    camera: Camera | None = None,
    crumbs: Sequence[tuple[str, str]] = (),
    can_drill: bool = True,
    badge: str = "",
    modelled: bool = False,
    fallback_image: str = "",
    height: int | None = None,
) -> MapEvent | None:
    """
    Draw areas in colours and return what the viewer did.

    Parameters
    ----------
    key
        Widget key; as long as it stays the same, the map keeps its camera and is never made anew.
    level
        `province`, `prefecture` or `county`.
    values
        For each area of `wire_order(level)` the index into `classes`, or `NO_CLASS`.
    classes
        Legend rows from top to bottom, those of `not_reported`, `suppressed` and `not_applicable` included.
    legend_title, unit
        In the language of the page.
    sentence
        One true sentence that says what the map shows; read out by screen readers.
    scope
        Code of the province or prefecture that is drawn strongly; None for the whole country.
    details
        What the tooltip says.
    selected
        Code of the selected area, outlined.
    camera
        Where to look when the map is first drawn; None fits the scope. Later runs do not move the camera, unless
        `scope` changes.
    crumbs
        Code and name of each area on the way down, the country first; shown as a breadcrumb.
    can_drill
        Whether the areas shown can be entered.
    badge
        Words on what the data are, such as "Modelled, says nothing of any single county".
    modelled
        Draw dotted outlines.
    fallback_image
        Address of a static picture for a machine without WebGL.
    height
        Pixels; None fills the window.

    Returns
    -------
    event
        What the viewer did since the last run; None if nothing.
    """
    del level, values, classes, legend_title, unit, lang, sentence, scope, details, selected, camera, crumbs, can_drill
    del badge, modelled, fallback_image, height
    return pending(key)
