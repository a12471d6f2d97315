// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QHBoxLayout;
class QPushButton;
class QVBoxLayout;

namespace bartizan {

/// A dialog as the console draws all of them: a body with a margin of 16, a hairline, and a footer of 48 with the
/// buttons at its right. It is shown with show() or open(), never with exec(). Thread: GUI.
class FramedDialog : public QDialog {
    Q_OBJECT
public:
    explicit FramedDialog(const QString &title, QWidget *parent = nullptr);

protected:
    /// Where a dialog puts its content.
    QVBoxLayout *body() const { return m_body; }
    /// Adds a button at the right end of the footer; it takes no part in Enter unless it is the primary one.
    QPushButton *addButton(const QString &text, bool primary = false);
    /// Adds a widget at the left of the footer.
    void addFooterNote(QWidget *widget);

private:
    QVBoxLayout *m_body;
    QHBoxLayout *m_footer;
};

} // namespace bartizan
