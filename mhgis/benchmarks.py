"""
Benchmarks: the reference values an indicator is held against, and the bands some of them mark off.

All values come from the published table, none from here. Reads nothing: `mhgis.store.benchmarks` does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import pandas as pd

from mhgis.errors import UnknownChoiceError
from mhgis.i18n import N_, Language

#: what each limit of a consensus norm starts: (benchmark id, name of the band from there up), after the lowest band
BAND_LIMITS: Final[dict[str, tuple[str, tuple[tuple[str, str], ...]]]] = {
    "beds_per_100k": (
        N_("Severe shortage"),
        (
            ("delphi-severe-beds", N_("Moderate shortage")),
            ("delphi-moderate-beds", N_("Mild shortage")),
            ("delphi-minimum-beds", N_("Minimum met")),
            ("delphi-optimal-beds", N_("Optimum met")),
        ),
    ),
}


@dataclass(frozen=True)
class Benchmark:
    """
    One reference value: what it is of, whose it is, where it was read.

    `value` has the unit of `indicator`. `applies_to` names the regions it is meant for; empty means any. `rank` is the
    place in a picker, None for one that is not offered.
    """

    benchmark_id: str
    indicator: str
    group_type: str
    group_name: str
    value: float
    year: str
    statistic: str
    status: str
    source: str
    note: str
    label_zh: str
    label_en: str
    is_listed: bool
    rank: int | None
    applies_to: frozenset[str] = frozenset()

    def label(self, lang: Language) -> str:
        """Return the name to show: which norm or group, its value or statistic, its year."""
        return self.label_zh if lang == "zh" else self.label_en

    def suits(self, region: str | None) -> bool:
        """Say whether the value is meant for a region; for the country (None) only one without limits is."""
        return not self.applies_to or region in self.applies_to


@dataclass(frozen=True)
class Band:
    """A band of values, `lower` <= value < `upper`; None = without end. `name` is a message id."""

    name: str
    lower: float | None
    upper: float | None

    def holds(self, value: float) -> bool:
        """Say whether a value lies in the band; the lower limit does, the upper does not."""
        return (self.lower is None or value >= self.lower) and (self.upper is None or value < self.upper)


def from_frame(frame: pd.DataFrame) -> tuple[Benchmark, ...]:
    """
    Take benchmarks from the published table.

    Parameters
    ----------
    frame
        The columns of `benchmark`, as `mhgis.store.benchmarks` gives them. An empty text field may be NA; one without
        a rank is not offered.

    Returns
    -------
    benchmarks
        In the order of the rows.
    """
    return tuple(_benchmark({str(key): value for key, value in row.items()}) for row in frame.to_dict("records"))


def _benchmark(row: dict[str, object]) -> Benchmark:
    def text(column: str) -> str:
        value = row.get(column)
        return "" if _is_missing(value) else str(value)

    rank = row["rank"]
    return Benchmark(
        benchmark_id=text("benchmark_id"),
        indicator=text("indicator"),
        group_type=text("group_type"),
        group_name=text("group_name"),
        value=float(str(row["value"])),
        year=text("year"),
        statistic=text("statistic"),
        status=text("status"),
        source=text("source"),
        note=text("note"),
        label_zh=text("label_zh"),
        label_en=text("label_en"),
        is_listed=bool(row["is_listed"]),
        rank=None if _is_missing(rank) else int(float(str(rank))),
        applies_to=frozenset(part.strip() for part in text("applies_to").split(";") if part.strip()),
    )


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or value != value  # noqa: PLR0124 - only NaN differs from itself


def get(benchmark_id: str, frame: pd.DataFrame) -> Benchmark:
    """
    Return a benchmark by its id.

    Raises
    ------
    UnknownChoiceError
        If there is none of that id.
    """
    found = from_frame(frame[frame["benchmark_id"].eq(benchmark_id)])
    if not found:
        message = f"There is no benchmark {benchmark_id!r}; expected one of: {', '.join(frame['benchmark_id'])}."
        raise UnknownChoiceError(message)
    return found[0]


def listed(indicator: str, frame: pd.DataFrame) -> tuple[Benchmark, ...]:
    """Return the benchmarks that are offered for an indicator, best first."""
    offered = [b for b in from_frame(frame[frame["indicator"].eq(indicator)]) if b.is_listed and b.rank is not None]
    return tuple(sorted(offered, key=lambda b: (b.rank, b.benchmark_id)))


def default_for(indicator: str, frame: pd.DataFrame, region: str | None = None) -> Benchmark | None:
    """
    Return the benchmark an indicator is held against unless another is chosen.

    Parameters
    ----------
    indicator
        Id of an indicator.
    frame
        The published benchmarks.
    region
        Region of the area shown; None for the country, which a target for one of its regions does not suit.

    Returns
    -------
    benchmark
        The first offered one that suits the region, or None if there is none.
    """
    return next((b for b in listed(indicator, frame) if b.suits(region)), None)


def bands_for(indicator: str, frame: pd.DataFrame) -> tuple[Band, ...]:
    """
    Return the bands of an indicator from the lowest up; empty where no norm marks any off.

    Raises
    ------
    UnknownChoiceError
        If a limit is not among the benchmarks.
    ValueError
        If the limits do not rise.
    """
    if indicator not in BAND_LIMITS:
        return ()
    lowest, limits = BAND_LIMITS[indicator]
    edges = [get(benchmark_id, frame).value for benchmark_id, _ in limits]
    if any(upper <= lower for lower, upper in pairwise(edges)):
        message = f"The limits of the bands of {indicator} must rise; found {edges}."
        raise ValueError(message)
    names = [lowest, *(name for _, name in limits)]
    ends = pairwise([None, *edges, None])
    return tuple(Band(name, lower, upper) for name, (lower, upper) in zip(names, ends, strict=True))


def band_of(value: float | None, bands: Sequence[Band]) -> Band | None:
    """Return the band a value lies in: [15, 25) holds 15 and not 25. None for an unknown value or no bands."""
    if value is None or _is_missing(value):
        return None
    return next((band for band in bands if band.holds(value)), None)
