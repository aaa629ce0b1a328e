"""Is what stays for good left out of the collection that follows every run?"""

import gc
import subprocess
import sys
from types import ModuleType

import pytest

from mhgis import paths
from mhgis.ui import memory


@pytest.fixture(autouse=True)
def thawed(monkeypatch):
    """Begin with nothing set aside, and leave nothing so."""
    monkeypatch.setitem(memory._seen, "modules", 0)
    yield
    gc.unfreeze()


def test_modules_are_set_aside_once_and_again_when_there_are_more(monkeypatch):
    assert memory.set_modules_aside()
    assert gc.get_freeze_count() > 10 * len(gc.get_objects())  # which does not list what is set aside
    assert not memory.set_modules_aside()
    monkeypatch.setitem(sys.modules, "one_more", ModuleType("one_more"))
    assert memory.set_modules_aside()


def test_what_comes_later_is_still_collected():
    memory.set_modules_aside()
    circle: list[object] = []
    circle.append(circle)
    del circle
    assert gc.collect() >= 1


def test_a_server_ends_without_a_complaint():
    said = "import duckdb; duckdb.connect().sql('SELECT 1'); from mhgis.ui import memory; memory.set_modules_aside()"
    done = subprocess.run([sys.executable, "-c", said], cwd=paths.ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""
