// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/eventsfilterline.h"

#include "core/domain/ipaddress.h"
#include "core/intel/countries.h"
#include "core/query/filterparser.h"
#include "core/query/filterwords.h"
#include "ui/models/displaytext.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/views/filteredit.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/pill.h"

#include <QHBoxLayout>
#include <QSettings>

#include <utility>

namespace bartizan {
namespace {

/// Short: a search that runs ends when another one begins, so that every key may begin one.
constexpr int kTypingPause = 60;
constexpr int kNarrowestEdit = 240;

FilterTerm choiceTerm(FilterField field, std::size_t value)
{
    return filterTerm(field, choicesOf(field, FilterSubject::Events).at(static_cast<qsizetype>(value)));
}

/// Whether the filter finds the rows of this spelling, and no others: an IPv6 address has several.
bool isOneSpelling(const std::string &address)
{
    return isCanonicalIpv4(address);
}

} // namespace

EventsFilterLine::EventsFilterLine(QWidget *parent)
    : QWidget(parent), m_edit(new FilterEdit(FilterSubject::Events, this)), m_reason(new FieldError(this)),
      m_clear(new LinkButton(tr("Clear filters"), this)), m_pill(new Pill(this)), m_chips(new QWidget(this)),
      m_range(new Chip(tr("Time"), tr("is"), {}, m_chips)), m_countries(new Chip(tr("Country"), tr("is"), {}, m_chips)),
      m_address(new Chip(tr("Address"), tr("is spelt"), {}, m_chips)), m_account(new Chip(tr("Account"), tr("is"), {}, m_chips)),
      m_writer(new Chip(tr("Written by"), tr("is"), tr("the application"), m_chips))
{
    build();
    connectEdit();
    const auto drop = [this](Chip *chip, auto &&forget) {
        connect(chip, &Chip::removeRequested, this, [this, forget] {
            m_searched.reset();
            forget(m_base);
            showState();
            Q_EMIT changed();
        });
    };
    drop(m_range, [](EventQuery &base) { base.range = {}; });
    drop(m_countries, [](EventQuery &base) { base.countries.clear(); });
    drop(m_address, [](EventQuery &base) { base.ipAddress.reset(); });
    drop(m_account, [](EventQuery &base) { base.account.reset(); });
    drop(m_writer, [](EventQuery &base) { base.applicationOnly = false; });
    connect(m_clear, &QAbstractButton::clicked, this, &EventsFilterLine::clear);
    showState();
}

void EventsFilterLine::build()
{
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed); // It gives way; the window decides the width.
    m_edit->setAccessibleName(tr("Filter"));
    m_edit->setPlaceholderText(tr("Filter, as in outcome:failure user:anna ip:203.0.113.0/24 (Down offers terms)"));
    m_edit->setMinimumWidth(kNarrowestEdit);
    m_edit->setClearButtonEnabled(true);
    auto *row = new QHBoxLayout;
    row->setSpacing(measure::kControlGap);
    row->addWidget(m_edit, 1);
    row->addWidget(m_clear);
    row->addWidget(m_pill);
    auto *chips = new QHBoxLayout(m_chips);
    chips->setContentsMargins(0, 0, 0, 0);
    chips->setSpacing(measure::kControlGap);
    for (Chip *chip : {m_range, m_countries, m_address, m_account, m_writer})
        chips->addWidget(chip);
    chips->addStretch(1);
    auto *lines = new QVBoxLayout(this);
    lines->setContentsMargins(measure::kPageMargin, 6, measure::kPageMargin, 6);
    lines->setSpacing(6);
    lines->addLayout(row);
    lines->addWidget(m_reason);
    lines->addWidget(m_chips);
}

void EventsFilterLine::connectEdit()
{
    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingPause);
    const auto applyTyped = [this] {
        m_typing.stop();
        if (m_edit->parsed().ok())
            apply(m_edit->parsed().filter);
    };
    connect(&m_typing, &QTimer::timeout, this, applyTyped);
    connect(m_edit, &FilterEdit::read, this, [this](const QString &reason) {
        m_reason->setText(reason);
        m_reason->setVisible(!reason.isEmpty());
        m_typing.start();
    });
    connect(m_edit, &FilterEdit::accepted, this, [this, applyTyped] {
        applyTyped();
        m_edit->remember(filterText(m_filter));
        Q_EMIT left(true);
    });
    connect(m_edit, &FilterEdit::cancelled, this, [this] {
        m_edit->setFilter(m_filter);
        m_typing.stop();
        Q_EMIT left(false);
    });
}

void EventsFilterLine::apply(const Filter &filter)
{
    if (filter == m_filter)
        return;
    m_searched.reset();
    m_filter = filter;
    showState();
    Q_EMIT changed();
}

void EventsFilterLine::setFilter(const Filter &filter)
{
    m_edit->setFilter(filter);
    m_typing.stop();
    apply(filter);
}

void EventsFilterLine::setQuery(const EventQuery &wanted)
{
    Filter filter;
    if (wanted.eventType)
        filter.terms.push_back(choiceTerm(FilterField::Type, static_cast<std::size_t>(*wanted.eventType)));
    if (wanted.outcome)
        filter.terms.push_back(choiceTerm(FilterField::Outcome, static_cast<std::size_t>(*wanted.outcome)));
    if (wanted.severity)
        filter.terms.push_back(choiceTerm(FilterField::Severity, static_cast<std::size_t>(*wanted.severity)));
    if (wanted.userId)
        filter.terms.push_back(filterTerm(FilterField::User, QString::fromStdString(*wanted.userId)));
    if (wanted.sessionId)
        filter.terms.push_back(filterTerm(FilterField::Session, QString::fromStdString(*wanted.sessionId)));
    if (wanted.companyId)
        filter.terms.push_back(filterTerm(FilterField::Company, QString::fromStdString(*wanted.companyId)));
    if (wanted.withoutCompany)
        filter.terms.push_back({FilterField::Company, FilterOperator::Is, true, {{QStringLiteral("*"), true}}});
    EventQuery base;
    base.range = wanted.range;
    base.countries = wanted.countries;
    base.account = wanted.account;
    base.applicationOnly = wanted.applicationOnly;
    if (wanted.ipAddress && isOneSpelling(*wanted.ipAddress))
        filter.terms.push_back(filterTerm(FilterField::Address, QString::fromStdString(*wanted.ipAddress)));
    else
        base.ipAddress = wanted.ipAddress;
    m_searched.reset();
    m_base = base;
    show(filter);
}

void EventsFilterLine::show(const Filter &filter)
{
    m_filter = filter;
    m_edit->setFilter(filter);
    m_typing.stop();
    showState();
    Q_EMIT changed();
}

void EventsFilterLine::search(const QString &text)
{
    const std::string wanted = text.trimmed().toStdString();
    if (!m_searched)
        m_searched = Narrowed{m_filter, m_base.ipAddress};
    Filter filter = m_searched->filter;
    m_base.ipAddress = m_searched->address;
    if (IpAddress::parse(wanted)) {
        // There is one address at a time, spelt in whatever way.
        std::erase_if(filter.terms, [](const FilterTerm &term) { return term.field == FilterField::Address && !term.negated; });
        m_base.ipAddress = isOneSpelling(wanted) ? std::nullopt : std::optional(wanted);
        if (!m_base.ipAddress)
            filter.terms.push_back(filterTerm(FilterField::Address, QString::fromStdString(wanted)));
    } else if (!wanted.empty()) {
        filter = narrowed(std::move(filter), filterTerm(FilterField::User, QString::fromStdString(wanted)));
    } else {
        m_searched.reset();
    }
    show(filter);
}

void EventsFilterLine::dropRange()
{
    m_base.range = {};
    showState();
}

bool EventsFilterLine::isEmpty() const
{
    return m_filter.isEmpty() && m_base.range == TimeRange() && m_base.countries.empty() && !m_base.ipAddress && !m_base.account
        && !m_base.applicationOnly;
}

void EventsFilterLine::setZone(const QTimeZone &zone)
{
    m_zone = zone;
    showState();
}

void EventsFilterLine::showState()
{
    const bool range = m_base.range != TimeRange();
    m_range->setVisible(range);
    if (range)
        m_range->setParts(tr("Time"), tr("is"), format::timeRange(m_base.range, m_zone));
    QStringList names;
    for (const std::string &country : m_base.countries) {
        const Country *known = findCountry(country);
        names.append(known ? displayText(known->name) : displayText(country, 40));
    }
    names.removeDuplicates();
    m_countries->setVisible(!names.isEmpty());
    m_countries->setParts(tr("Country"), tr("is"), names.join(QStringLiteral(", ")));
    m_address->setVisible(m_base.ipAddress.has_value());
    if (m_base.ipAddress)
        m_address->setParts(tr("Address"), tr("is spelt"), displayText(*m_base.ipAddress, 60));
    m_account->setVisible(m_base.account.has_value());
    if (m_base.account)
        m_account->setParts(tr("Account"), tr("is"), displayText(*m_base.account, 60));
    m_writer->setVisible(m_base.applicationOnly);
    m_chips->setVisible(range || !names.isEmpty() || m_base.ipAddress || m_base.account || m_base.applicationOnly);
    m_clear->setVisible(!isEmpty());
    m_reason->setVisible(!m_reason->text().isEmpty());
}

void EventsFilterLine::save(QSettings &settings) const
{
    settings.setValue(QStringLiteral("filter"), filterText(m_filter));
    settings.setValue(QStringLiteral("filterHistory"), m_edit->history());
}

void EventsFilterLine::restore(const QSettings &settings)
{
    m_edit->setHistory(settings.value(QStringLiteral("filterHistory")).toStringList());
    setFilter(parseFilter(settings.value(QStringLiteral("filter")).toString(), FilterSubject::Events).filter);
}

} // namespace bartizan
