// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/keysdialog.h"

#include "ui/theme/measures.h"
#include "ui/views/labels.h"
#include "ui/widgets/keyhint.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>

namespace bartizan {
namespace {

/// What a window manager adds around a window, at most.
constexpr int kFrameHeight = 48;

struct KeyLine {
    const char *keys; ///< Alternatives, separated by blanks.
    const char *what;
};

struct KeyGroup {
    const char *name;  ///< Of the widgets that show its keys.
    const char *title;
    std::initializer_list<KeyLine> lines;
};

const KeyGroup kEverywhere{"keys.everywhere", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Everywhere"),
    {{"Ctrl+1 Ctrl+2 Ctrl+3", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Overview, Alerts, Events")},
     {"Ctrl+4 Ctrl+5 Ctrl+6", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Handover, Rules, Settings")},
     {"Ctrl+F", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Search this page")},
     {"Ctrl+K", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Commands: a page, a command, an address to look up")},
     {"Ctrl+I", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Look up an IP address")},
     {"Ctrl+H", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Shift handover: what changed since you left")},
     {"Ctrl+M", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Mutes: what is muted, lift it")},
     {"F5", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Refresh")},
     {"Ctrl+P", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Pause what is shown, go live")},
     {"F10", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Menu")},
     {"Shift+F10", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Menu of the row, the value or the line with the focus")},
     {"Home End", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "To the first, to the last row of a list")},
     {"PgUp PgDown", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "A list up or down by what it shows")},
     {"F1", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "This list")}}};
const KeyGroup kFiles{"keys.files", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Files"),
    {{"Ctrl+L", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Import a log")},
     {"Ctrl+O", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Open a database")},
     {"Ctrl+E", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Export what the page shows")},
     {"Ctrl+Q", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Quit")}}};
const KeyGroup kOverview{"keys.overview", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Overview"),
    {{"Space", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Mark or unmark the current alert")},
     {"A", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Acknowledge what is marked")},
     {"Enter", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Open the current alert in the queue")},
     {"Ctrl+Z", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Undo the last step, then the one before")}}};
const KeyGroup kAlerts{"keys.alerts", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Alerts"),
    {{"A", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Acknowledge the selected, move on")},
     {"R", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Resolve the selected, as what they turned out to be")},
     {"E", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Escalate the selected, with a comment")},
     {"O", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Take the selected over")},
     {"C", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Comment on the selected")},
     {"M", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Mute alerts like the selected one for a while")},
     {"Ctrl+Z", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Undo the last step, then the one before")},
     {"Esc", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "End the step that runs, else the selection")},
     {"Alt+Left", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Back to what was shown before")},
     {"N", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Show the new alerts that wait")},
     {"/", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Type a filter; Enter keeps it, Esc takes it back")},
     {"V", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Show or hide the saved views")},
     {"G", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Choose what the alerts are grouped by")},
     {"Right Left", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Open or close the current group; Enter does both")},
     {"J K", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Next, previous")},
     {"Space X", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Mark or unmark the current row")},
     {"Shift+Down Shift+Up", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Extend the selection")},
     {"Ctrl+A", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Select all")},
     {"Ctrl+C", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Copy the cell")},
     {"Ctrl+Shift+C Ctrl+Shift+M", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Copy the alert as JSON, as Markdown")}}};
const KeyGroup kEvents{"keys.events", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Events"),
    {{"/", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Type a filter; Enter goes to the first hit")},
     {"Esc", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Back from the filter line, without what was typed last")},
     {"N", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Show the newer events that wait")},
     {"J K", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Next, previous")},
     {"Ctrl+C", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Copy the cell")}}};
const KeyGroup kHandover{"keys.handover", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Handover"),
    {{"Enter", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Open the alert of the current line")},
     {"Ctrl+C", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Copy the line")}}};
const KeyGroup kRules{"keys.rules", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Rules"),
    {{"Space", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Switch the current rule on or off")},
     {"Enter", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Edit the current rule")},
     {"J K", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Next, previous")},
     {"Ctrl+T", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Try the edits on the log")},
     {"Ctrl+S", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Save the current rule")}}};
const KeyGroup kSettings{"keys.settings", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Settings"),
    {{"Ctrl+S", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Save the changes")}}};
const KeyGroup kMutes{"keys.mutes", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Mutes"),
    {{"Enter", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Show the alerts of the current mute")},
     {"Delete", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Lift the current mute")}}};
const KeyGroup kDialogs{"keys.dialogs", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Dialogs"),
    {{"Ctrl+Enter", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Do it, from within a note as well")},
     {"1 2 3 4", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Choose what the alerts turned out to be")},
     {"Ctrl+C", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Copy the current row of a list")},
     {"Esc", QT_TRANSLATE_NOOP("bartizan::KeysDialog", "Close without doing it")}}};

QWidget *keysOf(const KeyLine &line, const char *name, QWidget *parent)
{
    auto *cell = new QWidget(parent);
    cell->setObjectName(QLatin1String(name));
    auto *row = new QHBoxLayout(cell);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(measure::kGrid);
    const QStringList keys = QString::fromLatin1(line.keys).split(QLatin1Char(' '));
    for (const QString &key : keys)
        row->addWidget(new KeyHint(key, cell));
    row->addStretch(1);
    cell->setAccessibleName(keys.join(QStringLiteral(", ")));
    return cell;
}

void addGroup(QGridLayout *grid, const KeyGroup &group, QWidget *parent)
{
    int row = grid->rowCount();
    grid->setRowMinimumHeight(row, row > 1 ? measure::kPageMargin : 0);
    grid->addWidget(sectionLabel(KeysDialog::tr(group.title), parent), ++row, 0, 1, 2);
    for (const KeyLine &line : group.lines) {
        grid->addWidget(plainLabel(KeysDialog::tr(line.what), parent), ++row, 0);
        grid->addWidget(keysOf(line, group.name, parent), row, 1);
    }
}

} // namespace

KeysDialog::KeysDialog(QWidget *parent) : FramedDialog(tr("Keys"), parent)
{
    auto *keys = new QWidget;
    auto *columns = new QHBoxLayout(keys);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(2 * measure::kPageMargin);
    const std::initializer_list<std::initializer_list<const KeyGroup *>> sides{
        {&kEverywhere, &kFiles, &kOverview, &kEvents, &kHandover}, {&kAlerts, &kRules, &kSettings, &kMutes, &kDialogs}};
    for (const auto &groups : sides) {
        auto *column = new QVBoxLayout;
        auto *grid = new QGridLayout;
        grid->setHorizontalSpacing(measure::kPageMargin);
        grid->setVerticalSpacing(6);
        grid->setColumnStretch(0, 1);
        for (const KeyGroup *group : groups)
            addGroup(grid, *group, keys);
        column->addLayout(grid);
        column->addStretch(1);
        columns->addLayout(column);
    }
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("Keys"));
    scroll->setWidget(keys);
    const QSize all = keys->sizeHint();
    scroll->setMinimumWidth(all.width() + scroll->verticalScrollBar()->sizeHint().width());
    body()->addWidget(scroll);
    QPushButton *close = addButton(tr("Close"), true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    scroll->setFocus(); // Arrows and Page Down scroll, Enter closes all the same.
    // All of them where the screen has room for it.
    const int others = sizeHint().height() - scroll->sizeHint().height();
    resize(minimumSizeHint().width(), std::min(all.height() + others, screen()->availableSize().height() - kFrameHeight));
}

} // namespace bartizan
