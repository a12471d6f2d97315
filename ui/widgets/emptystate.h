// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QGridLayout;
class QHBoxLayout;
class QLabel;
class QPushButton;

namespace bartizan {

/// What a page shows when there is nothing to show: why it is empty, what to do, and buttons for it, the likeliest
/// first; below a line, what there is to know about them. A block 512 wide, left-aligned, at a third of the height. Plain text. Thread: GUI.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(QWidget *parent = nullptr);

    /// `icon` is a Lucide name; `reason` says why it is empty, `advice` what to do.
    void setText(const QString &icon, const QString &reason, const QString &advice);
    QString reason() const;
    QString advice() const;
    /// Adds a button; the first one is the primary button. Connect to its clicked().
    /// After clearButtons() a button that was there at this place stays, without its old connections, so that saying
    /// the same again takes neither focus nor a click that is under way.
    QPushButton *addButton(const QString &text, const QString &icon = {});
    /// Adds a line below the buttons: a name, muted, and what there is to say.
    void addFact(const QString &name, const QString &text);
    /// Forgets the buttons and the facts; buttons that are not added again vanish when control is back in the event loop.
    void clearButtons();
    /// The likeliest button; null when there is none.
    QPushButton *firstButton() const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void updateIcon();
    void place();
    void dropUnused();
    QPushButton *buttonAt(int place) const;

    QWidget *m_block;
    QLabel *m_icon;
    QLabel *m_reason;
    QLabel *m_advice;
    QHBoxLayout *m_buttons;
    QWidget *m_facts;
    QGridLayout *m_factLines;
    QString m_iconName;
    int m_used = 0;          ///< How many of the buttons have been asked for.
    bool m_hadFocus = false; ///< A button that went had the focus; the next one takes it.
};

} // namespace bartizan
