// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filtercompletion.h"
#include "core/query/filterfields.h"
#include "core/query/filtermatcher.h"
#include "core/query/filterparser.h"

#include <QtTest>

#include <random>

using namespace bartizan;

namespace {

constexpr TimestampMs kNow = 1'795'185'000'000;

/// Random texts and filters; the same ones in every run.
class Generator {
public:
    explicit Generator(FilterSubject subject)
        : m_subject(subject)
    {
    }

    std::size_t below(std::size_t limit) { return m_random() % limit; }

    /// Text made of the language's own pieces, in no order.
    QString noise()
    {
        static const QStringList pieces{
            QStringLiteral("severity"), QStringLiteral("type"), QStringLiteral("user"), QStringLiteral("ip"), QStringLiteral(":"),
            QStringLiteral(">="), QStringLiteral("<"), QStringLiteral("="), QStringLiteral("("), QStringLiteral(")"), QStringLiteral(","),
            QStringLiteral("\""), QStringLiteral("\\"), QStringLiteral("-"), QStringLiteral(" "), QStringLiteral("*"), QStringLiteral("high"),
            QStringLiteral("10.0.0.0/8"), QStringLiteral("2001:db8::1"), QStringLiteral("OR"), QStringLiteral("2h"), QStringLiteral("since"),
            QString(QChar(0xD800)), QString(QChar(0)), QStringLiteral("é"), QStringLiteral("\n")};
        QString text;
        for (std::size_t i = below(14); i > 0; --i)
            text += pieces[static_cast<qsizetype>(below(static_cast<std::size_t>(pieces.size())))];
        return text;
    }

    QString value()
    {
        static const QString alphabet = QStringLiteral("ab\"\\ ,()*-:é/.A");
        QString text;
        for (std::size_t i = 1 + below(5); i > 0; --i)
            text += alphabet[static_cast<qsizetype>(below(static_cast<std::size_t>(alphabet.size())))];
        return text;
    }

    QString wordOf(const FilterFieldInfo &info)
    {
        static const QStringList networks{QStringLiteral("10.0.0.0/8"), QStringLiteral("203.0.113.7"), QStringLiteral("2001:db8::/32")};
        static const QStringList times{QStringLiteral("2h"), QStringLiteral("today"), QStringLiteral("2026-11-19t14:30")};
        const auto any = [this](const QStringList &list) { return list[static_cast<qsizetype>(below(static_cast<std::size_t>(list.size())))]; };
        switch (info.kind) {
        case FilterValueKind::Choice: return any(choicesOf(info.field, m_subject));
        case FilterValueKind::Address: return any(networks);
        case FilterValueKind::Number: return QString::number(below(20));
        case FilterValueKind::Time: return any(times);
        default: return value();
        }
    }

    FilterTerm term()
    {
        const FilterFieldInfo *info = nullptr;
        do {
            info = &filterFields()[below(kFilterFieldCount)];
        } while (!info->isOf(m_subject));
        FilterTerm made{info->field, FilterOperator::Is, below(3) == 0, {{wordOf(*info), false}}};
        if (info->isOrdered() && below(2) == 0)
            made.op = static_cast<FilterOperator>(1 + below(4));
        else if (info->kind != FilterValueKind::Time && info->field != FilterField::Text && below(3) == 0) {
            if (const FilterWord more{wordOf(*info), false}; more != made.words.front())
                made.words.push_back(more);
        }
        made.negated = made.negated && info->kind != FilterValueKind::Time;
        return made;
    }

    Filter filter()
    {
        Filter made;
        for (std::size_t i = below(4); i > 0; --i)
            made.terms.push_back(term());
        return made;
    }

    SecurityAlert alert()
    {
        static const std::vector<std::string> texts{"", "a", "ab", "b*", "A.A", "10.9.8.7", "203.0.113.7", "2001:db8::9", "a,b"};
        const auto any = [this] { return texts[below(texts.size())]; };
        const auto perhaps = [&] { return below(3) == 0 ? std::nullopt : std::optional(any()); };
        SecurityAlert made;
        made.timestamp = kNow - static_cast<TimestampMs>(below(5)) * kHour;
        made.severity = static_cast<AlertSeverity>(below(4));
        made.type = static_cast<AlertType>(below(enumCount<AlertType>()));
        made.status = static_cast<AlertStatus>(below(enumCount<AlertStatus>()));
        if (made.status == AlertStatus::Resolved)
            made.disposition = static_cast<AlertDisposition>(below(enumCount<AlertDisposition>()));
        made.owner = perhaps();
        made.acknowledged = made.status == AlertStatus::Escalated ? below(2) == 0 : made.status != AlertStatus::New;
        made.acknowledgedBy = made.acknowledged ? perhaps() : std::nullopt;
        made.title = any();
        made.description = any();
        made.rule = any();
        made.repeats = static_cast<std::int64_t>(below(12));
        for (auto *field : {&made.context.ipAddress, &made.context.userId, &made.context.country, &made.context.companyId,
                            &made.context.sessionId, &made.context.requestId, &made.context.userAgent})
            *field = perhaps();
        return made;
    }

private:
    FilterSubject m_subject;
    std::mt19937 m_random{20261120};
};

bool passes(const Filter &filter, const SecurityAlert &alert)
{
    return FilterMatcher(filter, FilterSubject::Alerts, FilterMoment{kNow}).matches(alert);
}

} // namespace

class TestFilterProperties : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anyTextIsReadOrRefused();
    void printedFiltersAreReadBack_data();
    void printedFiltersAreReadBack();
    void termsHoldTogether();
    void negationIsTheOpposite();
    void eitherValueWillDo();
    void completionsCanBeTyped();
};

/// Whatever is typed: no crash, errors lie within the text, and what was read can be printed and read back.
void TestFilterProperties::anyTextIsReadOrRefused()
{
    Generator generator(FilterSubject::Alerts);
    int right = 0;
    for (int i = 0; i < 30'000; ++i) {
        const QString text = generator.noise();
        const ParsedFilter parsed = parseFilter(text, FilterSubject::Alerts);
        right += parsed.ok() && !parsed.filter.isEmpty() ? 1 : 0;
        for (const FilterError &error : parsed.errors) {
            QVERIFY2(error.start >= 0 && error.length > 0 && error.start <= text.size(), qPrintable(text));
            QVERIFY(!error.message.isEmpty());
        }
        const ParsedFilter again = parseFilter(filterText(parsed.filter), FilterSubject::Alerts);
        QVERIFY2(again.ok() && again.filter == parsed.filter, qPrintable(text + QLatin1String(" -> ") + filterText(parsed.filter)));
    }
    QVERIFY(right > 1000); // The noise is not all wrong, so both ways were tried.
}

void TestFilterProperties::printedFiltersAreReadBack_data()
{
    QTest::addColumn<int>("subject");
    QTest::newRow("alerts") << static_cast<int>(FilterSubject::Alerts);
    QTest::newRow("events") << static_cast<int>(FilterSubject::Events);
}

void TestFilterProperties::printedFiltersAreReadBack()
{
    QFETCH(int, subject);
    const auto about = static_cast<FilterSubject>(subject);
    Generator generator(about);
    for (int i = 0; i < 20'000; ++i) {
        const Filter filter = generator.filter();
        const ParsedFilter parsed = parseFilter(filterText(filter), about);
        QVERIFY2(parsed.ok(), qPrintable(filterText(filter)));
        QVERIFY2(parsed.filter == filter, qPrintable(filterText(filter) + QLatin1String(" -> ") + filterText(parsed.filter)));
    }
}

void TestFilterProperties::termsHoldTogether()
{
    Generator generator(FilterSubject::Alerts);
    int passed = 0;
    for (int i = 0; i < 20'000; ++i) {
        const Filter filter = generator.filter();
        const SecurityAlert alert = generator.alert();
        bool all = true;
        for (const FilterTerm &term : filter.terms)
            all = all && passes(Filter{{term}}, alert);
        QVERIFY2(passes(filter, alert) == all, qPrintable(filterText(filter)));
        passed += all && !filter.isEmpty() ? 1 : 0;
    }
    QVERIFY(passed > 1000);
}

void TestFilterProperties::negationIsTheOpposite()
{
    Generator generator(FilterSubject::Alerts);
    for (int i = 0; i < 20'000; ++i) {
        FilterTerm term = generator.term();
        const SecurityAlert alert = generator.alert();
        const bool before = passes(Filter{{term}}, alert);
        term.negated = !term.negated;
        QVERIFY2(passes(Filter{{term}}, alert) != before, qPrintable(filterText(term)));
    }
}

void TestFilterProperties::eitherValueWillDo()
{
    Generator generator(FilterSubject::Alerts);
    int several = 0;
    for (int i = 0; i < 20'000; ++i) {
        FilterTerm term = generator.term();
        term.negated = false;
        const SecurityAlert alert = generator.alert();
        bool any = false;
        for (const FilterWord &word : term.words)
            any = any || passes(Filter{{{term.field, term.op, false, {word}}}}, alert);
        QVERIFY2(passes(Filter{{term}}, alert) == any, qPrintable(filterText(term)));
        several += term.words.size() > 1 ? 1 : 0;
    }
    QVERIFY(several > 1000);
}

/// Taking a candidate, and a value behind it, never makes a right filter wrong.
void TestFilterProperties::completionsCanBeTyped()
{
    Generator generator(FilterSubject::Alerts);
    const FilterVocabulary values = [&generator](FilterField, const QString &) { return QStringList{generator.value(), generator.value()}; };
    int taken = 0;
    for (int i = 0; i < 10'000; ++i) {
        const QString text = filterText(generator.filter()) + QLatin1String(i % 2 == 0 ? " user:" : " ");
        const FilterCompletion completion = filterCompletion(text, text.size(), FilterSubject::Alerts, values);
        for (const FilterCandidate &candidate : completion.candidates) {
            QString typed = text;
            typed.replace(completion.start, completion.length, candidate.text);
            if (candidate.text.endsWith(QLatin1Char(':')))
                continue; // A value is to follow.
            QVERIFY2(parseFilter(typed, FilterSubject::Alerts).ok(), qPrintable(typed));
            ++taken;
        }
    }
    QVERIFY(taken > 1000);
}

QTEST_GUILESS_MAIN(TestFilterProperties)
#include "tst_filterproperties.moc"
