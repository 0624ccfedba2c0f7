#!/bin/sh
# Makes .venv and installs a requirements file into it, every file checked against its hash.
# Usage: sh requirements/venv.sh run|dev [PYTHON]
#   run  what `make demo` needs; CatLog itself runs from the checkout
#   dev  also the tools, and CatLog as an editable install
# Does nothing when .venv already holds what the file asks for.
set -eu
cd "$(dirname "$0")/.."
kind=$1
wanted=${2:-}
file=requirements/$kind.txt
stamp=.venv/catlog-$kind

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

contents() {
    cat "$file"
    if [ "$kind" = dev ]; then cat pyproject.toml; fi
}

if new_enough .venv/bin/python && contents | cmp -s - "$stamp"; then
    exit 0
fi

uv=$(command -v uv || true)

if ! new_enough .venv/bin/python; then
    python=
    without_venv=
    for name in ${wanted:-python3 python3.14 python3.13 python3.12 python3.11}; do
        new_enough "$name" || continue
        if [ -z "$uv" ] && ! "$name" -c 'import ensurepip, venv' >/dev/null 2>&1; then
            without_venv=${without_venv:-$name}
            continue
        fi
        python=$name
        break
    done
    if [ -z "$python" ] && [ -n "$without_venv" ]; then
        echo "CatLog needs Python's venv module, which $without_venv lacks: install it (Debian and Ubuntu: sudo apt install python3-venv) and run make again." >&2
        exit 1
    fi
    if [ -z "$python" ] && [ -z "$uv" ]; then
        echo "CatLog needs Python 3.11 or newer: install it (Debian and Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python) and run make again." >&2
        exit 1
    fi
    rm -rf .venv
    if [ -n "$uv" ]; then
        "$uv" venv --quiet --python "${python:->=3.11}" .venv
    else
        "$python" -m venv .venv
    fi
fi

echo "Installing $file into .venv" >&2
if [ -n "$uv" ]; then
    install() { "$uv" pip install --quiet --python .venv/bin/python "$@"; }
else
    # A .venv that uv made has no pip of its own.
    .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
    install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"; }
fi
install --require-hashes -r "$file"
if [ "$kind" = dev ]; then
    install --no-deps --no-build-isolation -e .
fi
contents > "$stamp"
