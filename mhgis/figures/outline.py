"""
A small outline of where an area lies, as SVG: the area, its neighbours and what else is near.

For orientation beside a text: no values, nothing to measure, a few kilobytes.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.path import Path

from mhgis.figures import palette
from mhgis.figures.shapes import Bounds, Shapes
from mhgis.figures.text import typed

#: width of the drawing in its own units; corners are rounded to whole ones
_UNITS: Final = 1000
#: an area smaller than this part of the drawing gets a ring around it
_SMALL: Final = 0.035
_NEAR: Final = palette.SEQUENTIAL[5][0]
_LEAST_SHAPE: Final = 0.5
_PLAY: Final = 0.03


@dataclass(frozen=True, eq=False)
class Outline:
    """
    What is drawn.

    Attributes
    ----------
    shapes
        Prepared shapes of one level.
    own, near
        The code of the area, and of its neighbours.
    box
        What is shown, in metres of the shapes.
    """

    shapes: Shapes
    own: str
    near: frozenset[str]
    box: Bounds

    @property
    def is_small(self) -> bool:
        """Say whether the area is too small to be found without a ring."""
        west, south, east, north = self.shapes.extent([self.own])
        return max(east - west, north - south) < _SMALL * (self.box[2] - self.box[0])

    @property
    def middle(self) -> tuple[float, float]:
        """Where a ring goes: the middle of the area, metres."""
        west, south, east, north = self.shapes.extent([self.own])
        return (west + east) / 2, (south + north) / 2

    def groups(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield codes and their colour, from the ground up: what is around, the neighbours, the area."""
        codes = self.shapes.codes
        yield tuple(code for code in codes if code != self.own and code not in self.near), palette.RULE
        yield tuple(code for code in codes if code != self.own and code in self.near), _NEAR
        yield (self.own,), palette.ACCENT


def around(shapes: Shapes, own: str, near: Collection[str], inside: Collection[str]) -> Outline:
    """Return the outline of an area that shows all of `inside`, or the surroundings of one that stands alone."""
    west, south, east, north = shapes.extent(inside)
    play = _PLAY if set(inside) != {own} else 1 / 2
    dx, dy = (east - west) * play, (north - south) * play
    # neither a ribbon nor a tower
    dx = max(dx, (_LEAST_SHAPE * (north - south) - (east - west)) / 2)
    dy = max(dy, (_LEAST_SHAPE * (east - west) - (north - south)) / 2)
    return Outline(shapes, own, frozenset(near), (west - dx, south - dy, east + dx, north + dy))


def svg(drawing: Outline, said: str) -> str:
    """Draw an outline as SVG; `said` is what it shows, in words."""
    box, shapes = drawing.box, drawing.shapes
    scale = _UNITS / (box[2] - box[0])
    height = round((box[3] - box[1]) * scale)
    drawn = [
        f'<path d="{_all(shapes, codes, box, scale)}" fill="{colour}" fill-rule="evenodd" '
        f'stroke="{palette.PANEL}" stroke-width="3"/>'
        for codes, colour in drawing.groups()
        if codes
    ]
    lines = "".join(_points(path, box, scale) for path in shapes.lines)
    if lines:
        drawn.append(f'<path d="{lines}" fill="none" stroke="{palette.SECONDARY}" stroke-width="3"/>')
    if drawing.is_small:
        x, y = drawing.middle
        at = f'cx="{round((x - box[0]) * scale)}" cy="{round((box[3] - y) * scale)}"'
        drawn.append(f'<circle {at} r="28" fill="none" stroke="{palette.ACCENT}" stroke-width="8"/>')
    return (
        f'<svg viewBox="0 0 {_UNITS} {height}" width="{_UNITS}" height="{height}" '
        f'aria-label="{typed(said)}" xmlns="http://www.w3.org/2000/svg">{"".join(drawn)}</svg>'
    )


def _all(shapes: Shapes, codes: Collection[str], box: Bounds, scale: float) -> str:
    chosen = set(codes)
    return "".join(
        _points(path, box, scale) for code, path in zip(shapes.codes, shapes.paths, strict=True) if code in chosen
    )


def _points(path: Path, box: Bounds, scale: float) -> str:
    corners = np.asarray(path.vertices, dtype="float64")
    x = np.rint((corners[:, 0] - box[0]) * scale).astype(int)
    y = np.rint((box[3] - corners[:, 1]) * scale).astype(int)
    starts = np.ones(len(x), dtype=bool) if path.codes is None else np.asarray(path.codes) == Path.MOVETO
    # a corner that rounds to the one before it is not drawn again
    moved = starts | np.append([True], (np.diff(x) != 0) | (np.diff(y) != 0))
    return "".join(
        f"{'M' if start else 'L'}{a} {b}" for a, b, start in zip(x[moved], y[moved], starts[moved], strict=True)
    )
