// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/textformat.h"
#include "core/report/markdowntext.h"

#include <QRandomGenerator>
#include <QTest>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextList>
#include <QTextTable>

using namespace bartizan;

namespace {

/// What Markdown readers look for, and what stands around it.
const QStringList kPieces{
    QStringLiteral("\\"), QStringLiteral("`"), QStringLiteral("*"), QStringLiteral("**"), QStringLiteral("_"), QStringLiteral("__"),
    QStringLiteral("{"), QStringLiteral("}"), QStringLiteral("["), QStringLiteral("]"), QStringLiteral("("), QStringLiteral(")"),
    QStringLiteral("<"), QStringLiteral(">"), QStringLiteral("#"), QStringLiteral("##"), QStringLiteral("+"), QStringLiteral("-"),
    QStringLiteral("---"), QStringLiteral("."), QStringLiteral("!"), QStringLiteral("|"), QStringLiteral("~"), QStringLiteral("~~"),
    QStringLiteral("&"), QStringLiteral(";"), QStringLiteral("@"), QStringLiteral(":"), QStringLiteral("/"), QStringLiteral("="),
    QStringLiteral("==="), QStringLiteral("$"), QStringLiteral("$$"), QStringLiteral("\""), QStringLiteral("'"), QStringLiteral(" "),
    QStringLiteral("    "), QStringLiteral("\t"), QStringLiteral("\n"), QStringLiteral("\r\n"), QStringLiteral("a"),
    QStringLiteral("b1"), QStringLiteral("\u00e9"), QStringLiteral("\u4e2d"), QStringLiteral("0"), QStringLiteral("12"),
    QStringLiteral("1. "), QStringLiteral("1) "), QStringLiteral("[x]"), QStringLiteral("[x]: "), QStringLiteral("](y)"),
    QStringLiteral("<b>"), QStringLiteral("</b>"), QStringLiteral("<!--"), QStringLiteral("-->"), QStringLiteral("<a@b.de>"),
    QStringLiteral("http://a.de"), QStringLiteral("https://"), QStringLiteral("www.a.de"), QStringLiteral("WWW."),
    QStringLiteral("mailto:a@b.de"), QStringLiteral("xmpp:a@b.de/c"), QStringLiteral("ftp://a.de"), QStringLiteral("&amp;"),
    QStringLiteral("&#60;"), QStringLiteral("&#x3c;"), QStringLiteral("&lt;"), QStringLiteral("![x](y)"), QStringLiteral("~~~"),
    QStringLiteral("```"), QStringLiteral("- [ ] "), QStringLiteral("> "), QStringLiteral("| --- |")};

QString randomText(QRandomGenerator &random)
{
    QString text;
    for (int pieces = random.bounded(1, 12); pieces > 0; --pieces)
        text += kPieces.at(random.bounded(static_cast<int>(kPieces.size())));
    return text;
}

/// What a reader shows may have lost runs of blanks, and those at the ends.
QString blanksAlike(const QString &text)
{
    return text.simplified();
}

/// Why a block is more than the text of a paragraph; empty: it is not.
QString moreThanText(const QTextBlock &block)
{
    for (auto at = block.begin(); !at.atEnd(); ++at) {
        const QTextCharFormat format = at.fragment().charFormat();
        if (format.isAnchor())
            return QStringLiteral("a link");
        if (format.isImageFormat())
            return QStringLiteral("an image");
        if (format.fontItalic() || format.fontStrikeOut() || format.fontUnderline() || format.fontFixedPitch())
            return QStringLiteral("emphasis, or code");
    }
    const QTextBlockFormat format = block.blockFormat();
    if (format.hasProperty(QTextFormat::BlockCodeLanguage) || format.hasProperty(QTextFormat::BlockQuoteLevel)
        || format.hasProperty(QTextFormat::BlockTrailingHorizontalRulerWidth) || format.marker() != QTextBlockFormat::MarkerType::NoMarker)
        return QStringLiteral("code, a quotation, a rule or a box");
    return {};
}

struct Rendered {
    explicit Rendered(const QString &markdown) { document.setMarkdown(markdown, QTextDocument::MarkdownDialectGitHub); }
    QTextDocument document;
};

} // namespace

/// Text of the log in Markdown, read by a Markdown reader.
class TestMarkdownText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void escapesWhatItMust_data();
    void escapesWhatItMust();
    void staysReadable();
    void isTextToAReader();
};

void TestMarkdownText::escapesWhatItMust_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("escaped");
    QTest::newRow("nothing") << QString() << QString();
    QTest::newRow("html") << QStringLiteral("<b>") << QStringLiteral("\\<b>");
    QTest::newRow("formula") << QStringLiteral("=1+1") << QStringLiteral("\\=1+1");
    QTest::newRow("formula, minus") << QStringLiteral("-1") << QStringLiteral("\\-1");
    QTest::newRow("cell") << QStringLiteral("a|b") << QStringLiteral("a\\|b");
    QTest::newRow("escape") << QStringLiteral("a\\|b") << QStringLiteral("a\\\\\\|b");
    QTest::newRow("lines") << QStringLiteral("a\n# b\r") << QStringLiteral("a\u240a\\# b\u240d");
    QTest::newRow("nul") << QString(QChar(0)) << QStringLiteral("\u2400");
    QTest::newRow("link") << QStringLiteral("https://x.y") << QStringLiteral("https\\://x.y");
    QTest::newRow("address") << QStringLiteral("Www.x.y") << QStringLiteral("Www\\.x.y");
    QTest::newRow("mail") << QStringLiteral("a@b.de") << QStringLiteral("a\\@b.de");
    QTest::newRow("item") << QStringLiteral("12. x") << QStringLiteral("12\\. x");
    QTest::newRow("item, nothing in it") << QStringLiteral("1)") << QStringLiteral("1\\)");
    QTest::newRow("closed heading") << QStringLiteral("a ##") << QStringLiteral("a \\#\\#");
    QTest::newRow("number of an issue") << QStringLiteral("org/repo#12") << QStringLiteral("org/repo\\#12");
    QTest::newRow("entity") << QStringLiteral("&lt; &#60;") << QStringLiteral("\\&lt; \\&\\#60;");
    QTest::newRow("emphasis") << QStringLiteral("_a_ *b*") << QStringLiteral("\\_a\\_ \\*b\\*");
    QTest::newRow("code") << QStringLiteral("    a  ") << QStringLiteral("a");
    QTest::newRow("direction") << QString(QChar(0x202e)) << QString(QChar(0xfffd));
}

void TestMarkdownText::escapesWhatItMust()
{
    QFETCH(QString, text);
    QTEST(markdownText(text), "escaped");
}

void TestMarkdownText::staysReadable()
{
    for (const QString &text : {QStringLiteral("2026-11-20 11:30:00 UTC to 2026-11-20 12:00:00 UTC, all companies"),
                                QStringLiteral("203.0.113.47"), QStringLiteral("2001:db8::1"), QStringLiteral("203.0.113.0/24"),
                                QStringLiteral("5 failed logins (root, admin) from 1.2.3.4 within 5 min!"),
                                QStringLiteral("address:203.0.113.9"), QStringLiteral("brute_force, R & D = C#"),
                                QStringLiteral("Mozilla/5.0 (X11; Linux x86_64) \"x\" > y")})
        QCOMPARE(markdownText(text), text);
}

/// Whatever it is made of, in every place that it is written to.
void TestMarkdownText::isTextToAReader()
{
    QRandomGenerator random(20'261'120);
    for (int i = 0; i < 4'000; ++i) {
        const QString text = randomText(random);
        const QString escaped = markdownText(text);
        const QString expected = blanksAlike(textformat::singleLine(text));
        if (expected.isEmpty())
            continue;
        const QByteArray told = (text + QStringLiteral(" -> ") + escaped).toUtf8();
        const Rendered paragraph(escaped + QStringLiteral("\n"));
        QCOMPARE(paragraph.document.blockCount(), 1);
        const QTextBlock only = paragraph.document.firstBlock();
        QVERIFY2(blanksAlike(only.text()) == expected, told.constData());
        QVERIFY2(!only.textList() && only.blockFormat().headingLevel() == 0, told.constData());
        QVERIFY2(moreThanText(only).isEmpty(), QByteArray(told + ": " + moreThanText(only).toUtf8()).constData());

        const Rendered heading(QStringLiteral("## HIGH: ") + escaped + QStringLiteral("\n\n- **User**: ") + escaped + QLatin1Char('\n'));
        const QTextBlock title = heading.document.firstBlock();
        QCOMPARE(title.blockFormat().headingLevel(), 2);
        QVERIFY2(blanksAlike(title.text()) == QStringLiteral("HIGH: ") + expected, told.constData());
        QVERIFY2(moreThanText(title).isEmpty(), told.constData());
        const QTextBlock item = title.next();
        QVERIFY2(item.textList() && !item.next().isValid(), told.constData());
        QVERIFY2(blanksAlike(item.text()) == QStringLiteral("User: ") + expected, told.constData());
        QVERIFY2(moreThanText(item).isEmpty(), told.constData());

        const Rendered table(QStringLiteral("| a | b |\n| --- | --- |\n| ") + escaped + QStringLiteral(" | last |\n"));
        const auto *cells = qobject_cast<QTextTable *>(table.document.rootFrame()->childFrames().value(0));
        QVERIFY2(cells && cells->rows() == 2 && cells->columns() == 2, told.constData());
        const QTextBlock cell = cells->cellAt(1, 0).firstCursorPosition().block();
        QVERIFY2(blanksAlike(cell.text()) == expected, QByteArray(told + " not " + cell.text().toUtf8()).constData());
        QVERIFY2(moreThanText(cell).isEmpty(), told.constData());
        QCOMPARE(cells->cellAt(1, 1).firstCursorPosition().block().text(), QStringLiteral("last"));
    }
}

QTEST_MAIN(TestMarkdownText)
#include "tst_markdowntext.moc"
