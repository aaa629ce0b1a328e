"""
What is known about a value: the six statuses, and which of them carry a number.

Zero, unknown and suppressed are three different things everywhere. `gap` logic is not here: see `mhgis.measures.rates`.
"""

from typing import Final, Literal, get_args

import pandas as pd

Status = Literal["reported", "zero", "not_reported", "suppressed", "not_applicable", "modelled"]

STATUSES: Final[tuple[Status, ...]] = get_args(Status)

#: statuses whose value is a number; the others hold NA
KNOWN: Final[frozenset[Status]] = frozenset({"reported", "zero", "modelled"})


def status_of(values: pd.Series) -> pd.Series:
    """
    Say what a column of published counts tells: above zero, zero, or nothing.

    Parameters
    ----------
    values
        Counts; NA where the source prints none.

    Returns
    -------
    status
        `reported`, `zero` or `not_reported`, on the index of `values`.
    """
    status = pd.Series("reported", index=values.index, dtype="str", name="status")
    status = status.mask(values.eq(0).fillna(value=False).astype(bool), "zero")
    return status.mask(values.isna(), "not_reported")
