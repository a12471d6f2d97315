// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filter.h"
#include "ui/views/consolecontext.h"

#include <QWidget>

#include <optional>

namespace bartizan {

class ElidedLabel;
class LinkButton;

/// A line below a filter that asks for older rows than the range of the top bar has, which are not read: it says so, and
/// offers a range that has them. Not there for any other filter. Thread: GUI.
class RangeNote : public QWidget {
    Q_OBJECT
public:
    RangeNote(ConsoleContext *context, QWidget *parent);

    /// What the rows are filtered by.
    void setFilter(const Filter &filter);
    /// Time has passed.
    void refresh();
    /// What it says; empty while it is not there.
    QString text() const;
    LinkButton *link() const { return m_link; }

private:
    ConsoleContext *m_context;
    Filter m_filter;
    std::optional<RangeChoice> m_offered;
    ElidedLabel *m_text;
    LinkButton *m_link;
};

} // namespace bartizan
