// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/handover.h"
#include "core/engine/session.h"
#include "ui/widgets/worldmap.h"

#include <QTimeZone>
#include <QWidget>

#include <array>
#include <optional>
#include <vector>

class QLabel;
class QVBoxLayout;

namespace bartizan {

class BarList;
class DeductionList;
class Figure;
class HourChart;
class LinkButton;
class ResponseFigures;
class ScoreGauge;
class SectionHeading;
class WorldMap;

/// A pane of the Overview: heading, content, margins of the page. Thread: GUI, as all of these.
class OverviewPane : public QWidget {
    Q_OBJECT
public:
    explicit OverviewPane(const QString &title, QWidget *parent);

protected:
    SectionHeading *heading() const { return m_heading; }
    QVBoxLayout *column() const { return m_column; }

private:
    SectionHeading *m_heading;
    QVBoxLayout *m_column;
};

/// Security score: gauge, threat level with its reason, and the deductions.
class ScorePane : public OverviewPane {
    Q_OBJECT
public:
    explicit ScorePane(QWidget *parent);
    /// `goesOn`: the range they are of includes what happens now.
    void setMetrics(const SecurityMetrics &metrics, bool goesOn);
    /// What acknowledging so many of the active alerts would make of the score; 0: nothing is selected.
    void setSelectedAlerts(int count);
    void setGaugeSide(int side);
    void showAsTable();

Q_SIGNALS:
    void deductionActivated(bartizan::ScoreDeduction::Kind kind);

private:
    SecurityMetrics m_metrics;
    bool m_goesOn = true;
    int m_selected = 0;
    ScoreGauge *m_gauge;
    QLabel *m_reason;
    DeductionList *m_deductions;
};

/// The head figures: alerts, events, mean time to acknowledge.
class FiguresPane : public QWidget {
    Q_OBJECT
public:
    explicit FiguresPane(QWidget *parent);
    /// `rangeText` says the range in words: "in 24 h".
    void setSnapshot(const OverviewSnapshot &snapshot, const QString &rangeText);
    void setResponse(const ResponseTimes &times, const QString &rangeText);

Q_SIGNALS:
    void activeAlertsRequested();
    void resolvedAlertsRequested();
    void eventsRequested();
    void criticalEventsRequested();
    void acknowledgedRequested();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void place();
    /// Where the rows of figures end, but the last.
    std::array<int, 2> lines() const;

    Figure *m_active, *m_resolved, *m_events, *m_critical, *m_acknowledge;
};

/// World map and ranked list of countries.
class CountriesPane : public OverviewPane {
    Q_OBJECT
public:
    explicit CountriesPane(QWidget *parent);
    void setGeo(const std::vector<std::pair<std::string, std::int64_t>> &geo);
    /// Width of the list at the right.
    void setListWidth(int width);
    void showAsTable();

Q_SIGNALS:
    void countryActivated(const bartizan::CountryEvents &country);

private:
    void updateMore();

    std::vector<CountryEvents> m_countries;
    WorldMap *m_map;
    QWidget *m_side;
    BarList *m_list;
    LinkButton *m_more;
};

/// The most frequent alert types among all stored alerts.
class ThreatsPane : public OverviewPane {
    Q_OBJECT
public:
    explicit ThreatsPane(QWidget *parent);
    void setMetrics(const SecurityMetrics &metrics);

Q_SIGNALS:
    void threatActivated(bartizan::AlertType type);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    std::vector<ThreatCount> m_threats;
    BarList *m_list;
    QLabel *m_note;
};

/// Events by hour of the day, in the monitoring time zone.
class HoursPane : public OverviewPane {
    Q_OBJECT
public:
    explicit HoursPane(QWidget *parent);
    /// `drillDown`: whether an hour stands for one stretch of time and can be opened.
    void setHours(const std::array<std::int64_t, 24> &hours, const QString &zoneName, bool drillDown);

Q_SIGNALS:
    void hourActivated(int hour);

private:
    HourChart *m_chart;
};

/// Mean time to acknowledge and to resolve, by severity.
class ResponsePane : public OverviewPane {
    Q_OBJECT
public:
    explicit ResponsePane(QWidget *parent);
    /// Of the alerts raised in the range, which `rangeText` says in words.
    void setTimes(const ResponseTimes &times, const QString &rangeText);

Q_SIGNALS:
    /// Acknowledged alerts, of one severity or of all.
    void activated(std::optional<bartizan::AlertSeverity> severity);

private:
    ResponseFigures *m_figures;
};

/// The riskiest users of the range, with their reasons.
class UsersPane : public OverviewPane {
    Q_OBJECT
public:
    explicit UsersPane(QWidget *parent);
    void setUsers(const std::vector<UserRisk> &users);

Q_SIGNALS:
    void userActivated(const QString &userId);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void updateMore();
    void showAsTable();

    std::vector<UserRisk> m_users;
    BarList *m_list;
    LinkButton *m_more; ///< Below the list, where that is cut.
    QLabel *m_empty;
};

/// Why a user has that risk: "7 failed, 1 critical, 4 countries".
QString riskReasons(const UserActivity &activity);

} // namespace bartizan
