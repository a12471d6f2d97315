// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/triage.h"
#include "ui/models/triagesubject.h"
#include "ui/views/frameddialog.h"

#include <QTimeZone>

#include <array>

class QCheckBox;
class QPlainTextEdit;
class QRadioButton;

namespace bartizan {

class FieldError;

/// Asks what a triage step needs before it is taken: the disposition and a note, or the comment, and says which alert
/// it is about, or how many of which severity. Of a step that needs nothing it only asks whether. The keys 1 to 4 choose a disposition,
/// Ctrl+Enter takes the step. Thread: GUI.
class TriageDialog : public FramedDialog {
    Q_OBJECT
public:
    /// `zone` is what times are shown in.
    TriageDialog(TriageKind kind, const TriageSubject &subject, const QTimeZone &zone, QWidget *parent = nullptr);

    /// What is entered now, without an id.
    TriageStep step() const;
    QPushButton *acceptButton() const { return m_accept; }
    QPlainTextEdit *commentEdit() const { return m_comment; }
    /// Null where no alert is resolved already: there is nothing to change then.
    QCheckBox *overruleBox() const { return m_overrule; }
    QRadioButton *dispositionButton(AlertDisposition disposition) const;

Q_SIGNALS:
    void stepChosen(const bartizan::TriageStep &step);

private:
    void addSubject(const TriageSubject &subject, const QTimeZone &zone);
    void addDispositions();
    void addOverrule(const TriageSubject &subject);
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
