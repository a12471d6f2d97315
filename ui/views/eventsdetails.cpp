// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/eventsdetails.h"

#include "core/intel/countries.h"
#include "core/report/documentjson.h"
#include "ui/models/displaytext.h"
#include "ui/theme/consolestyle.h"
#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/views/consolecontext.h"
#include "ui/views/fieldgrid.h"
#include "ui/views/labels.h"
#include "ui/views/metadataview.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/sectionheading.h"
#include "ui/widgets/taborder.h"
#include "ui/widgets/wrappedlabel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QJsonObject>
#include <QScrollArea>
#include <QStackedLayout>
#include <QToolButton>

namespace bartizan {
namespace {

/// The row that is written when an alert is raised; it does not name the alert.
constexpr std::string_view kAlertRow = "security_alert_created";
/// What Bartizan notes is small; nobody looks for an id in more than this.
constexpr std::size_t kLargestNote = 16 * 1024;

QString whole(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

} // namespace

EventsDetails::EventsDetails(ConsoleContext *context, QWidget *parent)
    : QWidget(parent)
    , m_context(context)
{
    setMinimumWidth(280);
    setAccessibleName(tr("Details of the event"));
    auto *none = new QWidget(this);
    auto *noneColumn = new QVBoxLayout(none);
    noneColumn->setContentsMargins(measure::kPageMargin, measure::kPageMargin, measure::kPageMargin, 0);
    QLabel *hint = mutedLabel(tr("Select an event to see all of it."), none);
    hint->setWordWrap(true);
    noneColumn->addWidget(hint);
    noneColumn->addStretch(1);

    auto *body = new QWidget(this);
    auto *column = new QVBoxLayout(body);
    column->setContentsMargins(measure::kPageMargin, 12, measure::kPageMargin, 12);
    column->setSpacing(measure::kControlGap + 2);
    auto *head = new QHBoxLayout;
    m_title = new ElidedLabel(body);
    m_title->setFont(fonts::semibold());
    auto *copy = new QToolButton(body);
    copy->setIcon(icons::icon(QStringLiteral("copy")));
    copy->setAutoRaise(true);
    copy->setAccessibleName(tr("Copy the event as JSON"));
    copy->setToolTip(copy->accessibleName());
    head->addWidget(m_title, 1);
    head->addWidget(copy);
    m_time = new ElidedLabel(body);
    m_time->setMuted(true);
    m_error = new WrappedLabel({}, body);
    m_fields = new FieldGrid(FilterSubject::Events, body);
    connect(m_fields, &FieldGrid::narrowed, this, &EventsDetails::narrowed);
    m_metadata = new MetadataView(FilterSubject::Events, body);
    connect(m_metadata, &MetadataView::narrowed, this, &EventsDetails::narrowed);
    column->addLayout(head);
    column->addWidget(m_time);
    column->addWidget(m_error);
    column->addWidget(new Hairline(Qt::Horizontal, body));
    column->addWidget(new SectionHeading(tr("Fields"), body));
    column->addWidget(m_fields);
    column->addWidget(new Hairline(Qt::Horizontal, body));
    column->addWidget(m_metadata);
    column->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(accessibleName());
    scroll->setProperty(styleproperty::kRingInside, true);
    scroll->setWidget(body);

    m_stack = new QStackedLayout(this);
    m_stack->addWidget(none);
    m_stack->addWidget(scroll);
    connect(copy, &QAbstractButton::clicked, this, &EventsDetails::copyJson);
}

void EventsDetails::showEvent(const AuditEvent *event, std::string_view lookedUp)
{
    if (!event) {
        m_stack->setCurrentIndex(0);
        return;
    }
    m_event = *event;
    m_lookedUp = lookedUp;
    showFields();
    m_stack->setCurrentIndex(1);
}

void EventsDetails::updateZone()
{
    if (m_stack->currentIndex() == 1)
        showFields();
}

/// Where the address is, as the row says it, or as it was looked up.
QString EventsDetails::countryText() const
{
    const std::string_view code = m_event.context.country ? std::string_view(*m_event.context.country) : m_lookedUp;
    const Country *country = code.empty() ? nullptr : findCountry(code);
    const QString name = country ? displayText(country->name) : displayText(code);
    return m_event.context.country || name.isEmpty() ? name : tr("%1 (looked up)").arg(name);
}

void EventsDetails::showFields()
{
    const EventContext &context = m_event.context;
    m_title->setText(displayText(m_event.action));
    m_time->setText(format::fullTime(m_event.timestamp, m_context->displayZone()));
    m_error->setVisible(m_event.errorMessage.has_value());
    m_error->setText(displayText(m_event.errorMessage.value_or(std::string()), kParagraphLimit));
    m_fields->clear();
    m_fields->offerOn(m_title, FilterField::Action, m_event.action);
    m_fields->offerOn(m_error, FilterField::Text, m_event.errorMessage.value_or(std::string()));
    m_fields->addText(tr("Type"), format::eventType(m_event.eventType));
    m_fields->offer(FilterField::Type, toString(m_event.eventType));
    m_fields->addText(tr("Outcome"), format::outcome(m_event.outcome));
    m_fields->offer(FilterField::Outcome, toString(m_event.outcome));
    m_fields->addText(tr("Severity"), format::auditSeverity(m_event.severity));
    m_fields->offer(FilterField::Severity, toString(m_event.severity));
    if (context.ipAddress) {
        const QString address = fieldText(context.ipAddress);
        m_fields->addLink(tr("Address"), address, tr("Look up address %1").arg(address),
                          [this, address] { m_context->lookUpAddress(address, m_event.timestamp); },
                          countryText());
        m_fields->offer(FilterField::Address, *context.ipAddress);
    } else {
        m_fields->addStored(tr("Country"), FilterField::Country, context.country);
    }
    if (context.userId) {
        m_fields->addLink(tr("User"), fieldText(context.userId), tr("Show events of user %1").arg(fieldText(context.userId)),
                          [this] { Q_EMIT userPressed(whole(*m_event.context.userId)); });
        m_fields->offer(FilterField::User, *context.userId);
    }
    m_fields->addStored(tr("Company"), FilterField::Company, context.companyId);
    m_fields->addStored(tr("Platform user"), FilterField::Text, context.platformUserId);
    m_fields->addStored(tr("User agent"), FilterField::Agent, context.userAgent);
    m_fields->addStored(tr("Session"), FilterField::Session, context.sessionId, true);
    m_fields->addStored(tr("Request"), FilterField::Request, context.requestId, true);
    m_fields->addText(tr("Written by"), m_event.origin == RowOrigin::Monitor ? tr("Bartizan") : tr("the application"));
    addOrigin();
    m_fields->addText(tr("Row"), QString::number(m_event.id), true);
    m_metadata->setMetadata(m_event.metadata);
    tabAsSeen(this);
}

/// The ways to what a row of Bartizan's is about: what others wrote into the log may name any alert.
void EventsDetails::addOrigin()
{
    if (m_event.origin != RowOrigin::Monitor)
        return;
    const QJsonObject note = m_event.metadata.size() <= kLargestNote
        ? QJsonDocument::fromJson(QByteArray::fromStdString(m_event.metadata)).object() : QJsonObject();
    AlertDrillDown wanted;
    wanted.alertId = note.value(QLatin1String("alertId")).toString().toStdString();
    QString shown = displayText(wanted.alertId);
    if (shown.isEmpty() && m_event.action == kAlertRow) {
        wanted.range = RangeChoice{RangeChoice::Kind::Custom, {m_event.timestamp, m_event.timestamp}};
        shown = tr("raised at this moment");
    }
    m_fields->addLink(tr("Alert"), shown, tr("Show the alert %1").arg(shown), [this, wanted] { m_context->showAlerts(wanted); });
    const QString mute = displayText(note.value(QLatin1String("muteId")).toString().toStdString());
    m_fields->addLink(tr("Mute"), mute, tr("Show the mutes"), [this] { m_context->showMutes(); });
}

void EventsDetails::addFiltersTo(QMenu *menu)
{
    m_fields->addFiltersTo(menu);
}

void EventsDetails::copyJson() const
{
    QGuiApplication::clipboard()->setText(whole(toJsonText(m_event)));
}

} // namespace bartizan
