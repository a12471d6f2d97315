// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "core/query/filter.h"
#include "ui/notices/noticepreferences.h"

#include <QObject>
#include <QTimeZone>

namespace bartizan {

class TriageSteps;

/// The time range chosen in the top bar.
struct RangeChoice {
    enum class Kind { Hour, Day, Week, Month, Custom };
    Kind kind = Kind::Day;
    TimeRange custom; ///< Used with Kind::Custom.
    bool operator==(const RangeChoice &) const = default;
};

/// What an alert view is asked to show when somebody drills down to it. Empty members do not restrict. One alert alone is
/// shown whatever the view looks at, which stays as it is.
struct AlertDrillDown {
    std::optional<AlertSeverity> severity;
    std::vector<AlertType> types;
    std::optional<bool> acknowledged;
    QString text;              ///< For the text search.
    std::optional<FilterTerm> term; ///< A value, as it is.
    std::string alertId;       ///< Select this one.
    std::optional<RangeChoice> range; ///< What was counted is of this time: the top bar is set to it.
    bool allCompanies = false;        ///< And of all companies.

    /// Of all stored alerts, as scores and figures count them.
    static AlertDrillDown ofAll()
    {
        AlertDrillDown all;
        all.range = RangeChoice{RangeChoice::Kind::Custom, {}};
        all.allCompanies = true;
        return all;
    }
    bool isOneAlert() const
    {
        return !alertId.empty() && !severity && types.empty() && !acknowledged && text.isEmpty() && !term && !range && !allCompanies;
    }
};

/// What the pages share: the open session, the range, company and zone of the top bar, whether the view is live, and
/// the way from one page to another. Pages ask here and never know each other. Thread: GUI.
class ConsoleContext : public QObject {
    Q_OBJECT
public:
    explicit ConsoleContext(Session *session, QObject *parent = nullptr);

    Session *session() const { return m_session; }
    /// How the user wants to be told of new alerts.
    NoticePreferences *noticePreferences() const { return m_notices; }
    /// What is taken and taken back on any page.
    TriageSteps *triageSteps() const { return m_steps; }

    RangeChoice rangeChoice() const { return m_range; }
    void setRangeChoice(const RangeChoice &choice);
    /// The chosen range as instants; "24 h" ends now.
    TimeRange currentRange() const;

    /// Empty optional: all companies.
    std::optional<std::string> company() const { return m_company; }
    void setCompany(const std::optional<std::string> &company);

    /// The zone times are shown in (UTC or this machine's); the monitoring zone is a setting of the database.
    QTimeZone displayZone() const { return m_zone; }
    void setDisplayZone(const QTimeZone &zone);

    /// Paused: views keep what they show until refresh() or until they go live again. The engine runs on.
    bool isPaused() const { return m_paused; }
    void setPaused(bool paused);

    /// Ways to another page.
    void showAlerts(const AlertDrillDown &drillDown) { Q_EMIT alertsRequested(drillDown); }
    /// Back from where a page had led to: what it changed on the way is as before.
    void leaveDrillDown() { Q_EMIT drillDownLeft(); }
    void showEvents(const EventQuery &query) { Q_EMIT eventsRequested(query); }
    void showRule(RuleId rule) { Q_EMIT ruleRequested(rule); }
    /// `at`: when the address was seen, where it is looked up from an alert or an event.
    void lookUpAddress(const QString &address, std::optional<TimestampMs> at = {})
    {
        Q_EMIT addressLookUpRequested(address, at);
    }
    void showMutes() { Q_EMIT mutesRequested(); }
    void refresh() { Q_EMIT refreshRequested(); }
    void exportAlerts() { Q_EMIT exportRequested(); }
    /// `columns`: those that are shown, from left to right.
    void exportEvents(const EventSearch &events, const std::vector<EventColumn> &columns)
    {
        Q_EMIT eventExportRequested(events, columns);
    }
    void importLog() { Q_EMIT importRequested(); }
    void openDatabase() { Q_EMIT openDatabaseRequested(); }
    void openDemo() { Q_EMIT demoRequested(); }

Q_SIGNALS:
    void rangeChanged();
    void companyChanged();
    void displayZoneChanged();
    void pausedChanged(bool paused);
    void refreshRequested();
    void alertsRequested(const bartizan::AlertDrillDown &drillDown);
    void drillDownLeft();
    void eventsRequested(const bartizan::EventQuery &query);
    void ruleRequested(bartizan::RuleId rule);
    void addressLookUpRequested(const QString &address, std::optional<bartizan::TimestampMs> at);
    void mutesRequested();
    void exportRequested();
    void eventExportRequested(const bartizan::EventSearch &events, const std::vector<bartizan::EventColumn> &columns);
    void importRequested();
    void openDatabaseRequested();
    void demoRequested();

private:
    Session *m_session;
    NoticePreferences *m_notices;
    TriageSteps *m_steps;
    RangeChoice m_range;
    std::optional<std::string> m_company;
    QTimeZone m_zone;
    bool m_paused = false;
};

} // namespace bartizan
