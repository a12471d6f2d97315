// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/securitymetrics.h"
#include "ui/widgets/scorelines.h"

#include <QWidget>

#include <optional>

namespace bartizan {

/// The score as a sum: start, a line a deduction (name; count, factor and cap in small; amount at the right), a rule,
/// the sum unrounded and rounded, and what acknowledging the selected would make of it. Up and down walk the lines,
/// Enter opens one. Thread: GUI.
class DeductionList : public QWidget {
    Q_OBJECT
public:
    explicit DeductionList(QWidget *parent = nullptr);

    void setScore(const SecurityScore &score);
    /// The line below the sum: `lead` figure tail; plain text, empty for none. Its place is kept. `shortLead` is used
    /// where the room is narrow, `reason` (behind the tail) only where it fits.
    void setForecast(const QString &lead, const QString &shortLead, const QString &figure, const QString &tail,
                     const QString &reason);
    void setHighlighted(std::optional<ScoreDeduction::Kind> kind);

    /// As wide as its lines are when nothing is elided, the forecast in its short form.
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void highlighted(std::optional<bartizan::ScoreDeduction::Kind> kind);
    void activated(bartizan::ScoreDeduction::Kind kind);

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;
    void changeEvent(QEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    int forecastWidth(const QString &lead, const QString &tail) const;
    QRect lineRect(int line) const;
    int lineAt(const QPoint &position) const;
    int highlightedLine() const;
    void paintLine(QPainter *painter, int line) const;
    void paintSum(QPainter *painter) const;
    void paintForecast(QPainter *painter, const QRect &where) const;
    void highlightByUser(std::optional<ScoreDeduction::Kind> kind);
    void updateAccessibleText();

    SecurityScore m_score;
    std::vector<ScoreLine> m_lines;
    QString m_lead, m_shortLead, m_figure, m_tail, m_reason;
    std::optional<ScoreDeduction::Kind> m_highlighted;
};

} // namespace bartizan
