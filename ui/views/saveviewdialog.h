// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/frameddialog.h"

class QLineEdit;

namespace bartizan {

class FieldError;
class SavedViews;

/// Asks for the name of a view that is to be saved. Thread: GUI.
class SaveViewDialog : public FramedDialog {
    Q_OBJECT
public:
    explicit SaveViewDialog(const SavedViews *views, QWidget *parent = nullptr);

    QLineEdit *nameEdit() const { return m_name; }
    QPushButton *acceptButton() const { return m_accept; }

Q_SIGNALS:
    void named(const QString &name);

private:
    void validate();

    const SavedViews *m_views;
    QLineEdit *m_name;
    FieldError *m_error;
    QPushButton *m_accept;
};

} // namespace bartizan
