"""
The brief of one area: all that is told of it on one A4 page, as PDF, to be laid on a table.

Text stays text, fonts are inside, the same area gives the same bytes at every run; what a model says is marked across
the page. Holds no figures of its own: numbers come in as lines and words.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Patch, Polygon, Rectangle
from matplotlib.path import Path

from mhgis import formats
from mhgis.figures import page, palette, static_map
from mhgis.figures.outline import Outline
from mhgis.figures.page import Type
from mhgis.i18n import Language, translator
from mhgis.words.profile import Line
from mhgis.words.provenance import About

#: A4, inches
WIDTH, HEIGHT = 8.27, 11.69
_MARGIN = 0.55
_ROOM = WIDTH - 2 * _MARGIN
_MAP_WIDTH, _MAP_HEIGHT = 2.6, 1.75
_GUTTER = 0.25
#: points
_TITLE, _HEAD, _BODY, _SMALL, _FINE = 16, 10.5, 8.5, 7.5, 6.5
_ROW = 0.225
#: a row with a line of small type under it
_BY_TWO = 1.2
_A_LINE = 0.3
_BULLET_WIDTH, _BULLET_HEIGHT = 1.3, 0.09
#: a bullet's scale goes this far beyond what it shows
_BEYOND = 1.08
_NEAR = palette.SEQUENTIAL[5][0]
_WATERMARK = 64


@dataclass(frozen=True, eq=False)
class Table:
    """A small table: headings and cells as printed, the first column being names."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class Brief:
    """
    What goes on the page.

    Attributes
    ----------
    title, where, dataset
        The headline, where the area lies, the title of the dataset; in the language of the page.
    lines, values, compared
        The indicators; of each the value and its range as printed, and what it is compared with.
    heads
        Headings of `values` and of each column of `compared`.
    facts
        What kind of area it is: name, value.
    tables
        People, neighbours, history: each may be empty.
    unknown
        What is not known, in sentences, under `unknown_title`.
    notes
        Small type under the indicators.
    boundary_note
        What the borders are.
    """

    about: About
    lang: Language
    title: str
    where: str
    dataset: str
    lines: tuple[Line, ...]
    values: tuple[tuple[str, str], ...]
    compared: tuple[tuple[str, ...], ...]
    heads: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    unknown_title: str
    unknown: tuple[str, ...]
    notes: tuple[str, ...] = ()
    boundary_note: str = ""

    def text(self) -> str:
        """Return every character of the page, so that the fonts can be cut to it."""
        _ = translator(self.lang)
        names = [_(line.indicator.name) + _(line.indicator.unit) for line in self.lines]
        cells = [cell for row in (*self.compared, *self.values) for cell in row]
        tables = [cell for t in self.tables for row in ((t.title,), t.heads, *t.rows) for cell in row]
        plain = (self.title, self.where, self.dataset, self.unknown_title, self.boundary_note, self.about.title)
        facts = [cell for fact in self.facts for cell in fact]
        said = (*plain, *names, *cells, *self.heads, *facts, *tables, *self.unknown, *self.notes)
        return "".join([*said, *_foot_texts(self), _badge(self), _mark(self), _more(0, self.lang)])


@dataclass(frozen=True, eq=False)
class _Sheet:
    """The page while it is drawn."""

    figure: Figure
    fonts: Type

    def write(self, x: float, y: float, text: str, size: float, **style: Any) -> None:  # noqa: ANN401
        """Write one line; `weight` 600 for semibold."""
        font = self.fonts.font(size, style.pop("weight", 400))
        page.write(self.figure, x, y, text, font, **style)

    def block(self, x: float, y: float, text: str, size: float, room: float, **style: Any) -> float:  # noqa: ANN401
        """Write a text broken to `room` inches; return where the next would start."""
        font = self.fonts.font(size, style.pop("weight", 400))
        return page.write_lines(self.figure, x, y, page.wrap(text, font, room), font, **style)

    def add(self, shape: type[Patch], *at: Any, **look: Any) -> None:  # noqa: ANN401
        """Draw a shape whose numbers are inches from the bottom left."""
        self.figure.add_artist(shape(*at, transform=self.figure.dpi_scale_trans, **look))

    def rule(self, y: float, x: float = _MARGIN, width: float = _ROOM) -> None:
        """Draw a hairline."""
        self.add(Rectangle, (x, y), width, 0.006, facecolor=palette.RULE)


def render(brief: Brief, outline: Outline) -> bytes:
    """
    Draw the page and return the PDF.

    Parameters
    ----------
    brief
        What is said.
    outline
        Where the area lies.
    """
    with static_map.drawing():
        figure = Figure(figsize=(WIDTH, HEIGHT), facecolor=palette.PANEL)
        sheet = _Sheet(figure, page.type_for(brief.text()))
        y = _head(sheet, brief)
        y = min(_map(sheet, y, outline), _beside(sheet, brief, y)) - 0.15
        y = _indicators(sheet, brief, y)
        foot = _foot(sheet, brief)
        for below, table in zip(reversed(range(len(brief.tables))), brief.tables, strict=True):
            # each table to come needs a line at least, to say where it is
            y = _table(sheet, table, y - 0.12, foot + below * _A_LINE, brief.lang)
        if brief.about.is_modelled:
            sheet.write(
                WIDTH / 2, HEIGHT / 2, _mark(brief), _WATERMARK, weight=600, color=palette.MODELLED_EDGE, alpha=0.25,
                rotation=52, ha="center", va="center", zorder=5,
            )  # fmt: skip
        file = io.BytesIO()
        said = {"CreationDate": None, "Creator": "mhgis", "Producer": None, "Title": brief.title}
        figure.savefig(file, format="pdf", metadata=said)
    return file.getvalue()


def _badge(brief: Brief) -> str:
    return translator(brief.lang)(static_map.MODELLED_BADGE) if brief.about.is_modelled else ""


def _mark(brief: Brief) -> str:
    return translator(brief.lang)(static_map.MODELLED_MARK) if brief.about.is_modelled else ""


def _head(sheet: _Sheet, brief: Brief) -> float:
    y = sheet.block(_MARGIN, HEIGHT - 0.5, brief.title, _TITLE, _ROOM, weight=600)
    line = f"{brief.where} · {brief.dataset}"
    y = sheet.block(_MARGIN, y - 0.02, line, _BODY, _ROOM, color=palette.SECONDARY)
    if brief.about.is_modelled:
        badge = _badge(brief)
        width = page.width_of(badge, sheet.fonts.font(_BODY)) + 0.24
        sheet.add(
            FancyBboxPatch, (_MARGIN, y - 0.25), width, 0.2, boxstyle="round,pad=0,rounding_size=0.1",
            facecolor=palette.MODELLED_GROUND, edgecolor=palette.MODELLED_EDGE, linestyle=(0, (3, 2)), linewidth=0.9,
        )  # fmt: skip
        sheet.write(_MARGIN + 0.12, y - 0.15, badge, _BODY, color=palette.MODELLED_TEXT, va="center")
        y -= 0.3
    return y - 0.12


def _map(sheet: _Sheet, top: float, outline: Outline) -> float:
    west, south, east, north = outline.box
    scale = min(_MAP_WIDTH / (east - west), _MAP_HEIGHT / (north - south))
    width, height = scale * (east - west), scale * (north - south)
    axes = sheet.figure.add_axes((_MARGIN / WIDTH, (top - height) / HEIGHT, width / WIDTH, height / HEIGHT))
    axes.set_axis_off()
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    places = dict(zip(outline.shapes.codes, outline.shapes.paths, strict=True))
    for codes, colour in outline.groups():
        _collect(axes, [places[code] for code in codes], facecolor=colour, edgecolor=palette.PANEL, linewidth=0.4)
    _collect(axes, outline.shapes.lines, facecolor="none", edgecolor=palette.SECONDARY, linewidth=0.5)
    if outline.is_small:
        x, y = outline.middle
        axes.plot([x], [y], marker="o", markersize=9, markerfacecolor="none", markeredgecolor=palette.ACCENT,
                  markeredgewidth=1.4)  # fmt: skip
    return top - height


def _collect(axes: Any, paths: Sequence[Path], **look: Any) -> None:  # noqa: ANN401 - Matplotlib's own
    if len(paths):
        axes.add_collection(PathCollection(list(paths), **look), autolim=False)


def _beside(sheet: _Sheet, brief: Brief, top: float) -> float:
    """Write facts and what is not known beside the map; return where they end."""
    left = _MARGIN + _MAP_WIDTH + _GUTTER
    room = WIDTH - _MARGIN - left
    y = top
    for name, value in brief.facts:
        sheet.write(left, y, name, _BODY, color=palette.SECONDARY)
        sheet.write(WIDTH - _MARGIN, y, value, _BODY, ha="right", weight=600)
        y -= 0.18
    y = sheet.block(left, y - 0.06, brief.unknown_title, _HEAD, room, weight=600)
    for sentence in brief.unknown:
        sheet.write(left, y, "·", _BODY)
        y = sheet.block(left + 0.1, y, sentence, _BODY, room - 0.1)
    return y


def _columns(brief: Brief) -> tuple[list[float], float]:
    """Return the right edges of the columns of comparisons, and how wide each is."""
    step = 0.68 if len(brief.heads) > 4 else 0.9  # noqa: PLR2004 - the value and four comparisons
    return [WIDTH - _MARGIN - step * at for at in range(len(brief.heads) - 2, -1, -1)], step


def _indicators(sheet: _Sheet, brief: Brief, top: float) -> float:
    _, y = translator(brief.lang), top
    if not brief.lines:
        return y
    edges, step = _columns(brief)
    value = edges[0] - step - _BULLET_WIDTH
    font, ends = sheet.fonts.font(_SMALL), []
    for edge, name in zip((value, *edges), brief.heads, strict=True):
        lines = page.wrap(name, font, step - 0.05)[:2]
        ends.append(page.write_lines(sheet.figure, edge, y, lines, font, ha="right", color=palette.SECONDARY))
    y = min(ends) - 0.04
    for line, (printed, span), compared in zip(brief.lines, brief.values, brief.compared, strict=True):
        sheet.rule(y)
        middle = y - _ROW * 0.43
        sheet.write(_MARGIN, middle, _(line.indicator.name), _BODY, va="center")
        sheet.write(_MARGIN, middle - 0.12, _(line.indicator.unit), _SMALL, va="center", color=palette.SECONDARY)
        grey = palette.INK if line.is_known else palette.SECONDARY
        sheet.write(value, middle, printed, _BODY, va="center", ha="right", color=grey, weight=600)
        sheet.write(value, middle - 0.12, span, _SMALL, va="center", ha="right", color=palette.SECONDARY)
        _bullet(sheet, line, value + 0.12, middle, _BULLET_WIDTH)
        for edge, text in zip(edges, compared, strict=True):
            sheet.write(edge, middle, text, _BODY, va="center", ha="right")
        y -= _ROW * _BY_TWO
    sheet.rule(y)
    y -= 0.05
    return sheet.block(_MARGIN, y, " · ".join(brief.notes), _SMALL, _ROOM, color=palette.SECONDARY)


def _bullet(sheet: _Sheet, line: Line, x: float, y: float, width: float) -> None:
    mark = line.benchmark.value if line.benchmark else None
    bands = line.indicator.bands
    edges = tuple(map(float, bands.edges)) if bands else (mark,) if mark else ()
    shades = palette.BANDS[5] if len(edges) > 1 else palette.BANDS[2] if edges else (palette.RULE,)
    shades = shades if line.indicator.direction == "more_is_better" else shades[::-1]
    shown = [n for n in (line.value, line.upper, mark, line.country, line.province, *edges[-1:]) if n is not None]
    if not shown or max(shown) <= 0:
        return
    scale = width / (max(shown) * _BEYOND)
    bounds = [0.0, *edges, max(shown) * _BEYOND]
    for (low, high), shade in zip(pairwise(bounds), shades, strict=True):
        at, size = (x + low * scale, y - _BULLET_HEIGHT / 2), (high - low) * scale
        sheet.add(Rectangle, at, size, _BULLET_HEIGHT, facecolor=shade, alpha=1 if line.is_known else 0.3)
    for other, colour in ((line.province, palette.SECONDARY), (line.country, palette.MODELLED_TEXT)):
        if other is not None:
            tip = x + other * scale
            sheet.add(Polygon, [(tip, y - 0.03), (tip - 0.035, y - 0.095), (tip + 0.035, y - 0.095)], facecolor=colour)
    if mark is not None:
        sheet.add(Rectangle, (x + mark * scale - 0.006, y - 0.08), 0.012, 0.16, facecolor=palette.ZERO)
    if line.is_range and line.lower is not None and line.upper is not None:
        start, length = x + line.lower * scale, (line.upper - line.lower) * scale
        sheet.add(Rectangle, (start, y - 0.009), length, 0.018, facecolor=palette.INK, edgecolor=palette.PANEL, lw=0.2)
    if line.value is not None:
        sheet.add(Rectangle, (x + line.value * scale - 0.013, y - 0.085), 0.026, 0.17, facecolor=palette.INK,
                  edgecolor=palette.PANEL, lw=0.4)  # fmt: skip


def _table(sheet: _Sheet, table: Table, top: float, floor: float, lang: Language) -> float:
    """Draw as many rows as there is room for above `floor`, or a line in their stead; return where the table ends."""
    fits = int((top - floor - 0.5) / 0.19)
    # a cut table needs a line to say so
    fits = fits if fits >= len(table.rows) else fits - 1
    if not table.rows:
        return top
    if fits < 1:
        said = f"{table.title}: {_more(len(table.rows), lang)}"
        return sheet.block(_MARGIN, top, said, _SMALL, _ROOM, color=palette.SECONDARY)
    y = sheet.block(_MARGIN, top, table.title, _HEAD, _ROOM, weight=600)
    step = min(1.35, (_ROOM - 1.7) / max(1, len(table.heads) - 1))
    edges = [WIDTH - _MARGIN - step * at for at in range(len(table.heads) - 2, -1, -1)]
    for edge, name in zip(edges, table.heads[1:], strict=True):
        font = sheet.fonts.font(_SMALL)
        lines = page.wrap(name, font, step - 0.08)
        page.write_lines(sheet.figure, edge, y, lines[:2], font, ha="right", color=palette.SECONDARY)
    y -= 0.3
    for row in table.rows[:fits]:
        sheet.rule(y)
        sheet.write(_MARGIN, y - 0.095, row[0], _BODY, va="center")
        for edge, cell in zip(edges, row[1:], strict=True):
            sheet.write(edge, y - 0.095, cell, _BODY, va="center", ha="right")
        y -= 0.19
    rest = len(table.rows) - fits
    if rest > 0:
        y = sheet.block(_MARGIN, y - 0.03, _more(rest, lang), _SMALL, _ROOM, color=palette.SECONDARY)
    return y


def _more(n: int, lang: Language) -> str:
    _ = translator(lang)
    return _("{n} more on the page of the area.").format(n=n)


def _foot_texts(brief: Brief) -> tuple[str, ...]:
    _, about = translator(brief.lang), brief.about
    built = _("Data of build {build}, {date}.").format(build=about.build, date=about.built_on)
    cited = _("; ").join(origin.cite(brief.lang) for origin in about.sources)
    return (
        _("Source: {origins}").format(origins=cited),
        formats.paragraph((*about.warnings, built, brief.boundary_note), brief.lang),
    )


def _foot(sheet: _Sheet, brief: Brief) -> float:
    """Write sources, warnings and the build from the bottom up; return where they start."""
    font = sheet.fonts.font(_FINE)
    lines = [line for text in _foot_texts(brief) for line in page.wrap(text, font, _ROOM)]
    top = 0.4 + page.height_of(lines, _FINE)
    page.write_lines(sheet.figure, _MARGIN, top, lines, font, color=palette.SECONDARY)
    sheet.rule(top + 0.06)
    return top + 0.06
