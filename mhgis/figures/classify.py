"""
Classes of a thematic map: where the breaks lie, which class each area falls in, and the legend that adds up.

Every class is [lower, upper): it holds its lower bound and not its upper; the last class holds both. Breaks are rounded
to what the legend prints *before* areas are put into classes, so a printed interval is the true one. Zero is a class of
its own, and so is every status that carries no number. Pure; colours come from `mhgis.figures.palette`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any, Final, Literal, get_args

import mapclassify
import numpy as np
import numpy.typing as npt
import pandas as pd

from mhgis import formats
from mhgis.errors import Fault, SchemaError, UnknownChoiceError
from mhgis.figures import palette
from mhgis.i18n import N_, Language, translator
from mhgis.indicators import Bands, Direction, Indicator, Probability
from mhgis.measures.drawn import CHANCE_EDGES, CHANCE_LABELS, Spread
from mhgis.status import KNOWN

Method = Literal[
    "quantile",
    "natural_breaks",
    "equal_interval",
    "std_dev",
    "pretty",
    "logarithmic",
    "custom",
    "benchmark_bands",
    "benchmark_ratio",
]
METHODS: Final[tuple[Method, ...]] = get_args(Method)

METHOD_NAMES: Final[dict[Method, str]] = {
    "quantile": N_("Quantiles (equal numbers of areas)"),
    "natural_breaks": N_("Natural breaks"),
    "equal_interval": N_("Equal intervals"),
    "std_dev": N_("Standard deviations"),
    "pretty": N_("Round numbers"),
    "logarithmic": N_("Logarithmic"),
    "custom": N_("Your own breaks"),
    "benchmark_bands": N_("Bands of the benchmark"),
    "benchmark_ratio": N_("Relative to the benchmark"),
}

Kind = Literal["class", "zero", "cannot_tell", "not_reported", "suppressed", "not_applicable"]

#: rows of the legend that follow the classes, in this order, each with its colour
_AFTER_CLASSES: Final[dict[Kind, str]] = {
    "zero": palette.ZERO,
    "cannot_tell": palette.CANNOT_TELL,
    "not_reported": palette.NOT_REPORTED,
    "suppressed": palette.SUPPRESSED,
    "not_applicable": palette.NOT_APPLICABLE,
}

#: values relative to a benchmark, in per cent of it; 100 is the benchmark itself
RATIO_EDGES: Final[dict[Direction, tuple[float, ...]]] = {
    "more_is_better": (50, 75, 100, 125, 200, 400),
    "less_is_better": (25, 50, 80, 100, 150, 200),
}

Values = npt.NDArray[np.float64]

#: breaks are printed with at most this many more digits than the indicator has, to keep classes apart
_EXTRA_DIGITS: Final = 4
_SIGNIFICANT_DIGITS: Final = 3
#: bounds from here on are printed without the zeros that line up the smaller ones
_PRINTED_SHORT: Final = 100


@dataclass(frozen=True)
class LegendRow:
    """
    One row of a legend.

    Attributes
    ----------
    kind
        `class`, or a status with a colour of its own.
    colour
        `#RRGGBB`.
    n_areas, people
        Areas in the row, and the sum of their known populations; None where not one of them is known.
    lower, upper
        Bounds of a class as printed, None where it is open to that side; in per cent of the benchmark where
        `is_ratio`. Both None for a status.
    has_upper
        Whether the upper bound itself belongs to the class: true of the last one only.
    has_lower
        Whether the lower bound belongs to it: false of a class that starts at zero while zero is its own row.
    decimals
        Digits all bounds of the legend below 100 are printed with; larger ones drop those that are zero.
    name
        Message id of a band's name, or of what a status is called on this map; empty where there is none.
    spread
        Areas and people over the draws of a model, of which `n_areas` and `people` are the medians; else None.
    """

    kind: Kind
    colour: str
    n_areas: int
    people: int | None
    lower: float | None = None
    upper: float | None = None
    has_upper: bool = False
    has_lower: bool = True
    is_ratio: bool = False
    decimals: int = 0
    name: str = ""
    spread: tuple[Spread, Spread] | None = None


@dataclass(frozen=True, eq=False)
class Classes:
    """
    Areas in classes: `index` gives each row's place in `legend` (uint8, the order of the frame).

    `legend` holds the classes from low to high, then zero, left out, not reported, suppressed and not applicable, these
    five only where an area has that status. Its counts add up to all areas. `breaks` are the bounds between classes.
    """

    method: Method | Literal["chance"]
    index: npt.NDArray[np.uint8]
    legend: tuple[LegendRow, ...]
    breaks: tuple[float, ...]

    @property
    def n_areas(self) -> int:
        """Return how many areas there are in all."""
        return len(self.index)


@dataclass(frozen=True)
class _Cut:
    """Where a method cuts: inner breaks in rising order, outer bounds (None: open), colours, names of bands."""

    breaks: tuple[float, ...]
    lower: float | None
    upper: float | None
    colours: tuple[str, ...]
    names: tuple[str, ...] = ()
    is_ratio: bool = False


def classify(
    frame: pd.DataFrame,
    method: Method = "quantile",
    k: int = 5,
    *,
    decimals: int = 0,
    edges: Sequence[float] | None = None,
    bands: Bands | None = None,
    benchmark: float | None = None,
    direction: Direction = "more_is_better",
    zero_apart: bool = True,
) -> Classes:
    """
    Put areas into classes.

    Parameters
    ----------
    frame
        One row an area: `value` (float; NA where not known), `status` (or `cannot_tell`, of an area that is left out)
        and `people` (NA where not known).
    method
        One of `METHODS`. Natural breaks are the exact optimum of Fisher (1958), by dynamic programming.
    k
        Number of classes asked for; fewer come back where the data have fewer distinct values or round breaks do not
        come in that number. `custom`, `benchmark_bands` and `benchmark_ratio` have their own.
    decimals
        How many the indicator is printed with; breaks get more only where they would not differ otherwise.
    edges
        For `custom`: the inner breaks, rising.
    bands
        For `benchmark_bands`.
    benchmark
        For `benchmark_ratio`: the value that is 100 %, above zero.
    direction
        What is good; decides which end of bands and ratios is brown, and whether zero shouts or is calm.
    zero_apart
        Whether zero is a class of its own, as a counted zero is; of a model's it is part of the lowest class.

    Returns
    -------
    classes
        Values of status `reported` and `modelled` in classes; those that are exactly zero, and status `zero`, apart.

    Raises
    ------
    UnknownChoiceError
        If the method is unknown, lacks what it needs, or has a number of classes without tested colours.
    SchemaError
        If a known value is missing or infinite, or edges do not rise.
    """
    if method not in METHODS:
        message = f"There is no class method {method!r}; expected one of: {', '.join(METHODS)}."
        raise UnknownChoiceError(message)
    status = frame["status"].to_numpy(dtype=object)
    value = frame["value"].to_numpy(dtype=float, na_value=np.nan)
    known = np.isin(status, list(KNOWN))
    _check_known(value, known)
    # zero is told by status or by the value itself: a model's exact zero is one too
    is_zero = (status == "zero") | (known & (value == 0))
    in_class = known & ~is_zero
    cut = _cut(
        value[in_class],
        method,
        k,
        decimals=decimals,
        edges=edges,
        bands=bands,
        benchmark=benchmark,
        direction=direction,
    )
    compared = value[in_class] if not cut.is_ratio else 100 * (value[in_class] / (benchmark or 1))
    place = np.full(len(frame), -1)
    place[in_class] = np.searchsorted(np.array(cut.breaks), compared, side="right")
    if not zero_apart and is_zero.any():
        place[is_zero], is_zero = 0, np.zeros_like(is_zero)
        cut = replace(cut, lower=cut.lower and 0.0) if cut.colours else _Cut((), 0.0, 0.0, _colours(1))
    classes = _with_legend(frame, place, is_zero, cut, method)
    return classes if direction == "more_is_better" else _calm_zero(classes)


def by_chance(frame: pd.DataFrame) -> Classes:
    """
    Put the areas of a model into classes by how likely they are to be short.

    Parameters
    ----------
    frame
        One row an area: `p_short` (per cent of the draws; NA where not known), `status` (or `cannot_tell`, of an area
        that is left out) and `people` (NA where not known).

    Returns
    -------
    classes
        From the likeliest to the least likely, then the statuses that carry no number.
    """
    share = frame["p_short"].to_numpy(dtype=float, na_value=np.nan)
    known = np.isin(frame["status"].to_numpy(dtype=object), list(KNOWN))
    _check_known(share, known)
    place = np.full(len(frame), -1)
    place[known] = np.searchsorted(np.array(CHANCE_EDGES), share[known], side="right")
    cut = _Cut(CHANCE_EDGES, None, None, palette.CHANCES[::-1], tuple(CHANCE_LABELS.values())[::-1], is_ratio=True)
    classes = _with_legend(frame, place, np.zeros(len(frame), dtype=bool), cut, "chance")
    # the likeliest comes first
    n = len(CHANCE_EDGES) + 1
    turned = np.where(classes.index < n, n - 1 - classes.index, classes.index).astype(np.uint8)
    return replace(classes, index=turned, legend=(*classes.legend[:n][::-1], *classes.legend[n:]))


def with_draws(classes: Classes, counted: Sequence[tuple[Spread, Spread]]) -> Classes:
    """
    Tell of each class of a model how many areas and people its draws put there, in place of where the means lie.

    Parameters
    ----------
    classes
        By value.
    counted
        Areas and people of each class over the draws: see `mhgis.measures.drawn.by_class`.
    """
    rows = (
        replace(row, n_areas=round(areas.middle), people=round(people.middle), spread=(areas, people))
        for row, (areas, people) in zip(classes.legend, counted, strict=False)
    )
    return replace(classes, legend=(*rows, *classes.legend[len(counted) :]))


def _with_legend(
    frame: pd.DataFrame, place: npt.NDArray[np.int_], is_zero: npt.NDArray[np.bool_], cut: _Cut,
    method: Method | Literal["chance"],
) -> Classes:  # fmt: skip
    people = frame["people"].to_numpy(dtype=float, na_value=np.nan)
    status = frame["status"].to_numpy(dtype=object)
    bounds = [cut.lower, *cut.breaks, cut.upper]
    last = len(cut.colours) - 1
    decimals = max((_digits(b) for b in bounds if b is not None and abs(b) < _PRINTED_SHORT), default=0)
    legend = [
        LegendRow(
            "class",
            colour,
            *_count(place == i, people),
            lower=bounds[i],
            upper=bounds[i + 1],
            has_upper=i == last and bounds[i + 1] is not None,
            has_lower=not (bounds[i] == 0 and bool(is_zero.any())),
            is_ratio=cut.is_ratio,
            decimals=decimals,
            name=cut.names[i] if cut.names else "",
        )
        for i, colour in enumerate(cut.colours)
    ]
    for kind, colour in _AFTER_CLASSES.items():
        rows = is_zero if kind == "zero" else (status == kind)
        if rows.any():
            place[rows] = len(legend)
            legend.append(LegendRow(kind, colour, *_count(rows, people)))
    if (place < 0).any():
        found = sorted({str(s) for s in status[place < 0]})
        raise SchemaError([Fault("values", None, "status", ", ".join(found), "a status of mhgis.status")])
    return Classes(method, place.astype(np.uint8), tuple(legend), cut.breaks)


def _calm_zero(classes: Classes) -> Classes:
    rows = (replace(r, colour=palette.ZERO_OF_A_LACK) if r.kind == "zero" else r for r in classes.legend)
    return replace(classes, legend=tuple(rows))


def _count(rows: npt.NDArray[np.bool_], people: Values) -> tuple[int, int | None]:
    known = people[rows & ~np.isnan(people)]
    if len(known) == 0 and rows.any():
        return int(rows.sum()), None
    return int(rows.sum()), int(known.sum())


def _check_known(value: Values, known: npt.NDArray[np.bool_]) -> None:
    faults = [
        Fault("values", int(row) + 2, "value", str(value[row]), "a finite number, as the status says it is known")
        for row in np.flatnonzero(known & ~np.isfinite(value))
    ]
    if faults:
        raise SchemaError(faults)


def _cut(
    values: Values,
    method: Method,
    k: int,
    *,
    decimals: int,
    edges: Sequence[float] | None,
    bands: Bands | None,
    benchmark: float | None,
    direction: Direction,
) -> _Cut:
    if method == "custom":
        own = _rising(edges or ())
        return _Cut(own, None if own else _floor(values), None if own else _ceiling(values), _colours(len(own) + 1))
    if method == "benchmark_bands":
        return _bands_cut(_given(bands, method), direction)
    if method == "benchmark_ratio":
        return _ratio_cut(_given(benchmark, method), direction)
    palette.colours("sequential", k)
    return _data_cut(values, _METHODS[method], k, decimals)


def _given(what: Any, method: Method) -> Any:  # noqa: ANN401 - a check for presence, whatever the type
    if what is None or (isinstance(what, float | int) and not what > 0):
        message = f"Classes by {method!r} need a benchmark above zero; choose one, or another class method."
        raise UnknownChoiceError(message)
    return what


def _colours(k: int) -> tuple[str, ...]:
    return palette.colours("sequential", k)


def _rising(edges: Sequence[float]) -> tuple[float, ...]:
    own = tuple(float(edge) for edge in edges)
    if not all(np.isfinite(own)) or any(two <= one for one, two in pairwise(own)):
        printed = ", ".join(f"{edge:g}" for edge in own)
        raise SchemaError([Fault("class breaks", None, None, printed, "finite numbers, each above the one before")])
    return own


def _bands_cut(bands: Bands, direction: Direction) -> _Cut:
    colours = palette.colours("bands", len(bands.names))
    shown = colours if direction == "more_is_better" else colours[::-1]
    return _Cut(_rising(bands.edges), None, None, shown, bands.names)


def _ratio_cut(_benchmark: float, direction: Direction) -> _Cut:
    colours = palette.colours("diverging", 7)
    shown = colours if direction == "more_is_better" else colours[::-1]
    return _Cut(RATIO_EDGES[direction], None, None, shown, is_ratio=True)


def _data_cut(values: Values, method: Callable[[Values, int], Values], k: int, decimals: int) -> _Cut:
    if len(values) == 0:
        return _Cut((), None, None, ())
    if k == 1 or values.min() == values.max():
        return _Cut((), _floor(values), _ceiling(values), _colours(1))
    breaks, lower, upper = _rounded(np.unique(method(values, k)), values, decimals)
    return _Cut(breaks, lower, upper, _colours(len(breaks) + 1))


def _rounded(raw: Values, values: Values, decimals: int) -> tuple[tuple[float, ...], float, float]:
    """Round breaks and outer bounds to what is printed, with as few digits as keep the classes apart."""
    low, high = float(values.min()), float(values.max())
    wanted = sum(low < b <= high for b in raw)
    is_finer = any(float(_to_digits(v, decimals, 15, ROUND_HALF_UP)) != v for v in values[:1000])
    best: tuple[tuple[float, ...], int, int] = ((), decimals, _SIGNIFICANT_DIGITS)
    for extra in range(_EXTRA_DIGITS + 1):
        digits, significant = decimals + extra * is_finer, _SIGNIFICANT_DIGITS + extra
        kept = sorted({float(_to_digits(b, digits, significant, ROUND_HALF_UP)) for b in raw})
        kept = [b for b in kept if low < b <= high]
        if extra == 0 or len(kept) > len(best[0]):
            best = (tuple(kept), digits, significant)
        if len(kept) == wanted:
            break
    breaks, digits, significant = best
    bottom = float(_to_digits(low, digits, significant, ROUND_FLOOR))
    return breaks, bottom, float(_to_digits(high, digits, significant, ROUND_CEILING))


def _to_digits(number: float, decimals: int, significant: int, rounding: str) -> Decimal:
    # thousands keep three digits; small numbers the decimals of their indicator
    exact = Decimal(repr(float(number)))
    places = min(decimals, significant - 1 - exact.adjusted()) if exact else decimals
    return exact.quantize(Decimal(1).scaleb(-places), rounding)


def _floor(values: Values) -> float | None:
    return None if len(values) == 0 else float(_to_digits(values.min(), 6, 15, ROUND_FLOOR))


def _ceiling(values: Values) -> float | None:
    return None if len(values) == 0 else float(_to_digits(values.max(), 6, 15, ROUND_CEILING))


def _after_last(values: Values, lasts: Values) -> Values:
    """Turn `this value is the last of its class` into a break: the middle between it and the next value that occurs."""
    distinct = np.unique(values)
    following = np.searchsorted(distinct, lasts, side="right")
    inner = (following > 0) & (following < len(distinct))
    return (distinct[following[inner] - 1] + distinct[following[inner]]) / 2


def quantile_breaks(values: Values, k: int) -> Values:
    """Return breaks that give each class the same number of areas, as near as ties allow."""
    # as mapclassify.Quantiles, which warns wherever many areas share a value
    return _after_last(values, np.quantile(values, np.arange(1, k) / k))


def equal_interval_breaks(values: Values, k: int) -> Values:
    """Return breaks at equal distances."""
    return np.asarray(mapclassify.EqualInterval(values, k).bins[:-1], dtype=float)


def std_dev_breaks(values: Values, k: int) -> Values:
    """Return breaks one standard deviation apart, the mean in the middle (of the middle class where `k` is odd)."""
    multiples = [i - (k - 2) / 2 for i in range(k - 1)]
    return np.asarray(mapclassify.StdMean(values, multiples).bins[: k - 1], dtype=float)


def pretty_breaks(values: Values, k: int) -> Values:
    """Return breaks at round numbers, one, two or five of a power of ten apart; about `k` classes, never too many."""
    most = palette.largest("sequential")
    # the steps come in few sizes: ask for several numbers of classes, take what comes nearest to the one wanted
    offered = [mapclassify.PrettyBreaks(values, asked).bins[:-1] for asked in range(2, 2 * most)]
    fitting = [bins for bins in offered if len(bins) < most] or [mapclassify.EqualInterval(values, k).bins[:-1]]
    best = min(fitting, key=lambda bins: (abs(len(bins) + 1 - k), -len(bins)))
    return np.round(np.asarray(best, dtype=float), 10)


def logarithmic_breaks(values: Values, k: int) -> Values:
    """
    Return breaks at equal ratios, two digits each; at equal distances where a value is below zero.

    Zero never gets here: it is a class of its own.
    """
    if values.min() <= 0:
        return equal_interval_breaks(values, k)
    return np.array([float(f"{b:.2g}") for b in np.geomspace(values.min(), values.max(), k + 1)[1:-1]])


def natural_breaks(values: Values, k: int) -> Values:
    """
    Return the breaks with the least sum of squares within classes: Fisher (1958), exact, the same at every run.

    Dynamic programming over the distinct values; as the best last break only moves up, each class takes n log n steps.
    """
    distinct, weight = np.unique(values, return_counts=True)
    k = min(k, len(distinct))
    centred = distinct - distinct.mean()
    sums = [np.concatenate([[0.0], np.cumsum(part)]) for part in (weight, weight * centred, weight * centred**2)]

    def within(first: npt.NDArray[np.int_], end: int) -> Values:
        n, total, squares = (s[end] - s[first] for s in sums)
        return np.asarray(squares - total**2 / n)

    best = np.array([np.inf, *(within(np.array([0]), end)[0] for end in range(1, len(distinct) + 1))])
    starts = []
    for added in range(1, k):
        # the last class ends with the last value, so that one end is all that is asked for
        best, start = _add_class(best, within, from_end=len(distinct) if added == k - 1 else 2)
        starts.append(start)
    lasts, end = [], len(distinct)
    for start in reversed(starts):
        end = int(start[end])
        lasts.append(distinct[end - 1])
    return _after_last(values, np.array(lasts[::-1]))


def _add_class(
    best: Values, within: Callable[[npt.NDArray[np.int_], int], Values], from_end: int
) -> tuple[Values, npt.NDArray[np.int_]]:
    """Find, for each number of leading values, the least sum with one class more and where that class starts."""
    n = len(best) - 1
    least, start = np.full(n + 1, np.inf), np.zeros(n + 1, dtype=int)
    todo = [(from_end, n, 1, n)]
    while todo:
        low, high, first, last = todo.pop()
        if low > high:
            continue
        end = (low + high) // 2
        candidates = np.arange(first, min(last, end - 1) + 1)
        costs = best[candidates] + within(candidates, end)
        chosen = int(candidates[np.argmin(costs)])
        least[end], start[end] = costs.min(), chosen
        todo += [(low, end - 1, first, chosen), (end + 1, high, chosen, last)]
    return least, start


_METHODS: Final[dict[str, Callable[[Values, int], Values]]] = {
    "quantile": quantile_breaks,
    "natural_breaks": natural_breaks,
    "equal_interval": equal_interval_breaks,
    "std_dev": std_dev_breaks,
    "pretty": pretty_breaks,
    "logarithmic": logarithmic_breaks,
}


def interval(row: LegendRow, indicator: Indicator) -> str:
    """
    Return the bounds of a class as printed: `< 15`, `15 – 25`, `≥ 60`, with % where the indicator is a percentage.

    Bounds are printed with all their digits; a class that starts at zero while zero stands apart prints `> 0 – 5`.
    """
    sign = " %" if row.is_ratio or indicator.unit.startswith("%") else ""
    low, high = _printed(row.lower, row.decimals), _printed(row.upper, row.decimals)
    if not low and not high:
        return ""
    if not low:
        return f"< {high}{sign}"
    if not high:
        return f"≥ {low}{sign}"
    if low == high:
        return f"{low}{sign}"
    return f"{low} – {high}{sign}" if row.has_lower else f"> {low} – {high}{sign}"


def _printed(bound: float | None, decimals: int) -> str:
    if bound is None:
        return ""
    return formats.number(bound, _digits(bound) if abs(bound) >= _PRINTED_SHORT else decimals)


def _digits(bound: float) -> int:
    """Return how many decimals print a bound exactly."""
    exponent = Decimal(repr(bound)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def label(row: LegendRow, lang: Language, indicator: Indicator, *, modelled: bool = False) -> str:
    """
    Return what a legend row says: the name of a status, or of a band with its bounds, or the bounds.

    The unit other than % is not repeated in each row: it belongs over the legend. A zero of `modelled` data says so: it
    is not a zero that was counted. Counts over a model's draws are told with their range.
    """
    _, said = translator(lang), _label(row, lang, indicator, modelled=modelled)
    if row.spread is None or row.spread[0].is_certain:
        return said
    span = formats.interval(row.spread[0].lower, row.spread[0].upper)
    return _("{label} ({span} areas)").format(label=said, span=span)


def _label(row: LegendRow, lang: Language, indicator: Indicator, *, modelled: bool) -> str:
    _ = translator(lang)
    if row.kind == "zero" and modelled:
        by_draw = isinstance(indicator.rule, Probability)
        return _("0 %: in none of the draws") if by_draw else _("None, in every draw")
    if row.kind == "cannot_tell":
        return _("Left out: cannot tell")
    if row.kind != "class" and row.name:
        return _(row.name)
    if row.kind != "class":
        word = formats.status_word(row.kind, lang)
        return word if lang == "zh" else word[:1].upper() + word[1:]
    bounds = interval(row, indicator)
    if not bounds:
        return _(row.name) if row.name else _("All known values")
    return _("{name}: {bounds}").format(name=_(row.name), bounds=bounds) if row.name else bounds


def note(classes: Classes, lang: Language, direction: Direction) -> str:
    """Return the sentence under a legend: which bounds belong to a class, and what dark or brown means."""
    _ = translator(lang)
    if classes.method == "chance":
        return _(
            "Shares of the model's draws in which an area falls short: how likely it is, and nothing certain about any "
            "one area. Each class holds its lower bound."
        )
    said = []
    if any(row.spread is not None for row in classes.legend):
        said.append(_("Coloured by the means of the draws; counted in each draw: median (5-95 %)."))
    if any(row.kind == "zero" for row in classes.legend):
        said.append(_("Zero is a class of its own."))
    if len(classes.breaks) > 0:
        said.append(_("Each class holds its lower bound and not its upper; the last holds both."))
    if not any(row.kind == "class" and not (row.name and row.lower is row.upper is None) for row in classes.legend):
        pass  # no shade is there to be explained, or its name says it
    elif classes.method in {"benchmark_bands", "benchmark_ratio"}:
        said.append(_("Brown falls short, blue meets the benchmark."))
    elif direction == "more_is_better":
        said.append(_("The darker, the more."))
    else:
        said.append(_("The darker, the worse."))
    return formats.paragraph(said, lang)
