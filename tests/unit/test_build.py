"""The runner of the stages, on stages of two lines."""

import pytest

from etl.build import BusyError, Stage, _lock, build, keys, stale
from mhgis import paths
from mhgis.errors import UnknownChoiceError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MHGIS_DATA", str(tmp_path))
    return tmp_path


def pipeline(log, source="one", fail=False):
    def first(folders):
        log.append("first")
        (folders.out / "text").write_text(source)

    def second(folders):
        log.append("second")
        (folders.out / "text").write_text(folders.of("first", "text").read_text() + "!")
        if fail:
            raise ValueError("stopped half way")

    def apart(folders):
        log.append("apart")

    return (
        Stage("first", first, inputs=lambda: source),
        Stage("second", second, after=("first",)),
        Stage("apart", apart),
    )


def test_stages_run_in_order_once_and_are_kept_when_nothing_changes(folder):
    log = []
    assert list(build(pipeline(log), quiet=True).ran) == ["first", "second", "apart"]
    assert (paths.cache() / "second" / "text").read_text() == "one!"
    assert build(pipeline(log), quiet=True).kept == ("first", "second", "apart")
    assert log == ["first", "second", "apart"]


def test_a_changed_input_reruns_what_depends_on_it_and_nothing_else(folder):
    build(pipeline([]), quiet=True)
    log = []
    build(pipeline(log, source="two"), quiet=True)
    assert log == ["first", "second"]
    assert (paths.cache() / "second" / "text").read_text() == "two!"


def test_a_stage_that_fails_leaves_its_old_output_and_runs_again(folder):
    build(pipeline([]), quiet=True)
    with pytest.raises(ValueError, match="half way"):
        build(pipeline([], source="two", fail=True), quiet=True)
    assert (paths.cache() / "second" / "text").read_text() == "one!"
    log = []
    build(pipeline(log, source="two"), quiet=True)
    assert log == ["second"]
    assert (paths.cache() / "second" / "text").read_text() == "two!"
    assert not list(paths.cache().glob("*.part"))


def test_what_a_killed_build_left_goes_even_where_nothing_has_changed(folder):
    build(pipeline([]), quiet=True)
    paths.published().mkdir(parents=True)
    left = [paths.published() / name for name in ("mhgis-a.duckdb.part", "mhgis-a.duckdb.part.wal")]
    whole = paths.published() / "mhgis-b.duckdb"
    for file in (*left, whole):
        file.touch()
    assert not build(pipeline([]), quiet=True).ran
    assert [file for file in (*left, whole) if file.exists()] == [whole]


def test_clean_and_from_choose_what_runs(folder):
    build(pipeline([]), quiet=True)
    stages, cache = pipeline([]), paths.cache()
    wanted = keys(stages)
    assert stale(stages, wanted, cache) == ()
    assert stale(stages, wanted, cache, clean=True) == ("first", "second", "apart")
    assert stale(stages, wanted, cache, first="second") == ("second",)
    assert stale(stages, wanted, cache, first="first") == ("first", "second")
    with pytest.raises(UnknownChoiceError, match="no stage 'third'"):
        stale(stages, wanted, cache, first="third")


def test_a_second_build_on_the_same_folder_is_turned_away(folder):
    paths.cache().mkdir()
    with _lock(paths.cache() / "lock"), pytest.raises(BusyError, match="Another build is running"):
        build(pipeline([]), quiet=True)


def test_a_stage_whose_work_is_gone_runs_again(folder):
    left = folder / "left"

    def leave(_):
        left.touch()

    stages = (Stage("leave", leave, is_whole=left.is_file),)
    assert list(build(stages, quiet=True).ran) == ["leave"]
    assert not build(stages, quiet=True).ran
    left.unlink()
    assert list(build(stages, quiet=True).ran) == ["leave"]
