// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/alertmatcher.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace bartizan {

class AlertModel;

/// Counts how many of the alerts that a model holds several filters would show, whatever the model shows itself; anew
/// after each change, a moment later, in slices between which the event loop runs. Thread: GUI.
class ViewCounter : public QObject {
    Q_OBJECT
public:
    explicit ViewCounter(const AlertModel *model, QObject *parent = nullptr);

    void setFilters(std::vector<Filter> filters);
    /// Counts anew where filters have times, as since:2h, that are other instants now.
    void followTime();

Q_SIGNALS:
    /// The counts of all filters, in their order.
    void counted(const std::vector<int> &counts);

private:
    void start();
    void goOn();

    const AlertModel *m_model;
    std::vector<Filter> m_filters;
    std::vector<AlertMatcher> m_matchers; ///< Empty: nothing is being counted.
    const AlertRecords *m_records = nullptr;
    AlertRecords::Number m_next = 0;
    std::vector<int> m_counts;
    FilterMoment m_moment; ///< What times were counted from.
    bool m_again = false; ///< Something changed behind what is counted already.
    QTimer m_pause;
    QTimer m_slices;
};

} // namespace bartizan
