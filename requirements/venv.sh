#!/bin/sh
# Makes .venv and installs a requirements file into it, every file checked against its hash: also of what builds those
# that are published as source alone (build.txt), which without --no-build-isolation would come unchecked. pip itself
# comes with Python, and uv is used only where you have it already: neither is fetched.
# Usage: sh requirements/venv.sh run|dev [PYTHON]
#   run  what `make demo` needs
#   dev  also the tools
# Both install the checkout itself, as an editable install with the command .venv/bin/catlog.
# Does nothing when .venv already holds what the file asks for; makes it anew when PYTHON is another version.
set -eu
cd "$(dirname "$0")/.."
kind=$1
wanted=${2:-}
file=requirements/$kind.txt
stamp=.venv/catlog-$kind

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

version_of() {
    "$1" -c 'import sys; print(sys.version_info[:3])' 2>/dev/null
}

contents() {
    cat requirements/build.txt "$file" pyproject.toml
}

if [ -n "$wanted" ] && ! new_enough "$wanted"; then
    echo "PYTHON=$wanted is no Python 3.11 or newer that runs here." >&2
    exit 1
fi
if [ -n "$wanted" ] && [ -e .venv ] && [ "$(version_of .venv/bin/python)" != "$(version_of "$wanted")" ]; then
    rm -rf .venv
fi

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
install --require-hashes --only-binary :all: -r requirements/build.txt
install --require-hashes --no-build-isolation -r "$file"
install --no-deps --no-build-isolation -e .
contents > "$stamp"
