// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/consoletest.h"

#include "core/storage/openstore.h"
#include "ui/views/translations.h"

#include <QAbstractButton>
#include <QApplication>
#include <QProcess>
#include <QSettings>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

namespace bartizan {
void ConsoleTest::isolate()
{
    static QTemporaryDir home;
    qputenv("XDG_DATA_HOME", home.filePath(QStringLiteral("data")).toLocal8Bit());
    qputenv("XDG_CACHE_HOME", home.filePath(QStringLiteral("cache")).toLocal8Bit());
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan"));
    QCoreApplication::setApplicationName(QStringLiteral("bartizan"));
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, home.filePath(QStringLiteral("config")));
    installTranslations(*QCoreApplication::instance());
}

ConsoleTest::ConsoleTest(SecretStore *keyring)
{
    QSettings().clear();
    session = std::make_unique<Session>();
    appearance = std::make_unique<Appearance>();
    window = std::make_unique<MainWindow>(session.get(), appearance.get(), keyring);
    window->resize(1440, 900);
    window->show();
    // Without a window manager nobody else gives it the keyboard.
    if (QTest::qWaitForWindowExposed(window.get()))
        window->activateWindow();
}

ConsoleTest::~ConsoleTest()
{
    window->closeAtOnce();
    session->close();
    window.reset();
}

bool ConsoleTest::open()
{
    // A database that is named must be there.
    if (!openStore(path(), {.mode = StoreOptions::Mode::Create, .role = StoreOptions::Role::Client, .demo = false}))
        return false;
    return openFile(path());
}

bool ConsoleTest::openFile(const QString &path, EngineState state)
{
    window->openAtStart(path, false);
    return QTest::qWaitFor([this, &path, state] {
        return session->isOpen() && session->database().path == path && session->engineStatus().state == state;
    }, kPatienceMs);
}

bool ConsoleTest::append(const QString &address, int count)
{
    QProcess writer;
    writer.setProcessChannelMode(QProcess::ForwardedChannels);
    writer.start(QStringLiteral(BARTIZAN_BIN_DIR "/../tests-bin/appendrows"),
                 {path(), address, QString::number(count)});
    return writer.waitForFinished(kPatienceMs) && writer.exitStatus() == QProcess::NormalExit
        && writer.exitCode() == 0;
}

bool ConsoleTest::openWithAlerts(const QStringList &addresses)
{
    if (!open())
        return false;
    window->showPage(PageId::Alerts);
    const bool written = std::all_of(addresses.begin(), addresses.end(), [this](const QString &one) { return append(one, 5); });
    return written && waitForAlerts(static_cast<int>(addresses.size()));
}

bool ConsoleTest::waitForAlerts(int count)
{
    return QTest::qWaitFor([this, count] { return alerts()->model().rowCount() == count; }, kPatienceMs);
}

QAbstractButton *buttonNamed(QWidget *in, const QString &text)
{
    const auto buttons = in->findChildren<QAbstractButton *>();
    for (QAbstractButton *button : buttons) {
        if (button->text() == text && button->isVisibleTo(in))
            return button;
    }
    return nullptr;
}

} // namespace bartizan
