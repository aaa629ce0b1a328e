"""
Charts that hold an area against others: benchmarks as dots, countries with the areas among them, and a funnel.

Drawn with Plotly, dressed like every chart: title, unit, year, dataset, source and warnings stand in the figure.
"""

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from mhgis import formats
from mhgis.figures import palette
from mhgis.figures.charts import BODY_PX, SMALL_PX, WIDTH_PX, break_lines, dress, widest
from mhgis.figures.text import typed
from mhgis.i18n import Language, translator
from mhgis.indicators import Indicator
from mhgis.words.provenance import About

_ROW_PX: Final = 30
_RUNG_PX: Final = 17
#: at most this part of the width goes to names
_NAMES_SHARE: Final = 0.55
#: a number takes so much of the axis, at the width of a phone
_NUMBER_SHARE: Final = 0.16

_OUTCOME_COLOURS: Final = {"below": palette.ZERO, "above": palette.ACCENT, "cannot_tell": palette.SECONDARY}


def dots_against(
    rows: pd.DataFrame,
    mine: tuple[str, float, float | None, float | None] | None,
    about: About,
    indicator: Indicator,
    lang: Language,
    *,
    notes: Sequence[str] = (),
    width_px: int = WIDTH_PX,
) -> go.Figure:
    """
    Draw benchmarks as dots, one a row, and the area as a line with its interval across all of them.

    Parameters
    ----------
    rows
        One row a benchmark, the first on top: `name`, `value`, `is_like` (one that counts something else is hollow),
        `outcome` (of the area; NA where it is unknown).
    mine
        Name, value and interval of the area; None where its value is not known.
    about, indicator, lang
        What is shown, how it is printed, in which language.
    notes
        Sentences under the figure: what hollow dots count, and the like.
    width_px
        The width the text is broken for.
    """
    places = list(range(len(rows)))
    names = [break_lines(str(name), BODY_PX, round(width_px * _NAMES_SHARE)) for name in rows["name"]]
    colours = [_OUTCOME_COLOURS.get(str(outcome), palette.SECONDARY) for outcome in rows["outcome"]]
    texts = [formats.number(value, indicator.decimals) for value in rows["value"]]
    figure = go.Figure()
    if mine is not None:
        _draw_area(figure, mine, indicator)
    top = max([*rows["value"].astype(float), *([mine[1]] if mine else [])], default=1.0) or 1.0
    figure.add_scatter(
        x=rows["value"].astype(float).tolist(), y=places, mode="markers+text", cliponaxis=False,
        marker={
            "size": 11, "color": colours, "line": {"width": 2, "color": colours},
            "symbol": ["circle" if like else "circle-open" for like in rows["is_like"]],
        },
        text=[f"  {text}  " for text in texts], hoverinfo="text",
        textposition=[_beside(float(value), mine, top) for value in rows["value"]],
        hovertext=[f"{typed(name)}: {text}" for name, text in zip(rows["name"], texts, strict=True)],
    )  # fmt: skip
    _names_at_rows(figure, names, places)
    figure.update_xaxes(range=[0, top * 1.2], nticks=max(3, width_px // 110), tickformat=",", tickangle=0,
                        showgrid=True, gridcolor=palette.RULE)  # fmt: skip
    row_px = max(_ROW_PX, 18 * max((len(lines) for lines in names), default=1) + 6)
    sides = (widest([line for lines in names for line in lines]) + 20, 24)
    return dress(
        figure, about, lang, plot_px=round(row_px * max(1, len(rows)) + 28), width_px=width_px, sides=sides, notes=notes
    )


def _beside(value: float, mine: tuple[str, float, float | None, float | None] | None, top: float) -> str:
    # a number to the right of its dot would be crossed by the area's line a little further on
    is_crossed = mine is not None and 0 <= mine[1] - value < _NUMBER_SHARE * top
    return "middle left" if is_crossed and value > _NUMBER_SHARE * top else "middle right"


def _draw_area(figure: go.Figure, mine: tuple[str, float, float | None, float | None], indicator: Indicator) -> None:
    name, value, lower, upper = mine
    if lower is not None and upper is not None:
        figure.add_vrect(x0=lower, x1=upper, fillcolor=palette.INK, opacity=0.14, line_width=0, layer="below")
    # under the numbers beside the dots, for one of them may stand on it
    figure.add_vline(x=value, line={"color": palette.INK, "width": 2}, layer="below")
    figure.add_annotation(
        x=value, y=1, yref="paper", yanchor="bottom", showarrow=False, xanchor="center",
        text=f"<b>{typed(name)} {formats.number(value, indicator.decimals)}</b>",
        font={"size": SMALL_PX, "color": palette.INK},
    )  # fmt: skip


def _names_at_rows(figure: go.Figure, names: Sequence[Sequence[str]], places: Sequence[int]) -> None:
    figure.update_yaxes(
        tickvals=places, ticktext=["<br>".join(lines) for lines in names], autorange=False, ticks="",
        range=[len(places) - 0.5, -0.5], showgrid=True, gridcolor=palette.RULE, ticklabelstandoff=8,
    )  # fmt: skip


def ladder(
    rows: pd.DataFrame,
    about: About,
    indicator: Indicator,
    lang: Language,
    *,
    notes: Sequence[str] = (),
    width_px: int = WIDTH_PX,
) -> go.Figure:
    """
    Draw countries and areas as one ladder, the highest on top.

    Parameters
    ----------
    rows
        In order: `name`, `value`, `kind` (`country` for a foreign one, `area`, `mine` for the one looked at).
    about, indicator, lang, notes, width_px
        As in `dots_against`.
    """
    colours = {"country": palette.SECONDARY, "area": palette.ACCENT, "mine": palette.ZERO}
    places = list(range(len(rows)))
    figure = go.Figure()
    for kind, symbol in (("country", "circle-open"), ("area", "circle"), ("mine", "diamond")):
        of_kind = [place for place, other in zip(places, rows["kind"], strict=True) if other == kind]
        shown = rows.iloc[of_kind]
        texts = [formats.number(value, indicator.decimals) for value in shown["value"]]
        figure.add_scatter(
            x=shown["value"].astype(float).tolist(), y=of_kind, mode="markers+text", cliponaxis=False,
            marker={"size": 9, "color": colours[kind], "symbol": symbol, "line_width": 1.5},
            text=[f"  {text}" for text in texts], textposition="middle right",
            textfont={"size": SMALL_PX, "color": palette.INK}, hoverinfo="text",
            hovertext=[f"{typed(n)}: {t}" for n, t in zip(shown["name"], texts, strict=True)],
        )  # fmt: skip
    written = [
        f"<b>{typed(name)}</b>" if kind == "mine" else
        f"<span style='color:{colours[kind]}'>{typed(name)}</span>"
        for name, kind in zip(rows["name"], rows["kind"], strict=True)
    ]  # fmt: skip
    _names_at_rows(figure, [[text] for text in written], places)
    figure.update_yaxes(tickfont={"size": SMALL_PX})
    figure.update_xaxes(range=[0, float(rows["value"].max()) * 1.15 if len(rows) else 1], nticks=6, tickformat=",",
                        showgrid=True, gridcolor=palette.RULE)  # fmt: skip
    sides = (widest([str(name) for name in rows["name"]]) + 16, 24)
    plot_px = _RUNG_PX * max(1, len(rows)) + 24
    return dress(figure, about, lang, plot_px=plot_px, width_px=width_px, sides=sides, notes=notes)


def funnel(
    rows: pd.DataFrame,
    limits: pd.DataFrame,
    about: About,
    indicator: Indicator,
    lang: Language,
    *,
    rate: float,
    notes: Sequence[str] = (),
    width_px: int = WIDTH_PX,
) -> go.Figure:
    """
    Draw areas by their people and their rate, in the funnel within which all would lie if they had one rate.

    Parameters
    ----------
    rows
        `name`, `people`, `value`, `kind` (`area`, or `mine` for the one looked at), `is_named` (written beside its
        point).
    limits
        `people` in ascending order, and `lower_95`, `upper_95`, `lower_998`, `upper_998`.
    about, indicator, lang, notes, width_px
        As in `dots_against`.
    rate
        The common rate, drawn as a line.
    """
    _ = translator(lang)
    figure = go.Figure()
    millions = (limits["people"].astype(float) / 1e6).tolist()
    for share, dash in (("998", "dot"), ("95", "solid")):
        for side in ("lower", "upper"):
            figure.add_scatter(
                x=millions, y=limits[f"{side}_{share}"].astype(float).tolist(), mode="lines", hoverinfo="skip",
                line={"color": palette.SECONDARY, "width": 1, "dash": dash},
            )  # fmt: skip
    figure.add_hline(y=rate, line={"color": palette.INK, "width": 1, "dash": "dash"})
    figure.add_scatter(**_points(rows, indicator))
    top = max(float(rows["value"].max()), rate) * 1.12
    figure.update_yaxes(range=[0, top], tickformat=",", nticks=6)
    figure.update_xaxes(range=[0, max(millions) * 1.06], tickformat=",", title={
        "text": _("Million people"), "font": {"size": SMALL_PX}, "standoff": 4,
    })  # fmt: skip
    return dress(figure, about, lang, plot_px=360, width_px=width_px, sides=(48, 24), notes=("", *notes))


def _points(rows: pd.DataFrame, indicator: Indicator) -> dict[str, Any]:
    mine = rows["kind"].eq("mine")
    return {
        "x": (rows["people"].astype(float) / 1e6).tolist(),
        "y": rows["value"].astype(float).tolist(),
        "mode": "markers+text",
        "cliponaxis": False,
        "marker": {
            "size": [12 if one else 8 for one in mine],
            "symbol": ["diamond" if one else "circle" for one in mine],
            "color": [palette.ZERO if one else palette.ACCENT for one in mine],
        },
        "text": [f" {typed(name)}" if named else "" for name, named in
                 zip(rows["name"], rows["is_named"], strict=True)],
        "textposition": "top center",
        "textfont": {"size": SMALL_PX},
        "hoverinfo": "text",
        "hovertext": [
            f"{typed(name)}: {formats.number(value, indicator.decimals)}"
            for name, value in zip(rows["name"], rows["value"], strict=True)
        ],
    }  # fmt: skip
