"""The draft of a memorandum as PDF: one A4 page, text as text, the same bytes at every run. Makes no words."""

import io
from dataclasses import replace
from typing import Final

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mhgis.exports.memorandum import Memo
from mhgis.figures import page, palette, static_map
from mhgis.figures.page import Type

#: A4, inches
WIDTH, HEIGHT = 8.27, 11.69
_MARGIN: Final = 0.7
_ROOM: Final = WIDTH - 2 * _MARGIN
#: points
_TITLE, _HEAD, _BODY, _SMALL, _FINE = 15, 10.5, 8.5, 7.5, 6.5
_ROW: Final = 0.2
_FACT_NAME: Final = 2.3
#: the first column of a table takes so many times the room of another
_FIRST: Final = 1.7
_WATERMARK: Final = 78


def fit(memo: Memo) -> Memo:
    """Return the memorandum with as many members as fit the page; the rest are counted."""
    with static_map.drawing():
        fonts = page.type_for(memo.text())
        while len(memo.members) > 1 and not _fill(_Sheet(Figure(figsize=(WIDTH, HEIGHT)), fonts), memo):
            memo = replace(memo, members=memo.members[:-1])
    return memo


def render(memo: Memo) -> bytes:
    """Draw the page, with as many members as fit, and return the PDF."""
    fitting = fit(memo)
    with static_map.drawing():
        figure = Figure(figsize=(WIDTH, HEIGHT), facecolor=palette.PANEL)
        _fill(_Sheet(figure, page.type_for(memo.text())), fitting)
        file = io.BytesIO()
        said = {"CreationDate": None, "Creator": "mhgis", "Producer": None, "Title": memo.title}
        figure.savefig(file, format="pdf", metadata=said)
    return file.getvalue()


class _Sheet:
    """The page while it is drawn, from the top down: `y` is where the next line starts, inches from the bottom."""

    def __init__(self, figure: Figure, fonts: Type) -> None:
        self.figure, self.fonts, self.y = figure, fonts, HEIGHT - 0.5

    def block(
        self, text: str, size: float, colour: str = palette.INK, *, bold: bool = False, indent: float = 0
    ) -> None:
        """Write a text broken to the room there is."""
        font = self.fonts.font(size, 600 if bold else 400)
        lines = page.wrap(text, font, _ROOM - indent)
        self.y = page.write_lines(self.figure, _MARGIN + indent, self.y, lines, font, color=colour)

    def cell(self, x: float, text: str, size: float, room: float, colour: str = palette.INK, *, right: bool) -> float:
        """Write a cell at the current height; return how high it is."""
        font = self.fonts.font(size)
        lines = page.wrap(text, font, room - 0.06) or [""]
        at, side = (x + room, "right") if right else (x, "left")
        page.write_lines(self.figure, at, self.y, lines, font, ha=side, color=colour)
        return page.height_of(lines, size)

    def rule(self) -> None:
        """Draw a hairline."""
        line = Rectangle((_MARGIN, self.y + 0.03), _ROOM, 0.006, facecolor=palette.RULE)
        line.set_transform(self.figure.dpi_scale_trans)
        self.figure.add_artist(line)


def _fill(sheet: _Sheet, memo: Memo) -> bool:
    """Draw the page; return whether all of it fits."""
    # behind the text, paler than anything on it
    word = memo.draft.split(" · ")[0]
    font = sheet.fonts.font(_WATERMARK, 600)
    page.write(sheet.figure, WIDTH / 2, HEIGHT / 2, word, font, color=palette.RULE, rotation=52, ha="center",
               va="center", zorder=0)  # fmt: skip
    sheet.block(memo.draft, _SMALL, palette.ZERO, bold=True)
    sheet.y -= 0.04
    sheet.block(memo.title, _TITLE, bold=True)
    sheet.block(memo.subtitle, _BODY, palette.SECONDARY)
    if memo.badge:
        sheet.block(memo.badge, _BODY, palette.MODELLED_TEXT, bold=True)
    sheet.y -= 0.1
    for name, value in memo.facts:
        used = sheet.cell(_MARGIN, name, _BODY, _FACT_NAME, palette.SECONDARY, right=False)
        used = max(used, sheet.cell(_MARGIN + _FACT_NAME, value, _BODY, _ROOM - _FACT_NAME, right=False))
        sheet.y -= used + 0.015
    sheet.y -= 0.1
    sheet.block(memo.members_title, _HEAD, bold=True)
    sheet.y -= 0.02
    _members(sheet, memo)
    for head, texts in memo.sections:
        sheet.y -= 0.09
        sheet.block(head, _HEAD, bold=True)
        for text in texts:
            page.write(sheet.figure, _MARGIN, sheet.y, "·", sheet.fonts.font(_BODY))
            sheet.block(text, _BODY, indent=0.12)
    sheet.y -= 0.3
    step = _ROOM / max(1, len(memo.signatures))
    for nth, text in enumerate(memo.signatures):
        sheet.cell(_MARGIN + nth * step, text, _BODY, step, right=False)
    end = sheet.y - 0.2
    font = sheet.fonts.font(_FINE)
    lines = [line for text in (*memo.sources, *memo.foot) for line in page.wrap(text, font, _ROOM)]
    sheet.y = 0.4 + page.height_of(lines, _FINE)
    sheet.rule()
    page.write_lines(sheet.figure, _MARGIN, sheet.y, lines, font, color=palette.SECONDARY)
    return end > sheet.y


def _members(sheet: _Sheet, memo: Memo) -> None:
    if not memo.members:
        return
    step = _ROOM / (len(memo.heads) - 1 + _FIRST)
    for size, row in ((_SMALL, memo.heads), *((_SMALL, row) for row in memo.members)):
        is_head = row is memo.heads
        used = 0.0
        for nth, text in enumerate(row):
            x, room = (_MARGIN, step * _FIRST) if nth == 0 else (_MARGIN + step * (_FIRST + nth - 1), step)
            grey = palette.SECONDARY if is_head else palette.INK
            used = max(used, sheet.cell(x, text, size, room, grey, right=False))
        sheet.y -= used + 0.04
        sheet.rule()
    if memo.more:
        sheet.block(memo.more, _SMALL, palette.SECONDARY)
