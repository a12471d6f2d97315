// SPDX-License-Identifier: GPL-3.0-or-later
// Steps on what is selected, and those on all that wait until all is there; what the clock changes.
#include "ui/views/alertspage.h"

#include "ui/models/displaytext.h"
#include "ui/models/viewcounter.h"
#include "ui/theme/format.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/alertsselectionline.h"
#include "ui/views/alertstable.h"
#include "ui/views/alerttriage.h"
#include "ui/views/consolecontext.h"
#include "ui/views/filteredit.h"
#include "ui/views/rangenote.h"

#include <QAction>
#include <QMetaObject>

#include <algorithm>
#include <utility>

namespace bartizan {

/// Whether alerts of the range are still to come that may belong to what is shown.
bool AlertsPage::awaitsOlder() const
{
    return (m_reading && !m_reading->anew) || m_cutShort || m_model.awaitsOlder();
}

/// Whether a filter is set that the rows do not follow yet.
bool AlertsPage::awaitsHits() const
{
    return m_model.hasOtherFilter();
}

/// Begins a step on what is selected. Where that is all that is shown, it means the older alerts and the hits of the filter
/// that stands above them, and waits until these are there.
void AlertsPage::beginOnSelection(TriageKind kind)
{
    if ((awaitsOlder() || awaitsHits()) && m_table->isAllSelected()) {
        m_held = kind;
        m_endWait->setEnabled(true);
        followHeldStep();
        return;
    }
    IdList ids = selectedFor(kind);
    if (kind == TriageKind::Acknowledge && ids.empty())
        return tellAcknowledged();
    beginStep(kind, std::move(ids));
}

/// Begins a step on what is selected.
void AlertsPage::beginStep(TriageKind kind, IdList ids, bool asked)
{
    m_stepAbout = selectedNow();
    m_triage->begin(kind, std::move(ids), asked);
}

/// Begins a step on the alert in the details, which is one of those that are selected, if it is.
void AlertsPage::beginOnOne(const QString &id, TriageKind kind)
{
    const std::vector<int> rows = m_table->selectedRowNumbers();
    if (rows.size() == 1 && !m_model.isGroup(rows.front()) && m_model.idAt(rows.front()) == id)
        return beginStep(kind, {id.toStdString()});
    m_stepAbout.reset();
    m_triage->begin(kind, {id.toStdString()});
}

/// After a step that is done with what was selected. Whoever has gone elsewhere while it asked stays there, and what is
/// selected besides stays selected.
void AlertsPage::moveOn(TriageKind kind)
{
    const auto about = std::exchange(m_stepAbout, std::nullopt);
    if (about && (kind == TriageKind::Acknowledge || kind == TriageKind::Resolve) && *about == selectedNow())
        m_table->advance(kind == TriageKind::Resolve);
}

AlertsPage::Selected AlertsPage::selectedNow() const
{
    const std::vector<int> rows = m_table->selectedRowNumbers();
    const QModelIndex current = m_table->currentIndex();
    if (rows.empty())
        return {};
    return {rows.size(), m_model.keyAt(rows.front()), m_model.keyAt(rows.back()),
            current.isValid() ? m_model.keyAt(current.row()) : QString()};
}

/// Nothing of what is selected waits for being acknowledged: says so, and moves on as if it had been done here.
void AlertsPage::tellAcknowledged()
{
    const std::vector<int> rows = m_table->selectedRowNumbers();
    if (rows.empty())
        return;
    const AlertRecords &records = m_model.records();
    const auto number = records.find(m_model.idAt(rows.front()).toStdString());
    if (rows.size() > 1 || m_model.isGroup(rows.front()) || !number)
        showReport(tr("Nothing was done: all that is selected had been acknowledged"), false);
    else
        showReport(tr("Nothing was done: it had been acknowledged by %1 at %2")
                       .arg(displayText(records.text(AlertRecords::Pool::Names, records.name(AlertRecords::Name::AcknowledgedBy, *number))),
                            format::clockTime(records.moment(AlertRecords::Moment::Acknowledged, *number), m_context->displayZone())),
                   false);
    m_table->advance(false);
}

/// Acknowledging is about those of the selected alerts that nobody has acknowledged yet.
IdList AlertsPage::selectedFor(TriageKind kind) const
{
    const bool onlyActive = kind == TriageKind::Acknowledge;
    return m_table->isAllSelected() ? m_model.passingIds(onlyActive) : m_model.idsOf(m_table->selectedRowNumbers(), onlyActive);
}

/// Goes on with the step that waits, once all is there; not while the rows are just being exchanged. It is asked about in any
/// case: nobody knew of how many alerts it would be.
void AlertsPage::followHeldStep()
{
    if (!m_held || m_model.isAdopting() || m_model.isRemoving() || m_table->isRestoring())
        return;
    if (m_loading)
        return giveUpHeldStep(tr("Nothing was done: the alerts are just being read anew"));
    if (!m_table->isAllSelected())
        return giveUpHeldStep(tr("Nothing was done: the selection has changed"));
    if (m_reading) {
        const QString read = tr("%1 of %2").arg(format::count(static_cast<qint64>(m_reading->count)),
                                                format::count(m_reading->total));
        return m_selectionLine->setWaiting(tr("Waiting until all older alerts are read, %1 so far; Esc cancels").arg(read));
    }
    if (awaitsHits())
        return m_selectionLine->setWaiting(tr("Waiting until the filter is through; Esc cancels"));
    if (m_model.awaitsOlder())
        return m_selectionLine->setWaiting(tr("Waiting until all that was read has its place; Esc cancels"));
    const TriageKind kind = *m_held;
    giveUpHeldStep({});
    // Whoever told of the last rows may not be through yet.
    QMetaObject::invokeMethod(this, [this, kind] {
        if (m_table->isAllSelected())
            beginStep(kind, selectedFor(kind), true);
        else
            showReport(tr("Nothing was done: the selection has changed"), false);
    }, Qt::QueuedConnection);
}

/// The step that waits does so no longer; `why` is told, unless it is empty.
void AlertsPage::giveUpHeldStep(const QString &why)
{
    if (!m_held)
        return;
    m_held.reset();
    m_endWait->setEnabled(m_progresses);
    m_selectionLine->setWaiting({});
    if (!why.isEmpty())
        showReport(why, false);
}

/// The one that waits, before the one that runs.
void AlertsPage::cancelStep()
{
    if (m_held)
        giveUpHeldStep(tr("Cancelled: nothing was done"));
    else
        m_triage->cancel();
}

/// Selects the alert that was taken back, once it has its row, unless somebody has gone on.
void AlertsPage::selectBroughtBack()
{
    if (m_broughtBack.isEmpty())
        return;
    const QModelIndex current = m_table->currentIndex();
    if ((current.isValid() ? m_model.keyAt(current.row()) : QString()) != m_leftAt || m_table->selectedRowNumbers().size() > 1)
        return m_broughtBack.clear();
    if (m_model.rowOfId(m_broughtBack) < 0)
        return;
    m_table->selectId(std::exchange(m_broughtBack, {}));
}

void AlertsPage::followProgress(qint64 done, qint64 total)
{
    m_progresses = total > 0;
    m_endWait->setEnabled(m_progresses || m_held);
    m_selectionLine->setProgress(done, total);
}

/// What became of a step. A report of alerts that were left as they were does not go by itself, and offers to show them.
void AlertsPage::showTriageReport(const QString &text, bool undoable, const std::vector<std::string> &unchanged)
{
    showReport(text, undoable);
    m_unchanged = unchanged;
    m_showUnchanged->setEnabled(!unchanged.empty());
    if (unchanged.empty())
        return;
    m_reportTimer.stop();
    m_selectionLine->offerUnchanged(static_cast<int>(unchanged.size()), unchanged.size() < AlertTriage::kMostUnchanged);
}

/// Selects what the last step left as it was. Where filter or groups hide some of it, all is shown first.
void AlertsPage::showUnchanged()
{
    if (m_unchanged.empty())
        return;
    const bool shown = std::all_of(m_unchanged.begin(), m_unchanged.end(), [this](const std::string &id) {
        return m_model.rowOfId(QString::fromStdString(id)) >= 0;
    });
    if (!shown) {
        const WayBack::Place before = place();
        setGrouping(AlertGrouping::Nothing);
        m_filterBar->setFilter({});
        m_wayBack->offer(before, place(), m_context->displayZone());
    }
    m_unchangedFilter = m_filterBar->filter();
    m_unchangedWanted = true; // Not before: the one may be through while the other is to come.
    selectUnchanged();
}

/// Once the rows are those that are wanted.
void AlertsPage::selectUnchanged()
{
    if (!m_unchangedWanted || m_model.isFiltering() || m_loading || m_reading)
        return;
    m_unchangedWanted = false;
    if (m_filterBar->filter() != m_unchangedFilter || m_filterBar->edit()->hasFocus())
        return; // Somebody has gone on.
    const auto wanted = static_cast<int>(m_unchanged.size());
    const int found = m_table->selectIds(m_unchanged);
    if (found < wanted) {
        showReport(tr("%1 of %2 alerts are selected: the others are muted, or not in this range")
                       .arg(format::count(found), format::count(wanted)), false);
    }
    m_table->setFocus(Qt::OtherFocusReason);
}

void AlertsPage::passTime(TimestampMs now)
{
    m_model.setNow(now);
    m_rangeNote->refresh();
    if (m_context->isPaused())
        return;
    m_viewCounter->followTime();
    if (m_table->standsAtTop())
        m_model.followTime();
    if (m_model.isFilterOld())
        showCounts(); // Which say as of when they are.
}

/// What a question of triage says of the alerts it is about.
TriageSubject AlertsPage::subjectOf(const IdList &ids) const
{
    TriageSubject subject = triageSubject(m_model.records(), ids);
    if (ids.size() > 1 && m_table->isAllSelected())
        subject.outOf = heldText();
    return subject;
}

/// "the newest 1,500,000 of 2,300,000", where older alerts of the range are not held; else empty.
QString AlertsPage::heldText() const
{
    if (m_notHeld == 0 || awaitsOlder())
        return {};
    const qint64 held = m_model.counts().all;
    return tr("the newest %1 of %2").arg(format::count(held), format::count(held + m_notHeld));
}

} // namespace bartizan
