// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/handoverdocument.h"

#include <QAbstractTableModel>
#include <QTableView>

namespace bartizan {

class RowDelegate;

/// The lines of one section of a handover. Thread: GUI.
class HandoverModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role {
        SeverityRole = Qt::UserRole, ///< int, an AlertSeverity, of a cell that says one; else invalid.
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setSection(const HandoverSection &section);
    const HandoverSection &section() const { return m_section; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    HandoverSection m_section;
};

/// Shows a section; a double click or Enter on a line leads to its alert. Thread: GUI.
class HandoverTable : public QTableView {
    Q_OBJECT
public:
    explicit HandoverTable(QWidget *parent = nullptr);
    /// The current line stays current where its alert is in the new section.
    void setSection(const HandoverSection &section);

Q_SIGNALS:
    void alertChosen(const std::string &id);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void choose(const QModelIndex &index);
    void fitColumns();

    HandoverModel *m_model;
    RowDelegate *m_delegate = nullptr;
};

} // namespace bartizan
