// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/eventmodel.h"

#include "core/intel/countries.h"
#include "core/query/filterwords.h"
#include "ui/models/displaytext.h"
#include "ui/theme/format.h"

#include <algorithm>
#include <array>

namespace bartizan {
namespace {

constexpr std::array<std::pair<int, FilterField>, 11> kFields{
    {{EventModel::TypeColumn, FilterField::Type}, {EventModel::ActionColumn, FilterField::Action},
     {EventModel::OutcomeColumn, FilterField::Outcome}, {EventModel::SeverityColumn, FilterField::Severity},
     {EventModel::UserColumn, FilterField::User}, {EventModel::AddressColumn, FilterField::Address},
     {EventModel::CountryColumn, FilterField::Country}, {EventModel::CompanyColumn, FilterField::Company},
     {EventModel::SessionColumn, FilterField::Session}, {EventModel::RequestColumn, FilterField::Request},
     {EventModel::AgentColumn, FilterField::Agent}}};
/// Of so many rows the newest ones tell which values there are.
constexpr std::size_t kRowsForValues = 2000;

std::string_view loggedAt(const AuditEvent &event, int column)
{
    const auto view = [](const std::optional<std::string> &text) {
        return text ? std::string_view(*text) : std::string_view();
    };
    switch (column) {
    case EventModel::TypeColumn: return toString(event.eventType);
    case EventModel::ActionColumn: return event.action;
    case EventModel::OutcomeColumn: return toString(event.outcome);
    case EventModel::SeverityColumn: return toString(event.severity);
    case EventModel::UserColumn: return view(event.context.userId);
    case EventModel::AddressColumn: return view(event.context.ipAddress);
    case EventModel::CountryColumn: return view(event.context.country);
    case EventModel::CompanyColumn: return view(event.context.companyId);
    case EventModel::SessionColumn: return view(event.context.sessionId);
    case EventModel::RequestColumn: return view(event.context.requestId);
    case EventModel::AgentColumn: return view(event.context.userAgent);
    default: return {};
    }
}

EventKey keyOf(const AuditEvent &event)
{
    return {event.timestamp, event.id};
}

} // namespace

EventModel::EventModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

void EventModel::load(std::vector<AuditEvent> events, bool more, Countries lookedUp)
{
    beginResetModel();
    lookedUp.resize(events.size());
    m_events = std::move(events);
    m_lookedUp = std::move(lookedUp);
    m_more = more;
    m_asked = false;
    endResetModel();
}

void EventModel::append(std::vector<AuditEvent> events, bool more, Countries lookedUp)
{
    m_asked = false;
    m_more = more;
    if (events.empty())
        return;
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(events.size()) - 1);
    lookedUp.resize(events.size());
    std::move(events.begin(), events.end(), std::back_inserter(m_events));
    m_lookedUp.insert(m_lookedUp.end(), lookedUp.begin(), lookedUp.end());
    endInsertRows();
}

void EventModel::prepend(std::vector<AuditEvent> events, Countries lookedUp)
{
    if (events.empty())
        return;
    beginInsertRows({}, 0, static_cast<int>(events.size()) - 1);
    lookedUp.resize(events.size());
    m_lookedUp.insert(m_lookedUp.begin(), lookedUp.begin(), lookedUp.end());
    m_events.insert(m_events.begin(), std::make_move_iterator(events.begin()), std::make_move_iterator(events.end()));
    endInsertRows();
}

void EventModel::fetchFailed()
{
    m_asked = false;
}

std::optional<EventKey> EventModel::lastKey() const
{
    return m_events.empty() ? std::nullopt : std::optional(keyOf(m_events.back()));
}

std::optional<EventKey> EventModel::firstKey() const
{
    return m_events.empty() ? std::nullopt : std::optional(keyOf(m_events.front()));
}

int EventModel::rowOf(const EventKey &key) const
{
    const auto newerThan = [](const AuditEvent &event, const EventKey &other) {
        return event.timestamp != other.timestamp ? event.timestamp > other.timestamp : event.id > other.id;
    };
    const auto at = std::lower_bound(m_events.begin(), m_events.end(), key, newerThan);
    return at != m_events.end() && keyOf(*at) == key ? static_cast<int>(at - m_events.begin()) : -1;
}

void EventModel::setDisplayZone(const QTimeZone &zone)
{
    m_zone = zone;
    Q_EMIT headerDataChanged(Qt::Horizontal, TimeColumn, TimeColumn);
    if (!m_events.empty())
        Q_EMIT dataChanged(index(0, TimeColumn), index(rowCount() - 1, TimeColumn));
}

void EventModel::setNow(TimestampMs now)
{
    const bool otherDay = format::tableTime(m_now, now, m_zone) != format::tableTime(m_now, m_now, m_zone);
    m_now = now;
    if (otherDay && !m_events.empty())
        Q_EMIT dataChanged(index(0, TimeColumn), index(rowCount() - 1, TimeColumn));
}

int EventModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_events.size());
}

int EventModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

bool EventModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && m_more && !m_asked;
}

void EventModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent))
        return;
    m_asked = true;
    Q_EMIT moreRequested();
}

std::string_view EventModel::textAt(int row, int column) const
{
    return isLookedUp(row, column) ? lookedUpAt(row) : loggedAt(eventAt(row), column);
}

/// A country in parentheses is one that the row does not name.
QString EventModel::display(int row, int column) const
{
    switch (column) {
    case TimeColumn: return format::tableTime(eventAt(row).timestamp, m_now, m_zone);
    case TypeColumn: return format::eventType(eventAt(row).eventType);
    default: break;
    }
    const QString text = displayText(textAt(row, column));
    return isLookedUp(row, column) ? QStringLiteral("(%1)").arg(text) : text;
}

QString EventModel::raw(int row, int column) const
{
    if (column == TimeColumn)
        return format::fullTime(eventAt(row).timestamp, m_zone);
    const std::string_view text = textAt(row, column);
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString EventModel::toolTip(int row, int column) const
{
    if (column == TimeColumn)
        return format::toolTip(format::fullTime(eventAt(row).timestamp, m_zone));
    if (!isLookedUp(row, column))
        return displayToolTip(textAt(row, column));
    const Country *country = findCountry(lookedUpAt(row));
    return format::toolTip(tr("%1, looked up from the address: the event names no country")
                               .arg(displayText(country ? country->name : lookedUpAt(row))));
}

QString EventModel::accessibleText(int row, int column) const
{
    if (column == TimeColumn)
        return format::fullTime(eventAt(row).timestamp, m_zone);
    return isLookedUp(row, column) ? tr("%1, looked up").arg(displayText(lookedUpAt(row))) : display(row, column);
}

std::optional<FilterTerm> EventModel::termOf(const QModelIndex &index) const
{
    const auto at = std::find_if(kFields.begin(), kFields.end(),
                                 [&](const auto &pair) { return pair.first == index.column(); });
    const QString text = at == kFields.end() ? QString() : raw(index.row(), index.column());
    return text.isEmpty() ? std::nullopt : offeredTerm(at->second, FilterSubject::Events, text);
}

QStringList EventModel::valuesOf(FilterField field, const QString &prefix, qsizetype limit) const
{
    const auto at = std::find_if(kFields.begin(), kFields.end(),
                                 [field](const auto &pair) { return pair.second == field; });
    QStringList values;
    if (at == kFields.end())
        return values;
    const std::size_t newest = std::min(m_events.size(), kRowsForValues);
    for (std::size_t row = 0; row < newest && values.size() < limit; ++row) {
        const QString value = raw(static_cast<int>(row), at->first);
        if (!value.isEmpty() && value.startsWith(prefix, Qt::CaseInsensitive) && !values.contains(value))
            values.append(value);
    }
    values.sort(Qt::CaseInsensitive);
    return values;
}

QVariant EventModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    switch (role) {
    case Qt::DisplayRole: return display(index.row(), index.column());
    case RawTextRole: return raw(index.row(), index.column());
    case Qt::ToolTipRole: return toolTip(index.row(), index.column());
    case Qt::AccessibleTextRole: return accessibleText(index.row(), index.column());
    default: return {};
    }
}

QVariant EventModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= ColumnCount)
        return {};
    const std::array<QString, ColumnCount> names{format::timeHeader(m_zone, m_now), tr("Type"), tr("Action"),
                                                 tr("Outcome"), tr("Severity"), tr("User"), tr("Address"),
                                                 tr("Country"), tr("Company"), tr("Session"), tr("Request"),
                                                 tr("User agent")};
    return names[static_cast<std::size_t>(section)];
}

} // namespace bartizan
