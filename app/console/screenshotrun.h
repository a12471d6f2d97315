// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/arguments.h"
#include "core/engine/session.h"
#include "ui/theme/theme.h"
#include "ui/views/mainwindow.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>

#include <vector>

namespace bartizan {

class Appearance;
class IpLookUpDialog;

/// Draws the pages into PNG files without a person: waits until the database is open, the engine is up to date and the
/// page has its data, then grabs the window, page by page and theme by theme; at last it writes summary.txt. Thread: GUI.
class ScreenshotRun : public QObject {
    Q_OBJECT
public:
    ScreenshotRun(const ConsoleArguments &arguments, Session *session, Appearance *appearance, MainWindow *window);

    /// Begins; finished() tells how it ended.
    Result<void> start();

Q_SIGNALS:
    /// 0 in order, 1 when the database could not be opened or a picture not be written.
    void finished(int status);

private:
    struct Shot {
        QString name; ///< "overview-light"
        QString page;
        ThemeChoice theme = ThemeChoice::Light;
    };

    void poll();
    bool isSettled() const;
    void prepare(const Shot &shot);
    void prepareTrial();
    /// Selects what a table's details are to show; false when there is nothing to select any more.
    bool selectFirstRow(const Shot &shot);
    void take(const Shot &shot);
    void summarise();
    void writeSummary(const Result<OverviewSnapshot> &overview);
    void fail(const QString &why);

    ConsoleArguments m_arguments;
    Session *m_session;
    Appearance *m_appearance;
    MainWindow *m_window;
    QTimer m_poll;
    QElapsedTimer m_since;
    std::vector<Shot> m_shots;
    std::size_t m_next = 0;
    bool m_prepared = false;
    QPointer<IpLookUpDialog> m_lookUp; ///< While it is drawn.
    int m_quietPolls = 0;
};

} // namespace bartizan
