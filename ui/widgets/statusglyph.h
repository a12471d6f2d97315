// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPainter;

namespace bartizan {

/// What a glyph stands for: states of an alert, then states of the machine.
enum class StatusKind { Active, Acknowledged, Escalated, Resolved, Connected, Behind, Failed, NoSource };

/// Paints the glyph of a status (dot of 7 pixels, check, arrow-up, check-check, triangle-alert, circle-alert) centred in `where`.
void paintStatusGlyph(QPainter *painter, const QRectF &where, StatusKind kind);

/// A status glyph of 16 pixels as a widget; decoration beside a text that says the same.
class StatusGlyph : public QWidget {
    Q_OBJECT
public:
    explicit StatusGlyph(StatusKind kind, QWidget *parent = nullptr);
    void setKind(StatusKind kind);
    StatusKind kind() const { return m_kind; }
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    StatusKind m_kind;
};

} // namespace bartizan
