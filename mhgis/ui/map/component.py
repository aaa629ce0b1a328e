"""
What a page says to the map and what the map says back.

Holds no classes, colours or sentences: the page brings them. Holds no geometry: see `mhgis.exports.map_bytes` and
`mhgis.exports.static_files`.
"""

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.components.v2 import component

from mhgis import country, formats, paths, store
from mhgis.errors import UnpublishedError
from mhgis.exports import map_bytes, static_files
from mhgis.i18n import Language, translator
from mhgis.indicators import Level
from mhgis.queries.settings import settings_of_maps
from mhgis.ui.part import served

Mode = Literal["side", "swipe"]
Kind = Literal["class", "zero", "cannot_tell", "not_reported", "suppressed", "not_applicable"]

#: longitude, latitude (degrees, EPSG:4326) and MapLibre zoom
Camera = tuple[float, float, float]

#: the byte of an area that no class holds; drawn as bare ground
NO_CLASS: Final = 255

#: where Streamlit serves the static folder, below the base path
_STATIC_ROUTE: Final = "app/static/"

_GZIP: Final = "application/gzip"

#: what the browser may say, each once
_TRIGGERS: Final = ("selected", "drill", "found", "camera", "swipe", "picture")

#: sent with every message, so as short as can be; it runs from a blob, hence the full addresses
_LOADER: Final = """
const open = new WeakMap();
export default ({ data, parentElement: at, setTriggerValue: send }) => {
  const map = open.get(at) ?? { ready: null };
  open.set(at, map);
  const url = (path) => new URL(data.base + path, location.origin).href;
  map.ready ??= fetch(url(data.setup), { cache: "force-cache" }).then((r) => r.json())
    .then((setup) => import(url(setup.main)).then((m) => m.open(at, data.base, setup)));
  map.last = data;
  map.ready.then((view) => map.last === data && view.show(data, send));
  return () => {
    open.delete(at);
    map.last = null;
    map.ready.then((view) => view.close());
  };
};
"""


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
    `status_labels` names each status in the language of the page; `decimals` is how many are shown. `span` is what the
    range from `lower` to `upper` is called, the component's own words where empty; `raw` are the values as counted
    where `value` has been steadied; `finding` says of each area on which side of the benchmark it is, by keys of
    `finding_labels`, empty where there is nothing to say; `notes` is a line more about an area, empty for none;
    `has_rank` says whether each area has a place among all.
    """

    value: NDArray[np.float64]
    status: Sequence[str]
    status_labels: dict[str, str]
    decimals: int = 0
    lower: NDArray[np.float64] | None = None
    upper: NDArray[np.float64] | None = None
    span: str = ""
    raw: NDArray[np.float64] | None = None
    finding: Sequence[str] = ()
    finding_labels: dict[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    has_rank: bool = True


@dataclass(frozen=True)
class Layer:
    """
    A second set of values of the same areas, to compare: what `choropleth` takes under the same names for the first.

    `heading` says in few words what sets it apart, such as its year and indicator.
    """

    values: NDArray[np.uint8]
    classes: Sequence[ClassStyle]
    legend_title: str
    unit: str
    heading: str
    details: Details | None = None
    badge: str = ""
    modelled: bool = False
    fallback_image: str = ""


@dataclass(frozen=True)
class Facility:
    """A facility as a point: degrees (EPSG:4326), its name, its beds or None where their number is not known."""

    lon: float
    lat: float
    name: str
    beds: int | None = None


@dataclass(frozen=True)
class MapEvent:
    """
    What the viewer did since the last run; a field is None or False where nothing happened.

    `selected` is the clicked area's code; `drill` the code of the area to go to, down or up;
    `found` the level and code of a place that was looked for; `camera` is where the view came to rest after the viewer
    moved it; `home` that it shows the whole again; `swipe` where the line between two maps rests now, in per cent from
    the left; `picture` that this browser cannot draw and asks for a picture.
    """

    selected: str | None = None
    drill: str | None = None
    found: tuple[Level, str] | None = None
    camera: Camera | None = None
    home: bool = False
    swipe: int | None = None
    picture: bool = False


def wire_order(level: Level) -> list[str]:
    """Return the area codes of a level in the order in which the browser holds them: ascending."""
    return _codes(store.current().static[f"shapes/{level}"])


def pending(key: str) -> MapEvent | None:
    """
    Return what the viewer did on the map `key`, before the map of this run is drawn.

    Call it at the top of a page, move the view, then draw: one run instead of two.
    """
    return _event(st.session_state.get(key))


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
    leaves: Sequence[str] = (),
    heading: str = "",
    other: Layer | None = None,
    mode: Mode = "side",
    swipe: int = 50,
    facilities: Sequence[Facility] = (),
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
        Path below the static folder of a picture, for a machine without WebGL.
    height
        Pixels; None fills the window.
    leaves
        Codes of the areas that have nothing below them and cannot be entered.
    heading, other, mode
        Another set of values beside the first or under it, with a line to swipe; `heading` sets the first apart.
    swipe
        Where that line is when it is first drawn, in per cent from the left; later runs do not move it.
    facilities
        Points, drawn in groups where they are near each other.

    Returns
    -------
    event
        What the viewer did since the last run; None if nothing.

    Raises
    ------
    ValueError
        If `values` or `details` do not have one entry an area of the level.
    """
    first = Layer(values, classes, legend_title, unit, heading, details, badge, modelled, fallback_image)
    for layer in (first, other):
        _check(layer, level)
    result = _mount()(
        key=key,
        data={
            "base": f"/{base_path()}{_STATIC_ROUTE}",
            "setup": _setup_file(lang),
            "level": level,
            "scope": scope,
            "lang": lang,
            "sentence": sentence,
            "selected": selected,
            "camera": camera,
            "crumbs": list(crumbs),
            "canDrill": can_drill,
            "noDrill": list(leaves) if can_drill else [],
            "height": height,
            **_layer(first),
            "other": _layer(other) if other else None,
            "mode": mode,
            "swipe": swipe,
            "facilities": _facilities_file(facilities) if facilities else None,
        },
        **{f"on_{name}_change": _nothing for name in _TRIGGERS},
    )
    return _event(result)


def _check(layer: Layer | None, level: Level) -> None:
    n_areas = len(wire_order(level))
    if layer and (len(layer.values) != n_areas or (layer.details and len(layer.details.value) != n_areas)):
        message = f"{len(layer.values)} values for the {n_areas} areas of level {level}"
        raise ValueError(message)


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "values": map_bytes.encode_classes(layer.values),
        "classes": [[c.colour, c.label, c.n_areas, c.people_label, c.kind] for c in layer.classes],
        "title": layer.legend_title,
        "unit": layer.unit,
        "titleUnit": formats.unit_beside(layer.legend_title, layer.unit),
        "heading": layer.heading,
        "details": _details_file(layer.details) if layer.details else None,
        "badge": layer.badge,
        "modelled": layer.modelled,
        "fallback": layer.fallback_image,
    }


def base_path() -> str:
    """Return the path the app is served under, with a slash at its end; empty at the root."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{path}/" if path else ""


@cache
def _mount() -> Callable[..., Any]:
    return component("mhgis.map", js=_LOADER)


def _nothing() -> None:
    """Ask Streamlit for a trigger of this name; the page reads it from `pending` or from the return value."""


def _event(said: Any) -> MapEvent | None:  # noqa: ANN401 - Streamlit's result object, or the session's copy of it
    if not said:
        return None
    camera, found = said.get("camera"), said.get("found")
    event = MapEvent(
        selected=said.get("selected"),
        drill=said.get("drill"),
        found=(found[0], found[1]) if found else None,
        camera=tuple(camera) if camera else None,
        home=camera == [],
        swipe=said.get("swipe"),
        picture=bool(said.get("picture")),
    )
    return event if event != MapEvent() else None


@cache
def _codes(file: str) -> list[str]:
    """Read the area codes out of a packed file of shapes; its name is its content's, so they are read once."""
    try:
        packed = gzip.decompress((paths.static() / file).read_bytes())
    except (OSError, EOFError) as error:
        message = f"The shapes of the map ({file}) cannot be read. Run `make build` (or `mhgis build`) and try again."
        raise UnpublishedError(message) from error
    start = len(map_bytes.MAGIC) + 4
    size = int.from_bytes(packed[len(map_bytes.MAGIC) : start], "little")
    codes: list[str] = json.loads(packed[start : start + size])["codes"]
    return codes


def _setup_file(lang: Language) -> str:
    """Write what stays the same from message to message: where the code and shapes are, and the words."""
    published = store.current()
    text, windows = _words(published.build, lang), _windows(published.build)
    setup = static_files.component() | windows | {"files": published.static, "text": text, "lang": lang}
    return static_files.keep("map-setup", lang, ".json", json.dumps(setup, ensure_ascii=False, sort_keys=True).encode())


def _details_file(details: Details) -> str:
    columns: dict[str, Any] = {
        "value": details.value,
        "status": list(details.status),
        "labels": details.status_labels,
        "decimals": details.decimals,
    }
    if details.lower is not None and details.upper is not None:
        columns |= {"lower": details.lower, "upper": details.upper, "span": details.span}
    if details.raw is not None:
        columns["raw"] = details.raw
    if any(details.finding):
        columns |= {"finding": list(details.finding), "findings": details.finding_labels}
    if not details.has_rank:
        columns["unranked"] = True
    if any(details.notes):
        columns["notes"] = list(details.notes)
    return served.hand_out(map_bytes.encode_columns(columns), _GZIP)


def _facilities_file(facilities: Sequence[Facility]) -> str:
    columns = {name: [getattr(one, name) for one in facilities] for name in ("lon", "lat", "name", "beds")}
    return served.hand_out(map_bytes.encode_columns(columns), _GZIP)


@cache
def _windows(build: str) -> dict[str, Any]:
    """Return the window that holds the country and that of its inset, None where it has none (degrees)."""
    del build  # the key
    says = settings_of_maps()
    return {"home": says["view"], "inset": says.get("inset")}


@cache
def _words(build: str, lang: Language) -> dict[str, str]:
    """Return the component's own few words in the language of the page, levels named as the country's are."""
    del build  # the key
    _ = translator(lang)
    return {
        "areas": _("Areas"),
        "people": _("People"),
        "enter": _("Go into {name}"),
        "home": _("Show all"),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "range": _("5-95 % range"),
        "raw": _("As counted"),
        "finding": _("Against the benchmark"),
        "rank": _("Rank"),
        "legend": _("Legend"),
        "inset": country.say(country.of(store.pack()).inset_name, lang),
        "loading": _("Loading the map"),
        "noGraphics": _("This browser cannot draw the interactive map (no WebGL). The table says the same."),
        "failed": _("The map could not be loaded. Reload the page; the table says the same."),
        "keys": _("Arrow keys select a neighbour, Enter goes in, Escape goes up, plus and minus zoom."),
        "find": _("Find a place: name, pinyin or code"),
        "places": _("Places found"),
        "nowhere": _("No such place. Try its name, pinyin, initials or code."),
        "more": _("and {n} more: type more letters"),
        "divider": _("Line between the two maps: arrow keys move it"),
        "facilities": _("{n} facilities; click to go nearer"),
        "ofPoint": _("{n} beds"),
        "bedsUnknown": _("Number of beds not reported"),
    }
