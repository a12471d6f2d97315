// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/fuzzymatch.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace bartizan {
namespace {

constexpr int kLetter = 10;
constexpr int kWordStart = 30;
constexpr int kFollows = 25;
constexpr int kWordEnd = 15;
constexpr int kNone = std::numeric_limits<int>::min() / 2;
/// Longer texts are no names of anything.
constexpr qsizetype kLongest = 200;

bool startsWord(const QString &text, qsizetype at)
{
    return at == 0 || !text[at - 1].isLetterOrNumber();
}

bool endsWord(const QString &text, qsizetype at)
{
    return at + 1 == text.size() || !text[at + 1].isLetterOrNumber();
}

} // namespace

/// The best way to find the letters, by dynamic programming: best[i] is the score of what was typed so far with its last
/// letter at i.
std::optional<int> fuzzyScore(const QString &typed, const QString &text)
{
    QString wanted;
    for (const QChar c : typed) {
        if (!c.isSpace())
            wanted += c.toCaseFolded();
    }
    const QString within = text.left(kLongest).toCaseFolded();
    if (wanted.isEmpty())
        return 0;
    if (wanted.size() > within.size())
        return std::nullopt;
    std::vector<int> best(static_cast<std::size_t>(within.size()), kNone);
    for (qsizetype letter = 0; letter < wanted.size(); ++letter) {
        std::vector<int> next(best.size(), kNone);
        int before = letter == 0 ? 0 : kNone; // The best of all that end before the letter looked at.
        for (qsizetype i = 0; i < within.size(); ++i) {
            const auto at = static_cast<std::size_t>(i);
            const int follows = letter > 0 && i > 0 ? best[at - 1] + kFollows : kNone;
            if (within[i] == wanted[letter] && std::max(before, follows) > kNone / 2)
                next[at] = std::max(before, follows) + kLetter + (startsWord(within, i) ? kWordStart : 0);
            before = letter == 0 ? 0 : std::max(before, best[at]);
        }
        best = std::move(next);
    }
    int score = kNone;
    for (qsizetype i = 0; i < within.size(); ++i)
        score = std::max(score, best[static_cast<std::size_t>(i)] + (endsWord(within, i) ? kWordEnd : 0));
    if (score <= kNone / 2)
        return std::nullopt;
    return score - static_cast<int>(within.size());
}

} // namespace bartizan
