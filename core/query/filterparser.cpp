// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filterparser.h"

#include "core/query/filterfields.h"
#include "core/query/filterscanner.h"
#include "core/query/filterwords.h"

#include <QCoreApplication>

#include <algorithm>

namespace bartizan {
namespace {

using Kind = FilterPiece::Kind;

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::Filter", text);
}

/// "user: a value is missing, as in user:anna".
QString missingValue(FilterField field, FilterSubject subject)
{
    const QStringList choices = choicesOf(field, subject);
    if (field == FilterField::Type)
        return tr("%1: a value is missing, as in %1:%2").arg(fieldName(field), choices.first());
    if (!choices.isEmpty())
        return tr("%1: a value is missing; %2").arg(fieldName(field), choices.join(QLatin1String(", ")));
    return tr("%1: a value is missing, as in %1:%2").arg(fieldName(field), exampleOf(field));
}

class Parser {
public:
    Parser(QStringView text, FilterSubject subject)
        : m_scanner(text)
        , m_subject(subject)
    {
        advance();
    }

    ParsedFilter run()
    {
        while (m_piece.kind != Kind::End)
            readTerm();
        return std::move(m_parsed);
    }

private:
    void advance()
    {
        m_last = m_piece;
        m_piece = m_scanner.next();
    }
    void fail(const FilterPiece &piece, const QString &message)
    {
        m_parsed.errors.push_back({piece.start, std::max<qsizetype>(piece.length, 1), message});
    }
    void readTerm();
    void readFieldTerm(bool negated);
    void readFreeWord(bool negated);
    bool readValues(FilterTerm &term);
    bool readList(FilterTerm &term, const FilterPiece &open);
    bool readWord(FilterTerm &term);
    QString missing(FilterField field) const { return missingValue(field, m_subject); }
    QString misuse(const FilterTerm &term) const;

    FilterScanner m_scanner;
    FilterSubject m_subject;
    FilterPiece m_piece;
    FilterPiece m_last; ///< The piece before.
    ParsedFilter m_parsed;
};

void Parser::readTerm()
{
    const bool negated = m_piece.kind == Kind::Minus;
    if (negated)
        advance();
    switch (m_piece.kind) {
    case Kind::Field: readFieldTerm(negated); return;
    case Kind::Word: readFreeWord(negated); return;
    default: break;
    }
    fail(m_piece, tr("A bracket or comma stands between the values of one field, as in user:(anna ben); "
                     "put quotes around it to search for it"));
    advance();
}

void Parser::readFreeWord(bool negated)
{
    const FilterPiece word = m_piece;
    advance();
    if (!word.closed)
        fail(word, tr("The quotation mark is not closed"));
    else if (word.text.isEmpty())
        fail(word, tr("Nothing stands between the quotation marks"));
    else if (!word.quoted && isReservedWord(word.text))
        fail(word, tr("Terms beside each other must all hold; write user:(anna ben) for either, and -user:anna for not"));
    else
        m_parsed.filter.terms.push_back({FilterField::Text, FilterOperator::Is, negated, {{word.text, false}}});
}

void Parser::readFieldTerm(bool negated)
{
    const FilterPiece name = m_piece;
    const auto field = fieldNamed(name.text, m_subject);
    advance(); // A field is always followed by its operator.
    FilterTerm term{field.value_or(FilterField::Text), m_piece.op, negated, {}};
    advance();
    if (!field) {
        QStringList known;
        for (const FilterFieldInfo &info : filterFields()) {
            if (info.isOf(m_subject) && !info.name.empty())
                known.append(fieldName(info.field));
        }
        fail(name, tr("'%1' is no field; %2. Put quotes around it to search for it")
                       .arg(name.text.left(40), known.join(QLatin1String(", "))));
    }
    const FilterPiece place = name;
    if (!readValues(term) || !field)
        return;
    if (const QString message = misuse(term); !message.isEmpty()) {
        fail(place, message);
        return;
    }
    m_parsed.filter.terms.push_back(std::move(term));
}

/// Why a term with right values is wrong all the same; empty: it is not.
QString Parser::misuse(const FilterTerm &term) const
{
    const FilterFieldInfo &info = fieldInfo(term.field);
    const QString name = fieldName(term.field);
    if (term.op != FilterOperator::Is && !info.isOrdered())
        return tr("%1: only %1: can be asked for, not more or less").arg(name);
    if (term.op != FilterOperator::Is && term.words.size() > 1)
        return tr("%1: one value is wanted behind >=, >, <= and <").arg(name);
    if (info.kind == FilterValueKind::Time && (term.negated || term.words.size() > 1))
        return tr("%1: it takes one time, and no -; since: and until: are each other's opposite").arg(name);
    return {};
}

bool Parser::readValues(FilterTerm &term)
{
    if (m_piece.kind == Kind::Open) {
        const FilterPiece open = m_piece;
        advance();
        return readList(term, open);
    }
    if (m_piece.kind != Kind::Word || m_piece.start != m_last.end()) {
        fail(m_last, missing(term.field));
        return false;
    }
    bool right = readWord(term);
    while (m_piece.kind == Kind::Comma && m_piece.start == m_last.end()) {
        advance();
        if (m_piece.kind != Kind::Word || m_piece.start != m_last.end()) {
            fail(m_last, missing(term.field));
            return false;
        }
        right = readWord(term) && right;
    }
    return right;
}

bool Parser::readList(FilterTerm &term, const FilterPiece &open)
{
    bool right = true;
    while (m_piece.kind == Kind::Word || m_piece.kind == Kind::Comma || m_piece.kind == Kind::Open) {
        if (m_piece.kind == Kind::Word) {
            right = readWord(term) && right;
            continue;
        }
        if (m_piece.kind == Kind::Open) {
            fail(m_piece, tr("Brackets cannot stand within brackets"));
            right = false;
        }
        advance();
    }
    if (m_piece.kind != Kind::Close) {
        fail(open, tr("The bracket is not closed"));
        return false;
    }
    advance();
    if (right && term.words.empty()) {
        fail(open, missing(term.field));
        return false;
    }
    return right;
}

/// Reads one value; also of an unknown field, whose values cannot be checked.
bool Parser::readWord(FilterTerm &term)
{
    const FilterPiece word = m_piece;
    advance();
    if (!word.closed) {
        fail(word, tr("The quotation mark is not closed"));
        return false;
    }
    if (word.text.isEmpty()) {
        fail(word, term.field == FilterField::Text ? tr("Nothing stands between the quotation marks") : missing(term.field));
        return false;
    }
    auto checked = checkedWord(term.field, m_subject, word.text, word.quoted);
    if (!checked) {
        fail(word, checked.error().message);
        return false;
    }
    if (std::find(term.words.begin(), term.words.end(), *checked) == term.words.end())
        term.words.push_back(std::move(*checked));
    return true;
}

} // namespace

ParsedFilter parseFilter(QStringView text, FilterSubject subject)
{
    if (text.size() > kLongestFilter) {
        ParsedFilter tooLong;
        tooLong.errors.push_back({kLongestFilter, text.size() - kLongestFilter,
                                  tr("A filter has at most %1 characters").arg(kLongestFilter)});
        return tooLong;
    }
    return Parser(text, subject).run();
}

} // namespace bartizan
