// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "ui/models/mutemodel.h"
#include "ui/views/frameddialog.h"

#include <QTimer>

class QCheckBox;
class QTableView;

namespace bartizan {

class ConsoleContext;
class ElidedLabel;
class InlineMessage;

/// The mutes of the database that is open: what, by whom, until when, why, and what they have hidden so far; those that
/// have ended as well. Lifts them, and shows what they hid in the queue. It follows what anybody does. Thread: GUI.
class MutesDialog : public FramedDialog {
    Q_OBJECT
public:
    explicit MutesDialog(ConsoleContext *context, QWidget *parent = nullptr);

    const MuteModel &model() const { return m_model; }
    QTableView *table() const { return m_table; }
    QPushButton *liftButton() const { return m_lift; }
    QPushButton *showButton() const { return m_show; }
    /// Whether lifting brings back what the mute hid.
    QCheckBox *restoreBox() const { return m_restore; }
    QCheckBox *endedBox() const { return m_ended; }
    bool isLoading() const { return m_loading; }

private:
    void addHead();
    void addTable();
    void addFooter();
    void connectSession();
    void reload();
    void onLoaded(const Result<std::vector<Mute>> &mutes);
    void updateButtons();
    void showReport(const QString &text);
    const Mute *chosen() const;
    void lift();
    void showAlerts();

    ConsoleContext *m_context;
    MuteModel m_model;
    QTableView *m_table = nullptr;
    QCheckBox *m_ended = nullptr;
    QCheckBox *m_restore = nullptr;
    QPushButton *m_lift = nullptr;
    QPushButton *m_show = nullptr;
    InlineMessage *m_message = nullptr;
    ElidedLabel *m_summary = nullptr;
    bool m_loading = false;
    quint64 m_token = 0; ///< Of the lift that is on its way.
    QTimer m_soon;       ///< Reads again a moment after something changed.
    QTimer m_tick;       ///< What expires, expires on screen.
};

} // namespace bartizan
