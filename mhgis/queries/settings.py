"""What the data pack says of its maps."""

import json
from typing import Any, Final

from mhgis.queries.tables import table

_OF_MAPS: Final = "SELECT key, value FROM setting WHERE starts_with(key, 'map.') ORDER BY key"


def settings_of_maps() -> dict[str, Any]:
    """
    Return the settings of maps as published with the figures.

    Returns
    -------
    settings
        `standard_parallels` and `centre` (degrees, of an equal-area conic), `view` and, where the country has one,
        `inset`: windows of west, south, east, north (degrees, EPSG:4326).
    """
    rows = table(_OF_MAPS)
    return {key.removeprefix("map."): json.loads(value) for key, value in zip(rows["key"], rows["value"], strict=True)}
