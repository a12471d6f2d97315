// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/commandpalette.h"

#include "core/domain/ipaddress.h"
#include "ui/models/fuzzymatch.h"
#include "ui/theme/measures.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QVBoxLayout>

#include <algorithm>

namespace bartizan {
namespace {

constexpr int kWidth = 520;
constexpr int kRowsShown = 10;

/// "&Import log…" as people read it: without the mark of its letter.
QString plain(const QString &text)
{
    QString result;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == QLatin1Char('&') && i + 1 < text.size())
            ++i;
        result += text[i];
    }
    return result;
}

} // namespace

std::vector<PaletteCommand> CommandPalette::commandsOf(const QMenu *menu, const QString &prefix)
{
    std::vector<PaletteCommand> commands;
    const auto actions = menu->actions();
    for (QAction *action : actions) {
        if (!action->isVisible())
            continue;
        if (action->menu()) {
            // Choices of a menu within a menu say too little alone: "Theme: Dark".
            const QString name = menu->title().isEmpty() ? QString() : plain(action->text()) + QLatin1String(": ");
            const auto inner = commandsOf(action->menu(), name);
            commands.insert(commands.end(), inner.begin(), inner.end());
        } else if (!action->isSeparator() && action->isEnabled()) {
            commands.push_back({prefix + plain(action->text()), action->shortcut().toString(QKeySequence::NativeText),
                                [action] { action->trigger(); }});
        }
    }
    return commands;
}

CommandPalette::CommandPalette(std::vector<PaletteCommand> commands, QWidget *parent)
    : QDialog(parent)
    , m_commands(std::move(commands))
{
    setWindowTitle(tr("Commands"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(measure::kControlGap, measure::kControlGap, measure::kControlGap, measure::kControlGap);
    column->setSpacing(measure::kControlGap);
    m_line = new QLineEdit(this);
    m_line->setAccessibleName(tr("Page, command or IP address"));
    m_line->setAccessibleDescription(tr("Up and Down choose, Enter does it"));
    m_line->setPlaceholderText(tr("A page, a command, or an IP address to look up"));
    m_line->installEventFilter(this);
    m_list = new QListWidget(this);
    m_list->setAccessibleName(tr("Commands"));
    m_list->setFocusPolicy(Qt::NoFocus); // The line keeps the keyboard.
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setUniformItemSizes(true);
    column->addWidget(m_line);
    column->addWidget(m_list);
    connect(m_line, &QLineEdit::textChanged, this, &CommandPalette::list);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    list({});
    m_list->setFixedHeight(kRowsShown * (m_list->sizeHintForRow(0) + 1) + 2 * m_list->frameWidth());
    setFixedWidth(kWidth);
    m_line->setFocus();
}

/// Lists what answers to the text, best first; among equals the order of the menus stands.
void CommandPalette::list(const QString &typed)
{
    std::vector<std::pair<int, const PaletteCommand *>> found;
    for (const PaletteCommand &command : m_commands) {
        if (const auto score = fuzzyScore(typed, command.text))
            found.emplace_back(*score, &command);
    }
    if (!typed.trimmed().isEmpty()) {
        std::stable_sort(found.begin(), found.end(), [](const auto &a, const auto &b) { return a.first > b.first; });
    }
    m_shown.clear();
    if (const auto address = canonicalIp(typed.trimmed().toStdString())) {
        const QString text = QString::fromStdString(*address);
        m_shown.push_back({tr("Look up %1").arg(text), {}, [this, text] { Q_EMIT lookUpRequested(text); }});
    }
    for (const auto &[score, command] : found)
        m_shown.push_back(*command);
    m_list->clear();
    for (const PaletteCommand &command : m_shown) {
        const QString line = command.keys.isEmpty() ? command.text : tr("%1   (%2)").arg(command.text, command.keys);
        m_list->addItem(line);
    }
    m_list->setCurrentRow(0);
    // The line has the keyboard; what would be done is part of what it says of itself.
    m_line->setAccessibleDescription(m_shown.empty() ? tr("Nothing answers to this")
                                                     : tr("Enter: %1").arg(m_shown.front().text));
}

void CommandPalette::move(int step)
{
    if (m_list->count() == 0)
        return;
    const int row = (m_list->currentRow() + step + m_list->count()) % m_list->count();
    m_list->setCurrentRow(row);
    m_line->setAccessibleDescription(tr("Enter: %1").arg(m_shown[static_cast<std::size_t>(row)].text));
}

void CommandPalette::runCurrent()
{
    const int row = m_list->currentRow();
    if (row < 0)
        return;
    const PaletteCommand command = m_shown[static_cast<std::size_t>(row)];
    accept(); // Before: the command may open a window of its own.
    command.run();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_line || event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    switch (static_cast<QKeyEvent *>(event)->key()) {
    case Qt::Key_Up: move(-1); return true;
    case Qt::Key_Down: move(1); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: runCurrent(); return true;
    default: return QDialog::eventFilter(watched, event);
    }
}

} // namespace bartizan
