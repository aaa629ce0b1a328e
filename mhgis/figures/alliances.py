"""
Charts of alliances: who would team up with whom on a map, where those that exist are led from, and since when.

Drawn with Plotly over outlines of our own, in the conic of the maps; asks no other host for anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go
from matplotlib.path import Path

from mhgis.figures import palette
from mhgis.figures.charts import SMALL_PX, WIDTH_PX, break_lines, dress
from mhgis.figures.shapes import Albers, Bounds
from mhgis.i18n import N_, Language, translator
from mhgis.planning.alliance_words import MODEL_NAMES, Model
from mhgis.words.provenance import About

Numbers = npt.NDArray[np.float64]

#: taken from the palettes whose pairs are told apart in every kind of sight
MODEL_COLOURS: Final[dict[Model, str]] = {
    "vertical": palette.SEQUENTIAL[5][4],
    "horizontal": palette.SEQUENTIAL[5][2],
    "remote": palette.BANDS[5][1],
    "chain": palette.BANDS[5][0],
    "none": palette.ZERO,
}
#: the share of the width that is left free around what is shown
_PLAY: Final = 0.04
#: how far apart the marks of alliances led from one city stand, metres
_APART_M: Final = 55_000.0
#: how wide a map is taken to be when its height is chosen, and the least and the most height
_ACROSS_PX: Final = 480
#: from this many gap areas on, marks and lines are drawn smaller by so much
_MANY, _SMALL = 400, 0.5
_LEAST_PX, _MOST_PX = 280, 560
#: room for a legend of five lines, as on a phone
_LEGEND_PX: Final = 96
_GOLDEN: Final = 2.399963
#: room for the names of a timeline, and the height of one row of two lines
_NAME_PX: Final = 165
_ROW_PX: Final = 34
_LINES: Final = 2
_MARKS: Final = {"established": "circle", "started": "diamond", "proposed": "circle-open", "span": "square",
                 "repeated": "x"}  # fmt: skip
DATE_KINDS: Final[dict[str, str]] = {
    "established": N_("established"),
    "started": N_("work began"),
    "proposed": N_("proposed"),
    "span": N_("over a time"),
    "repeated": N_("the same alliance as another paper dates it"),
}


@dataclass(frozen=True, eq=False)
class Ground:
    """
    What a map is drawn on: outlines in metres of a conic, by class; lines; and the window that is shown.

    `filled` has by area code the outline of each area that is coloured.
    """

    conic: Albers
    filled: Mapping[str, Path]
    borders: tuple[Path, ...]
    window: Bounds


def project(lon: pd.Series, lat: pd.Series, conic: Albers) -> tuple[Numbers, Numbers]:
    """Return points (degrees, EPSG:4326) in metres of a conic; NaN where there is no point."""
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs="EPSG:4326").to_crs(str(conic))
    return points.x.to_numpy("float64"), points.y.to_numpy("float64")


def _line(paths: Iterable[Path]) -> tuple[list[float | None], list[float | None]]:
    """Return the rings of paths as one line with breaks."""
    x: list[float | None] = []
    y: list[float | None] = []
    for path in paths:
        points = np.asarray(path.vertices, dtype="float64").round(-2)
        starts = np.flatnonzero(np.asarray(path.codes) == Path.MOVETO)
        for part in np.split(points, starts[1:]):
            x += [*part[:, 0].tolist(), None]
            y += [*part[:, 1].tolist(), None]
    return x, y


def _on(ground: Ground, about: About, lang: Language, notes: Sequence[str], width_px: int, figure: go.Figure) -> Any:  # noqa: ANN401, PLR0917
    west, south, east, north = ground.window
    high = min(_MOST_PX, max(_LEAST_PX, round(_ACROSS_PX * (north - south) / (east - west))))
    figure.update_xaxes(visible=False, range=[west, east], constrain="domain")
    figure.update_yaxes(visible=False, range=[south, north], scaleanchor="x", constrain="domain")
    found = dress(figure, about, lang, plot_px=high, width_px=width_px, sides=(8, 8), notes=notes)
    return found.update_layout(
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "font": {"size": SMALL_PX},
                "itemclick": False, "itemdoubleclick": False},
        margin_t=found.layout.margin.t + _LEGEND_PX,
        height=found.layout.height + _LEGEND_PX,
    )  # fmt: skip


def links(
    ground: Ground,
    gaps: pd.DataFrame,
    hubs: pd.DataFrame,
    about: About,
    lang: Language,
    *,
    notes: Sequence[str] = (),
    width_px: int = WIDTH_PX,
) -> go.Figure:
    """
    Draw gap areas, the hubs that would lead them, and a line from each to its hub.

    Parameters
    ----------
    ground
        What it is drawn on; areas of `filled` that are gaps take the colour of their model.
    gaps
        By area code: `x`, `y`, `hub_x`, `hub_y` (metres of the conic; NaN = no hub), `model`, `is_over`, `said`.
    hubs
        `x`, `y`, `is_overloaded`, `said`.
    about, lang, notes, width_px
        As for every chart.
    """
    _, figure = translator(lang), go.Figure()
    other = [path for code, path in ground.filled.items() if code not in gaps.index]
    x, y = _line(other)
    figure.add_scatter(x=x, y=y, mode="lines", fill="toself", fillcolor=palette.PAGE, hoverinfo="skip",
                       showlegend=False, line={"color": palette.RULE, "width": 0.6})  # fmt: skip
    for model, colour in MODEL_COLOURS.items():
        rows = gaps[gaps["model"].eq(model)]
        x, y = _line([ground.filled[code] for code in rows.index if code in ground.filled])
        if x:
            figure.add_scatter(x=x, y=y, mode="lines", fill="toself", fillcolor=_faint(colour), hoverinfo="skip",
                               showlegend=False, line={"color": palette.PANEL, "width": 0.6})  # fmt: skip
    x, y = _line(ground.borders)
    figure.add_scatter(x=x, y=y, mode="lines", hoverinfo="skip", showlegend=False,
                       line={"color": palette.SECONDARY, "width": 0.7})  # fmt: skip
    # a whole country's marks would lie on each other
    scale = 1.0 if len(gaps) <= _MANY else _SMALL
    for model, colour in MODEL_COLOURS.items():
        rows = gaps[gaps["model"].eq(model)]
        if rows.empty:
            continue
        held = rows[rows["hub_x"].notna()]
        joined = np.full((len(held), 3, 2), np.nan)
        joined[:, 0], joined[:, 1] = held[["x", "y"]], held[["hub_x", "hub_y"]]
        flat = joined.reshape(-1, 2).round(-2)
        figure.add_scatter(
            x=_holes(flat[:, 0]), y=_holes(flat[:, 1]), mode="lines", hoverinfo="skip", showlegend=False,
            line={"color": colour, "width": 1.1 * scale}, opacity=0.75,
        )  # fmt: skip
        figure.add_scatter(
            x=rows["x"].round(-2).tolist(), y=rows["y"].round(-2).tolist(), mode="markers", hoverinfo="text",
            hovertext=rows["said"].tolist(), name=f"{_(MODEL_NAMES[model])} ({len(rows)})",
            marker={"size": 6 * scale, "color": colour, "line": {"color": palette.PANEL, "width": 0.8 * scale}},
        )  # fmt: skip
    for is_over, name in ((False, _("hub")), (True, _("hub, overloaded"))):
        rows = hubs[hubs["is_overloaded"].eq(is_over)]
        if len(rows):
            figure.add_scatter(
                x=rows["x"].round(-2).tolist(), y=rows["y"].round(-2).tolist(), mode="markers", hoverinfo="text",
                hovertext=rows["said"].tolist(), name=f"{name} ({len(rows)})",
                marker={"size": 12 * scale, "symbol": "diamond", "color": palette.ZERO if is_over else palette.PANEL,
                        "line": {"color": palette.INK, "width": 1.6 * scale}},
            )  # fmt: skip
    return _on(ground, about, lang, notes, width_px, figure)


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.22)"


def _holes(numbers: Numbers) -> list[float | None]:
    return [None if np.isnan(one) else float(one) for one in numbers]


def window_of(boxes: Sequence[Bounds]) -> Bounds:
    """Return the window that shows all of some boxes, with a little room around."""
    west, south = (min(box[at] for box in boxes) for at in (0, 1))
    east, north = (max(box[at] for box in boxes) for at in (2, 3))
    play = _PLAY * max(east - west, north - south)
    return west - play, south - play, east + play, north + play


def places(
    ground: Ground,
    rows: pd.DataFrame,
    about: About,
    lang: Language,
    *,
    notes: Sequence[str] = (),
    width_px: int = WIDTH_PX,
) -> go.Figure:
    """
    Draw where alliances are led from; those of one city stand beside each other.

    Parameters
    ----------
    ground
        What it is drawn on.
    rows
        `x`, `y` (metres), `area_code`, `is_mental`, `basis` of the place, `said`.
    about, lang, notes, width_px
        As for every chart.
    """
    _, figure = translator(lang), go.Figure()
    x, y = _line((*ground.filled.values(), *ground.borders))
    figure.add_scatter(x=x, y=y, mode="lines", hoverinfo="skip", showlegend=False,
                       line={"color": palette.SECONDARY, "width": 0.7})  # fmt: skip
    nth = rows.groupby("area_code").cumcount().to_numpy("float64")
    away = _APART_M * np.sqrt(nth)
    spread = rows.assign(x=rows["x"] + away * np.cos(_GOLDEN * nth), y=rows["y"] + away * np.sin(_GOLDEN * nth))
    kinds = ((True, palette.ACCENT, _("mental health")), (False, palette.BANDS[5][1], _("other or all fields")))
    for is_mental, colour, name in kinds:
        for basis, symbol in (("printed", "circle"), ("inferred", "circle-open")):
            part = spread[spread["is_mental"].eq(is_mental) & spread["basis"].eq(basis)]
            if len(part):
                said = name if basis == "printed" else _("{name}, place inferred").format(name=name)
                figure.add_scatter(
                    x=part["x"].tolist(), y=part["y"].tolist(), mode="markers", hoverinfo="text",
                    hovertext=part["said"].tolist(), name=said,
                    marker={"size": 9, "symbol": symbol, "color": colour, "line": {"width": 1.5}},
                )  # fmt: skip
    return _on(ground, about, lang, notes, width_px, figure)


def timeline(
    rows: pd.DataFrame, about: About, lang: Language, *, notes: Sequence[str] = (), width_px: int = WIDTH_PX
) -> go.Figure:
    """
    Draw since when alliances exist, the oldest at the top.

    Parameters
    ----------
    rows
        `name`, `start` and `end` (ISO 8601 dates; equal where it is one date), `date_kind`, `is_mental`, `said`.
    about, lang, notes, width_px
        As for every chart.
    """
    _, figure = translator(lang), go.Figure()
    ordered = rows.sort_values(["start", "name"], kind="stable").reset_index(drop=True)
    names = [_two_lines(name) for name in ordered["name"]]
    for at, row in enumerate(ordered.to_dict("records")):
        if row["start"] != row["end"]:
            figure.add_scatter(x=[row["start"], row["end"]], y=[at, at], mode="lines", hoverinfo="skip",
                               showlegend=False, line={"color": palette.SECONDARY, "width": 3})  # fmt: skip
    for kind, symbol in _MARKS.items():
        part = ordered[ordered["date_kind"].eq(kind)]
        if len(part):
            colours = [palette.ACCENT if one else palette.BANDS[5][1] for one in part["is_mental"]]
            figure.add_scatter(
                x=part["start"].tolist(), y=part.index.tolist(), mode="markers", hoverinfo="text",
                hovertext=part["said"].tolist(), showlegend=False,
                marker={"size": 10, "symbol": symbol, "color": colours, "line": {"width": 1.5, "color": colours}},
            )  # fmt: skip
    figure.update_xaxes(type="date", showgrid=True, gridcolor=palette.RULE, side="top", nticks=max(3, width_px // 90))
    figure.update_yaxes(tickvals=list(range(len(names))), ticktext=names, autorange="reversed", showgrid=False,
                        tickfont={"size": SMALL_PX})  # fmt: skip
    plot_px = _ROW_PX * len(names) + 20
    drawn = dress(figure, about, lang, plot_px=plot_px, width_px=width_px, sides=(_NAME_PX + 8, 24), notes=notes)
    return drawn.update_layout(margin_t=drawn.layout.margin.t + 24, height=drawn.layout.height + 24)


def _two_lines(name: str) -> str:
    lines = break_lines(name, SMALL_PX, _NAME_PX)
    return "<br>".join(lines if len(lines) <= _LINES else [*lines[: _LINES - 1], f"{lines[_LINES - 1]}…"])
