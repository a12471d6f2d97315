// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/screenshotrun.h"

#include "ui/theme/format.h"
#include "ui/views/alertspage.h"
#include "ui/views/alertstable.h"
#include "ui/views/appearance.h"
#include "ui/views/eventspage.h"
#include "ui/views/iplookupdialog.h"
#include "ui/views/page.h"
#include "ui/views/rulesedit.h"
#include "ui/views/rulespage.h"
#include "ui/views/rulestable.h"
#include "ui/views/ruletrialpane.h"
#include "ui/views/statusline.h"

#include <QDir>
#include <QFile>
#include <QPixmap>
#include <QTableView>
#include <QTextStream>

#include <algorithm>

namespace bartizan {
namespace {

constexpr int kPollMs = 50;
constexpr int kQuietPolls = 4;           // a page must have had nothing to wait for this many times
constexpr qint64 kLongestMs = 180'000;   // then the run gives up, and says what it waited for

const std::array<QString, 7> kPages{QStringLiteral("overview"), QStringLiteral("alerts"), QStringLiteral("events"),
                                    QStringLiteral("handover"), QStringLiteral("rules"),  QStringLiteral("settings"),
                                    QStringLiteral("look-up")};
constexpr std::size_t kLookUp = 6; // no page, but a dialog

} // namespace

ScreenshotRun::ScreenshotRun(const ConsoleArguments &arguments, Session *session, Appearance *appearance,
                             MainWindow *window)
    : m_arguments(arguments), m_session(session), m_appearance(appearance), m_window(window)
{
    m_poll.setInterval(kPollMs);
    connect(&m_poll, &QTimer::timeout, this, &ScreenshotRun::poll);
    connect(session, &Session::openFailed, this, [this](const QString &path, const Error &error) {
        fail(tr("%1 could not be opened: %2").arg(path, error.message));
    });
}

Result<void> ScreenshotRun::start()
{
    if (!m_arguments.page.isEmpty() && std::find(kPages.begin(), kPages.end(), m_arguments.page) == kPages.end()) {
        return Error{tr("--page: there is no page “%1”; known are overview, alerts, events, handover, rules, settings and look-up")
                         .arg(m_arguments.page)};
    }
    if (!QDir().mkpath(m_arguments.pictures))
        return Error{tr("The folder %1 cannot be made").arg(m_arguments.pictures)};
    for (const QString &theme : {QStringLiteral("light"), QStringLiteral("dark")}) {
        if (!m_arguments.theme.isEmpty() && theme != m_arguments.theme)
            continue;
        for (const QString &page : kPages) {
            if (m_arguments.page.isEmpty() || page == m_arguments.page) {
                m_shots.push_back({page + QLatin1Char('-') + theme, page,
                                   theme == QLatin1String("dark") ? ThemeChoice::Dark : ThemeChoice::Light});
            }
        }
    }
    m_window->resize(m_arguments.size);
    m_window->show();
    m_since.start();
    m_poll.start();
    return {};
}

bool ScreenshotRun::isSettled() const
{
    if (!m_session->isOpen())
        return false;
    const EngineState state = m_session->engineStatus().state;
    const bool engineReady = state == EngineState::Running || state == EngineState::RunningElsewhere
        || state == EngineState::ReadOnly;
    if (!engineReady || !m_session->engineStatus().backlog.isEmpty())
        return false;
    if (m_lookUp != nullptr && m_lookUp->isLoading())
        return false;
    const auto pages = m_window->findChildren<Page *>();
    return std::none_of(pages.begin(), pages.end(), [](Page *page) { return page->isVisible() && page->isLoading(); });
}

void ScreenshotRun::poll()
{
    if (m_since.hasExpired(kLongestMs)) {
        fail(tr("Gave up after %1 s: %2").arg(kLongestMs / 1000).arg(engineStateText(m_session->engineStatus())));
        return;
    }
    m_quietPolls = isSettled() ? m_quietPolls + 1 : 0;
    if (m_quietPolls < kQuietPolls)
        return;
    m_quietPolls = 0;
    if (m_next == m_shots.size()) {
        m_poll.stop();
        summarise();
    } else if (!m_prepared) {
        prepare(m_shots[m_next]);
        m_prepared = true;
    } else if (!selectFirstRow(m_shots[m_next])) {
        take(m_shots[m_next]);
        ++m_next;
        m_prepared = false;
    }
}

bool ScreenshotRun::selectFirstRow(const Shot &shot)
{
    QTableView *table = nullptr;
    if (shot.page == QLatin1String("alerts"))
        table = static_cast<AlertsPage *>(m_window->page(PageId::Alerts))->table();
    else if (shot.page == QLatin1String("events"))
        table = static_cast<EventsPage *>(m_window->page(PageId::Events))->table();
    if (!table || table->model()->rowCount() == 0 || table->selectionModel()->hasSelection())
        return false;
    table->selectRow(0);
    return true;
}

void ScreenshotRun::prepare(const Shot &shot)
{
    m_appearance->showTheme(shot.theme);
    if (shot.page == QLatin1String("rules"))
        prepareTrial();
    const auto it = std::find(kPages.begin(), kPages.end(), shot.page);
    const auto index = static_cast<std::size_t>(it - kPages.begin());
    if (index != kLookUp) {
        m_window->showPage(static_cast<PageId>(index));
        return;
    }
    // The source of an alert, where there is one.
    const AlertModel &alerts = static_cast<AlertsPage *>(m_window->page(PageId::Alerts))->model();
    QString address;
    for (int row = 0; row < alerts.rowCount() && address.isEmpty(); ++row)
        address = alerts.index(row, AlertModel::AddressColumn).data(AlertModel::RawTextRole).toString();
    m_lookUp = static_cast<IpLookUpDialog *>(m_window->openLookUp(address));
}

/// Edits a rule and tries it, once: the page shows what that is for. Nothing is saved.
void ScreenshotRun::prepareTrial()
{
    auto *page = static_cast<RulesPage *>(m_window->page(PageId::Rules));
    if (page->hasEdits())
        return;
    page->table()->setCurrentRule(RuleId::BruteForce);
    const MonitoringConfig &stored = page->edit()->stored();
    page->edit()->setValue(RuleId::BruteForce, 0, stored.value(RuleId::BruteForce, 0) + 3);
    page->trial()->tryIt();
}

void ScreenshotRun::take(const Shot &shot)
{
    const QString path = QDir(m_arguments.pictures).filePath(shot.name + QStringLiteral(".png"));
    QWidget *target = m_lookUp != nullptr ? static_cast<QWidget *>(m_lookUp.data()) : m_window;
    if (!target->grab().save(path))
        fail(tr("%1 cannot be written").arg(path));
    if (m_lookUp != nullptr)
        m_lookUp->close();
}

void ScreenshotRun::summarise()
{
    MetricsQuery query;
    query.range = m_window->context()->currentRange();
    query.timeZone = m_session->settings().timeZone;
    m_session->queries()->overview(query, this,
                                   [this](const Result<OverviewSnapshot> &overview) { writeSummary(overview); });
}

void ScreenshotRun::writeSummary(const Result<OverviewSnapshot> &overview)
{
    if (!overview) {
        fail(overview.error().message);
        return;
    }
    QFile file(QDir(m_arguments.pictures).filePath(QStringLiteral("summary.txt")));
    if (!file.open(QIODevice::WriteOnly | QIODevice::Text)) {
        fail(tr("%1 cannot be written").arg(file.fileName()));
        return;
    }
    const SecurityMetrics &metrics = overview->metrics;
    QTextStream out(&file);
    const auto line = [&out](const QString &name, const QString &value) {
        out << name.leftJustified(18) << value << '\n';
    };
    out << "Bartizan " << BARTIZAN_VERSION << '\n';
    const DatabaseInfo &database = m_session->database();
    line(tr("Database"), database.demo ? tr("demo data, made for this run and deleted with it") : database.path);
    line(tr("Engine"), engineStateText(m_session->engineStatus()));
    line(tr("Range"), format::timeRange(overview->range, QTimeZone::utc()));
    line(tr("Security score"), tr("%1 of 100").arg(metrics.score.rounded));
    line(tr("Threat level"), format::threatLevel(metrics.threatLevel));
    line(tr("Active alerts"), format::count(metrics.counts.activeAlerts));
    line(tr("Resolved alerts"), format::count(metrics.counts.resolvedAlerts));
    if (const auto mean = ResponseTimes::all(overview->response.acknowledge).meanMs())
        line(tr("Acknowledged in"), format::duration(*mean / kSecond));
    line(tr("Events"), format::count(metrics.counts.totalEvents));
    line(tr("Critical events"), format::count(metrics.counts.criticalEvents));
    for (const ThreatCount &threat : metrics.topThreats)
        line(tr("Top threat"), format::alertType(threat.type) + QStringLiteral(", ") + format::count(threat.count));
    Q_EMIT finished(0);
}

void ScreenshotRun::fail(const QString &why)
{
    m_poll.stop();
    qCritical("bartizan: %s", qPrintable(why));
    Q_EMIT finished(1);
}

} // namespace bartizan
