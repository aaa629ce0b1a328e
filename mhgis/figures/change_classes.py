"""
Classes of a map of differences: what is fewer, unchanged, more, or more by an amount that only has a least.

The colours are those of the map of clusters, whose distances are tested. Pure; what is compared comes in as numbers.
"""

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from mhgis import formats
from mhgis.figures import palette
from mhgis.figures.classify import Classes, Kind, LegendRow
from mhgis.i18n import N_

FEWER: Final = N_("Fewer")
UNCHANGED: Final = N_("Unchanged")
MORE: Final = N_("More")
AT_LEAST: Final = N_("More, from a number not known")

_COLOURS: Final[dict[str, str]] = {
    FEWER: palette.CLUSTERS["low_low"],
    UNCHANGED: palette.CLUSTERS["not_significant"],
    MORE: palette.CLUSTERS["high_low"],
    AT_LEAST: palette.CLUSTERS["low_high"],
}
_MUCH_MORE: Final = palette.CLUSTERS["high_high"]
#: statuses whose areas are in no class, in the order of the legend
_OUTSIDE: Final[tuple[tuple[Kind, str], ...]] = (
    ("not_reported", palette.NOT_REPORTED),
    ("not_applicable", palette.NOT_APPLICABLE),
)


def classes(change: pd.Series, least: pd.Series, status: pd.Series, people: pd.Series, decimals: int) -> Classes:
    """
    Put areas into classes by how a rate changes.

    Parameters
    ----------
    change
        By area code; NA where it is not known.
    least
        What is added at the least where the number is not known; 0 = nothing.
    status
        `not_applicable` where an area is in no statistics.
    people
        Residents; NA = unknown.
    decimals
        How many the bound between more and much more is printed with.

    Returns
    -------
    classes
        Each area in one row of the legend; classes that no area is in are left out, but for `UNCHANGED`.
    """
    number = change.astype("Float64").round(decimals + 2)
    outside = status.eq("not_applicable").to_numpy(bool)
    more = number.gt(0).fillna(value=False).to_numpy(bool) & ~outside
    bound = _bound(number[more], decimals)
    much = more & number.ge(bound if bound is not None else np.inf).fillna(value=False).to_numpy(bool)
    added = number.isna().to_numpy(bool) & least.gt(0).fillna(value=False).to_numpy(bool) & ~outside
    low, high = (None, None) if bound is None else (bound, float(number[more].max()))
    found: list[tuple[LegendRow, npt.NDArray[np.bool_]]] = [
        (_row(FEWER), number.lt(0).fillna(value=False).to_numpy(bool) & ~outside),
        (_row(UNCHANGED), number.eq(0).fillna(value=False).to_numpy(bool) & ~outside),
        (_row(MORE, upper=low, decimals=decimals), more & ~much),
        (_row(MORE, _MUCH_MORE, lower=low, upper=high, decimals=decimals), much),
        (_row(AT_LEAST), added),
        (_status(*_OUTSIDE[0]), number.isna().to_numpy(bool) & ~added & ~outside),
        (_status(*_OUTSIDE[1]), outside),
    ]
    shown = [(row, here) for row, here in found if here.any() or row.name == UNCHANGED]
    index = np.zeros(len(number), dtype=np.uint8)
    counted = people.to_numpy("float64", na_value=np.nan)
    legend = []
    for at, (row, here) in enumerate(shown):
        index[here] = at
        known = counted[here][~np.isnan(counted[here])]
        total = None if len(known) == 0 and here.any() else int(known.sum())
        legend.append(replace(row, n_areas=int(here.sum()), people=total))
    return Classes("custom", index, tuple(legend), () if bound is None else (bound,))


def _bound(more: pd.Series, decimals: int) -> float | None:
    # half of those that gain are above it; none where all gain alike
    if more.empty or float(more.min()) == float(more.max()):
        return None
    bound = float(formats.rounded(float(more.median()), decimals))
    return bound if float(more.min()) < bound <= float(more.max()) else None


def _row(
    name: str, colour: str = "", *, lower: float | None = None, upper: float | None = None, decimals: int = 0
) -> LegendRow:
    return LegendRow(
        "class", colour or _COLOURS[name], 0, 0, lower=lower, upper=upper, has_upper=lower is not None,
        decimals=decimals, name=name,
    )  # fmt: skip


def _status(kind: Kind, colour: str) -> LegendRow:
    return LegendRow(kind, colour, 0, 0)
