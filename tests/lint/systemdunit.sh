#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# systemdunit.sh ROOT: what systemd says about the units in packaging: that it understands each line, and that little of
# the system is left open to the engine. Exit status 77 where systemd-analyze is missing.
set -euo pipefail
command -v systemd-analyze >/dev/null || { echo "SKIPPED: systemd-analyze is not installed (Debian: systemd)"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for unit in "$1"/packaging/systemd/*.service; do
    # The program need not be installed here.
    sed 's|^ExecStart=/usr/bin/bartizanctl|ExecStart=/bin/true|' "$unit" > "$folder/$(basename "$unit")"
    said=$(systemd-analyze verify "$folder/$(basename "$unit")" 2>&1) || { echo "$said"; exit 1; }
    [ -z "$said" ] || { echo "$said"; exit 1; }
    # Of 10, in tenths: what is left is the network, which the engine needs.
    systemd-analyze security --offline=true --no-pager --threshold=15 "$folder/$(basename "$unit")"
done
