"""A clean build gives what is published, whatever the order of hashes, the locale and the clock's zone."""

import os
import shutil
import subprocess
import sys

import pytest

from etl import publish
from mhgis import paths, store

pytestmark = pytest.mark.slow

#: the published file was built in the world in which the tests run
ANOTHER_WORLD = {"PYTHONHASHSEED": "1", "TZ": "America/St_Johns", "LC_ALL": "C"}


def build(folder):
    shutil.copytree(paths.ROOT / "data" / "cn", folder / "data" / "cn")
    # that a cut of the typeface is the same every time is held where it is cut
    shutil.copytree(paths.ROOT / "data" / "cache" / "typeface", folder / "data" / "cache" / "typeface")
    env = {**os.environ, **ANOTHER_WORLD, "MHGIS_DATA": str(folder / "data"), "MHGIS_STATIC": str(folder / "static")}
    command = [sys.executable, "-m", "etl.cli", "build", "--clean", "--quiet"]
    done = subprocess.run(command, cwd=paths.ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def contents_of(file):
    """Return a checksum a table, but for the build record: it names the commit, and one may be made meanwhile."""
    return {name: digest for name, digest in publish.table_hashes(file).items() if name != "build"}


def test_a_clean_build_in_another_world_gives_what_is_published(published, tmp_path, monkeypatch):
    expected = contents_of(published.file)
    build(tmp_path)
    monkeypatch.setenv("MHGIS_DATA", str(tmp_path / "data"))
    clean = store.current()
    assert clean.file != published.file
    assert contents_of(clean.file) == expected
    # every table is hashed, and has rows, or its hash says nothing; no facility register comes with the figures
    tables = store.query("SELECT table_name AS name, estimated_size AS rows FROM duckdb_tables()")
    assert sorted([*expected, "build"]) == sorted(tables["name"])
    assert tables.loc[tables["rows"].eq(0), "name"].tolist() == ["facility"]
    # the browser's files too; those of shapes and names are named by what they hold
    assert clean.static == published.static
    made = {p.relative_to(tmp_path): p.read_bytes() for p in (tmp_path / "static").rglob("*") if p.is_file()}
    assert {path.as_posix().removeprefix("static/") for path in made} > set(clean.static.values())
    assert [path for path, content in made.items() if (paths.ROOT / path).read_bytes() != content] == []
