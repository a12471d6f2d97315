// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QHBoxLayout;

namespace bartizan {

class ElidedLabel;

/// Heading of a pane: a semibold title, a muted note beside it that gives way, and room for links at the right.
/// Plain text. Thread: GUI.
class SectionHeading : public QWidget {
    Q_OBJECT
public:
    explicit SectionHeading(const QString &title, QWidget *parent = nullptr);
    void setTitle(const QString &title);
    void setNote(const QString &note);
    /// Writes the note in small.
    void setNoteSmall(bool small);
    /// Puts a widget at the right.
    void addTool(QWidget *tool);

private:
    ElidedLabel *m_title;
    ElidedLabel *m_note;
    QHBoxLayout *m_layout;
};

} // namespace bartizan
