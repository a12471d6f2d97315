// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "ui/views/frameddialog.h"

#include <QPointer>
#include <QTimeZone>

class QFormLayout;
class QLabel;

namespace bartizan {

class QuarantineTable;

/// What the engine does, in figures, and the lines that could not be read. Follows the session while it is open.
/// Thread: GUI.
class EngineDetailsDialog : public FramedDialog {
    Q_OBJECT
public:
    EngineDetailsDialog(Session *session, const QTimeZone &zone, QWidget *parent = nullptr);

private:
    QLabel *addLine(QFormLayout *form, const QString &name);
    void showStatus(const EngineStatus &status);
    void loadQuarantine();

    QPointer<Session> m_session;
    QTimeZone m_zone;
    QLabel *m_database;
    QLabel *m_state;
    QLabel *m_warning;
    QLabel *m_backlog;
    QLabel *m_rate;
    QLabel *m_last;
    QLabel *m_processed;
    QLabel *m_rules;
    QLabel *m_keys;
    QLabel *m_evicted;
    QLabel *m_error;
    QLabel *m_quarantined;
    QuarantineTable *m_lines;
    std::int64_t m_shown = -1; ///< The quarantine's size when its lines were read.
};

} // namespace bartizan
