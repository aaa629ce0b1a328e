"""
The app as a server: Streamlit's own, and one line in its page that says where the server is.

Opened at the address of a page, Streamlit's script first looks for the server below that page, twice in vain, which
costs two round trips and leaves errors in the browser's console. Told where it is, it does not look. And where
messages are compressed, each may refer to the run before it. What a killed server left half done is removed before
the first page is served. Started with `streamlit run mhgis/ui/server.py`.
"""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import streamlit as st
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles
from uvicorn.protocols.websockets import websockets_sansio_impl
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

from mhgis import paths
from mhgis.exports import static_files
from mhgis.ui.page import import_case

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: what a proxy has put before the path that reaches us stays before the base path we were told
_SCRIPT: Final = (
    "<script>window.__streamlit = {{BACKEND_BASE_URL: "
    'location.origin + location.pathname.slice(0, -{seen}) + "/{base}"}}</script>'
)
_HEAD: Final = b"<head>"
#: where the static folder is served, below the base path
_STATIC: Final = "app/static/"
#: the largest window there is, 2^15 bytes, holds what a page was sent for the run before; uvicorn's own is 2^12
_WINDOW_BITS: Final = 15


class SayWhere:
    """Put the server's own address into Streamlit's page; leave everything else as it is."""

    def __init__(self, app: "ASGIApp") -> None:
        self.app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Serve one request."""
        if scope["type"] != "http" or b"text/html" not in dict(scope["headers"]).get(b"accept", b""):
            await self.app(scope, receive, send)
            return
        # as text, so that a line can be put in
        scope = {**scope, "headers": [header for header in scope["headers"] if header[0] != b"accept-encoding"]}
        base = str(st.get_option("server.baseUrlPath") or "").strip("/")
        script = _SCRIPT.format(seen=len(scope.get("raw_path") or scope["path"]), base=base)
        await self.app(scope, receive, _Page(send, script.encode()))


class _Page:
    """Pass a response on; where it is a page of HTML, add the script to its head."""

    def __init__(self, send: "Send", script: bytes) -> None:
        self.send, self.script = send, script
        self.start: Message | None = None

    async def __call__(self, message: "Message") -> None:
        """Pass on one message of the response."""
        if message["type"] == "http.response.start" and _is_html(message):
            self.start = message
        elif self.start is not None:
            start, self.start = self.start, None
            body = message["body"].replace(_HEAD, _HEAD + self.script, 1)
            headers = [header for header in start["headers"] if header[0] != b"content-length"]
            await self.send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
            await self.send({**message, "body": body})
        else:
            await self.send(message)


def _is_html(start: "Message") -> bool:
    # an answer without a body, such as 304, is not to be lengthened
    headers = dict(start["headers"])
    kind: bytes = headers.get(b"content-type", b"")
    return bool(start["status"] == HTTPStatus.OK and kind.startswith(b"text/html"))


class ServeOwnStatic:
    """Serve the static folder where it is another than the one beside the app, which Streamlit serves itself."""

    def __init__(self, app: "ASGIApp") -> None:
        self.app = app
        is_own = paths.static() != paths.ROOT / "static"
        self.files = StaticFiles(directory=paths.static(), check_dir=False) if is_own else None

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Serve one request."""
        base = str(st.get_option("server.baseUrlPath") or "").strip("/")
        folder = f"/{base}/{_STATIC}" if base else f"/{_STATIC}"
        if self.files is None or scope["type"] != "http" or not scope["path"].startswith(folder):
            await self.app(scope, receive, send)
            return
        own = {**scope, "path": "/" + scope["path"].removeprefix(folder), "root_path": ""}
        await self.files(own, receive, send)


class WholeRun(ServerPerMessageDeflateFactory):
    """Compress messages with the whole of the last run in view: most of a page is as it was."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - uvicorn's own, handed on
        super().__init__(**{**settings, "server_max_window_bits": _WINDOW_BITS, "compress_settings": {}})


import_case.tidy_up()
websockets_sansio_impl.ServerPerMessageDeflateFactory = WholeRun  # type: ignore[attr-defined,assignment]
static_files.prune()
app = st.App(paths.ROOT / "app.py", middleware=[Middleware(SayWhere), Middleware(ServeOwnStatic)])
