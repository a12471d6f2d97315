// SPDX-License-Identifier: GPL-3.0-or-later
// What the cells of AlertModel show.
#include "ui/models/alertmodel.h"

#include "ui/models/displaytext.h"
#include "ui/theme/format.h"

#include <algorithm>
#include <climits>

namespace bartizan {
namespace {

QString storedText(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

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
    const AlertRecords::Record &record = m_records[number];
    switch (column) {
    case SeverityColumn: return toString(record.severity);
    case TypeColumn: return toString(record.type);
    case TitleColumn: return m_records.text(record.title);
    case AddressColumn: return m_records.text(record.address);
    case CountryColumn: return m_records.text(record.country);
    case UserColumn: return m_records.text(record.user);
    default: return {};
    }
}

QString AlertModel::display(Number number, int column) const
{
    const AlertRecords::Record &record = m_records[number];
    switch (column) {
    case TimeColumn: return format::tableTime(record.timestamp, m_now, m_zone);
    case TypeColumn: return format::alertType(record.type);
    case CountColumn: return format::repeat(record.repeats + 1);
    case StatusColumn: return format::status(record.acknowledged);
    case ActionColumn: return record.acknowledged ? QString() : tr("Acknowledge");
    default: return displayText(textAt(number, column));
    }
}

QString AlertModel::toolTip(Number number, int column) const
{
    const AlertRecords::Record &record = m_records[number];
    switch (column) {
    case TimeColumn: return format::toolTip(format::fullTime(record.timestamp, m_zone));
    case TitleColumn:
        return format::toolTip(joined(displayText(m_records.text(record.title), kParagraphLimit),
                                      displayText(m_records.text(record.description), kParagraphLimit)));
    case CountColumn:
        if (record.repeats == 0)
            return {};
        return format::toolTip(tr("%Ln hit(s), the last %1", nullptr, hitsOf(record))
                                   .arg(format::fullTime(record.lastRepeatAt, m_zone)));
    case StatusColumn:
        if (!record.acknowledged)
            return {};
        return format::toolTip(tr("Acknowledged by %1 at %2")
                                   .arg(displayText(m_records.text(record.acknowledgedBy)),
                                        format::fullTime(record.acknowledgedAt, m_zone)));
    case ActionColumn: return record.acknowledged ? QString() : format::toolTip(tr("Acknowledge this alert (A)"));
    default: return displayToolTip(textAt(number, column));
    }
}

/// What a screen reader says of a cell: with the column's name where the value alone says too little.
QString AlertModel::accessibleText(Number number, int column) const
{
    const QString text = display(number, column);
    switch (column) {
    case SeverityColumn: return tr("Severity %1").arg(text);
    case TimeColumn: return format::fullTime(m_records[number].timestamp, m_zone);
    case CountryColumn: return text.isEmpty() ? text : tr("Country %1").arg(text);
    case UserColumn: return text.isEmpty() ? text : tr("User %1").arg(text);
    case CountColumn: return tr("%Ln hit(s)", nullptr, hitsOf(m_records[number]));
    default: return text;
    }
}

QVariant AlertModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Number number = m_rows[static_cast<std::size_t>(index.row())];
    const AlertRecords::Record &record = m_records[number];
    switch (role) {
    case Qt::DisplayRole: return display(number, index.column());
    case Qt::ToolTipRole: return toolTip(number, index.column());
    case Qt::AccessibleTextRole: return accessibleText(number, index.column());
    case IdRole: return storedText(m_records.id(number));
    case SeverityRole: return static_cast<int>(record.severity);
    case AcknowledgedRole: return record.acknowledged;
    case HitsRole: return static_cast<qlonglong>(record.repeats + 1);
    case DescriptionRole: return displayText(m_records.text(record.description));
    case RawTextRole: {
        const std::string_view text = textAt(number, index.column());
        return text.empty() ? display(number, index.column()) : storedText(text);
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
                                                 tr("Title"), tr("Source"), tr("Country"), tr("User"), tr("Count"), tr("Status"),
                                                 tr("Action")};
    if (role == Qt::DisplayRole) // Two letters wide, or a column of buttons that speak for themselves.
        return section == CountryColumn || section == ActionColumn ? QString() : names[static_cast<std::size_t>(section)];
    if (role == Qt::AccessibleTextRole || (role == Qt::ToolTipRole && section == CountryColumn))
        return names[static_cast<std::size_t>(section)];
    return {};
}

} // namespace bartizan
