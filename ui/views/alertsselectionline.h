// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;

namespace bartizan {

class ElidedLabel;
class KeyHint;
class LinkButton;

/// The line between filters and table: how many alerts are selected, what can be done with them, and what that would do
/// to the score; after an action, what it did. Always there, so that selecting moves no row. Thread: GUI.
class AlertsSelectionLine : public QWidget {
    Q_OBJECT
public:
    explicit AlertsSelectionLine(QWidget *parent = nullptr);

    /// `active` of the `selected` alerts can still be acknowledged. Nothing selected leaves the line to the report.
    void setSelection(int selected, int active);
    /// What acknowledging would do; at the right.
    void setForecast(const QString &text);
    /// What an action did; stays until the next selection of several, or the next report.
    void setReport(const QString &text);
    QString report() const;
    QString forecast() const;

Q_SIGNALS:
    void acknowledgeRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void showParts();

    int m_selected = 0;
    int m_active = 0;
    QString m_report;
    QString m_forecastText;
    QLabel *m_count;
    LinkButton *m_acknowledge;
    KeyHint *m_key;
    ElidedLabel *m_message;
};

} // namespace bartizan
