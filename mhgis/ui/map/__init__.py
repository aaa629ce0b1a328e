"""The map: our own Streamlit component around MapLibre GL JS. Pages call `choropleth` and nothing else of it."""

from mhgis.ui.map.component import (
    ClassStyle,
    Details,
    Facility,
    Layer,
    MapEvent,
    Mode,
    choropleth,
    pending,
    wire_order,
)

__all__ = ["ClassStyle", "Details", "Facility", "Layer", "MapEvent", "Mode", "choropleth", "pending", "wire_order"]
