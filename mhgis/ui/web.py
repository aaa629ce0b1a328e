"""
The web's own rules, for every answer of the server: what a browser may do with it, who may ask, and how often.

Three layers around the app, in this order: `Rules` puts headers on whatever is answered and turns what went wrong into
a page without a trace; `Doors` shuts what is the administrator's; `Pace` lets no address ask without end. Settings come
from the environment, see `Settings`. Holds no pages.

The policy has four exceptions, each because Streamlit cannot do without: `style-src 'unsafe-inline'` (its styles are
made in the page), `script-src blob:` (the code of a component runs from a blob), `worker-src blob:` (so do the workers
that draw a map), `'wasm-unsafe-eval'` (how its messages are read; of JavaScript nothing is evaluated). The two scripts
that stand in its page are allowed by what they say.
"""

import base64
import hashlib
import hmac
import ipaddress
import logging
import os
import re
import time
from collections import OrderedDict
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import streamlit as st

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log: Final = logging.getLogger(__name__)

#: who may show the app in a frame of theirs: sources as in `frame-ancestors`, such as "'self' https://portal.example"
FRAMES: Final = "MHGIS_FRAME_ANCESTORS"
#: set to 1 where browsers reach the server by https only
TLS: Final = "MHGIS_TLS"
#: what an administrator sends as `Authorization: Bearer ...`, where not asking from the server itself
TOKEN: Final = "MHGIS_ADMIN_TOKEN"  # noqa: S105 - the name of a variable
#: how often one address may begin a session, and upload a file, a minute
SESSIONS: Final = "MHGIS_SESSIONS_PER_MINUTE"
UPLOADS: Final = "MHGIS_UPLOADS_PER_MINUTE"

_MINUTE_S: Final = 60.0
_YEAR_S: Final = 31_536_000
#: addresses whose pace is remembered
_ADDRESSES_KEPT: Final = 10_000
#: a script that stands in a page, with what it says
_INLINE: Final = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
#: what would end a header, or begin another directive of a policy
_UNFIT: Final = re.compile(r"[^!#-+\-./0-9:?@A-Z_a-z\[\]~ ]")
#: what a proxy adds: whoever came through one is not the server itself
_OF_PROXIES: Final = frozenset({b"x-forwarded-for", b"forwarded", b"via", b"x-real-ip"})

_POLICY: Final = (
    "default-src 'none'", "script-src 'self' blob: 'wasm-unsafe-eval'{scripts}", "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:", "font-src 'self' data:", "connect-src 'self'", "worker-src 'self' blob:",
    "media-src 'self'", "manifest-src 'self'", "form-action 'self'", "base-uri 'none'", "object-src 'none'",
    "frame-src 'none'", "frame-ancestors {frames}",
)  # fmt: skip
_ALWAYS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_BROKEN: Final = (
    "This server could not answer. Nothing was changed. Give its administrator this reference: {reference}\n"
    "服务器无法应答，未作任何更改。请把以下编号告知管理员：{reference}\n"
)
_TOO_OFTEN: Final = "Too many requests from this address. Wait a minute. 该地址的请求过于频繁，请稍候一分钟。\n"


@dataclass(frozen=True)
class Settings:
    """What the environment says of the server; each has a safe value where it says nothing."""

    frames: str = "'none'"
    is_tls: bool = False
    token: str = ""
    sessions: int = 300
    uploads: int = 60

    @classmethod
    def read(cls) -> "Settings":
        """
        Return what the environment says.

        Raises
        ------
        ValueError
            If a number is none, or the frames would be more than a list of sources.
        """
        frames = os.environ.get(FRAMES, "").strip() or cls.frames
        if _UNFIT.search(frames):
            message = f"{FRAMES} holds {frames!r}; expected sources with blanks between, such as 'self'."
            raise ValueError(message)
        return cls(
            frames,
            os.environ.get(TLS, "") == "1",
            os.environ.get(TOKEN, ""),
            int(os.environ.get(SESSIONS, cls.sessions)),
            int(os.environ.get(UPLOADS, cls.uploads)),
        )


def below(scope: "Scope") -> str:
    """Return the path that is asked for below the base path, without a slash before it; empty where it is another."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    path = str(scope["path"]).lstrip("/")
    return path.removeprefix(f"{base}/") if path.startswith(base) else ""


def policy(settings: Settings, page: bytes = b"") -> str:
    """Return the Content-Security-Policy of an answer; the scripts that stand in `page` may run."""
    hashes = (base64.b64encode(hashlib.sha256(said).digest()).decode() for said in _INLINE.findall(page))
    return "; ".join(_POLICY).format(scripts="".join(f" 'sha256-{one}'" for one in hashes), frames=settings.frames)


class Rules:
    """Put the headers on every answer; where there is none for an error, answer with a reference and log the rest."""

    def __init__(self, app: "ASGIApp", settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = _Answer(send, self.settings, scope)
        try:
            await self.app(scope, receive, answer)
        except Exception:
            reference = uuid4().hex[:8]
            _log.exception(
                "Reference %s: %s %s could not be answered", reference, scope["method"], ascii(scope["path"])
            )
            if answer.is_begun:
                raise
            said = _BROKEN.format(reference=reference)
            await respond(answer, HTTPStatus.INTERNAL_SERVER_ERROR, said)


class _Answer:
    """Pass a response on with our headers; a page of HTML is held until it is whole, for its scripts are in it."""

    def __init__(self, send: "Send", settings: Settings, scope: "Scope") -> None:
        self.send, self.settings, self.scope = send, settings, scope
        self.is_begun = False
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: "Message") -> None:
        """Pass on one message of the response."""
        if message["type"] == "http.response.start":
            if _is_page(message):
                self.start = message
            else:
                await self._begin(message)
        elif self.start is not None and message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                start, self.start = self.start, None
                await self._begin(start)
                await self.send({**message, "body": self.body})
        else:
            await self.send(message)

    async def _begin(self, start: "Message") -> None:
        self.is_begun = True
        said = {name.lower() for name, _value in start["headers"]}
        # of a page that the browser has already, its own policy holds: it names the scripts that this answer has not
        is_known = start["status"] == HTTPStatus.NOT_MODIFIED
        ours = [header for header in self._headers(is_known=is_known) if header[0] not in said]
        await self.send({**start, "headers": [*start["headers"], *ours]})

    def _headers(self, *, is_known: bool) -> list[tuple[bytes, bytes]]:
        settings = self.settings
        headers = [*_ALWAYS]
        if not is_known:
            headers.append((b"content-security-policy", policy(settings, self.body).encode()))
        if settings.frames in {"'none'", "'self'"}:
            headers.append((b"x-frame-options", b"DENY" if settings.frames == "'none'" else b"SAMEORIGIN"))
        if settings.is_tls or self.scope.get("scheme") == "https":
            headers.append((b"strict-transport-security", f"max-age={_YEAR_S}".encode()))
        if below(self.scope).startswith("media/"):
            # figures of one session: no store between us keeps them for another
            headers.append((b"cache-control", b"private"))
        return headers


def _is_page(start: "Message") -> bool:
    kind: bytes = dict(start["headers"]).get(b"content-type", b"")
    return kind.startswith(b"text/html")


async def respond(send: "Send", status: HTTPStatus, said: str, *more: tuple[bytes, bytes]) -> None:
    """Answer with a line of text."""
    body = said.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *more,
    ]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Doors:
    """Shut what is no visitor's: figures of the server for its administrator, Streamlit's interface for programs."""

    #: below the base path; health stays open, for browsers ask for it before they connect, and it says `ok` only
    ADMINISTRATORS: Final = ("_stcore/metrics", "_stcore/script-health-check")
    NOBODYS: Final = ("_stcore/agent",)

    def __init__(self, app: "ASGIApp", settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Serve one request."""
        path = below(scope) if scope["type"] == "http" else ""
        is_shut = path.startswith(self.NOBODYS) or (
            path.startswith(self.ADMINISTRATORS) and not is_administrator(scope, self.settings)
        )
        if is_shut:
            await respond(send, HTTPStatus.NOT_FOUND, "Not found\n")
        else:
            await self.app(scope, receive, send)


def is_administrator(scope: "Scope", settings: Settings) -> bool:
    """Say whether a request comes from the server's own machine and through no proxy, or brings the token."""
    headers = dict(scope["headers"])
    if settings.token:
        brought: bytes = headers.get(b"authorization", b"")
        return hmac.compare_digest(brought, f"Bearer {settings.token}".encode())
    return _is_loopback(address(scope)) and not _OF_PROXIES & headers.keys()


def address(scope: "Scope") -> str:
    """Return the address that asks, as the server knows it: that a proxy tells, where it is one that is trusted."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Pace:
    """Let one address begin so many sessions and uploads a minute, and no more until a while has passed."""

    def __init__(self, app: "ASGIApp", settings: Settings) -> None:
        self.app = app
        self.sessions, self.uploads = Buckets(settings.sessions), Buckets(settings.uploads)

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Serve one request."""
        is_session = scope["type"] == "websocket"
        is_upload = scope["type"] == "http" and scope["method"] in {"PUT", "POST"}
        is_upload = is_upload and below(scope).startswith("_stcore/upload_file")
        if is_session and not self.sessions.take(address(scope), time.monotonic()):
            await receive()
            await send({"type": "websocket.close", "code": 1013})
        elif is_upload and not self.uploads.take(address(scope), time.monotonic()):
            await respond(send, HTTPStatus.TOO_MANY_REQUESTS, _TOO_OFTEN, (b"retry-after", b"60"))
        else:
            await self.app(scope, receive, send)


class Buckets:
    """A bucket of tokens an address: full at first, filled again within a minute, one token taken a time."""

    def __init__(self, a_minute: int) -> None:
        self.a_minute = a_minute
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str, now_s: float) -> bool:
        """Take a token of an address; say whether there was one."""
        left, since = self._left.pop(who, (float(self.a_minute), now_s))
        left = min(float(self.a_minute), left + (now_s - since) * self.a_minute / _MINUTE_S)
        is_there = left >= 1
        self._left[who] = (left - 1 if is_there else left, now_s)
        while len(self._left) > _ADDRESSES_KEPT:
            self._left.popitem(last=False)
        return is_there
