"""The picture of all counties, warm, and six slides. Budgets: 3 s for a PNG of 300 dpi, 5 s for a PPTX of it."""

import os
import statistics
import time
from collections.abc import Iterator

from mhgis.ui.page import present
from mhgis.ui.part import figure, map_files
from mhgis.view.saved_views import SavedView
from mhgis.view.view import View

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


def bench_slides_of_six_views() -> Iterator[tuple[str, float, str]]:
    """Make slides and pages of six views in one process; each file anew, no picture kept from the one before."""
    chosen = {"data": "cn-published", "level": "province", "ind": "beds_per_100k", "year": "2015"}
    model = {"data": "cn-modelled-2015", "level": "county", "ind": "beds", "year": "2015"}
    asked = [("overview", chosen), ("map", chosen), ("gaps", chosen), ("map", model), ("gaps", model), ("map", chosen)]
    views = [SavedView(f"{at:012d}", name, name, tuple(query.items())) for at, (name, query) in enumerate(asked)]
    for kind, make in (("pptx", present.to_pptx), ("pdf", present.to_pdf)):
        present.forget_pictures()
        begun = time.process_time()
        make(views, "zh", "http://localhost")
        yield f"six_slides_{kind}_processor", time.process_time() - begun, "s"
