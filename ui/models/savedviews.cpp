// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/savedviews.h"

#include "core/query/filterparser.h"
#include "ui/theme/format.h"

#include <QSettings>

#include <algorithm>

namespace bartizan {
namespace {

/// Names are shown on one line of the side bar.
constexpr qsizetype kLongestName = 60;
/// The row of "Mine".
constexpr int kMine = 2;

Filter ownedBy(const QString &user)
{
    return Filter{{filterTerm(FilterField::Status, QStringLiteral("active")), filterTerm(FilterField::Owner, user)}};
}

} // namespace

SavedViews::SavedViews(const QString &user, QObject *parent)
    : QAbstractListModel(parent)
{
    const FilterTerm active = filterTerm(FilterField::Status, QStringLiteral("active"));
    FilterTerm nobodys{FilterField::Owner, FilterOperator::Is, true, {{QStringLiteral("*"), true}}};
    m_views = {{tr("All alerts"), {}, {}, true, {}},
               {tr("Active"), Filter{{active}}, {}, true, {}},
               {tr("Mine"), ownedBy(user), {}, true, {}},
               {tr("Nobody's"), Filter{{active, nobodys}}, {}, true, {}},
               {tr("Escalated"), Filter{{filterTerm(FilterField::Status, QStringLiteral("escalated"))}}, {}, true, {}}};
    m_counts.assign(m_views.size(), -1);
}

void SavedViews::setUser(const QString &user)
{
    if (mine() == ownedBy(user))
        return;
    m_views[kMine].filter = ownedBy(user);
    m_counts[kMine] = -1;
    Q_EMIT dataChanged(index(kMine), index(kMine));
}

const Filter &SavedViews::mine() const
{
    return m_views[kMine].filter;
}

std::optional<int> SavedViews::viewOf(const Filter &filter) const
{
    const auto at = std::find_if(m_views.begin(), m_views.end(), [&](const SavedView &view) { return view.filter == filter; });
    return at == m_views.end() ? std::nullopt : std::optional(static_cast<int>(at - m_views.begin()));
}

bool SavedViews::isFree(const QString &name) const
{
    const QString wanted = name.simplified();
    return !wanted.isEmpty() && std::none_of(m_views.begin(), m_views.end(), [&](const SavedView &view) {
        return view.builtIn && view.name.compare(wanted, Qt::CaseInsensitive) == 0;
    });
}

int SavedViews::save(const QString &name, const Filter &filter, const QByteArray &columns,
                     std::optional<AlertGrouping> grouping)
{
    const QString wanted = name.simplified().left(kLongestName);
    const auto at = std::find_if(m_views.begin(), m_views.end(), [&](const SavedView &view) {
        return !view.builtIn && view.name.compare(wanted, Qt::CaseInsensitive) == 0;
    });
    const int row = static_cast<int>(at - m_views.begin());
    if (at != m_views.end()) {
        *at = {wanted, filter, columns, false, grouping};
        m_counts[static_cast<std::size_t>(row)] = -1;
        Q_EMIT dataChanged(index(row), index(row));
        Q_EMIT viewsChanged();
        return row;
    }
    beginInsertRows({}, row, row);
    m_views.push_back({wanted, filter, columns, false, grouping});
    m_counts.push_back(-1);
    endInsertRows();
    Q_EMIT viewsChanged();
    return row;
}

void SavedViews::remove(int row)
{
    if (row < 0 || row >= rowCount() || m_views[static_cast<std::size_t>(row)].builtIn)
        return;
    beginRemoveRows({}, row, row);
    m_views.erase(m_views.begin() + row);
    m_counts.erase(m_counts.begin() + row);
    endRemoveRows();
    Q_EMIT viewsChanged();
}

void SavedViews::setCounts(const std::vector<int> &counts)
{
    if (counts.size() != m_counts.size() || counts == m_counts)
        return;
    m_counts = counts;
    Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

void SavedViews::store(QSettings &settings) const
{
    settings.remove(QStringLiteral("views")); // What a view lacks, one that stood there before must not lend it.
    settings.beginWriteArray(QStringLiteral("views"));
    int number = 0;
    for (const SavedView &view : m_views) {
        if (view.builtIn)
            continue;
        settings.setArrayIndex(number++);
        settings.setValue(QStringLiteral("name"), view.name);
        settings.setValue(QStringLiteral("filter"), filterText(view.filter));
        settings.setValue(QStringLiteral("columns"), view.columns);
        if (view.grouping)
            settings.setValue(QStringLiteral("group"), format::text(toString(*view.grouping)));
    }
    settings.endArray();
}

void SavedViews::restore(QSettings &settings)
{
    const int count = settings.beginReadArray(QStringLiteral("views"));
    for (int i = 0; i < count; ++i) {
        settings.setArrayIndex(i);
        const QString name = settings.value(QStringLiteral("name")).toString();
        const ParsedFilter filter = parseFilter(settings.value(QStringLiteral("filter")).toString(), FilterSubject::Alerts);
        // One that was written by another program, or that no longer can be read, would show something else.
        if (isFree(name) && filter.ok())
            save(name, filter.filter, settings.value(QStringLiteral("columns")).toByteArray(),
                 fromString<AlertGrouping>(settings.value(QStringLiteral("group")).toString().toStdString()));
    }
    settings.endArray();
}

int SavedViews::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_views.size());
}

QVariant SavedViews::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const SavedView &view = m_views[static_cast<std::size_t>(index.row())];
    const int count = m_counts[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: return view.name;
    case Qt::AccessibleTextRole: return count < 0 ? view.name : tr("%1, %Ln alert(s)", nullptr, count).arg(view.name);
    case Qt::ToolTipRole: return format::toolTip(view.filter.isEmpty() ? view.name : filterText(view.filter));
    case CountRole: return static_cast<qlonglong>(count);
    default: return {};
    }
}

} // namespace bartizan
