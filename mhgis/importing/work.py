"""
Long work beside the server: processes of our own that prepare an import, tell how far they are, and can be stopped.

A server answers its other users while a file is read, for none of it runs in the server's process. One request at a
time goes to a process, as a function's name and its arguments; what comes back is progress, a result, or the sentence
of an error. What a stranger wrote is read elsewhere (`mhgis.cage`); what is made of it here has limits of memory and
time, too. Holds no import: see `mhgis.importing.desk`.
"""

import os
import pickle
import select
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from queue import SimpleQueue
from typing import Any, BinaryIO, Final, Literal, cast

from mhgis import cage
from mhgis.cage import walls
from mhgis.errors import MhgisError

#: processes at work at once; a machine of many processors has the others free for its viewers
WORKERS: Final = min(2, os.cpu_count() or 1)
#: a process without work for so long ends and gives its memory back, seconds
IDLE_S: Final = 300.0
#: what one piece of work may take: bytes of memory beside the program's own, and seconds
MOST_BYTES: Final = 8 * 2**30
MOST_S: Final = 900.0
#: how much less than the server a process may claim of a busy processor
_NICE: Final = 5

State = Literal["waiting", "running", "done", "refused", "broken", "stopped"]


@dataclass
class Job:
    """
    One piece of work, as far as it is done.

    `share` is from 0 to 1 and `message` says what is being done; `result` is there once the state is `done`. `refused`
    has the sentence of an `MhgisError` in `message`, `broken` the traceback of a bug, or nothing where the process was
    killed from outside.
    """

    state: State = "waiting"
    share: float = 0.0
    message: str = ""
    result: Any = None
    ended: threading.Event = field(default_factory=threading.Event)

    def end(self, state: State, message: str = "", result: Any = None) -> None:  # noqa: ANN401 - whatever the work gives
        """Say once and for all how the work came out."""
        self.state, self.message, self.result = state, message, result
        self.ended.set()


@dataclass(frozen=True)
class _Request:
    function: str
    arguments: Mapping[str, Any]
    job: Job


class Workers:
    """Processes that take work in the order in which it comes; each is started when there is work for it."""

    def __init__(self, n: int = WORKERS) -> None:
        self._queue: SimpleQueue[_Request] = SimpleQueue()
        self._at: dict[int, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self._warming: Job | None = None
        for _number in range(n):
            threading.Thread(target=self._serve, daemon=True).start()

    def begin(self, function: str, **arguments: Any) -> Job:  # noqa: ANN401 - whatever the work takes
        """
        Begin a piece of work and return at once.

        Parameters
        ----------
        function
            As `module:name`; it is called with `arguments` and `tell`, a function of a share and a message.
        arguments
            Whatever can be pickled.
        """
        job = Job()
        self._queue.put(_Request(function, arguments, job))
        return job

    def warm(self) -> Job:
        """Have one process ready, with what it imports, before there is work for it; once at a time, whoever asks."""
        if self._warming is None or self._warming.ended.is_set():
            self._warming = self.begin("mhgis.importing.desk:warm")
        return self._warming

    def stop(self, job: Job) -> None:
        """End a piece of work, wherever it is."""
        with self._lock:
            process = self._at.get(id(job))
            if not job.ended.is_set():
                job.end("stopped")
        if process is not None:
            process.kill()

    def _serve(self) -> None:
        process: subprocess.Popen[bytes] | None = None
        while True:
            request = self._queue.get()
            if process is None or process.poll() is not None:
                process = _start()
            with self._lock:
                if request.job.ended.is_set():
                    continue
                self._at[id(request.job)] = process
                request.job.state = "running"
            late = threading.Timer(MOST_S, process.kill)
            late.daemon = True
            late.start()
            try:
                _converse(process, request)
            except (EOFError, BrokenPipeError, pickle.UnpicklingError):
                # killed by `stop`, or by the system for want of memory
                process.kill()
                process.wait()
                process = None
                if not request.job.ended.is_set():
                    request.job.end("broken")
            finally:
                late.cancel()
            with self._lock:
                del self._at[id(request.job)]


def _start() -> subprocess.Popen[bytes]:
    said, files = cage.keeper_of_server()
    return subprocess.Popen(
        [sys.executable, "-m", "mhgis.importing.work"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, **said}, pass_fds=files,
    )  # fmt: skip


def _converse(process: subprocess.Popen[bytes], request: _Request) -> None:
    asks, answers = cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout)
    pickle.dump((request.function, dict(request.arguments)), asks)
    asks.flush()
    while True:
        kind, *said = pickle.load(answers)  # noqa: S301 - from our own process
        if kind == "tell":
            request.job.share, request.job.message = said
            continue
        if not request.job.ended.is_set():
            request.job.end(kind, *said)
        return


def main() -> None:
    """Serve requests from standard input until it is closed or nobody asks for `IDLE_S`."""
    os.nice(_NICE)
    walls.limit_memory(MOST_BYTES)
    asks, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # whatever else is printed must not come between the answers
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while select.select([asks], [], [], IDLE_S)[0]:
        try:
            function, arguments = pickle.load(asks)  # noqa: S301 - from our own server
        except EOFError:
            return
        _say(answers, *_work(function, arguments, lambda share, message: _say(answers, "tell", share, message)))


def _work(function: str, arguments: dict[str, Any], tell: Callable[[float, str], None]) -> tuple[Any, ...]:
    module, _, name = function.partition(":")
    try:
        return "done", "", getattr(import_module(module), name)(**arguments, tell=tell)
    except MhgisError as error:
        return "refused", str(error)
    except MemoryError:
        return "broken", ""
    except Exception:  # noqa: BLE001 - a bug is shown by the server, with its traceback
        return "broken", traceback.format_exc()


def _say(answers: BinaryIO, *words: object) -> None:
    pickle.dump(words, answers)
    answers.flush()


if __name__ == "__main__":
    main()
