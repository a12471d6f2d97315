// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/connectiontester.h"

#include <QWidget>

class QLabel;

namespace bartizan {

class StatusGlyph;

/// What trying a connection has found, a line for each thing: its state in a word, what was found, and what to do about
/// it. Thread: GUI.
class ConnectionChecks : public QWidget {
    Q_OBJECT
public:
    explicit ConnectionChecks(QWidget *parent = nullptr);

    void setReport(const DatabaseReport &report);
    /// Nothing is known: nothing was tried, or something was changed since.
    void clear();

private:
    struct Line {
        StatusGlyph *glyph;
        QLabel *state;
        QLabel *text;
    };
    Line addLine(const QString &objectName, const QString &name);
    static void showCheck(const Line &line, const ConnectionCheck &check, const QString &advice);

    Line m_host;
    Line m_tls;
    Line m_password;
    Line m_schema;
    Line m_privileges;
    Line m_auditLog;
};

} // namespace bartizan
