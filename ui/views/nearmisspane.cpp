// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/nearmisspane.h"

#include "core/engine/session.h"
#include "core/ports/clock.h"
#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/theme/tabulartext.h"
#include "ui/theme/theme.h"
#include "ui/views/consolecontext.h"
#include "ui/views/labels.h"
#include "ui/views/rowdelegate.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/rowpainting.h"
#include "ui/widgets/segmentedcontrol.h"

#include <QAbstractButton>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QTableView>

#include <algorithm>
#include <cmath>

namespace bartizan {
namespace {

constexpr int kCountDownMs = 1000;
constexpr int kBarWidth = 56;
constexpr int kGroupWidth = 140;
constexpr int kNarrowestGroup = 104;
constexpr int kLeftWidth = 96;
constexpr int kRuleWidth = 140;
constexpr int kNarrowestRule = 64;
enum Scope { AllRules, ThisRule };

/// What the widest count takes.
int widestCount(const QAbstractItemModel &model)
{
    double widest = 0;
    for (int row = 0; row < model.rowCount(); ++row) {
        const QString count = model.index(row, NearMissModel::CountColumn).data().toString();
        widest = std::max(widest, tabulartext::width(fonts::body(), count));
    }
    return static_cast<int>(std::ceil(widest));
}

/// The count, and behind it a bar where there is room; addresses and users look like what they are, links.
class NearMissDelegate : public RowDelegate {
public:
    explicit NearMissDelegate(QTableView *table) : RowDelegate(table)
    {
        setMuted({NearMissModel::RuleColumn});
        setRightAligned({NearMissModel::LeftColumn});
    }

protected:
    void paintCell(QPainter *painter, const QRect &cell, const QRect &content, const QModelIndex &index) const override
    {
        const Theme &theme = Theme::current();
        if (index.column() == NearMissModel::GroupColumn) {
            const auto kind = static_cast<GroupKind>(index.data(NearMissModel::GroupKindRole).toInt());
            const bool link = kind == GroupKind::Address || kind == GroupKind::User;
            const QString shown = elidedAddress(QFontMetrics(painter->font()), index.data().toString(), content.width());
            paintText(painter, content, shown, link ? theme.accent : theme.text);
        } else if (index.column() == NearMissModel::CountColumn) {
            paintText(painter, content, index.data().toString(), theme.text);
            paintBar(painter, content, index);
        } else {
            RowDelegate::paintCell(painter, cell, content, index);
        }
    }

private:
    /// Behind the widest count, so that all bars begin at one place; or not at all.
    static void paintBar(QPainter *painter, const QRect &content, const QModelIndex &index)
    {
        const int from = content.left() + widestCount(*index.model()) + measure::kControlGap;
        const QRectF track(from, content.center().y() - 2, kBarWidth, 6);
        if (track.right() > content.right() + 1)
            return;
        const Theme &theme = Theme::current();
        const double share = std::clamp(index.data(NearMissModel::ShareRole).toDouble(), 0.0, 1.0);
        painter->fillRect(track, theme.track);
        painter->fillRect(QRectF(track.left(), track.top(), track.width() * share, track.height()), theme.series[0]);
    }
};

} // namespace

NearMissPane::NearMissPane(ConsoleContext *context, QWidget *parent) : QWidget(parent), m_context(context)
{
    setAccessibleName(tr("Closest to firing"));
    auto *head = new QHBoxLayout;
    head->setContentsMargins(measure::kPageMargin, measure::kControlGap, measure::kPageMargin, measure::kControlGap);
    head->addWidget(sectionLabel(tr("Closest to firing"), this));
    head->addStretch(1);
    m_scope = new SegmentedControl(this);
    m_scope->addSegment(tr("All rules"));
    m_scope->addSegment(tr("This rule"));
    m_scope->setCurrent(AllRules);
    head->addWidget(m_scope);
    m_table = new QTableView(this);
    m_table->setModel(&m_model);
    rowpainting::setUpTable(m_table);
    m_table->setItemDelegate(new NearMissDelegate(m_table));
    m_table->setAccessibleName(accessibleName());
    m_table->setAccessibleDescription(tr("Enter looks the address up, or shows the user's events"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setColumnWidth(NearMissModel::LeftColumn, kLeftWidth);
    m_table->horizontalHeader()->setSectionResizeMode(NearMissModel::CountColumn, QHeaderView::Stretch);
    connect(m_table->horizontalHeader(), &QHeaderView::sectionResized, this, [this](int column, int, int width) {
        if (m_fitting || column == NearMissModel::CountColumn) // Which takes what the others leave.
            return;
        // Qt tells of a column that was hidden or shown only after fitColumns() is done.
        if (width == 0 || (!m_sized.contains(column) && width == m_fitted.value(column)))
            return;
        m_sized.insert(column, width);
        fitColumns();
    });
    m_empty = new ElidedLabel(this);
    m_empty->setMuted(true);
    auto *emptyRoom = new QHBoxLayout;
    emptyRoom->setContentsMargins(measure::kPageMargin, measure::kControlGap, measure::kPageMargin, 0);
    emptyRoom->addWidget(m_empty);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(head);
    column->addWidget(new Hairline(Qt::Horizontal, this));
    column->addLayout(emptyRoom);
    column->addWidget(m_table, 1);
    column->addStretch(0);

    m_countDown.setInterval(kCountDownMs);
    connect(&m_countDown, &QTimer::timeout, this, [this] {
        m_model.setNow(SystemClock().now());
        showState();
    });
    connect(m_scope, &SegmentedControl::activated, this, &NearMissPane::showScope);
    connect(m_table, &QAbstractItemView::activated, this, &NearMissPane::open);
    connect(m_table, &QAbstractItemView::clicked, this, [this](const QModelIndex &index) {
        if (index.column() == NearMissModel::GroupColumn)
            open(index);
    });
    Session *session = context->session();
    connect(session, &Session::nearMissesChanged, this, [this](const std::vector<NearMiss> &misses) {
        if (m_context->isPaused())
            return;
        m_model.setNow(SystemClock().now());
        m_model.setNearMisses(misses);
        showState();
    });
    connect(session, &Session::closed, this, [this] {
        m_model.setNearMisses({});
        showState();
    });
    connect(session, &Session::engineStatusChanged, this, &NearMissPane::showState);
    showState();
}

void NearMissPane::setRule(RuleId rule)
{
    m_rule = rule;
    showScope();
}

void NearMissPane::showScope()
{
    m_model.setRule(m_scope->current() == ThisRule ? std::optional(m_rule) : std::nullopt);
    fitColumns();
    showState();
}

/// The number is the point: it is there in full, and the names beside it give way, the rule's first.
void NearMissPane::fitColumns()
{
    const QScopedValueRollback busy(m_fitting, true);
    m_widestCount = widestCount(m_model);
    const int bar = m_table->verticalScrollBar()->sizeHint().width(); // It may be there.
    const int left = m_sized.value(NearMissModel::LeftColumn, kLeftWidth);
    const int free = width() - bar - m_widestCount - 2 * measure::kCellPadding - measure::kGrid - left;
    const int group = m_sized.value(NearMissModel::GroupColumn, kGroupWidth);
    const int rule = m_sized.value(NearMissModel::RuleColumn, std::min(kRuleWidth, free - group));
    const bool isRuleShown = m_scope->current() != ThisRule
        && (rule >= kNarrowestRule || m_sized.contains(NearMissModel::RuleColumn));
    m_table->setColumnHidden(NearMissModel::RuleColumn, !isRuleShown);
    const auto fit = [this](int column, int wide) {
        m_fitted.insert(column, wide);
        m_table->setColumnWidth(column, wide);
    };
    if (isRuleShown)
        fit(NearMissModel::RuleColumn, rule);
    const int others = isRuleShown ? rule : 0;
    const int fitting = std::clamp(free - others, kNarrowestGroup, kGroupWidth);
    fit(NearMissModel::GroupColumn, m_sized.value(NearMissModel::GroupColumn, fitting));
}

void NearMissPane::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitColumns();
}

void NearMissPane::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    watch(true);
}

void NearMissPane::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    watch(false);
}

void NearMissPane::watch(bool on)
{
    m_context->session()->watchNearMisses(on);
    if (on)
        m_countDown.start();
    else
        m_countDown.stop();
}

void NearMissPane::showState()
{
    const bool empty = m_model.rowCount() == 0;
    m_table->setVisible(!empty);
    m_empty->setVisible(empty);
    if (!empty) {
        if (widestCount(m_model) != m_widestCount)
            fitColumns();
        return;
    }
    switch (m_context->session()->engineStatus().state) {
    case EngineState::Running:
    case EngineState::Behind:
        m_empty->setText(m_scope->current() == ThisRule ? tr("Nobody is on the way to this rule's threshold.")
                                                        : tr("Nobody is on the way to a threshold."));
        break;
    case EngineState::RunningElsewhere:
        m_empty->setText(tr("The engine runs in another program, and only it knows who is close."));
        break;
    default: m_empty->setText(tr("The engine is not running."));
    }
}

void NearMissPane::open(const QModelIndex &index)
{
    const auto kind = static_cast<GroupKind>(index.data(NearMissModel::GroupKindRole).toInt());
    const QString group = index.data(NearMissModel::GroupRole).toString();
    if (kind == GroupKind::Address) {
        m_context->lookUpAddress(group);
    } else if (kind == GroupKind::User) {
        EventQuery query;
        query.userId = group.toStdString();
        query.range = {SystemClock().now() - kDay, SystemClock().now()};
        m_context->showEvents(query);
    }
}

} // namespace bartizan
