// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"

#include <QTimeZone>
#include <QWidget>

#include <span>

class QGridLayout;

namespace bartizan {

/// The newest few events around an alert, one a line: time, action, user, outcome. Plain text. Thread: GUI.
class RelatedEvents : public QWidget {
    Q_OBJECT
public:
    /// How many are shown; the page of events shows them all.
    static constexpr std::size_t kMost = 6;

    explicit RelatedEvents(QWidget *parent = nullptr);
    void setEvents(std::span<const AuditEvent> events, TimestampMs now, const QTimeZone &zone);

private:
    QGridLayout *m_grid;
};

/// Makes text breakable anywhere, for labels that wrap: a long word would widen them.
QString breakable(const QString &text);

} // namespace bartizan
