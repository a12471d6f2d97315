// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/databaseaddress.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QHBoxLayout;
class QLabel;
class QLineEdit;

namespace bartizan {

class FieldError;
class InlineMessage;

/// The fields of one connection to a PostgreSQL server, with what is wrong in them said at the field. The password is
/// held by its field alone. Thread: GUI.
class ServerForm : public QWidget {
    Q_OBJECT
public:
    explicit ServerForm(QWidget *parent = nullptr);

    /// Shows a profile; the password's field is emptied.
    void setProfile(const ConnectionProfile &profile);
    /// As the fields have it.
    ConnectionProfile profile() const;
    /// Whether every field can be used.
    bool isValid() const;
    /// Names that other connections have.
    void setTakenNames(const QStringList &names);

    QString password() const;
    void setPassword(const QString &password);
    /// Whether the password is to be kept in the keyring.
    bool keepsPassword() const;
    void setKeepsPassword(bool keep);
    /// What is to be said of the keyring. `usable`: a password can be kept in it.
    void setKeyring(bool usable, const QString &text);
    void focusPassword();
    void focusName();

Q_SIGNALS:
    /// A person changed a field of the profile.
    void edited();
    void passwordEdited();

private:
    QLineEdit *addLine(QHBoxLayout *to, const QString &objectName, const QString &name);
    QHBoxLayout *addRow(const QString &label);
    FieldError *addError();
    void addNameAndServer();
    void addDatabase();
    void addTls();
    void addPassword();
    void browse();
    void tell();
    void check();
    bool checkField(QLineEdit *field, FieldError *error, const QString &wrong);

    QGridLayout *m_grid;
    QStringList m_taken;
    ConnectionProfile m_shown; ///< For what has no field: further parameters.
    bool m_valid = true;
    bool m_quiet = false;
    QLineEdit *m_name;
    FieldError *m_nameError;
    QLineEdit *m_host;
    QLineEdit *m_port;
    FieldError *m_hostError;
    QLineEdit *m_database;
    QLineEdit *m_user;
    QComboBox *m_tls;
    InlineMessage *m_weak;
    QLineEdit *m_root;
    FieldError *m_rootError;
    QLineEdit *m_password;
    QCheckBox *m_keep;
    QLabel *m_keyring;
};

} // namespace bartizan
