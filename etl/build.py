"""
Run the stages from figures to the published file, each only when something it depends on has changed.

A stage writes into a folder of its own that appears under its name only when it is complete, so a build that is killed
at any moment leaves nothing half done. A stage's key is the checksum of its code, its inputs and the keys before it.
"""

import fcntl
import hashlib
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from tqdm import tqdm

from etl.dependencies import Reader, code_of, reader
from mhgis import paths
from mhgis.errors import MhgisError, UnknownChoiceError

_KEY_FILE: Final = "key"


class BusyError(MhgisError, BlockingIOError):
    """Another build is running on the same data folder."""


@dataclass(frozen=True)
class Folders:
    """Where a stage finds the outputs of earlier stages and leaves its own."""

    cache: Path
    out: Path
    key: str

    def of(self, stage: str, name: str) -> Path:
        """Return the path of a file that an earlier stage wrote."""
        return self.cache / stage / name


class Stage(NamedTuple):
    """
    One step of the pipeline.

    `run` reads earlier stages through its `Folders` and writes files into `Folders.out`; `after` names the stages it
    needs; `inputs` gives a checksum of what it reads from outside; `is_whole` says whether what it left outside its own
    folder is still there. Which code it runs is found from its imports, and need not be said.
    """

    name: str
    run: Callable[[Folders], None]
    after: tuple[str, ...] = ()
    inputs: Callable[[], str] = str
    is_whole: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class Report:
    """What a build did: seconds by stage that ran, and the stages left alone because nothing had changed."""

    ran: dict[str, float] = field(default_factory=dict)
    kept: tuple[str, ...] = ()


def checksum(*parts: str | bytes) -> str:
    """Return the SHA-256 of the parts, each told from the next by its length."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(f"{len(raw)}:".encode() + raw)
    return digest.hexdigest()


def file_checksums(folder: Path, pattern: str = "*") -> dict[str, str]:
    """Return the SHA-256 of each file of a folder, by its name, in the order of names."""
    files = sorted(path for path in folder.glob(pattern) if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def keys(stages: tuple[Stage, ...], read: Reader | None = None) -> dict[str, str]:
    """Return the key each stage would have now; with the code of this tree, or that of the one `read` reads."""
    read = read or reader(paths.ROOT)
    found: dict[str, str] = {}
    for stage in stages:
        code = chain.from_iterable(code_of(stage.run, read).items())
        found[stage.name] = checksum(stage.name, stage.inputs(), *code, *(found[name] for name in stage.after))
    return found


def stale(
    stages: tuple[Stage, ...], wanted: Mapping[str, str], cache: Path, *, clean: bool = False, first: str | None = None
) -> tuple[str, ...]:
    """
    Return the names of the stages that have to run, in order.

    Parameters
    ----------
    stages
        The pipeline, in order.
    wanted
        The key each would have now: `keys`.
    cache
        Folder of stage outputs.
    clean
        Run all of them.
    first
        Run this stage and all that depend on it, changed or not.

    Raises
    ------
    UnknownChoiceError
        If `first` names no stage.
    """
    if first is not None and first not in {stage.name for stage in stages}:
        message = f"There is no stage {first!r}; expected one of: {', '.join(stage.name for stage in stages)}."
        raise UnknownChoiceError(message)
    found: list[str] = []
    for stage in stages:
        key_file = cache / stage.name / _KEY_FILE
        fresh = key_file.is_file() and key_file.read_text() == wanted[stage.name] and stage.is_whole()
        if clean or stage.name == first or not fresh or any(name in found for name in stage.after):
            found.append(stage.name)
    return tuple(found)


def build(stages: tuple[Stage, ...], *, clean: bool = False, first: str | None = None, quiet: bool = False) -> Report:
    """
    Run every stage that is stale, with progress, under a lock on the data folder.

    Raises
    ------
    BusyError
        If another build holds the lock.
    MhgisError
        Whatever sentence a stage has to say; the published file is then as it was.
    """
    cache = paths.cache()
    cache.mkdir(parents=True, exist_ok=True)
    with _lock(cache / "lock"):
        for left_over in cache.glob("*.part"):
            shutil.rmtree(left_over)
        # of a build killed as it published, which a later one may have no need to do again
        for left_over in paths.published().glob("*.part*"):
            left_over.unlink()
        wanted = keys(stages)
        todo = stale(stages, wanted, cache, clean=clean, first=first)
        seconds: dict[str, float] = {}
        with tqdm(total=len(stages), disable=quiet, file=sys.stderr, bar_format="{l_bar}{bar:24}{r_bar}") as bar:
            for stage in stages:
                bar.set_description(f"{stage.name:<11}")
                if stage.name in todo:
                    begun = time.perf_counter()
                    _run(stage, cache, wanted[stage.name])
                    seconds[stage.name] = time.perf_counter() - begun
                bar.update()
        return Report(seconds, tuple(stage.name for stage in stages if stage.name not in todo))


def _run(stage: Stage, cache: Path, key: str) -> None:
    out = cache / f"{stage.name}.part"
    out.mkdir()
    stage.run(Folders(cache, out, key))
    (out / _KEY_FILE).write_text(key)
    final = cache / stage.name
    if final.exists():
        shutil.rmtree(final)
    out.rename(final)


@contextmanager
def _lock(file: Path) -> Iterator[None]:
    with file.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = "Another build is running on this data folder; wait until it ends, then try again."
            raise BusyError(message) from error
        yield
