"""
The colours of the screen and of every figure, named by what they mean.

Each scale is offered only for the numbers of classes whose distances a test computes: CIEDE2000 of at least
`MIN_DISTANCE` between any two classes, and between a class and each status, for normal sight, protanopia,
deuteranopia and tritanopia. Holds no classing: see `mhgis.figures.classify`.
"""

from typing import Final, Literal, NamedTuple

from mhgis.errors import UnknownChoiceError
from mhgis.status import Status

Scale = Literal["sequential", "bands", "diverging"]

#: least CIEDE2000 between two colours that mean different things on one map
MIN_DISTANCE: Final = 10.0

INK: Final = "#16222E"
SECONDARY: Final = "#5B6B7A"
RULE: Final = "#E3E8ED"
PAGE: Final = "#FBFCFD"
PANEL: Final = "#FFFFFF"
ACCENT: Final = "#1F5F99"

ZERO: Final = "#C2185B"
#: zero of what one would rather not have: the good end, so it must not shout like no care at all
ZERO_OF_A_LACK: Final = "#94B280"
NOT_REPORTED: Final = "#A8A8A8"
SUPPRESSED: Final = "#6B6B6B"
NOT_APPLICABLE: Final = "#FFFFFF"
#: left out of the picture, because its figure cannot tell on which side of the benchmark it is
CANNOT_TELL: Final = "#D8D1CA"
#: the lines of the hatch over `NOT_REPORTED`
HATCH: Final = "#7D7D7D"

MODELLED_TEXT: Final = "#8A5A00"
MODELLED_GROUND: Final = "#FFF6E3"
MODELLED_EDGE: Final = "#D9A441"

IMPORTED_TEXT: Final = "#5B3A8E"
IMPORTED_GROUND: Final = "#F4EFFB"
IMPORTED_EDGE: Final = "#A98BD4"


class Badge(NamedTuple):
    """The colours of a badge: its text, ground and edge."""

    text: str
    ground: str
    edge: str


def badge(*, is_imported: bool = False) -> Badge:
    """Return the colours of what marks figures that are not published ones: imported, or else modelled."""
    if is_imported:
        return Badge(IMPORTED_TEXT, IMPORTED_GROUND, IMPORTED_EDGE)
    return Badge(MODELLED_TEXT, MODELLED_GROUND, MODELLED_EDGE)


#: statuses that have a colour of their own, outside every scale
STATUS_COLOURS: Final[dict[Status, str]] = {
    "zero": ZERO,
    "not_reported": NOT_REPORTED,
    "suppressed": SUPPRESSED,
    "not_applicable": NOT_APPLICABLE,
}

_FIVE: Final = ("#C9DFF0", "#8FBDDF", "#5393C8", "#22639F", "#0A2F5C")
_BANDS: Final = ("#8A3B04", "#E07B28", "#F8D592", "#93C4E0", "#1F5F99")
_SEVEN: Final = ("#8A4505", "#D9882B", "#F8D9A8", "#C3D9EA", "#86B3D8", "#2C6FAE", "#0A2F5C")

#: light to dark: the darker, the more
SEQUENTIAL: Final[dict[int, tuple[str, ...]]] = {
    1: (_FIVE[2],),
    2: (_FIVE[1], _FIVE[3]),
    3: (_FIVE[0], _FIVE[2], _FIVE[4]),
    4: (_FIVE[0], _FIVE[1], _FIVE[2], _FIVE[3]),
    5: _FIVE,
    6: ("#C7E0F0", "#87B7DC", "#4E8FC5", "#2B6CA8", "#0D477C", "#062044"),
}

#: worst to best: brown falls short, blue meets the mark
BANDS: Final[dict[int, tuple[str, ...]]] = {
    1: (_BANDS[4],),
    2: (_BANDS[1], _BANDS[4]),
    3: (_BANDS[1], _BANDS[2], _BANDS[4]),
    4: (_BANDS[0], _BANDS[1], _BANDS[2], _BANDS[4]),
    5: _BANDS,
}

#: below the benchmark (three shades, worst first) to above it (four)
DIVERGING: Final[dict[int, tuple[str, ...]]] = {7: _SEVEN}

#: how likely a model's areas fall short, from surely to surely not: in no hue of what was counted
CHANCES: Final = ("#54114F", "#A66FBB", "#D7F2B4", "#58B585", "#1C6040")

#: clusters: strong where neighbours are alike, light where they differ, pale where there is no pattern
CLUSTERS: Final[dict[str, str]] = {
    "low_low": "#8A3B04",
    "high_high": "#0A2F5C",
    "low_high": "#F0A63C",
    "high_low": "#5393C8",
    "not_significant": "#CCD6CC",
    "no_neighbours": SUPPRESSED,
    "unknown": NOT_REPORTED,
}

#: with hot and cold spots, which are drawn as the clusters that they would be and never beside them
GROUPS: Final[dict[str, str]] = {**CLUSTERS, "cold": CLUSTERS["low_low"], "hot": CLUSTERS["high_high"]}

_SCALES: Final[dict[Scale, dict[int, tuple[str, ...]]]] = {
    "sequential": SEQUENTIAL,
    "bands": BANDS,
    "diverging": DIVERGING,
}


def largest(scale: Scale) -> int:
    """Return the largest number of classes a scale is tested for."""
    return max(_SCALES[scale])


def colours(scale: Scale, k: int) -> tuple[str, ...]:
    """
    Return the colours of `k` classes as `#RRGGBB`: light to dark, or worst to best.

    Raises
    ------
    UnknownChoiceError
        If the scale has no tested set of that size.
    """
    tested = _SCALES[scale]
    if k not in tested:
        sizes = ", ".join(map(str, tested))
        message = f"The {scale} colours are tested for {sizes} classes, not for {k}; choose one of these."
        raise UnknownChoiceError(message)
    return tested[k]
