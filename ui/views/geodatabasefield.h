// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

class QComboBox;
class QLineEdit;
class QPushButton;

namespace bartizan {

/// Chooses the GeoIP database: the bundled one, none, or a file. A file is opened on another thread to see whether it can
/// be used; what comes of it is told. Thread: GUI.
class GeoDatabaseField : public QWidget {
    Q_OBJECT
public:
    explicit GeoDatabaseField(QWidget *parent = nullptr);

    /// As MonitoringSettings::geoDatabase has it; empty while no file is named.
    QString value() const;
    /// Shows a value without telling of it.
    void setValue(const QString &value);

Q_SIGNALS:
    void valueChanged(const QString &value);
    /// The file that `value` names was looked into: empty when it can be used, else why not.
    void checked(const QString &value, const QString &error);

private:
    void browse();
    void tell();
    void showPath();
    void check(const QString &path);

    QComboBox *m_choice;
    QLineEdit *m_path;
    QPushButton *m_browse;
};

} // namespace bartizan
