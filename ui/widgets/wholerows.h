// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QTableView;

namespace bartizan {

/// Holds a table and gives it as much of its height as makes whole rows, so that none is cut at the end; what is left
/// over stays empty below. Thread: GUI.
class WholeRows : public QWidget {
    Q_OBJECT
public:
    /// Takes the table over.
    explicit WholeRows(QTableView *table, QWidget *parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool eventFilter(QObject *watched, QEvent *event) override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void fit();

    QTableView *m_table;
};

} // namespace bartizan
