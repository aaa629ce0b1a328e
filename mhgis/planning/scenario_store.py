"""
Scenarios that are kept: one readable file a ledger, in a folder beside the data, under an id that links name.

`change` reads, changes and writes a ledger as one step that no other session or process can come between. A write that
fails leaves the file as it was. What a ledger says is `mhgis.planning.scenario`'s; this module holds no figures.
"""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from mhgis import files, paths, store
from mhgis.errors import Fault, SchemaError, UnknownChoiceError
from mhgis.formats import one_line
from mhgis.i18n import Language, translator
from mhgis.planning import scenario
from mhgis.planning.scenario import ID, Ledger

FOLDER: Final = "plans"
#: ledgers in one store
MOST: Final = 500

_LOCK: Final = "plans.lock"


@dataclass(frozen=True)
class Plan:
    """A ledger that is kept, with its id."""

    plan_id: str
    ledger: Ledger


def folder() -> Path:
    """Return where the scenarios of this machine are kept."""
    return paths.data() / "local" / FOLDER


def build_of(dataset: str) -> str:
    """Return what names the figures of a dataset: the build, and of an import its version, too."""
    version = next((one.version for one in store.active() if one.dataset_id == dataset), None)
    build = store.current().build
    return build if version is None else f"{build}-v{version}"


def keep(ledger: Ledger, at: Path | None = None, lang: Language = "en") -> str:
    """
    Keep a ledger under an id of its own, and return the id.

    Parameters
    ----------
    ledger
        Its name is brought to one line; what was undone in it is kept too.
    at
        The folder of the store, if not this machine's.
    lang
        The language of the parts of a fault.

    Raises
    ------
    SchemaError
        If the store holds `MOST` ledgers already.
    """
    at = at or folder()
    with _alone(at):
        kept = len(_files(at))
        if kept >= MOST:
            _ = translator(lang)
            found = _("{n} scenarios, which is as many as are kept").format(n=kept)
            raise SchemaError([Fault(FOLDER, None, None, found, _("fewer; delete some first"))])
        plan_id = uuid4().hex[:12]
        _write(at, plan_id, ledger)
    return plan_id


def load(plan_id: str, at: Path | None = None, lang: Language = "en") -> Ledger:
    """
    Return a ledger that is kept; `lang` is the language of the parts of a fault.

    Raises
    ------
    UnknownChoiceError
        If there is none of this id: someone else may have deleted it.
    SchemaError
        If its file is damaged.
    """
    file = _file(at or folder(), plan_id)
    try:
        text = file.read_text("utf-8", errors="replace")
    except OSError as error:
        message = f"There is no scenario {plan_id!r} that can be read; it may have been deleted meanwhile."
        raise UnknownChoiceError(message) from error
    return scenario.from_json(text, file.name, lang)


def is_kept(plan_id: str, at: Path | None = None) -> bool:
    """Say whether there is a ledger of this id."""
    return ID.fullmatch(plan_id) is not None and _file(at or folder(), plan_id).is_file()


def listed(at: Path | None = None) -> tuple[Plan, ...]:
    """Return every ledger that can be read, by name; one whose file is damaged is left out (see `damaged`)."""
    at = at or folder()
    plans = []
    for file in _files(at):
        try:
            plans.append(Plan(file.stem, load(file.stem, at)))
        except (SchemaError, UnknownChoiceError):
            continue
    return tuple(sorted(plans, key=lambda plan: (plan.ledger.name, plan.plan_id)))


def damaged(at: Path | None = None) -> tuple[str, ...]:
    """Return the ids of ledgers whose file cannot be read."""
    at = at or folder()
    readable = {plan.plan_id for plan in listed(at)}
    return tuple(file.stem for file in _files(at) if file.stem not in readable)


def change(
    plan_id: str,
    by: Callable[[Ledger], Ledger],
    at: Path | None = None,
    *,
    seen: Collection[str] = (),
    lang: Language = "en",
) -> Ledger:
    """
    Change a ledger as one step: read, `by`, write; return the ledger as it then is.

    Two who change at once are both heard: the second waits for the first. Where writing fails the file stays as it was.

    Parameters
    ----------
    plan_id, by, at
        Which ledger, what is done to it, and the folder of the store.
    seen
        The `scenario.digest`, with what was undone, of each state that the change was meant for, where it depends on
        what stood there.
    lang
        The language of the parts of a fault.

    Raises
    ------
    UnknownChoiceError
        If the ledger is gone, or is in another state than those that were seen.
    SchemaError
        If its file is damaged; it is not written over.
    """
    at = at or folder()
    with _alone(at):
        ledger = load(plan_id, at, lang)
        if seen and scenario.digest(ledger, with_undone=True) not in seen:
            message = "Someone else has changed this scenario meanwhile; look at it again, then do it once more."
            raise UnknownChoiceError(message)
        changed = by(ledger)
        _write(at, plan_id, changed)
    return changed


def remove(plan_id: str, at: Path | None = None) -> None:
    """Delete a ledger; one that is gone already is no error."""
    at = at or folder()
    with _alone(at):
        _file(at, plan_id).unlink(missing_ok=True)


def _alone(at: Path) -> AbstractContextManager[None]:
    at.mkdir(parents=True, exist_ok=True)
    return files.alone(at.with_name(_LOCK))


def _files(at: Path) -> list[Path]:
    return sorted(file for file in at.glob("*.json") if ID.fullmatch(file.stem))


def _file(at: Path, plan_id: str) -> Path:
    if not ID.fullmatch(plan_id):
        message = f"{plan_id!r} is no id of a scenario."
        raise UnknownChoiceError(message)
    return at / f"{plan_id}.json"


def _write(at: Path, plan_id: str, ledger: Ledger) -> None:
    named = ledger.named(one_line(ledger.name))
    files.write_whole(_file(at, plan_id), scenario.to_json(named, with_undone=True).encode())
