// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/securitymetrics.h"

#include <QWidget>

#include <optional>

namespace bartizan {

/// The ring of the security score: 270° from the lower left, what is left in the colour of the threat level, one arc
/// a deduction for what was lost, ticks at 50, 70 and 85, the numeral in the middle and the badge in the gap. Left and
/// right walk the deductions, Enter opens one. Thread: GUI.
class ScoreGauge : public QWidget {
    Q_OBJECT
public:
    explicit ScoreGauge(QWidget *parent = nullptr);

    void setScore(const SecurityScore &score, ThreatLevel level);
    /// A triangle inside the ring at the score that acknowledging the selected would make; nullopt: none.
    void setMarker(std::optional<double> scoreAfter);
    /// Thickens the arc of a deduction.
    void setHighlighted(std::optional<ScoreDeduction::Kind> kind);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void highlighted(std::optional<bartizan::ScoreDeduction::Kind> kind);
    void activated(bartizan::ScoreDeduction::Kind kind);

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool event(QEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    struct Arc {
        ScoreDeduction::Kind kind;
        double from; ///< In points of the score.
        double to;
    };
    QRectF ringRect() const;
    std::vector<Arc> arcs() const;
    std::optional<ScoreDeduction::Kind> kindAt(const QPointF &position) const;
    void paintRing(QPainter *painter) const;
    void paintTicks(QPainter *painter) const;
    void paintMarker(QPainter *painter) const;
    void paintText(QPainter *painter) const;
    void highlightByUser(std::optional<ScoreDeduction::Kind> kind);
    void updateAccessibleText();

    SecurityScore m_score;
    ThreatLevel m_level = ThreatLevel::Low;
    std::optional<double> m_marker;
    std::optional<ScoreDeduction::Kind> m_highlighted;
};

} // namespace bartizan
