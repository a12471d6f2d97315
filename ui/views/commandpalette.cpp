// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/commandpalette.h"

#include "core/domain/ipaddress.h"
#include "ui/models/fuzzymatch.h"
#include "ui/theme/measures.h"
#include "ui/theme/theme.h"
#include "ui/views/labels.h"
#include "ui/views/rowdelegate.h"
#include "ui/widgets/keyhint.h"
#include "ui/widgets/rowpainting.h"

#include <QAction>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPointer>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace bartizan {
namespace {

constexpr int kWidth = 520;
constexpr int kKeysWidth = 120;
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

/// Draws keys in their frames, as they stand elsewhere.
class PaletteDelegate : public RowDelegate {
public:
    using RowDelegate::RowDelegate;

protected:
    void paintCell(QPainter *painter, const QRect &cell, const QRect &content, const QModelIndex &index) const override
    {
        const QString keys = index.data().toString();
        if (index.column() != CommandPalette::KeysColumn) {
            RowDelegate::paintCell(painter, cell, content, index);
        } else if (!keys.isEmpty()) {
            QRect frame(QPoint(), keyHintSize(keys));
            frame.moveCenter(content.center());
            frame.moveRight(content.right());
            paintKeyHint(painter, frame, keys);
        }
    }
};

} // namespace

std::vector<PaletteCommand> CommandPalette::commandsOf(QMenu *menu, const QString &prefix)
{
    std::vector<PaletteCommand> commands;
    Q_EMIT menu->aboutToShow(); // Some are filled as they open.
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
                                [kept = QPointer(action)] { // A menu may be filled anew meanwhile.
                                    if (kept)
                                        kept->trigger();
                                }});
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
    setUpList();
    column->addWidget(m_line);
    column->addWidget(m_list);
    connect(m_line, &QLineEdit::textChanged, this, &CommandPalette::list);
    connect(m_list, &QTableWidget::cellClicked, this, &CommandPalette::runCurrent);
    list({});
    setFixedWidth(kWidth);
    m_line->setFocus();
}

void CommandPalette::setUpList()
{
    m_list = new QTableWidget(0, ColumnCount, this);
    m_list->setAccessibleName(tr("Commands"));
    m_list->setFocusPolicy(Qt::NoFocus); // The line keeps the keyboard.
    m_list->setSelectionMode(QAbstractItemView::SingleSelection);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    rowpainting::setUpTable(m_list);
    m_list->setItemDelegate(new PaletteDelegate(m_list));
    QHeaderView *header = m_list->horizontalHeader();
    header->hide();
    header->setSectionResizeMode(TextColumn, QHeaderView::Stretch);
    header->setSectionResizeMode(KeysColumn, QHeaderView::Fixed);
    m_list->setColumnWidth(KeysColumn, kKeysWidth);
    m_list->setFixedHeight(kRowsShown * Theme::current().rowHeight);
    m_nothing = mutedLabel(tr("Nothing matches"), m_list);
    m_nothing->setContentsMargins(measure::kControlGap, 0, measure::kControlGap, 0);
    m_nothing->setFixedSize(kWidth - 2 * measure::kControlGap, Theme::current().rowHeight);
    m_nothing->hide();
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
    m_list->setRowCount(static_cast<int>(m_shown.size()));
    for (int row = 0; row < m_list->rowCount(); ++row) {
        const PaletteCommand &command = m_shown[static_cast<std::size_t>(row)];
        m_list->setItem(row, TextColumn, new QTableWidgetItem(command.text));
        m_list->setItem(row, KeysColumn, new QTableWidgetItem(command.keys));
    }
    m_list->setCurrentCell(0, TextColumn);
    // The line has the keyboard; what would be done is part of what it says of itself.
    m_nothing->setVisible(m_shown.empty());
    m_line->setAccessibleDescription(m_shown.empty() ? m_nothing->text()
                                                     : tr("Enter: %1").arg(m_shown.front().text));
}

void CommandPalette::move(int step)
{
    const int rows = m_list->rowCount();
    if (rows == 0)
        return;
    const int row = (m_list->currentRow() + step + rows) % rows;
    m_list->setCurrentCell(row, TextColumn);
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
