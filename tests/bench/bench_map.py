"""
The map of all counties in a headless Chromium, beside Plotly's; and the server's share of every map.

Budgets: geometry 400 kB once and none at the next visit; a recolour 6 kB, a quarter of the time and a tenth of the
bytes of the better of Plotly's two; any map within 200 ms on the server.
"""

import base64
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import shapely
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from mhgis import paths, store
from mhgis.queries import tables
from mhgis.ui.map import component
from mhgis.ui.part import figure
from mhgis.view import links
from mhgis.view.view import View
from scripts import browser as needs
from scripts import serve
from tests.bench.relay import relayed
from tests.browser.driver import FLAGS, settle

APPS = Path(__file__).parent / "apps"
HOST = "127.0.0.1"
GEOMETRY = "counties.json"
INDICATORS = (
    "beds_per_100k",
    "probability_no_facility",
    "beds",
    "nurses_per_100k",
    "facilities",
    "psychiatrists",
    "facilities_per_100k",
    "nurses",
    "psychiatrists_per_100k",
)
VISITS = 3
TIMEOUT_MS = 120_000
#: Plotly's map is taken as drawn from so many counties in sight on
LEAST_AREAS = 2000
#: after a picture is there, for messages that still come
REST_MS = 700
SIZE = {"width": 1440, "height": 900}

Metrics = Iterator[tuple[str, float, str]]


@dataclass(frozen=True)
class App:
    """One way to draw the map: a script, its geometry, and how to know that geometry among the requests."""

    name: str
    script: str
    geometry: str = ""
    geometry_url: str = "no such file"


OURS = App("map", "ours.py", geometry_url="/geo/county-")


@dataclass
class Traffic:
    """What the browser's own records say came in: payloads of the websocket, and encoded lengths of all requests."""

    socket_bytes: int = 0
    http_bytes: dict[str, int] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)

    def attach(self, page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", lambda e: self.urls.update({e["requestId"]: e["request"]["url"]}))
        session.on("Network.webSocketFrameReceived", lambda e: self._frame(e["response"]))
        session.on("Network.responseReceivedExtraInfo", lambda e: self.status.update({e["requestId"]: e["statusCode"]}))
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    def _frame(self, frame: dict) -> None:
        text = frame["payloadData"]
        self.socket_bytes += len(base64.b64decode(text) if frame["opcode"] == 2 else text.encode())

    def _finished(self, event: dict) -> None:
        self.http_bytes[event["requestId"]] = int(event["encodedDataLength"])

    def all_bytes(self) -> int:
        return self.socket_bytes + sum(self.http_bytes.values())

    def of(self, part: str) -> tuple[int, list[int]]:
        """Return the bytes of the requests whose address holds `part`, and their HTTP statuses."""
        found = [key for key, url in self.urls.items() if part in url]
        return sum(self.http_bytes.get(key, 0) for key in found), [self.status.get(key, 0) for key in found]


@contextmanager
def served(script: Path, settings: dict[str, str], folder: Path | None = None) -> Iterator[str]:
    """Serve a script from a folder, its own if none is named; yield its address."""
    port = serve.choose_port(HOST, "")
    env = {**os.environ, **settings, "STREAMLIT_SERVER_ENABLE_STATIC_SERVING": "true", "PYTHONPATH": str(paths.ROOT)}
    process = subprocess.Popen(
        serve.command(script, HOST, port), cwd=folder or script.parent, env=env, stdout=sys.stderr, stderr=sys.stderr
    )
    try:
        serve.wait_until_up(process, HOST, port)
        yield f"http://{HOST}:{port}/"
    finally:
        process.terminate()
        process.wait()


def write_geometry(file: Path) -> None:
    """Write the counties as GeoJSON with the points that our own file has: 0.02 degrees, three decimals."""
    frame = store.shapes("county", 0.02).set_index("area_code")
    frame.geometry = shapely.transform(frame.geometry.to_numpy(), lambda points: np.round(points, 3))
    file.write_text(json.dumps(json.loads(frame[["geometry"]].to_json(drop_id=False)), separators=(",", ":")), "utf-8")


def visit(context: BrowserContext, address: str) -> tuple[Page, Traffic, float]:
    """Open a page and wait until its map is painted; return it, its traffic, and the seconds since navigation began."""
    page, traffic = context.new_page(), Traffic()
    page.set_default_timeout(TIMEOUT_MS)
    page.add_init_script(path=APPS / "watch.js")
    traffic.attach(page)
    page.goto(address)
    page.wait_for_function("bench.painted.length > 0")
    painted = page.evaluate("bench.painted[0].at") / 1000
    settle(page).wait_for_timeout(REST_MS)
    return page, traffic, painted


def recolour(page: Page, traffic: Traffic) -> tuple[float, int]:
    """Press the button; return the seconds until the next picture is painted, and the bytes that came in."""
    before, seen = traffic.all_bytes(), page.evaluate("bench.painted.length")
    page.get_by_role("button", name="next", exact=True).click()
    page.wait_for_function("(seen) => bench.painted.length > seen", arg=seen)
    seconds = page.evaluate("(bench.painted.at(-1).at - bench.clicked) / 1000")
    page.wait_for_timeout(REST_MS)
    return seconds, traffic.all_bytes() - before


@dataclass
class Measured:
    """What was measured of one app: its last page stays open to be recoloured in turn with the others'."""

    page: Page
    traffic: Traffic
    lines: list[tuple[str, float, str]]
    recolours: list[tuple[float, int]] = field(default_factory=list)

    def medians(self) -> tuple[float, float]:
        """Return the median seconds and bytes of a recolour."""
        seconds, sizes = zip(*self.recolours, strict=True)
        return statistics.median(seconds), statistics.median(sizes)


def measure_visits(chromium: Browser, address: str, app: App) -> Measured:
    """Visit an app with an empty cache and again, several times; leave the last page open."""
    cold, warm = [], []
    for visits in range(1 + VISITS):  # the server's first session is not a viewer's
        context = chromium.new_context(viewport=SIZE)
        page, came, seconds = visit(context, address)
        cold.append(seconds)
        page.close()
        page, again, seconds = visit(context, address)
        warm.append(seconds)
        if visits < VISITS:
            context.close()
    first, next_visit = came.of(app.geometry_url), again.of(app.geometry_url)
    lines = [
        (f"{app.name}_first_paint_cold", statistics.median(cold[1:]), "s"),
        (f"{app.name}_first_paint_warm", statistics.median(warm[1:]), "s"),
        (f"{app.name}_first_socket_bytes", came.socket_bytes, "B"),
        (f"{app.name}_geometry_file_bytes", first[0], "B"),
        (f"{app.name}_geometry_file_bytes_next_visit", next_visit[0], "B"),
        # 0: the browser did not even ask
        *((f"{app.name}_geometry_file_status_next_visit", status, "HTTP") for status in next_visit[1]),
    ]
    return Measured(page, again, lines)


def bench_map_recolour() -> Metrics:
    """Ours, Plotly with its geometry inline, and Plotly with its geometry by address: the same counties and values."""
    yield "load_before", os.getloadavg()[0], "processes"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        shutil.copytree(paths.static() / "geo", folder / "static" / "geo")
        write_geometry(folder / "static" / GEOMETRY)
        playwright = stack.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(executable_path=needs.chromium(), args=list(FLAGS))
        stack.callback(chromium.close)
        found = {}
        for app in (
            OURS,
            App("plotly_inline", "plotly_map.py", str(folder / "static" / GEOMETRY)),
            App("plotly_by_url", "plotly_map.py", f"/app/static/{GEOMETRY}", GEOMETRY),
        ):
            script = Path(shutil.copy(APPS / app.script, folder / f"{app.name}.py"))
            settings = {
                "BENCH_INDICATORS": ",".join(INDICATORS), "BENCH_GEOMETRY": app.geometry,
                "MHGIS_DATA": str(paths.data()), "MHGIS_STATIC": str(folder / "static"),
            }  # fmt: skip
            found[app.name] = measure_visits(chromium, stack.enter_context(served(script, settings)), app)
            yield from found[app.name].lines
        yield from recolour_in_turn(found)
    yield "load_after", os.getloadavg()[0], "processes"


def recolour_in_turn(found: dict[str, Measured]) -> Metrics:
    """Recolour one after the other, so that whatever else the machine does falls on all alike; compare the medians."""
    for _ in INDICATORS[1:]:
        for one in found.values():
            one.page.bring_to_front()
            one.recolours.append(recolour(one.page, one.traffic))
    for name, one in found.items():
        if name != OURS.name and one.page.evaluate("bench.areas()") < LEAST_AREAS:
            sys.exit(f"{name}: the counties were not drawn")
        seconds, sizes = one.medians()
        yield f"{name}_recolour", seconds, "s"
        yield f"{name}_recolour_slowest", max(s for s, _ in one.recolours), "s"
        yield f"{name}_recolour_bytes", sizes, "B"
    ours, *plotly = (one.medians() for one in found.values())
    yield "map_recolour_seconds_to_better_plotly", ours[0] / min(seconds for seconds, _ in plotly), "ratio"
    yield "map_recolour_bytes_to_better_plotly", ours[1] / min(sizes for _, sizes in plotly), "ratio"


def bench_map_page() -> Metrics:
    """Another indicator on the map page itself, with all that stands around the map."""
    query = "lang=en&data=cn-modelled-2015&level=county&ind=beds&year=2015&bench=none"
    with ExitStack() as stack:
        address = stack.enter_context(served(serve.APP, {}, paths.ROOT))
        relay = stack.enter_context(relayed(urlsplit(address).port))
        playwright = stack.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(executable_path=needs.chromium(), args=list(FLAGS))
        stack.callback(chromium.close)
        page, traffic, _ = visit(chromium.new_context(viewport=SIZE), f"{relay.address}map?{query}")
        settle(page).wait_for_timeout(REST_MS)
        found = []
        for name in ("Psychiatrists", "Psychiatric nurses", "Mental-health facilities", "Psychiatric beds") * 2:
            before, wire, seen = traffic.all_bytes(), relay.sent, page.evaluate("bench.painted.length")
            page.get_by_role("combobox", name="Indicator").click()
            page.get_by_role("option", name=name, exact=True).click()
            page.wait_for_function("(seen) => bench.painted.length > seen", arg=seen)
            seconds = page.evaluate("(bench.painted.at(-1).at - bench.clicked) / 1000")
            settle(page).wait_for_timeout(REST_MS)
            found.append((seconds, relay.sent - wire, traffic.all_bytes() - before))
    seconds, wires, sizes = zip(*found, strict=True)
    yield "map_page_recolour", statistics.median(seconds), "s"
    yield "map_page_recolour_bytes", statistics.median(wires), "B"
    yield "map_page_recolour_bytes_most", max(wires), "B"
    yield "map_page_recolour_bytes_unpacked", statistics.median(sizes), "B"


def bench_map_server() -> Metrics:
    """Every indicator, year, level, dataset and class method once: rank, classify, label and encode; no browser."""
    milliseconds, processor = [], []
    offer, offered = tables.offer(), store.offer().query("level != 'country'")
    mount, component._mount = component._mount, lambda: lambda **_message: None
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(paths.static() / "geo", Path(name) / "geo")
        os.environ["MHGIS_STATIC"] = name
        for row in offered.itertuples():
            plain = View(row.dataset_id, row.level, indicator=row.indicator, year=row.year)
            for method in (*links.CLASS_METHODS, "custom"):
                view = replace(links.settle(plain, offer), classes=method)
                begun, worked = time.perf_counter(), time.process_time()
                rows = figure.ranked(view)
                figure.about(view, rows, figure.headline(view, rows))
                figure.map_of(view, rows, "", 620)
                milliseconds.append(1000 * (time.perf_counter() - begun))
                processor.append(1000 * (time.process_time() - worked))
        del os.environ["MHGIS_STATIC"]
    component._mount = mount
    yield "map_server_runs", len(milliseconds), "maps"
    yield "map_server_p95", statistics.quantiles(milliseconds, n=20)[-1], "ms"
    yield "map_server_max", max(milliseconds), "ms"
    # what the machine does besides is not in this one
    yield "map_server_processor_max", max(processor), "ms"
