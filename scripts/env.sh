#!/usr/bin/env bash
# Make .venv with the pinned packages of constraints.txt and this project in it, editable.
set -euo pipefail
cd "$(dirname "$0")/.."
unset VIRTUAL_ENV PYTHONHOME PYTHONPATH

say() { echo "mhgis: $*" >&2; }

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if is_new_enough "$candidate"; then python=$candidate && break; fi
done
if [ -z "$python" ]; then
    say "needs Python 3.11 or newer, found $(${PYTHON:-python3} --version 2>&1 || true); name one with PYTHON=/path/to/python3."
    exit 1
fi

# Debian ships Python without the part that makes environments
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package=$("$python" -c 'import sys; print(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing $package ..."
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$package"; } </dev/null >/dev/null
    else
        say "Python has no venv module; install it first: sudo apt-get install $package"
        exit 1
    fi
fi

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    say "creating .venv ($("$python" --version)) ..."
    "$python" -m venv --clear .venv
fi
say "installing packages into .venv (about a minute the first time) ..."
.venv/bin/python -m pip install -qq --no-input -c constraints.txt -e '.[dev]' </dev/null
touch .venv/.installed
