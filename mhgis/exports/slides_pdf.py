"""Slides as a PDF: the same pages as the PPTX, to be handed out or shown where there is no presentation program."""

import io
from collections.abc import Sequence
from typing import Any

from matplotlib import image
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from mhgis.exports import slides
from mhgis.exports.slides import Slide, Swatch, Text
from mhgis.figures import page, palette, static_map
from mhgis.figures.page import Type

_HATCHED = "/////"


def to_pdf(deck: Sequence[Slide], title: str) -> bytes:
    """Return slides as a PDF, one view a page; text is text, fonts are inside, the same bytes at every run."""
    file = io.BytesIO()
    metadata: dict[str, Any] = {"CreationDate": None, "Creator": "mhgis", "Producer": None, "Title": title}
    with static_map.drawing(), PdfPages(file, metadata=metadata) as pages:
        for slide in deck:
            pages.savefig(_page(slide))
    return file.getvalue()


def _page(slide: Slide) -> Figure:
    figure = Figure(figsize=(slides.WIDTH, slides.HEIGHT), facecolor=palette.PANEL)
    placed = slides.layout(slide)
    text = "".join(line for block in placed.texts for line in block.lines)
    fonts = page.type_for(text)
    _picture(figure, slide.picture, placed.picture)
    _picture(figure, slides.qr_code(slide.link), placed.qr)
    for swatch in placed.swatches:
        _swatch(figure, swatch)
    for block in placed.texts:
        _write(figure, block, fonts)
    return figure


def _picture(figure: Figure, content: bytes, place: tuple[float, float, float, float]) -> None:
    x, y, width, height = place
    box = (x / slides.WIDTH, 1 - (y + height) / slides.HEIGHT, width / slides.WIDTH, height / slides.HEIGHT)
    axes = figure.add_axes(box)
    axes.set_axis_off()
    # as it is: no other resolution, no smoothing
    axes.imshow(image.imread(io.BytesIO(content), format="png"), interpolation="none", aspect="auto", cmap="gray")


def _write(figure: Figure, block: Text, fonts: Type) -> None:
    if block.badge:
        _badge(figure, block, block.badge)
    y = slides.HEIGHT - block.y - (0.05 if block.badge else 0)
    indent = 0.15 if block.badge else 0
    x = block.x + block.width if block.align == "right" else block.x + indent
    for line, size in zip(block.lines, block.sizes, strict=True):
        font = fonts.font(size, 600 if block.is_bold else 400)
        for part in page.wrap(line, font, block.width - 2 * indent):
            page.write(figure, x, y, part, font, color=block.colour, ha=block.align)
            y -= size * slides.LINE_HEIGHT / page.POINTS_PER_INCH


def _badge(figure: Figure, block: Text, look: palette.Badge) -> None:
    figure.add_artist(
        FancyBboxPatch(
            (block.x, slides.HEIGHT - block.y - block.height), block.width, block.height,
            boxstyle="round,pad=0,rounding_size=0.12", facecolor=look.ground,
            edgecolor=look.edge, linestyle="--", linewidth=1, transform=figure.dpi_scale_trans,
        )
    )  # fmt: skip


def _swatch(figure: Figure, swatch: Swatch) -> None:
    is_outside, is_unknown = (swatch.row.kind == kind for kind in ("not_applicable", "not_reported"))
    edge = palette.SECONDARY if is_outside else palette.HATCH if is_unknown else palette.RULE
    figure.add_artist(
        Rectangle(
            (swatch.x, slides.HEIGHT - swatch.y - swatch.height), swatch.width, swatch.height,
            facecolor=swatch.row.colour, edgecolor=edge, linewidth=0.75, linestyle="--" if is_outside else "-",
            hatch=_HATCHED if is_unknown else None, transform=figure.dpi_scale_trans,
        )
    )  # fmt: skip
