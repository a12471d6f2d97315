// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/alertsdetails.h"

#include "core/engine/actor.h"
#include "core/intel/countries.h"
#include "core/domain/rulegroup.h"
#include "ui/models/alertrecords.h"
#include "ui/models/displaytext.h"
#include "ui/models/mutewords.h"
#include "ui/models/recommendedactions.h"
#include "ui/models/rulewords.h"
#include "ui/theme/consolestyle.h"
#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/views/alertsurroundings.h"
#include "ui/views/consolecontext.h"
#include "ui/views/fieldgrid.h"
#include "ui/views/labels.h"
#include "ui/views/metadataview.h"
#include "ui/views/remarks.h"
#include "ui/views/triagewords.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/keyhint.h"
#include "ui/widgets/sectionheading.h"
#include "ui/widgets/taborder.h"
#include "ui/widgets/wrappedlabel.h"

#include <QApplication>
#include <QDateTime>
#include <QDesktopServices>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedLayout>
#include <QToolButton>
#include <QUrl>

#include <algorithm>
#include <array>

namespace bartizan {
namespace {

/// An alert that is not there after this gives way to saying so; before, changing the pane would only flicker.
constexpr int kLateMs = 150;

/// What finds the alerts that were counted for the same; nullopt: nothing would.
std::optional<FilterField> fieldOfGroup(const SecurityAlert &alert, const GroupParts &group)
{
    switch (group.kind) {
    case GroupKind::User: return FilterField::User;
    case GroupKind::Company: return FilterField::Company;
    case GroupKind::Session: return FilterField::Session;
    case GroupKind::Account: break;
    default: return std::nullopt;
    }
    // Accounts are compared without case, and may have come from a user or from metadata.
    const QString account = format::text(group.value);
    const std::array<std::string, 3> searched{alert.description, alert.context.userId.value_or(std::string()),
                                              searchedMetadata(alert.metadata)};
    const bool isSearched = std::any_of(searched.begin(), searched.end(), [&account](const std::string &text) {
        return format::text(text).contains(account, Qt::CaseInsensitive);
    });
    return isSearched ? std::optional(FilterField::Text) : std::nullopt;
}

} // namespace

AlertsDetails::AlertsDetails(ConsoleContext *context, QWidget *parent)
    : QWidget(parent)
    , m_context(context)
{
    setMinimumWidth(280);
    setAccessibleName(tr("Details of the alert"));
    auto *none = new QWidget(this);
    auto *noneColumn = new QVBoxLayout(none);
    noneColumn->setContentsMargins(measure::kPageMargin, measure::kPageMargin, measure::kPageMargin, 0);
    m_hint = mutedLabel(tr("Select an alert to see what is known of it."), none);
    m_hint->setWordWrap(true);
    m_unread = new InlineMessage(none);
    m_unread->hide();
    noneColumn->addWidget(m_hint);
    noneColumn->addWidget(m_unread);
    noneColumn->addStretch(1);

    auto *whole = new QWidget(this);
    auto *column = new QVBoxLayout(whole);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(buildHead());
    column->addWidget(new Hairline(Qt::Horizontal, whole));
    m_scroll = new QScrollArea(whole);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setAccessibleName(accessibleName());
    m_scroll->setProperty(styleproperty::kRingInside, true);
    m_scroll->setWidget(buildBody());
    column->addWidget(m_scroll, 1);

    m_stack = new QStackedLayout(this);
    m_stack->addWidget(none);
    m_stack->addWidget(whole);
    m_late.setSingleShot(true);
    m_late.setInterval(kLateMs);
    connect(&m_late, &QTimer::timeout, this, [this] { showNone(tr("Reading the alert…")); });
    connect(m_unread, &InlineMessage::linkActivated, this, &AlertsDetails::refresh);
    connect(context->session(), &Session::othersLookAt, this, [this](const QString &id, const QStringList &people) {
        if (id != m_id)
            return;
        m_others->setText(tr("Also open at: %1").arg(format::singleLine(people.join(QStringLiteral(", ")))));
        m_others->setVisible(!people.isEmpty());
    });
}

/// What can be done with the alert: the two steps that end it, and the rest in a menu.
QLayout *AlertsDetails::buildButtons(QWidget *head)
{
    auto *buttons = new QHBoxLayout;
    m_acknowledge = new QPushButton(tr("Acknowledge"), head);
    m_acknowledge->setAccessibleName(tr("Acknowledge this alert"));
    setPrimary(m_acknowledge);
    m_key = new KeyHint(QStringLiteral("A"), head);
    m_resolve = new QPushButton(tr("Resolve…"), head);
    m_resolve->setAccessibleName(tr("Resolve this alert"));
    buttons->addWidget(m_acknowledge);
    buttons->addWidget(m_key);
    buttons->addWidget(m_resolve);
    buttons->addWidget(new KeyHint(QStringLiteral("R"), head));
    buttons->addStretch(1);
    auto *more = new QToolButton(head);
    more->setIcon(icons::icon(QStringLiteral("ellipsis-vertical")));
    more->setAccessibleName(tr("More about this alert"));
    more->setToolTip(more->accessibleName());
    more->setPopupMode(QToolButton::InstantPopup);
    auto *menu = new QMenu(more);
    more->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fillMenu(menu); });
    buttons->addWidget(more);
    connect(m_acknowledge, &QAbstractButton::clicked, this, [this] { Q_EMIT acknowledgeRequested(shownId()); });
    connect(m_resolve, &QAbstractButton::clicked, this, [this] { Q_EMIT stepRequested(shownId(), TriageKind::Resolve); });
    return buttons;
}

QWidget *AlertsDetails::buildHead()
{
    auto *head = new QWidget(this);
    auto *column = new QVBoxLayout(head);
    column->setContentsMargins(measure::kPageMargin, 12, measure::kPageMargin, 12);
    column->setSpacing(measure::kControlGap);
    auto *first = new QHBoxLayout;
    m_badge = new SeverityBadge(head);
    m_title = new ElidedLabel(head);
    m_title->setFont(fonts::semibold());
    auto *copy = new QToolButton(head);
    copy->setIcon(icons::icon(QStringLiteral("copy")));
    copy->setAutoRaise(true);
    copy->setAccessibleName(tr("Copy the alert as JSON"));
    copy->setToolTip(copy->accessibleName());
    first->addWidget(m_badge);
    first->addWidget(m_title, 1);
    first->addWidget(copy);
    m_time = new ElidedLabel(head);
    m_time->setMuted(true);
    m_acknowledged = new WrappedLabel({}, head);
    m_acknowledged->setMuted(true);
    m_others = new ElidedLabel(head);
    m_others->setMuted(true);
    m_others->setObjectName(QStringLiteral("alert.others"));
    m_others->hide();
    m_error = new InlineMessage(head);
    m_error->hide();
    column->addLayout(first);
    column->addWidget(m_time);
    column->addLayout(buildButtons(head));
    column->addWidget(m_acknowledged);
    column->addWidget(m_others);
    column->addWidget(m_error);
    connect(copy, &QAbstractButton::clicked, this, &AlertsDetails::copyJson);
    return head;
}

void AlertsDetails::addSection(QVBoxLayout *column, QWidget *heading, QWidget *content)
{
    column->addWidget(new Hairline(Qt::Horizontal, column->parentWidget()));
    if (heading)
        column->addWidget(heading);
    column->addWidget(content);
}

QWidget *AlertsDetails::buildBody()
{
    auto *body = new QWidget(m_scroll);
    auto *column = new QVBoxLayout(body);
    column->setContentsMargins(measure::kPageMargin, 12, measure::kPageMargin, 12);
    column->setSpacing(measure::kControlGap + 2);
    m_description = new WrappedLabel({}, body);
    column->addWidget(m_description);
    m_fields = new FieldGrid(FilterSubject::Alerts, body);
    connect(m_fields, &FieldGrid::narrowed, this, &AlertsDetails::narrowed);
    addSection(column, new SectionHeading(tr("Context"), body), m_fields);
    m_metadata = new MetadataView(FilterSubject::Alerts, body);
    connect(m_metadata, &MetadataView::narrowed, this, &AlertsDetails::narrowed);
    addSection(column, nullptr, m_metadata);
    auto *actions = new QWidget(body);
    m_actions = new QVBoxLayout(actions);
    m_actions->setContentsMargins(0, 0, 0, 0);
    m_actions->setSpacing(measure::kGrid);
    addSection(column, new SectionHeading(tr("Recommended actions"), body), actions);
    m_surroundings = new AlertSurroundings(m_context, body);
    addSection(column, nullptr, m_surroundings);
    m_historyToggle = addToggle(column, m_history);
    m_commentsToggle = addToggle(column, m_comments);
    column->addStretch(1);
    connect(m_historyToggle, &QAbstractButton::toggled, this, &AlertsDetails::showHistory);
    connect(m_commentsToggle, &QAbstractButton::toggled, this, &AlertsDetails::showComments);
    return body;
}

/// A button that opens what stands below it.
QPushButton *AlertsDetails::addToggle(QVBoxLayout *column, Remarks *&content)
{
    auto *toggle = new QPushButton(column->parentWidget());
    toggle->setFlat(true);
    toggle->setCheckable(true);
    content = new Remarks(column->parentWidget());
    content->hide();
    column->addWidget(toggle, 0, Qt::AlignLeft);
    column->addWidget(content);
    return toggle;
}

/// The other consoles are told only of what can be seen here.
void AlertsDetails::lookAtShown()
{
    m_context->session()->lookAt(isVisible() ? m_id : QString());
}

void AlertsDetails::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    lookAtShown();
}

void AlertsDetails::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    lookAtShown();
}

QString AlertsDetails::timeOf(TimestampMs t) const
{
    return format::fullTime(t, m_context->displayZone());
}

void AlertsDetails::showDetails(const AlertDetails &details)
{
    const bool another = details.alert.id != m_details.alert.id;
    const QWidget *focused = QApplication::focusWidget();
    const QString place = !another && focused && m_scroll->isAncestorOf(focused) ? focused->accessibleName() : QString();
    m_details = details;
    const SecurityAlert &alert = m_details.alert;
    m_error->hide();
    m_badge->setSeverity(alert.severity);
    m_title->setText(displayText(alert.title));
    m_time->setText(timeOf(alert.timestamp));
    m_acknowledge->setVisible(!alert.acknowledged);
    m_key->setVisible(!alert.acknowledged);
    setButtons(m_context->session()->database().refusals.triage);
    const QTimeZone zone = m_context->displayZone();
    m_acknowledged->setText(alert.isMuted() && m_details.mute ? mutewords::standing(*m_details.mute, zone)
                                                              : triagewords::standing(alert, zone));
    m_acknowledged->setVisible(!m_acknowledged->text().isEmpty());
    m_description->setText(displayText(alert.description, kParagraphLimit));
    showContext(alert);
    m_metadata->setMetadata(alert.metadata);
    showActions(alert);
    m_surroundings->setDetails(m_details);
    showHistory();
    showComments();
    if (another)
        m_scroll->ensureVisible(0, 0);
    tabAsSeen(this);
    returnFocus(focused, place);
    m_stack->setCurrentIndex(1);
    if (shownId() == m_id)
        Q_EMIT shown(m_id);
}

/// What had the keyboard may have been made anew: the one of that name has it then, not whatever comes next to the one that went.
void AlertsDetails::returnFocus(const QWidget *focused, const QString &place)
{
    if (place.isEmpty() || QApplication::focusWidget() == focused)
        return;
    const auto widgets = m_scroll->findChildren<QWidget *>();
    const auto found = std::find_if(widgets.begin(), widgets.end(), [&](const QWidget *widget) {
        const bool gone = widget->isHidden() && widget->testAttribute(Qt::WA_WState_ExplicitShowHide); // A new one is not shown yet.
        return !gone && widget->focusPolicy() != Qt::NoFocus && widget->accessibleName() == place;
    });
    if (found == widgets.end())
        return;
    (*found)->show(); // As its layout will; before, it takes no keyboard.
    (*found)->setFocus();
}

void AlertsDetails::updateZone()
{
    if (m_stack->currentIndex() != 1)
        return;
    showDetails(AlertDetails(m_details));
    if (m_failed)
        refresh(); // What the read would have said is not known any more.
}

void AlertsDetails::showContext(const SecurityAlert &alert)
{
    const EventContext &context = alert.context;
    m_fields->clear();
    m_fields->offerOn(m_title, FilterField::Title, alert.title);
    m_fields->offerOn(m_description, FilterField::Text, alert.description);
    showOwner(alert);
    if (context.ipAddress) {
        const QString address = fieldText(context.ipAddress);
        const Country *country = context.country ? findCountry(*context.country) : nullptr;
        const QString where = country ? QString::fromUtf8(country->name.data(), qsizetype(country->name.size()))
                                      : fieldText(context.country);
        m_fields->addLink(tr("Address"), address, tr("Look up address %1").arg(address),
                          [this, address, at = alert.timestamp] { m_context->lookUpAddress(address, at); }, where);
        m_fields->offer(FilterField::Address, *context.ipAddress);
    } else {
        m_fields->addStored(tr("Country"), FilterField::Country, context.country);
    }
    if (context.userId) {
        const QString user = fieldText(context.userId);
        m_fields->addLink(tr("User"), user, tr("Show events of user %1").arg(user), [this] {
            EventQuery query;
            query.range = {m_details.alert.timestamp - kDay, m_details.alert.timestamp + kDay};
            query.userId = m_details.alert.context.userId;
            m_context->showEvents(query);
        });
        m_fields->offer(FilterField::User, *context.userId);
    }
    m_fields->addStored(tr("Company"), FilterField::Company, context.companyId);
    m_fields->addStored(tr("Platform user"), FilterField::Text, context.platformUserId);
    m_fields->addStored(tr("User agent"), FilterField::Agent, context.userAgent);
    m_fields->addStored(tr("Session"), FilterField::Session, context.sessionId, true);
    m_fields->addStored(tr("Request"), FilterField::Request, context.requestId, true);
    if (alert.repeats > 0 && alert.lastRepeatAt) {
        const TimestampMs ago = QDateTime::currentMSecsSinceEpoch() - *alert.lastRepeatAt;
        m_fields->addText(tr("Repeated"),
                          tr("%1, last %2 ago").arg(format::repeat(alert.repeats + 1), format::age(ago)));
    }
    showRule(alert);
    m_fields->addText(tr("Event type"), format::eventType(alert.eventType));
    m_fields->addText(tr("Alert type"), format::alertType(alert.type));
    m_fields->offer(FilterField::Type, toString(alert.type));
    m_fields->addText(tr("Alert"), displayText(alert.id), true);
    m_fields->offer(FilterField::Text, alert.id);
}

/// The rule that raised the alert, what it counted for, and the techniques it maps to.
void AlertsDetails::showRule(const SecurityAlert &alert)
{
    const RuleInfo *rule = ruleNamed(alert.rule);
    if (!rule) {
        m_fields->addText(tr("Rule"), displayText(alert.rule));
        m_fields->offer(FilterField::Rule, alert.rule);
        return;
    }
    m_fields->addLink(tr("Rule"), rule->name(), tr("Show the rule %1").arg(rule->name()),
                      [this, id = rule->id] { m_context->showRule(id); });
    m_fields->offer(FilterField::Rule, alert.rule);
    const GroupParts group = groupParts(alert.group);
    if (group.kind != GroupKind::None && group.kind != GroupKind::Address) {
        m_fields->addText(tr("Counted for"), tr("%1 %2").arg(rulewords::groupKind(group.kind), displayText(group.value)));
        if (const auto field = fieldOfGroup(alert, group))
            m_fields->offer(*field, group.value);
    }
    for (const std::string_view technique : rule->techniques) {
        if (technique.empty())
            continue;
        const QString address = techniqueLink(technique);
        m_fields->addLink(tr("ATT&CK"), rulewords::technique(technique),
                          tr("Open %1 in the browser").arg(address),
                          [address] { QDesktopServices::openUrl(QUrl(address)); });
    }
}

void AlertsDetails::showActions(const SecurityAlert &alert)
{
    while (QLayoutItem *item = m_actions->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    int number = 0;
    const QStringList actions = recommendedActions(alert);
    for (const QString &action : actions)
        m_actions->addWidget(numberedLine(++number, action, m_actions->parentWidget()));
}

void AlertsDetails::showHistory()
{
    const auto count = static_cast<int>(m_details.history.size());
    m_historyToggle->setText(tr("History, %1").arg(count));
    m_historyToggle->setIcon(icons::mutedIcon(m_historyToggle->isChecked() ? QStringLiteral("chevron-down")
                                                                            : QStringLiteral("chevron-right")));
    std::vector<Remarks::Remark> lines;
    for (const AlertHistoryEntry &entry : m_details.history) {
        const QString what = triagewords::history(entry);
        lines.push_back({tr("%1  %2").arg(timeOf(entry.at), entry.undone ? tr("%1 (taken back)").arg(what) : what),
                         entry.comment});
    }
    m_history->setRemarks(std::move(lines));
    m_history->setVisible(m_historyToggle->isChecked() && count > 0);
}

void AlertsDetails::showComments()
{
    const std::vector<AlertHistoryEntry> comments = commentsIn(m_details.history);
    m_commentsToggle->setText(tr("Comments, %1").arg(comments.size()));
    m_commentsToggle->setIcon(icons::mutedIcon(m_commentsToggle->isChecked() ? QStringLiteral("chevron-down")
                                                                              : QStringLiteral("chevron-right")));
    std::vector<Remarks::Remark> lines;
    for (const AlertHistoryEntry &comment : comments)
        lines.push_back({tr("%1  %2").arg(timeOf(comment.at), displayText(comment.actor)), comment.comment});
    m_comments->setRemarks(std::move(lines));
    m_comments->setVisible(m_commentsToggle->isChecked() && !comments.empty());
}

void AlertsDetails::showOwner(const SecurityAlert &alert)
{
    const bool mine = alert.owner && *alert.owner == actorIn(m_context->session()->database());
    if (mine) {
        m_fields->addText(tr("Owner"), tr("%1 (you)").arg(fieldText(alert.owner)));
        return;
    }
    if (!m_context->session()->database().refusals.triage.isEmpty()) {
        m_fields->addText(tr("Owner"), alert.owner ? fieldText(alert.owner) : tr("nobody yet"));
        return;
    }
    m_fields->addLink(tr("Owner"), tr("Take it"), tr("Take ownership of this alert"),
                      [this, other = alert.owner.has_value()] { Q_EMIT ownRequested(shownId(), other); },
                      alert.owner ? tr("now %1").arg(fieldText(alert.owner)) : tr("nobody yet"));
}

} // namespace bartizan
