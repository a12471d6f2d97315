# SPDX-License-Identifier: GPL-3.0-or-later
# Shared by packaging/run and packaging/test: which packages of Debian 12 each needs, and how to get what is missing.

build_packages="g++ cmake ninja-build pkg-config lld
    qt6-base-dev libqt6opengl6-dev qt6-charts-dev qt6-svg-dev
    qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools libqt6sql6-sqlite libqt6sql6-psql libqt6svg6
    libsqlite3-dev libpq-dev qtkeychain-qt6-dev libsecret-1-0 libsimdjson-dev libabsl-dev libmaxminddb-dev
    libcanberra-dev fonts-dejavu-core fonts-inter"
test_packages="tzdata xvfb xauth openbox libbenchmark-dev sqlite3 postgresql-15 openssl dbus dbus-daemon gnome-keyring
    at-spi2-core gir1.2-atspi-2.0 python3-gi systemd"

fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# ensure_packages NAME…: installs those that are not installed, as root or through sudo.
ensure_packages() {
    local missing=() name
    for name in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    printf 'Installing %d packages: %s\n' "${#missing[@]}" "${missing[*]}"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "these packages are missing and neither root nor sudo is at hand: ${missing[*]}"
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -q || fail "apt-get update failed"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" ||
        fail "apt-get could not install: ${missing[*]}"
}
