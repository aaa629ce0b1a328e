"""
Files that are whole or absent: written beside their place, brought to the disk, and put there by one rename.

One process at a time changes what a lock stands for; a process that is killed leaves no lock behind. Holds no formats.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

#: ends the name of what is being written; whatever bears it while nobody holds the lock was left by a killed process
PART: Final = ".part"
#: no file takes longer to be written
PARTS_KEPT_S: Final = 3_600


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold a lock while the block runs; wait for whoever holds it. The folder of `lock` must be there."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def is_held(lock: Path) -> bool:
    """Say whether someone holds a lock at this moment."""
    if not lock.exists():
        return False
    with lock.open("r+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def write_whole(at: Path, content: bytes, mode: int = 0o600) -> None:
    """
    Write a file, whole or not at all: on the disk before it takes the old one's name. Raises `OSError`.

    `mode` says who may read it: nobody else, unless it is meant for others, such as what a web server serves.
    """
    handle, name = tempfile.mkstemp(dir=at.parent, prefix=f"{at.stem}-", suffix=PART)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            os.fchmod(out.fileno(), mode)
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(at)
        sync(at.parent)
    finally:
        part.unlink(missing_ok=True)


def remove_parts(folder: Path) -> int:
    """
    Remove what was never finished below a folder and is older than `PARTS_KEPT_S`, and return how much that was.

    What is younger may be in the hands of another server. Raises `OSError` where the folder cannot be changed.
    """
    before = time.time() - PARTS_KEPT_S
    old = [part for part in folder.rglob(f"*{PART}") if part.is_file() and part.stat().st_mtime < before]
    for part in old:
        part.unlink(missing_ok=True)
    return len(old)


def sync(path: Path) -> None:
    """Bring what was written to a file or a folder to the disk; of a folder, only which names it holds."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put_folder(part: Path, at: Path) -> None:
    """Bring a folder and all in it to the disk, then give it its name by one rename. Raises `OSError` where taken."""
    for path in (*sorted(part.rglob("*")), part):
        sync(path)
    part.rename(at)
    sync(at.parent)
