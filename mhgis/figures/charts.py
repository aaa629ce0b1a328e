"""
Charts for the screen, drawn with Plotly: a series over years, bars against a benchmark, a value among bands.

Each carries its title, unit, year, dataset and source in the figure itself, so that a saved picture still says them.
Maps are not drawn here: Plotly's geo traces ask another host for a world map.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from mhgis import formats
from mhgis.figures import fonts, palette
from mhgis.figures.text import is_wide, typed, words
from mhgis.i18n import N_, Language, translator
from mhgis.indicators import Bands, Indicator
from mhgis.status import KNOWN
from mhgis.words.provenance import About

#: for `st.plotly_chart(config=...)`: no tools over the figure, and nothing that moves by accident
CONFIG: Final = {"displayModeBar": False, "scrollZoom": False, "displaylogo": False}

#: pixels a figure is laid out for where its place is not known
WIDTH_PX: Final = 560
BODY_PX = 13
SMALL_PX = 12
_TITLE_PX = 16
_LINE = 1.35
_BAR_PX = 26
#: at most this part of a bar chart's width goes to the names of areas
_NAMES_SHARE = 0.34
#: how strongly the bands show behind a series
_GROUND_OPACITY = 0.16
#: browsers drop ordinary blanks at the start of a text
_GAP = "\u00a0" * 3
_CIRCLED = "①②③④⑤⑥⑦⑧⑨"

_MODELLED: Final = N_("Model estimate")
_IMPORTED: Final = N_("Imported · our own figures")

TEMPLATE: Final = go.layout.Template(
    layout={
        "font": {"family": fonts.STACK, "size": BODY_PX, "color": palette.INK},
        "colorway": [palette.ACCENT],
        "paper_bgcolor": palette.PANEL,
        "plot_bgcolor": palette.PANEL,
        "hoverlabel": {"bgcolor": palette.PANEL, "bordercolor": palette.RULE, "font": {"color": palette.INK}},
        "separators": ".,",
        "showlegend": False,
        "dragmode": False,
        "title": {"x": 0, "xref": "container", "xanchor": "left", "font": {"size": _TITLE_PX, "weight": 600}},
        "xaxis": {"showgrid": False, "zeroline": False, "linecolor": palette.RULE, "fixedrange": True},
        "yaxis": {"gridcolor": palette.RULE, "zeroline": False, "fixedrange": True},
    }
)


@dataclass(frozen=True)
class Break:
    """Two years between which what is counted changed, and why; figures of the two sides are never joined."""

    before: int
    after: int
    why: str


@dataclass(frozen=True)
class Mark:
    """A value that others are held against: a benchmark, with its name in the language of the figure."""

    value: float
    name: str


def trend(
    frame: pd.DataFrame,
    about: About,
    indicator: Indicator,
    lang: Language,
    *,
    bands: Bands | None = None,
    breaks: Sequence[Break] = (),
    width_px: int = WIDTH_PX,
) -> go.Figure:
    """
    Draw one value over the years.

    Parameters
    ----------
    frame
        One row a year: `year`, `value` (NA where not known), `status`.
    about, indicator, lang
        What is shown, how it is printed, in which language.
    bands
        Drawn behind the series, named at its right.
    breaks
        Years that must not be joined; each is a dotted line with a number, explained under the figure.
    width_px
        The width the text is broken for.

    Returns
    -------
    figure
        Known years joined by a line, a dotted one over years without a figure; those years are marked on the axis.
    """
    rows = frame.sort_values("year")
    known = rows[rows["status"].isin(KNOWN)]
    unknown = rows[~rows["status"].isin(KNOWN)]
    figure = go.Figure()
    for one, two in _joined(known, breaks):
        passes = unknown["year"].between(one["year"], two["year"]).any()
        line = {"color": palette.ACCENT, "width": 2.5, "dash": "dot" if passes else "solid"}
        x, y = [one["year"], two["year"]], [one["value"], two["value"]]
        figure.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip")
    # a rising line leaves room on the left of its point
    rising = {one["year"] for one, two in _joined(known, breaks) if two["value"] > one["value"]}
    figure.add_scatter(**_points(known, indicator, lang))
    figure.data[-1].textposition = ["top left" if year in rising else "top center" for year in known["year"]]
    figure.add_scatter(**_unknown_years(unknown, lang))
    top = float(known["value"].max()) * 1.2 if len(known) and known["value"].max() > 0 else 1.0
    years = [int(year) for year in rows["year"]]
    figure.update_xaxes(tickvals=years, ticktext=[str(year) for year in years], range=_span(years))
    figure.update_yaxes(range=[0, top], nticks=5, tickformat=",")
    if bands is not None:
        _draw_bands(figure, bands, top, lang)
    right = [translator(lang)(name) for name in bands.names] if bands else []
    notes = _draw_breaks(figure, breaks)
    sides = (widest([formats.number(top)]) + 16, widest(right) + 12)
    return dress(figure, about, lang, plot_px=240, width_px=width_px, sides=sides, notes=notes)


def _joined(known: pd.DataFrame, breaks: Sequence[Break]) -> list[tuple[Any, Any]]:
    """Return the pairs of neighbouring known years between which nothing changed in what is counted."""
    rows = [row for _, row in known.iterrows()]
    return [
        (one, two)
        for one, two in pairwise(rows)
        if not any(b.before < two["year"] and one["year"] < b.after for b in breaks)
    ]


def _points(known: pd.DataFrame, indicator: Indicator, lang: Language) -> dict[str, Any]:
    return {
        "x": known["year"].tolist(),
        "y": known["value"].astype(float).tolist(),
        "mode": "markers+text",
        "marker": {"size": 9, "color": [_colour(status) for status in known["status"]]},
        "text": [formats.number(value, indicator.decimals) for value in known["value"]],
        "cliponaxis": False,
        "hovertext": [
            f"{year}: {formats.value(value, indicator, lang)}"
            for year, value in zip(known["year"], known["value"], strict=True)
        ],
        "hoverinfo": "text",
    }


def _unknown_years(unknown: pd.DataFrame, lang: Language) -> dict[str, Any]:
    return {
        "x": unknown["year"].tolist(),
        "y": [0] * len(unknown),
        "mode": "markers+text",
        "marker": {"size": 9, "symbol": "x-thin", "line": {"width": 2, "color": palette.SECONDARY}},
        "text": [formats.status_word(status, lang) for status in unknown["status"]],
        "textposition": "top center",
        "textfont": {"color": palette.SECONDARY, "size": SMALL_PX},
        "cliponaxis": False,
        "hoverinfo": "text",
        "hovertext": [
            f"{year}: {formats.status_word(status, lang)}"
            for year, status in zip(unknown["year"], unknown["status"], strict=True)
        ],
    }


def _span(years: Sequence[int]) -> list[float]:
    if not years:
        return [0, 1]
    span = max(years) - min(years)
    # room for the first label on the left
    return [min(years) - max(1.0, span * 0.14), max(years) + max(1.0, span * 0.06)]


def _draw_bands(figure: go.Figure, bands: Bands, top: float, lang: Language) -> None:
    _ = translator(lang)
    bounds = [0.0, *(edge for edge in bands.edges if edge < top), top]
    shades = palette.colours("bands", len(bands.names))
    for i, (low, high) in enumerate(pairwise(bounds)):
        figure.add_hrect(y0=low, y1=high, fillcolor=shades[i], opacity=_GROUND_OPACITY, line_width=0, layer="below")
        if high - low > top / 12:  # a thinner strip has no room for a name
            figure.add_annotation(
                x=1, xref="paper", xanchor="left", xshift=4, y=(low + high) / 2, showarrow=False,
                text=_(bands.names[i]), font={"size": SMALL_PX, "color": palette.SECONDARY},
            )  # fmt: skip


def _draw_breaks(figure: go.Figure, breaks: Sequence[Break]) -> list[str]:
    notes = []
    for sign, found in zip(_CIRCLED, breaks, strict=False):
        middle = (found.before + found.after) / 2
        figure.add_vline(x=middle, line={"color": palette.SECONDARY, "width": 1, "dash": "dot"})
        figure.add_annotation(
            x=middle, y=1, yref="paper", yanchor="bottom", text=sign, showarrow=False,
            font={"color": palette.SECONDARY},
        )  # fmt: skip
        notes.append(f"{sign} {found.before} | {found.after}: {found.why}")
    return notes


def bars_with_benchmark(
    frame: pd.DataFrame,
    about: About,
    indicator: Indicator,
    lang: Language,
    *,
    benchmark: Mark | None = None,
    width_px: int = WIDTH_PX,
) -> go.Figure:
    """
    Draw a bar an area, in the order given, against a benchmark.

    Parameters
    ----------
    frame
        One row an area, the first on top: `name` (in the language of the figure), `value` (NA where not known),
        `status`; for modelled values `lower` and `upper`, drawn as a whisker.
    about, indicator, lang
        What is shown, how it is printed, in which language.
    benchmark
        Drawn as a line with its name and value.
    width_px
        The width the text is broken for.

    Returns
    -------
    figure
        Zero is a mark of its own colour at the axis; an area without a number has no bar but the word for its status.
    """
    known = frame["status"].isin(KNOWN)
    places = list(range(len(frame)))
    # an area without a number has no bar at all, so that it is not taken for zero
    figure = go.Figure(go.Bar(**_bars(frame[known], [p for p, k in zip(places, known, strict=True) if k], indicator)))
    figure.add_scatter(**_words_at_bars(frame, indicator, lang))
    zero = [p for p, s, v in zip(places, frame["status"], frame["value"], strict=True) if s in KNOWN and v == 0]
    figure.add_scatter(
        x=[0] * len(zero), y=zero, mode="markers", hoverinfo="skip", cliponaxis=False,
        marker={"symbol": "diamond", "size": 11, "color": palette.ZERO},
    )  # fmt: skip
    names = [break_lines(str(name), BODY_PX, round(width_px * _NAMES_SHARE)) for name in frame["name"]]
    figure.update_yaxes(
        tickvals=places, ticktext=["<br>".join(lines) for lines in names], autorange=False,
        range=[len(frame) - 0.5, -0.5], showgrid=False, ticks="", ticklabelstandoff=8,
    )  # fmt: skip
    figure.update_xaxes(range=[0, _top(frame, benchmark) * 1.18], nticks=max(3, width_px // 110), tickformat=",",
                        tickangle=0, showgrid=True, gridcolor=palette.RULE)  # fmt: skip
    if benchmark is not None:
        _draw_mark(figure, benchmark, indicator)
    sides = (widest([line for lines in names for line in lines]) + 20, 24)
    row_px = _BAR_PX if all(len(lines) == 1 for lines in names) else _BAR_PX * 1.4
    plot_px = round(row_px * max(1, len(frame)) + 24)
    return dress(figure, about, lang, plot_px=plot_px, width_px=width_px, sides=sides)


def _bars(known: pd.DataFrame, places: list[int], indicator: Indicator) -> dict[str, Any]:
    values = known["value"].astype(float)
    texts = [formats.number(value, indicator.decimals) for value in values]
    bars: dict[str, Any] = {
        "x": values.tolist(),
        "y": places,
        "orientation": "h",
        "width": 0.66,
        "marker": {"color": [_colour(status) for status in known["status"]]},
        "hovertext": [f"{typed(n)}: {t}" for n, t in zip(known["name"], texts, strict=True)],
        "hoverinfo": "text",
    }
    if {"lower", "upper"} <= set(known.columns):
        upper, lower = known["upper"].astype(float), known["lower"].astype(float)
        bars["error_x"] = {
            "type": "data", "symmetric": False, "array": (upper - values).tolist(),
            "arrayminus": (values - lower).tolist(), "color": palette.INK, "thickness": 1.2, "width": 3,
        }  # fmt: skip
    return bars


def _words_at_bars(frame: pd.DataFrame, indicator: Indicator, lang: Language) -> dict[str, Any]:
    # a number stands after its whisker where there is one, so that it never lies under it
    known = frame["status"].isin(KNOWN)
    ends = frame[[name for name in ("value", "upper") if name in frame.columns]].astype("Float64").max(axis=1)
    texts = [
        formats.number(value, indicator.decimals if value else 0) if is_known else formats.status_word(status, lang)
        for value, status, is_known in zip(frame["value"], frame["status"], known, strict=True)
    ]
    return {
        "x": ends.where(known, 0).astype(float).tolist(),
        "y": list(range(len(frame))),
        "mode": "text",
        "text": [f"{_GAP}{text}" for text in texts],
        "textposition": "middle right",
        "textfont": {"color": [palette.INK if is_known else palette.SECONDARY for is_known in known]},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _top(frame: pd.DataFrame, benchmark: Mark | None) -> float:
    columns = [name for name in ("value", "upper") if name in frame.columns]
    highest = [float(frame[name].max()) for name in columns if frame[name].notna().any()]
    return max([*highest, benchmark.value if benchmark else 0.0]) or 1.0


def _draw_mark(figure: go.Figure, mark: Mark, indicator: Indicator) -> None:
    figure.add_vline(x=mark.value, line={"color": palette.INK, "width": 1.5, "dash": "dash"})
    figure.add_annotation(
        x=mark.value, y=1, yref="paper", yanchor="bottom", showarrow=False, xanchor="center",
        text=f"{typed(mark.name)} {formats.number(mark.value, indicator.decimals)}",
        font={"size": SMALL_PX, "color": palette.INK},
    )  # fmt: skip


def bullet(
    value: float | None,
    status: str,
    bands: Bands,
    about: About,
    indicator: Indicator,
    *,
    lang: Language,
    benchmark: Mark | None = None,
    interval: tuple[float, float] | None = None,
    width_px: int = WIDTH_PX,
) -> go.Figure:
    """
    Draw one value among the bands it is judged by.

    Parameters
    ----------
    value, status
        What is known of the area; no marker is drawn where the status carries no number.
    bands
        Coloured strips from the lowest up; the last is open and drawn a quarter longer than its lower edge.
    about, indicator, lang
        What is shown, how it is printed, in which language.
    benchmark
        A second, thinner mark with its name.
    interval
        The range of a modelled value, drawn as a line through the marker.
    width_px
        The width the text is broken for.
    """
    shades = palette.colours("bands", len(bands.names))
    end = max(
        bands.edges[-1] * 1.25, (value or 0) * 1.05 if status in KNOWN else 0, benchmark.value if benchmark else 0
    )
    bounds = [0.0, *bands.edges, end]
    figure = go.Figure()
    for i, (low, high) in enumerate(pairwise(bounds)):
        figure.add_shape(type="rect", x0=low, x1=high, y0=0, y1=1, fillcolor=shades[i], line_width=0, layer="below")
    if interval is not None and status in KNOWN:
        figure.add_shape(type="line", x0=interval[0], x1=interval[1], y0=0.5, y1=0.5, line_width=2,
                         line_color=palette.INK)  # fmt: skip
    if benchmark is not None:
        figure.add_shape(type="line", x0=benchmark.value, x1=benchmark.value, y0=-0.1, y1=1.1,
                         line={"color": palette.INK, "width": 1.5, "dash": "dash"})  # fmt: skip
    figure.add_scatter(**_pointer(value, status, indicator, lang))
    figure.update_yaxes(visible=False, range=[-0.15, 1.15])
    figure.update_xaxes(range=[0, end], tickvals=[0, *bands.edges], showline=False, tickformat=",")
    notes = [f"{benchmark.name}: {formats.value(benchmark.value, indicator, lang)}"] if benchmark else []
    return dress(figure, about, lang, plot_px=56, width_px=width_px, notes=notes)


def _pointer(value: float | None, status: str, indicator: Indicator, lang: Language) -> dict[str, Any]:
    shown = [] if status not in KNOWN or value is None or formats.is_missing(value) else [float(value)]
    return {
        "x": shown,
        "y": [0.5] * len(shown),
        "mode": "markers",
        "cliponaxis": False,
        "marker": {"symbol": "line-ns", "size": 34, "line": {"width": 5, "color": palette.INK}},
        "hovertext": [formats.value(number, indicator, lang) for number in shown],
        "hoverinfo": "text",
    }


def _colour(status: str) -> str:
    return palette.ZERO if status == "zero" else palette.ACCENT


def dress(
    figure: go.Figure,
    about: About,
    lang: Language,
    *,
    plot_px: int,
    width_px: int,
    sides: tuple[int, int] = (8, 24),
    notes: Sequence[str] = (),
) -> go.Figure:
    """Give a figure its title above and, in small type below, what it shows and where that comes from."""
    _ = translator(lang)
    head = " · ".join(
        part
        for part in (about.unit, "" if about.year is None else str(about.year), about.named)
        if part
    )  # fmt: skip
    if about.is_modelled or about.is_imported:
        head = f"{_(_MODELLED if about.is_modelled else _IMPORTED)} · {head}"
    title, subtitle = break_lines(about.title, _TITLE_PX, width_px), break_lines(head, SMALL_PX, width_px)
    foot = [line for text in (*notes, _counts(about, lang), about.source_line(lang), *about.warnings)
            for line in break_lines(text, SMALL_PX, width_px)]  # fmt: skip
    top = round(len(title) * _TITLE_PX * _LINE + len(subtitle) * SMALL_PX * _LINE + 34)
    bottom = round(len(foot) * SMALL_PX * _LINE + 40)
    colour = palette.SECONDARY
    if about.is_modelled or about.is_imported:
        colour = palette.badge(is_imported=not about.is_modelled).text
    figure.update_layout(
        template=TEMPLATE,
        title={
            "text": "<br>".join(title), "yref": "container", "y": 1, "yanchor": "top",
            # plotly sets the middle of a title about where its first line belongs
            "pad": {"t": round(8 + (len(title) - 1) * _TITLE_PX * _LINE * 0.6)},
            "subtitle": {"text": "<br>".join(subtitle), "font": {"size": SMALL_PX, "color": colour}},
        },
        margin={"l": sides[0], "r": sides[1], "t": top, "b": bottom},
        height=top + plot_px + bottom,
    )  # fmt: skip
    figure.add_annotation(
        x=0, xref="paper", xanchor="left", y=0, yref="paper", yanchor="top", xshift=4 - sides[0], yshift=-34,
        align="left", showarrow=False, text="<br>".join(foot), font={"size": SMALL_PX, "color": palette.SECONDARY},
    )  # fmt: skip
    return figure


def _counts(about: About, lang: Language) -> str:
    return about.unknown_line(lang) if about.n > 1 else ""


def break_lines(text: str, size_px: int, width_px: int) -> list[str]:
    """Break a text where a browser would, by the width of its characters; each line is shown as it was typed."""
    room = max(8, math.floor(width_px / size_px * 1.8))
    lines, line, used = [], "", 0
    for word in words(formats.visible(text)):
        width = sum(2 if is_wide(c) else 1 for c in word)
        if line and used + width > room:
            lines.append(line.rstrip())
            line, used = "", 0
        line, used = line + word, used + width
    return [typed(part) for part in (*lines, line.rstrip()) if part]


def widest(texts: Sequence[str]) -> int:
    """Return about how many pixels the widest of some texts takes in the size of the body."""
    return round(max((sum(2 if is_wide(c) else 1.15 for c in text) for text in texts), default=0) * BODY_PX / 2)
