// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/table.h"
#include "app/ctl/terminal.h"

#include <QTest>

#include <clocale>
#include <unistd.h>

using namespace bartizan::ctl;

/// What may reach a terminal.
class CtlTextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { std::setlocale(LC_ALL, "C.UTF-8"); }
    void escapesWhatDrivesATerminal_data();
    void escapesWhatDrivesATerminal();
    void knowsWidths();
    void alignsColumns();
    void cutsLongCells();

private:
    /// What `print` writes to standard output.
    template<typename F>
    QByteArray captured(F print);
};

template<typename F>
QByteArray CtlTextTest::captured(F print)
{
    int ends[2];
    if (::pipe(ends) != 0)
        return {};
    ::fflush(stdout);
    const int before = ::dup(STDOUT_FILENO);
    ::dup2(ends[1], STDOUT_FILENO);
    {
        Terminal terminal;
        print(terminal);
        terminal.flush();
    }
    ::dup2(before, STDOUT_FILENO);
    ::close(before);
    ::close(ends[1]);
    QByteArray text(65536, '\0');
    text.resize(::read(ends[0], text.data(), static_cast<std::size_t>(text.size())));
    ::close(ends[0]);
    return text;
}

void CtlTextTest::escapesWhatDrivesATerminal_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("shown");
    QTest::newRow("plain") << QByteArray("anna@example.org <b>") << QByteArray("anna@example.org <b>");
    QTest::newRow("clear screen") << QByteArray("\x1b[2J") << QByteArray("\\x1b[2J");
    QTest::newRow("window title") << QByteArray("\x1b]0;x\x07") << QByteArray("\\x1b]0;x\\x07");
    QTest::newRow("line ends") << QByteArray("a\r\nb\tc") << QByteArray("a\\r\\nb\\tc");
    QTest::newRow("nul") << QByteArray("a\0b", 3) << QByteArray("a\\x00b");
    QTest::newRow("delete") << QByteArray("a\x7f") << QByteArray("a\\x7f");
    QTest::newRow("C1 CSI") << QByteArray("\xc2\x9b" "2J") << QByteArray("\\x9b2J");
    QTest::newRow("raw C1 byte") << QByteArray("\x9b" "2J") << QByteArray("\xef\xbf\xbd" "2J");
    QTest::newRow("direction") << QByteArray("user\xe2\x80\xaegnp.exe") << QByteArray("user\\u{202e}gnp.exe");
    QTest::newRow("zero width") << QByteArray("ro\xe2\x80\x8bot") << QByteArray("ro\\u{200b}ot");
    QTest::newRow("byte order mark") << QByteArray("\xef\xbb\xbf" "anna") << QByteArray("\\u{feff}anna");
    QTest::newRow("line separator") << QByteArray("a\xe2\x80\xa8" "b") << QByteArray("a\\u{2028}b");
    QTest::newRow("tag characters") << QByteArray("a\xf3\xa0\x81\x81") << QByteArray("a\\u{e0041}");
    QTest::newRow("other scripts") << QByteArray("Jürgen 東京 🚀") << QByteArray("Jürgen 東京 🚀");
    QTest::newRow("empty") << QByteArray() << QByteArray();
}

void CtlTextTest::escapesWhatDrivesATerminal()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, shown);
    QCOMPARE(QByteArray::fromStdString(printable(text.toStdString())), shown);
}

void CtlTextTest::knowsWidths()
{
    QCOMPARE(displayWidth("abc"), 3);
    QCOMPARE(displayWidth("Jürgen"), 6);
    QCOMPARE(displayWidth("東京"), 4);
    QCOMPARE(displayWidth("e\xcc\x81"), 1);
}

void CtlTextTest::alignsColumns()
{
    const QByteArray text = captured([](Terminal &terminal) {
        Table table{{QStringLiteral("NAME")}, {QStringLiteral("N"), Table::Align::Right}, {QStringLiteral("LAST")}};
        table.add({"東京", "1", "x"});
        table.add({"longer name", "100", ""});
        table.print(terminal);
        table.add({"later\n", "7", "y"});
        table.print(terminal);
    });
    QCOMPARE(text, QByteArray("NAME           N  LAST\n"
                              "東京           1  x\n"
                              "longer name  100\n"
                              "later\\n        7  y\n"));
}

void CtlTextTest::cutsLongCells()
{
    const QByteArray text = captured([](Terminal &terminal) {
        Table table{{QStringLiteral("A")}, {QStringLiteral("B")}};
        table.add({std::string(10'000'000, 'x'), "end"});
        table.add({std::string(511, 'x') + "ü", "end"});
        table.print(terminal);
    });
    const QList<QByteArray> lines = text.split('\n');
    QCOMPARE(lines.size(), 4);
    QCOMPARE(lines.at(1), QByteArray(71, 'x') + "…  end");
    QCOMPARE(lines.at(2), lines.at(1));
}

QTEST_GUILESS_MAIN(CtlTextTest)
#include "tst_ctltext.moc"
