#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# layering.sh ROOT QT_HEADERS: who includes whom, against the arrows of the architecture. QT_HEADERS is the folder that
# holds QtGui, QtWidgets …; it tells which module a class header like <QColor> belongs to. Exit 1 with each finding.
set -u
root=$1
qt=$2
findings=0
found() {
    printf '%s\n' "$*"
    findings=$((findings + 1))
}

# What each layer may include, itself aside.
declare -A may=(
    [core/domain]=""
    [core/ports]="core/domain"
    [core/query]="core/domain core/ports"
    [core/detect]="core/domain"
    [core/metrics]="core/domain"
    [core/secrets]="core/domain core/ports"
    [core/storage]="core/domain core/ports core/detect core/metrics"
    [core/ingest]="core/domain core/ports"
    [core/intel]="core/domain core/ports core/metrics"
    [core/report]="core/domain core/ports core/metrics"
    [core/engine]="core/domain core/ports core/query core/detect core/metrics core/storage core/ingest core/intel core/report"
    [ui/theme]="core/domain"
    [ui/widgets]="core/domain core/metrics core/intel ui/theme"
    [ui/models]="core/domain core/ports core/query core/metrics core/intel core/engine core/report ui/theme ui/widgets"
    [ui/notices]="core/domain core/ports core/engine ui/theme"
    [ui/views]="core/domain core/ports core/query core/metrics core/intel core/ingest core/report core/engine ui/theme ui/widgets ui/models ui/notices"
)

sources() { find "$root/$1" -type f \( -name '*.h' -o -name '*.cpp' \) 2>/dev/null; }

# module_of HEADER: the Qt modules that have a header of this name.
module_of() {
    local module
    for module in QtGui QtWidgets QtSvg QtSvgWidgets QtCharts QtSql QtOpenGL QtPrintSupport; do
        [ -e "$qt/$module/$1" ] && printf '%s\n' "$module"
    done
}

for layer in "${!may[@]}"; do
    while IFS=: read -r file line include; do
        target=$(sed -E 's/.*"((core|ui|app)\/[a-z]+)\/.*/\1/' <<<"$include")
        case " $layer ${may[$layer]} " in
        *" $target "*) ;;
        *) found "${file#"$root"/}:$line: $layer must not include $target" ;;
        esac
    done < <(sources "$layer" | xargs -r grep -nHE '^[[:space:]]*#[[:space:]]*include[[:space:]]+"(core|ui|app)/')
done

while IFS=: read -r file line include; do
    header=$(sed -E 's/.*[<"]([^>"]+)[>"].*/\1/' <<<"$include")
    case "$header" in
    */*) modules=${header%%/*} ;;
    *) modules=$(module_of "$header") ;;
    esac
    for module in $modules; do
        case "${file#"$root"/}:$module" in
        core/storage/*:QtSql) ;;
        core/*:QtGui | core/*:QtWidgets | core/*:QtSvg* | core/*:QtCharts | core/*:QtOpenGL | core/*:QtPrintSupport)
            found "${file#"$root"/}:$line: $module in core" ;;
        *:QtSql) found "${file#"$root"/}:$line: QtSql outside core/storage" ;;
        esac
    done
done < <(for top in core ui app; do sources $top; done |
    xargs -r grep -nHE '^[[:space:]]*#[[:space:]]*include[[:space:]]+[<"]Q[A-Za-z]+(/[A-Za-z.]+)?[>"]')

[ $findings -eq 0 ] || { printf '%d findings\n' $findings; exit 1; }
