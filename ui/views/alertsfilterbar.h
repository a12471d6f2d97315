// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/alertmodel.h"

#include <QWidget>

class QAbstractButton;
class QHBoxLayout;
class QLineEdit;

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
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void showFilter();
    /// Chips that do not fit go to a second line.
    void placeChips();
    void beginText();
    void endText(bool take);

    AlertFilter m_filter;
    std::array<SeverityChip *, 4> m_severities{};
    ToggleChip *m_acknowledged;
    Chip *m_text;
    Chip *m_type;
    QAbstractButton *m_add;
    QLineEdit *m_edit;
    Pill *m_pill;
    QHBoxLayout *m_firstLine;
    QHBoxLayout *m_secondLine;
    int m_chipPlace = 0; ///< Where in the first line the chips stand.
    bool m_wrapped = false;
};

} // namespace bartizan
