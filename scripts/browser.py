"""
What the browser tests need: a Chromium, and a font with Chinese in it. Standard library only.

`missing()` is asked by `tests/conftest.py`; `python scripts/browser.py --install` is run by `make test` and installs
what is missing where it can (Debian, root), else says in one line what is left out and how to get it.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO_GET = "sudo apt-get install chromium fonts-noto-cjk"


def chromium() -> str | None:
    """Return the path of a Chromium: `MHGIS_CHROMIUM` if set, else the first one on the search path."""
    asked_for = os.environ.get("MHGIS_CHROMIUM")
    if asked_for:
        return shutil.which(asked_for)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def has_chinese_font() -> bool:
    """Say whether the system can draw Chinese; elsewhere than on Linux it always can."""
    if not sys.platform.startswith("linux"):
        return True
    fc_list = shutil.which("fc-list")
    if fc_list is None:
        return False
    return bool(subprocess.run([fc_list, ":lang=zh-cn"], capture_output=True, check=False).stdout.strip())


def missing() -> list[str]:
    """Return the Debian packages that would supply what is not here."""
    packages = [] if chromium() else ["chromium"]
    return packages if has_chinese_font() else [*packages, "fontconfig", "fonts-noto-cjk"]


def install(packages: list[str]) -> bool:
    """Install Debian packages where this is Debian and we are root; say whether that was tried."""
    apt_get = shutil.which("apt-get")
    if apt_get is None or os.name != "posix" or os.geteuid() != 0:
        return False
    sys.stderr.write(f"mhgis: installing {' '.join(packages)} for the tests ...\n")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        command = [apt_get, "-qq", *arguments]
        subprocess.run(command, check=False, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return True


def left_out(packages: list[str]) -> str:
    """Return the one line that says what is left out for want of `packages`, and how to get it."""
    return f"mhgis: the browser tests are left out, {' and '.join(packages)} missing; to run them: {HOW_TO_GET}"


def main() -> None:
    """Say what is missing; with `--install`, try to get it first; in CI, fail for it."""
    packages = missing()
    if packages and "--install" in sys.argv and install(packages):
        packages = missing()
    if packages:
        sys.stderr.write(left_out(packages) + "\n")
    if packages and os.environ.get("CI"):
        sys.exit(1)


if __name__ == "__main__":
    main()
