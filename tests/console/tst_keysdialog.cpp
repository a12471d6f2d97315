// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/consoletest.h"
#include "ui/models/triagesubject.h"
#include "ui/views/keysdialog.h"
#include "ui/views/mutesdialog.h"
#include "ui/views/page.h"
#include "ui/views/triagedialog.h"

#include <QAction>
#include <QDialog>
#include <QRegularExpression>
#include <QSet>
#include <QShortcut>
#include <QTest>

#include <array>

using namespace bartizan;

/// F1 lists every key that the window and its dialogs have.
class TestKeysDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { ConsoleTest::isolate(); }
    void listsEveryKeyOfTheWindow();
    void listsWhatTablesAndListsTakeThemselves_data();
    void listsWhatTablesAndListsTakeThemselves();

private:
    static QStringList listed(const QWidget &keys, const QString &group);
    /// Where the keys of a widget have to be listed: its page, its dialog, else for everywhere.
    static QStringList groupsOf(const MainWindow &window, const QObject *owner);
};

QStringList TestKeysDialog::listed(const QWidget &keys, const QString &group)
{
    QStringList found;
    const auto cells = keys.findChildren<QWidget *>(QStringLiteral("keys.") + group);
    for (const QWidget *cell : cells)
        found += cell->accessibleName().split(QStringLiteral(", "));
    return found;
}

QStringList TestKeysDialog::groupsOf(const MainWindow &window, const QObject *owner)
{
    static constexpr std::array kPages{"overview", "alerts", "events", "handover", "rules", "settings"};
    for (const QObject *at = owner; at != nullptr; at = at->parent()) {
        if (qobject_cast<const MutesDialog *>(at))
            return {QStringLiteral("mutes"), QStringLiteral("dialogs")};
        if (qobject_cast<const QDialog *>(at))
            return {QStringLiteral("dialogs")};
        for (std::size_t page = 0; page < kPages.size(); ++page) {
            if (at == window.page(static_cast<PageId>(page)))
                return {QString::fromLatin1(kPages[page])};
        }
    }
    return {QStringLiteral("everywhere"), QStringLiteral("files")};
}

void TestKeysDialog::listsEveryKeyOfTheWindow()
{
    ConsoleTest console;
    QVERIFY(console.open());
    for (int page = 0; page < 6; ++page)
        console.window->showPage(static_cast<PageId>(page));
    console.window->openMutes();
    TriageDialog resolve(TriageKind::Resolve, {}, QTimeZone::utc(), console.window.get());
    const KeysDialog keys;
    std::vector<std::pair<const QObject *, QKeySequence>> known;
    const auto shortcuts = console.window->findChildren<QShortcut *>();
    for (const QShortcut *shortcut : shortcuts)
        known.emplace_back(shortcut, shortcut->key());
    const auto actions = console.window->findChildren<QAction *>();
    for (const QAction *action : actions) {
        const auto sequences = action->shortcuts();
        for (const QKeySequence &key : sequences)
            known.emplace_back(action, key);
    }
    QSet<QString> groups;
    for (const auto &[owner, key] : known) {
        QStringList there;
        for (const QString &group : groupsOf(*console.window, owner)) {
            there += listed(keys, group);
            groups.insert(group);
        }
        QString name = key.toString(QKeySequence::PortableText);
        name.replace(QLatin1String("Return"), QLatin1String("Enter"));
        name.replace(QRegularExpression(QStringLiteral("\\bDel$")), QStringLiteral("Delete"));
        QVERIFY2(there.contains(name), qPrintable(QStringLiteral("%1 of %2 is not among the keys of %3: %4")
                                                      .arg(name, QString::fromLatin1(owner->parent()->metaObject()->className()),
                                                           groupsOf(*console.window, owner).join(QStringLiteral(" and ")),
                                                           there.join(QLatin1Char(' ')))));
    }
    for (const char *group : {"overview", "alerts", "events", "rules", "settings", "mutes", "dialogs", "everywhere"})
        QVERIFY2(groups.contains(QString::fromLatin1(group)), group);
}

/// Keys that a table or an edit takes as it is pressed are no actions.
void TestKeysDialog::listsWhatTablesAndListsTakeThemselves_data()
{
    QTest::addColumn<QString>("group");
    QTest::addColumn<QString>("wanted");
    QTest::newRow("lists") << QStringLiteral("everywhere") << QStringLiteral("Home End PgUp PgDown");
    QTest::newRow("overview") << QStringLiteral("overview") << QStringLiteral("Space A Enter Ctrl+Z");
    QTest::newRow("alerts") << QStringLiteral("alerts") << QStringLiteral("J K Space X Right Left Ctrl+A Ctrl+C Esc");
    QTest::newRow("events") << QStringLiteral("events") << QStringLiteral("J K Esc");
    QTest::newRow("handover") << QStringLiteral("handover") << QStringLiteral("Enter Ctrl+C");
    QTest::newRow("rules") << QStringLiteral("rules") << QStringLiteral("J K Space Enter");
    QTest::newRow("mutes") << QStringLiteral("mutes") << QStringLiteral("Enter Delete");
    QTest::newRow("dialogs") << QStringLiteral("dialogs") << QStringLiteral("Esc Ctrl+Enter");
}

void TestKeysDialog::listsWhatTablesAndListsTakeThemselves()
{
    QFETCH(QString, group);
    QFETCH(QString, wanted);
    const KeysDialog keys;
    const QStringList there = listed(keys, group);
    const QStringList keysWanted = wanted.split(QLatin1Char(' '));
    for (const QString &key : keysWanted)
        QVERIFY2(there.contains(key), qPrintable(key));
}

QTEST_MAIN(TestKeysDialog)
#include "tst_keysdialog.moc"
