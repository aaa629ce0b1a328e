"""
The keeper of the cage, and what is in it: a process that makes a process for each reading, and ends those too slow.

It loads our modules and reads nothing that a stranger wrote; the process it makes has one thread, raises its walls,
reads, answers and ends. Run as a module by `mhgis.cage`, which it serves until nobody is left who could ask.
"""

import fcntl
import gc
import json
import mmap
import os
import pickle
import select
import shutil
import signal
import socket
import struct
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from mhgis import cage
from mhgis.cage import Answer, walls
from mhgis.cage.walls import Limits
from mhgis.errors import MhgisError

_MESSAGE_BYTES: Final = 65_536
_FILES: Final = 3
_CHUNK: Final = 2**20
_SIZE: Final = struct.Struct("<Q")
#: where a process that reads has its two ends, above those of a program
_REQUEST, _ANSWER = 3, 4
_ASIDE: Final = 16
_FAR_TOO_MUCH: Final = 100 * 2**30
#: memory that a system gives without having it, and only a limit refuses
_PROMISED: Final = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | (0x4000 if sys.platform == "linux" else 0)


@dataclass
class _Reading:
    verdict: int
    scratch: Path
    until: float
    is_late: bool = False


class Keeper:
    """Makes the processes that read, one a request, and sees to their end."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._readings: dict[int, _Reading] = {}
        self._wakes, wake = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(self._wakes, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def serve(self) -> None:
        """Serve until nobody can ask any more."""
        while True:
            ready = self._wait()
            if self._wakes in ready:
                os.read(self._wakes, _CHUNK)
            self._reap()
            self._end_late({at for at, event in ready.items() if event & (select.POLLERR | select.POLLHUP)})
            if self._control.fileno() in ready and not self._hear():
                break
        for pid in self._readings:
            os.kill(pid, signal.SIGKILL)
        for reading in self._readings.values():
            shutil.rmtree(reading.scratch, ignore_errors=True)

    def _wait(self) -> dict[int, int]:
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._wakes, select.POLLIN)
        for reading in self._readings.values():
            # says nothing but that its asker has gone
            poll.register(reading.verdict, 0)
        first = min((reading.until for reading in self._readings.values() if not reading.is_late), default=None)
        return dict(poll.poll(None if first is None else max(0.0, first - time.monotonic()) * 1000 + 1))

    def _reap(self) -> None:
        while self._readings:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            reading = self._readings.pop(pid)
            said = cage.TOO_SLOW if reading.is_late else abs(os.waitstatus_to_exitcode(status))
            try:
                os.write(reading.verdict, cage.VERDICT.pack(said))
            except BrokenPipeError:
                pass
            finally:
                os.close(reading.verdict)
            shutil.rmtree(reading.scratch, ignore_errors=True)

    def _end_late(self, gone: set[int]) -> None:
        now = time.monotonic()
        for pid, reading in self._readings.items():
            if (reading.until <= now or reading.verdict in gone) and not reading.is_late:
                reading.is_late = True
                os.kill(pid, signal.SIGKILL)

    def _hear(self) -> bool:
        said, files, _flags, _address = socket.recv_fds(self._control, _MESSAGE_BYTES, _FILES)
        if not said:
            return False
        asked = json.loads(said)
        try:
            for module in asked.get("load", ()):
                import_module(module)
            if "call" in asked:
                self._begin(asked["call"], Limits(**asked["limits"]), *files)
        finally:
            for one in files[: 3 if "call" not in asked else 2]:
                os.close(one)
        return True

    def _begin(self, function: str, limits: Limits, request: int, answer: int, verdict: int) -> None:
        module, _, name = function.partition(":")
        import_module(module)
        scratch = Path(tempfile.mkdtemp(prefix=cage.SCRATCH))
        gc.freeze()
        pid = os.fork()
        if not pid:
            _read_alone((module, name), limits, scratch, request, answer)
        self._readings[pid] = _Reading(verdict, scratch, time.monotonic() + limits.wall)


def _read_alone(function: tuple[str, str], limits: Limits, scratch: Path, request: int, answer: int) -> None:
    """Be the process that reads; never returns."""
    try:
        _alone(request, answer, scratch)
        walls.raise_around(limits, scratch)
        cage.inside = True
        kind, payload = _answer(*function)
        _say(kind, payload)
    finally:
        # nothing of the keeper's may run here, whatever has happened
        os._exit(1)


def _alone(request: int, answer: int, scratch: Path) -> None:
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    request, answer = (fcntl.fcntl(one, fcntl.F_DUPFD, _ASIDE) for one in (request, answer))
    null = os.open(os.devnull, os.O_RDWR)
    for at, one in ((0, null), (1, null), (2, null), (_REQUEST, request), (_ANSWER, answer)):
        os.dup2(one, at, inheritable=False)
    os.closerange(_ANSWER + 1, os.sysconf("SC_OPEN_MAX"))
    os.chdir(scratch)
    tempfile.tempdir = str(scratch)


def _answer(module: str, name: str) -> tuple[bytes, bytes]:
    try:
        arguments, data = _request()
        answer = getattr(sys.modules[module], name)(data, *arguments, tell=_tell)
        return cage.DONE, cage.pack(answer)
    except MemoryError:
        return cage.MEMORY, b""
    except MhgisError as error:
        return cage.REFUSED, cage.packed_error(error)
    except BaseException as error:  # noqa: BLE001 - told to the log of the server, with its trace
        if _is_of_memory(error):
            return cage.MEMORY, b""
        return cage.BROKEN, traceback.format_exc(limit=-20)[-cage.LONGEST_TRACE :].encode("utf-8", errors="replace")


def _is_of_memory(error: BaseException) -> bool:
    return "memory" in type(error).__name__.lower() or "bad_alloc" in str(error)


def _request() -> tuple[tuple[Any, ...], bytes]:
    with open(_REQUEST, "rb", buffering=_CHUNK) as asks:
        (size,) = _SIZE.unpack(asks.read(_SIZE.size))
        arguments = pickle.loads(asks.read(size))  # noqa: S301 - from our own server
        return arguments, asks.read()


def _tell(share: float, message: str) -> None:
    _say(cage.TOLD, json.dumps([share, message]).encode())


def _say(kind: bytes, payload: bytes) -> None:
    for part in (cage.FRAME.pack(kind, len(payload)), payload):
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(_ANSWER, rest[:_CHUNK]) :]


def probe(_data: bytes, outside: str, tell: object) -> Answer:
    """Try from within what nothing in the cage may do; return of each wall whether it held."""
    del tell
    return Answer({
        "files": not _works(lambda: os.close(os.open(outside, os.O_RDONLY)))
        and not _works(lambda: os.close(os.open(f"{outside}.new", os.O_WRONLY | os.O_CREAT)))
        and not _works(lambda: list(Path(os.path.sep).iterdir())),
        "network": not _works(lambda: socket.socket().close()),
        "programs": not _works(lambda: os.fork() or os._exit(0)),
        "memory": not _works(lambda: mmap.mmap(-1, _FAR_TOO_MUCH, flags=_PROMISED).close()),
    })  # fmt: skip


def _works(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True


def main() -> None:
    """Serve the asker at the other end of the socket that the first argument names."""
    Keeper(socket.socket(fileno=int(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
