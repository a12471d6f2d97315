// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "ui/views/frameddialog.h"

#include <QTimer>

#include <optional>

class QCheckBox;
class QComboBox;
class QDateTimeEdit;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QProgressBar;
class QTableWidget;

namespace bartizan {

class ConsoleContext;
class FieldError;
class InlineMessage;

/// "Mute this for …": says what is muted, how long and why, and, before it is saved, what that would have hidden over the
/// last 30 days, true positives first. The preview is read on a thread of its own, and again whenever something changes
/// that it depends on; the button waits for it. Thread: GUI.
class MuteDialog : public FramedDialog {
    Q_OBJECT
public:
    /// How long a mute lasts, in the order of the choices.
    enum Span { Hour, EightHours, Day, Week, Month, Custom };
    /// Columns of the examples.
    enum Example { ExampleStatus, ExampleTime, ExampleSource, ExampleCount, ExampleTitle, ExampleColumns };

    /// So many alerts are `selected`, of which this is one: where they are several it says that the mute is about this one.
    MuteDialog(ConsoleContext *context, const SecurityAlert &alert, int selected, QWidget *parent = nullptr);
    ~MuteDialog() override;

    /// What is entered now, from now on, without an id.
    Mute mute() const;
    QPushButton *acceptButton() const { return m_accept; }
    QPlainTextEdit *reasonEdit() const { return m_reason; }
    QComboBox *spanBox() const { return m_span; }
    QDateTimeEdit *untilEdit() const { return m_until; }
    /// Whether the network counts, and which it is.
    QCheckBox *networkBox() const { return m_byNetwork; }
    QLineEdit *networkEdit() const { return m_network; }
    /// Null where the alert is of no company.
    QCheckBox *companyBox() const { return m_onlyCompany; }
    /// What it would have hidden, in words, and alert by alert.
    InlineMessage *forecast() const { return m_forecast; }
    QTableWidget *examples() const { return m_examples; }
    bool isLooking() const { return m_token != 0 || m_soon.isActive(); }

Q_SIGNALS:
    void muteChosen(const bartizan::Mute &mute);

private:
    void addScope(int selected);
    void addNetwork();
    void addCompany();
    void addSpan();
    void addReason();
    void addPreview();
    QHBoxLayout *addRow(const QString &label, QWidget *field);
    std::string chosenNetwork(QString *complaint = nullptr) const;
    void lookAgain();
    void look();
    void stopLooking();
    void onPreviewed(const MutePreview &preview);
    void onFailed(const Error &error);
    void showExamples(const MutePreview &preview);
    void validate();
    void take();

    ConsoleContext *m_context;
    const SecurityAlert m_alert;
    QCheckBox *m_byNetwork = nullptr;
    QLineEdit *m_network = nullptr;
    FieldError *m_networkError = nullptr;
    QCheckBox *m_onlyCompany = nullptr;
    QComboBox *m_span = nullptr;
    QDateTimeEdit *m_until = nullptr;
    QLabel *m_ends = nullptr;
    FieldError *m_spanError = nullptr;
    QPlainTextEdit *m_reason = nullptr;
    QProgressBar *m_progress = nullptr;
    InlineMessage *m_forecast = nullptr;
    QTableWidget *m_examples = nullptr;
    QPushButton *m_accept = nullptr;
    QTimer m_soon;                          ///< Typing goes on: look only when it pauses.
    quint64 m_token = 0;                    ///< Of the preview that is being read; 0: none is.
    std::optional<Mute> m_previewed;        ///< What the preview that is shown is about.
};

} // namespace bartizan
