// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/alertspage.h"

#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/views/alertmuting.h"
#include "ui/views/alertsdetails.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/alertsselectionline.h"
#include "ui/views/alertstable.h"
#include "ui/views/alerttriage.h"
#include "ui/views/consolecontext.h"
#include "ui/views/filteractions.h"
#include "ui/views/undonesteps.h"
#include "ui/widgets/inlinemessage.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QItemSelectionModel>
#include <QMenu>
#include <QVBoxLayout>

#include <utility>

namespace bartizan {

using filteractions::menuText;

void AlertsPage::buildActions()
{
    const auto add = [this](const QString &text, const QKeySequence &key, const QString &icon, QWidget *owner) {
        auto *action = new QAction(icons::icon(icon), text, this);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        owner->addAction(action);
        return action;
    };
    m_acknowledge = add(tr("Acknowledge"), QKeySequence(Qt::Key_A), QStringLiteral("check"), this);
    m_acknowledge->setToolTip(tr("Acknowledge the selected alerts (A)"));
    m_acknowledge->setEnabled(false);
    m_showWaiting = add(tr("Show new alerts"), QKeySequence(Qt::Key_N), QStringLiteral("arrow-up"), this);
    m_copyCell = add(tr("Copy cell"), QKeySequence(QKeySequence::Copy), QStringLiteral("copy"), m_table);
    m_copyJson = add(tr("Copy alert as JSON"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), QStringLiteral("copy"),
                     m_table);
    m_copyMarkdown = add(tr("Copy alert as Markdown"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_M), QStringLiteral("copy"),
                         m_table);
    m_editFilter = add(tr("Edit the filter"), QKeySequence(Qt::Key_Slash), QStringLiteral("search"), this);
    connect(m_editFilter, &QAction::triggered, m_filterBar, &AlertsFilterBar::beginEdit);
    m_table->addAction(m_acknowledge);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_acknowledge, &QAction::triggered, this, [this] { beginOnSelection(TriageKind::Acknowledge); });
    connect(m_showWaiting, &QAction::triggered, this, &AlertsPage::showWaiting);
    connect(m_copyCell, &QAction::triggered, this, &AlertsPage::copyCell);
    connect(m_copyJson, &QAction::triggered, this, [this] { copyAlert(&AlertsDetails::copyJson); });
    connect(m_copyMarkdown, &QAction::triggered, this, [this] { copyAlert(&AlertsDetails::copyMarkdown); });
    connect(m_table, &QWidget::customContextMenuRequested, this, &AlertsPage::openMenu);
    connect(m_details, &AlertsDetails::shown, this, [this] {
        if (const auto act = std::exchange(m_whenShown, nullptr))
            act();
    });
}

void AlertsPage::buildTriage()
{
    m_triage = new AlertTriage(m_context, this, [this](TriageKind kind) { beginOnSelection(kind); },
                               [this](const IdList &ids) { return subjectOf(ids); });
    connect(m_triage, &AlertTriage::begun, this, &AlertsPage::moveOn);
    connect(m_triage, &AlertTriage::reported, this, &AlertsPage::showTriageReport);
    connect(m_triage, &AlertTriage::worked, this, &AlertsPage::endFailure);
    m_showUnchanged = new QAction(tr("Show what the last step left as it was"), this);
    m_showUnchanged->setEnabled(false);
    connect(m_showUnchanged, &QAction::triggered, this, &AlertsPage::showUnchanged);
    connect(m_selectionLine, &AlertsSelectionLine::unchangedRequested, m_showUnchanged, &QAction::trigger);
    connect(m_triage, &AlertTriage::progressed, this, &AlertsPage::followProgress);
    connect(m_triage, &AlertTriage::undoableNoMore, m_selectionLine, &AlertsSelectionLine::withdrawUndo);
    // What was taken back is what one wants to do otherwise.
    connect(m_triage, &AlertTriage::tookBack, this, [this](const QString &id) {
        m_broughtBack = id;
        m_leftAt = m_table->currentIndex().isValid() ? m_model.keyAt(m_table->currentIndex().row()) : QString();
        selectBroughtBack();
    });
    connect(m_triage, &AlertTriage::failed, this, &AlertsPage::showFailure);
    // Beside the other message, which goes when the database comes back.
    QWidget *queue = m_messageRoom->parentWidget();
    auto *column = static_cast<QVBoxLayout *>(queue->layout());
    auto *undone = new UndoneSteps(m_context, queue);
    column->insertWidget(column->indexOf(m_messageRoom), undone);
    buildMuting();
    buildTakingBack();
    connect(undone, &UndoneSteps::againRequested, this, [this](const WantedStep &wanted) {
        if (wanted.mute)
            m_muting->take(wanted);
        else
            m_triage->take(wanted);
    });
    connect(m_selectionLine, &AlertsSelectionLine::stepRequested, this, &AlertsPage::beginOnSelection);
    connect(m_selectionLine, &AlertsSelectionLine::undoRequested, m_triage, &AlertTriage::undo);
    connect(m_selectionLine, &AlertsSelectionLine::cancelRequested, this, &AlertsPage::cancelStep);
    m_endWait = new QAction(tr("End the step that waits or runs"), this);
    m_endWait->setShortcut(QKeySequence(Qt::Key_Escape));
    m_endWait->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_endWait->setEnabled(false);
    addAction(m_endWait);
    connect(m_endWait, &QAction::triggered, this, &AlertsPage::cancelStep);
    connect(m_details, &AlertsDetails::stepRequested, this, &AlertsPage::beginOnOne);
    // Nothing to take back: the last step of triage is another matter.
    connect(m_details, &AlertsDetails::copied, this, [this](const QString &told) { showReport(told, false); });
    connect(m_details, &AlertsDetails::ownRequested, this, [this](const QString &id, bool fromSomebody) {
        TriageStep step;
        step.kind = TriageKind::Own;
        step.overrule = fromSomebody;
        m_triage->take(step, {id.toStdString()});
    });
}

/// Steps of others, and of oneself before the console was started, can be taken back alert by alert.
void AlertsPage::buildTakingBack()
{
    m_takeBack = new QAction(tr("Take back the last step on this alert"), this);
    m_takeBack->setEnabled(false);
    connect(m_takeBack, &QAction::triggered, this, [this] {
        whenShown([this] {
            const SecurityAlert *alert = m_details->alert();
            const auto last = m_details->lastStep();
            if (alert && last)
                m_triage->takeBack(*last, alert->id);
            else
                showReport(tr("Nothing was done: no step was taken on this alert"), false);
        });
    });
}

void AlertsPage::buildMuting()
{
    m_muting = new AlertMuting(m_context, this);
    const auto begin = [this] {
        whenShown([this] {
            if (const SecurityAlert *alert = m_details->alert())
                m_muting->begin(*alert, m_selectionLine->selected());
            else
                showFailure(Error{unreadable()});
        });
    };
    connect(m_muting->action(), &QAction::triggered, this, begin);
    connect(m_details, &AlertsDetails::muteRequested, this, begin);
    connect(m_details, &AlertsDetails::narrowed, this,
            [this](const FilterTerm &term) { m_filterBar->setFilter(bartizan::narrowed(m_filterBar->filter(), term)); });
    connect(m_muting, &AlertMuting::muted, this, [this](quint64 token, const QString &text, const QString &shortText) {
        endFailure();
        showReport(text, m_triage->setReported(token), shortText);
    });
    connect(m_muting, &AlertMuting::reported, this, &AlertsPage::showReport);
    connect(m_muting, &AlertMuting::failed, this, &AlertsPage::showFailure);
}

QString AlertsPage::unreadable()
{
    return tr("The selected alert cannot be read, so that nothing tells what to mute");
}

QAction *AlertsPage::muteAction() const
{
    return m_muting->action();
}

void AlertsPage::showReport(const QString &text, bool undoable, const QString &shortText)
{
    m_selectionLine->setReport(text, undoable, shortText);
    m_reportTimer.start();
}

void AlertsPage::showFailure(const Error &error)
{
    m_message->setMessage(MessageKind::Error, error.message);
    m_messageRoom->show();
    m_stepFailed = true;
}

/// A step has worked since one failed: in place of why stands again what is to be said of the alerts that are shown.
void AlertsPage::endFailure()
{
    if (!std::exchange(m_stepFailed, false))
        return;
    if (m_failed)
        m_message->setMessage(MessageKind::Error, m_readError, tr("Try again"));
    else
        showHeld();
}

/// Says above the queue that older alerts of the range are not held, where it is so.
void AlertsPage::showHeld()
{
    m_stepFailed = false;
    m_messageRoom->setVisible(m_notHeld > 0);
    if (m_notHeld == 0)
        return;
    const auto held = static_cast<qint64>(m_most);
    m_message->setMessage(MessageKind::Info, tr("The newest %1 of %2 alerts are shown; a shorter range shows all of its own.")
                                                 .arg(format::count(held), format::count(held + m_notHeld)));
}

/// What can be done with the rows that are selected.
QList<QAction *> AlertsPage::rowCommands() const
{
    QList<QAction *> all{m_acknowledge};
    for (QAction *action : m_triage->stepActions())
        all.append(action);
    return all << m_muting->action() << m_triage->undoAction() << m_takeBack;
}

void AlertsPage::openMenu(const QPoint &position)
{
    // From the keyboard the menu belongs to the current cell, wherever Qt says that it opens.
    QModelIndex index = m_table->indexAt(position);
    if (!index.isValid())
        index = m_table->currentIndex();
    if (!index.isValid())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions(rowCommands());
    menu->addAction(m_mark);
    menu->addAction(m_showWaiting);
    menu->addAction(m_showViews);
    menu->addAction(m_sortBy);
    menu->addSeparator();
    addGroupActions(menu, index.row());
    menu->addSeparator();
    menu->addAction(m_copyCell);
    menu->addAction(m_copyJson);
    menu->addAction(m_copyMarkdown);
    menu->addSeparator();
    addSourceActions(menu, index.row());
    menu->addSeparator();
    addCellActions(menu, index);
    menu->popup(m_table->viewport()->mapToGlobal(position));
}

void AlertsPage::addSourceActions(QMenu *menu, int row)
{
    const auto value = [this, row](int column) {
        return m_model.index(row, column).data(AlertModel::RawTextRole).toString();
    };
    // A group has the value that its alerts share, in whatever column.
    const bool group = m_model.isGroup(row);
    const auto valueOf = [&](int column, AlertGrouping by) {
        return group && m_model.grouping() != by ? QString() : value(column);
    };
    const QString address = valueOf(AlertModel::AddressColumn, AlertGrouping::Address);
    const QString user = valueOf(AlertModel::UserColumn, AlertGrouping::User);
    const TimestampMs at = m_model.timeAt(row); // Rows may come and go while the menu stands open.
    if (!address.isEmpty()) {
        connect(menu->addAction(tr("Look up %1").arg(menuText(address))), &QAction::triggered, this,
                [this, address, at] { m_context->lookUpAddress(address, at); });
        connect(menu->addAction(tr("Show events of %1").arg(menuText(address))), &QAction::triggered, this,
                [this, address, at] { showEventsOf(address.toStdString(), std::nullopt, at); });
    }
    if (!user.isEmpty()) {
        connect(menu->addAction(tr("Show events of %1").arg(menuText(user))), &QAction::triggered, this,
                [this, user, at] { showEventsOf(std::nullopt, user.toStdString(), at); });
    }
}

/// "Only this" and "Not this", of the value under the pointer and of the type, which may have no column.
void AlertsPage::addCellActions(QMenu *menu, const QModelIndex &index)
{
    const auto narrow = [this](const FilterTerm &term) { m_filterBar->setFilter(narrowed(m_filterBar->filter(), term)); };
    if (index.column() == AlertModel::TimeColumn && !m_model.isGroup(index.row())) {
        const TimestampMs at = m_model.timeAt(index.row());
        filteractions::addTimesTo(menu, at, format::fullTime(at, m_context->displayZone()), FilterSubject::Alerts, narrow);
    }
    std::vector<FilterTerm> terms;
    if (const auto term = m_model.termOf(index))
        terms.push_back(*term);
    const auto type = m_model.termOf(m_model.index(index.row(), AlertModel::TypeColumn));
    if (type && index.column() != AlertModel::TypeColumn && !m_model.isGroup(index.row()))
        terms.push_back(*type);
    for (const FilterTerm &term : terms) {
        filteractions::addTo(menu, term, FilterSubject::Alerts, narrow);
    }
}

void AlertsPage::copyCell()
{
    const QModelIndex index = m_table->currentIndex();
    if (index.isValid())
        QGuiApplication::clipboard()->setText(index.data(AlertModel::RawTextRole).toString());
}

/// The details hold the whole alert; if they are still on their way, they are copied when they come.
void AlertsPage::copyAlert(void (AlertsDetails::*copy)() const)
{
    whenShown([this, copy] { (m_details->*copy)(); });
}

void AlertsPage::whenShown(std::function<void()> act)
{
    if (m_details->isLoading())
        m_whenShown = std::move(act);
    else
        act();
}

void AlertsPage::showEventsOf(const std::optional<std::string> &address, const std::optional<std::string> &user, TimestampMs at)
{
    EventQuery query;
    query.range = {at - kDay, at + kDay};
    query.ipAddress = address;
    query.userId = user;
    m_context->showEvents(query);
}

} // namespace bartizan
