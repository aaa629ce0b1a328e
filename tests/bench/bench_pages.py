"""The script of each page, warm, without a browser. Budget: 95 of 100 reruns within 100 ms."""

import statistics
import time
from collections.abc import Iterator

from streamlit.testing.v1 import AppTest

from mhgis import paths

WARM_UP = 3
RERUNS = 40
TIMEOUT_S = 60


def bench_page_scripts() -> Iterator[tuple[str, float, str]]:
    """Rerun each page as a session that has seen it before does; the app's own frame is part of every rerun."""
    for page in sorted((paths.ROOT / "pages").glob("*.py")):
        app = AppTest.from_file(str(paths.ROOT / "app.py"), default_timeout=TIMEOUT_S).run()
        app.switch_page(f"pages/{page.name}")
        for _ in range(WARM_UP):
            app.run()
        milliseconds = []
        for _ in range(RERUNS):
            begun = time.perf_counter()
            app.run()
            milliseconds.append(1000 * (time.perf_counter() - begun))
        if app.exception:
            raise RuntimeError(app.exception[0].message)
        yield f"page_script_p95_{page.stem}", statistics.quantiles(milliseconds, n=20)[-1], "ms"
