// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/connectiontester.h"
#include "ui/views/frameddialog.h"

#include <vector>

class QLabel;
class QLineEdit;
class QListWidget;
class QStackedWidget;

namespace bartizan {

class ConnectionChecks;
class FieldError;
class InlineMessage;
class Passwords;
class ServerForm;

/// Chooses a database: a file, or one of the named connections to PostgreSQL servers, which are made, changed, tried and
/// deleted here. What is changed in a connection is kept at once, its password only where the person wants it. Thread:
/// GUI.
class OpenDatabaseDialog : public FramedDialog {
    Q_OBJECT
public:
    /// `current`: path or URL of the database that is open, shown first. `passwords` must outlive the dialog.
    OpenDatabaseDialog(const QString &current, Passwords *passwords, QWidget *parent = nullptr);

    /// Shows the connection to a URL, as a new one where none of that address is named, with what went wrong with it.
    void showServer(const QString &url, const QString &trouble);
    /// Whether a connection is being tried.
    bool isTrying() const { return m_tester.isRunning(); }

Q_SIGNALS:
    void fileChosen(const QString &path);
    /// `create`: the server's database has no schema of Bartizan's yet, and is to get it.
    void serverChosen(const QString &url, bool create);

private:
    void buildList();
    void buildFilePage();
    void buildServerPage();
    void buildFooter();
    void fillList(int selected);
    void select(int row);
    void addProfile(ConnectionProfile profile);
    void duplicate();
    void askToDelete();
    void deleteShown();
    void keepEdits();
    void loadPassword();
    void browse();
    void openFile();
    void tryConnection(bool thenConnect);
    void showReport(const DatabaseReport &report);
    void connectShown(bool create);
    void showButtons();
    void forgetReport();
    ConnectionProfile *shownProfile();

    Passwords *m_passwords;
    ConnectionTester m_tester;
    std::vector<ConnectionProfile> m_profiles;
    int m_shown = -1;             ///< In m_profiles; -1: the file.
    bool m_thenConnect = false;   ///< The connection is tried in order to be opened.
    bool m_setUpOffered = false;  ///< The next click makes the schema.
    bool m_deleting = false;      ///< The message asks whether to delete.
    bool m_passwordLoaded = false; ///< From memory or the keyring; nobody typed it here.
    bool m_keyringUsable = false;
    quint64 m_asked = 0;          ///< The keyring's answers to earlier questions are dropped.
    QListWidget *m_list = nullptr;
    QPushButton *m_duplicate = nullptr;
    QPushButton *m_delete = nullptr;
    QStackedWidget *m_pages = nullptr;
    QLineEdit *m_path = nullptr;
    FieldError *m_pathError = nullptr;
    ServerForm *m_form = nullptr;
    InlineMessage *m_message = nullptr;
    ConnectionChecks *m_checks = nullptr;
    QPushButton *m_test = nullptr;
    QPushButton *m_open = nullptr;
};

} // namespace bartizan
