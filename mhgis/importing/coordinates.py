"""
Coordinates as maps and registers give them, brought to WGS 84 (EPSG:4326).

Some mapping services draw on shifted coordinates: GCJ-02, an offset of up to 700 m that varies from place to place, and
BD-09, which moves GCJ-02 further. Which of them a register may come in is for a data pack to say. All arrays are
degrees, shape (n,); NaN stays NaN. Reads nothing.
"""

from collections.abc import Callable
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt

#: a coordinate system a register may come in
System = Literal["WGS-84", "GCJ-02", "BD-09"]
SYSTEMS: Final[tuple[System, ...]] = get_args(System)

Degrees = npt.NDArray[np.float64]

#: the ellipsoid GCJ-02 is computed on (Krasovsky 1940): semi-major axis, metres, and first eccentricity squared
_SEMI_MAJOR_M: Final = 6378245.0
_ECCENTRICITY_2: Final = 0.00669342162296594323
#: where the offset is laid around; no offset outside (west, south, east, north)
_ORIGIN: Final = (105.0, 35.0)
_EXTENT: Final = (72.004, 0.8293, 137.8347, 55.8271)
#: how BD-09 winds around GCJ-02
_BD_PI: Final = np.pi * 3000.0 / 180.0
_BD_SHIFT: Final = (0.0065, 0.006)
#: steps of the fixed-point inverse; each makes the error about a thousand times smaller
_STEPS: Final = 4


def to_wgs84(lon: Degrees, lat: Degrees, system: System) -> tuple[Degrees, Degrees]:
    """
    Bring coordinates of a system to WGS 84.

    The inverse of GCJ-02 is found by fixed-point iteration, to well below a millimetre.

    Returns
    -------
    lon, lat
        Degrees, EPSG:4326.
    """
    return _TO_WGS84[system](np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))


def from_wgs84(lon: Degrees, lat: Degrees, system: System) -> tuple[Degrees, Degrees]:
    """
    Give WGS 84 coordinates as a system has them.

    GCJ-02 is the offset published as the EvilTransform code (2010) and in many mapping libraries since; BD-09 the
    rotation that Baidu's coordinate converter applies to it. Neither has an official public specification.
    """
    return _FROM_WGS84[system](np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))


def _same(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    return lon, lat


def _wgs84_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    west, south, east, north = _EXTENT
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    shift_lon, shift_lat = _offset(lon, lat)
    return lon + np.where(inside, shift_lon, 0.0), lat + np.where(inside, shift_lat, 0.0)


def _offset(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    x, y = lon - _ORIGIN[0], lat - _ORIGIN[1]
    wave = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + wave
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + wave
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    angle = np.radians(lat)
    root = np.sqrt(1.0 - _ECCENTRICITY_2 * np.sin(angle) ** 2)
    along_meridian = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_2) / root**3
    along_parallel = _SEMI_MAJOR_M / root * np.cos(angle)
    return np.degrees(east / along_parallel), np.degrees(north / along_meridian)


def _gcj02_to_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    found_lon, found_lat = lon, lat
    for _ in range(_STEPS):
        as_gcj_lon, as_gcj_lat = _wgs84_to_gcj02(found_lon, found_lat)
        found_lon, found_lat = found_lon + (lon - as_gcj_lon), found_lat + (lat - as_gcj_lat)
    return found_lon, found_lat


def _gcj02_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_PI)
    return radius * np.cos(angle) + _BD_SHIFT[0], radius * np.sin(angle) + _BD_SHIFT[1]


def _bd09_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    found_lon, found_lat = lon - _BD_SHIFT[0], lat - _BD_SHIFT[1]
    for _ in range(_STEPS):
        as_bd_lon, as_bd_lat = _gcj02_to_bd09(found_lon, found_lat)
        found_lon, found_lat = found_lon + (lon - as_bd_lon), found_lat + (lat - as_bd_lat)
    return found_lon, found_lat


_Transform = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]

_TO_WGS84: Final[dict[System, _Transform]] = {
    "WGS-84": _same,
    "GCJ-02": _gcj02_to_wgs84,
    "BD-09": lambda lon, lat: _gcj02_to_wgs84(*_bd09_to_gcj02(lon, lat)),
}
_FROM_WGS84: Final[dict[System, _Transform]] = {
    "WGS-84": _same,
    "GCJ-02": _wgs84_to_gcj02,
    "BD-09": lambda lon, lat: _gcj02_to_bd09(*_wgs84_to_gcj02(lon, lat)),
}
