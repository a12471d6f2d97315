// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/pageid.h"
#include "ui/views/consolecontext.h"

#include <QPointer>
#include <QWidget>

#include <array>
#include <functional>

class QDialog;
class QStackedWidget;

namespace bartizan {

class Appearance;
class DatabaseChooser;
class InlineMessage;
class MainMenu;
class NavigationRail;
class OpenFailurePage;
class Page;
class SecretStore;
class StatusLine;
class TopBar;

/// The window of the console: rail, top bar, the pages, status bar, and every command. It follows one session, which
/// outlives it. Thread: GUI.
class MainWindow : public QWidget {
    Q_OBJECT
public:
    /// `keyring` keeps passwords of servers; null: none does.
    MainWindow(Session *session, Appearance *appearance, SecretStore *keyring = nullptr, QWidget *parent = nullptr);
    ~MainWindow() override;

    ConsoleContext *context() const { return m_context; }
    MainMenu *commands() const { return m_menu; }
    Page *page(PageId id) const { return m_pages.at(static_cast<std::size_t>(id)); }
    PageId currentPage() const;
    void showPage(PageId id);

    /// Opens what the command line asked for: a demo, a named database, the last one, else the embedded one. A last
    /// database that is gone is reported, not made anew.
    void openAtStart(const QString &database, bool demo);
    /// Opens a database of the user's choice, a file or a URL; asks first where edited settings would be lost.
    void openPath(const QString &path);

    /// Comes to the front with an alert, or with the queue when `alertId` is empty.
    void showAlert(const QString &alertId);

    /// Closes without asking about edited settings; for the end of the session.
    void closeAtOnce();

    /// The dialogs; each is one window that is raised when it is asked for again.
    QDialog *openDatabaseDialog();
    QDialog *openImport(const QString &path = {});
    QDialog *openExport();
    QDialog *openEventExport(const EventSearch &events, const std::vector<EventColumn> &columns = {});
    QDialog *openCustomRange();
    QDialog *openEngineDetails();
    QDialog *openKeys();
    QDialog *openPalette();
    QDialog *openAbout();
    QDialog *openMutes();
    /// The IP threat look-up; an empty address leaves its field as it is.
    QDialog *openLookUp(const QString &address, std::optional<TimestampMs> at = {});

protected:
    bool event(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void build();
    void addPages();
    void connectCommands();
    void connectContext();
    void connectSession();
    void connectChooser();
    void onOpened(const DatabaseInfo &database);
    void onOpenFailed(const QString &path, const Error &error);
    void showFailure(const QString &path, const QString &reason);
    void open(const Session::OpenOptions &options);
    void search(const QString &text, bool entered);
    void loadCompanies();
    void showBadge(const EngineStatus &status);
    /// Shows a page; false when it stays behind the reason why no database is open.
    bool turnTo(PageId id);
    void focusPage();
    bool mayLoseEdits(const std::function<void()> &then);
    bool mayLoseSteps();
    void ask(const QString &title, const QString &text, const QString &discard, const QString &keep,
             const std::function<void()> &then);
    void restoreState();
    void saveState() const;
    QDialog *present(QPointer<QDialog> &slot, const std::function<QDialog *()> &make);

    Session *m_session;
    Appearance *m_appearance;
    ConsoleContext *m_context;
    MainMenu *m_menu;
    DatabaseChooser *m_chooser;
    NavigationRail *m_rail = nullptr;
    TopBar *m_topBar = nullptr;
    InlineMessage *m_banner = nullptr;
    QWidget *m_bannerRoom = nullptr;
    QStackedWidget *m_stack = nullptr;
    StatusLine *m_status = nullptr;
    std::array<Page *, 6> m_pages{};
    OpenFailurePage *m_failure = nullptr;
    PageId m_current = PageId::Overview;
    QString m_lastOpened; ///< Path or URL of the database that was open last; empty for a demo.
    bool m_closing = false;
    QPointer<QDialog> m_import, m_export, m_eventExport, m_range, m_engine, m_keys, m_about, m_lookUp, m_palette, m_mutes;
};

} // namespace bartizan
