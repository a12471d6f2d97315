// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/tabulartext.h"

#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"

#include <QFontMetricsF>
#include <QImage>
#include <QPainter>
#include <QTest>

#include <algorithm>
#include <cstdlib>

using namespace bartizan;

namespace {

constexpr QSize kSize(400, 30);

template<typename Paint>
QImage painted(const Paint &paint)
{
    QImage image(kSize, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.setLayoutDirection(Qt::LeftToRight); // As on a widget; on a picture it goes by the text.
    painter.setPen(Qt::black);
    paint(painter);
    return image;
}

QImage drawn(const QString &text, double room)
{
    return painted([&](QPainter &painter) {
        tabulartext::draw(&painter, QRectF(0, 0, room, kSize.height()), Qt::AlignLeft | Qt::AlignTop, fonts::body(), text);
    });
}

QImage drawnByThePainter(const QString &text)
{
    return painted([&text](QPainter &painter) {
        painter.setFont(fonts::body());
        painter.drawText(QPointF(0, QFontMetricsF(fonts::body()).ascent()), text);
    });
}

/// How far two pictures are apart where they are most, from 0 to 255.
int difference(const QImage &a, const QImage &b)
{
    int most = 0;
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x) {
            const QColor one = a.pixelColor(x, y);
            const QColor other = b.pixelColor(x, y);
            most = std::max({most, std::abs(one.red() - other.red()), std::abs(one.green() - other.green()),
                             std::abs(one.blue() - other.blue())});
        }
    }
    return most;
}

} // namespace

class TestTabularText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void drawsTextAsThePainterDoes_data() { texts(); }
    void drawsTextAsThePainterDoes();
    void keepsTheOrderOfRightToLeft_data();
    void keepsTheOrderOfRightToLeft();
    void elidesToTheLongestBeginning_data() { texts(); }
    void elidesToTheLongestBeginning();
    void drawsTheSameAgain();
    void iconsLookTheSameFromAPixmap();

private:
    static void texts();
};

void TestTabularText::texts()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("words") << QStringLiteral("failed logins from AVATAR, fi");
    QTest::newRow("accents") << QStringLiteral("\u00c4rger f\u00fcr \u017bo\u0142\u0105d\u017a");
    QTest::newRow("Cyrillic") << QStringLiteral("\u043f\u0440\u0438\u0432\u0435\u0442 \u043c\u0438\u0440");
    QTest::newRow("spaces") << QStringLiteral("  a  b  ");
    QTest::newRow("right to left") << QStringLiteral("\u05e9\u05dc\u05d5\u05dd");
    QTest::newRow("blank before right to left") << QStringLiteral(" \u05e9\u05dc\u05d5\u05dd x");
    QTest::newRow("right to left first") << QStringLiteral("\u05e9\u05dc\u05d5\u05dd: admin");
    QTest::newRow("outside the first plane") << QStringLiteral("x\U0001d4d0\U0001d4d1\U0001d4d2y");
}

/// Texts without digits, of which there is nothing to align.
void TestTabularText::drawsTextAsThePainterDoes()
{
    QFETCH(QString, text);
    QCOMPARE(tabulartext::width(fonts::body(), text), QFontMetricsF(fonts::body()).horizontalAdvance(text));
    QVERIFY(difference(drawn(text, kSize.width()), drawnByThePainter(text)) == 0);
}

void TestTabularText::keepsTheOrderOfRightToLeft_data()
{
    QTest::addColumn<QString>("text");
    const QString shalom = QStringLiteral("\u05e9\u05dc\u05d5\u05dd");
    const QString admin = QStringLiteral("\u0645\u062f\u064a\u0631");
    QTest::newRow("digit at the end") << shalom + QStringLiteral("7");
    QTest::newRow("digit at the beginning") << QStringLiteral("7") + shalom;
    QTest::newRow("digits between words") << shalom + QStringLiteral(" 42 ") + admin;
    QTest::newRow("Arabic") << admin + QStringLiteral(" 11:30");
    QTest::newRow("Arabic digits") << QStringLiteral("\u0661\u0662 - \u0663\u0664 x1");
    QTest::newRow("within a sentence") << QStringLiteral("5 failed logins of ") + shalom + QStringLiteral(" 7, from 203.0.113.7");
    QTest::newRow("overridden") << QStringLiteral("a\u202e17gpj.exe\u202c 8");
    QTest::newRow("outside the first plane") << QStringLiteral("\U00010900\U00010901 7 \U00010902");
}

/// The digits in it, too, stand where the painter puts them.
void TestTabularText::keepsTheOrderOfRightToLeft()
{
    QFETCH(QString, text);
    QCOMPARE(tabulartext::width(fonts::body(), text), QFontMetricsF(fonts::body()).horizontalAdvance(text));
    QVERIFY(difference(drawn(text, kSize.width()), drawnByThePainter(text)) == 0);
}

void TestTabularText::elidesToTheLongestBeginning()
{
    QFETCH(QString, text);
    const QString whole = text + QStringLiteral(" 2026-11-20 14:27:12 ") + text;
    for (const double room : {3.0, 40.0, 75.5, 120.0, 200.0}) {
        if (tabulartext::width(fonts::body(), whole) <= room + 0.5)
            continue;
        QString longest;
        for (qsizetype size = whole.size() - 1; size >= 0 && longest.isEmpty(); --size) {
            const QString candidate = whole.left(size) + QChar(0x2026);
            const bool halved = size > 0 && whole.at(size - 1).isHighSurrogate();
            if (!halved && tabulartext::width(fonts::body(), candidate) <= room)
                longest = candidate;
        }
        QVERIFY(difference(drawn(whole, room), drawn(longest, kSize.width())) == 0);
    }
}

/// Also after more texts and fonts than are kept.
void TestTabularText::drawsTheSameAgain()
{
    const QString text = QStringLiteral("40 failed logins from 203.0.113.7");
    const QImage first = drawn(text, kSize.width());
    for (int i = 0; i < 5000; ++i)
        tabulartext::width(fonts::body(), QString(i % 70 + 1, QChar(u'a' + i / 70 % 26)) + QChar(u'A' + i / 1820));
    for (int pixels = 8; pixels < 28; ++pixels) {
        QFont font = fonts::body();
        font.setPixelSize(pixels);
        QVERIFY(tabulartext::width(font, text) > 0.0);
    }
    QVERIFY(difference(drawn(text, kSize.width()), first) == 0);
}

void TestTabularText::iconsLookTheSameFromAPixmap()
{
    const auto icon = [](double left) {
        return painted([left](QPainter &painter) {
            icons::paint(&painter, QRectF(left, 4, 14, 14), QStringLiteral("check"), QColor(0x20, 0x60, 0xa0));
        });
    };
    const QImage blank = painted([](QPainter &) {});
    QVERIFY(difference(icon(5.0), blank) > 100);
    QVERIFY(difference(icon(5.0), icon(5.0 + 1e-7)) <= 2); // The second one stands beside the pixels, by a hair.
}

QTEST_MAIN(TestTabularText)
#include "tst_tabulartext.moc"
