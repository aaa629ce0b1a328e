#!/usr/bin/env bash
# Make .venv with the pinned packages of constraints.txt and this project in it, editable.
#
# PYTHON=/path/to/python3 asks for one Python; else it is the first on the search path that is new enough and makes
# environments. An environment of another Python, or of one that is gone, is made anew; one that works and has what it
# should have is left alone where no Python is asked for.
set -euo pipefail
cd "$(dirname "$0")/.."
unset VIRTUAL_ENV PYTHONHOME PYTHONPATH

tab=$'\t'
needed=$(sed -n 's/^requires-python = ">=\(.*\)"$/\1/p' pyproject.toml)

say() { echo "mhgis: $*" >&2; }

is_new() {
    local file
    for file in pyproject.toml constraints.txt scripts/env.sh; do [ ! "$file" -nt .venv/.installed ] || return 1; done
    [ -e .venv/.installed ]
}

# its pip is found by the Python alone that it was made for
works() { .venv/bin/python -c 'import pip' 2>/dev/null; }

[ -n "${PYTHON:-}" ] || ! is_new || ! works || exit 0

# one line of a Python: what it can do, its version, where it lives, how it is called. It makes environments whole, or
# with the help of its own pip (which has --python since 22.3), or it is bare (as Debian ships it), or too old.
facts='
import sys

def can():
    if sys.version_info < tuple(map(int, sys.argv[1].split("."))):
        return "old"
    try:
        import venv
        from ensurepip import bootstrap
        return "whole"
    except ImportError:
        pass
    try:
        import venv
        from pip import __version__
        return "pip" if tuple(map(int, __version__.split(".")[:2])) >= (22, 3) else "bare"
    except (ImportError, ValueError):
        return "bare"

version = ".".join(map(str, sys.version_info[:3]))
print("\t".join([can(), version, getattr(sys, "base_prefix", sys.prefix), sys.argv[2]]))
'

ask() { "$1" -c "$facts" "$needed" "$1" 2>/dev/null </dev/null || true; }

candidates() { if [ -n "${PYTHON:-}" ]; then echo "$PYTHON"; else type -aP python3 python3.{30..11} || true; fi; }

survey() { candidates | while IFS= read -r candidate; do ask "$candidate"; done; }

first_that_is() { grep -m 1 "^$1$tab" <<<"$pythons" || true; }

pythons=$(survey)
chosen=$(first_that_is whole)
[ -n "$chosen" ] || chosen=$(first_that_is pip)
[ -n "$chosen" ] || chosen=$(first_that_is bare)
IFS=$tab read -r able version prefix python <<<"$chosen" || true

if [ "$able" = bare ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing python${version%.*}-venv ..."
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "python${version%.*}-venv"; } \
        </dev/null >/dev/null || true  # what it lacks is said below
    IFS=$tab read -r able version prefix python <<<"$(ask "$python")"
fi

if [ -z "$able" ]; then
    found=$(cut -s -f 2 <<<"$pythons" | paste -s -d ' ' -)
    say "needs Python $needed or newer, found ${found:-none}${PYTHON:+ as $PYTHON}; name one with PYTHON=/path/to/python3."
    exit 1
elif [ "$able" = bare ]; then
    say "Python $version ($python) cannot make environments; install what it lacks (sudo apt-get install" \
        "python${version%.*}-venv) or name another, $needed or newer, with PYTHON=/path/to/python3."
    exit 1
fi

inside=$(ask .venv/bin/python | cut -f 2,3)
is_of_it() { [ "$inside" = "$version$tab$prefix" ]; }
is_fit() { is_of_it && works; }
! is_fit || ! is_new || exit 0

say "taking Python $version ($python); needed is $needed or newer."
if ! is_fit; then
    is_of_it || [ -z "$inside" ] || another=" anew, it had Python ${inside/$tab/ of }"
    say "making .venv${another:-} ..."
    if [ "$able" = whole ]; then
        "$python" -m venv --clear .venv
    else
        "$python" -m venv --clear --without-pip .venv
        "$python" -m pip --python .venv/bin/python install -qq --no-input pip </dev/null
    fi
fi
say "installing packages into .venv (about a minute the first time) ..."
.venv/bin/python -m pip install -qq --no-input -c constraints.txt -e '.[dev]' </dev/null
touch .venv/.installed
