// SPDX-License-Identifier: GPL-3.0-or-later
// What the look-up shows of an answer; the rest of the dialog stands in iplookupdialog.cpp.
#include "ui/views/iplookupdialog.h"

#include "core/domain/ipaddress.h"
#include "core/intel/countries.h"
#include "ui/models/accountmodel.h"
#include "ui/models/alertmodel.h"
#include "ui/models/displaytext.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/theme/theme.h"
#include "ui/views/consolecontext.h"
#include "ui/views/fieldgrid.h"
#include "ui/views/labels.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/hourchart.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/sectionheading.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPainter>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>

#include <algorithm>

namespace bartizan {
namespace {

constexpr int kAccountsAtFirst = 5;
constexpr int kMostAccounts = 100;
constexpr int kAllFactors = 3;

/// The square before a risk factor, in the colour of the level.
class FactorMark : public QWidget {
public:
    FactorMark(ThreatLevel level, QWidget *parent)
        : QWidget(parent)
        , m_level(level)
    {
        setFixedSize(16, 16);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.fillRect(QRect(0, 4, 8, 8), Theme::current().threat[static_cast<std::size_t>(m_level)]);
    }

private:
    ThreatLevel m_level;
};

void empty(QLayout *layout)
{
    while (QLayoutItem *item = layout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

QString scopeWords(IpScope scope)
{
    switch (scope) {
    case IpScope::Public: return IpLookUpDialog::tr("public");
    case IpScope::Private: return IpLookUpDialog::tr("private, of your own network");
    case IpScope::Loopback: return IpLookUpDialog::tr("loopback, this machine itself");
    case IpScope::LinkLocal: return IpLookUpDialog::tr("link-local, of the same network segment");
    case IpScope::Multicast: return IpLookUpDialog::tr("multicast");
    case IpScope::Documentation: return IpLookUpDialog::tr("reserved for examples");
    case IpScope::Unspecified: return IpLookUpDialog::tr("unspecified");
    case IpScope::Reserved: break;
    }
    return IpLookUpDialog::tr("reserved");
}

QString countryWords(const std::string &stored)
{
    const Country *country = findCountry(stored);
    if (!country)
        return displayText(stored);
    return QStringLiteral("%1 (%2)").arg(displayText(country->name), displayText(country->alpha2));
}

QString countriesWords(const std::vector<std::string> &countries)
{
    QStringList words;
    for (const std::string &country : countries)
        words.append(countryWords(country));
    words.removeDuplicates();
    return words.join(QStringLiteral(", "));
}

/// As high as its rows, so that the pane scrolls and not the table.
void fitHeight(QTableView *table, int rows, bool header)
{
    table->setFixedHeight(rows * table->verticalHeader()->defaultSectionSize()
                          + (header ? table->horizontalHeader()->height() : 0) + 1);
}

} // namespace

QString IpLookUpDialog::fullTime(TimestampMs t) const
{
    return format::clockTime(t, m_context->displayZone());
}

void IpLookUpDialog::showReport(const IpReport &report)
{
    m_report = report;
    const QTimeZone zone = m_context->displayZone();
    m_range->setText(format::timeRange(report.range, zone));
    showRange();
    m_level->setLevel(report.threat.level);
    m_verdict->setText(tr("%1 of %2 risk factors").arg(report.threat.factors.size()).arg(kAllFactors));
    showFactors();
    showWhere();
    m_eventsHeading->setNote(format::count(report.evidence.activity.events));
    showHours();
    m_accountsHeading->setNote(format::count(report.evidence.activity.distinctUsers));
    const TimestampMs now = QDateTime::currentMSecsSinceEpoch();
    m_accounts->setAccounts(report.evidence.accounts, now, zone);
    showAccounts();
    m_alertsHeading->setNote(format::count(static_cast<qint64>(report.evidence.alerts.size())));
    m_alerts->setDisplayZone(zone);
    m_alerts->setNow(now);
    m_alerts->load(report.evidence.alerts);
    m_alertsTable->setVisible(!report.evidence.alerts.empty());
    fitHeight(m_alertsTable, m_alerts->rowCount(), true);
    m_copy->setEnabled(true);
    m_stack->setCurrentIndex(1);
}

void IpLookUpDialog::showRange()
{
    const QString note = rangeNote();
    const bool nothing = m_report->evidence.activity.events == 0;
    m_openEvents->setText(nothing && m_report->newest ? tr("Open all in Events") : tr("Open in Events"));
    m_openEvents->setVisible(m_report->newest.has_value());
    m_messageRoom->setVisible(!note.isEmpty());
    if (note.isEmpty())
        return;
    QString link;
    if (nothing && m_report->newest)
        link = tr("Show the 24 h up to it");
    else if (m_span != Span::UpToNow)
        link = tr("Show the last 24 h");
    m_message->setMessage(MessageKind::Info, note, link);
}

QString IpLookUpDialog::rangeNote() const
{
    if (!m_report)
        return {};
    const QString address = displayText(m_report->address);
    if (!m_report->newest)
        return tr("The log holds no event of %1.").arg(address);
    if (m_report->evidence.activity.events == 0) {
        return (m_span == Span::UpToNow ? tr("No events of %1 in the last 24 h; the newest is of %2.")
                                        : tr("No events of %1 in these 24 h; the newest is of %2."))
            .arg(address, fullTime(*m_report->newest));
    }
    if (m_span == Span::Around)
        return tr("These are the 24 h around %1, not the last ones.").arg(fullTime(m_at));
    if (m_span == Span::UpToNewest)
        return tr("These are the 24 h up to its newest event, not the last ones.");
    return {};
}

void IpLookUpDialog::showFactors()
{
    const IpThreat &threat = m_report->threat;
    empty(m_factors->layout());
    empty(m_recommendations->layout());
    for (std::size_t i = 0; i < threat.riskFactors.size(); ++i) {
        auto *line = new QWidget(m_factors);
        auto *row = new QHBoxLayout(line);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(0);
        if (i < threat.factors.size())
            row->addWidget(new FactorMark(threat.level, line));
        row->addWidget(new ElidedLabel(displayText(threat.riskFactors[i]), line), 1);
        if (i < threat.factors.size())
            row->addWidget(smallLabel(tr("over %1").arg(format::count(threat.factors[i].threshold)), line));
        m_factors->layout()->addWidget(line);
    }
    int number = 0;
    for (const std::string &recommendation : threat.recommendations)
        m_recommendations->layout()->addWidget(numberedLine(++number, displayText(recommendation), m_recommendations));
}

void IpLookUpDialog::showWhere()
{
    const IpEvidence &evidence = m_report->evidence;
    const auto address = IpAddress::parse(m_report->address);
    m_where->clear();
    m_where->addText(tr("Address"), displayText(m_report->address));
    m_where->addText(tr("Country"), evidence.countries.empty() ? tr("not known") : countriesWords(evidence.countries));
    if (address)
        m_where->addText(tr("Kind"), scopeWords(address->scope()));
    m_where->addText(tr("First seen"), evidence.firstSeen ? fullTime(*evidence.firstSeen) : tr("never"));
}

void IpLookUpDialog::showHours()
{
    const QTimeZone zone = m_context->displayZone();
    const auto clock = [&zone](TimestampMs t) {
        return QDateTime::fromMSecsSinceEpoch(t, zone).toString(QStringLiteral("HH:mm"));
    };
    std::vector<HourChart::Column> columns;
    TimestampMs from = m_report->range.start;
    for (std::size_t i = 0; i < m_report->evidence.eventsByHour.size(); ++i, from += kHour) {
        HourChart::Column column;
        if (i % 3 == 0)
            column.label = clock(from).left(2);
        column.name = tr("%1 to %2").arg(clock(from), clock(std::min(from + kHour, m_report->range.end)));
        column.value = m_report->evidence.eventsByHour[i];
        columns.push_back(std::move(column));
    }
    m_hours->setAxisTitles(tr("Hour (%1)").arg(format::zoneName(zone, m_report->range.end)), tr("Events"));
    m_hours->setColumns(std::move(columns));
}

/// Five at first, then up to a hundred; the events page has them all.
void IpLookUpDialog::showAccounts()
{
    const int all = m_accounts->rowCount();
    const int shown = std::min(all, m_allAccounts ? kMostAccounts : kAccountsAtFirst);
    m_accountsTable->setVisible(all > 0);
    m_accountsTable->setVerticalScrollBarPolicy(all > shown && m_allAccounts ? Qt::ScrollBarAsNeeded
                                                                             : Qt::ScrollBarAlwaysOff);
    fitHeight(m_accountsTable, shown, true);
    m_moreAccounts->setText(tr("%1 more").arg(format::count(all - shown)));
    m_moreAccounts->setVisible(all > shown && !m_allAccounts);
}

QString IpLookUpDialog::asText() const
{
    if (!m_report)
        return {};
    const IpReport &report = *m_report;
    QStringList lines{tr("IP threat look-up of %1").arg(displayText(report.address)),
                      format::timeRange(report.range, m_context->displayZone())};
    if (const QString note = rangeNote(); !note.isEmpty())
        lines.append(note);
    lines << tr("Level: %1").arg(format::threatLevel(report.threat.level)) << QString() << tr("Risk factors");
    for (const std::string &factor : report.threat.riskFactors)
        lines.append(QStringLiteral("- ") + displayText(factor));
    lines << QString() << tr("Recommendations");
    for (const std::string &recommendation : report.threat.recommendations)
        lines.append(QStringLiteral("- ") + displayText(recommendation));
    const IpEvidence &evidence = report.evidence;
    lines << QString() << tr("Country: %1").arg(evidence.countries.empty() ? tr("not known") : countriesWords(evidence.countries))
          << tr("First seen: %1").arg(evidence.firstSeen ? fullTime(*evidence.firstSeen) : tr("never"))
          << tr("Events: %1").arg(format::count(evidence.activity.events)) << QString()
          << tr("Accounts touched: %1").arg(format::count(evidence.activity.distinctUsers));
    for (const AccountActivity &account : evidence.accounts) {
        lines.append(tr("- %1: %2 logins failed, %3 succeeded, last event %4")
                         .arg(displayText(account.userId), format::count(account.failed),
                              format::count(account.succeeded), fullTime(account.last)));
    }
    lines << QString() << tr("Alerts: %1").arg(format::count(static_cast<qint64>(evidence.alerts.size())));
    for (const SecurityAlert &alert : evidence.alerts) {
        lines.append(tr("- %1 %2 %3, %4").arg(fullTime(alert.timestamp), format::severity(alert.severity),
                                              displayText(alert.title), format::status(alert)));
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

} // namespace bartizan
