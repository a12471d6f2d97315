// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "ui/views/page.h"

#include <QTimer>

#include <set>

class QAction;
class QScrollArea;
class QStackedWidget;

namespace bartizan {

class ActiveAlertsPane;
class ConsoleContext;
class CountriesPane;
class EmptyState;
class FiguresPane;
class HoursPane;
class InlineMessage;
class OverviewBody;
class ScorePane;
class ThreatsPane;
class ResponsePane;
class UndoneSteps;
class UsersPane;
struct WantedStep;

/// The manager's page: score, figures, active alerts, countries, threats, hours and users of one consistent read, kept
/// up to date while the view is live. A click on anything leads to the alerts or events behind it. Thread: GUI.
class OverviewPage : public Page {
    Q_OBJECT
public:
    explicit OverviewPage(ConsoleContext *context, QWidget *parent = nullptr);

    void activate() override;
    QWidget *initialFocus() override;
    bool isLoading() const override { return m_waiting; }
    QList<QAction *> commands() const override;

    /// What is shown; nullopt before the first answer.
    const std::optional<OverviewSnapshot> &snapshot() const { return m_snapshot; }
    /// Shows a snapshot as if the database had answered it.
    void showSnapshot(const OverviewSnapshot &snapshot);

Q_SIGNALS:
    /// Somebody wants to know what changed since he left.
    void handoverRequested();

private:
    /// Why the page asks: somebody wants to see something else, or something has changed meanwhile. What is asked for
    /// the second reason is not shown on a paused page, even when the question is older than the pause.
    enum class Reason { Wanted, Live };

    void build();
    void connectPanes();
    void connectContext();
    void connectSession();
    void connectSteps();
    void undo();
    void take(const WantedStep &wanted);
    /// Asks at once; a newer request replaces one that runs.
    void reload() { ask(Reason::Wanted); }
    void ask(Reason reason);
    void onAnswer(const Result<OverviewSnapshot> &answer);
    /// Asks soon, once for many reasons, and never while an answer is awaited.
    void reloadSoon();
    void showNothing();
    void showRangeMessage();
    void openDeduction(ScoreDeduction::Kind kind);
    std::vector<AlertType> scoredTypes() const;
    void openHour(int hour);
    EventQuery eventQuery() const;
    QTimeZone monitoringZone() const;
    QString rangeText() const;
    void updateSubtitle();

    ConsoleContext *m_context;
    QStackedWidget *m_stack = nullptr;
    EmptyState *m_empty = nullptr;
    InlineMessage *m_message = nullptr;
    QWidget *m_messageRoom = nullptr;
    UndoneSteps *m_undone = nullptr;
    OverviewBody *m_body = nullptr;
    ScorePane *m_score = nullptr;
    FiguresPane *m_figures = nullptr;
    ActiveAlertsPane *m_alerts = nullptr;
    CountriesPane *m_countries = nullptr;
    ThreatsPane *m_threats = nullptr;
    HoursPane *m_hours = nullptr;
    ResponsePane *m_response = nullptr;
    UsersPane *m_users = nullptr;

    std::optional<OverviewSnapshot> m_snapshot;
    QTimer m_soon;
    QTimer m_clock;           ///< The end of "24 h" moves even when nothing arrives.
    bool m_waiting = false;   ///< An answer is awaited.
    Reason m_reason = Reason::Live; ///< Why it is.
    bool m_again = false;     ///< Something changed meanwhile.
    QAction *m_undo = nullptr;
    std::set<quint64> m_asked; ///< The steps, and undos, that were asked for here and have not ended.
    quint64 m_reported = 0;   ///< Of which it is told what became of it.
};

} // namespace bartizan
