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
    kept = [static_files.keep("map-setup", "v", ".json", content) for content in (b"1", b"2", b"3")]
    unused, used, new = (static / name for name in kept)
    for path in (unused, used):
        age(path)
    # a server hands it out again
    static_files.keep("map-setup", "v", ".json", b"2")
    assert static_files.prune() == 1
    assert not unused.exists()
    assert (used.read_bytes(), new.read_bytes()) == (b"2", b"3")
    # what was deleted is there again when it is asked for
    static_files.keep("map-setup", "v", ".json", b"1")
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


@pytest.mark.parametrize("folder", ["values", "pictures", "slides"])
def test_figures_that_older_servers_left_in_the_public_folder_are_gone_at_the_next_start(static, folder):
    (static / folder).mkdir()
    (static / folder / "facilities-0123456789ab.json.gz").write_bytes(b"an office's own")
    static_files.prune()
    assert not (static / folder).exists()


def test_what_the_folder_will_not_take_is_held_for_the_server_and_told_once(tmp_path, monkeypatch, caplog):
    # a file where a folder is to be: nobody can write below it, not even root
    shut = tmp_path / "static"
    shut.write_text("")
    monkeypatch.setenv("MHGIS_STATIC", str(shut))
    monkeypatch.setattr(static_files, "_held", {})
    assert not static_files.is_shut()
    static_files._component.cache_clear()
    names = [*static_files.component().values(), static_files.keep("map-setup", "en", ".json", b"{}")]
    again = [*static_files.component().values(), static_files.keep("map-setup", "en", ".json", b"{}")]
    static_files._component.cache_clear()
    assert names == again
    assert all(static_files.held(name) for name in names)
    assert static_files.is_shut()
    assert static_files.held("map-setup/none.json") is None
    assert len([one for one in caplog.messages if "map-setup" in one]) == 1


def test_an_empty_folder_is_no_trouble(static):
    assert static_files.prune() == 0
