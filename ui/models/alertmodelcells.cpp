// SPDX-License-Identifier: GPL-3.0-or-later
// What the cells of AlertModel show.
#include "ui/models/alertmodel.h"

#include "ui/models/displaytext.h"
#include "ui/models/triagestate.h"
#include "ui/theme/format.h"

#include <algorithm>
#include <climits>

namespace bartizan {
namespace {

QString joined(const QString &first, const QString &second)
{
    return second.isEmpty() ? first : first + QLatin1Char('\n') + second;
}

/// Plural forms are chosen by an int; a count beyond it is said as the largest one.
int hitsOf(const AlertRecords::Record &record)
{
    return static_cast<int>(std::min<std::int64_t>(record.repeats + 1, INT_MAX));
}

} // namespace

std::string_view AlertModel::textAt(Number number, int column) const
{
    const AlertRecords::Record &record = (*m_records)[number];
    switch (column) {
    case SeverityColumn: return toString(record.severity);
    case TypeColumn: return toString(record.type);
    case TitleColumn: return m_records->text(AlertRecords::Pool::Titles, record.title);
    case AddressColumn: return m_records->text(AlertRecords::Pool::Addresses, record.address);
    case CountryColumn: return m_records->text(AlertRecords::Pool::Countries, record.country);
    case UserColumn: return m_records->text(AlertRecords::Pool::Users, record.user);
    case OwnerColumn: return m_records->text(AlertRecords::Pool::Owners, record.owner);
    default: return {};
    }
}

QString AlertModel::display(Number number, int column) const
{
    const AlertRecords::Record &record = (*m_records)[number];
    switch (column) {
    case TimeColumn: return format::tableTime(record.timestamp, m_now, m_zone);
    case TypeColumn: return format::alertType(record.type);
    case TitleColumn: return rowTitle(textAt(number, column));
    case CountColumn: return format::repeat(record.repeats + 1);
    case StatusColumn:
        return record.isMuted() ? format::mutedStatus() : format::status(record.status, record.disposition);
    case ActionColumn: return record.acknowledged ? QString() : tr("Acknowledge");
    default: return displayText(textAt(number, column));
    }
}

QString AlertModel::toolTip(Number number, int column) const
{
    const AlertRecords::Record &record = (*m_records)[number];
    switch (column) {
    case TimeColumn: return format::toolTip(format::fullTime(record.timestamp, m_zone));
    case TitleColumn:
        return format::toolTip(joined(displayText(m_records->text(AlertRecords::Pool::Titles, record.title), kParagraphLimit),
                                      displayText(m_records->description(number), kParagraphLimit)));
    case CountColumn:
        if (record.repeats == 0)
            return {};
        return format::toolTip(tr("%Ln hit(s), the last %1", nullptr, hitsOf(record))
                                   .arg(format::fullTime(m_records->moment(AlertRecords::Moment::LastRepeat, number), m_zone)));
    case StatusColumn:
        return format::toolTip(standingText(number));
    case ActionColumn: return record.acknowledged ? QString() : format::toolTip(tr("Acknowledge this alert (A)"));
    default: return displayToolTip(textAt(number, column));
    }
}

/// Who brought it to where it stands.
QString AlertModel::standingText(Number number) const
{
    const AlertRecords::Record &record = (*m_records)[number];
    using Name = AlertRecords::Name;
    using Moment = AlertRecords::Moment;
    const auto name = [this](AlertRecords::Text text) { return std::string(m_records->text(AlertRecords::Pool::Names, text)); };
    SecurityAlert alert;
    alert.status = record.status;
    alert.disposition = record.disposition;
    alert.acknowledged = record.acknowledged;
    alert.acknowledgedBy = name(m_records->name(Name::AcknowledgedBy, number));
    alert.acknowledgedAt = m_records->moment(Moment::Acknowledged, number);
    alert.resolvedBy = name(m_records->name(Name::ResolvedBy, number));
    alert.resolvedAt = m_records->moment(Moment::Resolved, number);
    if (record.isMuted())
        alert.mute = name(record.mute);
    return triagewords::standing(alert, m_zone);
}

/// What a screen reader says of a cell: with the column's name where the value alone says too little.
QString AlertModel::accessibleText(Number number, int column) const
{
    const QString text = display(number, column);
    switch (column) {
    case SeverityColumn: return tr("Severity %1").arg(text);
    case TimeColumn: return format::fullTime((*m_records)[number].timestamp, m_zone);
    case CountryColumn: return text.isEmpty() ? text : tr("Country %1").arg(text);
    case UserColumn: return text.isEmpty() ? text : tr("User %1").arg(text);
    case CountColumn: return tr("%Ln hit(s)", nullptr, hitsOf((*m_records)[number]));
    case OwnerColumn: return text.isEmpty() ? tr("No owner") : tr("Owner %1").arg(text);
    case StatusColumn:
        return (*m_records)[number].disposition ? tr("Status resolved, %1").arg(text) : tr("Status %1").arg(text);
    default: return text;
    }
}

std::optional<FilterTerm> AlertModel::termOf(const QModelIndex &index) const
{
    static constexpr std::array<std::pair<int, FilterField>, 9> kFields{
        {{SeverityColumn, FilterField::Severity}, {TypeColumn, FilterField::Type}, {TitleColumn, FilterField::Title},
         {AddressColumn, FilterField::Address}, {CountryColumn, FilterField::Country}, {UserColumn, FilterField::User},
         {CountColumn, FilterField::Count}, {OwnerColumn, FilterField::Owner}, {StatusColumn, FilterField::Status}}};
    if (!index.isValid())
        return std::nullopt;
    const Number number = m_rows[static_cast<std::size_t>(index.row())];
    if (AlertGroups::isRow(number))
        return groupTerm(AlertGroups::slotOfRow(number));
    const auto at = std::find_if(kFields.begin(), kFields.end(), [&](const auto &pair) { return pair.first == index.column(); });
    if (at == kFields.end())
        return std::nullopt;
    QString text = format::text(textAt(number, index.column()));
    FilterField field = at->second;
    if (field == FilterField::Status) {
        const AlertRecords::Record &record = (*m_records)[number];
        field = record.disposition ? FilterField::Disposition : field;
        text = format::text(record.disposition ? toString(*record.disposition) : toString(record.status));
        if (record.isMuted())
            text = QStringLiteral("muted");
    }
    if (field == FilterField::Count)
        text = QString::number((*m_records)[number].repeats + 1);
    return offeredTerm(field, FilterSubject::Alerts, text);
}

QStringList AlertModel::valuesOf(FilterField field, const QString &prefix, qsizetype limit) const
{
    using Pool = AlertRecords::Pool;
    QStringList values;
    const Pool pool = field == FilterField::Address ? Pool::Addresses : field == FilterField::Country ? Pool::Countries
        : field == FilterField::User ? Pool::Users : field == FilterField::Title ? Pool::Titles
        : field == FilterField::Owner ? Pool::Owners : Pool::Names;
    if (pool == Pool::Names && field != FilterField::Company && field != FilterField::Rule)
        return values;
    const StringPool &texts = m_records->pool(pool);
    const auto kind = field == FilterField::Company ? AlertRecords::Name::Company : AlertRecords::Name::Rule;
    // Names of all kinds share a pool: which a text is, the newest alerts tell.
    const std::size_t newest = std::min<std::size_t>(m_records->size(), 2000);
    for (AlertRecords::Text text = 1; text < texts.size() && values.size() < limit; ++text) {
        const QString value = format::text(texts.view(text));
        bool used = pool != Pool::Names;
        if (!value.startsWith(prefix, Qt::CaseInsensitive))
            continue;
        for (Number number = 0; number < newest && !used; ++number)
            used = text == m_records->name(kind, number);
        if (used)
            values.append(value);
    }
    values.sort(Qt::CaseInsensitive);
    return values;
}

QVariant AlertModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Number number = m_rows[static_cast<std::size_t>(index.row())];
    if (AlertGroups::isRow(number))
        return groupData(AlertGroups::slotOfRow(number), index.column(), role);
    const AlertRecords::Record &record = (*m_records)[number];
    switch (role) {
    case Qt::DisplayRole: return display(number, index.column());
    case Qt::ToolTipRole: return toolTip(number, index.column());
    case Qt::AccessibleTextRole: return accessibleText(number, index.column());
    case IdRole: return format::text(m_records->id(number));
    case SeverityRole: return static_cast<int>(record.severity);
    case AcknowledgedRole: return record.acknowledged;
    case StatusRole: return static_cast<int>(record.status);
    case GroupRole:
    case OpenRole: return false;
    case HitsRole: return static_cast<qlonglong>(record.repeats + 1);
    case DescriptionRole: return displayText(m_records->description(number));
    case RawTextRole: {
        const std::string_view text = textAt(number, index.column());
        return text.empty() ? display(number, index.column()) : format::text(text);
    }
    default: return {};
    }
}

QVariant AlertModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::InitialSortOrderRole) // The worst and the newest first, the alphabet from A.
        return section == SeverityColumn || section == TimeColumn || section == CountColumn ? Qt::DescendingOrder
                                                                                            : Qt::AscendingOrder;
    if (role == Qt::TextAlignmentRole && section == CountColumn)
        return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
    const std::array<QString, ColumnCount> names{tr("Severity"), format::timeHeader(m_zone, m_now), tr("Type"),
                                                 tr("Title"), tr("Source"), tr("Country"), tr("User"), tr("Count"), tr("Owner"), tr("Status"),
                                                 tr("Action")};
    if (role == Qt::DisplayRole) // Two letters wide, or a column of buttons that speak for themselves.
        return section == CountryColumn || section == ActionColumn ? QString() : names[static_cast<std::size_t>(section)];
    if (role == Qt::AccessibleTextRole || (role == Qt::ToolTipRole && section == CountryColumn))
        return names[static_cast<std::size_t>(section)];
    return {};
}

} // namespace bartizan
