"""Every file of the corpus from its bytes to a plan, or to a sentence; and nothing changes but by confirmation."""

import hashlib
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from etl import cli
from mhgis import paths
from mhgis.importing import library, reference
from mhgis.importing.plan import Choices, prepare
from mhgis.importing.read import read
from tests import corpus
from tests.data.made_import import draft

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 22)
SURVEY = "省,县,精神科床位数\n甘肃省,城关区,1200\n甘肃省,七里河区,0\n"


@pytest.fixture(scope="module")
def known(published):
    return reference.load()


def listing(folder):
    """Return every file of a folder with its size and checksum."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
    }


LIGHT = [case for case in corpus.CASES if not case.heavy]


def plan_of(case, known):
    choices = Choices(sheet=case.sheet or "")
    return prepare(read(case.make(), case.file), choices, known, lang="en", today=TODAY)


@pytest.mark.parametrize("case", [one for one in LIGHT if one.refused is None], ids=lambda one: one.file)
def test_a_file_ends_in_a_plan_with_these_counts_or_these_faults(case, known):
    made = plan_of(case, known)
    assert (made.shape, made.table.header_rows, tuple(made.rows.index)) == (case.shape, case.header, case.rows)
    tally = dict(made.tally)
    assert tally.pop("rows") == sum(tally.values())
    assert made.ready == (not made.findings["severity"].isin(["error", "question"]).any() and tally["loaded"] > 0)
    for resource in set(case.counts) & set(made.rows):
        found = zip(made.rows.index, made.rows[resource], made.rows[f"{resource}_status"], strict=True)
        for (row, value, status), want in zip(found, case.counts[resource], strict=True):
            if isinstance(want, int):
                assert value == want
            elif want.startswith("!"):
                assert want[1:] in set(made.findings.loc[made.findings["row"].eq(row), "code"])
                assert made.rows.loc[row, "fate"] in {"faulty", "question"}
            else:
                assert (status, pd.isna(value)) == (want, True)


def run(folder, *options):
    file = folder / "a.csv"
    file.write_text(SURVEY, "utf-8")
    return cli.main(["import", str(file), "--quiet", *options])


@pytest.fixture
def own_data(published, tmp_path, monkeypatch):
    """A data folder of one's own that holds the published file."""
    folder = tmp_path / "data"
    (folder / "published").mkdir(parents=True)
    for name in (published.file.name, "current.json"):
        (folder / "published" / name).hardlink_to(paths.published() / name)
    monkeypatch.setenv("MHGIS_DATA", str(folder))
    return folder


def test_a_dry_run_says_what_would_be_loaded_and_writes_nothing(own_data, tmp_path, capsys):
    before = listing(own_data)
    assert run(tmp_path, "--year", "2023") == 0
    assert "Nothing was written" in capsys.readouterr().out
    assert listing(own_data) == before


def test_a_file_that_is_not_ready_ends_with_a_sentence_a_fault_and_writes_nothing(own_data, tmp_path, capsys):
    before = listing(own_data)
    assert run(tmp_path, "--yes") == cli.EXIT_USER_ERROR
    assert "Give the year of the figures." in capsys.readouterr().err
    assert listing(own_data) == before


def test_confirmed_it_becomes_a_dataset(own_data, tmp_path, capsys):
    assert run(tmp_path, "--year", "2023", "--title", "Survey", "--source", "Office", "--yes") == 0
    assert "Loaded as local-survey, version 1." in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong", [("--column", "0=beds"), ("--column", "1=hats"), ("--complete", "1"), ("--system", "X")]
)
def test_an_option_that_is_no_choice_ends_with_a_sentence(own_data, tmp_path, capsys, wrong):
    assert run(tmp_path, *wrong) == cli.EXIT_USER_ERROR
    assert "expected" in capsys.readouterr().err


def test_what_was_decided_for_a_dataset_is_taken_over_by_its_next_version(own_data, tmp_path, capsys):
    said = {"places": [["|||城关区|", "county", "620102"]], "columns": [[1, "beds"]], "year": 2022}
    columns = ("县区", "铺位", "精神科医师")
    saved = library.save(draft(decisions=Choices().to_json() | said, columns=columns))
    file = tmp_path / "next.csv"
    file.write_text("县区,铺位,精神科医师\n城关区,40,4\n七里河区,30,3\n", "utf-8")
    command = ["import", str(file), "--quiet", "--yes"]
    assert cli.main(command) == cli.EXIT_USER_ERROR
    assert f"--like {saved.dataset_id} takes over" in capsys.readouterr().out
    assert cli.main([*command, "--into", saved.dataset_id, "--year", "2023"]) == 0
    assert f"Loaded as {saved.dataset_id}, version 2." in capsys.readouterr().out
    kept = library.version(saved.dataset_id, 2).manifest
    assert (kept["decisions"]["places"], kept["years"]) == (said["places"], [2023])
    assert cli.main([*command, "--like", "local-nobody"]) == cli.EXIT_USER_ERROR
    assert "There is no imported dataset 'local-nobody'" in capsys.readouterr().err
