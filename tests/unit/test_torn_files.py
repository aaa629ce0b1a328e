"""What lies beside the published file and cannot be read is left out and told; all else is read as if it were gone."""

import json
import os
import shutil
import time

import pytest

from mhgis import files, paths, store
from mhgis.errors import StorageError, UnknownChoiceError, UnpublishedError
from mhgis.importing import library, precedents, travel_tables
from mhgis.planning import scenario_store
from mhgis.view import saved_views
from tests.data.made_import import draft

pytestmark = pytest.mark.slow

DEEP = "[" * 100_000
#: what a torn, foreign or hostile `dataset.json` may say
POINTERS = {
    "empty": "",
    "cut off": '{"active": 1, "title_en": "A',
    "a list": "[1]",
    "null": "null",
    "nothing said": "{}",
    "version as text": '{"active": "1"}',
    "version true": '{"active": true}',
    "version zero": '{"active": 0}',
    "version below zero": '{"active": -1}',
    "version a fraction": '{"active": 1.5}',
    "title a number": '{"active": 1, "title_en": 5}',
    "note a list": '{"active": 1, "note": ["x"]}',
    "half a character": '{"active": 1, "title_zh": "\\ud800"}',
    "deep": DEEP,
    "too long": json.dumps({"active": 1, "note": "x" * 200_000}),
    "no number": '{"active": NaN}',
}


@pytest.fixture
def apart(tmp_path, monkeypatch):
    """A data folder of its own, with the published file in it."""
    (tmp_path / "published").symlink_to(paths.published().resolve())
    monkeypatch.setenv("MHGIS_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def two(apart):
    """The ids of two imported datasets, the first of which is about to be harmed."""
    return library.save(draft()).dataset_id, library.save(draft()).dataset_id


def shown():
    return set(store.datasets()["dataset_id"])


def test_a_pointer_that_cannot_be_read_leaves_out_its_dataset_alone(two):
    harmed, other = two
    says = paths.datasets() / harmed / store.SAYS
    for name, text in POINTERS.items():
        files.write_whole(says, text.encode("utf-8", "surrogatepass"))
        assert store.damaged() == (store.Damaged(harmed),), name
        assert {one.dataset_id for one in store.active()} == {other}, name
        assert other in shown(), name
        assert harmed not in shown(), name
        assert [one.dataset_id for one in library.datasets()] == [other], name
        for change in (library.versions, library.delete, lambda one: library.activate(one, 1)):
            with pytest.raises(StorageError):
                change(harmed)
    says.unlink()
    says.mkdir()
    assert store.damaged() == (store.Damaged(harmed),)
    assert library.new_id("Made-up register for a test") not in two


def test_a_version_whose_figures_are_torn_or_foreign_is_left_out(two):
    harmed, other = two
    file = paths.datasets() / harmed / "1" / store.FILE
    whole = file.read_bytes()
    middle = len(whole) // 2
    torn = {
        "empty": b"",
        "cut in half": whole[:middle],
        # not one block, which may be a free one
        "a half of other bytes": whole[: middle // 2] + b"\x55" * middle + whole[middle // 2 + middle :],
        "its end gone": whole[:-262_144],
        "text": b"no database at all",
    }
    for name, content in torn.items():
        files.write_whole(file, content)
        assert store.damaged() == (store.Damaged(harmed, 1),), name
        assert other in shown(), name
        assert harmed not in shown(), name
    file.unlink()
    assert store.damaged() == (store.Damaged(harmed, 1),)
    # another's figures under this name would be read twice
    shutil.copy(paths.datasets() / other / "1" / store.FILE, file)
    assert store.damaged() == (store.Damaged(harmed, 1),)
    with store.create(file.with_name("made.duckdb")) as connection:
        connection.execute("CREATE TABLE dataset (dataset_id VARCHAR)")
        connection.execute("INSERT INTO dataset VALUES (?)", [harmed])
    file.with_name("made.duckdb").replace(file)
    assert store.damaged() == (store.Damaged(harmed, 1),)
    files.write_whole(file, whole)
    assert store.damaged() == ()
    assert harmed in shown()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": "1"}', "null", DEEP])
def test_a_version_without_its_manifest_keeps_its_figures_and_is_told_where_datasets_are_kept(apart, text):
    one = library.save(draft()).dataset_id
    library.save(draft(), one)
    files.write_whole(paths.datasets() / one / "2" / library.MANIFEST, text.encode())
    assert store.damaged() == ()
    assert one in shown()
    assert library.damaged() == (store.Damaged(one, 2),)
    assert [version.number for version in library.versions(one)] == [1]
    assert (library.datasets()[0].versions, library.datasets()[0].latest) == ((1,), 1)
    assert precedents.of_dataset(one, ["a"]).number == 1
    with pytest.raises(UnknownChoiceError):
        library.export(one, 2)
    # the number that is taken is not given again
    assert library.save(draft(), one).number == 3


def test_a_dataset_of_no_readable_version_is_not_offered(apart):
    one = library.save(draft()).dataset_id
    files.write_whole(paths.datasets() / one / "1" / library.MANIFEST, b"")
    assert library.datasets() == ()
    assert library.damaged() == (store.Damaged(one, 1),)


def test_what_is_torn_in_the_wastebasket_hides_nothing_else_there(two):
    harmed, other = (library.delete(one) for one in two)
    basket = paths.datasets() / ".wastebasket"
    (basket / harmed.token / store.SAYS).write_text("{")
    assert [one.token for one in library.wastebasket()] == [other.token]
    assert library.empty_wastebasket() == 2
    assert list(basket.iterdir()) == []


def test_a_published_file_that_is_torn_is_told_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("MHGIS_DATA", str(tmp_path))
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "mhgis-torn.duckdb").write_bytes(b"torn")
    says = {"file": "mhgis-torn.duckdb", "build": "torn", "built_at": "2026-11-30", "sources": {}}
    (tmp_path / "published" / store.POINTER).write_text(json.dumps(says))
    with pytest.raises(UnpublishedError, match=r"mhgis-torn.duckdb cannot be read. Run `make build`"):
        store.datasets()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"kept_id": 1}', "null", DEEP, '{"title": "\\ud800"}'])
def test_a_torn_travel_table_is_left_out(apart, text):
    at = travel_tables.folder() / "0123456789ab"
    at.mkdir(parents=True)
    (at / travel_tables.MANIFEST).write_text(text)
    assert travel_tables.kept("matrix") == ()
    assert travel_tables.damaged() == ("0123456789ab",)
    with pytest.raises(UnknownChoiceError, match="cannot be read"):
        travel_tables.load("0123456789ab")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", DEEP, '{"format": "mhgis-scenario", "version": 1}'])
def test_a_torn_scenario_is_left_out(apart, text):
    at = scenario_store.folder()
    at.mkdir(parents=True)
    (at / "0123456789ab.json").write_text(text)
    (at / "0123456789cd.json").mkdir()
    assert scenario_store.listed() == ()
    assert scenario_store.damaged() == ("0123456789ab", "0123456789cd")


def test_of_saved_views_those_that_can_be_read_are_shown(apart):
    good = saved_views.new("good", "map", {"lang": "en"})
    saved_views.change(lambda _views: (good,))
    said = json.loads(saved_views.file().read_text("utf-8"))
    bad = [
        {"name": "no page"}, 7, None, {"name": "n", "page": "../x"}, {"name": "n", "page": "map", "query": {"a": 1}},
        {"name": "n", "page": "map", "query": {"own": "\ud800"}},
    ]  # fmt: skip
    said["views"] += bad
    saved_views.file().write_text(json.dumps(said))
    views, faults = saved_views.readable()
    assert views == (good,)
    assert {fault.row for fault in faults} == set(range(2, 2 + len(bad)))
    for text in ("", "{", "[]", DEEP):
        saved_views.file().write_text(text)
        views, faults = saved_views.readable()
        assert (views, len(faults)) == ((), 1)
    saved_views.file().unlink()
    saved_views.file().mkdir()
    assert (saved_views.readable()[0], len(saved_views.readable()[1])) == ((), 1)


def test_what_was_never_finished_goes_and_what_is_being_written_stays(tmp_path):
    old, young = tmp_path / "plans" / f"a-1{files.PART}", tmp_path / f"b-2{files.PART}"
    whole = tmp_path / "views.json"
    old.parent.mkdir()
    for path in (old, young, whole):
        path.write_text("half")
    at = time.time() - files.PARTS_KEPT_S - 60
    for path in (old, whole):
        os.utime(path, (at, at))
    assert files.remove_parts(tmp_path) == 1
    assert not old.exists()
    assert young.exists()
    assert whole.exists()
    assert files.remove_parts(tmp_path / "none") == 0
