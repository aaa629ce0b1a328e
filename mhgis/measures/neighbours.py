"""
The nearest area that has what an empty area lacks: empty but served next door, or empty and far.

Pure. Distances are straight lines over the ground between the areas' points (a point inside each shape), not between
people and not by road. They say nothing of a single area where the figures are modelled.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from mhgis.i18n import N_
from mhgis.status import KNOWN

#: mean radius R1 of the Earth (Moritz 2000, Geodetic Reference System 1980); against the ellipsoid a distance is off
#: by at most 0.6 per cent
EARTH_RADIUS_KM: Final = 6371.0088

#: suppliers that differ in distance by less are equally near
TIE_KM: Final = 1e-6

Service = Literal["next_door", "far", "nowhere"]
SERVICES: Final[tuple[Service, ...]] = get_args(Service)
SERVICE_LABELS: Final[dict[Service, str]] = {
    "next_door": N_("None here, but next door"),
    "far": N_("None here, and far from any"),
    "nowhere": N_("None here, and no other area is known to have any"),
}


@dataclass(frozen=True)
class Neighbours:
    """
    The nearest supply of every empty area.

    `nearest` has one row an empty area, ordered by code: `area_code`, `nearest_code` (NA = no area is known to have
    any), `distance_km` (NaN likewise). Areas are counted: `empty` (known to have none), `supplied` (known to have
    some), `unknown` (neither served nor serving; they may well be nearer) and `outside` (`not_applicable`).
    """

    nearest: pd.DataFrame
    empty: int
    supplied: int
    unknown: int
    outside: int


def nearest_supply(areas: pd.DataFrame) -> Neighbours:
    """
    Find, for each area known to have none, the nearest area known to have some.

    Parameters
    ----------
    areas
        One row an area: `area_code`, `lon` and `lat` (degrees, EPSG:4326), `value` (what there is; NaN = not known)
        and `status` (see `mhgis.status`).

    Returns
    -------
    neighbours
        The nearest by great circle; of those equally near (`TIE_KM`) the one with the lowest code.

    Raises
    ------
    ValueError
        If a code repeats, or an area that is known has no point.

    Notes
    -----
    Points become unit vectors; the chord between two grows with the angle between them, so the nearest in space is the
    nearest on the sphere, and a k-d tree finds it exactly, over poles and date line too.
    """
    ordered = areas.sort_values("area_code", ignore_index=True)
    known = ordered["status"].isin(sorted(KNOWN)) & ordered["value"].notna()
    _refuse(ordered, known)
    empty = ordered[known & ordered["value"].eq(0)]
    supplied = ordered[known & ordered["value"].gt(0)]
    outside = ordered["status"].eq("not_applicable")
    return Neighbours(
        _join(empty, supplied),
        empty=len(empty),
        supplied=len(supplied),
        unknown=int((~known & ~outside).sum()),
        outside=int(outside.sum()),
    )


def _refuse(areas: pd.DataFrame, known: pd.Series) -> None:
    if areas["area_code"].duplicated().any():
        message = f"A code stands once; found again: {areas.loc[areas['area_code'].duplicated(), 'area_code'].tolist()}"
        raise ValueError(message)
    lost = known & (areas["lon"].isna() | areas["lat"].isna())
    if lost.any():
        message = f"An area that is known needs a point; found none for {areas.loc[lost, 'area_code'].tolist()[:5]}"
        raise ValueError(message)


def _join(empty: pd.DataFrame, supplied: pd.DataFrame) -> pd.DataFrame:
    found = pd.DataFrame({"area_code": empty["area_code"].astype("str").reset_index(drop=True)})
    if not len(supplied) or not len(empty):
        return found.assign(nearest_code=pd.Series(pd.NA, index=found.index, dtype="str"), distance_km=np.nan)
    points = unit_vectors(empty["lon"], empty["lat"])
    tree = cKDTree(unit_vectors(supplied["lon"], supplied["lat"]))
    chord, _ = tree.query(points)
    # suppliers come by code, so the lowest position among the equally near is the lowest code
    equally_near = tree.query_ball_point(points, chord_of(arc_km(chord) + TIE_KM))
    first = [min(positions) for positions in equally_near]
    distance_km = arc_km(np.linalg.norm(points - tree.data[first], axis=1))
    return found.assign(nearest_code=supplied["area_code"].to_numpy()[first], distance_km=distance_km)


def unit_vectors(lon: pd.Series, lat: pd.Series) -> NDArray[np.float64]:
    """Return points on the unit sphere, shape (n, 3), for degrees of longitude and latitude."""
    east, north = np.radians(lon.to_numpy("float64")), np.radians(lat.to_numpy("float64"))
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def arc_km(chord: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return lengths over the ground (km) for chords of the unit sphere."""
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.clip(chord / 2, 0, 1)))


def chord_of(distance_km: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return chords of the unit sphere for lengths over the ground (km)."""
    return np.asarray(2 * np.sin(np.clip(distance_km / (2 * EARTH_RADIUS_KM), 0, np.pi / 2)))


def classify(distance_km: pd.Series, threshold_km: float) -> pd.Series:
    """
    Split empty areas by how far the nearest supply is.

    Parameters
    ----------
    distance_km
        As of `nearest_supply`; NaN where no area is known to have any.
    threshold_km
        Up to here, and including it, an area is served next door.

    Returns
    -------
    service
        One of `SERVICES`, on the index of `distance_km`.

    Raises
    ------
    ValueError
        If the threshold is not a number above zero.
    """
    if not 0 < threshold_km < np.inf:
        message = f"The distance that is next door must be a number above zero; found {threshold_km}."
        raise ValueError(message)
    service = pd.Series("far", index=distance_km.index, dtype="str", name="service")
    return service.mask(distance_km.le(threshold_km), "next_door").mask(distance_km.isna(), "nowhere")
