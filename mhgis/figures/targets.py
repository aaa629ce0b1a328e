"""The chart of a target: what was seen of each area, and where today's pace would lead. Drawn with Plotly."""

from typing import Final

import pandas as pd
import plotly.graph_objects as go

from mhgis import formats
from mhgis.figures import palette
from mhgis.figures.charts import SMALL_PX, WIDTH_PX, dress, widest
from mhgis.i18n import Language, translator
from mhgis.indicators import Indicator
from mhgis.planning.targets import Target, Verdict
from mhgis.words.provenance import About

#: colours say whether an area makes it; the same everywhere on the page
COLOURS: Final[dict[Verdict, str]] = {
    "met": palette.CLUSTERS["high_high"],
    "will": palette.CLUSTERS["high_low"],
    "will_not": palette.CLUSTERS["low_low"],
    "cannot_tell": palette.NOT_REPORTED,
}
#: the axis ends at so many times the target or the highest value seen; what grows beyond leaves the chart
_HEADROOM: Final = 1.6
_PLOT_PX: Final = 380


def fan(
    lines: pd.DataFrame,
    judged: pd.DataFrame,
    target: Target,
    about: About,
    lang: Language,
    *,
    indicator: Indicator,
    names: dict[str, str],
    bold: str = "",
    width_px: int = WIDTH_PX,
) -> go.Figure:
    """
    Draw what was seen (solid) and what follows at today's pace (dashed), a line an area, with the target.

    Parameters
    ----------
    lines, judged, target
        Of `mhgis.planning.targets`.
    about, lang, indicator, width_px
        As for every chart.
    names
        Of the areas, by code.
    bold
        The area whose line is drawn strongly and named.
    """
    _, figure = translator(lang), go.Figure()
    carried_on = _("at today's pace")
    for code in sorted(judged.index, key=lambda one: one == bold):
        colour, width = COLOURS[judged.loc[code, "verdict"]], 3 if code == bold else 1.2
        for is_seen in (True, False):
            part = lines[lines["area_code"].eq(code) & lines["is_seen"].eq(is_seen)]
            if len(part):
                hover = [
                    f"{names[code]} · {year}: {formats.number(value, indicator.decimals)}"
                    + ("" if is_seen else f" ({carried_on})")
                    for year, value in zip(part["year"], part["value"], strict=True)
                ]
                figure.add_scatter(
                    x=part["year"].tolist(), y=part["value"].tolist(), mode="lines+markers" if is_seen else "lines",
                    line={"color": colour, "width": width, "dash": "solid" if is_seen else "dash"},
                    marker={"size": 6 if code == bold else 4}, hoverinfo="text", hovertext=hover,
                )  # fmt: skip
    known = lines[lines["is_seen"]]
    top = _HEADROOM * max([target.value, *known["value"].tolist()])
    first, last = int(known["year"].min()), target.year
    said = formats.number(target.value, indicator.decimals)
    figure.add_hline(y=target.value, line={"color": palette.INK, "width": 1.5})
    figure.add_annotation(
        x=first, y=target.value, xanchor="left", yanchor="bottom", showarrow=False,
        text=_("Target: {value} in {year}").format(value=said, year=target.year),
        font={"size": SMALL_PX, "color": palette.INK},
    )  # fmt: skip
    years = sorted({*known["year"].astype(int), last})
    figure.update_xaxes(tickvals=years, ticktext=[str(year) for year in years], range=[first - 0.3, last + 0.3])
    figure.update_yaxes(range=[0, top], nticks=6, tickformat=",")
    return dress(
        figure, about, lang, plot_px=_PLOT_PX, width_px=width_px, sides=(widest([formats.number(top)]) + 16, 24)
    )
