// SPDX-License-Identifier: GPL-3.0-or-later
// The dialogs of the window; what it does itself stands in mainwindow.cpp.
#include "core/ports/clock.h"
#include "ui/views/mainwindow.h"

#include "ui/views/aboutdialog.h"
#include "ui/views/alertspage.h"
#include "ui/views/alertstable.h"
#include "ui/views/commandpalette.h"
#include "ui/views/customrangedialog.h"
#include "ui/views/databasechooser.h"
#include "ui/views/enginedetailsdialog.h"
#include "ui/views/exportdialog.h"
#include "ui/views/importdialog.h"
#include "ui/views/iplookupdialog.h"
#include "ui/views/keysdialog.h"
#include "ui/views/mainmenu.h"
#include "ui/views/mutesdialog.h"
#include "ui/views/opendatabasedialog.h"
#include "ui/views/page.h"
#include "ui/views/triagesteps.h"

#include <QMessageBox>
#include <QPushButton>

#include <algorithm>

namespace bartizan {

QDialog *MainWindow::present(QPointer<QDialog> &slot, const std::function<QDialog *()> &make)
{
    if (!slot) {
        slot = make();
        slot->setAttribute(Qt::WA_DeleteOnClose);
    }
    slot->show();
    slot->raise();
    slot->activateWindow();
    return slot;
}

bool MainWindow::mayLoseEdits(const std::function<void()> &then)
{
    const auto edited = std::find_if(m_pages.begin(), m_pages.end(), [](const Page *page) { return page->hasEdits(); });
    if (m_closing || edited == m_pages.end())
        return true;
    const auto id = static_cast<PageId>(edited - m_pages.begin());
    showPage(id);
    ask(id == PageId::Rules ? tr("Unsaved rules") : tr("Unsaved settings"),
        id == PageId::Rules ? tr("You have changed rules of this audit log without saving them.")
                            : tr("You have changed settings of this audit log without saving them."),
        tr("Discard them"), tr("Keep editing"), [page = *edited, then] {
        page->discardEdits();
        then();
    });
    return false;
}

/// Whether nothing of triage is lost when the console ends, or somebody has said that it may be; asks otherwise.
bool MainWindow::mayLoseSteps()
{
    const TriageSteps *steps = m_context->triageSteps();
    if (m_closing || (!steps->isBusy() && steps->countUndone() == 0))
        return true;
    const int undone = static_cast<int>(steps->countUndone());
    ask(tr("Unfinished triage"),
        undone > 0 ? tr("%Ln step(s) of triage could not be done, and will be lost with all that was entered.", nullptr, undone)
                   : tr("A step of triage is still on its way. What it has not come to by now stays as it is."),
        tr("Quit all the same"), tr("Stay"), [this] { closeAtOnce(); });
    return false;
}

void MainWindow::ask(const QString &title, const QString &text, const QString &discard, const QString &keep,
                     const std::function<void()> &then)
{
    auto *question = new QMessageBox(QMessageBox::Question, title, text, QMessageBox::NoButton, this);
    question->setTextFormat(Qt::PlainText);
    question->setAttribute(Qt::WA_DeleteOnClose);
    connect(question->addButton(discard, QMessageBox::DestructiveRole), &QPushButton::clicked, this, then);
    question->addButton(keep, QMessageBox::RejectRole);
    question->open();
}

QDialog *MainWindow::openImport(const QString &path)
{
    QDialog *dialog = present(m_import, [this] { return new ImportDialog(m_context, this); });
    if (!path.isEmpty())
        static_cast<ImportDialog *>(dialog)->setPath(path);
    return dialog;
}

QDialog *MainWindow::openExport()
{
    return present(m_export, [this] {
        const auto *alerts = static_cast<AlertsPage *>(page(PageId::Alerts));
        return new ExportDialog(m_context, alerts->model(), alerts->table()->shownColumns(), this);
    });
}

QDialog *MainWindow::openEventExport(const EventSearch &events, const std::vector<EventColumn> &columns)
{
    // Another filter is another export; one that runs goes on to its end.
    if (m_eventExport && !static_cast<ExportDialog *>(m_eventExport.data())->isRunning())
        delete m_eventExport;
    return present(m_eventExport, [&] { return new ExportDialog(m_context, events, columns, this); });
}

QDialog *MainWindow::openLookUp(const QString &address, std::optional<TimestampMs> at)
{
    QDialog *dialog = present(m_lookUp, [this] { return new IpLookUpDialog(m_context, this); });
    if (!address.isEmpty())
        static_cast<IpLookUpDialog *>(dialog)->lookUp(address, at);
    return dialog;
}

QDialog *MainWindow::openCustomRange()
{
    return present(m_range, [this] {
        TimeRange range = m_context->currentRange();
        if (const TimestampMs now = SystemClock().now(); range == TimeRange()) // "All time" has no edges to begin with.
            range = {now - kDay, now};
        auto *dialog = new CustomRangeDialog(range, m_context->displayZone(), this);
        connect(dialog, &CustomRangeDialog::rangeChosen, this, [this](const TimeRange &range) {
            m_context->setRangeChoice({RangeChoice::Kind::Custom, range});
        });
        return dialog;
    });
}

QDialog *MainWindow::openEngineDetails()
{
    return present(m_engine, [this] { return new EngineDetailsDialog(m_session, m_context->displayZone(), this); });
}

QDialog *MainWindow::openKeys()
{
    return present(m_keys, [this] { return new KeysDialog(this); });
}

QDialog *MainWindow::openPalette()
{
    return present(m_palette, [this] {
        auto *dialog = new CommandPalette(CommandPalette::commandsOf(m_menu->menu()), this);
        connect(dialog, &CommandPalette::lookUpRequested, this, [this](const QString &address) { openLookUp(address); });
        return dialog;
    });
}

QDialog *MainWindow::openMutes()
{
    return present(m_mutes, [this] { return new MutesDialog(m_context, this); });
}

QDialog *MainWindow::openAbout()
{
    return present(m_about, [this] { return new AboutDialog(this); });
}

QDialog *MainWindow::openDatabaseDialog()
{
    return m_chooser->choose(m_lastOpened);
}

} // namespace bartizan
