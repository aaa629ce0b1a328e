"""
The import of this session: the file that was uploaded, the choices made so far, and the work done for it elsewhere.

Plain values only are kept between runs. The file lies in a folder of this process: one a session, within a quota of all
sessions, gone soon after its session. What is computed is computed in `mhgis.importing.work`, once for a file and a set
of choices, whoever asks. Holds no layout.
"""

import hashlib
import logging
import os
import shutil
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast
from uuid import uuid4

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mhgis import cage, files
from mhgis.errors import MhgisError, StorageError
from mhgis.i18n import Language, translator
from mhgis.importing import library, read, travel_tables
from mhgis.importing.desk import Case, Shown
from mhgis.importing.library import Leftover
from mhgis.importing.plan import Choices
from mhgis.importing.work import Job, Workers
from mhgis.view.view import View

_STATE: Final = "mhgis_import"
#: a short file is ready before a reader would see that anything was under way, seconds
_AT_ONCE_S: Final = 0.8
_JOBS_KEPT: Final = 24
#: how long a file stays whose session has ended, for work that goes on; how often that is looked at, seconds
_STAYS_S: Final = 600.0
_LOOK_S: Final = 60.0
#: bytes of the files of all sessions together
MOST_HELD: Final = 2 * 2**30

#: what the folder of uploads is called, and the file in it that its process holds
_UPLOADS: Final = "mhgis-import-"
_LOCK: Final = ".lock"

_tidied: Final[list[Leftover]] = []
_held: Final[list[object]] = []
_jobs: "OrderedDict[tuple[str, ...], Job]" = OrderedDict()
_lock: Final = threading.Lock()
#: the sessions that hold a file, each since when it was last seen to
_holders: Final[dict[Path, dict[str, float]]] = {}

_log: Final = logging.getLogger(__name__)


class BrokenError(MhgisError, RuntimeError):
    """The work ended without an answer: most likely the machine had no memory left."""


class FullError(MhgisError, RuntimeError):
    """The files of all sessions together would take more than `MOST_HELD`."""


@lru_cache(maxsize=1)
def _workers() -> Workers:
    return Workers()


@lru_cache(maxsize=1)
def _folder() -> Path:
    # a process that ends in order removes it; one that is killed leaves it to the next start
    folder = tempfile.TemporaryDirectory(prefix=_UPLOADS)
    held = files.alone(Path(folder.name) / _LOCK)
    held.__enter__()
    _held.append((folder, held))
    return Path(folder.name)


def tidy_up() -> tuple[Leftover, ...]:
    """
    Remove what servers and imports that were killed left behind, and say so in the log; for the start of a server.

    What another server of this machine is at work on is its own and stays.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{_UPLOADS}*"):
        lock = folder / _LOCK
        if folder.stat().st_uid == os.getuid() and lock.is_file() and not files.is_held(lock):
            shutil.rmtree(folder, ignore_errors=True)
    cage.clear_up()
    threading.Thread(target=_say_what_holds, daemon=True).start()
    if library.leftovers():
        _tidied.extend(library.clean())
    return tuple(_tidied)


def _say_what_holds() -> None:
    _log.warning("%s", cage.holds().sentence())
    cage.warm(read.__name__, travel_tables.__name__)


def tidied() -> tuple[Leftover, ...]:
    """Return what was found and removed when this server started."""
    return tuple(_tidied)


def state() -> dict[str, Any]:
    """Return what is kept of this session's import; to be changed in place."""
    found: dict[str, Any] = st.session_state.setdefault(_STATE, {})
    return found


def begin(name: str, content: memoryview, lang: Language = "en") -> None:
    """
    Take up an uploaded file.

    Raises
    ------
    FullError
        If as much as is held waits already.
    StorageError
        If there is no room for it.
    """
    sha = hashlib.sha256(content).hexdigest()
    folder = _folder()
    at = folder / sha
    let_go()
    _make_room(folder, len(content), lang)
    try:
        part = folder / f"{sha}.{threading.get_ident()}"
        part.write_bytes(content)
        part.replace(at)
    except OSError as error:
        message = "There is no room for the file."
        raise StorageError(message) from error
    _hold(at)
    kept = state()
    target, rounds, last = kept.get("dataset", ""), kept.get("round", 0), kept.get("last")
    kept.clear()
    if last is not None:
        kept["last"] = last
    kept.update(
        round=rounds,
        path=str(at),
        name=read.file_name(name),
        size=len(content),
        choices=Choices().to_json(),
        dataset=target,
    )
    kept["token"] = uuid4().hex


def _hold(at: Path) -> None:
    with _lock:
        _holders.setdefault(at, {})[_session()] = time.monotonic()
        if len(_sweeping) == 0:
            _sweeping.append(threading.Thread(target=_sweep, daemon=True))
            _sweeping[0].start()


def _session() -> str:
    context = get_script_run_ctx(suppress_warning=True)
    return "" if context is None else context.session_id


def let_go() -> None:
    """Remove the file of this session, unless another has it too."""
    with _lock:
        for at, sessions in list(_holders.items()):
            if sessions.pop(_session(), None) is not None and not sessions:
                del _holders[at]
                at.unlink(missing_ok=True)


def _make_room(folder: Path, more: int, lang: Language) -> None:
    held = sum(one.stat().st_size for one in folder.iterdir() if one.is_file())
    if held + more > MOST_HELD:
        _ = translator(lang)
        raise FullError(_("Too many files wait for import on this server at this moment; try again in some minutes."))


def _sweep() -> None:
    while True:
        time.sleep(_LOOK_S)
        sweep(time.monotonic())


def sweep(now: float) -> None:
    """Remove files whose sessions have ended a while ago."""
    with _lock:
        for at, sessions in list(_holders.items()):
            for one in list(sessions):
                if _is_alive(one):
                    sessions[one] = now
                elif sessions[one] < now - _STAYS_S:
                    del sessions[one]
            if not sessions:
                del _holders[at]
                at.unlink(missing_ok=True)


def _is_alive(session: str) -> bool:
    return runtime.exists() and runtime.get_instance().is_active_session(session)


_sweeping: Final[list[threading.Thread]] = []


def drop() -> None:
    """Forget the file and the choices; the field for a file is then empty. For callbacks."""
    let_go()
    kept = state()
    rounds = kept.get("round", 0)
    kept.clear()
    kept["round"] = rounds + 1


def put_aside() -> None:
    """Make room for another file, and remember what was decided in case it has the same columns. For callbacks."""
    kept = state()
    last = {"names": kept.get("names", []), "choices": kept["choices"]}
    drop()
    state()["last"] = last


def resume(names: Sequence[str]) -> bool:
    """
    Take over what was decided about the file that was put aside, if this one has its columns; say whether it was so.

    Where the table is and what was said to be right as it stands are not taken over: they are about the other file.
    """
    kept = state()
    kept["names"], last = list(names), kept.pop("last", None)
    if last is None or last["names"] != kept["names"] or kept["dataset"]:
        return False
    choose(**{**last["choices"], "sheet": "", "header_row": None, "confirmed": [], "without_faulty": False})
    return True


def aim(dataset_id: str) -> None:
    """Make the next file a new version of a dataset. For callbacks."""
    drop()
    state()["dataset"] = dataset_id


def choose(**parts: Any) -> None:  # noqa: ANN401 - the types are those of `Choices`
    """Change parts of the choices; whatever follows from them is worked out anew. For callbacks."""
    kept = state()
    kept["choices"] = {**kept["choices"], **parts}


def today() -> str:
    """Return the day, ISO 8601, UTC."""
    return datetime.now(UTC).date().isoformat()


def case(lang: Language) -> Case:
    """Return the file and the choices of this session."""
    kept = state()
    return Case(kept["path"], kept["name"], kept["choices"], lang, kept.setdefault("today", today()))


def job(function: str, of: Case, *, own: str = "", **more: str) -> Job:
    """
    Return the work that answers a question about a case: begun now, or by whoever asked the same before.

    Parameters
    ----------
    function
        A name of `mhgis.importing.desk`.
    of
        The case.
    own
        What makes the work this session's own, where it changes something; empty where it only answers.
    more
        What else the function takes.
    """
    key = (function, own, *of.key, *more.values())
    with _lock:
        found = _jobs.get(key)
        if found is None or found.state in {"stopped", "broken"}:
            found = _workers().begin(f"mhgis.importing.desk:{function}", case=of, **more)
            _jobs[key] = found
        _jobs.move_to_end(key)
        while len(_jobs) > _JOBS_KEPT:
            _jobs.popitem(last=False)
    return found


def stop(one: Job) -> None:
    """End a piece of work; asked for again, it begins anew. For callbacks."""
    _workers().stop(one)


def answer(one: Job, lang: Language) -> Any:  # noqa: ANN401 - whatever the work gives
    """
    Return what a piece of work came to, once it has ended.

    Raises
    ------
    MhgisError
        The sentence of the error, where it is one that a user can mend.
    RuntimeError
        A bug, with its traceback.
    """
    _ = translator(lang)
    if one.state == "refused":
        raise MhgisError(one.message)
    if one.state == "broken" and one.message:
        raise RuntimeError(one.message)
    if one.state in {"broken", "stopped"}:
        message = _("The work was broken off; nothing was changed. Try again; a shorter file needs less memory.")
        raise BrokenError(message)
    return one.result


def shown(view: View) -> Shown | Job:
    """Return what is known of this session's import, or the work that has not ended yet."""
    one = job("look", case(view.lang))
    return cast("Shown", answer(one, view.lang)) if one.ended.wait(_AT_ONCE_S) else one


def made(function: str, of: Case) -> bytes:
    """Return a file that is made elsewhere; waits for it."""
    one = job(function, of)
    one.ended.wait()
    return bytes(answer(one, of.lang))


def warm() -> None:
    """Start a process before there is work for it, so that the first file is not kept waiting."""
    _workers().warm()
