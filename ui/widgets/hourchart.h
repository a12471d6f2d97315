// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <cstdint>
#include <vector>

class QBarCategoryAxis;
class QBarSet;
class QCategoryAxis;
class QChart;
class QChartView;

namespace bartizan {

/// A column chart of counts over hours (Qt Charts): zero-based, both axes named, whole numbers on the axis, exact
/// numbers in tool tips and in "Show as table". Left and right walk the columns, Enter or a click asks for what is
/// behind one. Thread: GUI.
class HourChart : public QWidget {
    Q_OBJECT
public:
    struct Column {
        QString label; ///< On the axis; empty for none.
        QString name;  ///< In tool tip and table: "14:00 to 15:00".
        std::int64_t value = 0;
        bool operator==(const Column &) const = default;
    };

    explicit HourChart(QWidget *parent = nullptr);

    void setColumns(std::vector<Column> columns);
    const std::vector<Column> &columns() const { return m_columns; }
    /// Names of the axes: "Hour of day (UTC)", "Events".
    void setAxisTitles(const QString &horizontal, const QString &vertical);
    /// What the chart is, for screen readers: "Events by hour".
    void setSubject(const QString &subject);
    /// Whether columns can be clicked.
    void setDrillDown(bool on);
    int currentColumn() const { return m_current; }
    /// Opens the numbers as a table.
    void showAsTable();
    /// Where a column is drawn, in the chart's coordinates; empty when there is none.
    QRectF columnRect(int column) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void activated(int column);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    int columnAt(const QPointF &position) const;
    void setCurrent(int column);
    void applyColours();
    void rescale();
    void updateAccessibleText();

    std::vector<Column> m_columns;
    QChart *m_chart;
    QChartView *m_view;
    QBarSet *m_set;
    QBarCategoryAxis *m_horizontal;
    QCategoryAxis *m_vertical;
    QString m_subject;
    QString m_horizontalTitle, m_verticalTitle;
    bool m_drillDown = false;
    int m_current = -1;
    int m_hovered = -1;
};

/// A round upper end and step for an axis from 0 that shows `largest`: whole steps of 1, 2, 2.5 or 5 times a power of
/// ten, at most `maximumSteps` of them; at least 1.
struct AxisScale {
    double end = 1.0;
    double step = 1.0;
};
AxisScale axisScale(std::int64_t largest, int maximumSteps);

} // namespace bartizan
