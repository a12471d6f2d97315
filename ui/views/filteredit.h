// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filtercompletion.h"
#include "core/query/filterparser.h"

#include <QLineEdit>
#include <QStringList>

class QCompleter;
class QStandardItemModel;

namespace bartizan {

/// A line in which a filter is typed. It completes fields and values while one types (Down or Ctrl+Space offer them
/// where nothing is typed yet), marks what is wrong and says why, and brings earlier filters back with Up. Thread: GUI.
class FilterEdit : public QLineEdit {
    Q_OBJECT
public:
    explicit FilterEdit(FilterSubject subject, QWidget *parent = nullptr);

    /// Where values come from that occur in the data.
    void setVocabulary(FilterVocabulary vocabulary) { m_vocabulary = std::move(vocabulary); }
    /// Shows a filter, as its canonical text.
    void setFilter(const Filter &filter);
    /// What the text says.
    const ParsedFilter &parsed() const { return m_parsed; }

    /// Earlier filters, the newest last.
    QStringList history() const { return m_history; }
    void setHistory(const QStringList &history);
    /// Notes what was applied, unless it is the newest already.
    void remember(const QString &text);

Q_SIGNALS:
    /// The text was read anew; `reason` says what is wrong, and is empty when nothing is.
    void read(const QString &reason);
    /// Enter: the filter is to be used. Only sent when it is right.
    void accepted();
    /// Escape: as it was before.
    void cancelled();

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void readText();
    void markErrors();
    void offer(bool asked);
    QSize rowSize(const QString &text) const;
    void fitPopup();
    void take(const QModelIndex &chosen);
    bool recall(int step);

    FilterSubject m_subject;
    FilterVocabulary m_vocabulary;
    ParsedFilter m_parsed;
    FilterCompletion m_completion;
    QCompleter *m_completer;
    QStandardItemModel *m_candidates;
    QStringList m_history;
    qsizetype m_recalled = -1; ///< In the history; -1: what is being typed.
    QString m_typed;           ///< What had been typed before something was recalled.
};

} // namespace bartizan
