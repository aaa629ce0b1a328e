"""Text on a printed page: our own fonts, measured and broken into lines for both scripts. Inches and points."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

from mhgis.figures import fonts, palette
from mhgis.figures.fonts import Weight
from mhgis.figures.text import words

POINTS_PER_INCH: Final = 72
LINE_HEIGHT: Final = 1.4

_MEASURE: Final = TextToPath()
#: lines of a few decks: the pages of a deck share many of theirs, and each is tried in several sizes
_WIDTHS: Final = 16_384
_FAMILIES: Final = [fonts.FAMILY, "Noto Sans CJK SC", "sans-serif"]


@dataclass(frozen=True)
class Type:
    """The fonts of one figure: files that have every character of its text."""

    regular: str
    semibold: str

    def font(self, size: float, weight: Weight = 400) -> FontProperties:
        """Return the font of a size in points."""
        file = self.regular if weight == 400 else self.semibold  # noqa: PLR2004 - the weight itself
        return FontProperties(family=_FAMILIES, weight=weight, size=size, fname=file)


def type_for(text: str) -> Type:
    """Return fonts that have every character of a text that the family has."""
    return Type(str(fonts.file_for(text, 400)), str(fonts.file_for(text, 600)))


def width_of(text: str, font: FontProperties) -> float:
    """Return the width of a line in inches."""
    return _width_of_point(text, str(font.get_file())) * float(font.get_size_in_points()) / POINTS_PER_INCH


@lru_cache(maxsize=_WIDTHS)
def _width_of_point(text: str, file: str) -> float:
    # without hinting a width grows with the size, and measuring is most of the work of a layout
    width, _, _ = _MEASURE.get_text_width_height_descent(text, FontProperties(fname=file, size=1), ismath=False)
    return float(width)


def height_of(lines: Collection[str], size: float) -> float:
    """Return the height of lines in inches."""
    return len(lines) * size * LINE_HEIGHT / POINTS_PER_INCH


def wrap(text: str, font: FontProperties, width: float) -> list[str]:
    """
    Break a text into lines no wider than `width` inches.

    English breaks between words; Chinese between any two characters, but no line starts with closing punctuation. A
    single word that is too wide stands alone.
    """
    # most lines fit, and measuring once is faster than measuring at every word
    if text and "\n" not in text and width_of(text.rstrip(), font) <= width:
        return [text.rstrip()] if text.strip() else []
    lines: list[str] = []
    line = ""
    for word in words(text):
        if line and width_of((line + word).rstrip(), font) > width:
            lines.append(line.rstrip())
            line = ""
        line += word
    return [part for part in (*lines, line.rstrip()) if part]


def write(figure: Figure, x: float, y: float, text: str, font: FontProperties, **style: Any) -> None:  # noqa: ANN401
    """Write one line at `x`, `y` inches from the bottom left of the page; `style` as in `Figure.text`."""
    width, height = figure.get_size_inches()
    style = {"color": palette.INK, "va": "top", "ha": "left"} | style
    # a dollar sign is a dollar sign: no formulas
    figure.text(x / width, y / height, text, fontproperties=font, parse_math=False, **style)


def write_lines(
    figure: Figure,
    x: float,
    y: float,
    lines: Collection[str],
    font: FontProperties,
    **style: Any,  # noqa: ANN401
) -> float:
    """Write lines downwards from `y`; return where the next would start."""
    for line in lines:
        write(figure, x, y, line, font, **style)
        y -= font.get_size_in_points() * LINE_HEIGHT / POINTS_PER_INCH
    return y
