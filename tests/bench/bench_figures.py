"""The picture of all counties, warm. Budget: 3 s for a PNG of 300 dots per inch."""

import os
import statistics
import time
from collections.abc import Iterator

from mhgis.ui.part import figure, map_files
from mhgis.view.links import View

TIMES = 5


def bench_pictures_of_all_counties() -> Iterator[tuple[str, float, str]]:
    """Draw the map of all counties in each format, the first time and again."""
    view = View("cn-modelled-2015", "county", year=2015, indicator="beds_per_100k", lang="zh")
    rows = figure.ranked(view)
    about = figure.about(view, rows, figure.headline(view, rows))
    yield "load", os.getloadavg()[0], "processes"
    begun = time.perf_counter()
    map_files.draw(view, rows, about, map_files.KINDS[0])
    yield "picture_first", time.perf_counter() - begun, "s"
    for kind in map_files.KINDS:
        seconds = []
        for _ in range(TIMES):
            begun = time.perf_counter()
            content = map_files.draw(view, rows, about, kind)
            seconds.append(time.perf_counter() - begun)
        yield f"picture_{kind.form}_{kind.dpi}", statistics.median(seconds), "s"
        yield f"picture_{kind.form}_{kind.dpi}_size", len(content), "B"
