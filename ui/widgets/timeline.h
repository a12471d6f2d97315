// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <cstdint>
#include <vector>

namespace bartizan {

/// A small chart of counts over equal steps of time: bars from zero, a mark at a moment, and a line of text that says the
/// number of the step under the pointer or chosen by Left and Right, else the largest. Thread: GUI.
class Timeline : public QWidget {
    Q_OBJECT
public:
    struct Step {
        QString name; ///< "14:25 to 14:30"
        std::int64_t value = 0;
        bool operator==(const Step &) const = default;
    };

    explicit Timeline(QWidget *parent = nullptr);

    /// `mark`: where the moment lies, from 0 (the start) to 1; `subject`: what it is, for screen readers.
    void setSteps(std::vector<Step> steps, double mark, const QString &subject);
    /// What stands below the bars: at their start, at the mark, at their end.
    void setAxis(const QString &start, const QString &mark, const QString &end);
    const std::vector<Step> &steps() const { return m_steps; }
    /// "14:25 to 14:30: 12": the line of text.
    QString caption() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    int largest() const;
    void setCurrent(int step);
    void updateAccessibleText();
    QRectF barArea() const;

    std::vector<Step> m_steps;
    double m_mark = 0.0;
    QString m_subject;
    QString m_start, m_markName, m_end;
    int m_current = -1;
};

} // namespace bartizan
