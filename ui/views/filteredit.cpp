// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/filteredit.h"

#include "ui/models/displaytext.h"
#include "ui/theme/measures.h"
#include "ui/theme/theme.h"
#include "ui/widgets/inlinemessage.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QStandardItemModel>
#include <QTextCharFormat>
#include <QTextLayout>

namespace bartizan {
namespace {

constexpr qsizetype kMostRemembered = 50;
constexpr int kShownCandidates = 10;
constexpr int kPopupWidth = 360; ///< At least.
constexpr int kRowPadding = 4;

} // namespace

FilterEdit::FilterEdit(FilterSubject subject, QWidget *parent)
    : QLineEdit(parent)
    , m_subject(subject)
    , m_completer(new QCompleter(this))
    , m_candidates(new QStandardItemModel(this))
{
    setAccessibleName(tr("Filter"));
    setAccessibleDescription(tr("Terms as severity:high or user:anna; Down offers them, Up brings earlier filters"));
    setPlaceholderText(subject == FilterSubject::Alerts ? tr("severity>=high type:brute ip:203.0.113.0/24 -country:CN")
                                                        : tr("outcome:failure ip:203.0.113.0/24 user:anna since:2h"));
    setMaxLength(static_cast<int>(kLongestFilter));
    setClearButtonEnabled(true);
    m_completer->setWidget(this);
    m_completer->setModel(m_candidates);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    m_completer->setMaxVisibleItems(kShownCandidates);
    m_completer->popup()->setAccessibleName(tr("Completions"));
    connect(m_completer, QOverload<const QModelIndex &>::of(&QCompleter::activated), this, &FilterEdit::take);
    connect(this, &QLineEdit::textChanged, this, &FilterEdit::readText);
    connect(this, &QLineEdit::textEdited, this, [this] {
        m_recalled = -1;
        offer(false);
    });
}

void FilterEdit::setFilter(const Filter &filter)
{
    m_completer->popup()->hide();
    m_recalled = -1;
    setText(filterText(filter));
    readText();
}

void FilterEdit::readText()
{
    m_parsed = parseFilter(text(), m_subject);
    FieldError::markField(this, !m_parsed.ok());
    markErrors();
    Q_EMIT read(m_parsed.ok() ? QString() : m_parsed.errors.front().message);
}

/// Underlines what is wrong, in the colour of errors; a line has no other way to format a part of its text.
void FilterEdit::markErrors()
{
    QList<QInputMethodEvent::Attribute> attributes;
    for (const FilterError &error : m_parsed.errors) {
        QTextCharFormat wrong;
        wrong.setForeground(Theme::current().error);
        wrong.setUnderlineColor(Theme::current().error);
        wrong.setUnderlineStyle(QTextCharFormat::SingleUnderline);
        attributes.append({QInputMethodEvent::TextFormat, static_cast<int>(error.start - cursorPosition()),
                           static_cast<int>(error.length), wrong});
    }
    QInputMethodEvent event(QString(), attributes);
    QLineEdit::inputMethodEvent(&event);
}

/// Offers what could stand at the cursor. While one types, only where a word has begun, so that the line is not
/// covered all the time.
void FilterEdit::offer(bool asked)
{
    m_completion = filterCompletion(text(), cursorPosition(), m_subject, m_vocabulary);
    const bool afterOperator = m_completion.length == 0 && !text().left(cursorPosition()).trimmed().isEmpty()
        && !text().left(cursorPosition()).back().isSpace();
    if (m_completion.candidates.empty() || (!asked && m_completion.length == 0 && !afterOperator)) {
        m_completer->popup()->hide();
        return;
    }
    m_candidates->clear();
    for (const FilterCandidate &candidate : m_completion.candidates) {
        const QString explained = candidate.explanation.isEmpty()
            ? candidate.text : QStringLiteral("%1  %2").arg(candidate.text, candidate.explanation);
        auto *item = new QStandardItem(bartizan::displayText(explained.toStdString()));
        item->setData(candidate.text, Qt::UserRole);
        item->setSizeHint(rowSize(item->text()));
        m_candidates->appendRow(item);
    }
    // Below the whole field, and below the reason that stands there while something is wrong.
    const int reason = m_parsed.ok() ? 0 : fontMetrics().height() + 2 * measure::kControlGap;
    QAbstractItemView *popup = m_completer->popup();
    const int besides = 2 * popup->style()->pixelMetric(QStyle::PM_DefaultFrameWidth)
        + popup->style()->pixelMetric(QStyle::PM_ScrollBarExtent);
    const int wanted = std::max(kPopupWidth, popup->sizeHintForColumn(0) + besides);
    m_completer->complete(QRect(cursorRect().left(), 0, std::min(width() - cursorRect().left(), wanted), height() + reason));
    fitPopup();
}

/// Of an entry: whole words, with room for the frame of the chosen one above and below them.
QSize FilterEdit::rowSize(const QString &text) const
{
    const QFontMetrics metrics(m_completer->popup()->font());
    return {metrics.horizontalAdvance(text) + 2 * (measure::kCellPadding + 1), metrics.height() + 2 * kRowPadding};
}

/// QCompleter reckons with rows of bare text; those of the style are higher.
void FilterEdit::fitPopup()
{
    QAbstractItemView *popup = m_completer->popup();
    const int rows = std::min(kShownCandidates, m_candidates->rowCount());
    const int frame = popup->height() - popup->viewport()->height();
    QRect place = popup->geometry();
    const int missing = rows * popup->sizeHintForRow(0) + frame - place.height();
    if (place.top() < mapToGlobal(QPoint()).y()) // It opened upwards: its lower edge stays.
        place.setTop(place.top() - missing);
    else
        place.setBottom(place.bottom() + missing);
    popup->setGeometry(place);
}

/// Different values may look alike: the entry counts, not its text.
void FilterEdit::take(const QModelIndex &chosen)
{
    const QString candidate = chosen.data(Qt::UserRole).toString();
    if (candidate.isEmpty())
        return;
    const bool field = candidate.endsWith(QLatin1Char(':'));
    QString line = text();
    line.replace(m_completion.start, m_completion.length, candidate);
    auto cursor = m_completion.start + candidate.size();
    // A value ends with a blank, so that the next term can follow; within brackets, too.
    if (!field && (cursor >= line.size() || !line[cursor].isSpace()) && !line.mid(cursor).startsWith(QLatin1Char(')')))
        line.insert(cursor++, QLatin1Char(' '));
    setText(line);
    setCursorPosition(static_cast<int>(cursor));
    if (field)
        offer(true);
}

void FilterEdit::setHistory(const QStringList &history)
{
    m_history = history.mid(std::max<qsizetype>(0, history.size() - kMostRemembered));
}

void FilterEdit::remember(const QString &text)
{
    if (text.isEmpty())
        return;
    m_history.removeAll(text);
    setHistory(m_history << text);
}

/// Goes to an earlier or a later filter of the history; behind the newest stands what was being typed.
bool FilterEdit::recall(int step)
{
    qsizetype next = m_recalled < 0 ? m_history.size() + step : m_recalled + step;
    if (next < 0 || (m_recalled < 0 && step > 0))
        return false;
    if (m_recalled < 0)
        m_typed = text();
    // What stands there already is no earlier one.
    if (m_recalled < 0 && m_history.value(next) == m_typed && next > 0)
        --next;
    m_recalled = next < m_history.size() ? next : -1;
    setText(m_recalled < 0 ? m_typed : m_history[m_recalled]);
    return true;
}

/// Esc is the edit's own key, whatever it does on the page around it.
bool FilterEdit::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    return QLineEdit::event(event);
}

void FilterEdit::keyPressEvent(QKeyEvent *event)
{
    const bool offering = m_completer->popup()->isVisible();
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (offering && m_completer->popup()->currentIndex().isValid()) {
            event->ignore(); // The popup takes what is chosen in it.
            return;
        }
        m_completer->popup()->hide();
        if (m_parsed.ok())
            Q_EMIT accepted();
        return;
    case Qt::Key_Escape:
        if (offering)
            event->ignore(); // The popup closes.
        else
            Q_EMIT cancelled();
        return;
    case Qt::Key_Up: recall(-1); return;
    case Qt::Key_Down:
        if (m_recalled < 0 || !recall(1))
            offer(true);
        return;
    case Qt::Key_Space:
        if (event->modifiers() == Qt::ControlModifier) {
            offer(true);
            return;
        }
        break;
    default: break;
    }
    QLineEdit::keyPressEvent(event);
}

void FilterEdit::focusOutEvent(QFocusEvent *event)
{
    QLineEdit::focusOutEvent(event);
    if (event->reason() != Qt::PopupFocusReason)
        m_completer->popup()->hide();
}

} // namespace bartizan
