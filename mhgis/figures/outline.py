"""
A small outline of where an area lies, as SVG: the area, its neighbours and what else is near.

For orientation beside a text: no values, nothing to measure, a few kilobytes.
"""

import html
from collections.abc import Collection
from typing import Final

import numpy as np
from matplotlib.path import Path

from mhgis import palette
from mhgis.figures.shapes import Bounds, Shapes

#: width of the drawing in its own units; corners are rounded to whole ones
_UNITS: Final = 1000
#: an area smaller than this part of the drawing gets a ring around it
_SMALL: Final = 0.035
_NEAR: Final = palette.SEQUENTIAL[5][0]
_LEAST_SHAPE: Final = 0.5
_PLAY: Final = 0.03


def frame(shapes: Shapes, codes: Collection[str], own: str) -> Bounds:
    """Return what the drawing shows: the given areas, or the surroundings of one that stands alone; metres."""
    west, south, east, north = shapes.extent(codes)
    play = _PLAY if set(codes) != {own} else 1 / 2
    dx, dy = (east - west) * play, (north - south) * play
    # neither a ribbon nor a tower
    dx = max(dx, (_LEAST_SHAPE * (north - south) - (east - west)) / 2)
    dy = max(dy, (_LEAST_SHAPE * (east - west) - (north - south)) / 2)
    return west - dx, south - dy, east + dx, north + dy


def is_small(shapes: Shapes, own: str, box: Bounds) -> bool:
    """Say whether an area is too small in a drawing to be found without a ring."""
    west, south, east, north = shapes.extent([own])
    return max(east - west, north - south) < _SMALL * (box[2] - box[0])


def svg(shapes: Shapes, own: str, near: Collection[str], box: Bounds, said: str) -> str:
    """
    Draw an outline.

    Parameters
    ----------
    shapes
        Prepared shapes of one level.
    own, near
        The area, and its neighbours.
    box
        What is shown, in metres of the shapes.
    said
        What the drawing shows, in words.
    """
    scale = _UNITS / (box[2] - box[0])
    height = round((box[3] - box[1]) * scale)
    rest = [c for c in shapes.codes if c != own and c not in near]
    close = [c for c in shapes.codes if c != own and c in near]
    groups = ((rest, palette.RULE), (close, _NEAR), ([own], palette.ACCENT))
    drawn = [
        f'<path d="{_all(shapes, codes, box, scale)}" fill="{colour}" fill-rule="evenodd" '
        f'stroke="{palette.PANEL}" stroke-width="3"/>'
        for codes, colour in groups
        if codes
    ]
    lines = "".join(_points(path, box, scale) for path in shapes.lines)
    if lines:
        drawn.append(f'<path d="{lines}" fill="none" stroke="{palette.SECONDARY}" stroke-width="3"/>')
    if is_small(shapes, own, box):
        west, south, east, north = shapes.extent([own])
        x, y = round(((west + east) / 2 - box[0]) * scale), round((box[3] - (south + north) / 2) * scale)
        drawn.append(f'<circle cx="{x}" cy="{y}" r="28" fill="none" stroke="{palette.ACCENT}" stroke-width="8"/>')
    return (
        f'<svg viewBox="0 0 {_UNITS} {height}" role="img" aria-label="{html.escape(said, quote=True)}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(drawn)}</svg>'
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
