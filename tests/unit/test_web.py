"""The web's own rules: headers on every answer, doors that are shut, a pace, and errors without a trace."""

import asyncio
import base64
import hashlib
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from mhgis.ui import web

PAGE = b'<html><head><script>window.a = "1"</script><script type="module" src="./x.js"></script></head></html>'
HEADERS = (
    "content-security-policy", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy",
    "cross-origin-resource-policy", "permissions-policy", "x-frame-options",
)  # fmt: skip


def scope(path="/", *, kind="http", client="127.0.0.1", scheme="http", method="GET", **headers):
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": kind, "path": path, "headers": named, "client": (client, 1), "scheme": scheme, "method": method,
    }  # fmt: skip


def answers(status=200, kind=b"text/plain", body=(b"ok",), fails=None):
    """An app that answers with these, or fails before or while it does."""

    async def app(_scope, _receive, send):
        if fails == "before":
            message = "/srv/secret/path"
            raise RuntimeError(message)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]})
        for at, part in enumerate(body):
            await send({"type": "http.response.body", "body": part, "more_body": at < len(body) - 1})
            if fails == "while":
                raise RuntimeError

    return app


def ask(app, of):
    """Return the status, the headers and the body of an answer; or what was sent to a socket."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "websocket.connect"}

    # a thread of its own has no event loop yet, whatever a browser test before it has left in this one
    with ThreadPoolExecutor(1) as alone:
        alone.submit(asyncio.run, app(of, receive, send)).result()
    if of["type"] == "websocket":
        return sent
    assert [message["type"] for message in sent].count("http.response.start") == 1
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent)


def rules(app, **settings):
    return web.Rules(app, web.Settings(**settings))


@pytest.mark.parametrize("status", [200, 206, 304, 403, 404, 500])
@pytest.mark.parametrize("kind", [b"text/html; charset=utf-8", b"text/plain", b"application/gzip", b"image/png"])
def test_every_answer_has_the_headers(status, kind):
    found, headers, body = ask(rules(answers(status, kind)), scope())
    assert (found, body) == (status, b"ok")
    # of what the browser has already its own policy holds, which names the scripts of the page
    assert set(HEADERS) - set(headers) == ({"content-security-policy"} if status == 304 else set())
    assert headers["x-content-type-options"] == "nosniff"
    assert "strict-transport-security" not in headers


def test_the_policy_lets_run_what_stands_in_the_page_and_nothing_else():
    _status, headers, body = ask(rules(answers(kind=b"text/html", body=(PAGE[:30], PAGE[30:]))), scope())
    assert body == PAGE
    parts = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    allowed = base64.b64encode(hashlib.sha256(b'window.a = "1"').digest()).decode()
    assert parts["script-src"] == f"'self' blob: 'wasm-unsafe-eval' 'sha256-{allowed}'"
    assert parts["default-src"] == parts["frame-ancestors"] == parts["object-src"] == parts["base-uri"] == "'none'"
    assert "unsafe-inline" not in parts["script-src"]
    assert not any("http" in part or part == "*" for said in parts.values() for part in said.split())


def test_who_may_frame_the_app_is_a_setting(monkeypatch):
    monkeypatch.setenv(web.FRAMES, "'self' https://portal.example")
    settings = web.Settings.read()
    assert web.policy(settings).endswith("frame-ancestors 'self' https://portal.example")
    _status, headers, _body = ask(web.Rules(answers(), settings), scope())
    # the older header knows no list
    assert "x-frame-options" not in headers


@pytest.mark.parametrize("said", ["'self'; script-src *", "a\r\nset-cookie: x", "a,b", "<b>"])
def test_a_setting_that_would_be_more_than_a_list_of_hosts_keeps_the_server_from_starting(monkeypatch, said):
    monkeypatch.setenv(web.FRAMES, said)
    with pytest.raises(ValueError, match="expected sources"):
        web.Settings.read()


@pytest.mark.parametrize(
    ("scheme", "is_tls", "told"), [("http", False, False), ("http", True, True), ("https", False, True)]
)
def test_browsers_are_told_to_keep_to_https_only_where_there_is_https(scheme, is_tls, told):
    _status, headers, _body = ask(rules(answers(), is_tls=is_tls), scope(scheme=scheme))
    assert ("strict-transport-security" in headers) == told


def test_an_error_is_answered_with_a_reference_under_which_the_log_has_the_trace(caplog):
    status, headers, body = ask(rules(answers(fails="before")), scope("/a\r\nb"))
    assert status == 500
    assert set(HEADERS) <= set(headers)
    assert b"secret" not in body
    (record,) = caplog.records
    reference = body.decode().split("reference: ")[1][:8]
    assert reference in record.message
    assert "\n" not in record.getMessage()
    assert record.exc_info


def test_an_error_in_the_midst_of_an_answer_surfaces(caplog):
    caplog.set_level(logging.CRITICAL)
    with pytest.raises(RuntimeError):
        ask(rules(answers(body=(b"a", b"b"), fails="while")), scope())


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/metrics/", "/_stcore/script-health-check", "//_stcore/metrics"]
)
@pytest.mark.parametrize(
    ("headers", "client", "settings", "is_open"),
    [
        ({}, "127.0.0.1", {}, True),
        ({}, "::1", {}, True),
        ({}, "10.0.0.7", {}, False),
        ({}, "", {}, False),
        ({}, "127.0.0.1.evil.example", {}, False),
        ({"x_forwarded_for": "127.0.0.1"}, "127.0.0.1", {}, False),
        ({"via": "1.1 proxy"}, "127.0.0.1", {}, False),
        ({"authorization": "Bearer s3"}, "10.0.0.7", {"token": "s3"}, True),
        ({"authorization": "Bearer s"}, "10.0.0.7", {"token": "s3"}, False),
        ({"authorization": "Bearer "}, "10.0.0.7", {}, False),
        ({}, "127.0.0.1", {"token": "s3"}, False),
    ],
)
def test_figures_of_the_server_are_the_administrators(path, headers, client, settings, is_open):
    doors = web.Doors(answers(), web.Settings(**settings))
    assert ask(doors, scope(path, client=client, **headers))[0] == (200 if is_open else 404)


def test_the_interface_for_programs_is_shut_and_health_is_open():
    doors = web.Doors(answers(), web.Settings())
    for path in ("/_stcore/agent/interact", "/_stcore/agent/openapi.json", "/_stcore/agent/mcp"):
        assert ask(doors, scope(path))[0] == 404
    assert ask(doors, scope("/_stcore/health", client="10.0.0.7"))[0] == 200


def test_one_address_that_asks_too_often_waits_and_the_others_do_not():
    pace = web.Pace(answers(), web.Settings(uploads=2, sessions=1))
    upload = scope("/_stcore/upload_file/s/f", method="PUT")
    assert [ask(pace, upload)[0] for _ in range(3)] == [200, 200, 429]
    assert ask(pace, upload)[1]["retry-after"] == "60"
    assert ask(pace, scope("/_stcore/upload_file/s/f", method="PUT", client="10.0.0.7"))[0] == 200
    # to read is no upload, and neither is another path
    assert ask(pace, scope("/_stcore/upload_file/s/f"))[0] == 200
    assert ask(pace, scope("/", method="POST"))[0] == 200

    async def accept(_scope, _receive, send):
        await send({"type": "websocket.accept"})

    pace.app = accept
    socket = scope("/_stcore/stream", kind="websocket")
    assert ask(pace, socket) == [{"type": "websocket.accept"}]
    assert ask(pace, socket) == [{"type": "websocket.close", "code": 1013}]


def test_a_bucket_fills_again_and_no_further_than_it_was():
    buckets = web.Buckets(2)
    # two a minute: one token in 30 s
    assert [buckets.take("a", now) for now in (0, 0, 0, 30, 30, 600, 600, 600)] == [
        True, True, False, True, False, True, True, False,
    ]  # fmt: skip
    for at in range(web._ADDRESSES_KEPT + 10):
        buckets.take(f"b{at}", 600)
    assert len(buckets._left) == web._ADDRESSES_KEPT
