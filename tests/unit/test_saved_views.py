"""Saved views outlive a restart, a failed write and two people at once; a file that is none is told in sentences."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from mhgis import formats, paths
from mhgis.errors import SchemaError, UnknownChoiceError
from mhgis.view import saved_views
from mhgis.view.saved_views import SavedView

GANSU = SavedView("0" * 12, "甘肃 no facility", "map", (("lang", "zh"), ("in", "620000")))
BEDS = SavedView("1" * 12, "Beds", "gaps", (("lang", "en"), ("sort", "-value")))
BOTH = (GANSU, BEDS)


@pytest.fixture
def store(tmp_path):
    return tmp_path / "local" / saved_views.FILE


def names(views):
    return [view.name for view in views]


def test_a_view_is_a_link():
    assert GANSU.link("http://host:1/base/") == "http://host:1/base/map?lang=zh&in=620000"
    assert SavedView("x", "n", "map", ()).link("http://host") == "http://host/map"
    assert SavedView("x", "n", saved_views.START, (("lang", "zh"),)).link("http://host") == "http://host/?lang=zh"


def test_what_was_saved_is_there_after_a_restart(store):
    assert saved_views.load(store) == ()
    saved_views.change(lambda views: saved_views.add(views, *BOTH), store)
    assert saved_views.load(store) == BOTH
    asked = (
        "from mhgis.view import saved_views; from pathlib import Path; "
        f"print(len(saved_views.load(Path({str(store)!r}))))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=paths.ROOT)
    assert done.stdout.strip() == "2"


def test_rename_remove_and_move():
    assert names(saved_views.rename(BOTH, BEDS.view_id, " Beds\n2015 ")) == [GANSU.name, "Beds 2015"]
    assert names(saved_views.rename(BOTH, BEDS.view_id, "  ")) == [GANSU.name, "Beds"]
    assert saved_views.remove(BOTH, GANSU.view_id) == (BEDS,)
    assert saved_views.remove((BEDS,), GANSU.view_id) == (BEDS,)
    assert saved_views.move(BOTH, BEDS.view_id, -1) == (BEDS, GANSU)
    assert saved_views.move(BOTH, BEDS.view_id, 1) == BOTH
    assert saved_views.move(BOTH, GANSU.view_id, -9) == BOTH
    with pytest.raises(UnknownChoiceError, match="deleted meanwhile"):
        saved_views.rename((BEDS,), GANSU.view_id, "x")


def test_each_view_keeps_an_id_of_its_own():
    twice = saved_views.add(BOTH, GANSU)
    assert names(twice) == [GANSU.name, BEDS.name, GANSU.name]
    assert len({view.view_id for view in twice}) == 3


def test_a_name_is_one_line_of_a_length_that_can_be_shown():
    assert saved_views.new("a\n\tb\x00 c", "map", {}).name == "a b c"
    assert len(saved_views.new("长" * 999, "map", {}).name) == formats.LONGEST_NAME


@pytest.mark.parametrize("fails", ["replace", "fsync"])
def test_a_failed_write_leaves_the_store_as_it_was(store, monkeypatch, fails):
    saved_views.change(lambda views: saved_views.add(views, GANSU), store)
    before = store.read_bytes()

    def fail(*_args):
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(*((os, "fsync", fail) if fails == "fsync" else (type(store), "replace", fail)))
        with pytest.raises(OSError, match="no space left"):
            saved_views.change(lambda views: saved_views.add(views, BEDS), store)
    assert store.read_bytes() == before
    assert sorted(path.name for path in store.parent.iterdir()) == ["views.json", "views.lock"]
    # and the lock is free again
    assert names(saved_views.change(lambda views: saved_views.add(views, BEDS), store)) == [GANSU.name, BEDS.name]


SAVE = """
import sys
from pathlib import Path
from mhgis.view import saved_views
for i in range(20):
    another = saved_views.new(f"{sys.argv[2]}-{i}", "map", {})
    saved_views.change(lambda views: saved_views.add(views, another), Path(sys.argv[1]))
"""


def test_people_who_save_at_once_are_all_heard(store):
    store.parent.mkdir()
    both = [subprocess.Popen([sys.executable, "-c", SAVE, str(store), who], cwd=paths.ROOT) for who in ("one", "two")]
    with ThreadPoolExecutor(4) as threads:
        jobs = [
            threads.submit(
                saved_views.change,
                lambda views, i=i: saved_views.add(views, saved_views.new(f"t-{i}", "map", {})),
                store,
            )
            for i in range(20)
        ]
        for job in jobs:
            job.result()
    assert [process.wait() for process in both] == [0, 0]
    expected = {f"{who}-{i}" for who in ("one", "two", "t") for i in range(20)}
    kept = names(saved_views.load(store))
    assert len(kept) == 60
    assert set(kept) == expected


def test_a_damaged_store_is_told_and_not_written_over(store):
    store.parent.mkdir()
    store.write_text('{"format": "mhgis-views", "vers', "utf-8")
    with pytest.raises(SchemaError, match=r"views\.json: found a text that breaks off at line 1; expected a file of"):
        saved_views.load(store)
    with pytest.raises(SchemaError):
        saved_views.change(lambda views: saved_views.add(views, GANSU), store)
    assert store.read_text("utf-8").endswith('"vers')


def test_an_export_is_read_back_the_same():
    assert saved_views.from_json(saved_views.to_json(BOTH)) == BOTH
    assert "甘肃" in saved_views.to_json(BOTH)


def test_all_faults_of_a_file_are_told_at_once_with_their_place():
    rows = [
        {"name": "good", "page": "map", "query": {"lang": "zh"}},
        {"name": "", "page": "../etc", "query": {"lang": "zh"}},
        {"name": "x", "page": "map", "query": {"lang": 3}},
        "no view",
    ]
    text = json.dumps({"format": saved_views.FORMAT, "version": 1, "views": rows})
    with pytest.raises(SchemaError) as caught:
        saved_views.from_json(text, "mine.json")
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [
        (2, "name"), (2, "page"), (3, "query"), (4, None),
    ]  # fmt: skip
    assert str(caught.value.faults[0]).startswith('mine.json, row 2, column name: found ""; expected a name.')
    with pytest.raises(SchemaError) as caught:
        saved_views.from_json(text, "mine.json", "zh")
    assert caught.value.faults[0].expected == "名称"


@pytest.mark.parametrize("text", ["", "[]", "null", '{"format": "other"}', '{"format": "mhgis-views", "version": 2}'])
def test_another_file_is_told(text):
    with pytest.raises(SchemaError, match="a file of saved views"):
        saved_views.from_json(text)


def test_a_store_has_an_end(store):
    many = tuple(saved_views.new(str(i), "map", {}) for i in range(saved_views.MOST + 1))
    with pytest.raises(SchemaError, match="at most 500"):
        saved_views.change(lambda views: saved_views.add(views, *many), store)
    assert not store.exists()
