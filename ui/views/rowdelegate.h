// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QStyledItemDelegate>

class QTableView;

namespace bartizan {

/// Paints the rows of the console's tables: fill by selection and pointer, hairline, the bar of the current row, the
/// focus ring of a cell reached by keyboard, and text with tabular digits. What a column shows beyond text is said by
/// overriding paintCell(). Thread: GUI.
class RowDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    /// Watches `view`, whose delegate it is to be.
    explicit RowDelegate(QTableView *view);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    bool eventFilter(QObject *watched, QEvent *event) override;

    /// Columns whose texts stand at the right, and those in muted.
    void setRightAligned(std::vector<int> columns) { m_right = std::move(columns); }
    void setMuted(std::initializer_list<int> columns) { m_muted = columns; }
    /// Columns of addresses: elided in the middle.
    void setAddresses(std::initializer_list<int> columns) { m_addresses = columns; }
    /// Columns of names, whose end tells them apart as much as their beginning (elastic_user_0, …_1): elided in the middle.
    void setNames(std::initializer_list<int> columns) { m_names = columns; }
    /// Whether the focus ring goes round the whole row rather than a cell, where one cell is as good as another.
    void setRingsRows(bool whole) { m_ringsRows = whole; }

protected:
    /// Paints what stands in the cell; `content` is the cell without its padding.
    virtual void paintCell(QPainter *painter, const QRect &cell, const QRect &content, const QModelIndex &index) const;
    /// What a row stands on where neither selection nor pointer is; invalid: on the surface.
    virtual QColor ground(const QModelIndex &index) const { Q_UNUSED(index) return {}; }
    static void paintText(QPainter *painter, const QRect &where, const QString &text, const QColor &colour,
                          Qt::Alignment alignment = Qt::AlignLeft | Qt::AlignVCenter);
    QTableView *view() const { return m_view; }

private:
    void setHoveredRow(int row);
    QRect ringOf(const QModelIndex &index) const;

    QTableView *m_view;
    int m_hoveredRow = -1;
    bool m_byKeyboard = false;
    bool m_ringsRows = false;
    std::vector<int> m_right, m_muted, m_addresses, m_names;
};

} // namespace bartizan
