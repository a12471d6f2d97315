// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace bartizan {

/// How well a text answers what was typed: all its letters in their order, whatever stands between; higher is better,
/// nullopt: not at all. Letters that begin a word, or follow each other, count more, and so does a last one that ends a word;
/// short texts stand before long ones.
/// Case and blanks in what was typed are disregarded.
std::optional<int> fuzzyScore(const QString &typed, const QString &text);

} // namespace bartizan
