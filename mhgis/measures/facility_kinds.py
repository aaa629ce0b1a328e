"""
Kinds of facility: how many the country has of each, which of them have beds, and how beds fall on them.

A facility is a *place* here: one column of each draw, in a province that is the same in every draw. Holds what
`mhgis.measures.downscale` draws of them. Does not know counties beyond what is said of each place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]

#: rounds of raking: the columns are then off by far less than a bed
_ROUNDS: Final = 60


@dataclass(frozen=True)
class Kind:
    """
    What is published of one kind of facility, and what is assumed of it.

    `facilities` and `beds` are the country's. How many of the facilities have beds is not published: `with_beds` is
    the lowest and the highest share assumed, each value between them as likely as another.
    """

    name: str
    facilities: int
    beds: int
    with_beds: tuple[float, float]


#: the lowest and highest share of the facilities of a kind that have beds: an assumption. A psychiatric hospital has
#: beds; of departments and primary care many see outpatients only; 97 clinics had 842 beds between them
WITH_BEDS: Final[dict[str, tuple[float, float]]] = {
    "psychiatric_hospitals": (1.0, 1.0),
    "general_hospital_departments": (0.4, 0.8),
    "grass_roots_institutions": (0.4, 0.8),
    "rehabilitation_centres": (0.7, 1.0),
    "general_clinics": (0.1, 0.4),
    "mental_health_clinics": (0.1, 0.4),
}


def arrange(stream: np.random.Generator, kinds: Sequence[Kind], favour: Floats) -> tuple[Labels, Flags]:
    """
    Say of every place of every draw which kind of facility stands there, and whether it has beds.

    Parameters
    ----------
    stream
        The random numbers.
    kinds
        Of which the facilities add up to the number of places.
    favour
        Natural logarithm of how much a place draws facilities of the first kind, shape (n_draws, n_places). Those of
        the first kind are a successive sample by it; the others fall on what is left, all places alike.

    Returns
    -------
    kind
        Index into `kinds`, shape (n_draws, n_places): each kind exactly as often as there are facilities of it.
    has_beds
        Of the same shape. Of a kind with beds at least one facility has some.
    """
    first = kinds[0].facilities
    order = np.argsort(-(favour + stream.gumbel(size=favour.shape)), axis=1, kind="stable")
    rest = stream.permuted(order[:, first:], axis=1)
    order = np.concatenate([order[:, :first], rest], axis=1)
    kind, has_beds = np.empty(favour.shape, np.int8), np.empty(favour.shape, np.bool_)
    numbers = np.array([kind.facilities for kind in kinds])
    labels = np.repeat(np.arange(len(kinds), dtype=np.int8), numbers)
    np.put_along_axis(kind, order, np.broadcast_to(labels, order.shape), axis=1)
    # a kind's facilities stand in random order, so its first ones are a random choice of those with beds
    rank = np.arange(len(labels)) - np.repeat(np.cumsum(numbers) - numbers, numbers)
    np.put_along_axis(has_beds, order, rank < _numbers_with_beds(stream, kinds, len(favour))[:, labels], axis=1)
    return kind, has_beds


def _numbers_with_beds(stream: np.random.Generator, kinds: Sequence[Kind], n_draws: int) -> npt.NDArray[np.int64]:
    """Return how many facilities of each kind have beds, shape (n_draws, n_kinds)."""
    low, high = np.array([kind.with_beds for kind in kinds]).T
    share = low + (high - low) * stream.random((n_draws, len(kinds)))
    number: npt.NDArray[np.int64] = np.rint(share * [kind.facilities for kind in kinds]).astype(np.int64)
    least = np.array([kind.beds > 0 for kind in kinds], np.int64)
    return np.maximum(number, least)


def with_a_bed_each(has_beds: Flags, favour: Floats, provinces: Iterable[slice]) -> Flags:
    """
    Give beds to one facility of each of these provinces, where a draw has none there: the likeliest place.

    Parameters
    ----------
    has_beds, favour
        As in `arrange`.
    provinces
        The columns of each province that has beds.
    """
    mended = has_beds.copy()
    for columns in provinces:
        lacks = np.flatnonzero(~mended[:, columns].any(axis=1))
        mended[lacks, columns.start + favour[lacks, columns].argmax(axis=1)] = True
    return mended


def rake(
    size: Floats,
    kind: Labels,
    kinds: Sequence[Kind],
    provinces: Sequence[tuple[slice, int]],
    least: npt.NDArray[np.int64],
) -> Floats:
    """
    Scale sizes so that each kind holds its published part of the beds, with the beds of each province given.

    The published beds of the kinds need not add up to those of the provinces: their proportions count.

    Parameters
    ----------
    size
        Of every place, shape (n_draws, n_places); 0 where there are no beds.
    kind, kinds
        As in `arrange`.
    provinces
        The columns and the beds of each province with beds.
    least
        Beds that every place has already, shape (n_draws, n_places): sizes divide the others.

    Returns
    -------
    size
        Scaled by one factor for each draw and kind.
    """
    if not provinces:
        return size
    n_kinds = len(kinds)
    cells = np.stack([_sum_by_kind(size[:, where], kind[:, where], n_kinds) for where, _ in provinces], axis=1)
    given = np.stack([least[:, where].sum(axis=1) for where, _ in provinces], axis=1)
    beds = np.array([beds for _, beds in provinces])
    published = np.array([max(entry.beds, 1) for entry in kinds], np.float64)
    target = published * (beds.sum() / published.sum()) - _sum_by_kind(least, kind, n_kinds)
    factor = np.ones((len(size), n_kinds))
    for _ in range(_ROUNDS):
        filled = cells * factor[:, np.newaxis]
        filled *= (beds - given)[..., np.newaxis] / filled.sum(axis=2, keepdims=True)
        held = filled.sum(axis=1)
        factor *= np.divide(np.maximum(target, 1), held, out=np.zeros_like(held), where=held > 0)
        factor /= factor.max(axis=1, keepdims=True)
    return size * np.take_along_axis(factor, kind.astype(np.intp), axis=1)


def _sum_by_kind(figures: Floats | npt.NDArray[np.int64], kind: Labels, n_kinds: int) -> Floats:
    """Add up figures of places by draw and kind, shape (n_draws, n_kinds)."""
    cell = np.arange(len(kind))[:, np.newaxis] * n_kinds + kind
    sums = np.bincount(cell.ravel(), weights=figures.ravel(), minlength=len(kind) * n_kinds)
    return np.asarray(sums, np.float64).reshape(len(kind), n_kinds)


def count_by_kind(figures: npt.NDArray[np.int64], kind: Labels, n_kinds: int) -> npt.NDArray[np.int64]:
    """
    Add up counts of places by draw and kind.

    Returns
    -------
    sums
        Of shape (n_draws, n_kinds).
    """
    return np.rint(_sum_by_kind(figures, kind, n_kinds)).astype(np.int64)
