"""The environment: the pins install on every Python promised, and scripts/env.sh takes the right one and says which."""

import os
import platform
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from mhgis import paths
from tests import pythons
from tests.rules import pins
from tests.rules.pins import Package

CONSTRAINTS = paths.ROOT / "constraints.txt"
DRY = ("install", "--dry-run", "--ignore-installed", "-qq", "--no-input")


def faults_on(versions):
    said = {str(each): pins.faults(pythons.WANTED, CONSTRAINTS.read_text("utf-8"), str(each)) for each in versions}
    return {version: faults for version, faults in said.items() if faults}


def test_the_pins_run_on_every_python_promised_and_found_by_what_the_packages_say():
    assert faults_on([pythons.OLDEST, platform.python_version(), *pythons.here()]) == {}


@pytest.mark.slow
def test_pip_resolves_the_pins_on_the_oldest_python_found_and_on_the_newest(tmp_path):
    chosen = {min(pythons.here()), max(pythons.here())}
    assert faults_on(chosen) == {}
    if not an_index_answers():
        if os.environ.get("CI"):
            pytest.fail("no package index answers", pytrace=False)
        warnings.warn("left out: pip's own resolution of constraints.txt, for no package index answers", stacklevel=1)
        return
    resolutions = {str(each): resolve(pythons.here()[each], tmp_path / str(each)) for each in chosen}
    errors = {version: resolution.communicate()[1] for version, resolution in resolutions.items()}
    assert {version: errors[version] for version, resolution in resolutions.items() if resolution.returncode} == {}


def an_index_answers():
    pin = next(line for line in CONSTRAINTS.read_text("utf-8").splitlines() if re.match(r"[\w.-]+==", line))
    command = [sys.executable, "-m", "pip", *DRY, "--no-deps", "--retries=1", "--timeout=60", pin]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def resolve(python, folder):
    command = [*pythons.pip_of(python, folder), *DRY, "-c", str(CONSTRAINTS), *pythons.WANTED]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


PACKAGES = {
    "soup": Package("4.15", ">=3.7", ('sieve>=1.6; python_version >= "3.11"', 'fast>=1; extra == "speed"')),
    "sieve": Package("2.10", ">=3.10"),
    "fast": Package("1.0", ">=3.11.5"),
}
PINNED = "# tested\nsoup==4.15\nsieve==2.10\nfast==1.0  # quick\n"
FOR_SOME = 'soup==4.15\nsieve==2.10; python_version < "3.12"\n'
IN_USE = platform.python_version()

PINS = {
    "all is well": ("soup", PINNED, "3.11.0", []),
    "an extra, on a Python that is new enough": ("soup[speed]", PINNED, "3.11.5", []),
    "an extra, on an older one": (
        "soup[speed]", PINNED, "3.11.2", ["fast==1.0 needs Python >=3.11.5, and has to run on 3.11.2"],
    ),
    "a pin that its asker refuses": ("soup>=5", PINNED, "3.13.0", ["soup==4.15 is pinned, and >=5 is asked for"]),
    "no pin": ("soup", "soup==4.15", "3.11.0", ["sieve is needed by Python 3.11.0 and not pinned"]),
    "no pin, and no need of it there": ("soup", "soup==4.15", "3.10.9", []),
    "a pin for some": ("soup", FOR_SOME, "3.11.9", []),
    "a pin for others": ("soup", FOR_SOME, "3.12.0", ["sieve is needed by Python 3.12.0 and not pinned"]),
    "a pin of what is not installed": (
        "soup", PINNED.replace("2.10", "4.1"), IN_USE, ["sieve==4.1 is pinned, and 2.10 is installed: run make"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("wanted", "constraints", "python", "faults"), PINS.values(), ids=PINS)
def test_a_pin_that_a_python_cannot_install_is_named(wanted, constraints, python, faults):
    assert pins.faults([wanted], constraints, python, PACKAGES.get) == faults


def test_the_readme_promises_the_python_that_the_project_requires():
    promised = re.findall(r"Needs Python (\S+) or newer", (paths.ROOT / "README.md").read_text("utf-8"))
    assert [f">={version}" for version in promised] == [pythons.PROJECT["requires-python"]]


# stands for a Python: tells the facts it was made with, makes environments of itself, and logs what it is told to run
STAND_IN = """#!{bash}
able={able}
case "$1$2" in
    -c*) printf '%s\\t%s\\t%s\\t%s\\n' $able {version} {prefix} "$4"; exit ;;
    -mvenv) [ $able != bare ] || exit 1; rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
esac
echo "$0 ${{*:2}}" >> log
"""
TOOLS = ("bash", "cat", "chmod", "cp", "cut", "dirname", "grep", "make", "mkdir", "paste", "rm", "sed", "touch")
INSTALLED = ".venv/bin/python pip install -qq --no-input -c constraints.txt -e .[dev]"


class Workshop:
    """A copy of what makes the environment, on a machine that has only the stand-ins put on it."""

    def __init__(self, folder: Path):
        self.folder = folder / "project"
        self.bin = folder / "bin"
        for made in (self.folder / "scripts", self.bin):
            made.mkdir(parents=True)
        for name in ("Makefile", "pyproject.toml", "constraints.txt", "scripts/env.sh"):
            shutil.copy(paths.ROOT / name, self.folder / name)
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        self.put("id", "echo 1000")

    def put(self, name, script):
        script = script if script.startswith("#!") else f"#!{shutil.which('bash')}\n{script}\n"
        (self.bin / name).write_text(script)
        (self.bin / name).chmod(0o755)

    def put_python(self, name, able, version, prefix="/usr"):
        self.put(name, STAND_IN.format(bash=shutil.which("bash"), able=able, version=version, prefix=prefix))
        return str(self.bin / name)

    def run(self, *command, python=None):
        """Return how it ended, the sentences it said and what was run."""
        log = self.folder / "log"
        log.unlink(missing_ok=True)
        env = {"PATH": str(self.bin), **({"PYTHON": python} if python else {})}
        ended = subprocess.run(
            command or ["bash", "scripts/env.sh"], cwd=self.folder, env=env, capture_output=True, text=True, check=False
        )
        return ended.returncode, ended.stderr.splitlines(), log.read_text().splitlines() if log.exists() else []

    def age(self, name):
        os.utime(self.folder / name, (0, 0))


@pytest.fixture
def workshop(tmp_path):
    return Workshop(tmp_path)


INSTALLING = "mhgis: installing packages into .venv (about a minute the first time) ..."


def test_it_says_which_python_it_takes_and_which_is_needed_before_pip_starts(workshop):
    python = workshop.put_python("python3", "whole", "3.11.2")
    code, said, ran = workshop.run()
    assert (code, said) == (0, [
        f"mhgis: taking Python 3.11.2 ({python}); needed is 3.11 or newer.", "mhgis: making .venv ...", INSTALLING,
    ])  # fmt: skip
    assert ran == [f"{python} venv --clear .venv", INSTALLED]
    assert workshop.run()[1:] == ([], [])


@pytest.mark.parametrize(
    ("there", "taken"),
    [
        ([("python3", "whole", "3.12.1"), ("python3.13", "whole", "3.13.0")], "python3"),
        ([("python3", "bare", "3.11.2"), ("python3.12", "whole", "3.12.1")], "python3.12"),
        ([("python3", "old", "3.9.2"), ("python3.11", "whole", "3.11.7")], "python3.11"),
        ([("python3.12", "whole", "3.12.1"), ("python3.13", "whole", "3.13.0")], "python3.13"),
        ([("python3", "pip", "3.11.2"), ("python3.11", "whole", "3.11.7")], "python3.11"),
        ([("python3", "bare", "3.11.2"), ("python3.12", "pip", "3.12.1")], "python3.12"),
    ],
)  # fmt: skip
def test_it_takes_the_first_that_is_new_enough_and_makes_environments(workshop, there, taken):
    paths_there = {name: workshop.put_python(name, *facts) for name, *facts in there}
    code, said, ran = workshop.run()
    assert (code, ran[0].split()[:2], ran[-1]) == (0, [paths_there[taken], "venv"], INSTALLED)
    assert f"({paths_there[taken]})" in said[0]


def test_a_python_without_a_pip_to_give_away_uses_its_own(workshop):
    python = workshop.put_python("python3", "pip", "3.11.2")
    assert workshop.run()[2] == [
        f"{python} venv --clear --without-pip .venv",
        f"{python} pip --python .venv/bin/python install -qq --no-input pip",
        INSTALLED,
    ]


def test_a_python_that_makes_no_environments_ends_in_one_sentence_for_who_may_not_install(workshop):
    python = workshop.put_python("python3", "bare", "3.11.2")
    workshop.put("apt-get", "echo apt-get $* >> log")
    sentence = (
        f"mhgis: Python 3.11.2 ({python}) cannot make environments; install what it lacks (sudo apt-get install "
        "python3.11-venv) or name another, 3.11 or newer, with PYTHON=/path/to/python3."
    )
    assert workshop.run() == (1, [sentence], [])


def test_the_administrator_gets_what_it_lacks(workshop):
    python = workshop.put_python("python3", "bare", "3.11.2")
    workshop.put("id", "echo 0")
    workshop.put("apt-get", f"echo apt-get $* >> log; sed -i s/=bare/=whole/ {python}")
    code, said, ran = workshop.run()
    assert (code, said[0], ran) == (0, "mhgis: installing python3.11-venv ...", [
        "apt-get update -qq", "apt-get install -qq -y python3.11-venv", f"{python} venv --clear .venv", INSTALLED,
    ])  # fmt: skip


def test_the_administrator_is_told_where_that_fails(workshop):
    workshop.put_python("python3", "bare", "3.11.2")
    workshop.put("id", "echo 0")
    workshop.put("apt-get", "exit 100")
    code, said, ran = workshop.run()
    assert (code, len(said), ran) == (1, 2, [])
    assert "cannot make environments" in said[1]


def test_without_a_python_that_is_new_enough_one_sentence_says_which_is_needed(workshop):
    needs = "mhgis: needs Python 3.11 or newer, found {}; name one with PYTHON=/path/to/python3."
    assert workshop.run() == (1, [needs.format("none")], [])
    workshop.put_python("python3", "old", "3.9.2")
    old = workshop.put_python("python3.11", "old", "3.10.1")
    assert workshop.run() == (1, [needs.format("3.9.2 3.10.1")], [])
    workshop.put_python("python3", "whole", "3.12.1")
    assert workshop.run(python=old) == (1, [needs.format(f"3.10.1 as {old}")], [])


@pytest.mark.parametrize(("version", "prefix"), [("3.13.0", "/usr"), ("3.11.2", "/opt/other")])
def test_the_environment_is_made_anew_for_another_python(workshop, version, prefix):
    workshop.put_python("python3", "whole", "3.11.2")
    other = workshop.put_python("other", "whole", version, prefix)
    workshop.run()
    (workshop.folder / ".venv" / "leftover").touch()
    code, said, ran = workshop.run(python=other)
    assert (code, said) == (0, [
        f"mhgis: taking Python {version} ({other}); needed is 3.11 or newer.",
        "mhgis: making .venv anew, it had Python 3.11.2 of /usr ...", INSTALLING,
    ])  # fmt: skip
    assert ran == [f"{other} venv --clear .venv", INSTALLED]
    assert not (workshop.folder / ".venv" / "leftover").exists()
    assert workshop.run(python=other)[1:] == ([], [])


def test_the_environment_of_the_same_python_is_kept_and_changed_pins_are_installed(workshop):
    workshop.put_python("python3", "whole", "3.11.2")
    same = workshop.put_python("python3.11", "whole", "3.11.2")
    workshop.run()
    workshop.age(".venv/.installed")
    said = [f"mhgis: taking Python 3.11.2 ({same}); needed is 3.11 or newer.", INSTALLING]
    assert workshop.run(python=same) == (0, said, [INSTALLED])


@pytest.mark.parametrize("broken", ["exit 1", '[ "$2" != "import pip" ] || exit 1', None])
def test_the_environment_of_a_python_that_is_gone_is_made_anew(workshop, broken):
    python = workshop.put_python("python3", "whole", "3.12.1")
    workshop.run()
    inside = workshop.folder / ".venv/bin/python"
    if broken:
        inside.write_text(inside.read_text().replace("\n", f"\n{broken}\n", 1))
    else:
        inside.unlink()
    said = [f"mhgis: taking Python 3.12.1 ({python}); needed is 3.11 or newer.", "mhgis: making .venv ...", INSTALLING]
    assert workshop.run() == (0, said, [f"{python} venv --clear .venv", INSTALLED])


def test_an_interrupted_installation_is_taken_up_again(workshop):
    workshop.put_python("python3", "whole", "3.12.1")
    workshop.run()
    (workshop.folder / ".venv/.installed").unlink()
    assert workshop.run()[2] == [INSTALLED]


def test_make_compares_a_python_asked_for_each_time_and_keeps_what_works_unasked(workshop):
    workshop.put_python("python3", "whole", "3.11.2")
    other = workshop.put_python("other", "whole", "3.13.0")
    environment = ("make", "-s", ".venv/.installed")
    assert "taking Python 3.11.2" in workshop.run(*environment)[1][0]
    assert workshop.run(*environment) == (0, [], [])
    assert "anew, it had Python 3.11.2 of /usr" in workshop.run(*environment, f"PYTHON={other}")[1][1]
    assert workshop.run(*environment, f"PYTHON={other}") == (0, [], [])
    assert workshop.run(*environment) == (0, [], [])
    assert "anew, it had Python 3.13.0 of /usr" in workshop.run(*environment, python="python3")[1][1]
    workshop.put_python("python3", "whole", "3.12.1")
    assert workshop.run(*environment) == (0, [], [])
    workshop.age(".venv/.installed")
    assert "anew, it had Python 3.11.2 of /usr" in workshop.run(*environment)[1][1]


# builds a project that is empty and needs nothing, so that pip asks no index
BUILDER = """
import zipfile

INFO = "empty-1.dist-info/"
FILES = {
    INFO + "METADATA": "Metadata-Version: 2.1\\nName: empty\\nVersion: 1\\nProvides-Extra: dev\\n",
    INFO + "WHEEL": "Wheel-Version: 1.0\\nGenerator: empty\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    INFO + "RECORD": "",
}


def build_editable(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(folder + "/empty-1-py3-none-any.whl", "w") as wheel:
        for name, text in FILES.items():
            wheel.writestr(name, text)
    return "empty-1-py3-none-any.whl"
"""
EMPTY = """
[build-system]
requires = []
build-backend = "builder"
backend-path = ["."]

[project]
name = "empty"
version = "1"
requires-python = ">={needed}"
"""


INSIDE = "import sys, importlib.metadata as m; print(sys.base_prefix, m.version('empty'))"


@pytest.mark.slow
def test_a_real_python_makes_the_environment_it_is_asked_for(tmp_path):
    def make(needed):
        (tmp_path / "pyproject.toml").write_text(EMPTY.format(needed=needed))
        os.utime(tmp_path / "pyproject.toml", (0, 0))
        ended = subprocess.run(["bash", "scripts/env.sh"], cwd=tmp_path, env={**os.environ, "PYTHON": sys.executable},
                               capture_output=True, text=True, check=False)  # fmt: skip
        return ended.returncode, ended.stderr.splitlines()

    (tmp_path / "scripts").mkdir()
    shutil.copy(paths.ROOT / "scripts/env.sh", tmp_path / "scripts")
    (tmp_path / "builder.py").write_text(BUILDER)
    (tmp_path / "constraints.txt").touch()
    code, said = make("3.11")
    assert (code, said[0]) == (0, f"mhgis: taking Python {IN_USE} ({sys.executable}); needed is 3.11 or newer.")
    inside = subprocess.check_output([tmp_path / ".venv/bin/python", "-c", INSIDE], text=True)
    assert inside.split() == [sys.base_prefix, "1"]
    assert make("3.11") == (0, [])
    code, said = make("99")
    assert (code, len(said), said[0].partition(";")[0]) == (
        1, 1, f"mhgis: needs Python 99 or newer, found {IN_USE} as {sys.executable}",
    )  # fmt: skip
