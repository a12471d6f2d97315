// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/markdowntext.h"

#include "core/domain/textformat.h"

#include <algorithm>

namespace bartizan {
namespace {

bool isWord(const QString &line, qsizetype at)
{
    return at >= 0 && at < line.size() && line.at(at).isLetterOrNumber();
}

/// Whether a "." or ")" ends the number of a list's item: digits alone before it, nothing or a blank behind.
bool endsItemNumber(const QString &line, qsizetype at)
{
    return at > 0 && (at + 1 == line.size() || line.at(at + 1).isSpace())
        && std::all_of(line.begin(), line.begin() + at, [](QChar c) { return c >= QLatin1Char('0') && c <= QLatin1Char('9'); });
}

/// Whether the character at a place would be more than itself.
bool isMarkup(const QString &line, qsizetype at)
{
    // "{" begins attributes in some readers, "$" mathematics, and "@" calls somebody or begins a formula. GitHub looks for whom
    // to call, and for numbers of issues, once Markdown is read: there no backslash helps.
    static const QString kAlways = QStringLiteral("\\`*[<|~{$@");
    // Items, rules, underlines of headings, quotations; and formulas.
    static const QString kFirst = QStringLiteral("-+=>");
    const QChar c = line.at(at);
    if (kAlways.contains(c) || (at == 0 && kFirst.contains(c)))
        return true;
    switch (c.unicode()) {
    case '_': return !isWord(line, at - 1) || !isWord(line, at + 1); // Within a word it is a letter.
    case '#': // A heading, or what closes one; an issue's number, by GitLab's rules.
        return !isWord(line, at - 1) || (at + 1 < line.size() && line.at(at + 1).isDigit());
    case '&': return isWord(line, at + 1) || line.mid(at + 1, 1) == QLatin1String("#"); // An entity.
    case ':': return line.mid(at + 1, 1) == QLatin1String("/");      // A link, by GitHub's rules; "www." as well.
    case ')': return endsItemNumber(line, at);
    case '.':
        return endsItemNumber(line, at)
            || QStringView(line).left(at).right(3).compare(QLatin1String("www"), Qt::CaseInsensitive) == 0;
    default: return false;
    }
}

} // namespace

QString markdownText(const QString &text)
{
    const QString line = textformat::singleLine(text).trimmed();
    QString escaped;
    for (qsizetype i = 0; i < line.size(); ++i) {
        if (isMarkup(line, i))
            escaped += QLatin1Char('\\');
        escaped += line.at(i);
    }
    return escaped;
}

} // namespace bartizan
