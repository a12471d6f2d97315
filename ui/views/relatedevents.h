// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"

#include <QTableView>
#include <QTimeZone>

#include <span>
#include <vector>

class QStandardItemModel;

namespace bartizan {

/// The newest few events around an alert, one a line: time, action, user, outcome. Enter or a double click on a line
/// chooses it, Ctrl+C copies it. Plain text. Thread: GUI.
class RelatedEvents : public QTableView {
    Q_OBJECT
public:
    /// How many are shown; the page of events shows them all.
    static constexpr std::size_t kMost = 6;

    explicit RelatedEvents(QWidget *parent = nullptr);
    /// The line that is current stays so where its event is among the new ones.
    void setEvents(std::span<const AuditEvent> events, TimestampMs now, const QTimeZone &zone);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void eventChosen(const bartizan::AuditEvent &event);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void choose(const QModelIndex &index);
    void copy(const QModelIndex &index) const;
    void fitColumns();

    std::vector<AuditEvent> m_events;
    QStandardItemModel *m_lines;
};

} // namespace bartizan
