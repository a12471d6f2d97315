// SPDX-License-Identifier: GPL-3.0-or-later
// The dialogs of the window; what it does itself stands in mainwindow.cpp.
#include "core/ports/clock.h"
#include "ui/views/mainwindow.h"

#include "ui/views/aboutdialog.h"
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
        return new ExportDialog(m_context, page(PageId::Alerts)->shownAlertIds(), this);
    });
}

QDialog *MainWindow::openEventExport(const EventSearch &events)
{
    // Another filter is another export; one that runs goes on to its end.
    if (m_eventExport && !static_cast<ExportDialog *>(m_eventExport.data())->isRunning())
        delete m_eventExport;
    return present(m_eventExport, [this, &events] { return new ExportDialog(m_context, events, this); });
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
