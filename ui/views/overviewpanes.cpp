// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/overviewpanes.h"

#include "core/metrics/securityscore.h"
#include "ui/models/displaytext.h"
#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/theme/theme.h"
#include "ui/views/labels.h"
#include "ui/views/responsefigures.h"
#include "ui/widgets/barlist.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/deductionlist.h"
#include "ui/widgets/figure.h"
#include "ui/widgets/hourchart.h"
#include "ui/widgets/scoregauge.h"
#include "ui/widgets/scorelines.h"
#include "ui/widgets/sectionheading.h"
#include "ui/widgets/tabledialog.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace bartizan {
namespace {

/// Makes the lines of a centred label about equally long, so that no single word is left for the last one.
void balance(QLabel *label)
{
    const QFontMetrics metrics(label->font());
    const auto heightAt = [&](int width) {
        return metrics.boundingRect(QRect(0, 0, width, 10'000), Qt::AlignHCenter | Qt::TextWordWrap, label->text()).height();
    };
    const int whole = label->maximumWidth();
    int width = whole;
    while (width > whole / 2 && heightAt(width - 4) == heightAt(whole))
        width -= 4;
    const int margin = (whole - width) / 2;
    label->setContentsMargins(margin, 0, margin, 0);
}

} // namespace

OverviewPane::OverviewPane(const QString &title, QWidget *parent)
    : QWidget(parent), m_heading(new SectionHeading(title, this)), m_column(new QVBoxLayout(this))
{
    m_column->setContentsMargins(measure::kPageMargin, measure::kControlGap, measure::kPageMargin, measure::kGrid);
    m_column->setSpacing(measure::kGrid);
    m_column->addWidget(m_heading);
}

ScorePane::ScorePane(QWidget *parent)
    : OverviewPane(tr("Security score"), parent), m_gauge(new ScoreGauge(this)), m_reason(smallLabel(QString(), this)),
      m_deductions(new DeductionList(this))
{
    m_reason->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    m_reason->setWordWrap(true);
    auto *left = new QVBoxLayout;
    left->setSpacing(0);
    left->addSpacing(measure::kControlGap);
    left->addWidget(m_gauge, 0, Qt::AlignHCenter);
    left->addWidget(m_reason);
    left->addStretch(1);
    auto *row = new QHBoxLayout;
    row->setSpacing(measure::kPageMargin);
    row->addLayout(left);
    row->addWidget(m_deductions, 1, Qt::AlignTop);
    column()->setContentsMargins(measure::kPageMargin, measure::kControlGap, measure::kPageMargin, 0);
    column()->setSpacing(0);
    column()->addLayout(row, 1);
    auto *table = new LinkButton(tr("Show as table"), this);
    table->setFont(fonts::small());
    heading()->addTool(table);
    setGaugeSide(168);
    connect(table, &LinkButton::clicked, this, &ScorePane::showAsTable);
    connect(m_gauge, &ScoreGauge::highlighted, m_deductions, &DeductionList::setHighlighted);
    connect(m_deductions, &DeductionList::highlighted, m_gauge, &ScoreGauge::setHighlighted);
    connect(m_gauge, &ScoreGauge::activated, this, &ScorePane::deductionActivated);
    connect(m_deductions, &DeductionList::activated, this, &ScorePane::deductionActivated);
}

void ScorePane::setGaugeSide(int side)
{
    m_gauge->setFixedSize(side, side);
    m_reason->setFixedWidth(side + 4);
    balance(m_reason);
}

void ScorePane::setMetrics(const SecurityMetrics &metrics, bool goesOn)
{
    m_metrics = metrics;
    m_goesOn = goesOn;
    m_gauge->setScore(metrics.score, metrics.threatLevel);
    m_deductions->setScore(metrics.score);
    m_reason->setText(tr("Threat level: %1")
                          .arg(threatLevelReason(metrics.threatLevel, metrics.score.rounded,
                                                 metrics.counts.activeAlerts, metrics.counts.criticalEvents)));
    balance(m_reason);
    setSelectedAlerts(m_selected);
}

void ScorePane::setSelectedAlerts(int count)
{
    m_selected = count;
    if (count <= 0) {
        m_gauge->setMarker(std::nullopt);
        m_deductions->setForecast({}, {}, {}, {}, {});
        return;
    }
    const MetricsInputs after = afterAcknowledging(m_metrics.counts, count, count, m_goesOn);
    const SecurityScore score = securityScore(after, m_metrics.topThreats);
    const ThreatLevel level = threatLevel(score.rounded, after.activeAlerts, after.criticalEvents);
    m_gauge->setMarker(score.exact);
    const QString word = format::threatLevel(level);
    const bool stays = level == m_metrics.threatLevel;
    const QString reason = threatLevelReason(level, score.rounded, after.activeAlerts, after.criticalEvents);
    m_deductions->setForecast(tr("If you acknowledge the %Ln selected: ", nullptr, count),
                              tr("Acknowledging %Ln: ", nullptr, count), format::count(score.rounded),
                              stays ? tr(", still %1").arg(word) : tr(", then %1").arg(word),
                              stays ? tr(" (%1)").arg(reason) : QString());
}

void ScorePane::showAsTable()
{
    std::vector<std::vector<QVariant>> rows{{tr("Starts at"), QString(), 100.0}};
    for (const ScoreLine &line : scoreLines(m_metrics.score))
        rows.push_back({line.name, line.reason, -line.points});
    rows.push_back({tr("Score"), tr("before rounding"), m_metrics.score.exact});
    rows.push_back({tr("Score"), tr("rounded, not below 0"), double(m_metrics.score.rounded)});
    TableDialog::open(tr("Security score"), {tr("Part"), tr("Reason"), tr("Points")}, rows, this);
}

FiguresPane::FiguresPane(QWidget *parent)
    : QWidget(parent), m_active(new Figure(tr("Active alerts"), this)),
      m_resolved(new Figure(tr("Resolved alerts"), this)), m_events(new Figure(tr("Events"), this)),
      m_critical(new Figure(tr("Critical events"), this)), m_acknowledge(new Figure(tr("Mean time to acknowledge"), this))
{
    for (Figure *figure : {m_active, m_resolved, m_events, m_critical, m_acknowledge})
        figure->setDrillDown(true);
    connect(m_active, &Figure::clicked, this, &FiguresPane::activeAlertsRequested);
    connect(m_resolved, &Figure::clicked, this, &FiguresPane::resolvedAlertsRequested);
    connect(m_events, &Figure::clicked, this, &FiguresPane::eventsRequested);
    connect(m_critical, &Figure::clicked, this, &FiguresPane::criticalEventsRequested);
    connect(m_acknowledge, &Figure::clicked, this, &FiguresPane::acknowledgedRequested);
}

void FiguresPane::setSnapshot(const OverviewSnapshot &snapshot, const QString &rangeText)
{
    const MetricsInputs &counts = snapshot.metrics.counts;
    const auto tile = [](Figure *figure, std::int64_t value, const QString &note) {
        figure->setFigure(format::shortCount(value), note, format::count(value));
    };
    tile(m_active, counts.activeAlerts, tr("all time"));
    tile(m_resolved, counts.resolvedAlerts, tr("all time"));
    std::int64_t located = 0;
    for (const auto &[country, events] : counts.geo)
        located += events;
    const std::int64_t unlocated = counts.totalEvents - located;
    tile(m_events, counts.totalEvents,
         unlocated > 0 ? tr("%1 without country").arg(format::shortCount(unlocated)) : rangeText);
    m_events->setShortNote(unlocated > 0 ? tr("%1 no country").arg(format::shortCount(unlocated)) : QString());
    tile(m_critical, counts.criticalEvents, rangeText);
    place();
}

void FiguresPane::setResponse(const ResponseTimes &times, const QString &rangeText)
{
    const ResponseTime all = ResponseTimes::all(times.acknowledge);
    const auto mean = all.meanMs();
    m_acknowledge->setFigure(mean ? format::duration(*mean / kSecond) : QString(QChar(0x2013)),
                             mean ? tr("%Ln alert(s) %1", nullptr, static_cast<int>(all.alerts)).arg(rangeText)
                                  : tr("none %1").arg(rangeText));
}

std::array<int, 2> FiguresPane::lines() const
{
    return {height() / 3, 2 * height() / 3};
}

void FiguresPane::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    for (const int y : lines())
        painter.fillRect(QRect(0, y, width(), 1), Theme::current().hairline);
}

void FiguresPane::resizeEvent(QResizeEvent *event)
{
    place();
    QWidget::resizeEvent(event);
}

void FiguresPane::place()
{
    const auto [first, second] = lines();
    const int whole = width() - 2 * measure::kPageMargin;
    // The left column is half of it, or what its texts need.
    const int half = std::max({(whole - measure::kControlGap) / 2, m_active->sizeHint().width(), m_events->sizeHint().width()});
    const int right = measure::kPageMargin + half + measure::kControlGap;
    const auto place = [&](QWidget *figure, int left, int top, int bottom, int wide) {
        const int high = std::min(bottom - top, figure->sizeHint().height());
        figure->setGeometry(left, top + (bottom - top - high) / 2, wide, high);
    };
    place(m_active, measure::kPageMargin, 0, first, half);
    place(m_resolved, right, 0, first, width() - right - measure::kGrid);
    place(m_events, measure::kPageMargin, first, second, half);
    place(m_critical, right, first, second, width() - right - measure::kGrid);
    place(m_acknowledge, measure::kPageMargin, second, height(), whole);
}

CountriesPane::CountriesPane(QWidget *parent)
    : OverviewPane(tr("Events by country"), parent), m_map(new WorldMap(this)), m_side(new QWidget(this)),
      m_list(new BarList(m_side)), m_more(new LinkButton(QString(), m_side))
{
    m_list->setAccessibleName(tr("Countries by events"));
    m_list->setRanked(true);
    m_list->setRowHeight(24);
    auto *side = new QVBoxLayout(m_side);
    side->setContentsMargins(0, 0, 0, 0);
    side->setSpacing(0);
    side->addWidget(m_list, 1);
    side->addWidget(m_more);
    auto *row = new QHBoxLayout;
    row->setSpacing(measure::kPageMargin);
    row->addWidget(m_map, 1);
    row->addWidget(m_side);
    column()->addLayout(row, 1);
    heading()->addTool(smallLabel(tr("Events"), this));
    connect(m_map, &WorldMap::activated, this, &CountriesPane::countryActivated);
    connect(m_list, &BarList::activated, this, [this](int index) {
        Q_EMIT countryActivated(m_countries[static_cast<std::size_t>(index)]);
    });
    connect(m_list, &BarList::rowHovered, this, [this](int index) {
        m_map->setHighlightedCountry(index < 0 ? QString() : m_countries[static_cast<std::size_t>(index)].alpha2);
    });
    connect(m_list, &BarList::visibleRowsChanged, this, &CountriesPane::updateMore);
    connect(m_more, &LinkButton::clicked, this, &CountriesPane::showAsTable);
    setListWidth(232);
}

void CountriesPane::setListWidth(int width)
{
    m_side->setFixedWidth(width);
    m_list->setColumnWidths(std::min(150, (width - 18) * 54 / 100), 0);
}

void CountriesPane::setGeo(const std::vector<std::pair<std::string, std::int64_t>> &geo)
{
    m_countries = countriesOf(geo);
    m_map->setCountries(m_countries);
    std::vector<BarList::Row> rows;
    for (const CountryEvents &country : m_countries) {
        const QString code = country.alpha2.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(country.alpha2);
        rows.push_back({country.name, country.events, {},
                        QStringLiteral("%1%2: %3").arg(country.name, code, format::count(country.events))});
    }
    m_list->setRows(std::move(rows));
    heading()->setNote(m_countries.empty() ? tr("no event has a country")
                      : m_countries.size() == 1 ? tr("one country")
                                                : tr("%1 countries").arg(m_countries.size()));
    updateMore();
}

void CountriesPane::updateMore()
{
    const int hidden = static_cast<int>(m_countries.size()) - m_list->visibleRows();
    m_more->setText(hidden > 0 ? tr("%n more", nullptr, hidden) : tr("Show as table"));
    m_more->setAccessibleName(hidden > 0 ? tr("%n more countries, show all as a table", nullptr, hidden)
                                         : tr("Show countries as table"));
    m_more->setEnabled(!m_countries.empty());
    m_more->updateGeometry();
}

void CountriesPane::showAsTable()
{
    std::vector<std::vector<QVariant>> rows;
    for (const CountryEvents &country : m_countries)
        rows.push_back({country.name, country.alpha2, QVariant(static_cast<qlonglong>(country.events))});
    TableDialog::open(tr("Events by country"), {tr("Country"), tr("Code"), tr("Events")}, rows, this);
}

ThreatsPane::ThreatsPane(QWidget *parent)
    : OverviewPane(tr("Top threats"), parent), m_list(new BarList(this)), m_note(smallLabel(QString(), this))
{
    heading()->setNote(tr("all stored alerts"));
    m_list->setAccessibleName(tr("Most frequent alert types"));
    m_list->setHairlines(true);
    m_list->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_list->setMaximumRows(5);
    m_note->setWordWrap(true);
    column()->addWidget(m_list);
    column()->addWidget(m_note);
    column()->addStretch(1);
    connect(m_list, &BarList::activated, this, [this](int row) {
        Q_EMIT threatActivated(m_threats[static_cast<std::size_t>(row)].type);
    });
}

void ThreatsPane::setMetrics(const SecurityMetrics &metrics)
{
    m_threats = metrics.topThreats;
    std::vector<BarList::Row> rows;
    std::int64_t listed = 0;
    QStringList scored;
    for (const ThreatCount &threat : m_threats) {
        rows.push_back({format::alertType(threat.type), threat.count, {}, {}});
        listed += threat.count;
        if (threat.type == AlertType::BruteForceAttack || threat.type == AlertType::DataBreachAttempt
            || threat.type == AlertType::PrivilegeEscalation)
            scored.append(format::alertType(threat.type));
    }
    m_list->setRows(std::move(rows));
    m_list->setVisible(!m_threats.empty());
    const auto types = static_cast<int>(metrics.counts.alertsByType.size() - m_threats.size());
    const std::int64_t others = metrics.counts.activeAlerts + metrics.counts.resolvedAlerts - listed;
    QStringList sentences;
    if (m_threats.empty())
        sentences.append(tr("No alert has been raised yet."));
    if (types > 0)
        sentences.append(tr("%1 of %n other type(s).", nullptr, types)
                             .arg(tr("%Ln alert(s)", nullptr, static_cast<int>(others))));
    if (!scored.isEmpty())
        sentences.append((scored.size() == 1 ? tr("%1 counts towards the score.") : tr("%1 count towards the score."))
                             .arg(scored.join(QStringLiteral(", "))));
    m_note->setText(sentences.join(QLatin1Char(' ')));
}

void ThreatsPane::resizeEvent(QResizeEvent *event)
{
    const int room = height() - 40 - m_note->sizeHint().height() - 12;
    m_list->setRowHeight(std::clamp(room / 5, 26, 40));
    QWidget::resizeEvent(event);
}

HoursPane::HoursPane(QWidget *parent)
    : OverviewPane(tr("Events by hour"), parent), m_chart(new HourChart(this))
{
    auto *table = new LinkButton(tr("Show as table"), this);
    table->setFont(fonts::small());
    heading()->addTool(table);
    column()->addWidget(m_chart, 1);
    m_chart->setSubject(tr("Events by hour"));
    connect(table, &LinkButton::clicked, m_chart, &HourChart::showAsTable);
    connect(m_chart, &HourChart::activated, this, &HoursPane::hourActivated);
}

void HoursPane::setHours(const std::array<std::int64_t, 24> &hours, const QString &zoneName, bool drillDown)
{
    std::vector<HourChart::Column> columns;
    for (int hour = 0; hour < 24; ++hour) {
        const auto two = [](int n) { return QStringLiteral("%1").arg(n, 2, 10, QLatin1Char('0')); };
        columns.push_back({two(hour), tr("%1:00 to %2:00").arg(two(hour), two((hour + 1) % 24)),
                           hours[static_cast<std::size_t>(hour)]});
    }
    const auto most = std::max_element(hours.begin(), hours.end());
    const auto at = static_cast<std::size_t>(most - hours.begin());
    heading()->setNote(*most == 0 ? tr("no events")
                                  : tr("most at %1:00, %2 event(s)", nullptr, static_cast<int>(*most))
                                        .arg(columns[at].label, format::count(*most)));
    m_chart->setColumns(std::move(columns));
    m_chart->setAxisTitles(tr("Hour of day (%1)").arg(zoneName), tr("Events"));
    m_chart->setDrillDown(drillDown);
}

ResponsePane::ResponsePane(QWidget *parent)
    : OverviewPane(tr("Response times"), parent), m_figures(new ResponseFigures(this))
{
    column()->addWidget(m_figures, 1);
    connect(m_figures, &ResponseFigures::activated, this, &ResponsePane::activated);
}

void ResponsePane::setTimes(const ResponseTimes &times, const QString &rangeText)
{
    heading()->setNote(tr("mean, %1").arg(rangeText));
    m_figures->setTimes(times);
}

UsersPane::UsersPane(QWidget *parent)
    : OverviewPane(tr("Risky users"), parent), m_list(new BarList(this)), m_more(new LinkButton(QString(), this)),
      m_empty(smallLabel(QString(), this))
{
    heading()->setNoteSmall(true);
    heading()->setNote(tr("10 × failed + 15 × rate-limited + 25 × critical + 20 if over 2 countries"));
    m_list->setAccessibleName(tr("Riskiest users"));
    m_list->setOrder(BarList::Order::NumberThenBar);
    m_list->setHairlines(true);
    m_list->setFullBar(100);
    m_empty->setText(tr("No event of this range names a user."));
    column()->addWidget(m_empty);
    auto *list = new QVBoxLayout;
    list->setSpacing(0);
    list->addWidget(m_list, 1);
    list->addWidget(m_more);
    column()->addLayout(list, 1);
    m_empty->hide();
    m_more->hide();
    connect(m_list, &BarList::visibleRowsChanged, this, &UsersPane::updateMore);
    connect(m_more, &LinkButton::clicked, this, &UsersPane::showAsTable);
    connect(m_list, &BarList::activated, this, [this](int row) {
        Q_EMIT userActivated(QString::fromStdString(m_users[static_cast<std::size_t>(row)].activity.userId));
    });
}

void UsersPane::setUsers(const std::vector<UserRisk> &users)
{
    m_users = users;
    std::vector<BarList::Row> rows;
    for (const UserRisk &user : users) {
        const std::string &email = user.activity.email;
        const bool known = !email.empty() && email != "unknown";
        const QString name = displayText(known ? email : user.activity.userId);
        const QString reasons = riskReasons(user.activity);
        rows.push_back({name, user.riskScore, reasons,
                        QStringLiteral("%1 (%2)\n%3: %4").arg(name, displayText(user.activity.userId),
                                                              format::count(user.riskScore), reasons)});
    }
    m_list->setRows(std::move(rows));
    m_empty->setVisible(users.empty());
    updateMore();
}

void UsersPane::updateMore()
{
    const int hidden = static_cast<int>(m_users.size()) - m_list->visibleRows();
    m_more->setVisible(hidden > 0);
    m_more->setText(tr("%n more", nullptr, hidden));
    m_more->setAccessibleName(tr("%1, show all as a table").arg(m_more->text()));
    m_more->updateGeometry();
}

void UsersPane::showAsTable()
{
    std::vector<std::vector<QVariant>> rows;
    for (std::size_t i = 0; i < m_users.size(); ++i) {
        const BarList::Row &row = m_list->rows()[i];
        rows.push_back({row.name, QVariant(static_cast<qlonglong>(row.value)), row.note});
    }
    TableDialog::open(tr("Risky users"), {tr("User"), tr("Risk"), tr("Reasons")}, rows, this);
}

void UsersPane::resizeEvent(QResizeEvent *event)
{
    m_list->setColumnWidths(std::clamp(width() * 34 / 100, 110, 220), width() < 500 ? 32 : 40);
    QWidget::resizeEvent(event);
}

QString riskReasons(const UserActivity &activity)
{
    QStringList parts;
    if (activity.failedLogins > 0)
        parts.append(UsersPane::tr("%1 failed").arg(format::count(activity.failedLogins)));
    if (activity.rateLimited > 0)
        parts.append(UsersPane::tr("%1 rate-limited").arg(format::count(activity.rateLimited)));
    if (activity.critical > 0)
        parts.append(UsersPane::tr("%1 critical").arg(format::count(activity.critical)));
    if (activity.countries > 2)
        parts.append(UsersPane::tr("%1 countries").arg(format::count(activity.countries)));
    return parts.isEmpty() ? UsersPane::tr("nothing against them") : parts.join(QStringLiteral(", "));
}

} // namespace bartizan
