"""
How strongly the 2015 model draws facilities to populous, urban and central counties: assumptions, fitted to nothing.

Holds the stated values and spans. The draws are `mhgis.measures.downscale`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Weighting:
    """
    How strongly facilities are drawn to populous, urban and central counties: an assumption, fitted to nothing.

    The weight of a county is `people ** population_exponent`, times `exp(urban_log_odds)` for an urban district, times
    `exp(seat_log_odds)` for the seat of a prefecture. A facility is on average `urban_size` and `seat_size` times
    larger there than another of its kind, and `exp(seat_hospital_log_odds)` times as likely to be a psychiatric
    hospital in a seat. Sizes of facilities of a kind are gamma variables of shape `size_shape` (a coefficient of
    variation of `1 / sqrt(size_shape)`); staff for a bed varies likewise with `staff_shape`.

    Each is a number, or, of a `Mixture`, an array of shape (n_draws, 1).
    """

    name: str
    population_exponent: float | Floats
    urban_log_odds: float | Floats
    seat_log_odds: float | Floats
    urban_size: float | Floats = 1.0
    seat_size: float | Floats = 1.0
    seat_hospital_log_odds: float | Floats = 0.0
    size_shape: float | Floats = 1.5
    staff_shape: float | Floats = 10.0

    def drawn(self, _stream: np.random.Generator, _n_draws: int) -> "Weighting":
        """Return the weighting of every draw: this one."""
        return self


@dataclass(frozen=True)
class Span:
    """A stated range of an assumption, and the likeliest value in it: a triangular distribution."""

    lowest: float
    likeliest: float
    highest: float

    def draw(self, stream: np.random.Generator, n_draws: int) -> Floats:
        """Draw values, shape (n_draws, 1)."""
        width = self.highest - self.lowest
        where = stream.triangular(0.0, (self.likeliest - self.lowest) / width, 1.0, size=(n_draws, 1))
        return np.asarray(self.lowest + width * where, np.float64)


@dataclass(frozen=True, eq=False)
class Mixture:
    """A weighting that is itself not known: each draw has its own, from the span of each of its parts."""

    name: str
    spans: Mapping[str, Span]

    def drawn(self, stream: np.random.Generator, n_draws: int) -> Weighting:
        """Draw the weighting of every draw."""
        return Weighting(self.name, **{part: span.draw(stream, n_draws) for part, span in self.spans.items()})


#: what the published ensemble draws its weighting from: from `flat` to `urban`, the exponent beyond it. The exponent is
#: likeliest halfway: the provinces' numbers of counties without a facility fit an even spread better than one by people
SPANS: Final[dict[str, Span]] = {
    "population_exponent": Span(0.0, 0.5, 1.5),
    "urban_log_odds": Span(0.0, float(np.log(2)), float(np.log(4))),
    "seat_log_odds": Span(0.0, float(np.log(4)), float(np.log(16))),
    "urban_size": Span(1.0, 1.5, 2.0),
    "seat_size": Span(1.0, 2.0, 4.0),
    "seat_hospital_log_odds": Span(0.0, float(np.log(2)), float(np.log(4))),
    "size_shape": Span(1.0, 1.5, 3.0),
}

#: the published ensemble is `central`; the others show how much hangs on the assumption
WEIGHTINGS: Final[dict[str, Weighting | Mixture]] = {
    w.name: w
    for w in (
        Mixture("central", SPANS),
        Weighting("flat", 0.0, 0.0, 0.0),
        Weighting(
            "urban", 1.0, float(np.log(4)), float(np.log(16)), urban_size=2.0, seat_size=4.0,
            seat_hospital_log_odds=float(np.log(4)),
        ),
    )
}  # fmt: skip
