"""What all tests share: the published file, a private copy of the tables, and what to do without a browser."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from mhgis import paths, store
from mhgis.files import alone
from scripts import browser, office

# tests run on the project's own tables, whatever the shell they are started from points at
for _name in ("MHGIS_DATA", "MHGIS_STATIC"):
    os.environ.pop(_name, None)

# machines differ in pace, and no test is one of speed
settings.register_profile("mhgis", deadline=None)
settings.load_profile("mhgis")

LEFT_OUT = pytest.StashKey[list[str]]()
BROWSER_TESTS = Path(__file__).parent / "browser"
OFFICE_TESTS = Path(__file__).parent / "data" / "test_office.py"


def pytest_collection_modifyitems(config, items):
    """Mark the browser tests; what needs a program that is not here is left out in plain sight, and in CI fails."""
    driven = [item for item in items if item.path.is_relative_to(BROWSER_TESTS)]
    for item in driven:
        item.add_marker(pytest.mark.browser)
    _leave_out(config, items, driven, browser)
    _leave_out(config, items, [item for item in items if item.path == OFFICE_TESTS], office)
    if hasattr(config, "workerinput"):
        _put_long_files_first(items)


def _put_long_files_first(items):
    """Have the files that take long begun first, where several processes share them: none has to wait at the end."""
    long = [{item.path for item in items if item.get_closest_marker(mark)} for mark in ("browser", "slow")]
    items.sort(key=lambda item: [item.path not in paths_of_mark for paths_of_mark in long])


def _leave_out(config, items, those, need):
    packages = need.missing() if those else []
    if not packages:
        return
    message = need.left_out(packages)
    if os.environ.get("CI"):
        raise pytest.UsageError(message)
    config.hook.pytest_deselected(items=those)
    items[:] = [item for item in items if item not in those]
    config.stash.setdefault(LEFT_OUT, []).append(f"{message} ({len(those)} tests)")


def pytest_terminal_summary(terminalreporter, config):
    """Repeat at the end what was left out, where it is read."""
    for line in config.stash.get(LEFT_OUT, []):
        terminalreporter.write_line(line, yellow=True)


@pytest.fixture(scope="session")
def published() -> store.Published:
    """The published file of the project's own tables; only what has changed since the last build is built."""
    # tests that need no build are spared two seconds of loading what builds
    from etl.build import keys, stale  # noqa: PLC0415
    from etl.stages import STAGES  # noqa: PLC0415

    paths.cache().mkdir(parents=True, exist_ok=True)
    # several processes test at once, and one build at a time is allowed
    with alone(paths.cache() / "tests.lock"):
        if stale(STAGES, keys(STAGES), paths.cache()):
            _build()
    return store.current()


def _build() -> None:
    command = [sys.executable, "-m", "etl.cli", "build"]
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"mhgis build ended with {done.returncode}:\n{done.stdout}\n{done.stderr}", pytrace=False)


@pytest.fixture
def tmp_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of one's own, with a copy of the sourced tables and nothing built; static files go beside it."""
    folder = tmp_path / "data"
    shutil.copytree(paths.ROOT / "data" / "cn", folder / "cn")
    monkeypatch.setenv("MHGIS_DATA", str(folder))
    monkeypatch.setenv("MHGIS_STATIC", str(tmp_path / "static"))
    return folder
