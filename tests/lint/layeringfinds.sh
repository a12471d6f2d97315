#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# layeringfinds.sh LAYERING_SH QT_HEADERS: plants one violation of each kind and expects layering.sh to name it.
set -u
check=$1
qt=$2
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

# expect_finding FILE INCLUDE PATTERN
expect_finding() {
    mkdir -p "$tree/$(dirname "$1")"
    printf '#include %s\n' "$2" >"$tree/$1"
    if ! bash "$check" "$tree" "$qt" | grep -q "$3"; then
        echo "not found: $2 in $1"
        failures=$((failures + 1))
    fi
    rm "$tree/$1"
}

expect_finding core/detect/a.cpp '<QtWidgets/QWidget>' 'QtWidgets in core'
expect_finding core/engine/a.h '<QColor>' 'QtGui in core'
expect_finding core/engine/a.cpp '<QSqlQuery>' 'QtSql outside core/storage'
expect_finding ui/views/a.cpp '<QtSql/QSqlDatabase>' 'QtSql outside core/storage'
expect_finding core/detect/a.cpp '"core/storage/sqlitestore.h"' 'core/detect must not include core/storage'
expect_finding ui/models/a.h '"core/storage/sqlitestore.h"' 'ui/models must not include core/storage'
expect_finding core/domain/a.h '"core/ports/store.h"' 'core/domain must not include core/ports'

mkdir -p "$tree/core/storage"
printf '#include <QSqlQuery>\n#include "core/ports/store.h"\n' >"$tree/core/storage/fine.cpp"
if ! bash "$check" "$tree" "$qt"; then
    echo "a tree without violations was refused"
    failures=$((failures + 1))
fi
exit $((failures > 0))
