"""Count what goes over the wire to a browser, frames, headers and compression included: a relay before the server."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_CHUNK_BYTES = 65_536


class Relay(socketserver.ThreadingTCPServer):
    """Pass every connection on to a port of this machine; `sent` counts the bytes that came back."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.port = port
        self.sent = 0
        self.lock = threading.Lock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class _Connection(socketserver.BaseRequestHandler):
    server: Relay

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.port)) as server, suppress(OSError):
            threading.Thread(target=_pass_on, args=(self.request, server), daemon=True).start()
            while chunk := server.recv(_CHUNK_BYTES):
                with self.server.lock:
                    self.server.sent += len(chunk)
                self.request.sendall(chunk)


def _pass_on(browser: socket.socket, server: socket.socket) -> None:
    # whoever closes first ends both ways
    with suppress(OSError):
        while chunk := browser.recv(_CHUNK_BYTES):
            server.sendall(chunk)
        server.shutdown(socket.SHUT_WR)


@contextmanager
def relayed(port: int) -> Iterator[Relay]:
    """Relay to a port for as long as the context lasts."""
    with Relay(port) as relay:
        threading.Thread(target=relay.serve_forever, daemon=True).start()
        yield relay
        relay.shutdown()
