"""Old files of the static folder go, and nothing that a server still uses."""

import os
import time

import pytest

from mhgis.exports import static_files

OLD_S = (static_files.KEPT_DAYS + 1) * 86_400


@pytest.fixture
def static(tmp_path, monkeypatch):
    monkeypatch.setenv("MHGIS_STATIC", str(tmp_path))
    return tmp_path


def age(path, seconds=OLD_S):
    at = time.time() - seconds
    os.utime(path, (at, at))
    return path


def test_what_nobody_used_for_a_month_is_deleted_and_the_rest_stays(static):
    unused, used, new = (static / static_files.keep("values", "v", ".json", content) for content in (b"1", b"2", b"3"))
    picture = static / static_files.keep("slides", "map", ".png", b"png")
    for path in (unused, used, picture):
        age(path)
    # a server hands it out again
    static_files.keep("values", "v", ".json", b"2")
    assert static_files.prune() == 2
    assert not unused.exists()
    assert not picture.exists()
    assert (used.read_bytes(), new.read_bytes()) == (b"2", b"3")
    # what was deleted is there again when it is asked for
    static_files.keep("values", "v", ".json", b"1")
    assert unused.read_bytes() == b"1"


def test_what_builds_and_packages_bring_is_never_deleted(static):
    brought = [static / "geo" / "county-0123456789ab.bin.gz", static / "vendor" / "a.js", static / "fonts" / "a.woff2"]
    for path in brought:
        path.parent.mkdir()
        path.write_bytes(b"1")
        age(path)
        age(path.parent)
    assert static_files.prune() == 0
    assert all(path.is_file() for path in brought)


def test_the_code_of_another_server_stays_while_that_server_draws_maps(static):
    mine = (static / static_files.component()["main"]).parent
    other = static / "map-0123456789ab"
    other.mkdir()
    (other / "main.js").write_text("old")
    age(other)
    age(mine)
    static_files.component()
    assert static_files.prune() == 1
    assert (mine / "main.js").is_file()
    assert not other.exists()


def test_code_that_was_deleted_is_put_back_when_the_next_map_is_drawn(static):
    mine = (static / static_files.component()["main"]).parent
    age(mine)
    assert static_files.prune() == 1
    assert not mine.exists()
    static_files.component()
    assert (mine / "main.js").is_file()


def test_an_empty_folder_is_no_trouble(static):
    assert static_files.prune() == 0
