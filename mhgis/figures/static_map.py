"""
The static twin of the map: the same classes and colours on paper, as PNG, SVG or PDF.

Equal-area, with title, unit, year, dataset, legend with counts of areas and people, source and date of the build, an
inset where the country reaches beyond the window, and a watermark where the figures are a model's. The same view gives
the same bytes at every run. Drawn on the server: a browser is never photographed.
"""

import base64
import io
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyBboxPatch, Patch, Rectangle
from matplotlib.path import Path

from mhgis import formats
from mhgis.figures import classify, fonts, page, palette
from mhgis.figures.classify import Classes, LegendRow
from mhgis.figures.page import Type
from mhgis.figures.shapes import Bounds, Shapes
from mhgis.i18n import N_, Language, translator
from mhgis.indicators import Indicator, Level
from mhgis.words.provenance import About

Format = Literal["png", "svg", "pdf"]

LEVEL_NAMES: Final[dict[Level, str]] = {
    "country": N_("Country"),
    "province": N_("Provinces"),
    "prefecture": N_("Prefectures"),
    "county": N_("County-level units"),
}
MODELLED_BADGE: Final = N_("Model estimate · says nothing certain about any single area")
MODELLED_MARK: Final = N_("Model estimate")
IMPORTED_BADGE: Final = N_("Imported · our own figures, not checked by others")
IMPORTED_MARK: Final = N_("Imported · our own figures")
SCENARIO_BADGE: Final = N_("Scenario · what would be after the actions named, not what is")
SCENARIO_OF_MODEL_BADGE: Final = N_(
    "Scenario on a model estimate · what would be, not what is; says nothing certain about any single area"
)
SCENARIO_MARK: Final = N_("Scenario")

#: between two languages on one line
_BETWEEN: Final = " / "

RATIO_UNIT: Final = N_("% of the benchmark")

#: inches
WIDTH, HEIGHT = 11.0, 8.25
_MARGIN = 0.45
_GUTTER = 0.25
_LEGEND_WIDTH = 3.4
_ROW = 0.26
_SWATCH = (0.28, 0.16)
_INSET_HEIGHT = 2.3
_ROOM_OF_INSET = 1.6
_COUNTS_WIDTH = 0.46
_PEOPLE_WIDTH = 0.9
#: the least an inset is worth drawing in, and the most the foot may take of the page
_LEAST_INSET, _MOST_FOOT = 1.1, 2.2
#: points; of a second language the title and the legend's heading are smaller
_TITLE, _HEAD, _BODY, _SMALL = 17, 11, 9, 8
_SECOND = 0.72
#: how much smaller the type of a legend or a foot may become that has too little room
_SIZES: Final = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64)
#: down to this size the note stays in the legend; below it is better read at the foot
_LEAST_WITH_NOTE = 0.88

#: from this many areas on, outlines are hairlines and only the level above is dotted for a model
_MANY_AREAS = 400
_DOTTED = (0, (1, 1.4))
_DASHED = (0, (3, 2))

# fonts and settings of Matplotlib are shared by all threads
_ONE_AT_A_TIME = threading.Lock()
_SETTINGS: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "mhgis",
    "pdf.fonttype": 42,
    "hatch.linewidth": 0.7,
    # widths are measured without hinting: what fits a line then does so at every resolution
    "text.hinting": "none",
    "font.sans-serif": ["Arial"],
    "axes.linewidth": 0.6,
}


@contextmanager
def drawing() -> Iterator[None]:
    """Draw alone, with the settings that make text text and the same bytes at every run."""
    with _ONE_AT_A_TIME, mpl.rc_context(_SETTINGS):
        yield


@dataclass(frozen=True, eq=False)
class MapView:
    """
    What a map shows.

    Attributes
    ----------
    about, indicator, lang
        What the values are, where they come from, in which language the page is.
    classes, area_codes
        Classes of the areas, and the code of each in the same order.
    dataset
        Title of the dataset in the language of the page.
    legend_title, legend_unit
        What stands over the legend instead of the indicator and its unit, where classes are of something else.
    inset_name, boundary_note
        In the language of the page.
    """

    about: About
    indicator: Indicator
    classes: Classes
    area_codes: Sequence[str]
    lang: Language
    dataset: str = ""
    legend_title: str = ""
    legend_unit: str = ""
    inset_name: str = ""
    boundary_note: str = ""


@dataclass(frozen=True)
class Words:
    """Every text of a page, so that the fonts can be cut to it before anything is drawn."""

    title: str
    subtitle: str
    badge: str
    watermark: str
    legend_title: str
    legend_unit: str
    heads: tuple[str, str]
    rows: tuple[tuple[str, str, str], ...]
    note: str
    inset: str
    foot: tuple[str, ...]
    is_imported: bool = False

    def all(self) -> str:
        """Return every character of the page."""
        one_line = (self.title, self.subtitle, self.badge, self.watermark, self.legend_title, self.legend_unit)
        cells = (cell for row in self.rows for cell in row)
        return "".join([*one_line, *self.heads, *cells, self.note, self.inset, *self.foot])


def legend_label(row: LegendRow, view: MapView) -> str:
    """Return what a legend row says on this page."""
    return classify.label(row, view.lang, view.indicator, modelled=view.about.is_modelled)


def _badge(about: About) -> str:
    if about.scenario:
        return SCENARIO_OF_MODEL_BADGE if about.is_modelled else SCENARIO_BADGE
    return MODELLED_BADGE if about.is_modelled else IMPORTED_BADGE if about.is_imported else ""


def _mark(about: About) -> str:
    if about.scenario:
        return SCENARIO_MARK
    return MODELLED_MARK if about.is_modelled else IMPORTED_MARK if about.is_imported else ""


def words_of(view: MapView) -> Words:
    """Return every text that goes with a map, in its language."""
    _, about = translator(view.lang), view.about
    level = LEVEL_NAMES.get(about.level)  # type: ignore[call-overload]
    year = "" if about.year is None else str(about.year)
    said = (about.unit, year, _(level) if level else "", view.dataset or about.dataset)
    built = _("Data of build {build}, {date}.").format(build=about.build, date=about.built_on)
    return Words(
        title=about.title,
        subtitle=" · ".join(part for part in said if part),
        badge=_(badge) if (badge := _badge(about)) else "",
        watermark=_(mark) if (mark := _mark(about)) else "",
        legend_title=view.legend_title or _(view.indicator.name),
        legend_unit=view.legend_unit or (_(RATIO_UNIT) if view.classes.method == "benchmark_ratio" else about.unit),
        heads=(_("Areas"), _("People")),
        rows=tuple(
            (
                legend_label(row, view),
                formats.number(row.n_areas),
                formats.people(row.people, view.lang, unit=False),
            )
            for row in view.classes.legend
        ),
        note=classify.note(view.classes, view.lang, view.indicator.direction),
        inset=view.inset_name,
        foot=(
            about.source_line(view.lang),
            formats.paragraph((about.unknown_line(view.lang), *about.warnings), view.lang),
            formats.paragraph((built, view.boundary_note), view.lang),
        ),
        is_imported=about.is_imported and not about.scenario,
    )


def render(view: MapView, shapes: Shapes, form: Format = "png", dpi: int = 150, also: Sequence[Words] = ()) -> bytes:
    """
    Draw a map and return the file.

    Parameters
    ----------
    view
        What is shown.
    shapes
        Prepared shapes of the level; areas that are not in the view are drawn as faint context.
    form
        `png`; `svg` with its text as text and the fonts it needs inside; `pdf` with its fonts inside.
    dpi
        Dots per inch of a PNG; the page is 11 by 8.25 inches.
    also
        The texts of the same map in further languages, printed smaller beside those of the view's own.

    Raises
    ------
    ValueError
        If an area of the view has no shape: none may be lost.
    """
    lost = set(view.area_codes) - set(shapes.codes)
    if lost:
        message = f"no shape for {len(lost)} areas: {', '.join(sorted(lost)[:10])}"
        raise ValueError(message)
    said = (words_of(view), *also)
    text = "".join(words.all() for words in said) + _BETWEEN
    with drawing():
        figure = Figure(figsize=(WIDTH, HEIGHT), facecolor=palette.PANEL)
        _fill(_Sheet(figure, view, shapes, said, page.type_for(text)))
        content = _save(figure, form, dpi, said[0])
    return _with_fonts(content, text) if form == "svg" else content


def render_bare(view: MapView, shapes: Shapes, dpi: int = 150) -> bytes:
    """
    Draw the map alone, with its inset and a watermark where it is a model's; the rest is for the page around it.

    Parameters as of `render`; the picture is a PNG of `WIDTH` by `HEIGHT` inches on white.
    """
    words = words_of(view)
    with drawing():
        figure = Figure(figsize=(WIDTH, HEIGHT), facecolor=palette.PANEL)
        sheet = _Sheet(figure, view, shapes, (words,), page.type_for(words.all()))
        has_inset = shapes.inset is not None and shapes.reach_beyond(view.area_codes)
        # the inset stands in the sea: the country moves to the left for it
        width = WIDTH - 0.04 - (_ROOM_OF_INSET if has_inset else 0)
        main = _axes(figure, (0.02, 0.02, width, HEIGHT - 0.04))
        _fit(main, shapes.extent(view.area_codes))
        _draw(main, view, shapes)
        _watermark(sheet, (0.02, 0.02, width, HEIGHT - 0.04), 14, 0.58)
        if shapes.inset is not None and has_inset:
            _inset(sheet, shapes.inset, (WIDTH - 2.3, 0.05, 2.25, _INSET_HEIGHT), _HEAD)
        return _save(figure, "png", dpi, words)


@dataclass(frozen=True, eq=False)
class _Sheet:
    """
    A page while it is drawn: what goes on it, in one language or several, and the fonts that have all its characters.

    `held` is what has been set but not yet drawn: a trial, to see whether it finds room.
    """

    figure: Figure
    view: MapView
    shapes: Shapes
    said: tuple[Words, ...]
    fonts: Type
    held: list[Callable[[], None]] | None = None

    def write(self, x: float, y: float, text: str, font: FontProperties, **style: Any) -> None:  # noqa: ANN401
        self._do(partial(page.write, self.figure, x, y, text, font, **style))

    def write_lines(self, x: float, y: float, lines: Sequence[str], font: FontProperties, **style: Any) -> float:  # noqa: ANN401
        self._do(partial(page.write_lines, self.figure, x, y, lines, font, **style))
        return y - page.height_of(lines, font.get_size_in_points())

    def add(self, shape: type[Patch], *at: Any, **look: Any) -> None:  # noqa: ANN401
        """Draw a shape whose numbers are inches from the bottom left."""
        self._do(lambda: self.figure.add_artist(shape(*at, transform=self.figure.dpi_scale_trans, **look)))

    def _do(self, act: Callable[[], Any]) -> None:
        if self.held is None:
            act()
        else:
            self.held.append(act)

    def trial(self) -> "_Sheet":
        """Return a page to try something out on."""
        return replace(self, held=[])

    def draw(self) -> None:
        """Draw what was tried out."""
        for act in self.held or ():
            act()

    def each(self, of: Callable[[Words], str]) -> list[str]:
        """Return a text in each language, each once, without empty ones."""
        return [text for text in dict.fromkeys(of(words) for words in self.said) if text]

    def once(self, of: Callable[[Words], str]) -> str:
        """Return a text in all languages, as one line."""
        return _BETWEEN.join(self.each(of))


def _fill(sheet: _Sheet) -> None:
    view, shapes = sheet.view, sheet.shapes
    top = _head(sheet) - 0.12
    has_inset = shapes.inset is not None and shapes.reach_beyond(view.area_codes)
    bottom, below = _sides(sheet, top, _LEAST_INSET + 0.2 if has_inset else 0)
    width = WIDTH - 2 * _MARGIN - _LEGEND_WIDTH - _GUTTER
    main = _axes(sheet.figure, (_MARGIN, bottom, width, top - bottom))
    _fit(main, shapes.extent(view.area_codes))
    _draw(main, view, shapes)
    _watermark(sheet, (_MARGIN, bottom, width, top - bottom), _BODY)
    if shapes.inset is not None and has_inset:
        left = WIDTH - _MARGIN - _LEGEND_WIDTH
        _inset(sheet, shapes.inset, (left, bottom, _LEGEND_WIDTH, below - 0.2 - bottom))


def _sides(sheet: _Sheet, top: float, least: float) -> tuple[float, float]:
    """Set foot and legend as large as they find room; return where the map ends and where the legend does."""
    left = WIDTH - _MARGIN - _LEGEND_WIDTH
    for is_at_foot in (False, True):
        for size in _SIZES if is_at_foot else (size for size in _SIZES if size >= _LEAST_WITH_NOTE):
            foot, legend = sheet.trial(), sheet.trial()
            bottom = _foot(foot, with_note=is_at_foot) + 0.12
            below = _legend(legend, left, top, size, with_note=not is_at_foot)
            if below >= bottom + least:
                break
        else:
            continue
        break
    foot.draw()
    legend.draw()
    return bottom, below


def _head(sheet: _Sheet) -> float:
    """Write title, what the figures are and the badge; return where the map may begin."""
    room, y = WIDTH - 2 * _MARGIN, HEIGHT - 0.32
    for at, text in enumerate(sheet.each(lambda words: words.title)):
        title = sheet.fonts.font(_TITLE if at == 0 else _TITLE * _SECOND, 600)
        y = sheet.write_lines(_MARGIN, y, page.wrap(text, title, room), title)
    small = sheet.fonts.font(_BODY)
    for text in sheet.each(lambda words: words.subtitle):
        y = sheet.write_lines(_MARGIN, y - 0.02, page.wrap(text, small, room), small, color=palette.SECONDARY)
    badges = [sheet.once(lambda words: words.badge)]
    if page.width_of(badges[0], small) + 0.24 > room:
        badges = sheet.each(lambda words: words.badge)
    for text in filter(None, badges):
        _badge_at(sheet, _MARGIN, y - 0.27, text, small)
        y -= 0.3
    return y


def _badge_at(sheet: _Sheet, x: float, y: float, text: str, font: FontProperties) -> None:
    """Write in a rounded frame whose bottom left corner is given."""
    look = palette.badge(is_imported=sheet.said[0].is_imported)
    high = 0.22 * font.get_size_in_points() / _BODY
    sheet.add(
        FancyBboxPatch, (x, y), page.width_of(text, font) + 0.24, high, zorder=4,
        boxstyle=f"round,pad=0,rounding_size={high / 2}",
        facecolor=look.ground, edgecolor=look.edge, linestyle=_DASHED, linewidth=0.9,
    )  # fmt: skip
    sheet.write(x + 0.12, y + high / 2, text, font, color=look.text, va="center", zorder=5)


def _foot(sheet: _Sheet, *, with_note: bool = False) -> float:
    """Write sources, warnings and the build from the bottom up; return where the map must end."""
    room = WIDTH - 2 * _MARGIN
    texts = [text for words in sheet.said for text in (words.note if with_note else "", *words.foot) if text]
    for size in _SIZES:
        small = sheet.fonts.font(_SMALL * size)
        lines = [line for text in texts for line in page.wrap(text, small, room)]
        top = 0.28 + page.height_of(lines, _SMALL * size)
        if top <= _MOST_FOOT:
            break
    sheet.write_lines(_MARGIN, top, lines, small, color=palette.SECONDARY)
    sheet.add(Rectangle, (_MARGIN, top + 0.07), room, 0.008, facecolor=palette.RULE)
    return top + 0.08


def _axes(figure: Figure, box: Bounds) -> Axes:
    x, y, width, height = box
    axes = figure.add_axes((x / WIDTH, y / HEIGHT, width / WIDTH, height / HEIGHT))
    axes.set_xticks([])
    axes.set_yticks([])
    axes.patch.set_visible(False)
    axes.spines[:].set_visible(False)
    return axes


def _fit(axes: Axes, extent: Bounds, play: float = 0.02) -> None:
    """Show an extent whole, in the middle, at one scale in both directions."""
    west, south, east, north = extent
    width, height = (n * s for n, s in zip(axes.get_position().size, (WIDTH, HEIGHT), strict=True))
    scale = max((east - west) / width, (north - south) / height, 1e-9) * (1 + play)
    x, y = (west + east) / 2, (south + north) / 2
    axes.set_xlim(x - scale * width / 2, x + scale * width / 2)
    axes.set_ylim(y - scale * height / 2, y + scale * height / 2)


def _draw(axes: Axes, view: MapView, shapes: Shapes, line: float = 1) -> None:
    """Draw areas by class, then the borders over them, `line` times as wide; what lies outside is left out."""
    seen = _in_sight(axes, shapes)
    place = dict(zip(view.area_codes, view.classes.index.tolist(), strict=True))
    rows = np.array([place.get(code, -1) for code in shapes.codes])
    is_fine = len(place) > _MANY_AREAS
    edge = {"edgecolor": palette.PANEL, "linewidth": 0.12 if is_fine else 0.5}
    _paint(axes, shapes, seen & (rows < 0), facecolor=palette.RULE, **edge)
    dotted = view.about.is_modelled and not is_fine
    for i, row in enumerate(view.classes.legend):
        _paint(axes, shapes, seen & (rows == i), **_look(row, edge, dotted=dotted))
    border = {"facecolor": "none", "edgecolor": palette.INK, "joinstyle": "round"}
    dots = _DOTTED if view.about.is_modelled else "solid"
    _collect(axes, shapes.borders, linewidth=0.55 * line, linestyle=dots, **border)
    _collect(axes, shapes.lines, linewidth=0.8 * line, **border)


def _look(row: LegendRow, edge: dict[str, Any], *, dotted: bool) -> dict[str, Any]:
    if row.kind == "not_reported":
        return {"facecolor": row.colour, "edgecolor": palette.HATCH, "hatch": "/////", "linewidth": edge["linewidth"]}
    if row.kind == "not_applicable":
        return {"facecolor": row.colour, "edgecolor": palette.SECONDARY, "linewidth": 0.5, "linestyle": _DASHED}
    if dotted:
        return {"facecolor": row.colour, "edgecolor": palette.INK, "linewidth": 0.5, "linestyle": _DOTTED}
    return {"facecolor": row.colour, **edge}


def _in_sight(axes: Axes, shapes: Shapes) -> Any:  # noqa: ANN401 - an array of bool
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    low_x, low_y, high_x, high_y = shapes.boxes.T
    return (low_x <= east) & (high_x >= west) & (low_y <= north) & (high_y >= south)


def _paint(axes: Axes, shapes: Shapes, chosen: Any, **look: Any) -> None:  # noqa: ANN401
    _collect(axes, [shapes.paths[i] for i in np.flatnonzero(chosen)], **look)


def _collect(axes: Axes, paths: Collection[Path], **look: Any) -> None:  # noqa: ANN401
    if len(paths):
        axes.add_collection(PathCollection(list(paths), **look), autolim=False)


def _watermark(sheet: _Sheet, room: Bounds, points: float, share: float = 0.72) -> None:
    """
    Mark a map that is not of published figures, in the picture itself.

    A model's is written across, in a colour that shows on white, on the palest and on the darkest class; one of
    figures someone brought along has a badge of `points` in the corner.
    """
    x, y, width, height = room
    text = sheet.once(lambda words: words.watermark)
    if not text:
        return
    if sheet.said[0].is_imported:
        size = min(points, points * 0.9 * width / page.width_of(text, sheet.fonts.font(points)))
        _badge_at(sheet, x + 0.05, y + 0.05, text, sheet.fonts.font(size))
        return
    size = 40 * min(1.6, share * width / page.width_of(text, sheet.fonts.font(40, 600)))
    sheet.write(
        x + width / 2, y + height / 2, text, sheet.fonts.font(size, 600), color=palette.MODELLED_EDGE, alpha=0.38,
        rotation=24, ha="center", va="center", zorder=5,
    )  # fmt: skip


def _legend(sheet: _Sheet, left: float, top: float, size: float = 1, *, with_note: bool = True) -> float:
    """Draw the legend from the top down, `size` times as large; return where it ends."""
    grey = {"color": palette.SECONDARY}
    body, small = sheet.fonts.font(_BODY * size), sheet.fonts.font(_SMALL * size)
    right = left + _LEGEND_WIDTH
    counts, room = right - _PEOPLE_WIDTH, _LEGEND_WIDTH - _COUNTS_WIDTH - _PEOPLE_WIDTH
    y = top
    for at, text in enumerate(sheet.each(lambda words: words.legend_title)):
        head = sheet.fonts.font(_HEAD * size * (1 if at == 0 else _SECOND), 600)
        y = sheet.write_lines(left, y, page.wrap(text, head, _LEGEND_WIDTH), head)
    units = [line for text in sheet.each(lambda words: words.legend_unit) for line in page.wrap(text, small, room)]
    ends = [sheet.write_lines(left, y, units, small, **grey)]
    for place, of in ((counts, lambda words: words.heads[0]), (right, lambda words: words.heads[1])):
        ends.append(sheet.write_lines(place, y, sheet.each(of), small, ha="right", **grey))
    y = min(ends) - 0.1 * size
    for row, said in zip(sheet.view.classes.legend, zip(*(w.rows for w in sheet.said), strict=True), strict=True):
        _swatch(sheet, left, y, row, size)
        bounds, room_of_label = classify.interval(row, sheet.view.indicator), room + 0.1 - _SWATCH[0]
        labels = list(dict.fromkeys(cells[0] for cells in said))
        whole = _BETWEEN.join(labels)
        lines = [whole] if page.width_of(whole, body) <= room_of_label else [
            line for label in labels for line in _label_lines(label, bounds, body, room_of_label)
        ]  # fmt: skip
        end = sheet.write_lines(left + _SWATCH[0] + 0.1, y, lines, body)
        sheet.write(counts, y, said[0][1], body, ha="right")
        people = list(dict.fromkeys(cells[2] for cells in said))
        ends_people = sheet.write_lines(right, y, people, body, ha="right", **grey)
        y = min(end, ends_people, y - (_ROW - 0.07) * size) - 0.07 * size
    notes = sheet.each(lambda words: words.note) if with_note else []
    lines = [line for text in notes for line in page.wrap(text, small, _LEGEND_WIDTH)]
    return sheet.write_lines(left, y - 0.06 * size, lines, small, **grey) if lines else y


def _label_lines(label: str, bounds: str, font: FontProperties, room: float) -> list[str]:
    """Break a label that is too long before its bounds, never inside them."""
    if page.width_of(label, font) <= room:
        return [label]
    name = label.removesuffix(bounds).rstrip()
    return [name, bounds] if bounds and name else page.wrap(label, font, room)


def _swatch(sheet: _Sheet, left: float, y: float, row: LegendRow, size: float) -> None:
    edge = {"edgecolor": palette.RULE, "linewidth": 0.5}
    width, height = _SWATCH[0], _SWATCH[1] * size
    sheet.add(Rectangle, (left, y - height), width, height, **_look(row, edge, dotted=sheet.view.about.is_modelled))


def _inset(sheet: _Sheet, window: Bounds, room: Bounds, points: float = 7) -> None:
    """Draw the inset in the bottom right corner of the room there is, framed, with its name."""
    x, y, width, height = room
    west, south, east, north = window
    shape = (east - west) / (north - south)
    tall = min(height, _INSET_HEIGHT, width / shape)
    left = x + width - tall * shape
    axes = _axes(sheet.figure, (left, y, tall * shape, tall))
    axes.spines[:].set(visible=True, color=palette.SECONDARY)
    _fit(axes, window, play=0)
    _draw(axes, sheet.view, sheet.shapes, line=0.5)
    name, wide = sheet.once(lambda words: words.inset), tall * shape - 0.12
    fits = wide / max(page.width_of(name, sheet.fonts.font(points)), wide)
    # islands and lines do not run through the words
    ground = {"facecolor": palette.PANEL, "edgecolor": "none", "alpha": 0.8, "pad": 0.5}
    sheet.write(
        left + 0.06, y + 0.05, name, sheet.fonts.font(points * fits), va="bottom", color=palette.SECONDARY, bbox=ground
    )


def _save(figure: Figure, form: Format, dpi: int, words: Words) -> bytes:
    metadata: dict[Format, dict[str, Any]] = {
        "png": {"Software": "mhgis"},
        "svg": {"Date": None, "Creator": "mhgis", "Title": words.title},
        "pdf": {"CreationDate": None, "Creator": "mhgis", "Producer": None, "Title": words.title},
    }
    file = io.BytesIO()
    figure.savefig(file, format=form, dpi=dpi, metadata=metadata[form])
    return file.getvalue()


def _with_fonts(svg: bytes, text: str) -> bytes:
    """Put the fonts into an SVG, cut to its text: it reads the same where no Chinese font is installed."""
    faces = [
        f"@font-face{{font-family:'{fonts.FAMILY}';font-weight:{weight};"
        f"src:url(data:font/woff2;base64,{base64.b64encode(fonts.subset_font(text, weight)).decode()})}}"
        for weight in (400, 600)
    ]
    style = f'<defs><style type="text/css">{"".join(faces)}</style></defs>'.encode()
    at = svg.index(b">", svg.index(b"<svg")) + 1
    return svg[:at] + style + svg[at:]
