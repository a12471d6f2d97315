// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/auditlog.h"

#include <QAbstractTableModel>
#include <QTableView>

#include <vector>

namespace bartizan {

/// Lines that could not be read: number, source, reason, text. Values only. Thread: GUI.
class QuarantineModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Line, Source, Reason, Text, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setLines(std::vector<QuarantinedLine> lines);
    const std::vector<QuarantinedLine> &lines() const { return m_lines; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<QuarantinedLine> m_lines;
};

/// A table of such lines, rows to be copied with Ctrl+C.
class QuarantineTable : public QTableView {
    Q_OBJECT
public:
    explicit QuarantineTable(QWidget *parent = nullptr);

    void setLines(std::vector<QuarantinedLine> lines);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    QuarantineModel *m_model;
};

} // namespace bartizan
