#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# housestyle.sh ROOT: what can be told of the house style without a compiler. Exit 1 with each finding.
set -u
cd "$1" || exit 1
findings=0
found() {
    printf '%s\n' "$*"
    findings=$((findings + 1))
}
files() { find "$@" -type f \( -name '*.h' -o -name '*.cpp' \) 2>/dev/null; }

while read -r file; do
    found "$file: no SPDX line at its top"
done < <({ files core ui app tests; find core ui app tests packaging -name CMakeLists.txt -o -name '*.cmake' -o -name '*.sh'; echo CMakeLists.txt; } |
    while read -r f; do head -3 "$f" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || echo "$f"; done)

while read -r file; do
    found "$file: no #pragma once"
done < <(find core ui app tests -name '*.h' -exec grep -L '#pragma once' {} +)

while read -r lines file; do
    found "$file: $lines lines, over 500"
done < <(files core ui app | xargs wc -l | awk '$2 != "total" && $1 > 500 {print $1, $2}')

while read -r hit; do
    found "$hit: sleeps; wait for a condition"
done < <(files core ui app tests | xargs grep -nE 'QTest::qSleep|QThread::(m|u)?sleep|this_thread::sleep' | cut -d: -f1,2)

while read -r hit; do
    found "$hit: unfinished"
done < <(files core ui app | xargs grep -nE 'TODO|FIXME|XXX' | cut -d: -f1,2)

while read -r hit; do
    found "$hit: rich text is never wanted"
done < <(files ui app | xargs grep -nE 'Qt::RichText|Qt::AutoText|setHtml\(' | cut -d: -f1,2)

for entry in *; do
    case "$entry" in
    CMakeLists.txt | CMakePresets.json | README.md | LICENSE | CONTRIBUTING.md | CHANGELOG.md) ;;
    app | core | ui | resources | translations | tests | packaging | build*) ;;
    *) found "$entry: a stranger at the top level" ;;
    esac
done

[ $findings -eq 0 ] || { printf '%d findings\n' $findings; exit 1; }
