// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "ui/views/alertspage.h"
#include "ui/views/appearance.h"
#include "ui/views/mainwindow.h"

#include <QTemporaryDir>

#include <memory>

class QAbstractButton;

namespace bartizan {

class SecretStore;

/// How long a condition is waited for: a loaded machine is slow, and a test that passes never waits.
inline constexpr int kPatienceMs = 20'000;

/// The real window over a real session on a SQLite file of its own; the user's configuration is in a folder of the
/// test.
class ConsoleTest {
public:
    /// Points the configuration and the data folder into a temporary folder. Call it before anything else.
    static void isolate();

    /// `keyring` may be null, and must outlive the test.
    explicit ConsoleTest(SecretStore *keyring = nullptr);
    ~ConsoleTest();

    QString path() const { return m_folder.filePath(QStringLiteral("audit.db")); }
    QString file(const QString &name) const { return m_folder.filePath(name); }
    /// Opens path() and waits until the engine is up to date.
    bool open();
    bool openFile(const QString &path, EngineState state = EngineState::Running);
    /// Another process appends failed log-ins from an address.
    bool append(const QString &address, int count);
    /// Opens path() on the alerts page, has an alert raised about each address, and waits until it shows them.
    bool openWithAlerts(const QStringList &addresses);
    /// Waits until the alerts page shows this many rows.
    bool waitForAlerts(int count);

    AlertsPage *alerts() const { return static_cast<AlertsPage *>(window->page(PageId::Alerts)); }
    template<typename T>
    T *child(const QString &name) const { return window->findChild<T *>(name); }

    std::unique_ptr<Session> session;
    std::unique_ptr<Appearance> appearance;
    std::unique_ptr<MainWindow> window;

private:
    QTemporaryDir m_folder;
};

/// The button of a dialog or page that shows `text`; null when there is none that is visible.
QAbstractButton *buttonNamed(QWidget *in, const QString &text);

} // namespace bartizan
