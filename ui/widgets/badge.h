// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enums.h"

#include <QColor>
#include <QWidget>

class QPainter;

namespace bartizan {

/// The badge of a severity or a threat level: shape, word, weight and colour by rank. One set of functions serves
/// delegates, gauge, dialogs and the widgets below. Thread: GUI.
namespace badge {
/// Size of the badge, height 18.
QSize size(AlertSeverity severity);
QSize size(ThreatLevel level);
/// Widest badge of all severities: what a column must hold.
int widestSeverity();
/// Paints it at the left of `where`, vertically centred; `where` may be larger.
void paint(QPainter *painter, const QRect &where, AlertSeverity severity);
void paint(QPainter *painter, const QRect &where, ThreatLevel level);
/// The shape alone: ring, diamond, triangle, octagon; `hole` is the colour of the octagon's exclamation mark.
void paintShape(QPainter *painter, const QRectF &where, int rank, const QColor &colour, const QColor &hole);
void paintShape(QPainter *painter, const QRectF &where, AlertSeverity severity);
/// "Severity HIGH", "Threat level HIGH"
QString accessibleText(AlertSeverity severity);
QString accessibleText(ThreatLevel level);
} // namespace badge

/// A severity badge as a widget.
class SeverityBadge : public QWidget {
    Q_OBJECT
public:
    explicit SeverityBadge(QWidget *parent = nullptr);
    void setSeverity(AlertSeverity severity);
    AlertSeverity severity() const { return m_severity; }
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    AlertSeverity m_severity = AlertSeverity::Low;
};

/// A threat level badge as a widget.
class ThreatBadge : public QWidget {
    Q_OBJECT
public:
    explicit ThreatBadge(QWidget *parent = nullptr);
    void setLevel(ThreatLevel level);
    ThreatLevel level() const { return m_level; }
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    ThreatLevel m_level = ThreatLevel::Low;
};

} // namespace bartizan
