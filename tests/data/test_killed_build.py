"""A build that is killed leaves the published file as it was, and the next build succeeds."""

import csv
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from etl import publish
from mhgis import paths, store

pytestmark = pytest.mark.slow

KILLS = 20
#: everything after the boundaries, which are read from a package and only cached
FIRST_STAGE = "harmonise"

#: a process that has `mhgis` loaded and lets a child do what it is told, a line of JSON each: the arguments, and where
#: the child dies if it lives so long: before it changes the names in the data folder so many times, or after so long
CHILDREN = """
import json, os, signal, sys, time
from etl import cli, stages
folder = os.environ["MHGIS_DATA"]

def count_down(step):
    def count(event, arguments):
        nonlocal step
        if event in {"os.mkdir", "os.rename", "os.remove", "shutil.rmtree"} and str(arguments[0]).startswith(folder):
            if step == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            step -= 1
    sys.addaudithook(count)
    return lambda: step

def run(arguments, step, out):
    file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(file, 1)
    os.dup2(file, 2)
    left, code = count_down(step), 1
    try:
        code = cli.main(arguments)
        print("steps left:", left())
    finally:
        sys.stdout.flush()
        os._exit(code)

def end(child, seconds):
    until = time.monotonic() + seconds
    while os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
            break
        time.sleep(0.01)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

for line in sys.stdin:
    told = json.loads(line)
    child = os.fork()
    if child == 0:
        run(told["arguments"], told["step"], told["out"])
    print(end(child, told["seconds"]), flush=True)
"""
NEVER = 10_000


class Site:
    """A data folder with a published file in it, and a process whose children work on it."""

    def __init__(self, data: Path, env: dict[str, str], old: str) -> None:
        self.data, self.old = data, old
        self.said = data.parent / f"{data.name}-said"
        self.parent = subprocess.Popen(
            [sys.executable, "-c", CHILDREN],
            cwd=paths.ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def begin(self, *arguments: str, step: int = NEVER, seconds: float = NEVER) -> tuple[int, str]:
        """Run `mhgis` to its end, or until it is killed; return the exit code and what it says."""
        told = {"arguments": arguments, "step": step, "seconds": seconds, "out": str(self.said)}
        print(json.dumps(told), file=self.parent.stdin, flush=True)
        code = int(self.parent.stdout.readline())
        return code, self.said.read_text("utf-8")

    def run(self, *arguments: str) -> str:
        """Run `mhgis` to its end; return what it says."""
        code, said = self.begin(*arguments)
        assert code == 0, said
        return said

    def close(self) -> None:
        """End the process."""
        self.parent.stdin.close()
        self.parent.wait()

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


@pytest.fixture(scope="module")
def site(published, tmp_path_factory):
    """A copy of all that was built, with one note changed since."""
    folder = tmp_path_factory.mktemp("site")
    data = folder / "data"
    for name in ("cn", "cache", "published"):
        shutil.copytree(paths.ROOT / "data" / name, data / name)
    shutil.copytree(paths.ROOT / "static", folder / "static")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MHGIS_DATA", str(data))
        patch.setenv("MHGIS_STATIC", str(folder / "static"))
        patch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        change_a_note(data)
        made = Site(data, dict(os.environ), checksum(store.current().file))
        made.run("accept-tables")
        assert made.serves_old()
        yield made
        made.close()


@pytest.fixture(scope="module")
def rehearsed(site, tmp_path_factory):
    """What an undisturbed build of the same tables takes, in seconds, and the contents it publishes."""
    folder = tmp_path_factory.mktemp("rehearsal")
    copy = shutil.copytree(site.data, folder / "data")
    stage = Site(copy, {**os.environ, "MHGIS_DATA": str(copy), "MHGIS_STATIC": str(folder / "static")}, site.old)
    begun = time.monotonic()
    stage.run("build", "--from", FIRST_STAGE)
    seconds = time.monotonic() - begun
    stage.close()
    says = (copy / "published" / store.POINTER).read_text("utf-8")
    file = next(f for f in (copy / "published").glob("*.duckdb") if f.name in says)
    hashes = contents_of(file)
    assert hashes["benchmark"] != contents_of(site.current())["benchmark"]
    shutil.rmtree(folder)
    return seconds, hashes


def contents_of(file: Path) -> dict[str, str]:
    """Return a checksum a table, but for the build record: it names the commit, and one may be made meanwhile."""
    return {name: found for name, found in publish.table_hashes(file).items() if name != "build"}


def left_overs(data: Path) -> list[Path]:
    return [path for folder in (data / "cache", data / "published") for path in folder.rglob("*.part*")]


def test_a_build_killed_at_any_moment_leaves_the_old_file_and_the_next_one_succeeds(site, rehearsed):
    seconds, contents = rehearsed
    killed, starts = 0, 0
    while killed < KILLS:
        starts += 1
        assert starts <= 2 * KILLS, f"only {killed} of {starts} builds were still running when they were to be killed"
        begun = time.monotonic()
        code, said = site.begin("build", "--from", FIRST_STAGE, seconds=(killed + 0.5) / KILLS * seconds)
        if code == -signal.SIGKILL:
            killed += 1
        else:
            assert code == 0, said
            # the machine is faster than at the rehearsal: try this moment again, at the new pace
            seconds = time.monotonic() - begun
        # one killed after it had moved the pointer may leave the new file, but then the whole of it
        assert site.serves_old() or contents_of(site.current()) == contents
    site.run("build")
    assert contents_of(site.current()) == contents
    assert left_overs(site.data) == []


def test_a_build_killed_before_any_step_of_publishing_leaves_one_whole_file(site, rehearsed):
    _, contents = rehearsed
    site.run("build")
    said = site.run("build", "--from", "publish")
    steps = NEVER - int(said.rpartition(":")[2])
    # at least: the stage's folder is made, then the file, the pointer and the stage's folder are put in their places
    assert steps >= 4
    for step in range(steps):
        code, said = site.begin("build", "--from", "publish", step=step)
        assert code == -signal.SIGKILL, said
        assert contents_of(site.current()) == contents
    site.run("build")
    assert contents_of(site.current()) == contents
    assert left_overs(site.data) == []
