// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/alertmodel.h"

#include <QWidget>

class QLineEdit;
class QPushButton;

namespace bartizan {

class Chip;
class Pill;
class SeverityChip;
class ToggleChip;

/// The filter line above the queue: severities as toggles with their counts, acknowledged ones shown or hidden, the
/// text and the type searched for as chips, and at the right the pill that tells of waiting alerts. Thread: GUI.
class AlertsFilterBar : public QWidget {
    Q_OBJECT
public:
    explicit AlertsFilterBar(QWidget *parent = nullptr);

    AlertFilter filter() const { return m_filter; }
    /// Sets the filter, and tells.
    void setFilter(const AlertFilter &filter);
    void setText(const QString &text);
    /// What the chips and the pill count.
    void setCounts(const AlertModel::Counts &counts);

Q_SIGNALS:
    void filterChanged(const bartizan::AlertFilter &filter);
    void waitingRequested();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void showFilter();
    void beginText();
    void endText(bool take);

    AlertFilter m_filter;
    std::array<SeverityChip *, 4> m_severities{};
    ToggleChip *m_acknowledged;
    Chip *m_text;
    Chip *m_type;
    QPushButton *m_add;
    QLineEdit *m_edit;
    Pill *m_pill;
};

} // namespace bartizan
