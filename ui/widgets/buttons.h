// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

class QPainter;
class QPushButton;

namespace bartizan {

/// Makes a push button the one solid button of its pane (accent fill).
void setPrimary(QPushButton *button, bool primary = true);
/// Whether setPrimary() marked it; the style asks.
bool isPrimary(const QWidget *widget);
/// Makes a button 22 pixels high with small text, for table rows and cards.
void setRowSized(QPushButton *button);

/// What the painted button of a row looks like.
enum class RowButtonState { Normal, Hovered, Pressed };
/// Where the button of a row stands in its cell: 86×22, right margin 6.
QRect rowButtonRect(const QRect &cell);
/// Paints a button of a table row; the delegate's part of a real button.
void paintRowButton(QPainter *painter, const QRect &where, const QString &text, RowButtonState state);

/// A link: accent text without a frame, underlined under the pointer, with focus ring; plain text. Enter and Space
/// click it.
class LinkButton : public QAbstractButton {
    Q_OBJECT
public:
    /// How far from its left edge the text stands, so that the focus ring does not touch it.
    static constexpr int kInset = 2;

    explicit LinkButton(const QString &text, QWidget *parent = nullptr);
    /// Where a text that does not fit is cut; at its end unless told otherwise.
    void setElideMode(Qt::TextElideMode mode) { m_elide = mode; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    Qt::TextElideMode m_elide = Qt::ElideRight;
};

} // namespace bartizan
