// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <cstdint>
#include <vector>

namespace bartizan {

/// A ranked list: name, bar, number, one row each. Up and down walk it, Enter or a click asks for what is behind a row.
/// Text is plain. Thread: GUI.
class BarList : public QWidget {
    Q_OBJECT
public:
    struct Row {
        QString name;
        std::int64_t value = 0;
        QString note;    ///< Muted, behind the number; e.g. the reasons of a risk.
        QString toolTip; ///< Plain text; empty: name and exact number.
        bool operator==(const Row &) const = default;
    };
    /// Where number and bar stand.
    enum class Order { BarThenNumber, NumberThenBar };

    explicit BarList(QWidget *parent = nullptr);

    void setRows(std::vector<Row> rows);
    const std::vector<Row> &rows() const { return m_rows; }
    void setOrder(Order order);
    /// Writes 1, 2, 3 before the names.
    void setRanked(bool ranked);
    void setRowHeight(int height);
    /// Hairlines between the rows.
    void setHairlines(bool on);
    /// Width of the column of names and of the bars; 0: bars take what is left.
    void setColumnWidths(int names, int bars);
    /// The number a full bar stands for; 0: the largest value.
    void setFullBar(std::int64_t value);
    /// At most so many rows are shown; the rest is left out (a link beside the list says so). -1: what fits.
    void setMaximumRows(int rows);
    int visibleRows() const;
    int currentRow() const { return m_current; }
    void setCurrentRow(int row);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void rowHovered(int row); ///< -1: none.
    void activated(int row);
    void visibleRowsChanged();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool event(QEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QRect rowRect(int row) const;
    int rowAt(const QPoint &position) const;
    std::int64_t fullBar() const;
    void paintRow(QPainter *painter, int row) const;
    void updateAccessibleText();

    std::vector<Row> m_rows;
    Order m_order = Order::BarThenNumber;
    bool m_ranked = false;
    bool m_hairlines = false;
    int m_rowHeight;
    int m_nameWidth = 0;
    int m_barWidth = 0;
    std::int64_t m_fullBar = 0;
    int m_maximumRows = -1;
    int m_hovered = -1;
    int m_current = -1;
};

} // namespace bartizan
