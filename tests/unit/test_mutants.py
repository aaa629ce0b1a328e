"""The mutants: what is changed and drawn, which tests are asked, and a whole run on a project of one module."""

import json
import os
import subprocess
import sys

import pytest

from mhgis import paths

# what makes the mutants is not installed on 3.13, see pyproject.toml
pytest.importorskip("mutmut")

from scripts import mutants
from scripts.mutant_runs import Outcome

GAPS = '''"""A module of its own."""
from functools import cache

LEAST = 3


@cache
def is_short(n: int | None, bound: int = 3) -> bool:
    return n is not None and n < bound


def pairs(a, b):
    return list(zip(a, b, strict=True))


def total(counts):
    n = 0
    while n < LEAST:
        n += 1
    return n + sum(counts)


def unused(n):
    return n - 1
'''
TESTS = '''"""Its tests."""
from mhgis.measures.gaps import is_short, pairs, total

def test_short():
    assert is_short(2)
    assert not is_short(5)
    assert not is_short(None)

def test_total():
    assert total([1, 2]) == 3 + 1 + 2

def test_pairs():
    assert pairs([1], [2]) == [(1, 2)]
'''


def changes(text):
    return [(mutant.before, mutant.after) for mutant in mutants.list_mutants("m.py", text)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = a < b", ["x = a <= b"]),
        ("x = a == 1", ["x = a != 1", "x = a == 2"]),
        ("x = a + b", ["x = a - b"]),
        ("x = a and b", ["x = a or b"]),
        ("x = not a", ["x = a"]),
        ("x = a is None", ["x = a is not None"]),
        ("x = True", ["x = False"]),
        ("x = f(strict=True)", []),
        ("x: int | None = 'a 1'", []),
        ("@dataclass(frozen=True)\nclass A: ...", []),
    ],
)
def test_a_mutant_is_one_change_of_what_decides(before, after):
    assert sorted(changes(before)) == sorted((before, each) for each in after)


def test_a_mutant_says_where_it_is():
    mutant = next(each for each in mutants.list_mutants("mhgis/measures/gaps.py", GAPS) if "<=" in each.after)
    assert (mutant.line, mutant.function, mutant.lines) == (9, "is_short", (8, 9))
    assert mutant.code == GAPS.replace("n < bound", "n <= bound")


def test_a_change_keeps_the_lines_of_the_code():
    text = "x = (\n    a\n    and b  # why\n)\n"
    (mutant,) = mutants.list_mutants("m.py", text)
    assert (mutant.line, mutant.before, mutant.after) == (3, "and b  # why", "or b  # why")
    assert mutant.code == text.replace("and", "or")


def test_the_seed_decides_what_is_drawn():
    every = [each for at in range(40) for each in mutants.list_mutants(f"{at}.py", "x = a < b")]
    first = mutants.draw(every, 10, seed=1)
    assert first == mutants.draw(every, 10, seed=1) == sorted(first, key=every.index)
    assert len(set(first)) == 10
    assert first != mutants.draw(every, 10, seed=2)
    assert mutants.draw(every, 99, seed=1) == every


def test_the_tests_of_a_module_import_it_or_else_what_imports_it(tmp_path):
    files = {
        "mhgis/measures/rates.py": "", "mhgis/measures/gaps.py": "from mhgis.measures import rates",
        "mhgis/measures/lone.py": "", "tests/help.py": "import mhgis.measures.gaps",
        "tests/unit/test_gaps.py": "from tests import help", "tests/unit/test_other.py": "import json",
        "tests/pages/test_page.py": "from mhgis.measures import rates",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    tests = mutants.TestMap(tmp_path)
    assert tests.of("mhgis/measures/gaps.py") == ["tests/unit/test_gaps.py"]
    assert tests.of("mhgis/measures/rates.py") == ["tests/unit/test_gaps.py"]
    assert tests.of("mhgis/measures/lone.py") == []


def test_equivalent_mutants_are_counted_apart_and_named_where_a_test_notices():
    less, more = mutants.list_mutants("m.py", "x = a < b\nx = a > b")
    known = [mutants.Equivalent("m.py", "", less.before, less.after, "a is never b")]
    words, share = mutants.report([(less, Outcome(False, 1)), (more, Outcome(True, 1))], known)
    assert (words, share) == ("1 of 1 mutants noticed (100.0%), 0 survived; 1 equivalent ones apart", 1)
    words, share = mutants.report([(less, Outcome(True, 1)), (more, Outcome(False, 0))], known)
    assert share == 0
    assert f"{more}\n    no test runs this" in words
    assert f"and yet a test notices it: {less}" in words


def test_the_reviewed_table_names_mutants_that_there_are_and_why():
    known = mutants.read_equivalents(paths.ROOT / mutants.EQUIVALENTS)
    assert all(len(row.reason) > 20 for row in known)
    assert len({row[:4] for row in known}) == len(known)
    every = {
        (each.file, each.function, each.before, each.after)
        for file in {row.file for row in known}
        for each in mutants.list_mutants(file, (paths.ROOT / file).read_text("utf-8"))
    }
    assert [row for row in known if row[:4] not in every] == []


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    for name, text in {
        "mhgis/__init__.py": "", "mhgis/measures/__init__.py": "",
        "mhgis/measures/gaps.py": GAPS, "tests/unit/test_gaps.py": TESTS,
        "tests/mutants_equivalent.csv": "file,function,before,after,reason\n",
        "pytest.ini": "[pytest]\nmarkers = slow\npythonpath = .\naddopts = --import-mode=importlib\n",
    }.items():  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.fixture(scope="module")
def run(project):
    """A run of all mutants of the project, and what lay in its folder before and after."""
    before = tree(project)
    command = [sys.executable, "-m", "scripts.mutants", "--root", str(project), "--at-least", "0.99", "mhgis/measures"]
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    return done, before, tree(project)


def tree(root):
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*.*") if path.is_file()}


def survivors(done):
    return sorted(line.removeprefix(" -> ") for line in done.stdout.splitlines() if line.startswith(" -> "))


@pytest.mark.slow
def test_survivors_are_reported_and_what_is_noticed_is_not(run):
    done, _, _ = run
    assert survivors(done) == [
        "def is_short(n: int | None, bound: int = 4) -> bool:",  # no test has three
        "n = 1",  # three as well
        "return n + 1",
        "return n - 2",  # nobody asks for it
        "return n is not None and n <= bound",
    ], done.stderr
    assert "mhgis/measures/gaps.py:9 (is_short)" in done.stdout


@pytest.mark.slow
def test_a_loop_without_end_is_noticed(run):
    # `n -= 1` never gets to three
    assert "n -= 1" not in run[0].stdout


@pytest.mark.slow
def test_the_bound_that_was_asked_for_decides_the_exit(run):
    assert run[0].returncode == 1
    assert "mutants noticed" in run[0].stdout.splitlines()[-1]


@pytest.mark.slow
def test_no_file_of_the_project_is_touched(run):
    _, before, after = run
    assert after == before


def test_a_process_that_a_test_starts_imports_the_mutant_too(project, tmp_path):
    change = {"name": "mhgis.measures.gaps", "path": str(project / "mhgis/measures/gaps.py"), "text": "LEAST = 7"}
    (tmp_path / "mutant.json").write_text(json.dumps(change))
    code = "from scripts import mutant_hook; mutant_hook.install(); from mhgis.measures import gaps; print(gaps.LEAST)"
    env = {**os.environ, "MHGIS_MUTANT": str(tmp_path / "mutant.json"), "PYTHONPATH": str(paths.ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert done.stdout == "7\n"
