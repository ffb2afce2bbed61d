#!/usr/bin/env bash
# Writes requirements.lock anew from pyproject.toml: every version pinned, every file hashed, no addresses.
set -euo pipefail
cd "$(dirname "$0")/.."
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
python3 -m venv "$tool" && "$tool/bin/pip" install -q uv
"$tool/bin/uv" pip compile pyproject.toml --extra central --extra dev --universal --python-version 3.11 \
    --generate-hashes --no-header --no-annotate -q -o requirements.lock
