"""Charts of access: the curve of people by distance from care, with its range. Drawn with Plotly."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from mhgis import formats
from mhgis.figures import palette
from mhgis.figures.charts import SMALL_PX, WIDTH_PX, dress
from mhgis.i18n import Language, translator
from mhgis.words.provenance import About


def curve(
    rows: pd.DataFrame,
    about: About,
    lang: Language,
    *,
    threshold: float,
    unit: str,
    notes: Sequence[str] = (),
    width_px: int = WIDTH_PX,
) -> go.Figure:
    """
    Draw the share of people within each distance of care, its range as a band.

    Parameters
    ----------
    rows
        `distance`, `lower`, `value` (NaN where there is only a range), `upper`, in per cent of people.
    about, lang, notes, width_px
        As for every chart.
    threshold
        Drawn as a line.
    unit
        Of distances and of the threshold, as printed.
    """
    _, x = translator(lang), rows["distance"].tolist()
    upper, lower = rows["upper"].astype(float), rows["lower"].astype(float)
    figure = go.Figure()
    figure.add_scatter(x=x, y=upper.tolist(), mode="lines", line_width=0, hoverinfo="skip")
    figure.add_scatter(
        x=x, y=lower.tolist(), mode="lines", line_width=0, hoverinfo="skip", fill="tonexty",
        fillcolor="rgba(31, 95, 153, 0.25)",
    )  # fmt: skip
    words = [
        f"{formats.number(far)} {unit}: {formats.interval(low, high, 1, '%')}"
        for far, low, high in zip(x, lower, upper, strict=True)
    ]
    middle = rows["value"].astype("Float64").fillna((lower + upper) / 2)
    figure.add_scatter(
        x=x, y=middle.astype(float).tolist(), mode="lines", hoverinfo="text", hovertext=words,
        line={"color": palette.ACCENT, "width": 2 if rows["value"].notna().any() else 0},
    )  # fmt: skip
    if threshold <= x[-1]:
        figure.add_vline(x=threshold, line={"color": palette.INK, "width": 1.5, "dash": "dash"})
        figure.add_annotation(
            x=threshold, y=1, yref="paper", yanchor="bottom", showarrow=False,
            text=f"{formats.number(threshold)} {unit}", font={"size": SMALL_PX, "color": palette.INK},
        )  # fmt: skip
    figure.update_xaxes(range=[0, x[-1]], ticksuffix=f" {unit}", nticks=max(3, width_px // 110), tickangle=0)
    figure.update_yaxes(range=[0, 101], ticksuffix=" %", nticks=6)
    return dress(figure, about, lang, plot_px=260, width_px=width_px, sides=(48, 24), notes=notes)
