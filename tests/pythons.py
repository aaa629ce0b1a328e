"""The Pythons of this machine that the project promises to run on, and the pip of each."""

import os
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

from packaging.version import Version

from mhgis import paths

PROJECT = tomllib.loads((paths.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OLDEST = PROJECT["requires-python"].removeprefix(">=") + ".0"
WANTED = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]

NAMES = ("python3", *(f"python3.{minor}" for minor in range(11, 31)))
VERSION = "import sys; print('.'.join(map(str, sys.version_info[:3])))"
WHOLE = "import venv; from ensurepip import bootstrap"


def _candidates() -> list[str]:
    """Return the one in use, the system's, those on the search path and those kept by pyenv."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob("versions/*/bin/python3")
    there = [sys._base_executable, *(shutil.which(name, path=path) for path in (os.defpath, None) for name in NAMES)]
    return [path for path in [*there, *map(str, sorted(kept))] if path]


def _ask(python: str, code: str) -> str | None:
    """Return what a Python prints, or nothing where it fails, as the shim of one that is not there does."""
    answer = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return None if answer.returncode else answer.stdout.strip()


@cache
def here() -> dict[Version, str]:
    """Return the path of each version found that is new enough, the oldest first."""
    versions = {}
    for python in dict.fromkeys(_candidates()):
        answer = _ask(python, VERSION)
        if answer and Version(answer) >= Version(OLDEST):
            versions.setdefault(Version(answer), python)
    return dict(sorted(versions.items()))


def pip_of(python: str, folder: Path) -> list[str]:
    """Return the command of a pip that installs for a Python: of a new environment, or ours where it makes none."""
    if _ask(python, WHOLE) is None:
        return [sys.executable, "-m", "pip", "--python", python]
    subprocess.run([python, "-m", "venv", folder], check=True)
    return [str(folder / "bin" / "python"), "-m", "pip"]
