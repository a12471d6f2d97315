// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/iplookupdialog.h"

#include "core/domain/ipaddress.h"
#include "core/ports/clock.h"
#include "ui/models/accountmodel.h"
#include "ui/models/alertmodel.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/views/alertsdelegate.h"
#include "ui/views/consolecontext.h"
#include "ui/views/fieldgrid.h"
#include "ui/views/labels.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/hourchart.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/rowpainting.h"
#include "ui/widgets/sectionheading.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTableView>

namespace bartizan {
namespace {

constexpr int kVerdictWidth = 400;
constexpr int kAddressWidth = 318;

QVBoxLayout *columnOf(QWidget *widget)
{
    auto *column = new QVBoxLayout(widget);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(measure::kControlGap);
    return column;
}

QScrollArea *scrolling(QWidget *content, const QString &name, QWidget *parent)
{
    auto *scroll = new QScrollArea(parent);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(name);
    scroll->setWidget(content);
    return scroll;
}

} // namespace

IpLookUpDialog::IpLookUpDialog(ConsoleContext *context, QWidget *parent)
    : FramedDialog(tr("IP threat look-up"), parent)
    , m_context(context)
    , m_accounts(new AccountModel(this))
    , m_alerts(new AlertModel(this))
{
    setMinimumSize(720, 560);
    resize(888, 720);
    body()->setContentsMargins(0, 0, 0, 0);
    body()->setSpacing(0);
    body()->addWidget(buildAddressBar());
    body()->addWidget(new Hairline(Qt::Horizontal, this));
    body()->addWidget(buildMessage());

    auto *none = new QWidget(this);
    auto *noneColumn = new QVBoxLayout(none);
    noneColumn->setContentsMargins(measure::kDialogMargin, measure::kDialogMargin, measure::kDialogMargin, 0);
    noneColumn->addWidget(mutedLabel(tr("Type an address to see what it did in 24 hours."), none));
    noneColumn->addStretch(1);
    auto *panes = new QWidget(this);
    auto *row = new QHBoxLayout(panes);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    QScrollArea *verdict = scrolling(buildVerdict(), tr("Verdict"), panes);
    verdict->setFixedWidth(kVerdictWidth);
    row->addWidget(verdict);
    row->addWidget(new Hairline(Qt::Vertical, panes));
    row->addWidget(scrolling(buildEvidence(), tr("Evidence"), panes), 1);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(none);
    m_stack->addWidget(panes);
    body()->addWidget(m_stack, 1);

    m_copy = new QPushButton(icons::icon(QStringLiteral("copy")), tr("Copy as text"), this);
    m_copy->setAutoDefault(false);
    m_copy->setEnabled(false);
    addFooterNote(m_copy);
    connect(m_copy, &QAbstractButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(asText()); });
    connect(addButton(tr("Close")), &QAbstractButton::clicked, this, &QDialog::reject);
    connect(m_context, &ConsoleContext::displayZoneChanged, this, [this] {
        if (m_report)
            showReport(IpReport(*m_report));
    });
    checkAddress();
}

QWidget *IpLookUpDialog::buildAddressBar()
{
    auto *bar = new QWidget(this);
    auto *column = new QVBoxLayout(bar);
    column->setContentsMargins(measure::kDialogMargin, 12, measure::kDialogMargin, 4);
    column->setSpacing(2);
    auto *row = new QHBoxLayout;
    row->setSpacing(measure::kControlGap);
    QLabel *label = plainLabel(tr("&Address"), bar);
    m_address = new QLineEdit(bar);
    m_address->setAccessibleName(tr("Address"));
    m_address->setFixedWidth(kAddressWidth);
    m_address->setMaxLength(100);
    m_address->setClearButtonEnabled(true);
    label->setBuddy(m_address);
    m_kind = smallLabel({}, bar);
    m_kind->setMinimumWidth(m_kind->fontMetrics().horizontalAdvance(tr("IPv4")) + 4);
    m_lookUp = new QPushButton(tr("Look up"), bar);
    m_lookUp->setDefault(true);
    setPrimary(m_lookUp);
    m_range = new ElidedLabel(bar);
    m_range->setMuted(true);
    row->addWidget(label);
    row->addWidget(m_address);
    row->addWidget(m_kind);
    row->addWidget(m_lookUp);
    row->addStretch(1);
    row->addWidget(m_range);
    m_fieldError = new FieldError(bar);
    column->addLayout(row);
    column->addWidget(m_fieldError);
    connect(m_address, &QLineEdit::textChanged, this, &IpLookUpDialog::checkAddress);
    connect(m_lookUp, &QAbstractButton::clicked, this, [this] { ask(Span::UpToNow); });
    return bar;
}

QWidget *IpLookUpDialog::buildMessage()
{
    m_messageRoom = new QWidget(this);
    auto *room = new QVBoxLayout(m_messageRoom);
    room->setContentsMargins(measure::kDialogMargin, measure::kControlGap, measure::kDialogMargin, measure::kControlGap);
    m_message = new InlineMessage(m_messageRoom);
    room->addWidget(m_message);
    m_messageRoom->hide();
    connect(m_message, &InlineMessage::linkActivated, this, &IpLookUpDialog::followLink);
    return m_messageRoom;
}

QWidget *IpLookUpDialog::buildVerdict()
{
    auto *pane = new QWidget(this);
    QVBoxLayout *column = columnOf(pane);
    column->setContentsMargins(measure::kDialogMargin, 14, measure::kDialogMargin, measure::kDialogMargin);
    auto *head = new QHBoxLayout;
    m_level = new ThreatBadge(pane);
    m_verdict = plainLabel({}, pane);
    head->addWidget(m_level);
    head->addWidget(m_verdict, 1);
    column->addLayout(head);
    m_factors = new QWidget(pane);
    columnOf(m_factors);
    m_recommendations = new QWidget(pane);
    columnOf(m_recommendations);
    m_where = new FieldGrid({}, pane);
    const auto section = [&](const QString &title, QWidget *content) {
        column->addSpacing(measure::kGrid);
        column->addWidget(new Hairline(Qt::Horizontal, pane));
        column->addWidget(new SectionHeading(title, pane));
        column->addWidget(content);
    };
    section(tr("Risk factors"), m_factors);
    section(tr("Recommendations"), m_recommendations);
    section(tr("Where"), m_where);
    column->addStretch(1);
    return pane;
}

QWidget *IpLookUpDialog::buildEvidence()
{
    auto *pane = new QWidget(this);
    QVBoxLayout *column = columnOf(pane);
    column->setContentsMargins(0, measure::kControlGap, 0, measure::kControlGap);
    const auto inset = [&](QWidget *widget) {
        auto *row = new QHBoxLayout;
        row->setContentsMargins(measure::kDialogMargin, 0, measure::kDialogMargin, 0);
        row->addWidget(widget);
        column->addLayout(row);
    };
    m_eventsHeading = new SectionHeading(tr("Events in 24 h"), pane);
    m_openEvents = new LinkButton(tr("Open in Events"), pane);
    m_eventsHeading->addTool(m_openEvents);
    connect(m_openEvents, &QAbstractButton::clicked, this, [this] { openEvents(std::nullopt); });
    m_hours = new HourChart(pane);
    m_hours->setSubject(tr("Events by hour"));
    m_hours->setFixedHeight(180);
    inset(m_eventsHeading);
    inset(m_hours);
    column->addWidget(new Hairline(Qt::Horizontal, pane));
    m_accountsHeading = new SectionHeading(tr("Accounts touched"), pane);
    inset(m_accountsHeading);
    m_accountsTable = buildAccounts(pane);
    column->addWidget(m_accountsTable);
    m_moreAccounts = new LinkButton({}, pane);
    inset(m_moreAccounts);
    connect(m_moreAccounts, &QAbstractButton::clicked, this, [this] {
        m_allAccounts = true;
        showAccounts();
    });
    column->addWidget(new Hairline(Qt::Horizontal, pane));
    m_alertsHeading = new SectionHeading(tr("Alerts that name it"), pane);
    inset(m_alertsHeading);
    m_alertsTable = buildAlerts(pane);
    column->addWidget(m_alertsTable);
    column->addStretch(1);
    return pane;
}

QTableView *IpLookUpDialog::buildAccounts(QWidget *parent)
{
    auto *table = new QTableView(parent);
    table->setModel(m_accounts);
    rowpainting::setUpTable(table);
    auto *delegate = new RowDelegate(table);
    delegate->setRightAligned({AccountModel::FailedColumn, AccountModel::SucceededColumn});
    table->setItemDelegate(delegate);
    table->setAccessibleName(tr("Accounts touched"));
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setTabKeyNavigation(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->horizontalHeader()->setSectionResizeMode(AccountModel::AccountColumn, QHeaderView::Stretch);
    table->setColumnWidth(AccountModel::FailedColumn, 92);
    table->setColumnWidth(AccountModel::SucceededColumn, 112);
    table->setColumnWidth(AccountModel::LastColumn, 100);
    connect(table, &QTableView::activated, this, [this](const QModelIndex &index) {
        openEvents(m_accounts->accountAt(index.row()).userId);
    });
    return table;
}

QTableView *IpLookUpDialog::buildAlerts(QWidget *parent)
{
    auto *table = new QTableView(parent);
    table->setModel(m_alerts);
    rowpainting::setUpTable(table);
    table->setItemDelegate(new AlertsDelegate(table));
    table->setAccessibleName(tr("Alerts that name the address"));
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setTabKeyNavigation(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    for (const int column : {AlertModel::TypeColumn, AlertModel::AddressColumn, AlertModel::CountryColumn,
                             AlertModel::UserColumn, AlertModel::CountColumn, AlertModel::OwnerColumn, AlertModel::ActionColumn})
        table->hideColumn(column);
    table->horizontalHeader()->setSectionResizeMode(AlertModel::TitleColumn, QHeaderView::Stretch);
    table->setColumnWidth(AlertModel::SeverityColumn, badge::widestSeverity() + 24);
    table->setColumnWidth(AlertModel::TimeColumn, 98);
    table->setColumnWidth(AlertModel::StatusColumn, 136);
    connect(table, &QTableView::activated, this, [this](const QModelIndex &index) {
        AlertDrillDown wanted;
        wanted.alertId = m_alerts->idAt(index.row()).toStdString();
        m_context->showAlerts(wanted);
    });
    return table;
}

void IpLookUpDialog::lookUp(const QString &address, std::optional<TimestampMs> at)
{
    m_address->setText(address.left(m_address->maxLength()));
    m_address->selectAll();
    m_address->setFocus();
    if (!m_lookUp->isEnabled())
        return;
    const bool older = at && *at < SystemClock().now() - kDay;
    ask(older ? Span::Around : Span::UpToNow, at.value_or(0));
}

QString IpLookUpDialog::fieldError() const
{
    return m_fieldError->text();
}

/// Says while one types whether it is an address, and of which kind.
void IpLookUpDialog::checkAddress()
{
    const QString text = m_address->text().trimmed();
    const auto address = IpAddress::parse(text.toStdString());
    const bool wrong = !text.isEmpty() && !address;
    m_kind->setText(address ? (address->isV6() ? tr("IPv6") : tr("IPv4")) : QString());
    m_fieldError->setText(wrong ? tr("Not an IPv4 or IPv6 address, such as 203.0.113.47 or 2001:db8::1") : QString());
    FieldError::markField(m_address, wrong);
    m_lookUp->setEnabled(address.has_value());
}

void IpLookUpDialog::ask(Span span, TimestampMs at)
{
    QueryService *queries = m_context->session()->queries();
    if (!queries) {
        m_message->setMessage(MessageKind::Warning, tr("No database is open."));
        m_messageRoom->show();
        return;
    }
    std::optional<TimestampMs> end;
    if (span == Span::Around)
        end = at + kDay / 2;
    else if (span == Span::UpToNewest)
        end = at;
    m_loading = true;
    m_lookUp->setText(tr("Looking up…"));
    // As typed: a log may spell an address in a way of its own, and the report finds the other spelling itself.
    const std::string address = m_address->text().trimmed().toStdString();
    queries->ipReport(address, end, this, [this, span, at](const Result<IpReport> &report) {
        m_loading = false;
        m_lookUp->setText(tr("Look up"));
        if (report) {
            m_allAccounts = false;
            m_span = span;
            m_at = at;
            showReport(*report);
        } else {
            m_message->setMessage(MessageKind::Error, report.error().message);
            m_messageRoom->show();
        }
    });
}

/// To the 24 h that hold something, or back to the last ones; of the address that is shown, whatever is being typed.
void IpLookUpDialog::followLink()
{
    if (!m_report)
        return;
    m_address->setText(QString::fromStdString(m_report->address));
    if (m_report->evidence.activity.events == 0 && m_report->newest)
        ask(Span::UpToNewest, *m_report->newest);
    else
        ask(Span::UpToNow);
}

void IpLookUpDialog::openEvents(const std::optional<std::string> &user)
{
    if (!m_report)
        return;
    EventQuery query;
    query.range = m_report->range;
    // Where the 24 h hold nothing, all that there is.
    if (m_report->evidence.activity.events == 0 && m_report->newest)
        query.range = {m_report->evidence.firstSeen.value_or(m_report->range.start), *m_report->newest};
    query.ipAddress = m_report->address;
    query.userId = user;
    m_context->showEvents(query);
}

} // namespace bartizan
