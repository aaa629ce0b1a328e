"""Charts of inequality and clusters: Lorenz curves, and each area against its neighbours. Drawn with Plotly."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mhgis.figures import palette
from mhgis.figures.charts import SMALL_PX, WIDTH_PX, dress
from mhgis.figures.text import typed
from mhgis.i18n import Language, translator
from mhgis.measures.clusters import LABELS
from mhgis.words.provenance import About

#: per cent of units; a curve below it lies too near to the axis for its name
_ON_THE_AXIS = 8


def lorenz(
    curves: Mapping[str, pd.DataFrame],
    about: About,
    lang: Language,
    *,
    notes: Sequence[str] = (),
    width_px: int = WIDTH_PX,
) -> go.Figure:
    """
    Draw Lorenz curves: the share of units that the areas with the lowest rates hold together.

    Parameters
    ----------
    curves
        By name, in the language of the figure: `share_of_weight`, `share_of_units`, from 0 to 1.
    about, lang, notes, width_px
        As for every chart.
    """
    figure = go.Figure()
    figure.add_scatter(x=[0, 100], y=[0, 100], mode="lines", hoverinfo="skip",
                       line={"color": palette.SECONDARY, "width": 1, "dash": "dot"})  # fmt: skip
    places = ((0.55, palette.ACCENT), (0.8, palette.BANDS[5][1]))
    for (name, curve), (at, colour) in zip(curves.items(), places, strict=False):
        x, y = 100 * curve["share_of_weight"].astype(float), 100 * curve["share_of_units"].astype(float)
        figure.add_scatter(x=x.to_numpy(), y=y.to_numpy(), mode="lines", line={"color": colour, "width": 2.5},
                           hovertemplate="%{x:.0f} % → %{y:.0f} %<extra></extra>")  # fmt: skip
        if len(x):
            nearest = int((x - 100 * at).abs().to_numpy().argmin())
            # under a curve that lies on the axis the name would stand on the ticks
            anchor = "bottom" if y.iloc[nearest] < _ON_THE_AXIS else "top"
            figure.add_annotation(
                x=float(x.iloc[nearest]), y=float(y.iloc[nearest]), text=f"<b>{typed(name)}</b>",
                showarrow=False, xanchor="left", yanchor=anchor, xshift=6, font={"size": SMALL_PX, "color": colour},
            )  # fmt: skip
    figure.update_xaxes(range=[0, 100], ticksuffix=" %", nticks=6)
    figure.update_yaxes(range=[0, 100], ticksuffix=" %", nticks=6)
    return dress(figure, about, lang, plot_px=320, width_px=width_px, sides=(52, 24), notes=notes)


def moran_scatter(
    rows: pd.DataFrame,
    about: About,
    lang: Language,
    *,
    selected: str = "",
    notes: Sequence[str] = (),
    width_px: int = WIDTH_PX,
) -> go.Figure:
    """
    Draw each area's score against the mean of its neighbours, in the colours of the clusters on the map.

    Parameters
    ----------
    rows
        `area_code`, `name`, `score`, `lag`, `cluster`; areas without a score are left out.
    selected
        Code of the area that is ringed; empty for none.
    about, lang, notes, width_px
        As for every chart.
    """
    _, known = translator(lang), rows.dropna(subset=["score", "lag"])
    figure = go.Figure()
    for cluster, part in known.groupby("cluster", sort=True):
        label = _(LABELS[str(cluster)])
        figure.add_scatter(
            x=part["score"].to_numpy("float64"), y=part["lag"].to_numpy("float64"), mode="markers",
            marker={
                "size": np.where(part["area_code"].eq(selected), 14, 7),
                "color": palette.GROUPS[str(cluster)], "line": {"width": 1, "color": palette.SECONDARY},
            },
            hovertext=np.array([f"{typed(name)}: {label}" for name in part["name"]]), hoverinfo="text",
            customdata=part["area_code"].to_numpy(object), selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 1}},
        )  # fmt: skip
    figure.add_hline(y=0, line={"color": palette.SECONDARY, "width": 1})
    figure.add_vline(x=0, line={"color": palette.SECONDARY, "width": 1})
    figure.update_xaxes(nticks=7)
    figure.update_yaxes(nticks=7)
    axes = _("Across: own value, in standard deviations from the mean. Up: the mean of the neighbours.")
    return dress(figure, about, lang, plot_px=320, width_px=width_px, sides=(48, 24), notes=[axes, *notes])
