// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/shorttext.h"
#include "core/domain/textformat.h"

#include <QTest>

using namespace bartizan::textformat;

/// Text of the log and of people as it may stand on a line.
class TestTextFormat : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsHidden_data();
    void nothingIsHidden();
    void lineBreaksStandAsAsked();
    void aTitleBeginsWithWhatTellsItApart();
};

void TestTextFormat::nothingIsHidden_data()
{
    QTest::addColumn<QString>("hidden");
    for (const char32_t c : {U'\u200b', U'\u200c', U'\u200d', U'\u200e', U'\u2060', U'\u2064', U'\u00ad', U'\u034f', U'\u115f',
                             U'\u3164', U'\ufeff', U'\ufff9', U'\u180e', U'\u202e', U'\u2066', U'\u061c', U'\U000e0041',
                             U'\U000e0101'})
        QTest::addRow("U+%04x", static_cast<unsigned>(c))
            << (c == U'\ufeff' ? QString(QChar(u'\ufeff')) : QString::fromUcs4(&c, 1)); // Which takes that for its own.
}

/// Two names that differ look different, and nothing reorders the line.
void TestTextFormat::nothingIsHidden()
{
    QFETCH(QString, hidden);
    const QString expected = QStringLiteral("a\ufffdb");
    const QString name = QLatin1Char('a') + hidden + QLatin1Char('b');
    QCOMPARE(singleLine(name), expected);
    QCOMPARE(visible(name, Breaks::Kept), expected);
    QCOMPARE(shortText(name.toStdString()), expected);
    QCOMPARE(shortText(QString(hidden + QStringLiteral("ab")).toStdString()), QStringLiteral("\ufffdab"));
}

void TestTextFormat::lineBreaksStandAsAsked()
{
    const QString text = QStringLiteral("one\r\ntwo\n\nthree\tx\ry");
    QCOMPARE(visible(text, Breaks::Kept), QStringLiteral("one\ntwo\n\nthree\u2409x\u240dy"));
    QCOMPARE(visible(text, Breaks::Joined), QStringLiteral("one / two / three\u2409x\u240dy"));
    QCOMPARE(singleLine(text), QStringLiteral("one\u240d\u240atwo\u240a\u240athree\u2409x\u240dy"));
    // Emoji and letters of other scripts stay.
    const QString harmless = QStringLiteral("\U0001f600 \u05d0\u05d1 e\u0301");
    QCOMPARE(singleLine(harmless), harmless);
}

void TestTextFormat::aTitleBeginsWithWhatTellsItApart()
{
    QCOMPARE(rowTitle("Anomaly Detected: temporal_anomaly"), QStringLiteral("Anomaly: temporal"));
    QCOMPARE(rowTitle("Anomaly Detected: _anomaly"), QStringLiteral("Anomaly Detected: _anomaly"));
    QCOMPARE(rowTitle("Brute Force"), QStringLiteral("Brute Force"));
}

QTEST_GUILESS_MAIN(TestTextFormat)
#include "tst_textformat.moc"
