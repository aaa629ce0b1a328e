"""Imports that are killed, run out of room, or meet each other: a dataset is whole or absent, and says so."""

import json
import resource
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from mhgis import paths, store
from mhgis.errors import StorageError
from mhgis.importing import library
from tests.data.made_import import draft

pytestmark = pytest.mark.slow

#: imports that are killed: before each of the first file steps, and after so many milliseconds of writing
FILE_STEPS = range(1, 19)
AFTER_MS = range(20, 620, 50)

#: a process that has everything loaded and lets a child do each import, which dies at the moment it is told
CHILDREN = textwrap.dedent(
    """
    import os, signal, sys, threading
    sys.path.insert(0, sys.argv[2])
    from made_import import draft
    from mhgis import paths
    from mhgis.importing import library

    folder = str(paths.datasets())

    def dies_before(step):
        seen = 0
        def hook(event, args):
            nonlocal seen
            if event in {"open", "os.mkdir", "os.rename", "os.remove"} and folder in str(args[0]):
                seen += 1
                if seen == step:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(hook)

    def dies_after(ms):
        threading.Timer(ms / 1000, os.kill, (os.getpid(), signal.SIGKILL)).start()

    for told in sys.argv[1].split(","):
        how, number = told.split(":")
        child = os.fork()
        if child == 0:
            {"step": dies_before, "ms": dies_after}[how](int(number))
            try:
                library.save(draft(), "" if how == "step" else sys.argv[3])
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        print(told, -status if os.WIFSIGNALED(status) else 0, flush=True)
    """
)


@pytest.fixture
def apart(tmp_path, monkeypatch):
    """A data folder of its own, with the published file in it."""
    (tmp_path / "published").symlink_to(paths.published().resolve())
    monkeypatch.setenv("MHGIS_DATA", str(tmp_path))
    return tmp_path


def require_whole():
    """Every dataset that is there can be read in full, and so can what is shown."""
    for dataset in library.datasets():
        for version in library.versions(dataset.dataset_id):
            assert version.manifest["version"] == version.number
            rows = store.query("SELECT count(*) AS n FROM resource", file=version.folder / store.FILE)["n"]
            assert rows.iloc[0] == sum(version.manifest["statuses"].values())
            assert library.original(dataset.dataset_id, version.number)[1] == draft().original
    assert store.damaged() == ()
    assert {d.dataset_id for d in library.datasets() if d.active} <= set(store.datasets()["dataset_id"])


def test_imports_killed_at_thirty_moments_leave_whole_datasets_only(apart):
    first = library.save(draft())
    moments = [*(f"step:{n}" for n in FILE_STEPS), *(f"ms:{n}" for n in AFTER_MS)]
    assert len(moments) == 30
    done = subprocess.run(
        [sys.executable, "-c", CHILDREN, ",".join(moments), str(Path(__file__).parent), first.dataset_id],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    ends = [line.split() for line in done.stdout.splitlines()]
    killed = [moment for moment, end in ends if end == str(-signal.SIGKILL)]
    assert len(ends) == 30, done.stderr
    assert len(killed) > 20, done.stdout
    require_whole()
    left = library.leftovers()
    assert left
    assert library.clean() == left
    assert library.leftovers() == ()
    again = library.save(draft(), first.dataset_id)
    assert again.is_active
    require_whole()


def test_a_full_disk_is_said_and_leaves_everything_as_it_was(apart):
    first = library.save(draft())
    before = (library.datasets(), store.fingerprint())
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        for room in (0, 4_096, 200_000):
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
            with pytest.raises(StorageError, match=r"[Nn]othing was changed|as it was before"):
                library.save(draft(), first.dataset_id)
            with pytest.raises(StorageError):
                library.save(draft())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert (library.datasets(), store.fingerprint()) == before
    assert library.leftovers() == ()
    require_whole()


def test_two_imports_at_once_wait_for_each_other(apart):
    first = library.save(draft())
    one = "import sys; sys.path.insert(0, sys.argv[1]); from made_import import draft; "
    one += "from mhgis.importing import library; print(library.save(draft(), sys.argv[2]).number)"
    command = [sys.executable, "-c", one, str(Path(__file__).parent), first.dataset_id]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    numbers = sorted(int(process.communicate()[0]) for process in both)
    assert numbers == [2, 3]
    assert library.datasets()[0].versions == (1, 2, 3)
    require_whole()


def test_an_import_whose_file_is_harmed_is_told_and_the_rest_is_shown(apart):
    one, other = library.save(draft()), library.save(draft())
    (one.folder / store.FILE).write_bytes(b"no database")
    # what is open stays open; a new reading begins with a change
    library.annotate(other.dataset_id, note="changed")
    assert store.damaged() == (store.Damaged(one.dataset_id, 1),)
    assert set(store.datasets()["dataset_id"]) >= {other.dataset_id}
    assert one.dataset_id not in set(store.datasets()["dataset_id"])


def test_what_lies_in_the_library_is_plain(apart):
    version = library.save(draft())
    assert sorted(path.name for path in version.folder.iterdir()) == ["dataset.duckdb", "manifest.json", "original"]
    said = json.loads((version.folder.parent / store.SAYS).read_text("utf-8"))
    assert said["active"] == 1
