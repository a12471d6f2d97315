// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/rowdelegate.h"

#include <QPersistentModelIndex>

namespace bartizan {

/// Paints the alert queue: badge, status with its glyph, the description behind the title where there is room, and the
/// Acknowledge button of every active row; of groups the arrow, the highest severity, the newest time, and across the
/// other columns their value and figures. The table tells it where the pointer is. Thread: GUI.
class AlertsDelegate : public RowDelegate {
    Q_OBJECT
public:
    explicit AlertsDelegate(QTableView *view);

    /// The row whose button is under the pointer, and whether it is held down there.
    void setButtonState(const QPersistentModelIndex &row, bool pressed);
    /// Whether the rows have buttons at all.
    void setButtonsShown(bool shown);

protected:
    void paintCell(QPainter *painter, const QRect &cell, const QRect &content, const QModelIndex &index) const override;
    QColor ground(const QModelIndex &index) const override;

private:
    void paintGroup(QPainter *painter, const QRect &cell, const QRect &content, const QModelIndex &index) const;
    QRect groupStrip(const QRect &cell) const;
    void paintTitle(QPainter *painter, const QRect &content, const QModelIndex &index) const;
    void paintStatus(QPainter *painter, const QRect &content, const QModelIndex &index) const;
    void paintButton(QPainter *painter, const QRect &cell, const QModelIndex &index) const;

    QPersistentModelIndex m_buttonRow;
    bool m_pressed = false;
    bool m_buttonsShown = true;
};

} // namespace bartizan
