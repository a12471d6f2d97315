// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/auditlog.h"
#include "core/query/filter.h"

#include <QTimer>
#include <QTimeZone>
#include <QWidget>

#include <optional>
#include <string>

class QSettings;

namespace bartizan {

class Chip;
class FieldError;
class FilterEdit;
class LinkButton;
class Pill;

/// The filter line above the events: the filter's text, applied as soon as it is right, and chips for what came from
/// another page and is not text: a time, countries, an address as the log spells it, an account, who wrote the rows. At the
/// right the pill that tells of newer events. Thread: GUI.
class EventsFilterLine : public QWidget {
    Q_OBJECT
public:
    explicit EventsFilterLine(QWidget *parent = nullptr);

    const Filter &filter() const { return m_filter; }
    void setFilter(const Filter &filter);
    /// What the chips say.
    const EventQuery &base() const { return m_base; }
    /// Replaces filter and chips by what a query asks for; tells once.
    void setQuery(const EventQuery &wanted);
    /// Somebody searches for an address, or for a user: a term beside those that stand, or in place of one about the same. The
    /// next search takes its place, and none leaves what stood before, unless filter or chips were changed otherwise since.
    void search(const QString &text);
    /// The time of the top bar counts again.
    void dropRange();
    bool isEmpty() const;
    void clear() { setQuery({}); }
    void setZone(const QTimeZone &zone);

    FilterEdit *edit() const { return m_edit; }
    Pill *pill() const { return m_pill; }

    void save(QSettings &settings) const;
    void restore(const QSettings &settings);

Q_SIGNALS:
    void changed();
    /// Enter (`kept`) or Escape in the text.
    void left(bool kept);

private:
    /// What a search has narrowed.
    struct Narrowed {
        Filter filter;
        std::optional<std::string> address; ///< As the log spells it.
    };

    void build();
    void connectEdit();
    void apply(const Filter &filter);
    void show(const Filter &filter);
    void showState();

    Filter m_filter;
    EventQuery m_base;
    std::optional<Narrowed> m_searched; ///< While what a search has made of it stands.
    QTimeZone m_zone{QTimeZone::utc()};
    FilterEdit *m_edit;
    FieldError *m_reason;
    LinkButton *m_clear;
    Pill *m_pill;
    QWidget *m_chips; ///< The line of the chips, there while there are any.
    Chip *m_range;
    Chip *m_countries;
    Chip *m_address;
    Chip *m_account;
    Chip *m_writer;
    QTimer m_typing;
};

} // namespace bartizan
