"""A build that is killed leaves the published file as it was, and the next build succeeds."""

import csv
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from etl import publish
from mhgis import paths, store

KILLS = 20
#: everything after the boundaries, which are read from a package and only cached
FIRST_STAGE = "harmonise"

#: `mhgis`, killed by itself just before the n-th time it makes, moves or removes a file or folder of the data folder
KILLED_BEFORE_STEP = """
import os, signal, sys
folder, left = sys.argv[1], int(sys.argv[2])
def count(event, arguments):
    global left
    if event in {"os.mkdir", "os.rename", "os.remove", "shutil.rmtree"} and str(arguments[0]).startswith(folder):
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
sys.addaudithook(count)
from etl.cli import main
code = main(sys.argv[3:])
print("steps left:", left)
sys.exit(code)
"""


@dataclass(frozen=True)
class Site:
    """A data folder with a published file in it, and the environment in which `mhgis` works on it."""

    data: Path
    env: dict[str, str]
    old: str

    def start(self, *command: str) -> subprocess.Popen:
        """Start a command on this folder, in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=paths.ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> str:
        """Run `mhgis` to its end; return what it says."""
        process = self.start("-m", "etl.cli", *arguments)
        said, _ = process.communicate()
        assert process.returncode == 0, said
        return said

    def current(self) -> Path:
        """Return the file the app would serve, after asking it something as the app does."""
        found = store.current()
        assert len(store.areas("province")) == 34
        assert [name for name in found.static.values() if not (paths.static() / name).is_file()] == []
        return found.file

    def serves_old(self) -> bool:
        """Say whether the file being served is, byte for byte, the one from before the kills."""
        return checksum(self.current()) == self.old


def checksum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def change_a_note(data: Path) -> None:
    """Change one word of one table, as an editor would, so that the next build is another one."""
    table = data / "cn" / "benchmarks.csv"
    with table.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    rows[0]["note"] = "changed"
    with table.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def site(published, tmp_path, monkeypatch):
    """A copy of all that was built, with one note changed since."""
    data = tmp_path / "data"
    for name in ("cn", "cache", "published"):
        shutil.copytree(paths.ROOT / "data" / name, data / name)
    shutil.copytree(paths.ROOT / "static", tmp_path / "static")
    monkeypatch.setenv("MHGIS_DATA", str(data))
    monkeypatch.setenv("MHGIS_STATIC", str(tmp_path / "static"))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    change_a_note(data)
    made = Site(data, dict(os.environ), checksum(store.current().file))
    made.run("accept-tables")
    assert made.serves_old()
    return made


@pytest.fixture
def rehearsed(site, tmp_path):
    """What an undisturbed build of the same tables takes, in seconds, and the contents it publishes."""
    copy = tmp_path / "rehearsal"
    shutil.copytree(site.data, copy)
    stage = Site(copy, {**site.env, "MHGIS_DATA": str(copy), "MHGIS_STATIC": str(tmp_path / "static2")}, site.old)
    begun = time.monotonic()
    stage.run("build", "--from", FIRST_STAGE)
    seconds = time.monotonic() - begun
    says = (copy / "published" / store.POINTER).read_text("utf-8")
    file = next(f for f in (copy / "published").glob("*.duckdb") if f.name in says)
    hashes = contents_of(file)
    assert hashes["benchmark"] != contents_of(site.current())["benchmark"]
    shutil.rmtree(copy)
    return seconds, hashes


def contents_of(file: Path) -> dict[str, str]:
    """Return a checksum a table, but for the build record: it names the commit, and one may be made meanwhile."""
    return {name: found for name, found in publish.table_hashes(file).items() if name != "build"}


def left_overs(data: Path) -> list[Path]:
    return [path for folder in (data / "cache", data / "published") for path in folder.rglob("*.part*")]


def publish_until(site: Site, step: int) -> tuple[int, str]:
    """Publish, and die just before the given step; return the exit code and what was said."""
    process = site.start("-c", KILLED_BEFORE_STEP, str(site.data), str(step), "build", "--from", "publish")
    said, _ = process.communicate()
    return process.returncode, said


def test_a_build_killed_at_any_moment_leaves_the_old_file_and_the_next_one_succeeds(site, rehearsed):
    seconds, contents = rehearsed
    killed, starts = 0, 0
    while killed < KILLS:
        starts += 1
        assert starts <= 2 * KILLS, f"only {killed} of {starts} builds were still running when they were to be killed"
        begun = time.monotonic()
        process = site.start("-m", "etl.cli", "build", "--from", FIRST_STAGE)
        try:
            process.wait((killed + 0.5) / KILLS * seconds)
            # the machine is faster than at the rehearsal: try this moment again, at the new pace
            seconds = time.monotonic() - begun
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            killed += 1
        process.communicate()
        # one killed after it had moved the pointer may leave the new file, but then the whole of it
        assert site.serves_old() or contents_of(site.current()) == contents
    site.run("build")
    assert contents_of(site.current()) == contents
    assert left_overs(site.data) == []


def test_a_build_killed_before_any_step_of_publishing_leaves_one_whole_file(site, rehearsed):
    _, contents = rehearsed
    site.run("build")
    more_than_it_takes = 10_000
    code, said = publish_until(site, more_than_it_takes)
    assert code == 0, said
    steps = more_than_it_takes - int(said.rpartition(":")[2])
    # at least: the stage's folder is made, then the file, the pointer and the stage's folder are put in their places
    assert steps >= 4
    for step in range(steps):
        code, said = publish_until(site, step)
        assert code == -signal.SIGKILL, said
        assert contents_of(site.current()) == contents
    site.run("build")
    assert contents_of(site.current()) == contents
    assert left_overs(site.data) == []
