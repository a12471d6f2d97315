// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filterscanner.h"

#include "core/domain/ipaddress.h"

namespace bartizan {
namespace {

using Kind = FilterPiece::Kind;

bool isLetter(QChar c)
{
    return (c >= QLatin1Char('a') && c <= QLatin1Char('z')) || (c >= QLatin1Char('A') && c <= QLatin1Char('Z'));
}

bool isBracket(QChar c)
{
    return c == QLatin1Char('(') || c == QLatin1Char(')');
}

bool startsOperator(QChar c)
{
    return c == QLatin1Char(':') || c == QLatin1Char('=') || c == QLatin1Char('<') || c == QLatin1Char('>');
}

} // namespace

bool FilterScanner::atBlank() const
{
    return m_at >= m_text.size() || m_text[m_at].isSpace();
}

FilterPiece FilterScanner::piece(Kind kind, qsizetype length)
{
    FilterPiece made;
    made.kind = kind;
    made.start = m_at;
    made.length = length;
    made.text = m_text.mid(m_at, length).toString();
    m_at += length;
    return made;
}

FilterPiece FilterScanner::next()
{
    const bool blank = atBlank();
    while (m_at < m_text.size() && m_text[m_at].isSpace())
        ++m_at;
    // A blank ends the values, unless they stand in brackets.
    if (blank && m_state == State::Values)
        m_state = State::Term;
    if (m_at >= m_text.size())
        return piece(Kind::End, 0);
    if (std::exchange(m_afterField, false)) {
        if (const auto op = operatorHere())
            return *op;
    }
    return m_state == State::Term ? termStart() : valueOrMark();
}

/// The length of a field's name before an operator; 0 when there is none here.
qsizetype FilterScanner::fieldLength() const
{
    qsizetype end = m_at;
    while (end < m_text.size() && isLetter(m_text[end]))
        ++end;
    if (end == m_at || end >= m_text.size() || !startsOperator(m_text[end]))
        return 0;
    qsizetype wordEnd = end;
    while (wordEnd < m_text.size() && !m_text[wordEnd].isSpace())
        ++wordEnd;
    const bool address = IpAddress::parse(m_text.mid(m_at, wordEnd - m_at).toUtf8().toStdString()).has_value();
    return address ? 0 : end - m_at;
}

FilterPiece FilterScanner::termStart()
{
    const QChar c = m_text[m_at];
    if (c == QLatin1Char('-') && m_at + 1 < m_text.size() && !m_text[m_at + 1].isSpace() && m_text[m_at + 1] != c)
        return piece(Kind::Minus, 1);
    if (c == QLatin1Char('"'))
        return quotedWord();
    if (c == QLatin1Char('('))
        return piece(Kind::Open, 1);
    if (c == QLatin1Char(')'))
        return piece(Kind::Close, 1);
    if (const qsizetype length = fieldLength(); length > 0) {
        m_afterField = true;
        m_state = State::Values;
        return piece(Kind::Field, length);
    }
    // A free word ends at a blank or bracket; commas and quotation marks inside belong to it.
    qsizetype end = m_at;
    while (end < m_text.size() && !m_text[end].isSpace() && !isBracket(m_text[end]))
        ++end;
    return piece(Kind::Word, end - m_at);
}

std::optional<FilterPiece> FilterScanner::operatorHere()
{
    struct Spelling {
        QLatin1String text;
        FilterOperator op;
    };
    // ":>=" is how others write ">=".
    static const Spelling spellings[] = {
        {QLatin1String(":>="), FilterOperator::AtLeast}, {QLatin1String(":<="), FilterOperator::AtMost},
        {QLatin1String(">="), FilterOperator::AtLeast},  {QLatin1String("<="), FilterOperator::AtMost},
        {QLatin1String(":>"), FilterOperator::Above},    {QLatin1String(":<"), FilterOperator::Below},
        {QLatin1String(">"), FilterOperator::Above},     {QLatin1String("<"), FilterOperator::Below},
        {QLatin1String(":"), FilterOperator::Is},        {QLatin1String("="), FilterOperator::Is}};
    for (const Spelling &spelling : spellings) {
        if (!m_text.mid(m_at).startsWith(spelling.text))
            continue;
        FilterPiece made = piece(Kind::Operator, spelling.text.size());
        made.op = spelling.op;
        return made;
    }
    return std::nullopt;
}

FilterPiece FilterScanner::valueOrMark()
{
    const QChar c = m_text[m_at];
    if (c == QLatin1Char('"'))
        return quotedWord();
    if (c == QLatin1Char(','))
        return piece(Kind::Comma, 1);
    if (c == QLatin1Char('(')) {
        m_state = State::List;
        return piece(Kind::Open, 1);
    }
    if (c == QLatin1Char(')')) {
        m_state = State::Values;
        return piece(Kind::Close, 1);
    }
    return bareWord();
}

FilterPiece FilterScanner::bareWord()
{
    qsizetype end = m_at;
    while (end < m_text.size() && !m_text[end].isSpace() && m_text[end] != QLatin1Char(',') && !isBracket(m_text[end]))
        ++end;
    return piece(Kind::Word, end - m_at);
}

FilterPiece FilterScanner::quotedWord()
{
    FilterPiece word;
    word.kind = Kind::Word;
    word.start = m_at;
    word.quoted = true;
    word.closed = false;
    qsizetype at = m_at + 1;
    while (at < m_text.size() && !word.closed) {
        const QChar c = m_text[at];
        const QChar following = at + 1 < m_text.size() ? m_text[at + 1] : QChar();
        if (c == QLatin1Char('\\') && (following == QLatin1Char('"') || following == QLatin1Char('\\'))) {
            word.text += following;
            ++at;
        } else if (c == QLatin1Char('"')) {
            word.closed = true;
        } else {
            word.text += c;
        }
        ++at;
    }
    word.length = at - m_at;
    m_at = at;
    return word;
}

} // namespace bartizan
