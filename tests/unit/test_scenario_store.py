"""Scenarios that are kept outlive a restart, a failed write and two people at once; a damaged one is told."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from mhgis import paths
from mhgis.errors import SchemaError, UnknownChoiceError
from mhgis.planning import scenario, scenario_store
from mhgis.planning.scenario import Action, Ledger

BEDS = Action("add", ("620102",), (("beds", 200),), note="新院区")
LEDGER = Ledger("甘肃  2030\n", "cn-modelled-2015", "b1", 2015, (BEDS, BEDS), costs=(("beds", 3.5),)).undo()


@pytest.fixture
def store(tmp_path):
    return tmp_path / "local" / scenario_store.FOLDER


def test_what_was_kept_is_there_after_a_restart_with_what_was_undone(store):
    plan_id = scenario_store.keep(LEDGER, store)
    found = scenario_store.load(plan_id, store)
    assert found == LEDGER.named("甘肃 2030")
    assert found.redo().actions == (BEDS, BEDS)
    asked = (
        "from mhgis.planning import scenario_store; from pathlib import Path; "
        f"print(scenario_store.load({plan_id!r}, Path({str(store)!r})))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=paths.ROOT)
    assert done.stdout.strip() == repr(found)


def test_plans_are_listed_by_name_and_deleted(store):
    second, first = (scenario_store.keep(LEDGER.named(name), store) for name in ("b", "a"))
    assert [plan.plan_id for plan in scenario_store.listed(store)] == [first, second]
    scenario_store.remove(first, store)
    scenario_store.remove(first, store)
    assert [plan.plan_id for plan in scenario_store.listed(store)] == [second]
    assert (scenario_store.is_kept(first, store), scenario_store.is_kept(second, store)) == (False, True)
    with pytest.raises(UnknownChoiceError, match="deleted meanwhile"):
        scenario_store.change(first, Ledger.undo, store)
    with pytest.raises(UnknownChoiceError, match="no id"):
        scenario_store.load("../../secret", store)
    assert not scenario_store.is_kept("../../secret", store)


@pytest.mark.parametrize("fails", ["replace", "fsync"])
def test_a_failed_write_leaves_the_ledger_as_it_was(store, monkeypatch, fails):
    plan_id = scenario_store.keep(LEDGER, store)
    before = (store / f"{plan_id}.json").read_bytes()

    def fail(*_args):
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(*((os, "fsync", fail) if fails == "fsync" else (type(store), "replace", fail)))
        with pytest.raises(OSError, match="no space left"):
            scenario_store.change(plan_id, Ledger.undo, store)
    assert (store / f"{plan_id}.json").read_bytes() == before
    assert [path.name for path in store.iterdir()] == [f"{plan_id}.json"]
    # and the lock is free again
    assert scenario_store.change(plan_id, Ledger.undo, store).actions == ()


ADD = """
import sys
from pathlib import Path
from mhgis.planning import scenario_store
from mhgis.planning.scenario import Action
for i in range(20):
    more = Action("add", ("a",), (("beds", i),), note=sys.argv[3])
    scenario_store.change(sys.argv[2], lambda ledger: ledger.do(more), Path(sys.argv[1]))
"""


def test_people_who_change_one_ledger_at_once_are_all_heard(store):
    plan_id = scenario_store.keep(Ledger("Both", "d", "b", 2020), store)
    both = [subprocess.Popen([sys.executable, "-c", ADD, str(store), plan_id, who], cwd=paths.ROOT) for who in "xy"]
    more = [Action("add", ("a",), (("beds", i),), note="t") for i in range(20)]
    with ThreadPoolExecutor(4) as threads:
        for job in [
            threads.submit(scenario_store.change, plan_id, lambda ledger, a=one: ledger.do(a), store) for one in more
        ]:
            job.result()
    assert [process.wait() for process in both] == [0, 0]
    kept = scenario_store.load(plan_id, store).actions
    assert len(kept) == 60
    assert {(action.note, dict(action.units)["beds"]) for action in kept} == {(w, i) for w in "xyt" for i in range(20)}


def test_a_change_meant_for_another_state_is_refused(store):
    plan_id = scenario_store.keep(LEDGER, store)
    seen = scenario.digest(scenario_store.load(plan_id, store), with_undone=True)
    scenario_store.change(plan_id, lambda ledger: ledger.do(BEDS), store, seen=(seen,))
    with pytest.raises(UnknownChoiceError, match="Someone else has changed"):
        scenario_store.change(plan_id, lambda ledger: ledger.remove(0), store, seen=(seen,))
    assert len(scenario_store.load(plan_id, store).actions) == 2


def test_what_can_be_redone_is_part_of_what_was_seen(store):
    plan_id = scenario_store.keep(LEDGER.do(BEDS).undo(), store)
    seen = scenario.digest(scenario_store.load(plan_id, store), with_undone=True)
    scenario_store.change(plan_id, lambda ledger: ledger.do(replace(BEDS, note="another")).undo(), store)
    with pytest.raises(UnknownChoiceError, match="Someone else has changed"):
        scenario_store.change(plan_id, Ledger.redo, store, seen=(seen,))


def test_a_damaged_file_is_told_and_not_written_over(store):
    plan_id, other = (scenario_store.keep(LEDGER, store) for _ in range(2))
    file = store / f"{plan_id}.json"
    file.write_text('{"format": "mhgis-scen', "utf-8")
    with pytest.raises(SchemaError, match=rf"{plan_id}\.json: found a text that breaks off at line 1; expected a file"):
        scenario_store.change(plan_id, Ledger.undo, store)
    assert file.read_text("utf-8") == '{"format": "mhgis-scen'
    assert [plan.plan_id for plan in scenario_store.listed(store)] == [other]
    assert scenario_store.damaged(store) == (plan_id,)


def test_a_full_store_says_so(store, monkeypatch):
    monkeypatch.setattr(scenario_store, "MOST", 1)
    scenario_store.keep(LEDGER, store)
    with pytest.raises(SchemaError, match=r"1 scenarios, .*; expected fewer; delete some first"):
        scenario_store.keep(LEDGER, store)
