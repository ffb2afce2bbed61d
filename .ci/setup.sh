#!/usr/bin/env bash
# Makes .venv from requirements.lock, after installing the Debian packages that are missing.
#   .ci/setup.sh run    what the terminal and the reference centre need
#   .ci/setup.sh test   also what the tests start: pcscd with a virtual card, PostgreSQL, sshd, tmux, ...
# Safe to repeat: it does nothing when nothing has changed.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-run}

run_packages=(gcc libc6-dev libpcsclite-dev swig pcscd)
test_packages=(vsmartcard-vpcd systemd tmux openssh-server openssh-client postgresql softhsm2
               gnome-keyring dbus-daemon strace libcairo2 fonts-noto-cjk util-linux)

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 2; }

find_python() {
    local candidate
    for candidate in python3.11 python3.12 python3.13 python3; do
        if command -v "$candidate" >/dev/null &&
           "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "No Python 3.11 to 3.13 was found. Install one (Debian: apt-get install python3) and try again."
}

missing_of() {
    local package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || printf '%s\n' "$package"
    done
}

install_packages() {
    command -v apt-get >/dev/null || {
        say "This is not a Debian-like system; make sure these are installed: $*"
        return
    }
    mapfile -t missing < <(missing_of "$@")
    [ "${#missing[@]}" -gt 0 ] || return 0
    say "Installing missing system packages: ${missing[*]}"
    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            fail "They need root. Run as root: apt-get install ${missing[*]}"
        root=(sudo)
    fi
    # A listing that is out of date is a likely reason for a failed install, so refresh it first.
    "${root[@]}" apt-get update -q >&2
    # No service is started by an install: what needs one starts its own.
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
        apt-get install -q -y --no-install-recommends "${missing[@]}" >&2
}

python=$(find_python)
packages=("${run_packages[@]}")
# Headers and venv support come with some Pythons and as Debian packages with Debian's own.
"$python" -c 'import os, sysconfig, sys; sys.exit(not os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h")))' ||
    packages+=("$(basename "$(readlink -f "$python")")-dev")
"$python" -c 'import ensurepip' 2>/dev/null || packages+=(python3-venv)
if [ "$purpose" = test ]; then packages+=("${test_packages[@]}"); fi
install_packages "${packages[@]}"

stamp=.venv/.made-from
wanted=$("$python" --version; cat requirements.lock pyproject.toml hatch_build.py \
         $(find counter_tui/locale -name '*.po' | sort) | sha256sum)
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
    if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then "$python" -m venv .venv; fi
    say "Installing the locked Python packages ..."
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock >&2
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e . >&2
    # Without byte-code the terminal takes four times as long to start.
    .venv/bin/python -m compileall -q .venv/lib counter_tui widgets devices intake central >/dev/null 2>&1 || true
    printf '%s' "$wanted" > "$stamp"
fi
