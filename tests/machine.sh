#!/usr/bin/env bash
# Finds what the tests and checks need besides Python packages, and installs what is missing:
# with apt-get as root, a browser also by Playwright's own download. What stays missing is said in
# one sentence, with exit status 1.
#
#   tests/machine.sh test    for `make test`: before the virtual environment is made, and after
#   tests/machine.sh lint    for `make lint`
#   tests/machine.sh kit     for `make kit`
#   tests/machine.sh venv    for a virtual environment
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Debian's names. What is wanted is only faster or truer than the Python package in its place, or for
# tests that are skipped without it, which is said.
case "${1:-}" in
    test) needed=(chromium openssl libfribidi0) wanted=(postgresql redis-server pgbouncer) ;;
    lint) needed=(gettext) wanted=() ;;
    kit) needed=(debootstrap systemd-container) wanted=() ;;
    venv) needed=(python3-venv) wanted=() ;;
    *) echo "Usage: tests/machine.sh test|lint|kit|venv" >&2; exit 2 ;;
esac

# Whether the machine has what the Debian package is needed for, wherever it came from.
has() {
    case "$1" in
        chromium) has_chromium ;;
        debootstrap) PATH=$PATH:/usr/sbin debootstrap --version ;;
        gettext) xgettext --version ;;
        libfribidi0) python3 -c 'import ctypes; ctypes.CDLL("libfribidi.so.0")' ;;
        openssl) openssl version ;;
        pgbouncer) PATH=$PATH:/usr/sbin pgbouncer --version ;;
        postgresql) compgen -G '/usr/lib/postgresql/*/bin/initdb' ;;
        python3-venv) python3 -c 'import ensurepip' ;;
        redis-server) redis-server --version || valkey-server --version ;;
        systemd-container) systemd-nspawn --version ;;
    esac >/dev/null 2>&1
}

# Some distributions' `chromium` only tells how to install it.
has_chromium() {
    chromium --version || chromium-browser --version || google-chrome --version ||
        .venv/bin/python tests/chromium.py
}

may_install() { [[ $EUID -eq 0 ]] && command -v apt-get; } >/dev/null

missing() {
    for package in "$@"; do has "$package" || echo "$package"; done
}

mapfile -t lacking < <(missing "${needed[@]}" "${wanted[@]}")
if ((${#lacking[@]})) && may_install; then
    echo "Installing ${lacking[*]} with apt-get."
    # RUNLEVEL=1: the packages' services are not started; the tests start servers of their own.
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    quietly=(-qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
    { apt-get "${quietly[@]}" update &&
        apt-get "${quietly[@]}" install --no-install-recommends "${lacking[@]}"; } </dev/null >/dev/null ||
        echo "apt-get failed; going on with what is there."
fi
if [[ " ${needed[*]} " == *" chromium "* ]] && ! has chromium; then
    if [[ -x .venv/bin/python ]]; then
        echo "Downloading a browser by Playwright."
        timeout 600 .venv/bin/python -m playwright install chromium </dev/null >/dev/null 2>&1 ||
            echo "The download failed."
    else
        # Nobody knows yet whether Playwright will get one.
        needed=(openssl libfribidi0)
    fi
fi

if [[ " ${wanted[*]} " == *" pgbouncer "* ]] && ! has pgbouncer; then
    echo "PgBouncer is missing: tests/test_pgbouncer.py is skipped. On Debian: apt-get install pgbouncer."
fi
mapfile -t lacking < <(missing "${needed[@]}")
((${#lacking[@]} == 0)) && exit 0
echo "make $1 needs ${lacking[*]}, which can't be installed from here: on Debian, run" \
    "'apt-get install ${lacking[*]}' as root." >&2
exit 1
