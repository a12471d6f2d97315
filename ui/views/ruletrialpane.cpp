// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/ruletrialpane.h"

#include "ui/models/rulewords.h"
#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/theme/tabulartext.h"
#include "ui/theme/theme.h"
#include "ui/views/consolecontext.h"
#include "ui/views/labels.h"
#include "ui/views/nearmisspane.h"
#include "ui/views/rowdelegate.h"
#include "ui/views/rulesedit.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/figure.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/plaintooltip.h"
#include "ui/widgets/rowpainting.h"
#include "ui/widgets/wholerows.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTableView>

#include <algorithm>
#include <limits>

namespace bartizan {
namespace {

constexpr int kBarHeight = 48;
constexpr int kFigureHeight = 80;
constexpr int kFirstDays = 7;
const QString kMinus(QChar(0x2212));

int plural(std::int64_t count)
{
    return static_cast<int>(std::min<std::int64_t>(count, std::numeric_limits<int>::max()));
}

constexpr int kGlyphRoom = 18; ///< For plus or minus, before the word.

/// Of the column of the change: its longest word, whole.
int changeWidth()
{
    int words = 0;
    for (const TrialModel::Change change : {TrialModel::Change::Gained, TrialModel::Change::Lost, TrialModel::Change::Same})
        words = std::max(words, QFontMetrics(fonts::body()).horizontalAdvance(TrialModel::word(change)));
    return measure::kFirstCellPadding + kGlyphRoom + words + measure::kCellPadding + 1;
}

/// Plus and minus carry the meaning, colour repeats it.
class TrialDelegate : public RowDelegate {
public:
    explicit TrialDelegate(QTableView *table) : RowDelegate(table)
    {
        setMuted({TrialModel::CountryColumn, TrialModel::StatusColumn});
        setAddresses({TrialModel::GroupColumn});
    }

protected:
    void paintCell(QPainter *painter, const QRect &cell, const QRect &content, const QModelIndex &index) const override
    {
        if (index.column() != TrialModel::ChangeColumn) {
            RowDelegate::paintCell(painter, cell, content, index);
            return;
        }
        const Theme &theme = Theme::current();
        const auto change = static_cast<TrialModel::Change>(index.data(TrialModel::ChangeRole).toInt());
        const QColor colour = change == TrialModel::Change::Gained ? theme.ok
            : change == TrialModel::Change::Lost                   ? theme.error
                                                                   : theme.muted;
        if (change != TrialModel::Change::Same) {
            const QRectF where(content.left() - 2, content.center().y() - 7, 14, 14);
            icons::paint(painter, where,
                         change == TrialModel::Change::Gained ? QStringLiteral("plus") : QStringLiteral("minus"), colour);
        }
        paintText(painter, content.adjusted(kGlyphRoom, 0, 0, 0), index.data().toString(), colour);
    }
};

} // namespace

RuleTrialPane::RuleTrialPane(ConsoleContext *context, RulesEdit *edit, QWidget *parent)
    : QWidget(parent), m_context(context), m_edit(edit)
{
    setAccessibleName(tr("Try it"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(buildBar());
    column->addWidget(new Hairline(Qt::Horizontal, this));
    m_error = new InlineMessage(this);
    column->addWidget(m_error);
    m_stack = new QStackedWidget(this);
    m_nearMisses = new NearMissPane(context, m_stack);
    m_stack->addWidget(m_nearMisses);
    m_stack->addWidget(buildRunning());
    m_stack->addWidget(buildResult());
    column->addWidget(m_stack, 1);
    m_model.setDisplayZone(context->displayZone());
    connect(context, &ConsoleContext::displayZoneChanged, this,
            [this] { m_model.setDisplayZone(m_context->displayZone()); });
    connect(m_error, &InlineMessage::linkActivated, m_error, &QWidget::hide);
    connect(m_edit, &RulesEdit::changed, this, &RuleTrialPane::updateBar);
    connectSession();
    showNearMisses();
}

QWidget *RuleTrialPane::buildBar()
{
    auto *bar = new QWidget(this);
    bar->setFixedHeight(kBarHeight);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(measure::kPageMargin, 0, measure::kPageMargin, 0);
    row->setSpacing(measure::kControlGap);
    QLabel *before = plainLabel(tr("Replay the last"), bar);
    m_days = new QSpinBox(bar);
    m_days->setRange(1, kMostTrialDays);
    m_days->setValue(kFirstDays);
    m_days->setFixedWidth(64);
    m_days->setAccessibleName(tr("Days to replay"));
    m_days->setObjectName(QStringLiteral("trialDays"));
    before->setBuddy(m_days);
    m_try = new QPushButton(tr("Try it"), bar);
    m_try->setIcon(icons::icon(QStringLiteral("play")));
    m_try->setAutoDefault(false);
    m_status = new ElidedLabel(bar);
    m_status->setMuted(true);
    row->addWidget(before);
    row->addWidget(m_days);
    row->addWidget(plainLabel(tr("days"), bar));
    row->addWidget(m_try);
    row->addStretch(1);
    row->addWidget(m_status, 1000);
    connect(m_try, &QPushButton::clicked, this, &RuleTrialPane::tryIt);
    return bar;
}

QWidget *RuleTrialPane::buildRunning()
{
    auto *running = new QWidget(this);
    auto *column = new QVBoxLayout(running);
    column->setContentsMargins(measure::kPageMargin, measure::kPageMargin, measure::kPageMargin, measure::kPageMargin);
    column->setSpacing(measure::kControlGap);
    m_progressText = mutedLabel({}, running);
    m_progress = new QProgressBar(running);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress of the replay"));
    auto *cancel = new QPushButton(tr("Cancel"), running);
    cancel->setAccessibleName(tr("Cancel the replay"));
    cancel->setAutoDefault(false);
    column->addWidget(m_progressText);
    column->addWidget(m_progress);
    column->addWidget(cancel, 0, Qt::AlignLeft);
    column->addStretch(1);
    connect(cancel, &QPushButton::clicked, this, &RuleTrialPane::cancel);
    return running;
}

QWidget *RuleTrialPane::buildResult()
{
    auto *result = new QWidget(this);
    auto *column = new QVBoxLayout(result);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *figures = new QWidget(result);
    figures->setFixedHeight(kFigureHeight);
    auto *row = new QHBoxLayout(figures);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    for (Figure **figure : {&m_gained, &m_lost, &m_same, &m_inAll}) {
        if (figure != &m_gained)
            row->addWidget(new Hairline(Qt::Vertical, figures));
        *figure = new Figure(figure == &m_gained ? tr("Gained") : figure == &m_lost ? tr("Lost")
                                 : figure == &m_same                                 ? tr("Same")
                                                                                     : tr("In all"),
                             figures);
        auto *room = new QHBoxLayout;
        room->setContentsMargins(measure::kPageMargin, 6, measure::kGrid, 0);
        room->addWidget(*figure);
        row->addLayout(room, 1);
    }
    column->addWidget(figures);
    column->addWidget(new Hairline(Qt::Horizontal, result));
    m_table = new QTableView(result);
    m_table->setModel(&m_model);
    rowpainting::setUpTable(m_table);
    m_table->setItemDelegate(new TrialDelegate(m_table));
    m_table->setAccessibleName(tr("Alerts that the edits gain and lose"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    const std::array<int, TrialModel::ColumnCount> widths{changeWidth(), 96, 124, 36, 124, 112};
    for (int section = 0; section < TrialModel::ColumnCount; ++section)
        m_table->setColumnWidth(section, widths[static_cast<std::size_t>(section)]);
    m_table->horizontalHeader()->setSectionResizeMode(TrialModel::SaysColumn, QHeaderView::Stretch);
    m_rows = new WholeRows(m_table, result);
    column->addWidget(m_rows, 1);
    m_more = new LinkButton(QString(), result);
    m_close = new LinkButton(tr("Close"), result);
    m_close->setAccessibleName(tr("Close the result"));
    auto *links = new QHBoxLayout;
    links->addWidget(m_more);
    links->addStretch(1);
    links->addWidget(m_close);
    m_answer = new InlineMessage(result);
    m_stale = new InlineMessage(result);
    auto *below = new QVBoxLayout;
    below->setContentsMargins(measure::kPageMargin, measure::kControlGap, measure::kPageMargin, measure::kControlGap);
    below->setSpacing(measure::kControlGap);
    below->addLayout(links);
    below->addWidget(m_answer);
    below->addWidget(m_stale);
    column->addLayout(below);
    column->addStretch(0);
    connect(m_close, &QAbstractButton::clicked, this, &RuleTrialPane::showNearMisses);
    connect(m_more, &QAbstractButton::clicked, this, [this] {
        m_model.showAllSame();
        showMore();
    });
    connect(m_table, &QWidget::customContextMenuRequested, this, &RuleTrialPane::openMenu);
    connect(m_table, &QAbstractItemView::activated, this, [this](const QModelIndex &index) {
        if (const QString address = index.data(TrialModel::AddressRole).toString(); !address.isEmpty())
            m_context->lookUpAddress(address, index.data(TrialModel::TimeRole).toLongLong());
    });
    return result;
}

void RuleTrialPane::connectSession()
{
    Session *session = m_context->session();
    connect(session, &Session::trialFinished, this, [this](quint64 token, const TrialReport &report) {
        if (token == m_token && token != 0)
            onFinished(report);
    });
    connect(session, &Session::jobFailed, this, [this](quint64 token, const Error &error) {
        if (token == m_token && token != 0)
            onFailed(error);
    });
    connect(session, &Session::jobProgress, this, [this](quint64 token, const JobProgress &progress) {
        if (token != m_token || token == 0)
            return;
        m_progress->setRange(0, 1000);
        m_progress->setValue(progress.total > 0 ? static_cast<int>(1000 * progress.done / progress.total) : 0);
        m_progressText->setText(tr("Replaying: %1 of %2 rows")
                                    .arg(format::count(progress.done), format::count(progress.total)));
    });
    const auto forget = [this] {
        m_token = 0;
        m_model.clear();
        m_error->hide();
        showNearMisses();
    };
    connect(session, &Session::closed, this, forget);
    connect(session, &Session::opened, this, forget);
}

int RuleTrialPane::days() const
{
    return m_days->value();
}

void RuleTrialPane::setDays(int days)
{
    m_days->setValue(days);
}

void RuleTrialPane::setRule(RuleId rule)
{
    if (rule == m_rule)
        return;
    cancel();
    m_token = 0; // What a cancelled trial still tells is of no interest.
    m_rule = rule;
    m_error->hide();
    m_model.clear();
    m_nearMisses->setRule(rule);
    showNearMisses();
}

void RuleTrialPane::setValid(bool valid)
{
    m_valid = valid;
    updateBar();
}

void RuleTrialPane::tryIt()
{
    if (!m_try->isEnabled())
        return;
    m_error->hide();
    m_tried = m_edit->with(m_rule);
    m_token = m_context->session()->startTrial({m_rule, m_tried, m_days->value()});
    m_progress->setRange(0, 0);
    m_progressText->setText(tr("Reading what the rules remember at the start…"));
    m_stack->setCurrentIndex(1);
    updateBar();
}

void RuleTrialPane::cancel()
{
    if (m_token != 0)
        m_context->session()->cancelJob(m_token);
}

void RuleTrialPane::onFinished(const TrialReport &report)
{
    m_token = 0;
    if (report.cancelled) {
        showNearMisses();
        return;
    }
    showResult(report);
}

void RuleTrialPane::onFailed(const Error &error)
{
    m_token = 0;
    showNearMisses();
    m_error->setMessage(MessageKind::Error, tr("Not tried. %1").arg(format::singleLine(error.message)), tr("Close"));
}

void RuleTrialPane::showNearMisses()
{
    const bool hadFocus = m_stack->currentWidget()->isAncestorOf(focusWidget()) || m_close->hasFocus();
    m_stack->setCurrentWidget(m_nearMisses);
    updateBar();
    if (hadFocus && isVisible())
        m_try->setFocus(Qt::OtherFocusReason);
}

QString RuleTrialPane::spanText(const TrialReport &report) const
{
    return tr("%Ln event(s) in %1 s, nothing saved", nullptr, plural(report.events))
        .arg(format::locale().toString(report.seconds, 'f', 1));
}

void RuleTrialPane::showResult(const TrialReport &report)
{
    m_model.load(m_rule, report);
    m_status->setText(spanText(report));
    const QString gained = format::count(report.gained);
    const QString lost = format::count(report.lost);
    m_gained->setTone(report.gained > 0 ? FigureTone::Good : FigureTone::Plain);
    m_gained->setFigure(report.gained > 0 ? QString(QLatin1Char('+') + gained) : gained, report.gained > 0 ? tr("would be new") : tr("none"));
    m_lost->setTone(report.lost > 0 ? FigureTone::Bad : FigureTone::Plain);
    m_lost->setFigure(report.lost > 0 ? QString(kMinus + lost) : lost,
                      report.lost == 0 ? tr("none")
                                       : tr("%Ln acknowledged", nullptr, plural(report.lostAcknowledged)));
    const auto acknowledged = std::count_if(report.sameAlerts.begin(), report.sameAlerts.end(),
                                            [](const TrialAlert &alert) { return alert.acknowledged.value_or(false); });
    m_same->setFigure(format::count(report.same), tr("%Ln acknowledged", nullptr, plural(acknowledged)));
    m_inAll->setFigure(format::count(report.gained + report.same),
                       tr("was %1 in %2").arg(format::count(report.lost + report.same),
                                              rulewords::amount(RuleUnit::Days, m_days->value())));
    setPlainToolTip(m_inAll, format::timeRange(report.range, m_context->displayZone()));
    showMessage(report);
    showMore();
    m_stack->setCurrentIndex(2);
    updateBar();
    if (m_model.rowCount() > 0)
        m_table->scrollToTop();
}

void RuleTrialPane::showMessage(const TrialReport &report)
{
    QString text;
    MessageKind kind = MessageKind::Info;
    if (report.lost == 0) {
        text = report.gained + report.same == 0 ? tr("The rule raises no alert in these days, before or after.")
                                                : tr("Loses no alert.");
    } else if (report.lostAcknowledged == 0) {
        text = tr("Loses no alert that an analyst has acknowledged.");
    } else {
        kind = MessageKind::Warning;
        text = tr("Loses %Ln alert(s) that an analyst has acknowledged.", nullptr, plural(report.lostAcknowledged));
    }
    if (const std::int64_t others = report.othersGained + report.othersLost; others > 0) {
        text += QLatin1Char(' ')
            + tr("Other rules of this type: %1 gained, %2 lost, since they suppress each other.")
                  .arg(format::count(report.othersGained), format::count(report.othersLost));
    }
    m_answer->setMessage(kind, text);
}

void RuleTrialPane::showMore()
{
    const std::int64_t hidden = m_model.hiddenSame();
    const bool all = m_model.rowCount() > 0
        && hidden > 0 && static_cast<std::size_t>(hidden) > kMostTrialRows;
    m_more->setText(all ? tr("Show the newest %1 that stay the same").arg(format::count(kMostTrialRows))
                        : tr("%1 more without a change").arg(format::count(hidden)));
    m_more->setAccessibleName(m_more->text());
    m_more->updateGeometry();
    m_more->setVisible(hidden > 0);
    // As high as its rows, so that what belongs to them stands right below.
    m_rows->setMaximumHeight(m_table->horizontalHeader()->height()
                             + m_model.rowCount() * m_table->verticalHeader()->defaultSectionSize() + 1);
}

void RuleTrialPane::updateBar()
{
    const Session *session = m_context->session();
    const bool result = m_stack != nullptr && m_stack->currentIndex() == 2;
    m_try->setEnabled(session->isOpen() && m_valid && m_token == 0);
    m_try->setToolTip(m_valid ? tr("Replays the log under the edited settings and shows what changes; nothing is saved")
                              : tr("The numbers must be in their ranges first"));
    m_days->setEnabled(m_token == 0);
    if (!result)
        m_status->setText(m_token != 0 ? tr("nothing is saved") : QString());
    if (m_stale != nullptr) {
        m_stale->setVisible(false);
        if (result && m_edit->with(m_rule) != m_tried)
            m_stale->setMessage(MessageKind::Warning, tr("The settings have changed since. Try it again."));
    }
}

void RuleTrialPane::openMenu(const QPoint &position)
{
    const QModelIndex index = m_table->indexAt(position);
    if (!index.isValid())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString cell = index.data(TrialModel::RawTextRole).toString();
    connect(menu->addAction(tr("Copy cell")), &QAction::triggered, this,
            [cell] { QGuiApplication::clipboard()->setText(cell); });
    if (const QString address = index.data(TrialModel::AddressRole).toString(); !address.isEmpty()) {
        connect(menu->addAction(tr("Look up the address")), &QAction::triggered, this,
                [this, address, at = index.data(TrialModel::TimeRole).toLongLong()] {
                    m_context->lookUpAddress(address, at);
                });
    }
    menu->popup(m_table->viewport()->mapToGlobal(position));
}

} // namespace bartizan
