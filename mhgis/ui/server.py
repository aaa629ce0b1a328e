"""
The app as a server: Streamlit's own, one line in its page that says where the server is, and the rules of the web.

Opened at the address of a page, Streamlit's script first looks for the server below that page, twice in vain, which
costs two round trips and leaves errors in the browser's console. Told where it is, it does not look. And where
messages are compressed, each may refer to the run before it. What a killed server left half done is removed before
the first page is served. A folder that cannot be written to is told in the log and keeps nothing else from working.
Started with `streamlit run mhgis/ui/server.py`; headers, doors and pace are those of `mhgis.ui.web`, which
`streamlit run app.py` does not have.
"""

import logging
import mimetypes
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import streamlit as st
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from uvicorn.protocols.websockets import websockets_sansio_impl
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

from mhgis import files, paths
from mhgis.errors import MhgisError
from mhgis.exports import static_files
from mhgis.ui import web
from mhgis.ui.page import import_case
from mhgis.ui.part import failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log: Final = logging.getLogger(__name__)

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
    """Serve the static folder where Streamlit does not: one that is elsewhere, and what could not be written to it."""

    def __init__(self, app: "ASGIApp") -> None:
        self.app = app
        is_own = paths.static() != paths.ROOT / "static"
        self.files = StaticFiles(directory=paths.static(), check_dir=False) if is_own else None

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Serve one request."""
        base = str(st.get_option("server.baseUrlPath") or "").strip("/")
        folder = f"/{base}/{_STATIC}" if base else f"/{_STATIC}"
        if scope["type"] != "http" or not scope["path"].startswith(folder):
            await self.app(scope, receive, send)
            return
        name = scope["path"].removeprefix(folder)
        held = static_files.held(name)
        if held is not None:
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            await Response(held, media_type=kind)(scope, receive, send)
        elif self.files is None:
            await self.app(scope, receive, send)
        else:
            await _serve(self.files, {**scope, "path": f"/{name}", "root_path": ""}, receive, send)


async def _serve(files_of: "ASGIApp", own: "Scope", receive: "Receive", send: "Send") -> None:
    try:
        await files_of(own, receive, send)
    except HTTPException as error:
        # no route above this one would turn it into an answer
        await web.respond(send, HTTPStatus(error.status_code), f"{error.detail}\n")


class WholeRun(ServerPerMessageDeflateFactory):
    """Compress messages with the whole of the last run in view: most of a page is as it was."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - uvicorn's own, handed on
        super().__init__(**{**settings, "server_max_window_bits": _WINDOW_BITS, "compress_settings": {}})


def tidy_up() -> None:
    """Remove what killed servers left behind; a folder that cannot be changed is told, and the app starts."""
    parts = [partial(files.remove_parts, folder) for folder in (paths.data() / "local", paths.static())]
    todo: list[Callable[[], object]] = [import_case.tidy_up, static_files.prune, *parts]
    for tidy in todo:
        try:
            tidy()
        except (OSError, MhgisError) as error:
            _log.warning("A folder cannot be tidied (%s); what was saved and built is shown all the same.", error)


tidy_up()
websockets_sansio_impl.ServerPerMessageDeflateFactory = WholeRun  # type: ignore[attr-defined,assignment]
_settings = web.Settings.read()
_layers = [
    *(Middleware(layer, settings=_settings) for layer in (web.Rules, web.Doors, web.Pace)),
    Middleware(SayWhere),
    Middleware(ServeOwnStatic),
]
app = st.App(paths.ROOT / "app.py", middleware=_layers, on_script_error=failure.tell)
