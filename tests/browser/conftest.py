"""The app on a port of its own, and pages in a headless Chromium that may talk to nobody else."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from mhgis import paths
from scripts import browser as needs
from scripts import serve
from tests.browser.driver import FLAGS, HOST, TIMEOUT_MS, VIEWPORTS, Watch, free_port, settle

START_TIMEOUT_S = 60


def end(process: subprocess.Popen) -> None:
    """End a process and all it has started."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=10)
    except ProcessLookupError:
        return
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def start(app: Path, log: Path, **env: str) -> tuple[subprocess.Popen, str]:
    """Serve `app` on a free port, with `env` besides our own; return the process and its address once it answers."""
    port = free_port()
    with log.open("wb") as out:
        process = subprocess.Popen(
            serve.command(app, HOST, port), cwd=paths.ROOT, stdout=out, stderr=out, start_new_session=True,
            env={**os.environ, **env},
        )  # fmt: skip
    until = time.monotonic() + START_TIMEOUT_S
    while not serve.is_up(HOST, port):
        if process.poll() is not None or time.monotonic() > until:
            end(process)
            pytest.fail(f"the app did not start:\n{log.read_text('utf-8')}", pytrace=False)
        time.sleep(0.2)
    return process, f"http://{HOST}:{port}"


@pytest.fixture(scope="package")
def server(published, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, served from the published file."""
    assert published.file.is_file()
    process, address = start(serve.APP, tmp_path_factory.mktemp("server") / "app.log")
    yield address
    end(process)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One headless Chromium; closed before tests outside this folder run, for its event loop is in their way."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=needs.chromium(), args=list(FLAGS))
        yield launched
        launched.close()


@pytest.fixture
def watch(server: str) -> Iterator[Watch]:
    """What the pages of this test say and ask for; it fails the test that was not silent and alone."""
    watched = Watch(urlsplit(server).netloc)
    yield watched
    watched.check()


class Profiles:
    """
    Browser profiles by their settings.

    One that was made for a test is kept for the next: code, type and shapes are fetched once. What it was told to
    remember goes with the test. Pages move only where that is asked for: drawing what moves takes a machine without a
    graphics card longer than all the rest.
    """

    def __init__(self, chromium: Browser) -> None:
        self.chromium = chromium
        self.kept: dict[tuple, BrowserContext] = {}

    def fresh(self, viewport: str = "desktop", *, touch: bool = False, moving: bool = False) -> BrowserContext:
        """Return a profile that has never been anywhere; to be closed by whoever asks for it."""
        width, height = VIEWPORTS[viewport]
        return self.chromium.new_context(
            viewport={"width": width, "height": height}, accept_downloads=True, has_touch=touch, is_mobile=touch,
            reduced_motion="no-preference" if moving else "reduce",
        )  # fmt: skip

    def shared(self, viewport: str = "desktop", *, touch: bool = False, moving: bool = False) -> BrowserContext:
        """Return the profile of these settings that other tests have used before."""
        key = (viewport, touch, moving)
        if key not in self.kept:
            self.kept[key] = self.fresh(viewport, touch=touch, moving=moving)
        return self.kept[key]

    def forget(self) -> None:
        """Close the pages of the kept profiles, and what was remembered with them."""
        for context in self.kept.values():
            for page in context.pages:
                # what is no page of ours, such as a blank one, may not ask what was remembered
                if page.url.startswith("http"):
                    page.evaluate("localStorage.clear()")
                page.close()
            context.clear_cookies()


@pytest.fixture(scope="package")
def profiles(chromium: Browser) -> Profiles:
    """The profiles of the one Chromium, which closes them with itself."""
    return Profiles(chromium)


@pytest.fixture
def open_app(server: str, profiles: Profiles, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Return `open_app(path="", viewport="desktop", touch=False, moving=False, **query)`: a settled page."""

    def open_page(
        path: str = "", viewport: str = "desktop", *, touch: bool = False, moving: bool = False, **query: str
    ) -> Page:
        page = profiles.shared(viewport, touch=touch, moving=moving).new_page()
        page.set_default_timeout(TIMEOUT_MS)
        watch.attach(page)
        page.goto(f"{server}/{path}?{urlencode(query)}")
        return settle(page)

    yield open_page
    profiles.forget()


@pytest.fixture
def page(open_app: Callable[..., Page]) -> Page:
    """The first page, on a desk."""
    return open_app()


@pytest.fixture
def shoot() -> Callable[[Page, str], Path]:
    """Return `shoot(page, name)`: keep a picture of the page for eyes to look at, out of git."""
    folder = Path(__file__).parent / "shots"
    folder.mkdir(exist_ok=True)

    def keep(page: Page, name: str) -> Path:
        path = folder / f"{name}.png"
        page.screenshot(path=path)
        return path

    return keep


@pytest.fixture(scope="module")
def own_data(published, tmp_path_factory) -> Path:
    """A data folder with the published figures and nothing saved."""
    folder = tmp_path_factory.mktemp("data")
    for name in ("published", "cn", "cache"):
        (folder / name).symlink_to(paths.ROOT / "data" / name)
    return folder


class OwnApp:
    """The app on a data folder of its own; it starts when its address is first asked for."""

    def __init__(self, data: Path, log: Path) -> None:
        self.data, self.log = data, log
        self.running: tuple[subprocess.Popen, str] | None = None

    @property
    def address(self) -> str:
        """Where it is served."""
        self.running = self.running or start(serve.APP, self.log, MHGIS_DATA=str(self.data))
        return self.running[1]

    def stop(self) -> None:
        """End it, as when someone pulls the plug; asked for its address again it starts anew, at another."""
        if self.running:
            end(self.running[0])
        self.running = None


@pytest.fixture(scope="module")
def own_app(own_data, tmp_path_factory) -> Iterator[OwnApp]:
    """The app on `own_data`."""
    app = OwnApp(own_data, tmp_path_factory.mktemp("own") / "app.log")
    yield app
    app.stop()


@pytest.fixture
def visit(profiles):
    """Return `visit(address, viewport="desktop")`: a settled page in a browser that has never been here."""
    contexts = []

    def open_page(address: str, viewport: str = "desktop") -> Page:
        contexts.append(profiles.fresh(viewport))
        page = contexts[-1].new_page()
        page.set_default_timeout(TIMEOUT_MS)
        watched = Watch(urlsplit(address).netloc)
        watched.attach(page)
        page.goto(address)
        settle(page)
        watched.check()
        return page

    yield open_page
    for context in contexts:
        context.close()
