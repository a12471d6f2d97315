// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filtercompletion.h"

#include "core/query/filterfields.h"
#include "core/query/filterscanner.h"
#include "core/query/filterwords.h"

#include <algorithm>

namespace bartizan {
namespace {

using Kind = FilterPiece::Kind;
constexpr std::size_t kMostCandidates = 12;

/// What stands before the cursor: the word being typed, and the field it is a value of.
struct Place {
    FilterPiece word;
    std::optional<FilterField> field;
    bool wrongField = false;
    bool list = false; ///< Between brackets, where the values of a term go on.
};

Place placeAt(QStringView before, FilterSubject subject)
{
    Place place;
    FilterScanner scanner(before);
    bool values = false;
    FilterPiece last;
    for (FilterPiece piece = scanner.next(); piece.kind != Kind::End; piece = scanner.next()) {
        const bool begins = piece.start > last.end() && !place.list;
        if (piece.kind == Kind::Field) {
            place.field = fieldNamed(piece.text, subject);
            place.wrongField = !place.field;
            values = true;
        } else if (begins || piece.kind == Kind::Minus) {
            values = false;
        }
        if (values && (piece.kind == Kind::Open || piece.kind == Kind::Close))
            place.list = piece.kind == Kind::Open;
        last = piece;
    }
    const bool typing = last.kind == Kind::Word && last.end() == before.size() && !(last.quoted && last.closed);
    const bool touching = last.end() == before.size();
    if (!values || (!touching && !place.list)) {
        place.field.reset();
        place.wrongField = false;
    }
    place.word = typing ? last : FilterPiece();
    if (!typing) {
        place.word.start = before.size();
        // Behind a closing bracket or quotation mark there is nothing to go on with.
        place.wrongField = place.wrongField || (touching && (last.kind == Kind::Close || last.kind == Kind::Word));
    }
    return place;
}

void addFields(const QString &prefix, FilterSubject subject, FilterCompletion &completion)
{
    for (const FilterFieldInfo &info : filterFields()) {
        const QString name = fieldName(info.field);
        if (info.isOf(subject) && !name.isEmpty() && name.startsWith(prefix, Qt::CaseInsensitive))
            completion.candidates.push_back({name + QLatin1Char(':'), fieldExplanation(info.field, subject)});
    }
}

void addValues(FilterField field, const QString &prefix, FilterSubject subject, const FilterVocabulary &vocabulary,
               FilterCompletion &completion)
{
    QStringList values = choicesOf(field, subject);
    if (fieldInfo(field).kind == FilterValueKind::Time)
        values = QStringLiteral("1h 24h 7d today yesterday").split(QLatin1Char(' '));
    else if (values.isEmpty() && vocabulary)
        values = vocabulary(field, prefix);
    std::stable_partition(values.begin(), values.end(),
                          [&](const QString &value) { return value.startsWith(prefix, Qt::CaseInsensitive); });
    for (const QString &value : std::as_const(values)) {
        if (completion.candidates.size() >= kMostCandidates)
            return;
        if (value.isEmpty() || !value.contains(prefix, Qt::CaseInsensitive))
            continue;
        // The value as the printer would write it: quoted where it must be.
        const QString printed = filterText(filterTerm(field, value));
        completion.candidates.push_back({printed.mid(fieldName(field).size() + 1), {}});
    }
}

} // namespace

FilterCompletion filterCompletion(const QString &text, qsizetype cursor, FilterSubject subject,
                                  const FilterVocabulary &vocabulary)
{
    const QStringView before = QStringView(text).left(std::clamp<qsizetype>(cursor, 0, text.size()));
    const Place place = placeAt(before, subject);
    FilterCompletion completion{place.word.start, place.word.length, {}};
    if (place.wrongField)
        return completion;
    if (place.field)
        addValues(*place.field, place.word.text, subject, vocabulary, completion);
    else if (!place.word.quoted)
        addFields(place.word.text, subject, completion);
    // What stands there already needs no completion.
    if (completion.candidates.size() == 1
        && completion.candidates.front().text.compare(before.mid(completion.start), Qt::CaseInsensitive) == 0)
        completion.candidates.clear();
    return completion;
}

} // namespace bartizan
