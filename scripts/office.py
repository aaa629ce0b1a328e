"""
What the test of workbooks needs: LibreOffice Calc. Standard library only.

`missing()` is asked by `tests/conftest.py`; `python scripts/office.py --install` is run by `make test` and installs it
where it can (Debian, root; about a minute), else says in one line what is left out and how to get it.
"""

import os
import shutil
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))

from scripts import browser

NAMES = ("soffice", "libreoffice")
PACKAGE = "libreoffice-calc"
HOW_TO_GET = f"sudo apt-get install {PACKAGE}"


def soffice() -> str | None:
    """Return the path of LibreOffice: `MHGIS_SOFFICE` if set, else the first one on the search path."""
    asked_for = os.environ.get("MHGIS_SOFFICE")
    if asked_for:
        return shutil.which(asked_for)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def missing() -> list[str]:
    """Return the Debian packages that would supply what is not here."""
    return [] if soffice() else [PACKAGE]


def left_out(packages: list[str]) -> str:
    """Return the one line that says what is left out for want of `packages`, and how to get it."""
    return f"mhgis: the LibreOffice tests are left out, {' and '.join(packages)} missing; to run them: {HOW_TO_GET}"


def main() -> None:
    """Say what is missing; with `--install`, try to get it first; in CI, fail for it."""
    packages = missing()
    if packages and "--install" in sys.argv and browser.install(packages):
        packages = missing()
    if packages:
        sys.stderr.write(left_out(packages) + "\n")
    if packages and os.environ.get("CI"):
        sys.exit(1)


if __name__ == "__main__":
    main()
