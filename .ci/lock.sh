#!/usr/bin/env bash
# Writes the lock files anew from pyproject.toml: every version pinned, every file hashed, no addresses.
#   requirements.lock           everything: station, centre, tools
#   requirements-station.lock   what a station runs on; the offline archive is made of it
set -euo pipefail
cd "$(dirname "$0")/.."
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
python3 -m venv "$tool" && "$tool/bin/pip" install -q uv

lock() {
    local file=$1
    shift
    "$tool/bin/uv" pip compile pyproject.toml "$@" --universal --python-version 3.11 \
        --generate-hashes --no-header --no-annotate -q -o "$file"
}

lock requirements.lock --extra central --extra dev
# The whole lock constrains the small one, so that a station runs what was tested.
lock requirements-station.lock --constraint requirements.lock
