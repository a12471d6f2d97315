// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/rulestable.h"

#include "ui/models/rulemodel.h"
#include "ui/theme/fonts.h"
#include "ui/theme/measures.h"
#include "ui/theme/tabulartext.h"
#include "ui/theme/theme.h"
#include "ui/views/rowdelegate.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/rowpainting.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QSettings>

namespace bartizan {
namespace {

constexpr int kNarrowestName = 160;
/// Less room than this behind the name is left empty: a few letters of an explanation say nothing.
constexpr int kSmallestExplanation = 200;

/// Paints the check box, the badge, what is off in muted, and the explanation behind the name where there is room.
class RulesDelegate : public RowDelegate {
public:
    explicit RulesDelegate(QTableView *table) : RowDelegate(table)
    {
        setRightAligned({RuleModel::HitsColumn});
        setMuted({RuleModel::TechniqueColumn});
    }

protected:
    void paintCell(QPainter *painter, const QRect &cell, const QRect &content, const QModelIndex &index) const override
    {
        const Theme &theme = Theme::current();
        const bool on = index.data(RuleModel::OnRole).toBool();
        switch (index.column()) {
        case RuleModel::OnColumn: return paintBox(painter, content, index, on);
        case RuleModel::NameColumn: return paintName(painter, content, index, on);
        case RuleModel::SeverityColumn: return paintSeverity(painter, content, index);
        case RuleModel::FiresColumn:
            return paintText(painter, content, index.data().toString(), on ? theme.text : theme.muted);
        case RuleModel::HitsColumn: {
            const bool none = index.data(RuleModel::SortRole).toLongLong() == 0;
            return paintText(painter, content, index.data().toString(), none ? theme.muted : theme.text,
                             Qt::AlignRight | Qt::AlignVCenter);
        }
        default: RowDelegate::paintCell(painter, cell, content, index);
        }
    }

private:
    static void paintBox(QPainter *painter, const QRect &content, const QModelIndex &index, bool on)
    {
        painter->save();
        if (!(index.flags() & Qt::ItemIsUserCheckable))
            painter->setOpacity(0.5);
        rowpainting::paintCheckBox(painter, QRect(content.left(), content.top(), measure::kIcon, content.height()), on,
                                   false);
        painter->restore();
    }

    static void paintName(QPainter *painter, const QRect &content, const QModelIndex &index, bool on)
    {
        const Theme &theme = Theme::current();
        QString name = index.data().toString();
        if (index.data(RuleModel::EditedRole).toBool())
            name += QStringLiteral(" *");
        paintText(painter, content, name, on ? theme.text : theme.muted);
        const int used = static_cast<int>(tabulartext::width(fonts::body(), name)) + 2 * measure::kControlGap;
        if (content.width() - used >= kSmallestExplanation) {
            paintText(painter, content.adjusted(used, 0, 0, 0), index.data(RuleModel::ExplanationRole).toString(),
                      theme.muted);
        }
    }

    static void paintSeverity(QPainter *painter, const QRect &content, const QModelIndex &index)
    {
        const int rank = index.data(RuleModel::SeverityRole).toInt();
        if (rank >= 0)
            badge::paint(painter, content, static_cast<AlertSeverity>(rank));
        else
            paintText(painter, content, index.data().toString(), Theme::current().muted);
    }
};

} // namespace

RulesTable::RulesTable(RuleFilter *rules, QWidget *parent) : QTableView(parent), m_rules(rules)
{
    setModel(rules);
    rowpainting::setUpTable(this);
    setItemDelegate(new RulesDelegate(this));
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setTabKeyNavigation(false);
    setAccessibleName(tr("Rules"));
    setAccessibleDescription(tr("Space switches the current rule on or off, Enter edits it"));
    QHeaderView *header = horizontalHeader();
    header->setSortIndicatorClearable(true);
    header->setSortIndicator(-1, Qt::AscendingOrder);
    setSortingEnabled(true);
    connect(header, &QHeaderView::sectionResized, this, [this](int column) {
        if (m_arranging)
            return;
        m_touched.insert(column);
        arrangeColumns();
    });
    arrangeColumns();
}

RuleId RulesTable::currentRule() const
{
    return m_current;
}

bool RulesTable::setCurrentRule(RuleId rule)
{
    for (int row = 0; row < m_rules->rowCount(); ++row) {
        const QModelIndex index = m_rules->index(row, RuleModel::NameColumn);
        if (index.data(RuleModel::RuleRole).toInt() == static_cast<int>(rule)) {
            setCurrentIndex(index);
            scrollTo(index);
            return true;
        }
    }
    return false;
}

/// The drawn width of a column, or what its values need where the font is wider.
int RulesTable::wantedWidth(int column) const
{
    int widest = 0;
    for (int row = 0; row < m_rules->sourceModel()->rowCount(); ++row) {
        const QString text = m_rules->sourceModel()->index(row, column).data().toString();
        widest = std::max(widest, static_cast<int>(tabulartext::width(fonts::body(), text)));
    }
    widest += 2 * measure::kCellPadding + 2;
    switch (column) {
    case RuleModel::OnColumn: return 54;
    case RuleModel::SeverityColumn: return std::max(96, badge::widestSeverity() + 2 * measure::kCellPadding);
    case RuleModel::FiresColumn: return std::max(156, widest);
    case RuleModel::TechniqueColumn: return std::max(100, widest);
    case RuleModel::HitsColumn: {
        const QString header = m_rules->headerData(column, Qt::Horizontal).toString();
        return std::max({84, widest, QFontMetrics(fonts::smallSemibold()).horizontalAdvance(header) + 34});
    }
    default: return std::max(kNarrowestName, widest);
    }
}

/// Gives every column its width and the rest to the name; where there is too little, ATT&CK goes.
void RulesTable::arrangeColumns()
{
    if (m_arranging)
        return;
    m_arranging = true;
    int needed = 0;
    for (int column = 0; column < RuleModel::ColumnCount; ++column) {
        setColumnHidden(column, false);
        if (m_touched.count(column) == 0)
            setColumnWidth(column, wantedWidth(column));
        needed += columnWidth(column);
    }
    const int room = viewport()->width();
    if (needed > room) {
        needed -= columnWidth(RuleModel::TechniqueColumn);
        setColumnHidden(RuleModel::TechniqueColumn, true);
    }
    if (m_touched.count(RuleModel::NameColumn) == 0 && needed != room) {
        setColumnWidth(RuleModel::NameColumn,
                       std::max(kNarrowestName, columnWidth(RuleModel::NameColumn) + room - needed));
    }
    m_arranging = false;
}

void RulesTable::toggle(const QModelIndex &index)
{
    const QModelIndex box = index.siblingAtColumn(RuleModel::OnColumn);
    if (box.flags() & Qt::ItemIsUserCheckable) {
        const bool on = box.data(RuleModel::OnRole).toBool();
        m_rules->setData(box, on ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
    }
}

void RulesTable::mousePressEvent(QMouseEvent *event)
{
    QTableView::mousePressEvent(event);
    // The hit area of the box is the whole cell.
    const QModelIndex index = indexAt(event->position().toPoint());
    if (index.isValid() && index.column() == RuleModel::OnColumn && event->button() == Qt::LeftButton)
        toggle(index);
}

void RulesTable::mouseDoubleClickEvent(QMouseEvent *event)
{
    const QModelIndex index = indexAt(event->position().toPoint());
    if (index.isValid() && index.column() == RuleModel::OnColumn) { // The second of two quick clicks on a box.
        mousePressEvent(event);
        return;
    }
    QTableView::mouseDoubleClickEvent(event);
    if (index.isValid())
        Q_EMIT editWanted();
}

void RulesTable::keyPressEvent(QKeyEvent *event)
{
    const auto pass = [this, event](int key, Qt::KeyboardModifiers more = {}) {
        QKeyEvent other(event->type(), key, event->modifiers() | more);
        QTableView::keyPressEvent(&other);
    };
    const bool plain = event->modifiers() == Qt::NoModifier;
    if (event->key() == Qt::Key_J && plain)
        pass(Qt::Key_Down);
    else if (event->key() == Qt::Key_K && plain)
        pass(Qt::Key_Up);
    else if (event->key() == Qt::Key_Home || event->key() == Qt::Key_End)
        pass(event->key(), Qt::ControlModifier); // Rows, not columns, are what one goes to the first or last of.
    else if (event->key() == Qt::Key_Space && currentIndex().isValid())
        toggle(currentIndex());
    else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && currentIndex().isValid())
        Q_EMIT editWanted();
    else
        QTableView::keyPressEvent(event);
}

void RulesTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    arrangeColumns();
}

void RulesTable::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        verticalHeader()->setDefaultSectionSize(Theme::current().rowHeight);
        arrangeColumns();
        viewport()->update();
    }
}

void RulesTable::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTableView::currentChanged(current, previous);
    viewport()->update(); // The bar stands in the first column, wherever the current cell is.
    if (!current.isValid())
        return;
    const auto rule = static_cast<RuleId>(current.data(RuleModel::RuleRole).toInt());
    if (rule == m_current)
        return;
    m_current = rule;
    Q_EMIT currentRuleChanged(rule);
}

void RulesTable::saveColumns(QSettings &settings) const
{
    QVariantList touched;
    for (const int column : m_touched)
        touched.append(column);
    settings.setValue(QStringLiteral("columns"), horizontalHeader()->saveState());
    settings.setValue(QStringLiteral("touchedColumns"), touched);
}

void RulesTable::restoreColumns(const QSettings &settings)
{
    const QByteArray state = settings.value(QStringLiteral("columns")).toByteArray();
    m_arranging = true;
    const bool restored = !state.isEmpty() && horizontalHeader()->restoreState(state);
    m_arranging = false;
    if (restored) {
        m_touched.clear();
        const QVariantList touched = settings.value(QStringLiteral("touchedColumns")).toList();
        for (const QVariant &column : touched)
            m_touched.insert(column.toInt());
        sortByColumn(horizontalHeader()->sortIndicatorSection(), horizontalHeader()->sortIndicatorOrder());
    }
    arrangeColumns();
}

} // namespace bartizan
