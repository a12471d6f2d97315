// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filter.h"

#include <optional>

namespace bartizan {

/// A piece of a filter's text, with its place there.
struct FilterPiece {
    enum class Kind : std::uint8_t {
        End, Minus, Field, Operator, Open, Close, Comma, Word
    };
    Kind kind = Kind::End;
    qsizetype start = 0;
    qsizetype length = 0;
    QString text;        ///< Of a word or field, without quotes and escapes.
    FilterOperator op = FilterOperator::Is;
    bool quoted = false;
    bool closed = true;  ///< False for a quoted word whose second quotation mark is missing.

    qsizetype end() const { return start + length; }
};

/// Cuts the text of a filter into pieces. Where a term begins, a name of letters before an operator is a field, unless
/// the whole word is an IPv6 address; between an operator and the next blank stand values. Thread: any.
class FilterScanner {
public:
    explicit FilterScanner(QStringView text) : m_text(text) {}
    /// The next piece; End, at the end of the text, again and again.
    FilterPiece next();
    /// Whether a blank, or the end, follows what was read last.
    bool atBlank() const;

private:
    enum class State : std::uint8_t { Term, Values, List };
    FilterPiece piece(FilterPiece::Kind kind, qsizetype length);
    FilterPiece quotedWord();
    FilterPiece bareWord();
    FilterPiece termStart();
    FilterPiece valueOrMark();
    std::optional<FilterPiece> operatorHere();
    qsizetype fieldLength() const;

    QStringView m_text;
    qsizetype m_at = 0;
    State m_state = State::Term;
    bool m_afterField = false;
};

} // namespace bartizan
