// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QVariant>

#include <vector>

class QAbstractItemModel;
class QTableView;

namespace bartizan {

/// The numbers behind a picture as a table that can be read, sorted and copied. Not modal, deleted when closed.
/// Thread: GUI.
class TableDialog : public QDialog {
    Q_OBJECT
public:
    /// Takes the model into its care.
    TableDialog(const QString &title, QAbstractItemModel *model, QWidget *parent = nullptr);
    /// Selected rows, or all when none is selected, with the header, separated by tabs.
    QString copyText() const;
    /// Opens a dialog over a small table; numbers (qint64, double) are right-aligned and sort as numbers.
    static TableDialog *open(const QString &title, const QStringList &header,
                             const std::vector<std::vector<QVariant>> &rows, QWidget *parent);

private:
    void copy() const;

    QTableView *m_view;
};

} // namespace bartizan
