"""Start the app: build what is missing, take a free port, print the address once it answers (`make run`)."""

import os
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

from etl import publish
from mhgis import paths

#: what `streamlit run` is given: `app.py` in a server that tells the browser where it is
APP = paths.ROOT / "mhgis" / "ui" / "server.py"
FIRST_PORT = 8501
PORTS_TRIED = 50
START_TIMEOUT_S = 60.0


def is_free(host: str, port: int) -> bool:
    """Say whether a server could listen on `port` of `host`."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def choose_port(host: str, wanted: str) -> int:
    """Return the port asked for, or the first free one from 8501 on; stop with one line where there is none."""
    candidates = [int(wanted)] if wanted else range(FIRST_PORT, FIRST_PORT + PORTS_TRIED)
    for port in candidates:
        if is_free(host, port):
            return port
    sys.exit(f"mhgis: port {wanted or f'{FIRST_PORT} to {FIRST_PORT + PORTS_TRIED - 1}'} is taken; choose with PORT=.")


def build_if_missing() -> None:
    """Run `mhgis build` where there is nothing to serve yet."""
    if publish.is_whole():
        return
    sys.stderr.write("mhgis: no published file yet, building it (about a minute) ...\n")
    command = [sys.executable, "-m", "etl.cli", "build"]
    code = subprocess.run(command, check=False, cwd=paths.ROOT).returncode
    if code:
        sys.exit(code)


def command(app: Path, host: str, port: int) -> list[str]:
    """Return the command that serves `app`, headless and silent towards the outside."""
    options = {
        "server.headless": "true",
        "server.address": host,
        "server.port": port,
        "browser.gatherUsageStats": "false",
        "logger.hideWelcomeMessage": "true",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "streamlit", "run", str(app), *flags]


def is_up(host: str, port: int) -> bool:
    """Say whether the app answers its health check."""
    connection = HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == 200  # noqa: PLR2004 - OK
    except OSError:
        return False
    finally:
        connection.close()


def wait_until_up(server: subprocess.Popen[bytes], host: str, port: int) -> None:
    """Return once the app answers; stop where it ends or stays silent."""
    until = time.monotonic() + START_TIMEOUT_S
    while not is_up(host, port):
        if server.poll() is not None:
            sys.exit(server.returncode or 1)
        if time.monotonic() > until:
            server.terminate()
            sys.exit(f"mhgis: the app did not answer within {START_TIMEOUT_S:.0f} s.")
        time.sleep(0.2)


def main() -> None:
    """Build, serve, print the address, and end with the server at Ctrl-C."""
    host = os.environ.get("HOST", "127.0.0.1")
    port = choose_port(host, os.environ.get("PORT", ""))
    local = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - only when asked for
    try:
        build_if_missing()
        with subprocess.Popen(command(APP, host, port), cwd=paths.ROOT) as server:
            try:
                wait_until_up(server, local, port)
                name = local.replace("127.0.0.1", "localhost")
                print(f"\n  mhgis is running: http://{name}:{port}\n  Ctrl-C stops it.\n", flush=True)
                sys.exit(server.wait())
            finally:
                server.terminate()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
