// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filter.h"

#include <QStringList>

#include <functional>

namespace bartizan {

/// What could stand where the cursor is.
struct FilterCandidate {
    QString text;        ///< To be put in place of what is being typed: "severity:", "high ".
    QString explanation; ///< Translated; empty where the text says it all.
    bool operator==(const FilterCandidate &) const = default;
};

/// Candidates, and the part of the text that one of them replaces, in UTF-16 units.
struct FilterCompletion {
    qsizetype start = 0;
    qsizetype length = 0;
    std::vector<FilterCandidate> candidates; ///< Best first.
};

/// Values of a field that occur in the data and begin with a text, likeliest first: hostile text. May be null.
using FilterVocabulary = std::function<QStringList(FilterField field, const QString &prefix)>;

/// What can be completed at the cursor: fields where a term begins, and values behind an operator. Thread: any.
FilterCompletion filterCompletion(const QString &text, qsizetype cursor, FilterSubject subject,
                                  const FilterVocabulary &vocabulary = {});

} // namespace bartizan
