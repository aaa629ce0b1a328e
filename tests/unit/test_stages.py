"""Which stages run again once a module has changed: each module of the tree, one after the other, in a copy."""

import dis
import shutil
import subprocess
import sys
from modulefinder import ModuleFinder
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from etl.build import keys, stale
from etl.dependencies import code_of
from etl.stages import STAGES
from mhgis import paths, store
from mhgis.figures import fonts
from mhgis.importing import area_names
from mhgis.measures import downscale

AFTER_SHAPES = ("shapes", "harmonise", "fonts", "model", "measure", "publish")
ALL = ("snapshot", *AFTER_SHAPES)
#: what a stage runs is nothing that comes in from outside, and nothing it left behind is looked for
STAGES_OF_CODE = tuple(stage._replace(inputs=str, is_whole=lambda: True) for stage in STAGES)


def place(module):
    return Path(module.__file__).relative_to(paths.ROOT).as_posix()


#: every module of the tree by its path
TREE = {
    file.relative_to(paths.ROOT).as_posix(): file.read_text("utf-8")
    for part in ("etl", "mhgis")
    for file in sorted((paths.ROOT / part).rglob("*.py"))
}


def write_keys(cache, stages):
    """Leave in a cache what says that the stages ran with the code as it is."""
    for name, key in keys(stages, TREE.get).items():
        (cache / name).mkdir(parents=True)
        (cache / name / "key").write_text(key)


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    """The stages that are told to run once a module has changed, by the module's path: every module of the tree."""
    cache = tmp_path_factory.mktemp("cache")
    write_keys(cache, STAGES_OF_CODE)
    assert stale(STAGES_OF_CODE, keys(STAGES_OF_CODE, TREE.get), cache) == ()
    changed = {path: {**TREE, path: f"{text}\nraise SystemExit\n"} for path, text in TREE.items()}
    return {path: stale(STAGES_OF_CODE, keys(STAGES_OF_CODE, tree.get), cache) for path, tree in changed.items()}


def and_those_after(names):
    told = []
    for stage in STAGES:
        if stage.name in names or any(before in told for before in stage.after):
            told.append(stage.name)
    return tuple(told)


def test_a_changed_module_reruns_the_stages_that_reach_it_and_those_after_them(plans):
    reached = {stage.name: code_of(stage.run, TREE.get).keys() for stage in STAGES}
    assert plans == {path: and_those_after({name for name in reached if path in reached[name]}) for path in plans}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("etl/__init__.py", ALL), ("etl/build.py", ALL), ("etl/dependencies.py", ALL), ("etl/stages.py", ALL),
        ("etl/tables.py", ALL), ("etl/adjacency.py", AFTER_SHAPES),
        ("etl/source_rows.py", ("harmonise", "model", "measure", "publish")),
        ("etl/model.py", ("model", "measure", "publish")), ("etl/publish.py", ("publish",)),
        ("etl/cli.py", ()), ("etl/import_file.py", ()),
        ("mhgis/__init__.py", ALL), (place(fonts), ("fonts", "publish")),
        (place(downscale), ("model", "measure", "publish")), ("mhgis/ui/__init__.py", ()),
    ],
)  # fmt: skip
def test_a_stage_runs_again_for_what_it_runs_and_not_for_what_its_neighbours_do(plans, path, expected):
    assert plans[path] == expected


def modules_named(run):
    """Return the names of the modules that the bytecode of a function takes something from: an oracle for the start."""
    waiting, looked_at, modules = [run.__code__], set(), set()
    while waiting:
        code = waiting.pop()
        waiting += [part for part in code.co_consts if isinstance(part, CodeType)]
        names = {step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL"} - looked_at
        looked_at |= names
        for value in (run.__globals__[name] for name in names & run.__globals__.keys()):
            module = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
            if module == run.__module__:
                waiting.append(value.__code__)
            elif module and module.partition(".")[0] in {"etl", "mhgis"}:
                modules.add(module)
    return modules


@pytest.mark.parametrize("stage", STAGES, ids=[stage.name for stage in STAGES])
def test_a_stage_reaches_whatever_python_finds(stage):
    finder = ModuleFinder([str(paths.ROOT)])
    started = modules_named(stage.run)
    for module in started:
        finder.import_hook(module)
    found = {place(module) for module in finder.modules.values() if module.__file__}
    assert started
    assert code_of(stage.run, TREE.get).keys() >= found


def test_no_stage_reaches_an_import_that_its_text_does_not_name():
    code = {path: text for stage in STAGES for path, text in code_of(stage.run, TREE.get).items()}
    assert place(store) in code
    assert [path for path, text in code.items() if "import_module" in text or "__import__" in text] == []


def test_the_command_tells_of_a_module_that_a_stage_imports_through_others(tmp_data, tmp_path):
    write_keys(paths.cache(), STAGES)
    for part in ("etl", "mhgis"):
        shutil.copytree(paths.ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / place(area_names)).open("a") as file:
        file.write("CHANGED = True\n")
    command = [sys.executable, "-m", "etl.cli", "build", "--dry-run"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == f"Would run: {', '.join(AFTER_SHAPES)}.\n"
