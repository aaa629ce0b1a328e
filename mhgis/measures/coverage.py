"""
Coverage of a dataset: what share of people lives in areas with a reported value, and whose report would tell most.

Unknown is counted as unknown, never as zero. A model's value is no report. Pure.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

#: statuses that are a report of somebody who looked
REPORTED: Final = frozenset({"reported", "zero"})
#: areas whose report would tell most are named up to this many
MOST_TELLING: Final = 5

#: shares of people at which a new class of a map begins, per cent
SHARE_EDGES: Final = (25.0, 50.0, 75.0, 100.0)
N_SHARES: Final = len(SHARE_EDGES) + 1


def share_of_people(values: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """
    Return what share of people lives in areas with a reported value.

    Parameters
    ----------
    values
        `status` and `people` (NA = unknown) of each area; areas that are not applicable are left out.
    by
        A column to group by, such as `province_code`; by default all areas are one group.

    Returns
    -------
    coverage
        `by` (or none), `areas`, `areas_reported`, `people`, `people_reported`, `share` (per cent of people; NA where
        nobody is known to live there). Areas whose people are unknown count as areas and add nobody.
    """
    kept = values[values["status"].ne("not_applicable")]
    is_reported = kept["status"].isin(sorted(REPORTED))
    people = kept["people"].astype("Int64").fillna(0)
    counted = pd.DataFrame(
        {
            "group": kept[by] if by else "",
            "areas": 1,
            "areas_reported": is_reported.astype("int64"),
            "people": people,
            "people_reported": people.where(is_reported, 0),
        }
    )
    sums = counted.groupby("group", as_index=False, sort=True).sum()
    total = sums["people"].astype("Float64")
    share = sums["people_reported"].astype("Float64") * 100 / total.where(total.gt(0))
    sums = sums.assign(share=share)
    return sums.rename(columns={"group": by}) if by else sums.drop(columns="group")


def most_telling(values: pd.DataFrame, n: int = MOST_TELLING) -> pd.DataFrame:
    """
    Return the areas without a report in which most people live, the largest first.

    Returns
    -------
    areas
        The rows of `values` of up to `n` areas, with `share_of_unknown`: their people in per cent of all people who
        live in areas without a report.
    """
    open_ones = values[~values["status"].isin(sorted(REPORTED | {"not_applicable"})) & values["people"].notna()]
    total = float(open_ones["people"].sum())
    ordered = open_ones.sort_values(["people", "area_code"], ascending=[False, True]).head(n)
    share = ordered["people"].astype("Float64") * 100 / total if total > 0 else pd.Series(dtype="Float64")
    return ordered.assign(share_of_unknown=share)


def classes(share: pd.Series) -> npt.NDArray[np.int64]:
    """
    Put shares into the classes of a map.

    Parameters
    ----------
    share
        Per cent of people, 0 to 100; NA where there is nobody to count.

    Returns
    -------
    place
        0 for nobody at all, 1 up to `N_SHARES` for more and more (the last for everybody, none of the others holds its
        upper bound), one more for NA.
    """
    number = share.astype("Float64").to_numpy(dtype="float64", na_value=np.nan)
    place = np.searchsorted(SHARE_EDGES, number, side="right") + 1
    place = np.where(number == 0, 0, place)
    return np.where(np.isnan(number), N_SHARES + 1, place)
