// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/views/viewfixture.h"
#include "ui/views/topbar.h"
#include "ui/widgets/elidedlabel.h"

using namespace bartizan;
using namespace bartizan::fixtures;

/// The bar over the pages in windows of every width.
class TestTopBar : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void saysTheConnectionInWords_data();
    void saysTheConnectionInWords();
};

void TestTopBar::initTestCase()
{
    applyTheme(*qobject_cast<QApplication *>(QCoreApplication::instance()), ThemeChoice::Light);
}

void TestTopBar::saysTheConnectionInWords_data()
{
    QTest::addColumn<int>("window");
    QTest::addColumn<int>("width");
    QTest::newRow("1024") << 1024 << 976;
    QTest::newRow("1080") << 1080 << 1008;
    QTest::newRow("1180") << 1180 << 1108;
    QTest::newRow("1280") << 1280 << 1208;
    QTest::newRow("1440") << 1440 << 1368;
}

/// Never by the glyph's colour alone: the state's word stands whole, clear of all else.
void TestTopBar::saysTheConnectionInWords()
{
    QFETCH(int, window);
    QFETCH(int, width);
    ViewFixture fixture;
    TopBar bar(&fixture.context());
    bar.setWindowWidth(window);
    bar.resize(width, bar.height());
    bar.show();
    DatabaseInfo database;
    database.name = QStringLiteral("audit");
    const auto check = [&bar](const QString &word) {
        QCoreApplication::processEvents();
        const auto labels = bar.findChildren<ElidedLabel *>();
        const auto state = std::find_if(labels.begin(), labels.end(), [&](ElidedLabel *label) { return label->text() == word; });
        QVERIFY(state != labels.end());
        QVERIFY((*state)->isVisible() && !(*state)->isElided());
        for (const QWidget *part : bar.findChildren<QWidget *>(Qt::FindDirectChildrenOnly)) {
            if (!part->isVisible())
                continue;
            QVERIFY(bar.rect().contains(part->geometry()));
            QVERIFY(part == *state || !part->geometry().intersects((*state)->geometry()));
        }
    };
    check(QStringLiteral("No audit source"));
    bar.setDatabase(&database);
    check(QStringLiteral("Connected"));
    bar.setInterruption(QStringLiteral("The server does not answer"));
    check(QStringLiteral("Interrupted"));
}

QTEST_MAIN(TestTopBar)
#include "tst_topbar.moc"
