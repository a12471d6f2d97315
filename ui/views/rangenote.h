// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filter.h"
#include "ui/views/consolecontext.h"

#include <QWidget>

#include <optional>

namespace bartizan {

class ElidedLabel;
class LinkButton;

/// A line below a filter that says what the range of the top bar leaves out, and offers a range that has it: older rows
/// that the filter asks for; or whatever comes, where the range has ended. Else it is not there. Thread: GUI.
class RangeNote : public QWidget {
    Q_OBJECT
public:
    RangeNote(ConsoleContext *context, QWidget *parent);

    /// What the rows are filtered by; nullopt: they have a range of their own.
    void setFilter(std::optional<Filter> filter);
    /// Time has passed.
    void refresh();
    /// What it says; empty while it is not there.
    QString text() const;
    LinkButton *link() const { return m_link; }

private:
    ConsoleContext *m_context;
    std::optional<Filter> m_filter = Filter();
    std::optional<RangeChoice> m_offered;
    ElidedLabel *m_text;
    LinkButton *m_link;
};

} // namespace bartizan
