// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/triage.h"
#include "ui/views/frameddialog.h"

#include <array>

class QCheckBox;
class QPlainTextEdit;
class QRadioButton;

namespace bartizan {

class FieldError;

/// Asks what a triage step needs before it is taken: the disposition and a note, or the comment, and says how many
/// alerts it is about. Of a step that needs nothing it only asks whether. The keys 1 to 4 choose a disposition,
/// Ctrl+Enter takes the step. Thread: GUI.
class TriageDialog : public FramedDialog {
    Q_OBJECT
public:
    TriageDialog(TriageKind kind, qint64 alerts, QWidget *parent = nullptr);

    /// What is entered now, without an id.
    TriageStep step() const;
    QPushButton *acceptButton() const { return m_accept; }
    QPlainTextEdit *commentEdit() const { return m_comment; }
    QRadioButton *dispositionButton(AlertDisposition disposition) const;

Q_SIGNALS:
    void stepChosen(const bartizan::TriageStep &step);

private:
    void addDispositions();
    void addComment(const QString &label);
    void validate();
    void take();

    const TriageKind m_kind;
    std::array<QRadioButton *, 4> m_dispositions{};
    QCheckBox *m_overrule = nullptr;
    QPlainTextEdit *m_comment = nullptr;
    FieldError *m_error = nullptr;
    QPushButton *m_accept = nullptr;
};

} // namespace bartizan
