// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/alertstable.h"

#include "ui/models/alertmodel.h"
#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/theme/tabulartext.h"
#include "ui/widgets/badge.h"

#include <QDataStream>
#include <QFontMetrics>
#include <QHeaderView>
#include <QIODevice>
#include <QMenu>

#include <algorithm>
#include <array>
#include <cmath>

namespace bartizan {
namespace {

/// Begins the state of these columns; others, with a column more or less, do not fit.
constexpr quint32 kColumnsMark = 0xBA270010;
constexpr QDataStream::Version kStreamVersion = QDataStream::Qt_6_0;
/// Where every other column has its drawn width and a scroll bar stands beside them, this is left at 1440.
constexpr int kNarrowestTitle = 120;
/// The title's drawn width. Of what there is beyond it the user's name takes half, until most names stand there whole.
constexpr int kDrawnTitle = 162;
constexpr int kWidestUser = 120;
constexpr int kSortArrow = 18; ///< Room of the arrow and of the gap before it.
/// In the order in which they give way to the title. The other columns never hide.
constexpr std::array kGiveWay{AlertModel::TypeColumn, AlertModel::OwnerColumn, AlertModel::CountColumn,
                              AlertModel::CountryColumn, AlertModel::UserColumn, AlertModel::StatusColumn};

/// With the padding of one side: the neighbour's own is enough between values of fixed length.
int tightWidthOf(const QString &text)
{
    return static_cast<int>(std::ceil(tabulartext::width(fonts::body(), text))) + measure::kCellPadding + 1;
}

int widthOf(const QString &text)
{
    return tightWidthOf(text) + measure::kCellPadding;
}

int widestType()
{
    int widest = 0;
    for (std::size_t i = 0; i < enumCount<AlertType>(); ++i)
        widest = std::max(widest, widthOf(format::alertType(static_cast<AlertType>(i))));
    return widest;
}

/// What the columns say, by AlertModel::Column, but for the buttons.
constexpr std::array kExported{AlertColumn::Severity,  AlertColumn::Timestamp, AlertColumn::Type,   AlertColumn::Title,
                               AlertColumn::IpAddress, AlertColumn::Country,   AlertColumn::UserId, AlertColumn::Count,
                               AlertColumn::Owner,     AlertColumn::Status};
static_assert(kExported.size() == AlertModel::ActionColumn);

int widestStatus()
{
    int widest = 0;
    for (std::size_t i = 0; i < enumCount<AlertStatus>(); ++i)
        widest = std::max(widest, tightWidthOf(format::status(static_cast<AlertStatus>(i))));
    for (std::size_t i = 0; i < enumCount<AlertDisposition>(); ++i)
        widest = std::max(widest, tightWidthOf(format::status(AlertStatus::Resolved, static_cast<AlertDisposition>(i))));
    return widest + measure::kIcon + 2;
}

} // namespace

/// The drawn width of a column, or what its values need where the font is wider.
int AlertsTable::drawnWidth(int column) const
{
    switch (column) {
    case AlertModel::SeverityColumn:
        return std::max(102, badge::widestSeverity() + measure::kFirstCellPadding + measure::kCellPadding);
    case AlertModel::TimeColumn: { // Its header names the zone, and mostly carries the arrow of the sorting.
        const QString header = m_model->headerData(column, Qt::Horizontal).toString();
        const int text = QFontMetrics(fonts::smallSemibold()).horizontalAdvance(header);
        return std::max({98, widthOf(QStringLiteral("00-00 00:00")), text + 2 * measure::kCellPadding + kSortArrow});
    }
    case AlertModel::TypeColumn: return std::max(164, widestType());
    case AlertModel::AddressColumn: return std::max(112, tightWidthOf(QStringLiteral("000.000.000.000")));
    case AlertModel::CountryColumn: return std::max(28, tightWidthOf(QStringLiteral("MM")));
    case AlertModel::UserColumn: return 70;
    case AlertModel::CountColumn: return std::max(44, tightWidthOf(format::repeat(9999)));
    case AlertModel::OwnerColumn: return 58;
    case AlertModel::StatusColumn: return std::max(116, widestStatus());
    case AlertModel::ActionColumn: return measure::kRowButtonWidth + 8;
    default: return kNarrowestTitle;
    }
}

/// What the header of the column that the rows are sorted by needs beyond the drawn width, to stand whole beside its arrow.
int AlertsTable::roomOfArrow(int column) const
{
    if (column < 0 || horizontalHeader()->sortIndicatorSection() != column)
        return 0;
    const QString header = m_model->headerData(column, Qt::Horizontal).toString();
    const int needed = QFontMetrics(fonts::small()).horizontalAdvance(header) + 2 * measure::kCellPadding + kSortArrow;
    return std::max(0, needed - drawnWidth(column));
}

/// The title gives the room of the arrow: no column hides for it.
int AlertsTable::wantedWidth(int column) const
{
    const int sorted = horizontalHeader()->sortIndicatorSection();
    return drawnWidth(column) + (column == AlertModel::TitleColumn ? -roomOfArrow(sorted) : roomOfArrow(column));
}

/// Gives every column its width and the rest to the title; hides what does not fit. What a person has touched stays.
void AlertsTable::arrangeColumns()
{
    if (m_arranging)
        return;
    m_arranging = true;
    const auto touched = [this](int column) { return m_touched.count(column) > 0; };
    int needed = 0;
    for (int column = 0; column < AlertModel::ColumnCount; ++column) {
        if (!touched(column)) {
            setColumnHidden(column, false);
            setColumnWidth(column, wantedWidth(column));
        }
        needed += isColumnHidden(column) ? 0 : columnWidth(column);
    }
    const int room = viewport()->width();
    for (const int column : kGiveWay) {
        if (needed <= room)
            break;
        if (touched(column) || isColumnHidden(column))
            continue;
        needed -= columnWidth(column);
        setColumnHidden(column, true);
    }
    if (!touched(AlertModel::TitleColumn) && needed < room) {
        int title = columnWidth(AlertModel::TitleColumn) + room - needed;
        if (!touched(AlertModel::UserColumn) && !isColumnHidden(AlertModel::UserColumn)) {
            const int user = columnWidth(AlertModel::UserColumn);
            const int more = std::clamp((title - kDrawnTitle) / 2, 0, std::max(0, kWidestUser - user));
            setColumnWidth(AlertModel::UserColumn, user + more);
            title -= more;
        }
        setColumnWidth(AlertModel::TitleColumn, title);
    }
    m_arranging = false;
}

void AlertsTable::fillColumnMenu(QMenu *menu)
{
    for (const int column : {AlertModel::TypeColumn, AlertModel::CountryColumn, AlertModel::UserColumn,
                             AlertModel::CountColumn, AlertModel::OwnerColumn, AlertModel::StatusColumn}) {
        QAction *action = menu->addAction(m_model->headerData(column, Qt::Horizontal, Qt::AccessibleTextRole).toString());
        action->setCheckable(true);
        action->setChecked(!isColumnHidden(column));
        connect(action, &QAction::toggled, this, [this, column](bool shown) {
            m_arranging = true;
            setColumnHidden(column, !shown);
            if (shown)
                setColumnWidth(column, wantedWidth(column));
            m_arranging = false;
            m_touched.insert(column);
            arrangeColumns();
        });
    }
    menu->addSeparator();
    connect(menu->addAction(tr("Columns as they were")), &QAction::triggered, this, [this] {
        m_touched.clear();
        for (int column = 0; column < AlertModel::ColumnCount; ++column)
            horizontalHeader()->moveSection(horizontalHeader()->visualIndex(column), column);
        arrangeColumns();
    });
}

std::vector<AlertColumn> AlertsTable::shownColumns() const
{
    std::vector<AlertColumn> columns;
    for (int place = 0; place < AlertModel::ColumnCount; ++place) {
        const int column = horizontalHeader()->logicalIndex(place);
        if (column != AlertModel::ActionColumn && !isColumnHidden(column))
            columns.push_back(kExported[static_cast<std::size_t>(column)]);
    }
    return columns;
}

QByteArray AlertsTable::columnsState() const
{
    QByteArray state;
    QDataStream out(&state, QIODevice::WriteOnly);
    out.setVersion(kStreamVersion);
    out << kColumnsMark << horizontalHeader()->saveState() << QList<int>(m_touched.begin(), m_touched.end());
    return state;
}

void AlertsTable::setColumnsState(const QByteArray &state)
{
    QDataStream in(state);
    in.setVersion(kStreamVersion);
    quint32 mark = 0;
    QByteArray header;
    QList<int> touched;
    in >> mark >> header >> touched;
    if (in.status() != QDataStream::Ok || mark != kColumnsMark)
        return;
    m_arranging = true;
    const bool restored = horizontalHeader()->restoreState(header);
    m_arranging = false;
    if (restored) {
        m_touched = std::set<int>(touched.begin(), touched.end());
        sortByColumn(horizontalHeader()->sortIndicatorSection(), horizontalHeader()->sortIndicatorOrder());
    }
    arrangeColumns();
}

} // namespace bartizan
