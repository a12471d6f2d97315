// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "ui/widgets/statusglyph.h"

#include <QTimeZone>
#include <QWidget>

class QAbstractButton;
class QLabel;

namespace bartizan {

/// The engine's state in one line: "Behind by 12,480 events".
QString engineStateText(const EngineStatus &status);
/// The glyph that goes with it.
StatusKind engineStateKind(EngineState state);

/// The bar at the bottom: engine state, events per second, age of the last event; rules on, clock, keys, commands. Text only; the
/// engine's state can be clicked. Thread: GUI.
class StatusLine : public QWidget {
    Q_OBJECT
public:
    explicit StatusLine(QWidget *parent = nullptr);

    void setStatus(const EngineStatus &status);
    void setZone(const QTimeZone &zone);
    /// The text of the engine's state, as shown.
    QString stateText() const;

Q_SIGNALS:
    void engineDetailsRequested();
    void keysRequested();
    /// The command palette (Ctrl+K) is wanted.
    void paletteRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void tick();
    void showEvicted();

    EngineStatus m_status;
    QTimeZone m_zone;
    QAbstractButton *m_state;
    QAbstractButton *m_evicted; ///< Shown while the rules have given up keys.
    QWidget *m_evictedLine;
    QLabel *m_rate;
    QLabel *m_age;
    QLabel *m_rules;
    QLabel *m_clock;
    QWidget *m_rateLine; ///< The lines before the rate and the age, and after the rules: they come and go with them.
    QWidget *m_ageLine;
    QWidget *m_rulesLine;
};

} // namespace bartizan
