"""Drive the app in a headless Chromium: sizes, languages, waiting, and watching what a page says and asks for."""

import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from mhgis.i18n import LANGUAGES
from mhgis.ui.part import failure

#: width and height in CSS pixels
VIEWPORTS = {"desktop": (1440, 900), "phone": (390, 844)}

FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--enable-unsafe-swiftshader",
)
TIMEOUT_MS = 30_000
HOST = "127.0.0.1"

each_language = pytest.mark.parametrize("lang", LANGUAGES)
each_viewport = pytest.mark.parametrize("viewport", VIEWPORTS)


def free_port() -> int:
    """Return a port that the system has just given and taken back, so that two who test at once get two."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass
class Watch:
    """What the pages of one test wrote to the console as errors, and whom they asked for anything."""

    host: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)

    def on_console(self, message: ConsoleMessage) -> None:
        """Keep an error of the console, with the place it came from."""
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def on_url(self, url: str) -> None:
        """Keep an address that was asked for; only the server's own, data: and blob: are allowed."""
        parts = urlsplit(url)
        self.urls.append(url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.foreign.append(url)

    def attach(self, page: Page) -> None:
        """Watch `page` from here on."""
        page.on("console", self.on_console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.on_url(request.url))
        page.on("websocket", lambda socket: self.on_url(socket.url))

    def check(self) -> None:
        """Fail where a page wrote an error or asked another host."""
        assert self.errors == [], "the browser's console shows errors"
        assert self.foreign == [], "a page asked another host"


def settle(page: Page) -> Page:
    """Wait until the script has run and nothing is shown half done; fail where the page shows an exception."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=TIMEOUT_MS)
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=TIMEOUT_MS)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=TIMEOUT_MS)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.locator(f".st-key-{failure.KEY}")).to_have_count(0)
    return page
