"""
The cage: what a stranger wrote is read by a process of its own, within walls, and comes back as plain values.

`call` names a function and hands it bytes. A keeper (`mhgis.cage.keeper`) that has the libraries loaded makes a fresh
process for each call, which raises its walls (`mhgis.cage.walls`) before it has seen a byte and ends with its answer.
The answer is believed in nothing: JSON and Arrow, measured and checked, never a pickle. Whatever happens to the process
costs whoever asked one sentence. Used by all that read an upload; holds no parser.
"""

import json
import logging
import os
import pickle
import select
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import pyarrow as pa

from mhgis import errors
from mhgis.cage.walls import SMALL, Limits
from mhgis.errors import Fault, MhgisError, SchemaError, UnreadableError
from mhgis.i18n import Language, translator

__all__ = ["SMALL", "Answer", "Limits", "call", "call_on_text"]

T = TypeVar("T")
Progress = Callable[[float, str], None]

#: the variable by which a process beside the server finds the server's keeper
KEEPER: Final = "MHGIS_KEEPER"
#: what the folders are called in which a reading may write
SCRATCH: Final = "mhgis-cage-"
_AN_HOUR_S: Final = 3600.0
#: readings at once; each may take `Limits.memory`
AT_ONCE: Final = 3
#: how much longer than the keeper the asker waits before it takes the keeper itself for gone, seconds
_PATIENCE_S: Final = 15.0
#: of what is told on the way, and of the trace of a bug
_LONGEST_TOLD: Final = 300
LONGEST_TRACE: Final = 20_000
#: faults that are handed on; nobody reads more
MOST_FAULTS: Final = 100_000

#: what a frame of an answer is: its kind and its length
FRAME: Final = struct.Struct("<cQ")
TOLD, DONE, REFUSED, MEMORY, BROKEN = b"t", b"d", b"r", b"m", b"b"
#: what the keeper has to say of a process that ended: 0, a signal's number, or that it was too slow
VERDICT: Final = struct.Struct("<i")
TOO_SLOW: Final = -1
_SIZE: Final = struct.Struct("<Q")
_CHUNK: Final = 2**20

#: of the server's settings a process that reads strangers' files has these, and none that may be a secret
_INHERITED: Final = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")
#: what libraries are told before they are loaded: no threads of their own, no network, no format but those named
_SAID: Final = {
    "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PROJ_NETWORK": "OFF", "GDAL_DISABLE_READDIR_ON_OPEN": "TRUE",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "none", "GDAL_HTTP_MAX_RETRY": "0", "GDAL_HTTP_TIMEOUT": "1",
    "OGR_SQLITE_LOAD_EXTENSIONS": "", "GDAL_VRT_ENABLE_PYTHON": "NO", "GDAL_DRIVER_PATH": "disable",
}  # fmt: skip

_log: Final = logging.getLogger(__name__)
_turns: Final = threading.BoundedSemaphore(AT_ONCE)
_starting: Final = threading.Lock()

#: whether this process is one that reads, within its walls; there a call is a call
inside = False


@dataclass(frozen=True)
class Answer:
    """What a caged function returned: JSON's values and Arrow tables, as its process has sent them."""

    plain: Any
    tables: tuple[pa.Table, ...] = ()


End = Literal["time", "memory", "size", "broken"]


def call(
    function: str,
    *arguments: object,
    into: Callable[[Answer], T],
    data: bytes = b"",
    limits: Limits = SMALL,
    file: str,
    lang: Language = "en",
    progress: Progress | None = None,
) -> T:
    """
    Call a function in the cage.

    Parameters
    ----------
    function
        As `module:name`. It takes `data`, the arguments and the keyword `tell`, and returns an `Answer`.
    arguments
        Values of our own, which can be pickled.
    into
        Makes of the answer what is returned, and believes nothing in it: whatever it raises, the answer is none.
    data
        What a stranger wrote.
    limits
        What the reading may take.
    file
        What the stranger's file is called in a sentence.
    lang
        The language of the sentence.
    progress
        Called with a share and what is being done.

    Raises
    ------
    MhgisError
        The error of the function, as it was, where it is a `SchemaError` or another of `mhgis.errors`.
    UnreadableError
        If the process was too slow, took too much, was killed, or gave an answer that is none.
    """
    with _turns:
        kind, payload = _ask(function, arguments, data, limits, progress)
    if kind == DONE:
        try:
            return into(unpack(payload))
        except Exception:  # noqa: BLE001 - whatever it made us do, it is no answer
            _log.exception("an answer of %s that is none", function)
            raise _ended("broken", file, limits, lang) from None  # noqa: EM101 - no message, a reason
    if kind == REFUSED:
        raise _error(payload, file, limits, lang)
    if kind == BROKEN:
        # what a stranger may have put into it stays within one line
        _log.error("%s broke on a file: %r", function, payload[:LONGEST_TRACE].decode("utf-8", errors="replace"))
    raise _ended(_REASONS[kind], file, limits, lang)


def call_on_text(
    function: str,
    content: bytes,
    file: str,
    lang: Language,
    *,
    most_bytes: int,
    into: Callable[[str, str, Language], T],
) -> T:
    """
    Call a function in the cage that brings a short text which somebody brought into a form of ours.

    Parameters
    ----------
    function
        As for `call`; it takes `file` and `lang`, and its answer is a text of the form that `into` reads.
    content
        What a stranger wrote.
    file, lang
        What the file is called in a sentence, and the language of the sentence.
    most_bytes
        How long it may be; a longer one is refused before it is looked at.
    into
        Reads the answer, `file` and `lang`, as strictly as the function read the content.

    Raises
    ------
    SchemaError
        If the text is too long; else what `call` raises.
    """
    if len(content) > most_bytes:
        _ = translator(lang)
        found = _("a file of {n} MB").format(n=f"{len(content) / 2**20:,.0f}")
        expected = _("at most {n} MB").format(n=most_bytes // 2**20)
        raise SchemaError([Fault(file, None, None, found, expected)])
    return call(
        function, file, lang, data=content, file=file, lang=lang,
        into=lambda answer: into(str(answer.plain), file, lang),
    )  # fmt: skip


_REASONS: Final[dict[bytes, End]] = {MEMORY: "memory", BROKEN: "broken", b"time": "time", b"size": "size"}


def pack(answer: Answer) -> bytes:
    """Return an answer as bytes."""
    plain = json.dumps(answer.plain, ensure_ascii=True).encode()
    parts = [_SIZE.pack(len(plain)), plain]
    for table in answer.tables:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
        content = sink.getvalue()
        parts += [_SIZE.pack(len(content)), content]
    return b"".join(parts)


def unpack(payload: bytes | bytearray) -> Answer:
    """Return the answer that bytes hold, every table of it valid. Raises `ValueError` or an Arrow error."""
    parts, at = [], 0
    whole = memoryview(payload)
    while at < len(whole):
        (size,) = _SIZE.unpack_from(whole, at)
        at += _SIZE.size
        if size > len(whole) - at:
            message = "an answer that breaks off"
            raise ValueError(message)
        parts.append(whole[at : at + size])
        at += size
    tables = tuple(pa.ipc.open_stream(pa.py_buffer(part)).read_all() for part in parts[1:])
    for table in tables:
        table.validate(full=True)
    return Answer(json.loads(bytes(parts[0])), tables)


def packed_error(error: MhgisError) -> bytes:
    """Return an error as bytes: its kind, its words and its faults."""
    faults = error.faults[:MOST_FAULTS] if isinstance(error, SchemaError) else []
    said = {"kind": type(error).__name__, "words": [str(word) for word in error.args],
            "faults": [list(asdict(fault).values()) for fault in faults]}  # fmt: skip
    return json.dumps(said).encode()


def _error(payload: bytes | bytearray, file: str, limits: Limits, lang: Language) -> MhgisError:
    try:
        said = json.loads(payload)
        kind = getattr(errors, said["kind"])
        words = " ".join(str(word) for word in said["words"])
        faults = [_fault(row) for row in said["faults"]]
        if kind is UnreadableError:
            return UnreadableError(faults[0], words)
        return SchemaError(faults) if kind is SchemaError else MhgisError(words)
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return _ended("broken", file, limits, lang)


def _fault(row: Sequence[Any]) -> Fault:
    file, number, column, found, expected, todo = row
    at = number if isinstance(number, int) else None
    return Fault(str(file), at, None if column is None else str(column), str(found), str(expected), str(todo))


def _ended(reason: End, file: str, limits: Limits, lang: Language) -> UnreadableError:
    _ = translator(lang)
    gib = f"{limits.memory / 2**30:.3g}"
    found, expected = {
        "time": (_("a file whose reading did not end"), _("one that is read within {n} seconds").format(n=limits.wall)),
        "memory": (_("a file that takes more memory than one file is given"), _("at most {n} GB").format(n=gib)),
        "size": (_("a file that holds more than one file may"), _("a shorter one")),
        "broken": (_("a file that is damaged, or takes more than one file is given"), _("a whole file")),
    }[reason]
    todo = _("Nothing was changed. Save it as CSV, or take only the rows and columns that are needed, and try again.")
    sentence = _("{where}: {found}. Expected: {expected}. {todo}").format(
        where=file, found=found, expected=expected, todo=todo
    )
    return UnreadableError(Fault(file, None, None, found, expected, todo), sentence)


# what holds


@dataclass(frozen=True)
class Holds:
    """
    Which walls hold on this system, each as it was tried from within.

    `files` that no other file can be read or written, `network` that no socket can be had, `programs` that no process
    can be made, `memory` that a hundred gigabytes cannot be had. That a reading ends in time holds everywhere.
    """

    files: bool
    network: bool
    programs: bool
    memory: bool

    def sentence(self, lang: Language = "en") -> str:
        """Say in one sentence which of them hold, and which do not."""
        _ = translator(lang)
        names = {"files": _("no sight of other files"), "network": _("no network"), "programs": _("no other programs"),
                 "memory": _("limited memory")}  # fmt: skip
        held = [said for name, said in names.items() if getattr(self, name)] + [_("limited time")]
        lacking = [said for name, said in names.items() if not getattr(self, name)]
        if not lacking:
            return _("Files that people bring are read apart, with {walls}.").format(walls=_(", ").join(held))
        return _("Files that people bring are read apart, with {walls}; this system does not give: {lacking}.").format(
            walls=_(", ").join(held), lacking=_(", ").join(lacking)
        )


def holds() -> Holds:
    """Try from within the cage what a stranger's file would like to do, and return what was in its way."""
    with tempfile.NamedTemporaryFile(prefix="mhgis-outside-") as outside:
        outside.write(b"not for the cage")
        outside.flush()
        return call(
            "mhgis.cage.keeper:probe", outside.name, file="probe",
            into=lambda answer: Holds(**{name: answer.plain[name] is True for name in Holds.__dataclass_fields__}),
        )  # fmt: skip


def clear_up() -> None:
    """Remove the folders of readings whose keeper was killed an hour ago or earlier."""
    for folder in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"):
        with suppress(OSError):
            about = folder.stat()
            if about.st_uid == os.getuid() and about.st_mtime < time.time() - _AN_HOUR_S:
                shutil.rmtree(folder, ignore_errors=True)


# asking the keeper


def warm(*modules: str) -> None:
    """Have the keeper load modules before there is work for them; returns at once."""
    with suppress(OSError):
        _send({"load": list(modules)}, [])


def keeper_of_server() -> tuple[dict[str, str], tuple[int, ...]]:
    """Return the variables and the open files by which a process that is started now finds this one's keeper."""
    at = _keeper()
    return {KEEPER: str(at.fileno())}, (at.fileno(),)


def _ask(
    function: str, arguments: Sequence[object], data: bytes, limits: Limits, progress: Progress | None
) -> tuple[bytes, bytes | bytearray]:
    pipes = [os.pipe() for _ in range(3)]
    (asks, asked), (answers, answered), (verdicts, judged) = pipes
    mine, its = {asked, answers, verdicts}, (asks, answered, judged)
    try:
        try:
            _send({"call": function, "limits": asdict(limits)}, its)
        finally:
            for one in its:
                os.close(one)
        with suppress(BrokenPipeError):
            # it may have ended before it has read all
            request = pickle.dumps(arguments)
            _pour(asked, _SIZE.pack(len(request)) + request, data)
        os.close(asked)
        mine.discard(asked)
        return _hear(answers, verdicts, limits, progress)
    finally:
        for one in mine:
            os.close(one)


def _pour(at: int, *parts: bytes) -> None:
    for part in parts:
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(at, rest[:_CHUNK]) :]


def _hear(answers: int, verdicts: int, limits: Limits, progress: Progress | None) -> tuple[bytes, bytes | bytearray]:
    until = time.monotonic() + limits.wall + _PATIENCE_S
    taken = 0
    try:
        while True:
            kind, size = FRAME.unpack(_take(answers, FRAME.size, until))
            taken += size
            if taken > limits.answer:
                return b"size", b""
            payload = _take(answers, size, until)
            if kind == TOLD:
                _tell(payload, progress)
            elif kind in {DONE, REFUSED, MEMORY, BROKEN}:
                return kind, payload
            else:
                return BROKEN, b"an answer of no kind"
    except EOFError:
        return _verdict(verdicts, until)
    except TimeoutError:
        return b"time", b""


def _verdict(verdicts: int, until: float) -> tuple[bytes, bytes]:
    try:
        (said,) = VERDICT.unpack(_take(verdicts, VERDICT.size, until))
    except (EOFError, TimeoutError):
        return BROKEN, b"the keeper is gone"
    if said == TOO_SLOW or said in _OF_TIME:
        return b"time", b""
    return BROKEN, f"ended by {said}".encode()


#: the signal by which the system ends what has used up its time of the processor
_OF_TIME: Final = (24,)


def _take(at: int, size: int, until: float) -> bytearray:
    taken = bytearray(size)
    rest = memoryview(taken)
    poll = select.poll()
    poll.register(at, select.POLLIN | select.POLLHUP)
    while rest:
        if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
            raise TimeoutError
        read = os.readv(at, [rest[:_CHUNK]])
        if not read:
            raise EOFError
        rest = rest[read:]
    return taken


def _tell(payload: bytearray, progress: Progress | None) -> None:
    with suppress(ValueError, TypeError, RecursionError):
        share, message = json.loads(payload)
        if progress is not None and 0.0 <= float(share) <= 1.0:
            progress(float(share), str(message)[:_LONGEST_TOLD])


def _send(asked: Mapping[str, object], files: Sequence[int]) -> None:
    said = json.dumps(asked).encode()
    try:
        socket.send_fds(_keeper(), [said], files)
    except OSError:
        # it was killed: the next one does it
        with _starting:
            _started.cache_clear()
            os.environ.pop(KEEPER, None)
        socket.send_fds(_keeper(), [said], files)


def _keeper() -> socket.socket:
    # two who ask at once get the same one
    with _starting:
        return _started()


@lru_cache(maxsize=1)
def _started() -> socket.socket:
    known = os.environ.get(KEEPER, "")
    if known.isdecimal():
        with suppress(OSError):
            return socket.socket(fileno=int(known))
    kind = socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_STREAM
    ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
    variables = {name: os.environ[name] for name in _INHERITED if name in os.environ} | _SAID
    with theirs:
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "mhgis.cage.keeper", str(theirs.fileno())], pass_fds=[theirs.fileno()],
            env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    return ours
