// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filter.h"
#include "ui/models/alertgrouping.h"
#include "ui/views/consolecontext.h"

#include <QWidget>

#include <optional>

namespace bartizan {

class InlineMessage;

/// After somebody was led to other alerts than he looked at: what they are, and a link back to those before. Thread: GUI.
class WayBack : public QWidget {
    Q_OBJECT
public:
    /// What a page of alerts looks at.
    struct Place {
        Filter filter;
        RangeChoice range;
        std::optional<std::string> company; ///< Empty optional: all.
        AlertGrouping grouping = AlertGrouping::Nothing;
        bool operator==(const Place &) const = default;
    };

    explicit WayBack(QWidget *parent = nullptr);

    /// Shows the way back from one place to another; nothing where there is little to go back to: no filter, and the same
    /// range, company and groups.
    void offer(const Place &before, const Place &now, const QTimeZone &zone);
    /// What is looked at now; away from the alerts that were led to, there is no way back.
    void setPlace(const Place &now);
    /// Where to go back to, which is offered no longer; nothing where it was not.
    std::optional<Place> take();
    InlineMessage *message() const { return m_message; }

    /// There is no way back any more.
    void withdraw() { setOffered(false); }

Q_SIGNALS:
    /// Whether there is a way back.
    void offeredChanged(bool offered);
    /// Somebody wants to go back.
    void wanted(const bartizan::WayBack::Place &before);

private:
    void setOffered(bool offered);

    InlineMessage *m_message;
    Place m_before;
    Place m_now;
};

} // namespace bartizan
